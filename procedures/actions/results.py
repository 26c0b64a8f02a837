"""The result: prepared by the officer, decided and signed by the head, handed over, corrected before it is returned."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.files import Stored
from portal.models import User
from portal.moments import HERE, now, today
from portal.queries import memberships_of
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions import clocks, papers, signing
from procedures.actions.signoff import refuse_same_hands
from procedures.models import Dossier, Paper, Signing
from procedures.models.lifecycle import State
from procedures.queries.renewals import renews
from procedures.queries.results import proposed_lines
from procedures.queries.signing import is_unsigned_consent
from procedures.workflow import NotAllowed

RESULTS = (Paper.Kind.RESULT, Paper.Kind.REFUSAL)


@transaction.atomic
def prepare(
    dossier: Dossier,
    official: User,
    *,
    outcome: str,
    lines: list[dict[str, str]],
    reason: str = "",
    clause: str = "",
    remedy: str = "",
) -> Dossier:
    """The officer's draft of the decision; nothing is decided by it."""
    workflow.lock(dossier)
    if dossier.state != State.PROCESSING:
        raise NotAllowed(_("Chỉ dự thảo kết quả khi hồ sơ đang xử lý."))
    if outcome == Dossier.Outcome.REJECTED and not (reason and clause and remedy):
        raise NotAllowed(_("Từ chối giải quyết cần nêu lý do, căn cứ pháp lý và cách khắc phục."))
    dossier.proposal = {
        "outcome": outcome,
        "lines": lines,
        "reason": reason,
        "clause": clause,
        "remedy": remedy,
        "by": official.full_name,
        "by_id": official.pk,
    }
    dossier.save(update_fields=["proposal"])
    workflow.note(dossier, "prepare", official, outcome=outcome)
    return dossier


def decide(dossier: Dossier, head: User) -> Dossier:
    """Sign the prepared result with the office's key, in one go. This moment stops the clock and says early, on time or late."""
    signing.through(dossier, head, decision(dossier, head))
    return dossier


def decision(dossier: Dossier, head: User) -> signing.Draft:
    """What the head is about to sign, as it was drafted. Raises NotAllowed where there is nothing to sign, or not by them."""
    proposal = dossier.proposal
    if not proposal:
        raise NotAllowed(_("Chưa có dự thảo kết quả để ký."))
    refuse_same_hands(dossier, head, dossier.version.parsed.route)
    if "decide" not in workflow.allowed(dossier, head):
        raise NotAllowed(
            _("Hồ sơ đang ở trạng thái “%(state)s”; bạn không ký được kết quả lúc này.")
            % {"state": dossier.get_state_display()}
        )
    return drafted(dossier, proposal, head.full_name, position_of(head))


def drafted(dossier: Dossier, proposal: dict[str, Any], name: str, position: str) -> signing.Draft:
    granted = proposal["outcome"] == Dossier.Outcome.GRANTED

    def written(number: str, code: str) -> dict[str, Any]:
        told = words_of(dossier, proposal, name, position, number, code)
        told["seal"] = {"name": dossier.office.name, "at": now()}
        return told

    kind = Paper.Kind.RESULT if granted else Paper.Kind.REFUSAL
    return signing.Draft(Signing.Purpose.DECIDE, kind, written)


def words_of(
    dossier: Dossier, proposal: dict[str, Any], name: str, position: str, number: str, code: str
) -> dict[str, Any]:
    """The words of the paper, from the officer's draft."""
    if proposal["outcome"] != Dossier.Outcome.GRANTED:
        why = {key: proposal.get(key, "") for key in ("reason", "clause", "remedy")}
        return papers.refusal_data(dossier, name, position, number, code, said=why)
    told = papers.result_data(dossier, name, position, number, code, proposal["lines"] or proposed_lines(dossier))
    return {**told, **_renewing(dossier), "valid_until": _valid_until(dossier)}


def _renewing(dossier: Dossier) -> dict[str, str]:
    """A renewed paper names the one before it."""
    old = renews(dossier)
    if old is None or old.signed_at is None:
        return {}
    signed = old.signed_at.astimezone(HERE)
    return {"closing": f"Cấp gia hạn từ văn bản số {old.number} ký ngày {signed:%d/%m/%Y}."}


@signing.effect(Signing.Purpose.DECIDE)
def _decided(row: Signing, stored: Stored) -> Paper:
    """What the signature brings about: the decision, at the moment at which it came back."""
    dossier, head = row.dossier, row.head
    outcome = Dossier.Outcome.GRANTED if row.kind == Paper.Kind.RESULT else Dossier.Outcome.REJECTED
    at = now()
    workflow.take(dossier, "decide", head, outcome=outcome, number=row.number)
    dossier.decided_at, dossier.outcome = at, outcome
    clocks.resume(dossier, at)
    dossier.save(update_fields=["decided_at", "outcome"])
    notifications.tell(dossier, "done", outcome=outcome)
    audit.record(head, "dossier.decide", f"dossier:{dossier.reference}", subject=dossier.owner, outcome=outcome)
    return enter(row, stored, at=at, outcome=outcome)


def enter(row: Signing, stored: Stored, *, at: datetime.datetime, outcome: str) -> Paper:
    """Enter the signed decision; one that was taken back to be corrected says which is signed in its place."""
    until = _valid_until(row.dossier) if outcome == Dossier.Outcome.GRANTED else None
    paper = signing.issue(row, stored, at=at, valid_until=until)
    taken_back = Paper.objects.filter(dossier=row.dossier, kind__in=RESULTS, replaced_by=None)
    taken_back.filter(revoked_at__isnull=False).update(replaced_by=paper)
    return paper


def position_of(head: User) -> str:
    held = next((m for m in memberships_of(head) if m.role == Role.HEAD), None)
    return (held.title if held else "") or "THỦ TRƯỞNG ĐƠN VỊ"


def _valid_until(dossier: Dossier) -> Any:
    template = dossier.version.parsed.result_template
    months = template.validity_months if template else None
    if not months:
        return None
    day = today()
    year, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + year, month=month + 1, day=min(day.day, 28))


@transaction.atomic
def send_back(dossier: Dossier, head: User, *, reason: str) -> Dossier:
    """Correct a result that nobody has received yet: the signed paper is revoked, and figures show a correction."""
    workflow.take(dossier, "send_back", head, reason=reason)
    for paper in Paper.objects.filter(dossier=dossier, kind__in=RESULTS, revoked_at=None):
        paper.revoked_at, paper.revocation_reason = now(), reason[:300]
        paper.save(update_fields=["revoked_at", "revocation_reason"])
    dossier.decided_at, dossier.outcome = None, ""
    dossier.save(update_fields=["decided_at", "outcome"])
    clocks.settle_due(dossier)
    return dossier


@transaction.atomic
def hand_over(dossier: Dossier, actor: User, *, how: str, receiver: str = "", consignment: str = "") -> Dossier:
    """Give the result to the citizen: online, at the counter against a signature, or by post with a consignment number."""
    if how == Dossier.Delivery.COUNTER and not receiver:
        raise NotAllowed(_("Cần ghi họ tên người nhận kết quả."))
    if is_unsigned_consent(dossier):
        raise NotAllowed(_("Kết quả còn chờ chữ ký số của cơ quan nên chưa trả được."))
    workflow.take(dossier, "hand_over", actor, how=how, receiver=receiver, consignment=consignment)
    dossier.returned_at, dossier.closed_at = now(), now()
    dossier.delivery = how
    dossier.save(update_fields=["returned_at", "closed_at", "delivery"])
    notifications.tell(dossier, "returned", how=how)
    return dossier
