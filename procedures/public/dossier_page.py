"""Following one's dossier: where it stands, what comes next and why then, what was said, who looked."""

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.queries import payments_of
from portal.models import User
from portal.permissions import permission
from procedures import workflow
from procedures.actions.money import open_items
from procedures.models import Dossier, DossierEvent, Paper
from procedures.models.lifecycle import FINAL, NOTES, STEPS, TIME, State
from procedures.public.dossier_talk import thread_of
from procedures.public.joint_page import joint_href
from procedures.public.own_dossiers import on_own
from procedures.public.standing import standing
from procedures.queries.clocks import shown_due
from procedures.queries.dossiers import passages_of
from procedures.queries.explanations import explained, told_of
from procedures.queries.form_fields import files_by_field
from procedures.queries.judging import given
from procedures.queries.own import RESULTS, looks_at, messages_of, papers_of
from procedures.queries.post import parcels_of
from procedures.queries.renewals import renews, running_out
from procedures.queries.rounds import changes_of, kept_rounds
from procedures.queries.summaries import answers_of
from procedures.queries.units import is_elsewhere, units_of

# Work inside the office that says nothing to the person.
UNTOLD = {"assign", "prepare", "take_over", "letter", "propose_supplement", "decline_supplement"}
TONES = {
    "overdue": "bad", "unanswered": "bad", "return_overdue": "bad", "unopened": "attention", "extend": "attention", "apologise": "attention", "correct": "attention",
    "refuse": "bad", "lapse": "bad", "ask_supplement": "attention", "ask_payment": "attention", "suspend": "paused",
    "decide": "good", "hand_over": "good", "payment_received": "good", "cash": "good",
}  # fmt: skip
BY = {
    "citizen": _("Bạn"), "helper": _("Người hỗ trợ"), "clerk": _("Bộ phận một cửa"), "officer": _("Chuyên viên"),
    "head": _("Lãnh đạo"), "cashier": _("Thủ quỹ"), "time": "", "money": "",
}  # fmt: skip


@never_cache
@require_safe
@permission("account")
@on_own
def my_dossier(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    me = cast(User, request.user)
    events = passages_of(dossier)
    due = shown_due(dossier)
    items = open_items(dossier)
    papers, files = papers_of(dossier), given(dossier)
    facts = {
        "dossier": dossier, "standing": standing(dossier), "timeline": _timeline(dossier, events), "due": due, "why": explained(due),
        "items": items, "total": sum(item.amount for item in items), "payments": list(payments_of(dossier.reference)),
        "results": [paper for paper in papers if paper.kind in RESULTS], "papers": [paper for paper in papers if paper.kind not in RESULTS],
        "letters": messages_of(me, dossier), "joint_href": joint_href(request, dossier), "units": units_of(dossier) if is_elsewhere(dossier) else (), "can_withdraw": _withdrawable(dossier, me),
        "running_out": running_out(papers) if dossier.state == State.RETURNED else None, "renews": renews(dossier),
        "parcels": parcels_of(dossier, desk=False) if any(e.step == "send_post" for e in events) else [],
        "parts": answers_of(dossier, files_by_field(dossier, files)), "rounds": [one for one in changes_of(dossier, kept_rounds(dossier)) if one.changes],
        "unsigned": _is_unsigned_consent(dossier, events, papers),
        **thread_of(dossier, me, files), "refusal": next((e for e in events if e.step == "refuse"), None),
    }  # fmt: skip
    return render(request, "account/dossier.html", facts)


def _is_unsigned_consent(dossier: Dossier, events: Iterable[DossierEvent], papers: Iterable[Paper]) -> bool:
    """Decided by silence, and the office's key has not signed yet."""
    decided = any(event.step == "decide" and event.actor_role == TIME for event in events)
    signed = any(paper.kind in RESULTS and paper.signed_at and not paper.revoked_at for paper in papers)
    return dossier.state == State.DONE and decided and not signed


@never_cache
@require_safe
@permission("account")
@on_own
def my_looks(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Who looked at one's dossier, and which registry was asked for it."""
    return render(request, "account/looks.html", {"dossier": dossier, "looks": looks_at(dossier)})


def _withdrawable(dossier: Dossier, me: User) -> bool:
    return dossier.withdrawal_asked_at is None and "withdraw" in workflow.allowed(dossier, me)


def _timeline(dossier: Dossier, events: list[DossierEvent]) -> list[dict[str, Any]]:
    """Newest first, under what is still to come."""
    told = [_entry(dossier, event) for event in events if event.step not in UNTOLD]
    if told and dossier.state not in FINAL:
        told[-1]["kind"] = told[-1]["kind"] or "now"
    return [*_ahead(dossier), *reversed(told)]


def _ahead(dossier: Dossier) -> list[dict[str, Any]]:
    where = standing(dossier)
    return [{"title": where.by_title, "when": where.by, "kind": "ahead"}] if where.by else []


def _entry(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    known = STEPS.get(event.step)
    title = str(known.title if known else NOTES[event.step])
    by = str(BY.get(event.actor_role, ""))
    return {
        "title": _route_title(dossier, event) or title, "when": event.occurred_at, "by": by, "text": "\n".join([event.reason if event.step != "withdraw" else "", *told_of(event)]).strip(),
        "kind": TONES.get(event.step, ""), "entered_late": event.entered_late,
    }  # fmt: skip


def _route_title(dossier: Dossier, event: DossierEvent) -> str:
    key = event.facts.get("step") if event.step == "route" else None
    found = next((one for one in dossier.version.parsed.route if one.key == key), None)
    name = found.name.read(get_language() or "vi") if found else ""
    return gettext("Trả lại bước: %(step)s") % {"step": name} if event.facts.get("back") else name
