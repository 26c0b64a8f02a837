"""When a dossier is due and why: rule, calendar and pauses in; moment and explanation out; plain Python, no now()."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Slots = tuple[tuple[time, time], ...]
State = Literal["in_time", "due_soon", "overdue", "paused"]
Kind = Literal["start", "cutoff", "extended", "counted", "not_counted", "holiday", "weekend", "paused", "rolled", "due"]

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WORKING_DAY = timedelta(hours=8)  # what a working day is worth where the rule counts hours
SOON = timedelta(days=1)
SUPPLEMENT = "supplement"  # the pause after which a rule in restart mode begins from zero
NOTHING = timedelta()
ONE_DAY = timedelta(days=1)
MONDAY = 0
FOREVER = datetime(9999, 12, 30, tzinfo=TIMEZONE)


class Unit(StrEnum):
    working_day = "working_day"
    calendar_day = "calendar_day"
    hour = "hour"
    month = "month"


class NoWorkingTime(ValueError):
    """The calendar has no working time where some is needed, so nothing can fall due by it."""


@dataclass(frozen=True)
class Span:
    """How long a procedure takes; nought of any unit means on the same working day."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("A span of time cannot be negative.")


@dataclass(frozen=True)
class Rule:
    """How a span is counted.

    `legal_day`: the day of reception does not count, due at the close of the last day (Civil Code 2015, Art. 147-148).
    `hours`: working hours inside the slots from the reception on, eight to a working day. Hours always count so;
    calendar days and months never do. Received after the cut-off, or on a day off where there is a cut-off, counts as
    received at the next working day's opening. In restart mode the end of a supplement begins the span anew.
    """

    span: Span | None
    counting: Literal["legal_day", "hours"] = "legal_day"
    cutoff: time | None = None
    supplement_mode: Literal["pause", "restart"] = "pause"


@dataclass(frozen=True)
class Pause:
    """The clock stands still in [start, end); without an end it still does; one that ends before it starts is none."""

    start: datetime
    end: datetime | None
    reason: str


class Extension(NamedTuple):
    """More time by decision, in the unit of the span."""

    decided_at: datetime
    amount: int
    reason: str


class Line(NamedTuple):
    """One piece of an explanation: the days from `day` to `until` inclusive (None: still going on) and what they did.

    `amount` is the number of days counted; where hours count, `time` is the working time counted or paused.
    `name` is the holiday's or an extension's unit, `reason` the pause's; `moment` belongs to the kinds start, cutoff, extended and due.
    """

    day: date
    until: date | None
    kind: Kind
    amount: int = 0
    time: timedelta = NOTHING
    name: str = ""
    reason: str = ""
    moment: datetime | None = None


@dataclass(frozen=True)
class Due:
    """The due moment and why; held by an open pause there is none, but what is left: days or, by hours, open time."""

    moment: datetime | None
    explanation: tuple[Line, ...]
    days_left: int | None = None
    time_left: timedelta | None = None


@dataclass(frozen=True)
class Calendar:
    """When an office works; a day with slots is a working day.

    Slots by weekday (Monday is 0); days off and make-up days by date with their names. A make-up day works by Monday's
    slots. `special_slots` (half days, make-up days with hours of their own) go before everything else. `changes` are
    other hours from a day on, the earliest first.
    """

    slots: Mapping[int, Slots]
    days_off: Mapping[date, str] = field(default_factory=dict)
    extra_days: Mapping[date, str] = field(default_factory=dict)
    special_slots: Mapping[date, Slots] = field(default_factory=dict)
    tz: ZoneInfo = TIMEZONE
    changes: Sequence[tuple[date, Mapping[int, Slots]]] = ()
    _slots: dict[date, Slots] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weeks = [self.slots, *(week for _since, week in self.changes)]
        for slots in (*(slots for week in weeks for slots in week.values()), *self.special_slots.values()):
            times = [moment for slot in slots for moment in slot]
            if times != sorted(times) or any(opens == closes for opens, closes in slots):
                raise ValueError("Slots must have a length, follow each other and not overlap.")

    def slots_on(self, day: date) -> Slots:
        if day not in self._slots:
            self._slots[day] = self._slots_of(day)
        return self._slots[day]

    def _slots_of(self, day: date) -> Slots:
        if day in self.special_slots:
            return self.special_slots[day]
        if day in self.extra_days:
            return self.week_of(day).get(MONDAY, ())
        return () if day in self.days_off else self.week_of(day).get(day.weekday(), ())

    def week_of(self, day: date) -> Mapping[int, Slots]:
        """The hours that hold on a day."""
        return next((week for since, week in reversed(self.changes) if since <= day), self.slots)

    def is_working_day(self, day: date) -> bool:
        return bool(self.slots_on(day))

    def openings_on(self, day: date) -> list[tuple[datetime, datetime]]:
        return [(self.at(day, opens), self.at(day, closes)) for opens, closes in self.slots_on(day)]

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself while the office is open, else the beginning of the next slot."""
        local = self.local(moment)
        openings = (slot for day, _ in self.days_from(local.date()) for slot in self.openings_on(day))
        return next(max(local, opens) for opens, closes in openings if local < closes)

    def close_of(self, day: date) -> datetime:
        slots = self.slots_on(day)
        if not slots:
            raise NoWorkingTime(f"{day} is not a working day.")
        return self.at(day, slots[-1][1])

    def days_from(self, first: date) -> Iterator[tuple[date, Slots]]:
        """Every day from the first on with its slots; refuses to look for a working day longer than a year."""
        day, last_worked = first, first
        while (day - last_worked).days <= 366:
            slots = self.slots_on(day)
            if slots:
                last_worked = day
            yield day, slots
            day += ONE_DAY
        raise NoWorkingTime(f"The calendar has no working day in the year after {last_worked}.")

    def local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("The clock takes only moments that know their time zone.")
        return moment.astimezone(self.tz)

    def at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=self.tz)


def due(
    rule: Rule,
    calendar: Calendar,
    start: datetime,
    pauses: Sequence[Pause] = (),
    *,
    extensions: Sequence[Extension] = (),
    until: datetime | None = None,
) -> Due:
    """When the span that began at `start` is over, with the reason for every day.

    A day counts when the clock was running in the last moment before its close (a day off that counts closes at
    midnight); where hours count, paused working time is added exactly. So a pause never shortens, order does not
    matter, overlaps count once, and no due moment lies in a pause. A later start is never due earlier; with months
    this holds for pauses after the start. A calendar deadline on a day off or a paused day rolls to the close of the
    next working day. Extensions are counted with the span. `until` is where the explanation of an open pause stops.
    """
    course = _Course(calendar, pauses, until)
    begun = course.begin(rule, start)
    if rule.span is None:
        return Due(None, tuple(course.lines))
    span = course.extend(rule.span, extensions)
    if span.amount == 0:
        return course.roll(calendar.next_opening(begun).date())
    if span.unit == Unit.hour:
        return course.by_hours(begun, timedelta(hours=span.amount))
    if span.unit == Unit.working_day and rule.counting == "hours":
        return course.by_hours(begun, WORKING_DAY * span.amount)
    return course.by_days(begun.date(), span)


def working_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The office's open time in [start, end)."""
    begin, finish = calendar.local(start), calendar.local(end)
    total, day = NOTHING, begin.date()
    while day <= finish.date():
        for opens, closes in calendar.openings_on(day):
            total += max(NOTHING, min(closes, finish) - max(opens, begin))
        day += ONE_DAY
    return total


def state(due_moment: datetime | None, at: datetime, paused: bool) -> State:
    """How an open dossier stands; a paused one is never overdue, and the due moment itself is still in time."""
    if paused:
        return "paused"
    if due_moment is None or at < due_moment - SOON:
        return "in_time"
    return "due_soon" if at <= due_moment else "overdue"


class _Stop(NamedTuple):
    """A pause in local time whose end is never missing."""

    start: datetime
    end: datetime
    reason: str


class _Course:
    """One run of the clock through the calendar, noting why each day counts or not."""

    def __init__(self, calendar: Calendar, pauses: Sequence[Pause], until: datetime | None) -> None:
        local = calendar.local
        stops = (_Stop(local(p.start), local(p.end) if p.end else FOREVER, p.reason) for p in pauses)
        self.stops = sorted(stop for stop in stops if stop.start < stop.end)
        self.calendar = calendar
        self.until = local(until).date() if until else None
        self.lines: list[Line] = []

    def begin(self, rule: Rule, start: datetime) -> datetime:
        """The moment from which the span is counted: the reception, or where the last supplement began it anew."""
        received = self.calendar.local(start)
        self.mark("start", received)
        asked = [stop for stop in self.stops if stop.reason == SUPPLEMENT and stop.end > received]
        if rule.supplement_mode == "pause" or not asked:
            return self.put_off(rule, received)
        last = max(asked, key=lambda stop: stop.end)
        begun = max(received, last.start) if last.end == FOREVER else last.end
        self.lines.append(Line(received.date(), begun.date(), "not_counted", reason=SUPPLEMENT))
        if last.end == FOREVER:
            return begun  # the whole span is left from here
        self.mark("start", begun, reason=SUPPLEMENT)
        return self.put_off(rule, begun)

    def extend(self, span: Span, extensions: Sequence[Extension]) -> Span:
        for one in extensions:
            moment = self.calendar.local(one.decided_at)
            day = moment.date()
            self.lines.append(Line(day, day, "extended", one.amount, name=span.unit, reason=one.reason, moment=moment))
        return Span(span.amount + sum(one.amount for one in extensions), span.unit)

    def put_off(self, rule: Rule, received: datetime) -> datetime:
        """Received after the cut-off, or on a day off where there is one: as if at the next working day's opening."""
        day = received.date()
        if rule.cutoff is None or (self.calendar.is_working_day(day) and received.time() <= rule.cutoff):
            return received
        opening = self.calendar.next_opening(self.calendar.at(day + ONE_DAY, time.min))
        self.mark("cutoff", opening)
        return opening

    def by_days(self, begun: date, span: Span) -> Due:
        """Count to the last day of the span; the first day never counts, whatever happens on it."""
        missing = span.amount if span.unit != Unit.month else (_months_later(begun, span.amount) - begun).days
        days, last = self.calendar.days_from(begun + ONE_DAY), begun
        while missing:
            last, slots = next(days)
            if not slots and span.unit == Unit.working_day:
                self.note_day_off(last)
                continue
            stop = self.stop_on(last)
            if stop is None:
                missing -= 1
                self.note(Line(last, last, "counted", amount=1))
            elif stop.end == FOREVER:
                return self.standing(last, stop, days_left=missing, time_left=None)
            else:
                self.note(Line(last, last, "paused", reason=stop.reason))
        return self.roll(last)

    def roll(self, last: date) -> Due:
        """Due at the close of the last day, or of the first working day after it that is not paused at its close."""
        days, reason = self.calendar.days_from(last), ""
        while True:
            day, slots = next(days)
            stop = self.stop_on(day) if slots else None
            if slots and stop is None:
                break
            if stop and stop.end == FOREVER:
                return self.standing(day, stop, days_left=0, time_left=None)
            reason = stop.reason if stop else reason
        if day > last:
            self.lines.append(Line(last, day, "rolled", name=self.calendar.days_off.get(last, ""), reason=reason))
        return self.finished(self.calendar.close_of(day))

    def by_hours(self, begun: datetime, missing: timedelta) -> Due:
        """Run through the open time until the span is used up; the earliest such moment, so at closing, not opening."""
        days = self.calendar.days_from(begun.date())
        while True:
            day, slots = next(days)
            if not slots:
                self.note_day_off(day)
                continue
            since, ran = max(begun, self.calendar.at(day, time.min)), NOTHING
            for piece_start, piece_end in self.running_on(day, since):
                moment = piece_start + (missing - ran)
                if moment <= piece_end:
                    self.note_hours(since, moment, missing)
                    return self.finished(moment)
                ran += piece_end - piece_start
            missing -= ran
            self.note_hours(since, self.calendar.close_of(day), ran)
            stop = self.stop_on(day)
            if stop and stop.end == FOREVER:
                return self.standing(day, stop, days_left=None, time_left=missing)

    def running_on(self, day: date, begun: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The pieces of a day's open time, from the beginning on, in which nothing paused the clock."""
        for opens, closes in self.calendar.openings_on(day):
            since = max(opens, begun)
            for stop in self.stops:
                if since < min(stop.start, closes):
                    yield since, min(stop.start, closes)
                since = max(since, stop.end)
            if since < closes:
                yield since, closes

    def stop_on(self, day: date) -> _Stop | None:
        """The pause that held the clock in the last moment before the day's close; a day off closes at midnight."""
        if not self.stops:
            return None
        working = self.calendar.is_working_day(day)
        close = self.calendar.close_of(day) if working else self.calendar.at(day + ONE_DAY, time.min)
        return next((stop for stop in self.stops if stop.start < close <= stop.end), None)

    def mark(self, kind: Kind, moment: datetime, reason: str = "") -> None:
        self.lines.append(Line(moment.date(), moment.date(), kind, reason=reason, moment=moment))

    def note(self, line: Line) -> None:
        """Write a day down, joined to the days before it where they did the same for the same reason."""
        last = self.lines[-1]
        if (last.kind, last.name, last.reason) == (line.kind, line.name, line.reason):
            self.lines.pop()
            amount, spent = last.amount + line.amount, last.time + line.time
            line = Line(last.day, line.day, line.kind, amount, spent, line.name, line.reason)
        self.lines.append(line)

    def note_day_off(self, day: date) -> None:
        name = self.calendar.days_off.get(day, "")
        self.note(Line(day, day, "holiday" if name else "weekend", name=name))

    def note_hours(self, since: datetime, end: datetime, ran: timedelta) -> None:
        """Write down how much of the open time from some moment of a day to another ran, and how much stood still."""
        day = end.date()
        if ran:
            self.note(Line(day, day, "counted", time=ran))
        if self.stops and (stood := working_time(self.calendar, since, end) - ran):
            reason = next(stop.reason for stop in self.stops if stop.end > since)
            self.note(Line(day, day, "paused", time=stood, reason=reason))

    def standing(self, day: date, stop: _Stop, days_left: int | None, time_left: timedelta | None) -> Due:
        until = max(day, self.until) if self.until else None
        self.lines.append(Line(day, until, "paused", reason=stop.reason))
        return Due(None, tuple(self.lines), days_left, time_left)

    def finished(self, moment: datetime) -> Due:
        self.mark("due", moment)
        return Due(moment, tuple(self.lines))


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
