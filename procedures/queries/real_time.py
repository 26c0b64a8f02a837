"""How long a procedure has really taken lately, from dossiers that were decided: beside the time that the law allows."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncDate

from portal.models import Office
from portal.moments import HERE, now, today
from portal.tenancy import current_tenant
from procedures.models import Dossier, Procedure
from procedures.queries.clocks import calendar_of

LATELY = timedelta(days=90)
# Fewer say nothing about the next one.
LEAST = 10
KEPT_SECONDS = 3600
LONGEST_AGO = timedelta(days=400)


@dataclass(frozen=True)
class RealTime:
    """In working days, waiting for the person included: half of the dossiers took no longer than `median`, nine of ten no
    longer than `most`."""

    median: int
    most: int
    dossiers: int


def real_times(procedure: Procedure, offices: list[Office]) -> dict[int, RealTime]:
    """By office's key, and under 0 for all of them together; an hour old at most."""
    key = f"real:{current_tenant().pk}:{procedure.pk}"
    kept: dict[int, RealTime] | None = cache.get(key)
    if kept is None:
        kept = _counted(procedure, offices)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _counted(procedure: Procedure, offices: list[Office]) -> dict[int, RealTime]:
    """One query: so many dossiers accepted on this day were decided on that one."""
    known = {office.pk: office for office in offices}
    rows = Dossier.objects.filter(procedure=procedure, decided_at__gte=now() - LATELY, office__in=known)
    rows = rows.filter(accepted_at__isnull=False, provenance="native").values_list(
        "office", TruncDate("accepted_at", tzinfo=HERE), TruncDate("decided_at", tzinfo=HERE)
    )
    by_office: dict[int, list[tuple[date, date, int]]] = {}
    for office, accepted, decided, count in rows.annotate(n=Count("pk")).order_by():
        by_office.setdefault(office, []).append((accepted, decided, count))
    taken = {office: _taken(known[office], spans) for office, spans in by_office.items()}
    together = [days for each in taken.values() for days in each]
    return {office: _told(days) for office, days in [(0, together), *taken.items()] if len(days) >= LEAST}


def _taken(office: Office, spans: list[tuple[date, date, int]]) -> list[int]:
    """Working days from the day of acceptance to that of decision; within one day is none."""
    calendar = calendar_of(office)
    first = today() - LONGEST_AGO
    worked = [day for n in range(LONGEST_AGO.days + 1) if calendar.is_working_day(day := first + timedelta(days=n))]
    return [
        max(0, bisect_right(worked, decided) - bisect_left(worked, accepted) - 1)
        for accepted, decided, count in spans
        for _one in range(count)
    ]


def _told(days: list[int]) -> RealTime:
    ordered = sorted(days)
    return RealTime(_share(ordered, 50), _share(ordered, 90), len(ordered))


def _share(ordered: list[int], percent: int) -> int:
    """The least number of days within which so many percent were decided."""
    return ordered[-(-len(ordered) * percent // 100) - 1]
