"""A page for each thing that can be done with a dossier: what it asks, what it says when it cannot be done, and doing it."""

from collections.abc import Callable
from io import BytesIO
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import audit
from portal.files import download
from portal.models import User
from portal.permissions import permission
from portal.templatetags.ui import short_moment
from procedures import workflow
from procedures.actions.submission import Incomplete
from procedures.desk.deeds import DEEDS, Deed, do, offers
from procedures.desk.drafting import preview
from procedures.desk.forms import StepForm
from procedures.desk.frame import official, shown
from procedures.desk.rows import standing_of
from procedures.desk.supplementing import SupplementForm, slip_preview
from procedures.desk.withdrawn import held_by, told_when_withdrawn
from procedures.models import Dossier
from procedures.models.lifecycle import NOTES, STEPS
from procedures.queries.dossiers import desk_dossier
from procedures.queries.worklist import last_event
from procedures.workflow import NotAllowed

View = Callable[..., HttpResponse]


def page_of(deed: Deed) -> View:
    """The view of a deed, behind the deed's own permission."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @told_when_withdrawn(deed.form)
    @permission(deed.permission)
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        person = official(request)
        dossier = desk_dossier(person, reference, deed.permission)
        form = deed.form(dossier, person, request.POST if request.method == "POST" else None)
        if request.method == "POST" and (said := _done(deed, dossier, person, form)):
            messages.success(request, said)
            return redirect("desk_dossier", reference)
        fresh = desk_dossier(person, reference, deed.permission) if form.is_bound else dossier
        audit.look(person, f"dossier:{dossier.reference}", deed.key, dossier.owner)
        return asked(request, deed, fresh, form)

    return view


def asked(request: HttpRequest, deed: Deed, dossier: Dossier, form: StepForm, **more: object) -> HttpResponse:
    """The page of a deed, with what was typed and what is wrong with it."""
    fits = deed in offers(dossier, official(request))
    context = {
        "deed": deed, "dossier": dossier, "form": form, "seen": dossier.event_count, "fits": fits, "held": held_by(official(request), dossier.reference),
        "standing": standing_of(dossier), "last": None if fits else last_words(dossier), **more,
    }  # fmt: skip
    return shown(request, f"desk/steps/{_template(deed)}.html", context, status=200)


def _template(deed: Deed) -> str:
    own = {
        "supplement",
        "allow_supplement",
        "prepare",
        "decide",
        "refuse",
        "cash_taken",
        "hand_over",
        "withdrawal",
        "replace",
        "revoke",
    }
    return deed.key if deed.key in own else "step"


def is_current(dossier: Dossier, form: StepForm) -> bool:
    """Whether what was told is whole and about the dossier as it stands now; else the form says what is wrong."""
    workflow.lock(dossier)
    if not form.is_valid():
        return False
    if form.cleaned_data["seen"] != dossier.event_count:
        form.add_error(
            None,
            _("Trong lúc bạn xem, hồ sơ đã thay đổi: %(what)s. Hãy xem lại rồi thực hiện.")
            % {"what": last_words(dossier)},
        )
        return False
    return True


def _done(deed: Deed, dossier: Dossier, person: User, form: StepForm) -> str:
    """What was done, in a sentence; empty where it was not, and then the form says why."""
    if not is_current(dossier, form):
        return ""
    try:
        return do(deed, dossier, person, form.told())
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    except Incomplete as lacking:
        form.add_error(None, " ".join([str(lacking), *lacking.papers]))
    return ""


def last_words(dossier: Dossier) -> str:
    """Lê Thị Chi, “Chuyển bước xử lý”, 09:12 16/11/2026."""
    event = last_event(dossier)
    if event is None:
        return ""
    title = STEPS[event.step].title if event.step in STEPS else NOTES[event.step]
    who = event.actor.full_name if event.actor else _("hệ thống")
    return f"{who}, “{title}”, {short_moment(event.recorded_at)}"


@never_cache
@require_safe
@permission("dossier.view")
def preview_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The drafted paper as it would be signed."""
    dossier = desk_dossier(official(request), reference)
    if not dossier.proposal:
        raise Http404
    audit.look(official(request), f"dossier:{dossier.reference}", "preview", dossier.owner)
    return cast(HttpResponse, download(BytesIO(preview(dossier)), "du-thao.pdf", "application/pdf", inline=True))


@never_cache
@require_POST
@permission("dossier.ask_supplement")
def supplement_preview(request: HttpRequest, reference: str) -> HttpResponse:
    """Mẫu 02 as the form stands; what is wrong with the form is said on the form."""
    person, deed = official(request), DEEDS["supplement"]
    dossier = desk_dossier(person, reference, deed.permission)
    form = SupplementForm(dossier, person, request.POST)
    audit.look(person, f"dossier:{dossier.reference}", deed.key, dossier.owner)
    return slip_preview(dossier, person, form.told()) if form.is_valid() else asked(request, deed, dossier, form)


urlpatterns: list[URLPattern] = [
    *(
        path(f"ho-so/<str:reference>/{deed.address}/", page_of(deed), name=deed.name)
        for deed in DEEDS.values()
        if not deed.own_page
    ),
    path("ho-so/<str:reference>/du-thao.pdf", preview_pdf, name="desk_preview"),
    path("ho-so/<str:reference>/bo-sung/xem-truoc.pdf", supplement_preview, name="desk_supplement_preview"),
]
