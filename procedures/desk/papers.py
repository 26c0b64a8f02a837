"""The papers of one dossier at the desk: each with its editions, printed, made and made again."""

from io import BytesIO
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import audit
from portal.files import download
from portal.permissions import permission
from procedures.actions import records
from procedures.desk.deeds import permitted
from procedures.desk.frame import official, shown
from procedures.models import Dossier, Paper
from procedures.queries import papers as paper_files
from procedures.queries.dossiers import desk_dossier
from procedures.workflow import NotAllowed

MAKE = "paper.issue"


class AgainForm(forms.Form):
    """Why a slip is made again; the reason stands in the journal."""

    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("Lý do lập lại"), max_length=300, widget=forms.TextInput(attrs={"class": "input"})
    )


@never_cache
@require_safe
@permission("dossier.view")
def papers(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, desk_dossier(official(request), reference))


def _page(request: HttpRequest, dossier: Dossier, *, wrong: tuple[int, AgainForm] | None = None) -> HttpResponse:
    person = official(request)
    audit.look(person, f"dossier:{dossier.reference}", "paper", dossier.owner)
    rows = paper_files.editions_of(dossier)
    can_make = permitted(person, MAKE, dossier)
    for row in rows:
        key = row["paper"].pk
        row["form"] = wrong[1] if wrong and wrong[0] == key else AgainForm(auto_id=f"id_{key}_%s", initial={})
        row["again"] = can_make and row["paper"].kind in paper_files.SEALED and not row["paper"].revoked_at
    context = {
        "dossier": dossier,
        "rows": rows,
        "kinds": _makeable(dossier, rows) if can_make else [],
        "form": wrong[1] if wrong else None,
    }
    return shown(request, "desk/papers.html", context, status=422 if wrong else 200)


def _makeable(dossier: Dossier, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What can be made for the first time; what is there is made again beside it."""
    there = {row["paper"].kind for row in rows}
    kinds = [kind for kind in records.MADE if kind not in there]
    if not dossier.returned_at:
        kinds = [kind for kind in kinds if kind != Paper.Kind.RETURN]
    return [(kind, str(Paper.Kind(kind).label)) for kind in kinds]


@require_POST
@permission(MAKE)
def make(request: HttpRequest, reference: str) -> HttpResponse:
    dossier = desk_dossier(official(request), reference, MAKE)
    try:
        paper = records.make(dossier, official(request), request.POST.get("kind", ""))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã lập %(paper)s.") % {"paper": paper.get_kind_display()})
    return redirect("desk_papers", dossier.reference)


@require_POST
@permission(MAKE)
def make_again(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    dossier = desk_dossier(official(request), reference, MAKE)
    paper = Paper.objects.filter(dossier=dossier, pk=pk).first()
    if paper is None:
        raise Http404
    paper.dossier, form = dossier, AgainForm(request.POST, auto_id=f"id_{pk}_%s")
    if not form.is_valid():
        return _page(request, dossier, wrong=(pk, form))
    try:
        again = records.make_again(paper, official(request), reason=form.cleaned_data["reason"])
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        told = {"paper": again.get_kind_display(), "edition": again.edition}
        messages.success(
            request, _("Đã lập lại %(paper)s, bản thứ %(edition)s. Bản cũ được giữ và ghi là đã thay.") % told
        )
    return redirect("desk_papers", dossier.reference)


@never_cache
@require_safe
@permission("dossier.view")
def control_slip(request: HttpRequest, reference: str) -> HttpResponse:
    """Mẫu 05 as it stands at this minute, to go with the folder; it is not kept and not signed."""
    person = official(request)
    dossier = desk_dossier(person, reference)
    audit.look(person, f"dossier:{dossier.reference}", "paper", dossier.owner)
    content = paper_files.printed("slip_05", records.control_slip(dossier, person))
    return cast(HttpResponse, download(BytesIO(content), f"slip_05-{dossier}.pdf", "application/pdf", inline=True))
