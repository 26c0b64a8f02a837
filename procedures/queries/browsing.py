"""Shelves of the catalogue: sectors with how many procedures each holds, and the names on a shelf."""

from dataclasses import dataclass

from django.utils.translation import get_language

from procedures.models import Procedure
from procedures.queries.facets import Asked, choices_among, kinds

# Names on one page: with all else it carries, such a page stays below 50 KB.
AT_ONCE = 120
LONGEST_NAME = 160


@dataclass(frozen=True)
class Shelf:
    key: str
    title: str
    count: int


@dataclass(frozen=True)
class Named:
    code: str
    title: str
    sector: str


def shelves(event: str = "", audience: str = "") -> list[Shelf]:
    """Sectors by name, of all procedures or of those for a situation of life and an audience."""
    found = choices_among(kinds(), Asked(event=event, audience=audience)).sectors
    return [Shelf(one.value, str(one.title), one.count) for one in found]


def named(*, sector: str = "", event: str = "", audience: str = "", first: int = 0) -> list[Named]:
    """So many names as a page holds, in the order of the alphabet."""
    rows = Procedure.objects.filter(current__isnull=False)
    if sector:
        rows = rows.filter(sector=sector)
    if event:
        rows = rows.filter(life_events__contains=[event])
    if audience:
        rows = rows.filter(audience__contains=[audience])
    order = "ordered_en" if get_language() == "en" else "ordered"
    shown = rows.only("code", "name", "name_en", "sector").order_by(order, "pk")[first : first + AT_ONCE]
    return [Named(row.code, _short(row.title), row.sector) for row in shown]


def _short(title: str) -> str:
    """The longest name of the national list has 1,094 characters; its page tells it whole."""
    return title if len(title) <= LONGEST_NAME else f"{title[:LONGEST_NAME].rsplit(' ', 1)[0]}…"
