"""Days as people know them: whole, or only the month or the year; kept as 1950-05-12, 1950-05 or 1950."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta

from procedures.schema.messages import Invalid
from procedures.schema.writing import as_text, told

DATE_PARTS = ("day", "month", "year")
PRECISIONS = ("day", "month", "year")
TODAY = "today"
YEARS = range(1800, 2201)
WRITTEN_DATE = re.compile(r"([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\s*[/.\-]\s*([0-9]{4})")
WRITTEN_PART = re.compile(r"(?:([0-9]{1,2})\s*[/.\-]\s*)?([0-9]{4})")
ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def is_date(text: str) -> bool:
    """A whole day in ISO form."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read_date(raw: object, precision: str = "day") -> str:
    """The kept form of a date in three parts, as dd/mm/yyyy (mm/yyyy, yyyy) or in ISO form, as far as it must be known."""
    day, month, year = _parts(raw)
    if day and not month:
        raise Invalid("date_incomplete", missing="month")
    lacking = [name for name, part in zip(DATE_PARTS, (day, month, year), strict=True) if not part]
    needed = DATE_PARTS[PRECISIONS.index(precision) :]
    if missing := [name for name in lacking if name in needed]:
        raise Invalid("date_incomplete", missing=" ".join(missing))
    return _kept(day, month, year)


def _parts(raw: object) -> tuple[str, str, str]:
    if isinstance(raw, Mapping):
        day, month, year = (as_text(raw.get(part) or "") for part in DATE_PARTS)
        return day, month, year
    text = as_text(raw)
    if found := WRITTEN_DATE.fullmatch(text):
        return found[1], found[2], found[3]
    if found := WRITTEN_PART.fullmatch(text):
        return "", found[1] or "", found[2]
    if found := ISO.fullmatch(text):
        return found[3] or "", found[2] or "", found[1]
    raise Invalid("date", given=told(text))


def _kept(day: str, month: str, year: str) -> str:
    written = "/".join(part for part in (day, month, year) if part)
    if not re.fullmatch(r"[0-9/]+", written):
        raise Invalid("date", given=told(written))
    if len(year) != 4 or int(year) not in YEARS:
        raise Invalid("date_year", given=year[:10])
    try:
        found = date(int(year), int(month[:4] or 1), int(day[:4] or 1)).isoformat()
    except ValueError as refused:
        raise Invalid("date_impossible", given=written[:20]) from refused
    return found[: 10 if day else 7 if month else 4]


def judge(given: str, low: object, high: object, today: date) -> None:
    """Refuses what lies outside; of a date known in part only what is known is held against the bounds."""
    known, now = len(given), today.isoformat()
    if high == TODAY and given > now[:known]:
        raise Invalid("date_future", today=now)
    if low == TODAY and given < now[:known]:
        raise Invalid("date_past", today=now)
    if isinstance(low, str) and low != TODAY and given < low[:known]:
        raise Invalid("date_min", min=low)
    if isinstance(high, str) and high != TODAY and given > high[:known]:
        raise Invalid("date_max", max=high)


def first_day(kept: str) -> date | None:
    """The earliest day that a kept date can mean; None for what is no date."""
    found = ISO.fullmatch(kept)
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def last_day(kept: str) -> date | None:
    """The latest day that a kept date can mean."""
    first = first_day(kept)
    if first is None or len(kept) == 10:
        return first
    month = first.month if len(kept) == 7 else 12
    return date(first.year, month, calendar.monthrange(first.year, month)[1])


def days_after(kept: object, days: object) -> str | None:
    """So many days after a whole day; None where either is not known."""
    if not isinstance(kept, str) or type(days) is not int or not is_date(kept):
        return None
    try:
        found = date.fromisoformat(kept) + timedelta(days=days)
    except OverflowError:
        return None
    return found.isoformat() if found.year in YEARS else None


def parts_of(kept: str) -> dict[str, str] | None:
    """The three boxes that show a kept date; what is not known stays empty."""
    found = ISO.fullmatch(kept)
    if found is None or first_day(kept) is None:
        return None
    return {"day": str(int(found[3] or 0) or ""), "month": str(int(found[2] or 0) or ""), "year": found[1]}


def shown(kept: str) -> str:
    """12/05/1950, 05/1950 or 1950."""
    return "/".join(reversed(kept.split("-")))
