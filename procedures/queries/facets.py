"""How many procedures stand behind each choice of the catalogue, whatever else was chosen already."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import get_language

from portal.models import Office
from portal.tenancy import current_tenant
from portal.text import sort_key
from procedures.models import Procedure
from procedures.queries.kinds import AUDIENCES, LIFE_EVENTS

T = TypeVar("T")
KEPT_SECONDS = 300
LEVELS = (4, 3, 2, 1)
EVENT, SECTOR, AUDIENCE, LEVEL, OFFICE = "event", "sector", "audience", "level", "office"


@dataclass(frozen=True)
class Kind:
    """Procedures that are alike in everything that can be chosen by, counted by the database: some hundreds at most."""

    sector: str
    sector_name: str
    sector_name_en: str
    level: int
    events: tuple[str, ...]
    audience: tuple[str, ...]
    offices: frozenset[int]
    count: int

    @property
    def sector_title(self) -> str:
        return self.sector_name_en if get_language() == "en" and self.sector_name_en else self.sector_name


@dataclass(frozen=True)
class Asked:
    """What was chosen; the office by its key, -1 for one that is not there."""

    event: str = ""
    sector: str = ""
    audience: str = ""
    level: int = 0
    office: int | None = None


@dataclass(frozen=True)
class Choice:
    value: str
    title: str | Promise
    count: int


@dataclass(frozen=True)
class Choices:
    """What can be chosen next, each with how many it would leave; `total`: how many there are by what was chosen."""

    total: int = 0
    events: list[Choice] = field(default_factory=list)
    sectors: list[Choice] = field(default_factory=list)
    audiences: list[Choice] = field(default_factory=list)
    levels: list[Choice] = field(default_factory=list)
    offices: list[Choice] = field(default_factory=list)


def kinds(keys: Collection[int] | None) -> list[Kind]:
    """Of these procedures, or of all (then kept for as long as the authority's version lasts)."""
    if keys is not None:
        return list(_counted(keys))
    tenant = current_tenant()
    key = f"kinds:{tenant.pk}:{tenant.version}"
    kept: list[Kind] | None = cache.get(key)
    if kept is None:
        kept = list(_counted(None))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _counted(keys: Collection[int] | None) -> Iterator[Kind]:
    rows = Procedure.objects.filter(current__isnull=False).order_by()
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    alike = rows.values_list("sector", "level", "life_events", "audience", "offices")
    for sector, level, events, audience, offices, name, name_en, count in alike.annotate(
        name=Min("sector_name"), name_en=Min("sector_name_en"), count=Count("pk")
    ):
        yield Kind(sector, name, name_en, level, tuple(events), tuple(audience), frozenset(offices), count)


def choices_among(found: list[Kind], asked: Asked, offices: Iterable[Office]) -> Choices:
    """Each choice is counted as if nothing were chosen yet in its own list, so that another one can be taken."""
    but = {
        name: [kind for kind in found if _fits(kind, asked, name)] for name in (EVENT, SECTOR, AUDIENCE, LEVEL, OFFICE)
    }
    return Choices(
        total=sum(kind.count for kind in found if _fits(kind, asked, "")),
        events=_chosen(LIFE_EVENTS.items(), _tally(but[EVENT], lambda kind: kind.events)),
        sectors=_chosen(_sectors(found), _tally(but[SECTOR], lambda kind: (kind.sector,))),
        audiences=_chosen(AUDIENCES.items(), _tally(but[AUDIENCE], lambda kind: kind.audience)),
        levels=_chosen(((str(n), "") for n in LEVELS), _tally(but[LEVEL], lambda kind: (str(kind.level),))),
        offices=_offices(offices, _tally(but[OFFICE], lambda kind: kind.offices)),
    )


def _fits(kind: Kind, asked: Asked, but: str) -> bool:
    """Whether procedures of this kind are among those chosen by everything but one list."""
    return (
        (but == EVENT or not asked.event or asked.event in kind.events)
        and (but == SECTOR or not asked.sector or asked.sector == kind.sector)
        and (but == AUDIENCE or not asked.audience or asked.audience in kind.audience)
        and (but == LEVEL or not asked.level or asked.level == kind.level)
        and (but == OFFICE or asked.office is None or asked.office in kind.offices)
    )


def _tally(found: list[Kind], of: Callable[[Kind], Iterable[T]]) -> dict[T, int]:
    counts: dict[T, int] = {}
    for kind in found:
        for one in of(kind):
            counts[one] = counts.get(one, 0) + kind.count
    return counts


def _chosen(names: Iterable[tuple[str, str | Promise]], counts: dict[str, int]) -> list[Choice]:
    return [Choice(value, title, counts[value]) for value, title in names if counts.get(value)]


def _sectors(found: list[Kind]) -> list[tuple[str, str]]:
    return sorted({kind.sector: kind.sector_title for kind in found}.items(), key=lambda pair: sort_key(pair[1]))


def _offices(offices: Iterable[Office], counts: dict[int, int]) -> list[Choice]:
    rows = sorted(offices, key=lambda office: sort_key(office.title))
    return [Choice(office.code, office.title, counts[office.pk]) for office in rows if counts.get(office.pk)]
