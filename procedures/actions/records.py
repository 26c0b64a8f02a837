"""Papers that tell what happened: control slip (Mẫu 05), course, receipt of a result; and any slip made again."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import audit
from portal.models import User
from procedures import workflow
from procedures.actions.papers import both, issue, letterhead, owner_of, slip_01_data, submitter_of
from procedures.models import Dossier, Paper
from procedures.models.lifecycle import FINAL, NOTES, STEPS, State
from procedures.queries.clocks import shown_due
from procedures.queries.dossiers import timeline_of
from procedures.queries.explanations import explained
from procedures.queries.handovers import cooperating, hand_overs
from procedures.queries.papers import SEALED
from procedures.workflow import NotAllowed

Data = dict[str, Any]


def control_slip(dossier: Dossier, official: User) -> Data:
    """Phiếu kiểm soát quá trình: every hand-over, with room for those still to come while the dossier is open."""
    events = timeline_of(dossier)
    with override("vi"):
        rows = [row.told() for row in hand_overs(dossier, events)]
    return {
        **letterhead(dossier, dossier.receiving_office, by_desk=True),
        "number": dossier.number or dossier.reference,
        "owner": {"name": dossier.owner_name},
        "procedure": both(dossier),
        "received_at": dossier.accepted_at,
        "due_at": dossier.due_at or dossier.promised_at,
        "settled_by": dossier.office.name,
        "cooperating": cooperating(dossier, events),
        "rows": rows,
        "open": dossier.state not in FINAL,
        "clerk": {"name": official.full_name},
    }


def course(dossier: Dossier, official: User) -> Data:
    """Phiếu quá trình xử lý: every event, and the clock day by day."""
    with override("vi"):
        rows = [_happened(event) for event in timeline_of(dossier)]
        lines = explained(shown_due(dossier)) if dossier.accepted_at else []
        state = str(State(dossier.state).label)
    return {
        **letterhead(dossier, dossier.receiving_office),
        "number": dossier.number or dossier.reference,
        "owner": {"name": dossier.owner_name},
        "procedure": both(dossier),
        "received_at": dossier.accepted_at,
        "due_at": dossier.due_at or dossier.promised_at,
        "state": state,
        "rows": rows,
        "clock": [{"days": line.days, "text": line.text} for line in lines],
        "clerk": {"name": official.full_name},
    }


def _happened(event: Any) -> Data:
    title = str(STEPS[event.step].title if event.step in STEPS else NOTES[event.step])
    said = [
        event.reason,
        *(
            str(event.facts[name])
            for name in ("to", "clause", "remedy", "receiver", "consignment")
            if event.facts.get(name)
        ),
    ]
    return {
        "at": event.occurred_at,
        "recorded_at": event.recorded_at if event.entered_late else None,
        "title": title,
        "by": event.actor.full_name if event.actor else _("Hệ thống"),
        "text": "\n".join(filter(None, said)),
    }


def return_receipt(dossier: Dossier, official: User | None) -> Data:
    """Biên nhận trả kết quả: from the event that handed it over, so that it says what happened and not what is typed now."""
    event = dossier.events.filter(step="hand_over").order_by("-number").first()
    if event is None:
        raise NotAllowed(_("Chưa trả kết quả nên chưa có biên nhận trả kết quả."))
    given = Paper.objects.filter(dossier=dossier, kind__in=(Paper.Kind.RESULT, Paper.Kind.REFUSAL), revoked_at=None)
    how = event.facts.get("how", dossier.delivery)
    with override("vi"):
        way = str(Dossier.Delivery(how).label) if how in Dossier.Delivery.values else str(how)
    return {
        **letterhead(dossier, dossier.return_office or dossier.receiving_office, by_desk=True),
        "number": dossier.number,
        "owner": owner_of(dossier),
        "procedure": both(dossier),
        "results": [{"title": paper.title, "number": paper.number} for paper in given],
        "received_at": dossier.accepted_at,
        "due_at": dossier.promised_at,
        "returned_at": event.occurred_at,
        "how": way,
        "receiver": event.facts.get("receiver") or dossier.owner_name,
        "consignment": event.facts.get("consignment", ""),
        "note": event.reason,
        "clerk": {"name": official.full_name} if official else None,
    }


# What can be made at any time from what has happened since.
MADE: dict[str, Callable[[Dossier, User], Data]] = {
    Paper.Kind.SLIP_05: control_slip,
    Paper.Kind.TRACE: course,
    Paper.Kind.RETURN: return_receipt,
}


@transaction.atomic
def make(dossier: Dossier, official: User, kind: str) -> Paper:
    """Make such a paper now; the one before stays and says that it was replaced."""
    if kind not in MADE:
        raise NotAllowed(_("Giấy tờ này không lập theo cách đó."))
    workflow.lock(dossier)
    data = MADE[kind](dossier, official)
    last = Paper.objects.filter(dossier=dossier, kind=kind, replaced_by=None).last()
    paper = issue(dossier, kind, official, data, number=data["number"], replaces=last)
    audit.record(official, "paper.make", f"dossier:{dossier.reference}", subject=dossier.owner, kind=kind)
    return paper


@transaction.atomic
def make_again(paper: Paper, official: User, *, reason: str) -> Paper:
    """A new edition of a slip; moments that it promised stay as they were, the people and the office are those of today."""
    dossier = paper.dossier
    workflow.lock(dossier)
    paper.refresh_from_db(fields=["replaced_by", "edition", "revoked_at"])
    if paper.kind not in SEALED or paper.replaced_by_id or paper.revoked_at:
        raise NotAllowed(_("Chỉ lập lại được bản đang dùng của một phiếu."))
    if not reason.strip():
        raise NotAllowed(_("Cần nêu lý do lập lại."))
    data = _anew(dossier, paper, official)
    again = issue(dossier, paper.kind, official, data, number=paper.number, title=paper.title, replaces=paper)
    facts = {"kind": paper.kind, "edition": again.edition, "reason": reason}
    audit.record(official, "paper.again", f"dossier:{dossier.reference}", subject=dossier.owner, **facts)
    return again


def _anew(dossier: Dossier, paper: Paper, official: User) -> Data:
    if paper.kind in MADE:
        return MADE[paper.kind](dossier, official)
    if paper.kind == Paper.Kind.SLIP_01:
        fresh = slip_01_data(dossier, official, paper.data["papers"])
        return {**fresh, "due_at": paper.data["due_at"], "issued_at": letterhead(dossier, dossier.office)["issued_at"]}
    office = dossier.receiving_office if paper.kind == Paper.Kind.SLIP_03 else dossier.office
    who = "addressee" if paper.kind == Paper.Kind.SLIP_04 else "owner"
    fresh = letterhead(dossier, office, by_desk=paper.kind != Paper.Kind.SLIP_04)
    people = {who: owner_of(dossier), "submitter": submitter_of(dossier)}
    return {**paper.data, **fresh, **people, "procedure": both(dossier)}
