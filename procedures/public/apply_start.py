"""Beginning to file: what one needs, at which office, for whom; then what is known already is put in."""

import datetime
import logging
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from integrations import population
from portal.models import User
from portal.permissions import permission
from portal.tenancy import current_tenant, inside, short_transactions
from procedures import prefill
from procedures.actions import drafts
from procedures.models import Dossier, Offering
from procedures.public.apply_drafts import on_draft, onward
from procedures.public.guide import own, told_by
from procedures.queries.answers import registries_that_answered
from procedures.queries.filing import begun_drafts, online_offerings
from procedures.queries.guiding import for_the_form
from procedures.queries.profiles import unfiled
from procedures.schema.definition import Definition
from procedures.schema.fees import fees_due

log = logging.getLogger(__name__)
MYSELF, OTHER, BUSINESS, ORGANISATION = "self", "other", "business", "organisation"
WHOM = {
    MYSELF: gettext_lazy("Cho chính tôi"),
    OTHER: gettext_lazy("Nộp thay người khác, có giấy ủy quyền"),
    BUSINESS: gettext_lazy("Cho doanh nghiệp, hộ kinh doanh tôi đại diện"),
    ORGANISATION: gettext_lazy("Cho cơ quan, tổ chức tôi đại diện"),
}
PERSONS = {"citizen", "household_business", "foreigner"}
# A form with this question settles by itself for whom it is filed, and asks for the mandate.
ASKS_ITSELF = "files_for_other"
MOST_RADIOS = 6


class StartForm(forms.Form):
    office = forms.ChoiceField(label=gettext_lazy("Nộp đến cơ quan nào?"))
    whom = forms.ChoiceField(label=gettext_lazy("Bạn nộp cho ai?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offerings: list[Offering], whom: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offerings = {offering.office.code: offering for offering in offerings}
        office = cast(forms.ChoiceField, self.fields["office"])
        cast(forms.ChoiceField, self.fields["whom"]).choices = [(kind, WHOM[kind]) for kind in whom]
        if len(offerings) <= MOST_RADIOS:
            office.widget = forms.RadioSelect()
            office.choices = [(code, one.office.title) for code, one in self.offerings.items()]
        else:
            office.widget = forms.Select(attrs={"class": "input"})
            office.choices = [("", _("Chọn")), *((code, one.office.title) for code, one in self.offerings.items())]

    @property
    def offering(self) -> Offering:
        return self.offerings[self.cleaned_data["office"]]


def kinds(definition: Definition) -> list[str]:
    """For whom a procedure can be filed, by the audience that its record names."""
    asked = set(definition.audience)
    other = [] if ASKS_ITSELF in definition.form.index else [OTHER]
    own = [MYSELF, *other] if asked & PERSONS or not asked else []
    business = [BUSINESS] if asked & {"business"} else []
    return [*own, *business, *([ORGANISATION] if "organisation" in asked else [])]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.file")
@short_transactions
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The registry is asked between two short transactions; whether it answers or not, the form opens."""
    user = cast(User, request.user)
    with inside(current_tenant()):
        offerings = online_offerings(code)
        if not offerings:
            raise Http404
        definition = cast(Any, offerings[0].procedure.current).parsed
        form = _form(request, offerings, definition)
        if request.method != "POST" or not form.is_valid():
            return render(request, "apply/start.html", _facts(user, code, offerings, definition, form))
        whom = form.cleaned_data["whom"]
        draft = begin(form.offering, user, whom)
        carry_over(draft, request)
    if whom == MYSELF and not fill_from_population(draft, user):
        messages.warning(
            request, _("Cơ sở dữ liệu dân cư chưa trả lời. Bạn điền giúp các ô còn trống; chúng tôi đối chiếu sau.")
        )
    with inside(current_tenant()):
        return redirect(onward(draft))


def _form(request: HttpRequest, offerings: list[Offering], definition: Definition) -> StartForm:
    wanted = request.GET.get("office", "")
    office = (
        wanted
        if wanted in {one.office.code for one in offerings}
        else (offerings[0].office.code if len(offerings) == 1 else None)
    )
    whom = kinds(definition)
    initial = {"office": office, "whom": whom[0]}
    return StartForm(
        request.POST if request.method == "POST" else None, offerings=offerings, whom=whom, initial=initial
    )


def _facts(user: User, code: str, offerings: list[Offering], definition: Definition, form: StartForm) -> dict[str, Any]:
    return {
        "procedure": offerings[0].procedure, "form": form, "begun": begun_drafts(user, code), "time": definition.time_for("online"),
        "fees": fees_due(definition, {}, "online", profile=unfiled()), "fee_note": definition.fee_note, "papers": [one for one in definition.papers if not one.blank_form and one.replaced_by != "population"],
        "only_office": offerings[0].office if len(offerings) == 1 else None, "only_whom": len(kinds(definition)) == 1,
        "section": "procedures",
    }  # fmt: skip


def begin(offering: Offering, user: User, whom: str) -> Dossier:
    """Begin or go on; a draft begun for somebody else is turned to whom it is for now."""
    draft = drafts.start(offering, user)
    kind = {BUSINESS: Dossier.OwnerKind.BUSINESS, ORGANISATION: Dossier.OwnerKind.ORGANISATION}.get(
        whom, Dossier.OwnerKind.CITIZEN
    )
    owner = None if whom == OTHER else user
    known = (draft.owner_kind, draft.owner_id == user.pk)
    if known != (kind, owner is not None):
        mine = whom == MYSELF
        name, identity = (user.full_name, user.personal_id) if mine else ("", "")
        drafts.set_owner(draft, kind, owner=owner, name=name, identity=identity)
    drafts.prefill(draft, prefill.from_account(draft.version.parsed.form, user), "account")
    return draft


def carry_over(draft: Dossier, request: HttpRequest) -> None:
    """What was answered in the guide stands in the form already, where nothing else does."""
    told = for_the_form(draft.version.parsed, own(told_by(request)))
    fresh = {key: value for key, value in told.items() if key not in draft.answers}
    if fresh:
        drafts.save_answers(draft, fresh)


def fill_from_population(draft: Dossier, user: User) -> bool:
    """Ask the registry who this is, once, and put it in; False where it did not answer. In no transaction."""
    with inside(current_tenant()):
        form = draft.version.parsed.form
        wanted = prefill.bound(form, "population")
        if not wanted or "population" in registries_that_answered(draft):
            return True
    found = _asked(draft, user)
    with inside(current_tenant()):
        if found is not None:
            drafts.prefill(draft, prefill.from_population(form, found), "population")
        else:
            drafts.mark_unverified(draft, list(wanted))
    return found is not None


def _asked(draft: Dossier, user: User) -> population.Person | None:
    try:
        born = datetime.date.fromisoformat(user.birth_date)
        return population.look_up(
            user.personal_id, user.full_name, born,
            purpose=str(_("Điền sẵn hồ sơ do chính bạn lập")), asked_by=user, about=user, dossier_reference=draft.reference,
        )  # fmt: skip
    except (population.Unavailable, ValueError) as error:
        log.warning("population registry not used: %s", type(error).__name__)
        return None


@never_cache
@require_safe
@permission("dossier.file")
@on_draft
def go_on(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """The address of a draft: on to the first page on which something is missing."""
    return redirect(onward(draft))
