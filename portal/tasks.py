"""The ground's background work."""

from celery import shared_task

from portal.outbox import relay
from portal.queries import active_tenants
from portal.tenancy import TenantTask, current_tenant


class _Relay(TenantTask):
    """The outbox opens its own short transactions, row by row."""

    abstract = True
    short_transactions = True


@shared_task(base=_Relay, name="portal.tasks.relay_outbox")
def relay_outbox(tenant_id: int) -> int:
    return relay(current_tenant())


@shared_task(name="portal.tasks.sweep_outbox")
def sweep_outbox() -> int:
    """Every few seconds, all tenants: what no wake-up reached is done here."""
    return sum(relay(tenant) for tenant in active_tenants())
