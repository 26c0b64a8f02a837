"""Money that came: where it goes, who is told, which receipt it gets. Rows of one claim are locked together."""

import datetime
import logging
from collections.abc import Sequence
from uuid import uuid4

from payments.lifecycle import State
from payments.models import Callback, LedgerEntry, Payment, Receipt, ReceiptBook
from payments.providers.base import Notice, Truth
from payments.signals import NEWS
from portal import audit, outbox
from portal.models import User
from portal.moments import HERE

log = logging.getLogger(__name__)
Kind = LedgerEntry.Kind
Outcome = Callback.Outcome


class NotPossible(Exception):
    """A refusal whose text is fit for the person who asked."""


def locked(claim: str) -> list[Payment]:
    """All attempts to pay one demand, always in the same order, until the transaction ends."""
    return list(
        Payment.objects.select_for_update(of=("self",)).select_related("account").filter(claim=claim).order_by("pk")
    )


def lock(payment: Payment) -> tuple[Payment, list[Payment]]:
    rows = locked(payment.claim)
    return next(row for row in rows if row.pk == payment.pk), rows


def take(provider_code: str, notice: Notice, now: datetime.datetime) -> tuple[Payment | None, Outcome]:
    found = Payment.objects.filter(reference=notice.reference, provider=provider_code).first()
    if found is None or notice.terminal not in ("", found.options["terminal"]):
        return None, Outcome.UNKNOWN_ORDER
    payment, rows = lock(found)
    if notice.amount != payment.amount:
        return payment, Outcome.WRONG_AMOUNT
    return payment, _apply(payment, rows, notice, now)


def _apply(payment: Payment, rows: Sequence[Payment], notice: Notice, now: datetime.datetime) -> Outcome:
    if notice.truth is Truth.PAID:
        return _money_came(payment, rows, notice.transaction or payment.reference, now)
    if not payment.is_open:
        return Outcome.ALREADY
    if notice.truth is Truth.FAILED:
        payment.fail()
        end(payment)
        return Outcome.FAILED
    if notice.truth is Truth.ABSENT and payment.expires_at <= now:
        payment.expire()
        end(payment)
        return Outcome.EXPIRED
    return Outcome.UNDECIDED


def _money_came(payment: Payment, rows: Sequence[Payment], told: str, now: datetime.datetime) -> Outcome:
    """Each transaction of a provider is received once; what finds nothing to pay waits in suspense for an official."""
    received = LedgerEntry.objects.filter(kind=Kind.RECEIVED, provider=payment.provider, provider_transaction=told)
    if received.exists():
        return Outcome.ALREADY
    book(payment, Kind.RECEIVED, payment.amount, now, told)
    if payment.is_open and not any(row.state == State.PAID for row in rows):
        payment.pay()
        payment.provider_transaction = told
        settle(payment, rows, None, now)
        return Outcome.PAID
    book(payment, Kind.SUSPENSE, payment.amount, now)
    audit.record(None, "payment.suspended", payment.reference, subject=payment.payer, amount=payment.amount)
    tell("suspended", payment)
    return Outcome.SUSPENDED


def settle(payment: Payment, rows: Sequence[Payment], actor: User | None, now: datetime.datetime) -> None:
    """The money counts: ledger, state, other attempts, news, and last the receipt, for whose number others wait."""
    book(payment, Kind.APPLIED, payment.amount, now)
    payment.paid_at = now
    payment.save(update_fields=["state", "paid_at", "provider_transaction"])
    for other in rows:
        if other.pk != payment.pk and other.is_open:
            other.cancel()
            other.save(update_fields=["state"])
    audit.record(actor, "payment.settled", payment.reference, subject=payment.payer, amount=payment.amount)
    tell("settled", payment)
    _issue_receipt(payment, now)


def _issue_receipt(payment: Payment, now: datetime.datetime) -> None:
    year = now.astimezone(HERE).year
    ReceiptBook.objects.bulk_create([ReceiptBook(year=year)], ignore_conflicts=True)
    book = ReceiptBook.objects.select_for_update().get(year=year)
    book.last += 1
    book.save(update_fields=["last"])
    Receipt(payment=payment, year=year, number=book.last, amount=payment.amount, issued_at=now).save(force_insert=True)


def book(payment: Payment, kind: LedgerEntry.Kind, amount: int, now: datetime.datetime, told: str = "") -> None:
    if amount:
        entry = LedgerEntry(
            payment=payment, kind=kind, amount=amount, at=now, provider=payment.provider, provider_transaction=told
        )
        entry.save(force_insert=True)


def tell(event: str, payment: Payment) -> None:
    """Tell whoever listens. A listener that fails undoes nothing; it is told again from the outbox until it understands."""
    answers = NEWS[event].send_robust(sender=Payment, payment=payment)
    if any(isinstance(answer, Exception) for _receiver, answer in answers):
        log.error("news %s of payment %s was not taken by all; it will be told again", event, payment.reference)
        key = f"{event}:{payment.reference}:{uuid4().hex[:8]}"
        outbox.put("payment.news", key, {"event": event, "reference": payment.reference})


def end(payment: Payment) -> None:
    payment.save(update_fields=["state"])
    if payment.left_at is not None:
        tell("failed", payment)
