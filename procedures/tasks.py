"""Time's own work: what falls due is asked of the database by every sweep, and done once."""

import hashlib
import json

from celery import shared_task
from django.conf import settings

from portal.models import AuditHead, Tenant
from portal.moments import now
from portal.queries import active_tenants
from portal.tenancy import inside
from procedures.actions import deadlines, follow_ups, levels, returning
from procedures.models import Dossier


@shared_task(name="procedures.tasks.sweep_deadlines")
def sweep_deadlines() -> int:
    """Lapsed supplements and silences that became consent; a sweep that runs twice or late does each once."""
    return sum(deadlines.carry_out(tenant) for tenant in active_tenants())


@shared_task(name="procedures.tasks.sweep_versions")
def sweep_versions() -> int:
    """Versions whose moment has come; a sweep that runs twice or late puts each in force once."""
    return sum(deadlines.take_effect(tenant) for tenant in active_tenants())


@shared_task(name="procedures.tasks.sweep_post")
def sweep_post() -> int:
    """Where consignments are: asked of the carrier in the background."""
    return sum(returning.sweep(tenant) for tenant in active_tenants())


@shared_task(name="procedures.tasks.sweep_results")
def sweep_results() -> int:
    """Results that nobody collected, results that run out soon: each reminder once."""
    return sum(follow_ups.carry_out(tenant) for tenant in active_tenants())


@shared_task(name="procedures.tasks.settle_levels")
def settle_levels() -> None:
    """A day that comes opens and closes offices, and levels are the lowest among those that are there."""
    for tenant in active_tenants():
        with inside(tenant):
            levels.settle_all()


@shared_task(name="procedures.tasks.seal_events")
def seal_events() -> int:
    """Write where every tenant's chains stand to a place outside the database."""
    return sum(_seal(tenant) for tenant in active_tenants())


def _seal(tenant: Tenant) -> int:
    with inside(tenant):
        heads = hashlib.sha256()
        rows = (
            Dossier.objects.exclude(event_hash="").order_by("pk").values_list("reference", "event_count", "event_hash")
        )
        count = 0
        for row in rows.iterator(chunk_size=2000):
            heads.update(json.dumps(row).encode())
            count += 1
        audit = AuditHead.objects.first()
    told = {
        "at": now().isoformat(),
        "dossiers": count,
        "heads": heads.hexdigest(),
        "audit": [audit.number, audit.hash] if audit else None,
    }
    folder = settings.SEAL_FOLDER / tenant.slug
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{now():%Y-%m}.jsonl").open("a") as seals:
        seals.write(json.dumps(told) + "\n")
    return count
