"""Periods, half-open [since, to) in Asia/Ho_Chi_Minh."""

import datetime
from dataclasses import dataclass

from portal.moments import midnight, now, today


@dataclass(frozen=True)
class Period:
    """From the first moment of `since` to the first moment of `to`, which is not in it."""

    since: datetime.date
    to: datetime.date

    def __post_init__(self) -> None:
        if self.to <= self.since:
            raise ValueError("A period ends after it begins.")

    @property
    def begins(self) -> datetime.datetime:
        return midnight(self.since)

    @property
    def ends(self) -> datetime.datetime:
        return midnight(self.to)

    @property
    def seen_at(self) -> datetime.datetime:
        """The moment at which open dossiers are looked at: the period's end, or now while it lasts."""
        return min(self.ends, now())

    @property
    def lasts(self) -> bool:
        return self.ends > now()

    @property
    def last_day(self) -> datetime.date:
        return self.to - datetime.timedelta(days=1)


def month(year: int, number: int) -> Period:
    return Period(datetime.date(year, number, 1), _later(year, number, 1))


def quarter(year: int, number: int) -> Period:
    first = 3 * number - 2
    return Period(datetime.date(year, first, 1), _later(year, first, 3))


def whole_year(year: int) -> Period:
    return Period(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))


def this_year() -> Period:
    return whole_year(today().year)


def _later(year: int, first: int, months: int) -> datetime.date:
    years, index = divmod(first - 1 + months, 12)
    return datetime.date(year + years, index + 1, 1)


def named(name: str) -> Period:
    """`2026`, `2026-q3`, `2026-11`, or `2026-01-15_2026-02-01` (the second not in it). Raises ValueError."""
    if "_" in name:
        since, _, to = name.partition("_")
        return Period(datetime.date.fromisoformat(since), datetime.date.fromisoformat(to))
    head, _, tail = name.partition("-")
    year = int(head)
    if not 2000 <= year <= 2200:
        raise ValueError(name)
    if not tail:
        return whole_year(year)
    return quarter(year, _among(int(tail[1:]), 4)) if tail.startswith("q") else month(year, _among(int(tail), 12))


def _among(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise ValueError(number)
    return number
