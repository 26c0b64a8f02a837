"""Money that came late is applied after all, or goes back."""

import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from payments import queries
from payments.actions.settlement import Kind, NotPossible, book, lock, settle, tell
from payments.lifecycle import State
from payments.models import Payment, Refund
from portal import audit
from portal.models import User


@transaction.atomic
def apply_suspended(payment: Payment, *, actor: User, now: datetime.datetime) -> Payment:
    """An official decides that money which came late counts after all."""
    row, rows = lock(payment)
    if not row.is_over or any(other.state == State.PAID for other in rows):
        raise NotPossible(_("Khoản này đã được thanh toán bằng lần khác; chỉ có thể hoàn tiền."))
    if queries.balance_of(row).suspense - promised(row) < row.amount:
        raise NotPossible(_("Không còn đủ tiền chờ xử lý của khoản này."))
    book(row, Kind.SUSPENSE, -row.amount, now)
    row.accept_late()
    settle(row, rows, actor, now)
    return row


def promised(payment: Payment) -> int:
    """What requested refunds will take."""
    return Refund.objects.filter(payment=payment, state=Refund.State.REQUESTED).aggregate(sum=Sum("amount"))["sum"] or 0


@transaction.atomic
def request_refund(payment: Payment, *, amount: int, reason: str, actor: User, now: datetime.datetime) -> Refund:
    """Ask that money go back; all requests together never exceed what came and has not gone."""
    row, _rows = lock(payment)
    if not 0 < amount <= queries.balance_of(row).returnable - promised(row):
        raise NotPossible(_("Số tiền hoàn phải lớn hơn 0 và không quá số tiền còn giữ."))
    refund = Refund(payment=row, amount=amount, reason=reason, requested_by=actor, requested_at=now)
    refund.save(force_insert=True)
    audit.record(actor, "payment.refund_requested", row.reference, subject=row.payer, amount=amount)
    return refund


@transaction.atomic
def carry_out_refund(refund: Refund, *, transaction_number: str, actor: User, now: datetime.datetime) -> Refund:
    """The bank has sent the money back; it leaves the ledger once."""
    payment, _rows = lock(refund.payment)
    row = Refund.objects.select_for_update().get(pk=refund.pk)
    if row.state != Refund.State.REQUESTED:
        raise NotPossible(_("Yêu cầu hoàn tiền này đã được xử lý."))
    from_suspense, from_applied = queries.balance_of(payment).drawn(row.amount)
    book(payment, Kind.SUSPENSE, -from_suspense, now)
    book(payment, Kind.APPLIED, -from_applied, now)
    book(payment, Kind.REFUNDED, row.amount, now, transaction_number)
    row.state, row.closed_at, row.provider_transaction = Refund.State.DONE, now, transaction_number
    row.save(update_fields=["state", "closed_at", "provider_transaction"])
    if payment.state == State.PAID and not queries.balance_of(payment).applied:
        payment.refund()
        payment.save(update_fields=["state"])
    audit.record(actor, "payment.refunded", payment.reference, subject=payment.payer, amount=row.amount)
    tell("refunded", payment)
    return row
