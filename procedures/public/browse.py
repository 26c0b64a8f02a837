"""Every procedure at most three clicks from the front page: by situation of life, by sector, by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.public.caching import public_page
from procedures.queries.browsing import AT_ONCE, Named, Shelf, named, shelves
from procedures.queries.catalogue import LIFE_EVENTS, life_events

PART, SECTOR = "phan", "linh-vuc"


@dataclass(frozen=True)
class Part:
    """A part of a long list: from which number to which, and where it is."""

    first: int
    last: int
    href: str


@permission(PUBLIC)
@require_safe
@public_page()
def browse(request: HttpRequest) -> HttpResponse:
    """All situations of life and all sectors; a long sector at once in its parts, so that no click is lost."""
    rows = [(one, _parts(reverse("browse_sector", args=[one.key]), one.count)) for one in shelves()]
    return render(request, "public/browse.html", {"section": "procedures", "events": life_events(), "sectors": rows})


@permission(PUBLIC)
@require_safe
@public_page(PART)
def browse_sector(request: HttpRequest, shelf: str) -> HttpResponse:
    found = next((one for one in shelves() if one.key == shelf), None)
    if found is None:
        raise Http404
    part = _part(request, found.count)
    parts = _parts(reverse("browse_sector", args=[shelf]), found.count)
    rows = named(sector=shelf, first=(part - 1) * AT_ONCE)
    context = {"title": found.title, "count": found.count, "groups": [("", rows)], "parts": parts, "part": part}
    return render(request, "public/browse_list.html", {"section": "procedures", **context})


@permission(PUBLIC)
@require_safe
@public_page(SECTOR)
def browse_event(request: HttpRequest, shelf: str) -> HttpResponse:
    """What there is for a situation, by sector; where that is too much for one page, first the sectors."""
    if shelf not in LIFE_EVENTS:
        raise Http404
    sectors = shelves(event=shelf)
    chosen = next((one for one in sectors if one.key == request.GET.get(SECTOR)), None)
    count = chosen.count if chosen else sum(one.count for one in sectors)
    context = {"title": LIFE_EVENTS[shelf], "count": count, "event": shelf, "chosen": chosen}
    if count > AT_ONCE and chosen is None:
        return render(request, "public/browse_list.html", {"section": "procedures", **context, "sectors": sectors})
    rows = named(event=shelf, sector=chosen.key if chosen else "")
    return render(
        request, "public/browse_list.html", {"section": "procedures", **context, "groups": _grouped(rows, sectors)}
    )


def _grouped(rows: list[Named], sectors: list[Shelf]) -> Iterator[tuple[str, list[Named]]]:
    titles = {one.key: one.title for one in sectors}
    for sector, group in groupby(sorted(rows, key=lambda row: row.sector), key=lambda row: row.sector):
        yield titles.get(sector, ""), list(group)


def _part(request: HttpRequest, count: int) -> int:
    asked = request.GET.get(PART, "1")
    last = max(1, -(-count // AT_ONCE))
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:6]) <= last):
        raise Http404
    return int(asked)


def _parts(href: str, count: int) -> list[Part]:
    if count <= AT_ONCE:
        return []
    starts = range(0, count, AT_ONCE)
    return [
        Part(at + 1, min(at + AT_ONCE, count), f"{href}?{PART}={at // AT_ONCE + 1}" if at else href) for at in starts
    ]
