"""Attempts to pay: opened, sent off to a provider, ended."""

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from payments import queries
from payments.actions.settlement import NotPossible, end, lock, locked
from payments.lifecycle import State
from payments.models import Account, Payment, as_json, new_reference
from payments.money import Item, claim_of, total
from payments.providers.base import Exit, Order, plain
from payments.providers.table import PROVIDERS
from portal import audit
from portal.models import User
from portal.tenancy import current_tenant, inside


@dataclass(frozen=True)
class Traveller:
    """Who leaves for the provider: from where, in which language, and where they come back."""

    return_url: str
    ip: str
    language: str


@transaction.atomic
def open_payment(
    subject: str,
    items: Sequence[Item],
    *,
    account: Account,
    payer: User | None,
    return_url: str,
    now: datetime.datetime,
) -> Payment:
    """The one payment of this demand: the paid one, the open one by this account, else a new one. Asked twice, it is the same."""
    if not url_has_allowed_host_and_scheme(return_url, allowed_hosts=None):
        raise ValueError("return_url must be a path of our own.")
    if total(items) <= 0:
        raise ValueError("There is no payment of 0 đồng.")
    claim = claim_of(subject, items)
    found = queries.standing(claim, account)
    if found is None:
        made = Payment(
            subject=subject, claim=claim, items=as_json(items), amount=total(items), account=account, payer=payer
        )
        made.return_url, made.payer_name = return_url, payer.full_name if payer else ""
        return _opened(made, now)
    if found.state == State.CREATED:
        found.expires_at = now + PROVIDERS[found.provider].lifetime
        found.save(update_fields=["expires_at"])
    return found


def _opened(made: Payment, now: datetime.datetime) -> Payment:
    made.reference, made.provider, made.options = new_reference(now), made.account.provider, made.account.as_used()
    made.created_at, made.expires_at = now, now + PROVIDERS[made.provider].lifetime
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        # Somebody pressed twice, and the other press was first.
        found = queries.standing(made.claim, made.account)
        if found is None:
            raise
        return found
    return made


def leave(reference: str, *, traveller: Traveller, now: datetime.datetime) -> Exit:
    """Send the payer off to the provider. Speaks to the provider between two transactions; may be asked again."""
    tenant = current_tenant()
    with inside(tenant):
        payment, _rows = lock(Payment.objects.get(reference=reference))
        if payment.exit:
            return Exit(**payment.exit)
        order = _departure(payment, traveller, now)
    found = PROVIDERS[payment.provider].leave(order)
    with inside(tenant):
        Payment.objects.filter(pk=payment.pk).update(exit=asdict(found))
    return found


def _departure(payment: Payment, traveller: Traveller, now: datetime.datetime) -> Order:
    if not payment.is_open:
        raise NotPossible(_("Khoản này không còn chờ thanh toán."))
    if payment.state == State.CREATED:
        payment.leave()
        payment.left_at, payment.expires_at = now, now + PROVIDERS[payment.provider].lifetime
        payment.save(update_fields=["state", "left_at", "expires_at"])
    return order_of(payment, traveller)


def order_of(payment: Payment, traveller: Traveller | None = None) -> Order:
    who = traveller or Traveller("", "", "vi")
    return Order(
        reference=payment.reference,
        amount=payment.amount,
        items=tuple(payment.lines),
        description=plain(f"Thanh toan phi le phi {payment.reference}"),
        left_at=payment.left_at or payment.created_at,
        expires_at=payment.expires_at,
        secret=payment.account.secret,
        **payment.options,
        **asdict(who),
    )


@transaction.atomic
def expire(payment: Payment, *, now: datetime.datetime) -> None:
    """End a payment whose time is over and of which no provider could tell more."""
    row, _rows = lock(payment)
    if row.is_open and row.expires_at <= now:
        row.expire()
        end(row)


@transaction.atomic
def cancel_open(subject: str, *, actor: User | None) -> int:
    """What a subject asked for is not asked for any more. Money that comes all the same goes to suspense."""
    ended = 0
    for claim in sorted(set(queries.payments_of(subject).values_list("claim", flat=True))):
        for row in locked(claim):
            if row.is_open:
                row.cancel()
                row.save(update_fields=["state"])
                audit.record(actor, "payment.cancelled", row.reference, subject=row.payer)
                ended += 1
    return ended
