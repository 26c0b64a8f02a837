"""At the one-stop desk: registering paper, accepting, refusing."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from payments.actions import cancel_open
from portal import audit
from portal.models import User
from portal.moments import now
from procedures import notifications, workflow
from procedures.actions import papers
from procedures.actions.clocks import settle_due
from procedures.actions.numbers import book_order, dossier_number
from procedures.actions.submission import judge, settle_for_filing
from procedures.models import Channel, Dossier
from procedures.workflow import NotAllowed


@transaction.atomic
def accept(dossier: Dossier, clerk: User) -> Dossier:
    """Accept an online dossier: it gets its number, the clock starts, the citizen gets Mẫu 01."""
    workflow.lock(dossier)
    if dossier.fee_total and not dossier.fee_paid_at:
        raise NotAllowed(_("Người nộp chưa nộp phí, lệ phí nên chưa tiếp nhận được hồ sơ."))
    workflow.take(dossier, "accept", clerk)
    return _accepted(dossier, clerk, now(), None)


@transaction.atomic
def register(
    dossier: Dossier,
    clerk: User,
    *,
    occurred_at: datetime.datetime | None = None,
    counts: dict[str, Any] | None = None,
    reason: str = "",
    fee_taken: bool = True,
) -> Dossier:
    """Register paper handed in at the counter or sent by post, by the same judgement; entered late is shown as late."""
    if dossier.channel not in (Channel.COUNTER, Channel.POST):
        raise NotAllowed(_("Chỉ hồ sơ giấy mới được đăng ký tại quầy."))
    dossier.submitted_at = occurred_at or now()  # whose rates and conditions hold: those of the day it was handed in
    judge(dossier, counts)
    settle_for_filing(dossier)
    event = workflow.take(dossier, "register", clerk, reason=reason, occurred_at=occurred_at, channel=dossier.channel)
    dossier.submitted_at = event.occurred_at
    dossier.fee_paid_at = dossier.fee_paid_at or (event.occurred_at if dossier.fee_total and fee_taken else None)
    return _accepted(dossier, clerk, event.occurred_at, counts)


def _accepted(dossier: Dossier, clerk: User, at: datetime.datetime, counts: dict[str, Any] | None) -> Dossier:
    dossier.accepted_at = dossier.clock_started_at = at
    dossier.step_key = ""
    settle_due(dossier)
    dossier.promised_at = dossier.due_at
    dossier.number = dossier_number(dossier.office, at)
    dossier.book_order = book_order(dossier.receiving_office, at)
    dossier.save()
    papers.issue_slip_01(dossier, clerk, counts)
    notifications.tell(dossier, "accepted", due=dossier.due_at)
    audit.record(clerk, "dossier.accept", f"dossier:{dossier.reference}", subject=dossier.owner)
    return dossier


@transaction.atomic
def refuse(dossier: Dossier, clerk: User, *, reason: str, clause: str, remedy: str) -> Dossier:
    """Refuse to accept: with the reason, the legal clause and what the citizen can do (Mẫu 03)."""
    workflow.take(dossier, "refuse", clerk, reason=reason, clause=clause, remedy=remedy)
    cancel_open(dossier.reference, actor=clerk)
    dossier.closed_at = now()
    dossier.save(update_fields=["closed_at"])
    papers.issue_slip_03(dossier, clerk, reason=reason, clause=clause, remedy=remedy)
    notifications.tell(dossier, "refused", reason=reason, clause=clause, remedy=remedy)
    audit.record(clerk, "dossier.refuse", f"dossier:{dossier.reference}", subject=dossier.owner)
    return dossier
