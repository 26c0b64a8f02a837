"""Facts of the Vietnamese working calendar: holidays, swapped days with their sources, usual office hours."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from holidays import country_holidays

from procedures.clock import Calendar, Slots

MORNING = (time(7, 0), time(11, 30))
AFTERNOON = (time(13, 30), time(17, 0))
SATURDAY = 5

OFFICE_HOURS: Mapping[int, Slots] = dict.fromkeys(range(SATURDAY), (MORNING, AFTERNOON))
POLICE_HOURS: Mapping[int, Slots] = {**OFFICE_HOURS, SATURDAY: (MORNING,)}  # commune police open on Saturday morning


def read_slots(text: str) -> Slots:
    """Hours of one day as they are written: "07:00-11:30 13:30-17:00". Raises ValueError."""
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in _pairs(text))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for piece in text.split():
        opens, dash, closes = piece.partition("-")
        if not dash:
            raise ValueError(piece)
        yield opens.zfill(5), closes.zfill(5)


def write_slots(slots: Slots) -> str:
    return " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in slots)


@dataclass(frozen=True)
class Swap:
    """A working day that the Government gave off against a Saturday."""

    off: date
    made_up: date
    source: str


_2018 = "Công văn 6519/VPCP-KGVX năm 2018"
_2026 = "Thông báo 9441/TB-BNV ngày 16/10/2025"

# The library knows all of these but the New Year of 2026; the table adds that one, the make-up days' names and sources.
SWAPS = (
    Swap(date(2018, 12, 31), date(2019, 1, 5), _2018),
    Swap(date(2019, 4, 29), date(2019, 5, 4), _2018),
    Swap(date(2024, 4, 29), date(2024, 5, 4), "Công văn 2450/VPCP-KGVX ngày 12/4/2024"),
    Swap(date(2025, 5, 2), date(2025, 4, 26), "Thông báo 6150/TB-BLĐTBXH năm 2024"),
    Swap(date(2026, 1, 2), date(2026, 1, 10), "Công văn 12729/VPCP-KGVX ngày 25/12/2025"),
    Swap(date(2026, 8, 31), date(2026, 8, 22), _2026),
)


@cache
def days_off(year: int) -> Mapping[date, str]:
    """The public holidays and swapped days off of a year with their names; of future years as computed today."""
    swapped = {swap.off: f"Nghỉ hoán đổi (làm bù {swap.made_up:%d/%m/%Y})" for swap in SWAPS if swap.off.year == year}
    return swapped | dict(country_holidays("VN", years=year, language="vi"))


@cache
def make_up_days(year: int) -> Mapping[date, str]:
    """The Saturdays of a year on which offices make up for a swapped day."""
    known = country_holidays("VN", years=(year - 1, year, year + 1)).weekend_workdays  # a swap may cross the New Year
    unnamed = {day: "Làm bù" for day in known if day.year == year}
    return unnamed | {swap.made_up: f"Làm bù cho {swap.off:%d/%m/%Y}" for swap in SWAPS if swap.made_up.year == year}


# What is said around the day of a swap, here and by the library.
SWAPPED = (
    (re.compile(r"(?:Nghỉ hoán đổi \(làm bù|Ngày nghỉ \(thay cho ngày) (.+)\)"), r"Day off (made up on \1)"),
    (re.compile(r"Làm bù cho (.+)"), r"Working day in place of \1"),
    (re.compile(r"Làm bù"), "Working day in place of one off"),
)


def in_english(name: str, year: int) -> str:
    """A national day by its English name; an office's own day keeps the name that it was given."""
    for words, english in SWAPPED:
        if words.fullmatch(name):
            return words.sub(english, name)
    return _english(year).get(name, name)


@cache
def _english(year: int) -> Mapping[str, str]:
    known = country_holidays("VN", years=year, language="en_US")
    return {
        name: known[day].replace("Labor", "Labour")
        for day, name in country_holidays("VN", years=year, language="vi").items()
    }


def calendar_for(
    years: Iterable[int],
    slots: Mapping[int, Slots] = OFFICE_HOURS,
    *,
    more_days_off: Mapping[date, str] | None = None,
    more_make_up_days: Mapping[date, str] | None = None,
    special_slots: Mapping[date, Slots] | None = None,
    changes: Sequence[tuple[date, Mapping[int, Slots]]] = (),
) -> Calendar:
    """An office's calendar: the national facts of these years under the office's hours and its own overlay.

    Outside the years every weekday works: ask for all that the dossiers reach, the next one included.
    """
    closed, opened = more_days_off or {}, more_make_up_days or {}
    off: dict[date, str] = {}
    extra: dict[date, str] = {}
    for year in years:
        off |= days_off(year)
        extra |= make_up_days(year)
    return Calendar(
        slots=slots,
        days_off={day: name for day, name in (off | dict(closed)).items() if day not in opened},
        extra_days={day: name for day, name in extra.items() if day not in closed} | dict(opened),
        special_slots=special_slots or {},
        changes=changes,
    )
