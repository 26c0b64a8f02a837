"""An official's deeds with one dossier, and its page, among a hundred thousand others: milliseconds and statements."""

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.lists import NothingToMeasure, loaded
from bench.output import Limit, skip, tell
from bench.people import headers, person
from bench.sizes import Size
from portal.models import Tenant
from portal.tenancy import inside, knowing
from procedures.actions import processing, results, signing
from procedures.models import Dossier
from procedures.models.lifecycle import State

MOST, CONTROL = Limit("150 ms", 150), ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
FEWEST, MANY = 5, 40
Deed = Callable[[Dossier], float]


def measure(size: Size) -> None:
    try:
        tenant = loaded(size)
    except NothingToMeasure as reason:
        skip("desk", str(reason))
        return
    count = max(FEWEST, min(MANY, size.submissions))
    filed = _some(tenant, count + 1)
    _told("page", tenant, filed, lambda one: _get(tenant, one))
    _told("accept", tenant, filed, lambda one: _post(tenant, "binh", one, "tiep-nhan"))
    _told("route", tenant, filed, lambda one: _post(tenant, "binh", one, "chuyen", step=_last_step(tenant, one)))
    _told("decide", tenant, filed, lambda one: _decide(tenant, one))


def _some(tenant: Tenant, count: int) -> list[Dossier]:
    """Filed and not accepted, with nothing to pay first."""
    with inside(tenant):
        return list(Dossier.objects.filter(state=State.SUBMITTED, fee_total=0).order_by("pk")[:count])


def _told(name: str, tenant: Tenant, dossiers: list[Dossier], deed: Deed) -> None:
    """The first warms up and is counted in statements; the others in milliseconds, the 95th of a hundred."""
    if len(dossiers) < FEWEST:
        skip(f"desk.{name}", "there are too few dossiers")
        return
    with CaptureQueriesContext(connection) as found:
        deed(dossiers[0])
    asked = [one["sql"] for one in found.captured_queries if not one["sql"].startswith(CONTROL)]
    times = [deed(one) * 1000 for one in dossiers[1:]]
    tell(
        f"desk.{name}.p95",
        "ms",
        quantiles(times, n=20, method="inclusive")[-1],
        MOST,
        deeds=len(times),
        statements=len(asked),
    )


def _client(tenant: Tenant, subject: str) -> Client:
    client = Client(HTTP_HOST=tenant.host)
    told = headers(tenant, person(subject))
    client.cookies.load(told["Cookie"])
    return client


def _timed(act: Callable[[], Any], *wanted: int) -> float:
    began = time.perf_counter()
    answer = act()
    seconds = time.perf_counter() - began
    if answer.status_code not in wanted:
        raise SystemExit(f"The desk answered {answer.status_code}: {answer.content.decode()[:400]}")
    return seconds


def _get(tenant: Tenant, dossier: Dossier) -> float:
    client = _client(tenant, "binh")
    return _timed(lambda: client.get(f"/mot-cua/ho-so/{dossier.reference}/"), 200)


def _post(tenant: Tenant, who: str, dossier: Dossier, deed: str, **told: str) -> float:
    client, seen = _client(tenant, who), _fresh(tenant, dossier).event_count
    return _timed(lambda: client.post(f"/mot-cua/ho-so/{dossier.reference}/{deed}/", {"seen": seen, **told}), 302)


def _fresh(tenant: Tenant, dossier: Dossier) -> Dossier:
    with inside(tenant):
        found: Dossier = Dossier.objects.select_related("version", "procedure", "office", "receiving_office").get(
            pk=dossier.pk
        )
        return found


def _last_step(tenant: Tenant, dossier: Dossier) -> str:
    with inside(tenant):
        return processing.route_of(_fresh(tenant, dossier))[-1].key


def _decide(tenant: Tenant, dossier: Dossier) -> float:
    """Taking the number and what follows from the signature; printing and the device are measured elsewhere."""
    chi, dung, fresh = person("chi"), person("dung"), _fresh(tenant, dossier)
    with inside(tenant):
        results.prepare(fresh, chi, outcome=Dossier.Outcome.GRANTED, lines=[])
    with knowing(tenant):
        began = time.perf_counter()
        with inside(tenant):
            draft = results.decision(fresh, dung)
        row = signing.begin(fresh, dung, draft)
        first = time.perf_counter() - began
        signature = signing.ask(signing.prepare(row))
        began = time.perf_counter()
        signing.finish(row, signature)
    return first + time.perf_counter() - began
