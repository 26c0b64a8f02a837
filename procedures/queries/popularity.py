"""What people file most: a tie-breaker of searches and the list of the front page."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count

from portal.kept import for_seconds
from portal.moments import now
from portal.tenancy import current_tenant
from procedures.models import Dossier

USED_WITHIN = timedelta(days=90)
KEPT_SECONDS, KEPT_HERE = 3600, 60.0
MOST = 200


def popular() -> dict[int, int]:
    """The procedures accepted most in the last months → how often; about an hour old at most."""
    return for_seconds("popular", KEPT_HERE, _counted)


def _counted() -> dict[int, int]:
    key = f"popular:{current_tenant().pk}"
    kept: dict[int, int] | None = cache.get(key)
    if kept is None:
        recent = Dossier.objects.filter(accepted_at__gte=now() - USED_WITHIN).values("procedure")
        times = recent.annotate(times=Count("pk")).order_by("-times", "procedure")
        kept = dict(times.values_list("procedure", "times")[:MOST])
        cache.set(key, kept, KEPT_SECONDS)
    return kept
