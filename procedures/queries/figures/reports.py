"""Reports: rows by dimension and a total, each counted in one question to the database."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.utils.translation import gettext as _

from portal.models import Office
from portal.moments import now
from portal.queries import open_offices
from portal.tenancy import current_tenant
from procedures.models import Dossier, LevelChange, Offering, Procedure
from procedures.queries.figures.measures import DEFINITION_VERSION, MEASURES, dossiers_for
from procedures.queries.figures.periods import Period

Row = dict[str, Any]

# Which dimensions and measures a report shows; rates follow from the counts.
REPORTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "levels": (("level",), ("received", "online")),
    "channels": (("office", "channel"), ("received", "online", "online_by_citizen", "online_assisted", "online_typed", "counter", "post")),
    "progress": (
        ("office", "procedure"),
        (
            "carried_over", "received", "settled", "early", "on_time", "late", "closed_other", "open", "open_in_time", "overdue", "paused",
            "handed_over", "refused_at_intake", "awaiting_acceptance",
        ),
    ),
    "online": (("office",), ("submitted", "received", "online", "online_by_citizen", "online_assisted", "online_typed")),
}  # fmt: skip
# Grouped by keys, which the rows hold themselves, and named afterwards: names joined in made the database sort all rows.
COLUMNS = {"office": "office_id", "procedure": "procedure_id", "channel": "channel", "level": "level"}
NAMED: dict[str, Any] = {"office": Office, "procedure": Procedure}


def report(name: str, period: Period, office: Office | None = None) -> Row:
    """A report as `manage.py report` and the pages show it; rates are 0 to 1, unrounded, None where nothing was counted."""
    dimensions, measures = REPORTS[name]
    rows = dossiers_for(period)
    if office is not None:
        rows = rows.filter(office=office)
    found = [_with_rates(row) for row in _counted(rows, period, dimensions, measures)]
    total = _with_rates({m: sum(row[m] for row in found) for m in measures})
    if name == "levels":
        found, total = _levels(found, total, period, office)
    return {
        "report": name,
        "definition_version": DEFINITION_VERSION,
        "tenant": current_tenant().slug,
        "from": period.since.isoformat(),
        "to": period.to.isoformat(),
        "computed_at": now().isoformat(),
        "rows": found,
        "total": total,
        "warnings": list(_warnings(period, total)),
    }


def _counted(
    rows: QuerySet[Dossier], period: Period, dimensions: tuple[str, ...], measures: tuple[str, ...]
) -> list[Row]:
    columns = [COLUMNS[d] for d in dimensions]
    counts = {m: Count("pk", filter=MEASURES[m].predicate(period)) for m in measures}
    codes = {d: dict(NAMED[d].objects.values_list("pk", "code")) for d in dimensions if d in NAMED}
    found = []
    for row in rows.order_by().values(*columns).annotate(**counts):
        if any(row[m] for m in measures):
            cell = {d: codes[d][row[c]] if d in codes else row[c] for d, c in zip(dimensions, columns, strict=True)}
            found.append(cell | {m: row[m] for m in measures})
    return sorted(found, key=lambda row: [row[d] for d in dimensions])


def by_office(period: Period, office: Office | None = None) -> tuple[list[Row], Row]:
    """Every measure of every office, and their sums, in one question."""
    rows = dossiers_for(period) if office is None else dossiers_for(period).filter(office=office)
    measures = tuple(MEASURES)
    found = _counted(rows, period, ("office",), measures)
    return found, _with_rates({m: sum(row[m] for row in found) for m in measures})


def totals(period: Period, office: Office | None = None, *, measures: tuple[str, ...] = tuple(MEASURES)) -> Row:
    """Every measure for the whole authority or one office, in one question."""
    rows = dossiers_for(period) if office is None else dossiers_for(period).filter(office=office)
    return _with_rates(
        rows.order_by().aggregate(**{m: Count("pk", filter=MEASURES[m].predicate(period)) for m in measures})
    )


def _with_rates(row: Row) -> Row:
    rates = {}
    if {"online", "received"} <= row.keys():
        rates["online_rate"] = _share(row["online"], row["received"])
    if {"online_by_citizen", "received"} <= row.keys():
        rates["online_rate_by_citizen"] = _share(row["online_by_citizen"], row["received"])
    if {"early", "on_time", "settled"} <= row.keys():
        rates["on_time_rate"] = _share(row["early"] + row["on_time"], row["settled"])
    return {**row, **rates}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _levels(found: list[Row], total: Row, period: Period, office: Office | None) -> tuple[list[Row], Row]:
    """Four rows always: how many procedures stood at each level at the period's end, and what came in at it."""
    procedures = procedures_by_level(period, office)
    count = sum(procedures.values())
    by_level = {row["level"]: row for row in found}
    nothing = dict.fromkeys(("received", "online"), 0)
    rows = []
    for level in (1, 2, 3, 4):
        known = by_level.get(level, _with_rates({"level": level, **nothing}))
        rows.append({**known, "procedures": procedures[level], "procedures_share": _share(procedures[level], count)})
    return rows, {**total, "procedures": count, "procedures_share": _share(count, count)}


def procedures_by_level(period: Period, office: Office | None = None) -> Counter[int]:
    """The level of a procedure is the lowest among the offices that offered it then."""
    then = open_offices(period.seen_at.date() if not period.lasts else None)
    offerings = Offering.objects.filter(office__in=then if office is None else [office])
    latest = (
        LevelChange.objects.filter(since__lt=period.seen_at, offering__in=offerings)
        .values("offering")
        .annotate(last=Max("pk"))
    )
    # What was withdrawn is at no level any more.
    standing = LevelChange.objects.filter(pk__in=latest.values("last")).exclude(lacks="unpublished")
    lowest = standing.order_by().values("offering__procedure").annotate(level=Min("level"))
    return Counter(row["level"] for row in lowest)


def _warnings(period: Period, total: Row) -> Iterator[dict[str, str]]:
    if period.lasts:
        yield {"code": "period_not_over", "text": _("Kỳ chưa kết thúc: số liệu tính đến thời điểm hiện tại.")}
    parts = ("settled", "closed_other", "open")
    if {"carried_over", "received", *parts} <= total.keys() and total["carried_over"] + total["received"] != sum(
        total[p] for p in parts
    ):
        text = _("Chuyển sang + tiếp nhận khác giải quyết + rút, kết thúc + đang giải quyết.")
        yield {"code": "identity", "text": text}
