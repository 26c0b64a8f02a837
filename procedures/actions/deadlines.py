"""What time itself does to dossiers: each found by its due moment, done once under the row's lock."""

import logging
from functools import partial

from portal import outbox
from portal.models import OutboxRow, Tenant
from portal.tenancy import inside
from procedures.actions import alarms, apart, catalogue, moving
from procedures.models import Dossier, ProcedureVersion
from procedures.queries import moves, versions
from procedures.workflow import NotAllowed

log = logging.getLogger(__name__)


def carry_out(tenant: Tenant) -> int:
    """Everything that is due in a tenant now; returns how many were done."""
    alarms.follow(tenant)
    return alarms.fire(tenant) + lead_over(tenant)


def lead_over(tenant: Tenant) -> int:
    """What was filed, is not accepted and waits for a newer version of its procedure."""
    with inside(tenant):
        waiting = moves.waiting().exclude(pk__in=apart.handed_over("lead_over", "dossier"))
        keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:1000])
    return sum(apart.attempt(tenant, "lead_over", {"dossier": key}, partial(_lead_over, key)) for key in keys)


def _lead_over(key: int) -> bool:
    """Another sweep or a citizen may have been first."""
    try:
        moving.lead_over(Dossier.objects.select_related("version", "procedure__current").get(pk=key))
    except NotAllowed as reason:
        log.info("dossier %s: %s", key, reason)
        return False
    return True


@outbox.handles("lead_over")
def lead_over_again(row: OutboxRow) -> None:
    _lead_over(row.payload["dossier"])


def take_effect(tenant: Tenant) -> int:
    """Versions whose moment has come, each in a transaction of its own; there are nearly always none."""
    with inside(tenant):
        keys = list(versions.due().values_list("pk", flat=True))
    return sum(_take_effect(tenant, key) for key in keys)


def _take_effect(tenant: Tenant, key: int) -> int:
    with inside(tenant):
        return int(catalogue.take_effect(ProcedureVersion.objects.select_related("procedure").get(pk=key)))
