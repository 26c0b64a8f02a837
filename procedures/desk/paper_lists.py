"""Lists of papers between desk and offices: made from chosen dossiers, answered line by line, printed, signed by both sides."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import audit, pdf
from portal.models import Office, User
from portal.permissions import permission
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures.actions import paper_lists
from procedures.actions.paper_lists import Answer
from procedures.desk.counter_forms import draw
from procedures.desk.forms import text
from procedures.desk.frame import official, shown
from procedures.desk.receipts import sent
from procedures.models import Dossier, PaperList, PaperListItem
from procedures.queries.paper_lists import (
    TONES,
    counted_key,
    items_of,
    lists_for,
    one_list,
    receivers_for,
    to_give,
    waiting_for,
    with_counts,
)
from procedures.workflow import NotAllowed

LONGEST_REASON = 300


class GiveForm(forms.Form):
    """From where, to where, and a word with it."""

    use_required_attribute = False
    from_office = forms.ChoiceField(label=gettext_lazy("Bên giao"))
    to_office = forms.ChoiceField(label=gettext_lazy("Bên nhận"))
    note = text(gettext_lazy("Ghi chú"), required=False, most=300)

    def __init__(self, person: User, dossiers: list[Dossier], data: Any = None) -> None:
        super().__init__(data)
        held = offices_of(person, "papers.hand")
        self.offices = {str(one.pk): one for one in receivers_for(dossiers)}
        own = {key: one for key, one in self.offices.items() if held is None or one.pk in held}
        empty = ("", pgettext_lazy("danh sách chọn", "Chọn"))
        for name, offices in (("from_office", own), ("to_office", self.offices)):
            choices = [(key, one.title) for key, one in offices.items()]
            self.fields[name].choices = choices if len(choices) == 1 else [empty, *choices]  # type: ignore[attr-defined]
        draw(self)

    def office(self, name: str) -> Office:
        return self.offices[self.cleaned_data[name]]


@never_cache
@require_safe
@permission("papers.hand")
def overview(request: HttpRequest) -> HttpResponse:
    """What waits for me, and the newest lists of my offices."""
    person = official(request)
    context = {
        "waiting": with_counts(waiting_for(person)),
        "lists": with_counts(lists_for(person).order_by("-given_at", "-pk")),
    }
    return shown(request, "desk/paper_lists.html", context, current="desk_paper_lists")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("papers.hand")
def give(request: HttpRequest) -> HttpResponse:
    """Chosen dossiers, or all whose papers were never given; a worklist posts what was chosen in it."""
    person = official(request)
    # A list tells with each how far its history was shown.
    chosen = [one.partition(".")[0] for one in request.POST.getlist("chosen")]
    dossiers = to_give(person, chosen or request.GET.getlist("chosen"))
    confirmed = request.method == "POST" and "from_office" in request.POST
    form = GiveForm(person, dossiers, request.POST if confirmed else None)
    if confirmed and form.is_valid():
        try:
            made = paper_lists.give(
                dossiers if chosen else [], person, from_office=form.office("from_office"),
                to_office=form.office("to_office"), note=form.cleaned_data["note"],
            )  # fmt: skip
            messages.success(
                request,
                _("Đã lập phiếu %(number)s. Bên nhận thấy phiếu ở mục Bàn giao giấy tờ.") % {"number": made.number},
            )
            return redirect("desk_paper_list", made.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    picked = set(chosen) if confirmed else {one.reference for one in dossiers}
    context = {"form": form, "dossiers": dossiers, "picked": picked}
    return shown(request, "desk/paper_list_give.html", context, current="desk_paper_lists")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("papers.hand")
def paper_list(request: HttpRequest, pk: int) -> HttpResponse:
    person = official(request)
    one, wrong = one_list(person, pk), ""
    if request.method == "POST":
        wrong = _answered(request, one)
        if not wrong:
            cache.delete(counted_key(person))
            messages.success(request, _("Đã xác nhận phiếu %(number)s.") % {"number": one.number})
            return redirect("desk_paper_list", pk)
        one = one_list(person, pk)
    audit.look(person, f"paper_list:{one.number}", "paper_list", None)
    items = [_line(request, item) for item in items_of(one)]
    context = {
        "list": one, "items": items, "to_answer": waiting_for(person).filter(pk=one.pk).exists(),
        "errors": [{"name": "", "text": wrong}] if wrong else [],
    }  # fmt: skip
    return shown(request, "desk/paper_list.html", context, current="desk_paper_lists")


def _line(request: HttpRequest, item: PaperListItem) -> dict[str, Any]:
    """A line as it stands, or as the receiver had answered it when something was wrong."""
    said = request.POST.get(f"said-{item.pk}", "taken")
    return {
        "item": item, "tone": TONES[item.state], "taken": said == "taken", "refused": said == "refused",
        "reason": request.POST.get(f"reason-{item.pk}", item.reason)[:LONGEST_REASON],
    }  # fmt: skip


def _answered(request: HttpRequest, one: PaperList) -> str:
    """Answer the list; a sentence where that cannot be done."""
    answers = {}
    for item in items_of(one):
        said = request.POST.get(f"said-{item.pk}")
        if said in ("taken", "refused"):
            answers[item.pk] = Answer(
                said == "taken", request.POST.get(f"reason-{item.pk}", "").strip()[:LONGEST_REASON]
            )
    try:
        # Only whoever the list waits for answers it; for others of both sides it is a page to read.
        if not waiting_for(official(request)).filter(pk=one.pk).exists() and one.received_at is None:
            raise NotAllowed(_("Chỉ người của bên nhận, không phải người giao, xác nhận phiếu này."))
        paper_lists.answer(one, official(request), answers)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


@never_cache
@require_safe
@permission("papers.hand")
def print_list(request: HttpRequest, pk: int) -> HttpResponse:
    """A4, with both signatures and the minute of each."""
    one = one_list(official(request), pk)
    audit.look(official(request), f"paper_list:{one.number}", "print", None)
    content = pdf.render("paper_list", _told(one), language=get_language() or "vi", at=one.received_at or one.given_at)
    return sent(content, f"{one.number}.pdf")


def _told(one: PaperList) -> dict[str, Any]:
    tenant, office = current_tenant(), one.from_office
    return {
        "agency": {"parent": tenant.name.upper(), "name": office.name.upper()},
        "place": office.address.rpartition(",")[2].strip() or tenant.short_name,
        "number": one.number, "given_at": one.given_at, "received_at": one.received_at, "note": one.note,
        "from": office.name, "to": one.to_office.name, "giver": one.given_by.full_name,
        "receiver": one.received_by.full_name if one.received_by else None,
        "items": [
            {
                "number": str(item.dossier), "procedure": item.dossier.procedure.name, "papers": item.papers,
                "state": item.get_state_display(), "reason": item.reason,
            }
            for item in items_of(one)
        ],
    }  # fmt: skip
