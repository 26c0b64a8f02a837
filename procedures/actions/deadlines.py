"""What time itself does to dossiers: each found by its due moment, done once under the row's lock."""

import logging
from collections.abc import Callable

from portal.models import Tenant
from portal.tenancy import inside
from procedures.actions import alarms, catalogue, moving
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
        keys = list(moves.waiting().order_by("pk").values_list("pk", flat=True)[:1000])
    return sum(_do(tenant, key, moving.lead_over) for key in keys)


def take_effect(tenant: Tenant) -> int:
    """Versions whose moment has come, each in a transaction of its own; there are nearly always none."""
    with inside(tenant):
        keys = list(versions.due().values_list("pk", flat=True))
    return sum(_take_effect(tenant, key) for key in keys)


def _take_effect(tenant: Tenant, key: int) -> int:
    with inside(tenant):
        return int(catalogue.take_effect(ProcedureVersion.objects.select_related("procedure").get(pk=key)))


def _do(tenant: Tenant, key: int, act: Callable[[Dossier], object]) -> int:
    """One dossier in one transaction; another sweep or a citizen may have been first."""
    try:
        with inside(tenant):
            act(Dossier.objects.select_related("version", "procedure__current").get(pk=key))
    except NotAllowed as reason:
        log.info("dossier %s: %s", key, reason)
        return 0
    return 1
