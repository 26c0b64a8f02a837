"""How many procedures stand behind each choice of the catalogue, whatever else was chosen already."""

import json
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Min, TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import get_language

from portal.kept import by_version
from portal.models import Office
from portal.text import sort_key
from procedures.models import Procedure
from procedures.queries.kinds import AUDIENCES, LIFE_EVENTS

LEVELS = (4, 3, 2, 1)
COLUMNS = 6


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


@dataclass(frozen=True)
class Kinds:
    """Procedures that are alike in all that can be chosen by, counted. A row of `rows` holds six numbers: place of the sector,
    level, a bit for each situation and each audience, place of the set of offices, how many; `row_of` knows each procedure's.
    Small enough to be kept whole."""

    sectors: list[tuple[str, str, str]]
    office_sets: list[frozenset[int]]
    rows: "array[int]"
    row_of: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def count(self) -> int:
        return sum(self.rows[COLUMNS - 1 :: COLUMNS])

    def among(self, keys: Iterable[int]) -> "Kinds":
        """Of these procedures alone."""
        numbers = array("I")
        for at, count in Counter(self.row_of[key] for key in keys if key in self.row_of).items():
            numbers.extend((*self.rows[at : at + COLUMNS - 1], count))
        return replace(self, rows=numbers)


def kinds() -> Kinds:
    """Of all procedures, kept for as long as the authority's version lasts."""
    return by_version("kinds", _counted)


def _counted() -> Kinds:
    """Lists come as text, so that each is read once however often it stands there."""
    rows = Procedure.objects.filter(current__isnull=False).order_by()
    told = rows.annotate(
        e=Cast("life_events", TextField()), a=Cast("audience", TextField()), o=Cast("offices", TextField())
    )
    alike = told.values_list("sector", "level", "e", "a", "o").annotate(
        Min("sector_name"), Min("sector_name_en"), keys=ArrayAgg("pk")
    )
    sectors: dict[str, tuple[int, str, str]] = {}
    sets: dict[str, int] = {}
    bits: dict[str, int] = {}
    numbers, row_of = array("I"), {}
    for sector, level, events, audience, offices, name, name_en, keys in alike:
        place = sectors.setdefault(sector, (len(sectors), name, name_en))[0]
        seen = (_bits(events, LIFE_EVENTS, bits), _bits(audience, AUDIENCES, bits))
        row_of.update(dict.fromkeys(keys, len(numbers)))
        numbers.extend((place, level, *seen, sets.setdefault(offices, len(sets)), len(keys)))
    office_sets = [frozenset(json.loads(f"[{told[1:-1]}]")) for told in sets]
    return Kinds([(key, name, name_en) for key, (_at, name, name_en) in sectors.items()], office_sets, numbers, row_of)


def _bits(told: str, names: Mapping[str, object], known: dict[str, int]) -> int:
    """A list of names as bits, in the order of the table; both tables share `known`, for no name stands in both."""
    if told not in known:
        listed = set(json.loads(told))
        known[told] = sum(1 << at for at, name in enumerate(names) if name in listed)
    return known[told]


def choices_among(found: Kinds, asked: Asked, offices: Iterable[Office] = ()) -> Choices:
    """Each choice is counted as if nothing were chosen yet in its own list, so that another one can be taken."""
    total, (sectors, levels, events, audiences, sets) = _tallied(found, asked)
    is_english = get_language() == "en"
    titles = {
        place: (key, name_en if is_english and name_en else name)
        for place, (key, name, name_en) in enumerate(found.sectors)
    }
    shown = sorted((titles[place] for place in sectors), key=lambda pair: sort_key(pair[1]))
    by_sector = {titles[place][0]: count for place, count in sectors.items()}
    return Choices(
        total=total,
        events=_by_bits(LIFE_EVENTS, events),
        sectors=[Choice(key, title, by_sector[key]) for key, title in shown],
        audiences=_by_bits(AUDIENCES, audiences),
        levels=[Choice(str(level), "", levels[level]) for level in LEVELS if level in levels],
        offices=_by_office(offices, found, sets),
    )


# One for each list of choices: what stands there → how many.
Tallies = tuple[dict[int, int], ...]


def _tallied(found: Kinds, asked: Asked) -> tuple[int, Tallies]:
    """One pass over all rows: a row that fits but for one choice counts in that choice's own list alone."""
    unfit = _unfit(found, asked)
    if not any(unfit):
        return found.count, _all_tallied(found)
    tallies: Tallies = ({}, {}, {}, {}, {})
    total, rows = 0, found.rows
    for at in range(0, len(rows), COLUMNS):
        *values, count = rows[at : at + COLUMNS]
        amiss = [list_ for list_, value in enumerate(values) if value in unfit[list_]]
        if len(amiss) > 1:
            continue
        total += 0 if amiss else count
        for list_ in amiss or range(COLUMNS - 1):
            tally = tallies[list_]
            tally[values[list_]] = tally.get(values[list_], 0) + count
    return total, tallies


def _all_tallied(found: Kinds) -> Tallies:
    """The usual case of a search, column by column: nothing was chosen, so every row fits."""
    counts, tallies = found.rows[COLUMNS - 1 :: COLUMNS], []
    for column in range(COLUMNS - 1):
        tally: dict[int, int] = {}
        for value, count in zip(found.rows[column::COLUMNS], counts, strict=True):
            tally[value] = tally.get(value, 0) + count
        tallies.append(tally)
    return tuple(tallies)


def _unfit(found: Kinds, asked: Asked) -> list[Collection[int]]:
    """For each column the values that a choice leaves out; without a choice none."""
    columns = [set(found.rows[at::COLUMNS]) for at in range(COLUMNS - 1)]
    event, audience = _bit(LIFE_EVENTS, asked.event), _bit(AUDIENCES, asked.audience)
    sets = {at for at, offices in enumerate(found.office_sets) if asked.office in offices}
    fits = (
        {place for place, sector in enumerate(found.sectors) if sector[0] == asked.sector}
        if asked.sector
        else columns[0],
        {asked.level} if asked.level else columns[1],
        {bits for bits in columns[2] if bits & event} if asked.event else columns[2],
        {bits for bits in columns[3] if bits & audience} if asked.audience else columns[3],
        sets if asked.office is not None else columns[4],
    )
    return [column - fit for column, fit in zip(columns, fits, strict=True)]


def _bit(names: Mapping[str, object], name: str) -> int:
    return 1 << list(names).index(name) if name in names else 0


def _by_bits(names: Mapping[str, str | Promise], counts: dict[int, int]) -> list[Choice]:
    told = [
        (value, title, sum(n for bits, n in counts.items() if bits >> at & 1))
        for at, (value, title) in enumerate(names.items())
    ]
    return [Choice(*one) for one in told if one[2]]


def _by_office(offices: Iterable[Office], found: Kinds, counts: dict[int, int]) -> list[Choice]:
    rows = sorted(offices, key=lambda office: sort_key(office.title))
    told = [(row, sum(n for at, n in counts.items() if row.pk in found.office_sets[at])) for row in rows]
    return [Choice(row.code, row.title, count) for row, count in told if count]
