"""A slow clock that walks every minute and asks whether it counts; written without the clock's code, to check it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, DAYS, A_DAY = date(2025, 1, 1), 1095, 24 * 60
OPEN_CLOSES, CLOSED_ENDS = 1, 2

Stretch = tuple[int, int | None, str]  # a pause: first minute, first minute after it, reason


def minute_of(moment: datetime) -> int:
    wall = moment.astimezone(LOCAL).replace(tzinfo=None)
    return int((wall - datetime.combine(FIRST, time.min)).total_seconds()) // 60


def moment_of(minute: int) -> datetime:
    return datetime.combine(FIRST, time.min, tzinfo=LOCAL) + timedelta(minutes=minute)


class Office:
    """Three years as a row of minutes: is the office open in it, and is it the last one of its day?"""

    def __init__(
        self, week: Mapping[int, Iterable[tuple[time, time]]], closed: Iterable[date], made_up: Iterable[date]
    ) -> None:
        self.open = bytearray(DAYS * A_DAY)
        self.last = bytearray(DAYS * A_DAY)
        closed, made_up = set(closed), set(made_up)
        for number in range(DAYS):
            day, midnight = FIRST + timedelta(days=number), number * A_DAY
            weekday = 0 if day in made_up else day.weekday()
            hours = [] if day in closed and day not in made_up else list(week.get(weekday, ()))
            for opens, closes in hours:
                for minute in range(opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute):
                    self.open[midnight + minute] = 1
            if hours:
                self.last[midnight + hours[-1][1].hour * 60 + hours[-1][1].minute - 1] = OPEN_CLOSES
            else:
                self.last[midnight + A_DAY - 1] = CLOSED_ENDS

    def is_open_day(self, minute: int) -> bool:
        midnight = minute // A_DAY * A_DAY
        return any(self.open[midnight : midnight + A_DAY])

    def next_open(self, minute: int) -> int:
        while not self.open[minute]:
            minute += 1
        return minute


@dataclass(frozen=True)
class Case:
    amount: int
    unit: str
    counting: str
    cutoff: time | None
    restarts: bool
    start: int
    pauses: Sequence[Stretch]


class Endless(Exception):
    """The clock stands still for ever."""


def due_minute(office: Office, case: Case) -> int | None:
    """The first minute after the span, or none while a pause has no end."""
    try:
        return _walk(office, case)
    except Endless:
        return None


def _walk(office: Office, case: Case) -> int:
    begun = _received(office, case)
    if case.amount == 0:
        return _close(office, case, office.next_open(begun))
    if case.unit == "hour":
        return _open_minutes(office, case, begun, case.amount * 60)
    if case.unit == "working_day" and case.counting == "hours":
        return _open_minutes(office, case, begun, case.amount * 480)
    every_day = case.unit != "working_day"
    days = _days_in_months(begun, case.amount) if case.unit == "month" else case.amount
    minute = (begun // A_DAY + 1) * A_DAY - 1
    while days:
        minute += 1
        ends = office.last[minute] == OPEN_CLOSES or (every_day and office.last[minute] == CLOSED_ENDS)
        if ends and _runs(case, minute):
            days -= 1
    return _close(office, case, minute)


def _received(office: Office, case: Case) -> int:
    begun = case.start
    if case.restarts:
        for start, end, reason in case.pauses:
            if reason == "supplement" and end is None:
                raise Endless
            if reason == "supplement" and end is not None and end > start:
                begun = max(begun, end)
    if case.cutoff is None:
        return begun
    too_late = begun % A_DAY > case.cutoff.hour * 60 + case.cutoff.minute
    if too_late or not office.is_open_day(begun):
        return office.next_open((begun // A_DAY + 1) * A_DAY)
    return begun


def _open_minutes(office: Office, case: Case, minute: int, missing: int) -> int:
    while missing:
        if office.open[minute] and _runs(case, minute):
            missing -= 1
        minute += 1
    return minute


def _close(office: Office, case: Case, minute: int) -> int:
    while not (office.last[minute] == OPEN_CLOSES and _runs(case, minute)):
        minute += 1
    return minute + 1


def _runs(case: Case, minute: int) -> bool:
    for start, end, _ in case.pauses:
        if end is None and start <= minute:
            raise Endless
        if end is not None and start <= minute < end:
            return False
    return True


def _days_in_months(begun: int, months: int) -> int:
    first = moment_of(begun).date()
    day = first
    for _ in range(months):
        day = day.replace(day=1) + timedelta(days=32)
    month = day.month
    day = day.replace(day=1) + timedelta(days=first.day - 1)
    while day.month != month:
        day -= timedelta(days=1)
    return (day - first).days
