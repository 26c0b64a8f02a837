"""Lists and figures over a hundred thousand dossiers: the worklist, the public figures, the reports."""

import time
from collections.abc import Callable

from django.core.management import call_command, get_commands
from django.db import connections
from django.db.models import Count

from bench.output import Limit, say, tell
from bench.pages import Page
from bench.people import headers, person
from bench.sizes import Size
from portal.models import Membership, Office, Tenant, User
from portal.moments import today
from portal.roles import Role
from portal.tenancy import inside
from procedures.models import Dossier
from procedures.queries.figures.board import board, chosen
from procedures.queries.figures.reports import REPORTS, report

SLUG, SEED = "tai-1", 20261122
MOST = Limit("200 ms", 200)
# A hundred thousand dossiers a minute.
SECONDS_EACH = 60 / 100_000


class NothingToMeasure(Exception):
    """The made-up load cannot be had; the text says why."""


def loaded(size: Size) -> Tenant:
    """The authority with the many dossiers; made once, then kept with the state folder."""
    known = Tenant.objects.filter(slug=SLUG).first()
    if known is None or _count(known) < size.dossiers:
        if "seed_load" not in get_commands():
            raise NothingToMeasure("manage.py seed_load is not there")
        began = time.perf_counter()
        say(f"Making {size.dossiers} dossiers (once) …")
        call_command("seed_load", tenants=1, dossiers=size.dossiers, seed=SEED, recent=size.recent, stdout=_Silent())
        _tidy()
        most = size.dossiers * SECONDS_EACH
        tell("lists.seeding", "s", time.perf_counter() - began, Limit(f"{most:g} s", most), dossiers=size.dossiers)
    return Tenant.objects.get(slug=SLUG)


def _tidy() -> None:
    """What autovacuum would do within minutes of so many new rows."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE procedures_dossier, procedures_pause, procedures_duechange, procedures_dossierevent, procedures_dossierword"
        )


class _Silent:
    def write(self, text: str) -> int:
        say(text.rstrip())
        return len(text)


def _count(tenant: Tenant) -> int:
    with inside(tenant):
        return int(Dossier.objects.count())


def pages(tenant: Tenant) -> list[Page]:
    """Eight connections: as many officials at once as a busy ward has."""
    clerk, everywhere = _clerk(tenant)
    told = headers(tenant, clerk)
    return [
        Page("worklist", "/mot-cua/?list=running", told, aim=0.35, signed_in=True, connections=(1, 8)),
        Page(
            "worklist_everywhere",
            "/mot-cua/?list=running",
            headers(tenant, everywhere),
            aim=0.35,
            signed_in=True,
            connections=(1, 8),
        ),
        Page("figures", "/so-lieu/", headers(tenant), aim=0.8, connections=(1, 8)),
    ]


def _clerk(tenant: Tenant) -> tuple[User, User]:
    """A clerk at the office that has most to do, and one of the whole authority, whose lists are the longest."""
    clerk, everywhere = person("binh"), person("chi")
    with inside(tenant):
        busiest = Office.objects.annotate(n=Count("dossiers")).order_by("-n", "pk")[0]
        for who, office in ((clerk, busiest), (everywhere, None)):
            if not Membership.objects.filter(user=who).exists():
                Membership.objects.create(user=who, office=office, role=Role.CLERK)
    return clerk, everywhere


def measure_reports(tenant: Tenant) -> None:
    """Counted anew, nothing kept: what the first visitor in five minutes waits for."""
    count = _count(tenant)
    with inside(tenant):
        _name, period = chosen(str(today().year))
        for name in REPORTS:
            _timed(f"report.{name}", lambda name=name: report(name, period), count)  # type: ignore[misc]
        _timed("figures.counted_anew", lambda: board(period, None, lambda measure: None), count)


def _timed(name: str, act: Callable[[], object], count: int) -> None:
    times = []
    for _turn in range(3):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    tell(name, "ms", sorted(times)[1] * 1000, MOST, dossiers=count)
