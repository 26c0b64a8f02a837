"""What procedures lack to reach the next level: listed, narrowed, grouped by remedy, and how the levels moved."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.functional import Promise

from portal.models import AuditEntry, Office
from portal.moments import today
from portal.queries import open_offices
from portal.tenancy import current_tenant
from portal.text import fold
from procedures.models import LevelChange, Offering, Procedure
from procedures.queries.figures.periods import Period, month
from procedures.queries.figures.reports import procedures_by_level
from procedures.queries.levels import REASONS, TOP, moved_at
from procedures.queries.reasons import IN_THE_DEFINITION, LACKS, REMEDIES, lacks_of, sentence, step_above

MONTHS = 12
A_MONTH = 31 * 86400


@dataclass(frozen=True)
class Asked:
    """How the list is narrowed; all of it stands in the address."""

    words: str = ""
    reason: str = ""
    office: str = ""
    sector: str = ""
    level: int = 0


@dataclass(frozen=True)
class Reason:
    """One reason of one procedure, and where it stands."""

    key: str
    text: str
    offices: list[Office]


@dataclass(frozen=True)
class Shortfall:
    """A procedure, and what stands between it and the next level (by the reasons of its lowest offices)."""

    procedure: Procedure
    offices: int
    above: str
    reasons: list[Reason]


@dataclass(frozen=True)
class Remedy:
    """One deed, repeated: for how many, and how many procedures rise by it alone."""

    reason: str
    text: str
    many: int
    touched: int
    rising: int
    above: int


def offered_today() -> QuerySet[Offering]:
    return Offering.objects.filter(office__in=open_offices(), procedure__current__isnull=False)


def procedures_short(asked: Asked) -> QuerySet[Procedure]:
    """Procedures with something to mend somewhere, by code."""
    rows = Procedure.objects.filter(current__isnull=False).select_related("current").order_by("code")
    for word in fold(asked.words).split()[:8]:
        rows = rows.filter(search__contains=word)
    if asked.sector:
        rows = rows.filter(sector=asked.sector)
    if asked.level:
        rows = rows.filter(level=asked.level)
    return rows.filter(pk__in=_short(asked).values("procedure_id"))


def _short(asked: Asked) -> QuerySet[Offering]:
    rows = offered_today().exclude(lacks="").order_by()
    if asked.reason:
        rows = rows.filter(lacks__contains=asked.reason)
    return rows.filter(office__code=asked.office) if asked.office else rows


def shortfalls(procedures: Iterable[Procedure], office: str = "") -> list[Shortfall]:
    """One query for the offerings of a page."""
    rows = list(procedures)
    offered = offered_today().filter(procedure__in=rows).select_related("office").order_by("office__code")
    found: dict[int, list[Offering]] = {row.pk: [] for row in rows}
    for offering in offered.filter(office__code=office) if office else offered:
        found[offering.procedure_id].append(offering)
    return [_shortfall(row, found[row.pk]) for row in rows]


def _shortfall(procedure: Procedure, offerings: list[Offering]) -> Shortfall:
    lowest = min((one.level for one in offerings), default=procedure.level)
    short = [one for one in offerings if one.level == lowest]
    definition = procedure.current.parsed if procedure.current and any("record" in one.lacks for one in short) else None
    reasons = []
    for key in REASONS:
        places = [one.office for one in short if key in lacks_of(one)]
        if places:
            reasons.append(Reason(key, sentence(key, definition, places), places))
    return Shortfall(procedure, len(offerings), step_above(lowest), reasons)


def counted_by_reason() -> list[tuple[str, str | Promise, int]]:
    """By reason: how many procedures are held back by it somewhere, the most first. One query."""
    counts = _counts("procedure")
    rows = [(key, LACKS[key], counts[key]) for key in REASONS if counts[key]]
    return sorted(rows, key=lambda row: -row[2])


def _counts(column: str) -> dict[str, int]:
    found: dict[str, int] = offered_today().aggregate(
        **{key: Count(column, distinct=True, filter=Q(lacks__contains=key)) for key in REASONS}
    )
    return found


def remedies() -> list[Remedy]:
    """Three queries: what each remedy takes, and what rises where it is the only thing that is lacking."""
    offices, procedures, rising = _counts("office"), _counts("procedure"), _rising()
    found = [
        _remedy(key, procedures[key] if key in IN_THE_DEFINITION else offices[key], procedures[key], rising)
        for key in REASONS
        if procedures[key]
    ]
    return sorted(found, key=lambda one: (-one.rising, -one.touched))


def _remedy(key: str, many: int, touched: int, rising: Counter[tuple[str, int]]) -> Remedy:
    best = max((level for reason, level in rising if reason == key), key=lambda level: rising[key, level], default=0)
    return Remedy(key, str(REMEDIES[key] % {"n": many}), many, touched, rising[key, best], best + 1)


def _rising() -> Counter[tuple[str, int]]:
    """By remedy and level: procedures whose every lowest office lacks this and nothing else."""
    lowest = offered_today().filter(level=F("procedure__level")).order_by()
    rows = lowest.values("procedure").annotate(kinds=Count("lacks", distinct=True), only=Min("lacks"), low=Min("level"))
    single = rows.filter(kinds=1, only__in=REASONS).values_list("only", "low")
    return Counter(single.iterator(chunk_size=2000))


@dataclass(frozen=True)
class Moved:
    """A change of level as the history tells it: when, where, to what, and what caused it."""

    change: LevelChange
    reasons: list[str | Promise]
    cause: AuditEntry | None


def history(procedure: Procedure, most: int = 30) -> list[Moved]:
    """Newest first, each with the act that moved it. Two queries."""
    rows = LevelChange.objects.filter(offering__procedure=procedure).select_related("offering__office")
    changes = list(rows.order_by("-since", "-pk")[:most])
    names = {moved_at(change.since) for change in changes}
    entries = AuditEntry.objects.filter(object__in=names, action="level.change").select_related("actor")
    causes = {entry.object: entry for entry in entries}
    return [
        Moved(one, [LACKS[key] for key in one.lacks.split() if key in LACKS], causes.get(moved_at(one.since)))
        for one in changes
    ]


@dataclass(frozen=True)
class Share:
    """How the procedures were spread over the levels at a day's end."""

    day: datetime.date
    counts: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def parts(self) -> list[tuple[int, int, float]]:
        return [(level, self.counts.get(level, 0), self.counts.get(level, 0) / (self.total or 1)) for level in range(1, TOP + 1)]  # fmt: skip


def shares() -> list[Share]:
    """At the end of each of the last months and now; a month that is over is counted once and kept."""
    return [share for period in _months() if (share := _share(period)).total]


def _months() -> Iterator[Period]:
    year, number = today().year, today().month
    for back in range(MONTHS - 1, -1, -1):
        years, index = divmod(year * 12 + number - 1 - back, 12)
        yield month(years, index + 1)


def _share(period: Period) -> Share:
    if period.lasts:
        return Share(today(), dict(procedures_by_level(period)))
    key = f"level-share:{current_tenant().pk}:{period.to}"
    counts = cache.get(key)
    if counts is None:
        counts = dict(procedures_by_level(period))
        cache.set(key, counts, A_MONTH)
    return Share(period.last_day, counts)


COLUMNS = ("code", "name", "sector", "office_code", "office", "level", "next", "reason", "text")


def table(asked: Asked) -> Iterator[dict[str, Any]]:
    """A line for each procedure, office and reason, in pieces of some procedures."""
    place: str | None = ""
    while place is not None:
        lines, place = table_after(asked, place)
        yield from lines


def table_after(asked: Asked, code: str, size: int = 200) -> tuple[list[dict[str, Any]], str | None]:
    """The lines of the next procedures, and from where to go on."""
    rows = list(procedures_short(asked).filter(code__gt=code)[:size])
    return list(_lines(rows, asked)), rows[-1].code if len(rows) == size else None


def _lines(rows: list[Procedure], asked: Asked) -> Iterator[dict[str, Any]]:
    by_key = {row.pk: row for row in rows}
    short = (
        _short(asked).filter(procedure__in=rows).select_related("office").order_by("procedure__code", "office__code")
    )
    for one in short:
        procedure = by_key[one.procedure_id]
        for key in lacks_of(one):
            if not asked.reason or key == asked.reason:
                yield _line(procedure, one, key)


def _line(procedure: Procedure, one: Offering, key: str) -> dict[str, Any]:
    definition = procedure.current.parsed if key == "record" and procedure.current else None
    return {
        "code": procedure.code, "name": procedure.title, "sector": procedure.sector_title,
        "office_code": one.office.code, "office": one.office.title, "level": one.level, "next": step_above(one.level),
        "reason": key, "text": sentence(key, definition, [one.office]),
    }  # fmt: skip
