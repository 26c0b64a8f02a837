"""What the figures pages show, ready to be laid out: the same for the public and, with links to lists, for officials."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.models import Office
from portal.moments import today
from portal.templatetags.ui import name_of
from procedures.models import Procedure
from procedures.queries.figures.measures import MEASURES
from procedures.queries.figures.periods import Period, named
from procedures.queries.figures.reports import by_office, report

# How a list is narrowed down in an address.
ADDRESS = {"office": "don-vi", "procedure": "thu-tuc", "level": "muc"}
Link = Callable[[str], str | None]
CHANNELS = ("online_by_citizen", "online_assisted", "online_typed", "counter", "post")


@dataclass(frozen=True)
class Choice:
    """A period to choose, by its name in the address."""

    name: str
    title: str
    current: bool


def chosen(name: str) -> tuple[str, Period]:
    """The period that an address names; this year where it names none that there is."""
    usual = str(today().year)
    try:
        return (name, named(name)) if name else (usual, named(usual))
    except ValueError:
        return usual, named(usual)


def choices(current: str) -> list[Choice]:
    """This month and the one before, this quarter, this year and the two before."""
    day = today()
    before = day.replace(day=1) - datetime.timedelta(days=1)
    quarter = (day.month + 2) // 3
    offered = [
        (f"{day:%Y-%m}", _("Tháng này")),
        (f"{before:%Y-%m}", _("Tháng trước")),
        (f"{day.year}-q{quarter}", _("Quý này")),
        *((str(year), _("Năm %(year)s") % {"year": year}) for year in range(day.year, day.year - 3, -1)),
    ]
    return [Choice(name, title, name == current) for name, title in offered]


def board(period: Period, office: Office | None, link: Link) -> dict[str, Any]:
    """Headline figures, levels, channels and offices of a period."""
    rows, told = by_office(period, office)
    levels = report("levels", period, office)
    offices = _titled(rows, "office", _names(Office.objects.all()))
    for row in levels["rows"]:
        row["extra"] = f"&{ADDRESS['level']}={row['level']}{_at(office)}"
    return {
        "told": told,
        "headline": _headline(told, link),
        "levels": levels,
        "channels": [_line(name, told, "received", link) for name in CHANNELS],
        "punctuality": [_line(name, told, "settled", link) for name in ("early", "on_time", "late")],
        "standing": [_line(name, told, "open", link) for name in ("open_in_time", "overdue", "paused")],
        "board_offices": _summed(offices, "office"),
        "definitions": list(MEASURES.values()),
        "warnings": levels["warnings"],
    }


def _headline(told: dict[str, Any], link: Link) -> list[dict[str, Any]]:
    return [
        {"measure": MEASURES["received"], "value": told["received"], "href": link("received")},
        {"measure": MEASURES["settled"], "value": told["settled"], "href": link("settled")},
        {"measure": MEASURES["open"], "value": told["open"], "href": link("open")},
        {
            "measure": MEASURES["overdue"],
            "value": told["overdue"],
            "href": link("overdue"),
            "state": "late" if told["overdue"] else "",
        },
    ]


def _line(name: str, told: dict[str, Any], whole: str, link: Link) -> dict[str, Any]:
    share = told[name] / told[whole] if told[whole] else None
    return {"measure": MEASURES[name], "value": told[name], "share": share, "href": link(name)}


def _names(things: QuerySet[Any]) -> dict[str, str]:
    """Codes with names in the page's language."""
    return {thing.code: name_of(thing) for thing in things.only("tenant_id", "code", "name", "name_en")}


def _titled(rows: list[dict[str, Any]], dimension: str, titles: dict[str, str]) -> list[dict[str, Any]]:
    return [{**row, f"{dimension}_title": titles.get(row[dimension], row[dimension])} for row in rows]


def _summed(rows: list[dict[str, Any]], dimension: str) -> list[dict[str, Any]]:
    """Rows of a finer table put together by one dimension."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault(row[dimension], {dimension: row[dimension], "title": row[f"{dimension}_title"]})
        for name, value in row.items():
            if name in MEASURES:
                kept[name] = kept.get(name, 0) + value
    for kept in found.values():
        kept["extra"] = f"&{ADDRESS[dimension]}={kept[dimension]}"
        kept["on_time_rate"] = (kept["early"] + kept["on_time"]) / kept["settled"] if kept["settled"] else None
    return sorted(found.values(), key=lambda row: str(row[dimension]))


def by_procedure(period: Period, office: Office | None) -> list[dict[str, Any]]:
    rows = _titled(report("progress", period, office)["rows"], "procedure", _names(Procedure.objects.all()))
    return [{**row, "extra": f"{row['extra']}{_at(office)}"} for row in _summed(rows, "procedure")]


def _at(office: Office | None) -> str:
    return f"&{ADDRESS['office']}={office.code}" if office else ""
