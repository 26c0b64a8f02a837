"""What nobody tells us we ask; what is over we end; news that was not understood is told again."""

import logging

from celery import shared_task

from payments import actions, queries
from payments.models import Payment
from payments.providers.base import Untrue
from payments.providers.table import PROVIDERS
from payments.signals import NEWS
from portal.http import Refused, Unreachable
from portal.models import OutboxRow
from portal.moments import now
from portal.outbox import handles
from portal.queries import active_tenants
from portal.tenancy import TenantTask, current_tenant, inside

log = logging.getLogger(__name__)
AT_ONCE = 50
CAN_BE_ASKED = [code for code, provider in PROVIDERS.items() if provider.can_be_asked]


class _Sweep(TenantTask):
    """It speaks to providers, so it opens its own short transactions."""

    abstract = True
    short_transactions = True


@shared_task(name="payments.tasks.sweep_payments")
def sweep_payments() -> None:
    """Each minute: every authority by itself, so that a slow one holds up nobody."""
    for tenant in active_tenants():
        sweep_payments_of.apply_async((tenant.pk,))


@shared_task(base=_Sweep, name="payments.tasks.sweep_payments_of")
def sweep_payments_of(tenant_id: int) -> None:
    ask_about_undecided()
    end_what_is_over()


def ask_about_undecided() -> None:
    """Heal lost callbacks. A provider that is down is left alone until the next sweep; a bad answer stops nobody else."""
    down: set[str] = set()
    with inside(current_tenant()):
        waiting = list(queries.undecided(now(), CAN_BE_ASKED)[:AT_ONCE])
    for payment in waiting:
        if payment.provider in down:
            continue
        try:
            actions.ask_again(payment.reference, now=now())
        except Unreachable as error:
            down.add(payment.provider)
            log.warning("%s does not answer: %s", payment.provider, error)
        except (Refused, Untrue) as error:
            log.warning("no answer about payment %s: %s", payment.reference, error)


def end_what_is_over() -> None:
    with inside(current_tenant()):
        for payment in queries.out_of_time(now(), CAN_BE_ASKED)[:AT_ONCE]:
            actions.expire(payment, now=now())


@handles("payment.news")
def tell_again(row: OutboxRow) -> None:
    """A listener failed when the payment changed; until all have understood, this row is tried again."""
    payment = Payment.objects.get(reference=row.payload["reference"])
    NEWS[row.payload["event"]].send(sender=Payment, payment=payment)
