"""The result: prepared by the officer, decided and signed by the head, handed over, corrected before it is returned."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, pdf, signing
from portal.files import store
from portal.models import User
from portal.moments import now, today
from portal.queries import memberships_of
from portal.roles import Role
from portal.signing_keys import signing_key
from portal.tenancy import current_tenant
from procedures import notifications, workflow
from procedures.actions import clocks, papers
from procedures.actions.numbers import result_number
from procedures.actions.signoff import refuse_same_hands
from procedures.models import Dossier, Paper
from procedures.models.lifecycle import State
from procedures.queries.clocks import terms_of
from procedures.queries.results import proposed_lines
from procedures.workflow import NotAllowed

TEMPLATES = {Paper.Kind.RESULT: "result", Paper.Kind.REFUSAL: "refusal_decision"}


@transaction.atomic
def prepare(
    dossier: Dossier, official: User, *, outcome: str, lines: list[dict[str, str]], reason: str = "", remedy: str = ""
) -> Dossier:
    """The officer's draft of the decision; nothing is decided by it."""
    workflow.lock(dossier)
    if dossier.state != State.PROCESSING:
        raise NotAllowed(_("Chỉ dự thảo kết quả khi hồ sơ đang xử lý."))
    if outcome == Dossier.Outcome.REJECTED and not (reason and remedy):
        raise NotAllowed(_("Từ chối giải quyết cần nêu lý do và cách khắc phục."))
    dossier.proposal = {
        "outcome": outcome,
        "lines": lines,
        "reason": reason,
        "remedy": remedy,
        "by": official.full_name,
        "by_id": official.pk,
    }
    dossier.save(update_fields=["proposal"])
    workflow.note(dossier, "prepare", official, outcome=outcome)
    return dossier


@transaction.atomic
def decide(dossier: Dossier, head: User) -> Dossier:
    """Sign the prepared result. This moment stops the clock and says early, on time or late."""
    workflow.lock(dossier)
    proposal = dossier.proposal
    if not proposal:
        raise NotAllowed(_("Chưa có dự thảo kết quả để ký."))
    refuse_same_hands(dossier, head, dossier.version.parsed.route)
    workflow.take(dossier, "decide", head, outcome=proposal["outcome"])
    dossier.decided_at, dossier.outcome = now(), proposal["outcome"]
    clocks.resume(dossier, dossier.decided_at)
    dossier.save(update_fields=["decided_at", "outcome"])
    issue_signed(dossier, head, proposal)
    notifications.tell(dossier, "done", outcome=dossier.outcome)
    audit.record(head, "dossier.decide", f"dossier:{dossier.reference}", subject=dossier.owner, outcome=dossier.outcome)
    return dossier


@transaction.atomic
def consent_by_silence(dossier: Dossier) -> Dossier:
    """Where the law says that silence is consent, the end of the term decides: time itself takes the step."""
    workflow.lock(dossier)
    if dossier.due_at is None or dossier.due_at > now() or not terms_of(dossier).silence_is_consent:
        raise NotAllowed(_("Chưa đến lúc im lặng được coi là đồng ý."))
    due = dossier.due_at
    if dossier.state == State.ACCEPTED:
        workflow.take(dossier, "route", None, step="", silence=True)
    workflow.take(dossier, "decide", None, occurred_at=due, outcome=Dossier.Outcome.GRANTED, silence=True)
    dossier.decided_at, dossier.outcome = due, Dossier.Outcome.GRANTED
    dossier.save(update_fields=["decided_at", "outcome"])
    issue_signed(dossier, None, {"outcome": Dossier.Outcome.GRANTED, "lines": []})
    notifications.tell(dossier, "done", outcome=dossier.outcome, silence=True)
    return dossier


def issue_signed(dossier: Dossier, head: User | None, proposal: dict[str, Any]) -> Paper:
    """Number, render, sign and keep the paper; the number comes from a gapless register in this same transaction."""
    number, code = result_number(dossier.office, now()), papers.new_verification_code()
    granted = proposal["outcome"] == Dossier.Outcome.GRANTED
    kind = Paper.Kind.RESULT if granted else Paper.Kind.REFUSAL
    position, name = (_position(head), head.full_name) if head else (dossier.office.name.upper(), "")
    if granted:
        data = papers.result_data(dossier, name, position, number, code, proposal["lines"] or proposed_lines(dossier))
    else:
        data = papers.refusal_data(
            dossier, name, position, number, code, reason=proposal["reason"], remedy=proposal["remedy"]
        )
    data["seal"] = {"name": dossier.office.name, "at": now()}
    key = signing_key(current_tenant().name, dossier.office.name)
    signed = signing.sign(
        pdf.render(TEMPLATES[kind], data, language="vi"), signer=key, reason=number, location=dossier.office.name
    )
    stored = store(signed, "results", "pdf")
    return papers.issue(
        dossier, kind, head, data, title=data.get("title", ""), number=number, path=stored.path, size=stored.size, sha256=stored.sha256,
        verification_code=code, signed_at=now(), signer=head.full_name if head else dossier.office.name, valid_until=_valid_until(dossier) if granted else None,
    )  # fmt: skip


def _position(head: User) -> str:
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
    for paper in Paper.objects.filter(dossier=dossier, kind__in=TEMPLATES, revoked_at=None):
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
    workflow.take(dossier, "hand_over", actor, how=how, receiver=receiver, consignment=consignment)
    dossier.returned_at, dossier.closed_at = now(), now()
    dossier.delivery = how
    dossier.save(update_fields=["returned_at", "closed_at", "delivery"])
    notifications.tell(dossier, "returned", how=how)
    return dossier
