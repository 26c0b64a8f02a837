"""The clock: how long one due date takes with its reasons, and how long a hundred thousand take."""

import datetime
import time
from random import Random

from bench.output import Limit, tell
from bench.sizes import Size
from procedures import clock
from procedures.calendars import OFFICE_HOURS, POLICE_HOURS, calendar_for
from procedures.clock import Extension, Pause, Rule, Span, Unit

SEED = 4
ALL = 100_000
ONE = Limit("1 ms", 1)
MANY = Limit("30 s", 30)
FIRST = datetime.datetime(2026, 1, 5, 7, tzinfo=clock.TIMEZONE)
HOUR = datetime.timedelta(hours=1)
Case = tuple[Rule, clock.Calendar, datetime.datetime, list[Pause], list[Extension]]


def measure(size: Size) -> None:
    """A part of them where the whole is not asked for, and its time carried over to all."""
    count = ALL if size.dossiers >= ALL else ALL // 5
    cases = _cases(count)
    times = []
    began = time.perf_counter()
    for rule, calendar, start, pauses, extensions in cases:
        since = time.perf_counter()
        clock.due(rule, calendar, start, pauses, extensions=extensions)
        times.append(time.perf_counter() - since)
    whole = (time.perf_counter() - began) * ALL / count
    times.sort()
    tell("clock.one_due_date_p95", "ms", times[int(count * 0.95)] * 1000, ONE, longest_ms=round(times[-1] * 1000, 2))
    tell("clock.all_due_dates", "s", whole, MANY, dossiers=ALL, measured=count)


def _cases(count: int) -> list[Case]:
    """Spans of the counter's usual lengths in every unit and both ways of counting; a third with pauses, a tenth extended."""
    chance = Random(SEED)
    calendars = [calendar_for(range(2025, 2030), hours) for hours in (OFFICE_HOURS, POLICE_HOURS)]
    lengths = {
        Unit.working_day: (0, 1, 3, 5, 7, 15, 30),
        Unit.calendar_day: (10, 15, 30),
        Unit.hour: (4, 8),
        Unit.month: (1, 2),
    }
    found: list[Case] = []
    for _number in range(count):
        unit = chance.choices(list(lengths), weights=(70, 22, 6, 2))[0]
        counting = chance.choice(("legal_day", "hours"))
        start = FIRST + HOUR * chance.uniform(0, 24 * 600)
        pauses = [_pause(chance, start) for _pause_number in range(chance.choice((0, 0, 1, 2)))]
        extensions = [Extension(start + HOUR, 2, "45/QĐ")] if chance.random() < 0.1 else []
        span = Span(chance.choice(lengths[unit]), unit)
        found.append((Rule(span, counting), chance.choice(calendars), start, pauses, extensions))  # type: ignore[arg-type]
    return found


def _pause(chance: Random, start: datetime.datetime) -> Pause:
    begun = start + HOUR * chance.uniform(2, 90)
    return Pause(begun, begun + HOUR * chance.uniform(1, 400), chance.choice(("supplement", "payment", "suspension")))
