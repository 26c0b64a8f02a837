"""Finding among six thousand procedures at forty offices: search, slips, suggestions, filters, guide, and what is kept."""

import http.client
import os
import time
from collections.abc import Iterator
from random import Random
from statistics import quantiles
from urllib.parse import quote_plus, urlsplit

from django.core.management import call_command
from django.db import connections

from bench import pages as under_load
from bench.house import House
from bench.output import Limit, say, tell
from bench.pages import Page
from bench.people import GZIP, headers
from bench.sizes import Size
from portal.models import Tenant
from portal.tenancy import inside
from portal.text import fold
from procedures.actions import catalogue
from procedures.models import Procedure

SLUG = "danh-muc-1"
# Authorities, procedures and offices of the large one, and of each of the others.
SIZES = {"tiny": (2, 200, 4), "": (4, 6_000, 40), "full": (50, 6_000, 40)}
OTHERS = (600, 10)
ASKED = 170
# So many are asked before: each of the processes reads once what it keeps under a version of the catalogue.
BEFORE = 20
WEIGHT = Limit("20 KB", 20 * 1024)


def measure(house: House, bare_base: str, size: Size) -> None:
    """Each question is new, so that nothing was kept of it; one connection, so that the time is the server's own."""
    tenant = _loaded()
    told = headers(tenant)
    names = _names(tenant)
    _timed(house, "search", (f"/thu-tuc/?q={quote_plus(words)}" for words in _asked(names)), told, Limit("30 ms", 30))
    _timed(
        house,
        "search_slips",
        (f"/thu-tuc/?q={quote_plus(_slipped(words))}" for words in _asked(names)),
        told,
        Limit("30 ms", 30),
    )
    _timed(
        house,
        "suggestions",
        (f"/goi-y/?q={quote_plus(words[:-2])}" for words in _asked(names)),
        told,
        Limit("30 ms", 30),
        most=2048,
    )
    _timed(house, "catalogue", _filters(tenant), told, Limit("50 ms", 50))
    _timed(house, "guide", _guided(), told, Limit("50 ms", 50))
    code = names[0][0]
    kept = [
        ("catalogue_kept", "/thu-tuc/"),
        ("search_kept", "/thu-tuc/?q=giay+phep"),
        ("procedure_kept", f"/thu-tuc/{code}/"),
        ("guide_kept", "/huong-dan/"),
    ]
    under_load.measure(
        house, bare_base, [Page(name, path, told, aim=0.8, connections=(1, 8)) for name, path in kept], size
    )
    _published(house, tenant, code)


def _loaded() -> Tenant:
    authorities, procedures, offices = SIZES[os.environ.get("SIZE", "")]
    if not Tenant.objects.filter(slug=SLUG).exists():
        began = time.perf_counter()
        say(f"Making catalogues (once): {procedures} procedures at {offices} offices, {authorities} authorities …")
        call_command("seed_load", tenants=1, procedures=procedures, offices=offices, stdout=_Silent())
        tell("catalogue.seeding", "s", time.perf_counter() - began, procedures=procedures, offices=offices)
    call_command("seed_load", tenants=authorities, procedures=OTHERS[0], offices=OTHERS[1], stdout=_Silent())
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE procedures_procedure, procedures_searchword, procedures_offering")
    return Tenant.objects.get(slug=SLUG)


class _Silent:
    def write(self, text: str) -> int:
        return len(text)


def _names(tenant: Tenant) -> list[tuple[str, str]]:
    with inside(tenant):
        return list(Procedure.objects.order_by("pk").values_list("code", "name"))


def _asked(names: list[tuple[str, str]]) -> Iterator[str]:
    """Three to seven words of a name without diacritics, as people type them; another one each time."""
    chance = Random(os.getpid() + time.monotonic_ns())
    for _turn in range(ASKED):
        words = fold(chance.choice(names)[1].replace(",", "")).split()
        start = chance.randrange(max(1, len(words) - 3))
        yield " ".join(words[start : start + chance.randint(3, 7)])


def _slipped(words: str) -> str:
    """Two letters of a word have changed places."""
    parts = words.split()
    longest = max(parts, key=len)
    parts[parts.index(longest)] = longest[:-2] + longest[-1] + longest[-2]
    return " ".join(parts)


def _filters(tenant: Tenant) -> Iterator[str]:
    with inside(tenant):
        sectors = sorted(set(Procedure.objects.values_list("sector", flat=True)))
    for turn in range(ASKED):
        yield f"/thu-tuc/?linh-vuc={sectors[turn % len(sectors)]}&muc-do={turn % 4 + 1}&trang={turn // len(sectors) + 1}"


def _guided() -> Iterator[str]:
    for turn in range(ASKED):
        who = ("self", "business", "organisation")[turn % 3]
        yield f"/huong-dan/?ai={who}&viec={('khac', 'land', 'doing_business')[turn % 3]}&d.turn={turn}"


def _timed(house: House, name: str, paths: Iterator[str], told: dict[str, str], limit: Limit, most: int = 0) -> None:
    place = urlsplit(house.base)
    connection = http.client.HTTPConnection(place.netloc, timeout=60)
    times, sizes = [], []
    for path in paths:
        began = time.perf_counter()
        connection.request("GET", path, headers={**told, **GZIP})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        times.append((time.perf_counter() - began) * 1000)
        sizes.append(len(body))
    connection.close()
    cuts = quantiles(times[BEFORE:], n=100, method="inclusive")
    tell(f"{name}.first.max", "ms", max(times[:BEFORE]))
    tell(f"{name}.new.p50", "ms", cuts[49], limit)
    tell(f"{name}.new.p95", "ms", cuts[94], limit)
    tell(f"{name}.new.bytes", "bytes", max(sizes), Limit("2 KB", most) if most else WEIGHT)


def _published(house: House, tenant: Tenant, code: str) -> None:
    """From the moment that it is published until no process shows the old one any more."""
    word = f"Bản {time.monotonic_ns()}"
    _told_by_all(house, tenant, code, "")
    with inside(tenant):
        raw = dict(Procedure.objects.select_related("current").get(code=code).current.definition)  # type: ignore[union-attr]
        catalogue.publish({**raw, "summary": {"vi": word, "en": word}})
    began = time.perf_counter()
    tell("publication.visible", "ms", (_told_by_all(house, tenant, code, word) - began) * 1000, Limit("1 s", 1000))


def _told_by_all(house: House, tenant: Tenant, code: str, word: str) -> float:
    """When the last old answer came, over many fresh connections: each may meet another process."""
    url, last, fresh = f"{house.base}/thu-tuc/{code}/", time.perf_counter(), 0
    while fresh < 40:
        is_new = word in under_load.fetched(url, headers(tenant)).decode()
        fresh = fresh + 1 if is_new else 0
        last = last if is_new else time.perf_counter()
    return last
