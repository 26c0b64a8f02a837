"""A sweep does many things, each apart: one that fails holds up no other, and from then on it is the outbox's to try again.

There it is tried at growing distances, a bounded number of times, and then stands among the work that was given up, with its
reason and a button; `/metrics` counts it. Nothing that fails comes round with every sweep.
"""

import logging
from collections.abc import Callable
from typing import Any

from portal import outbox
from portal.models import OutboxRow, Tenant
from portal.moments import now
from portal.tenancy import inside

log = logging.getLogger(__name__)


def attempt(tenant: Tenant, kind: str, payload: dict[str, Any], act: Callable[[], bool]) -> bool:
    """`act` in a transaction of its own; where it fails, a row of the outbox with this payload does it later."""
    try:
        with inside(tenant):
            return act()
    except Exception as error:  # noqa: BLE001 -- whatever fails is tried again, and shown when it is given up
        log.warning("%s %s failed, the outbox goes on: %s", kind, payload, type(error).__name__)
        with inside(tenant):
            outbox.put(kind, f"{'-'.join(str(told) for told in payload.values())}-{now():%y%m%d%H%M%S}", payload)
        return False


def handed_over(kind: str, name: str) -> set[int]:
    """What the outbox tries now or has given up, by the number that its payload has under `name`: sweeps leave it alone."""
    rows = OutboxRow.objects.filter(kind=kind, done_at=None)
    return {int(payload[name]) for payload in rows.values_list("payload", flat=True)}
