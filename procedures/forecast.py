"""What is likely: how much of a term is used up, and whether what is still to be done fits into it; plain Python, no now()."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from procedures import clock
from procedures.clock import NOTHING, ONE_DAY, TIMEZONE, Calendar, Pause

Punctuality = Literal["early", "on_time", "late"]

# However little is left to do, an apology that comes on the last stroke is none.
LEAST = timedelta(hours=2)


@dataclass(frozen=True)
class Work:
    """What is still to be done: the present step's working hours since when, and those of the steps after it."""

    since: datetime
    hours: int
    rest: int


@dataclass(frozen=True)
class Forecast:
    """When the present step should be done, when everything would be, and from when on the due moment cannot be kept."""

    step_due_at: datetime | None
    done_at: datetime | None
    missed_from: datetime | None


def running(
    calendar: Calendar, start: datetime, end: datetime, pauses: Sequence[Pause] = ()
) -> Iterator[tuple[datetime, datetime]]:
    """The pieces of open time in [start, end) in which nothing stood still."""
    begin, finish = calendar.local(start), calendar.local(end)
    stops = sorted((calendar.local(p.start), calendar.local(p.end) if p.end else finish) for p in pauses)
    day = begin.date()
    while day <= finish.date():
        for opens, closes in calendar.openings_on(day):
            since, until = max(opens, begin), min(closes, finish)
            for stop, goes_on in stops:
                if since < min(stop, until):
                    yield since, min(stop, until)
                since = max(since, goes_on)
            if since < until:
                yield since, until
        day += ONE_DAY


def length(pieces: Iterator[tuple[datetime, datetime]]) -> timedelta:
    return sum((end - start for start, end in pieces), NOTHING)


def part_way(
    calendar: Calendar, start: datetime, end: datetime, percent: int, pauses: Sequence[Pause] = ()
) -> datetime:
    """The moment at which so many percent of the running time of a term are used up; the end where none runs."""
    pieces = list(running(calendar, start, end, pauses))
    missing = length(iter(pieces)) * percent / 100
    for since, until in pieces:
        if missing <= until - since:
            return since + missing
        missing -= until - since
    return end


def latest_start(calendar: Calendar, end: datetime, work: timedelta, start: datetime) -> datetime:
    """When work must begin at the latest to be done by the end; not before `start`."""
    for since, until in reversed(list(running(calendar, start, end))):
        if work <= until - since:
            return until - work
        work -= until - since
    return start


def after(calendar: Calendar, start: datetime, hours: int) -> datetime | None:
    """So many working hours later."""
    return clock.due(clock.Rule(clock.Span(hours, clock.Unit.hour)), calendar, start).moment if hours else start


def forecast(calendar: Calendar, work: Work, due: datetime | None, at: datetime, begun: datetime) -> Forecast:
    """Held against the hours that the route gives its steps.

    Where the whole route does not fit into the term from the beginning, its hours are shortened in proportion: a plan
    that never could be kept says nothing about this dossier.
    """
    step_due = after(calendar, work.since, work.hours) if work.hours else None
    rest = timedelta(hours=work.rest)
    done = after(calendar, max(at, step_due or at), work.rest)
    if due is None:
        return Forecast(step_due, done, None)
    step, left = timedelta(hours=work.hours), length(running(calendar, work.since, due))
    if step + rest > left and work.since <= begun + ONE_DAY:
        share = left / (step + rest)
        step, rest = step * share, rest * share
    if step + rest > left:
        return Forecast(step_due, done, work.since)
    return Forecast(step_due, done, latest_start(calendar, due, max(rest, LEAST), work.since))


def early_on_time_late(
    due_moment: datetime | None, decided_at: datetime, by: Literal["day", "moment"] = "day"
) -> Punctuality:
    """The decision against the due day or, where the tenant chose so, the due moment; without one nothing is late."""
    if due_moment is None:
        return "on_time"
    decided, due_by = decided_at.astimezone(TIMEZONE), due_moment.astimezone(TIMEZONE)
    delay = decided.date() - due_by.date() if by == "day" else decided - due_by
    if not delay:
        return "on_time"
    return "early" if delay < NOTHING else "late"
