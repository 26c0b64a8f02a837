"""Probes: alive, ready, and what to count."""

import hmac
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.models import OutboxRow
from portal.moments import now
from portal.tenancy import across_tenants

_migrated = False


def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when a request can be served: the database answers, is migrated, and commits are durable."""
    problems = _problems()
    return JsonResponse(
        {"status": "waiting" if problems else "ready", "problems": problems}, status=503 if problems else 200
    )


def _problems() -> list[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            durable = cursor.fetchone()[0]
        problems = [] if _is_migrated() else ["migrations are missing"]
    except DatabaseError:
        return ["the database does not answer"]
    if durable == "off" and not settings.TESTING:
        problems.append("synchronous_commit is off: an acknowledged dossier could be lost")
    return problems


def _is_migrated() -> bool:
    global _migrated  # once true it stays true for this process
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, behind a token; without a configured token there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given, settings.METRICS_TOKEN):
        return HttpResponse(status=404)
    return HttpResponse("\n".join(_lines()) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> list[str]:
    with across_tenants("metrics"):
        waiting = OutboxRow.objects.filter(done_at=None, given_up_at=None).aggregate(
            rows=Count("pk"), oldest=Min("due_at")
        )
        given_up = OutboxRow.objects.exclude(given_up_at=None).count()
    values: dict[str, Any] = {
        "motcua_outbox_waiting": waiting["rows"],
        "motcua_outbox_oldest_seconds": max((now() - waiting["oldest"]).total_seconds(), 0) if waiting["oldest"] else 0,
        "motcua_outbox_given_up": given_up,
        "motcua_cache_answers": int(cache.get_or_set("metrics", 1, 60) == 1),
    }
    return [f"{name} {value}" for name, value in values.items()]
