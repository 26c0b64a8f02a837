"""What must hold for every rule, start and set of pauses; and the agreement with the clock of minutes.

SIZE=full runs the 100,000 cases against the oracle; otherwise a few hundred, always the same ones.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from procedures import clock
from procedures.calendars import MORNING, POLICE_HOURS, calendar_for
from procedures.clock import WORKING_DAY, Calendar, Line, Pause, Rule, Span, Unit
from tests.procedures.clock_oracle import Case, Office, due_minute, minute_of, moment_of

YEARS = range(2024, 2029)
OFFICE, POLICE = calendar_for(YEARS), calendar_for(YEARS, POLICE_HOURS)
SHORT = calendar_for(YEARS, {0: (MORNING,), 3: ((time(13, 15), time(16, 0)),)})
CALENDARS = (OFFICE, POLICE, SHORT)
MINUTE, STARTS = timedelta(minutes=1), datetime(2025, 1, 2, tzinfo=clock.TIMEZONE)

QUIET = (HealthCheck.too_slow, HealthCheck.filter_too_much)
often = settings(derandomize=True, deadline=None, max_examples=250, suppress_health_check=QUIET)
against_oracle = settings(often, max_examples=100_000 if os.environ.get("SIZE") == "full" else 300)

moments = st.integers(0, 500 * 24 * 60).map(lambda minutes: STARTS + minutes * MINUTE)
reasons = st.sampled_from(["supplement", "payment", "suspended"])
spans = st.one_of(
    st.builds(Span, st.integers(0, 15), st.sampled_from([Unit.working_day, Unit.calendar_day])),
    st.builds(Span, st.integers(0, 60), st.just(Unit.hour)),
    st.builds(Span, st.integers(0, 2), st.just(Unit.month)),
)
counting = st.sampled_from(["legal_day", "hours"])
cutoffs = st.sampled_from([None, time(10), time(15)])
rules = st.builds(Rule, spans, counting, cutoffs, st.sampled_from(["pause", "restart"]))
calendars = st.sampled_from(CALENDARS)


@st.composite
def closed_pauses(draw: st.DrawFn, around: datetime) -> Pause:
    """A pause in the weeks around a moment, as a rule after it."""
    begin = around + draw(st.integers(-2 * 24 * 60, 20 * 24 * 60)) * MINUTE
    return Pause(begin, begin + draw(st.integers(0, 10 * 24 * 60)) * MINUTE, draw(reasons))


@st.composite
def courses(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    start = draw(moments)
    return start, draw(st.lists(closed_pauses(start), max_size=4))


def moment_due(rule: Rule, calendar: Calendar, start: datetime, pauses: Sequence[Pause] = ()) -> datetime:
    moment = clock.due(rule, calendar, start, pauses).moment
    assert moment is not None
    return moment


def by_hours(rule: Rule) -> bool:
    assert rule.span is not None
    days_as_hours = rule.span.unit == Unit.working_day and rule.counting == "hours"
    return rule.span.amount > 0 and (rule.span.unit == Unit.hour or days_as_hours)


@often
@given(rules, calendars, courses(), st.data())
def test_another_pause_never_shortens(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]], data: st.DataObject
) -> None:
    start, pauses = course
    another = data.draw(closed_pauses(start))
    assert moment_due(rule, calendar, start, [*pauses, another]) >= moment_due(rule, calendar, start, pauses)


@often
@given(rules, calendars, courses(), st.data())
def test_a_longer_pause_never_shortens(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]], data: st.DataObject
) -> None:
    start, pauses = course
    pause = data.draw(closed_pauses(start))
    assert pause.end is not None
    longer = replace(pause, end=pause.end + data.draw(st.integers(0, 5000)) * MINUTE)
    assert moment_due(rule, calendar, start, [*pauses, longer]) >= moment_due(rule, calendar, start, [*pauses, pause])


@often
@given(rules, calendars, courses())
def test_the_order_of_pauses_does_not_matter(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = course
    assert clock.due(rule, calendar, start, pauses[::-1]) == clock.due(rule, calendar, start, pauses)
    assert clock.due(rule, calendar, start, pauses[1:] + pauses[:1]) == clock.due(rule, calendar, start, pauses)


@often
@given(rules, calendars, courses(), st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000))
def test_overlap_counts_once_and_pauses_are_half_open(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]], one: int, two: int, three: int
) -> None:
    start, pauses = course
    a, b, c, d = (start + minutes * MINUTE for minutes in (one, one + two, one + two + three, one + two + three + 600))
    whole = [*pauses, Pause(a, d, "payment")]
    overlapping = [*pauses, Pause(a, c, "payment"), Pause(b, d, "payment")]
    touching = [*pauses, Pause(c, d, "payment"), Pause(a, b, "payment"), Pause(b, c, "payment")]
    expected = moment_due(rule, calendar, start, whole)
    assert moment_due(rule, calendar, start, overlapping) == expected
    assert moment_due(rule, calendar, start, touching) == expected


@often
@given(rules, calendars, moments, moments)
def test_a_pause_of_no_length_is_none(rule: Rule, calendar: Calendar, start: datetime, moment: datetime) -> None:
    with_it = clock.due(rule, calendar, start, [Pause(moment, moment, "supplement")])
    assert with_it == clock.due(rule, calendar, start)


@often
@given(rules, calendars, courses(), st.integers(0, 4 * 24 * 60))
def test_a_later_start_is_never_due_earlier(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]], minutes: int
) -> None:
    start, pauses = course
    later = start + minutes * MINUTE
    if rule.span and rule.span.unit == Unit.month:
        pauses = [pause for pause in pauses if pause.start.date() > later.date()]
    assert moment_due(rule, calendar, later, pauses) >= moment_due(rule, calendar, start, pauses)


@often
@given(rules, calendars, courses())
def test_the_due_moment_is_in_working_time_after_the_start_and_outside_every_pause(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = course
    moment = moment_due(rule, calendar, start, pauses)
    assert moment > start
    assert clock.working_time(calendar, moment - MINUTE, moment) == MINUTE
    assert not any(pause.start < moment <= pause.end for pause in pauses if pause.end)


@often
@given(rules, calendars, courses(), st.integers(0, 30 * 24 * 60))
def test_an_open_pause_leaves_what_has_not_yet_run(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]], minutes: int
) -> None:
    start, pauses = course
    span, rule = rule.span, replace(rule, supplement_mode="pause")
    assert span is not None
    assume(span.amount and span.unit != Unit.month)
    asked = start + minutes * MINUTE
    held = clock.due(rule, calendar, start, [*pauses, Pause(asked, None, "supplement")])
    if held.moment is not None:
        assert held.moment == moment_due(rule, calendar, start, pauses) <= asked
    elif by_hours(rule):
        assert held.time_left == time_needed(rule) - sum((line.time for line in counted(held)), timedelta())
    else:
        assert held.days_left == span.amount - sum(line.amount for line in counted(held))


@often
@given(rules, calendars, courses())
def test_the_explanation_sums_up(rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]]) -> None:
    start, pauses = course
    due = clock.due(rule, calendar, start, pauses)
    assert rule.span is not None
    if by_hours(rule):
        assert sum((line.time for line in counted(due)), timedelta()) == time_needed(rule)
    elif rule.span.unit != Unit.month:
        assert sum(line.amount for line in counted(due)) == rule.span.amount
    assert due.explanation[-1].moment == due.moment


@often
@given(rules, calendars, courses())
def test_the_explanation_accounts_for_every_day_once(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]]
) -> None:
    start, pauses = course
    assume(rule.span and rule.span.amount and not by_hours(rule))
    lines = clock.due(rule, calendar, start, pauses).explanation
    first = max(line.day for line in lines if line.kind in ("start", "cutoff"))
    last = lines[-2].day if lines[-2].kind == "rolled" else lines[-1].day
    told = [day for line in lines if line.kind in ("counted", "holiday", "weekend", "paused") for day in days_of(line)]
    assert told == [first + timedelta(days=number + 1) for number in range((last - first).days)]


def counted(due: clock.Due) -> list[Line]:
    return [line for line in due.explanation if line.kind == "counted"]


def days_of(line: Line) -> list[date]:
    assert line.until is not None
    return [line.day + timedelta(days=number) for number in range((line.until - line.day).days + 1)]


def time_needed(rule: Rule) -> timedelta:
    assert rule.span is not None
    return timedelta(hours=rule.span.amount) if rule.span.unit == Unit.hour else WORKING_DAY * rule.span.amount


def office(calendar: Calendar) -> Office:
    return Office(calendar.slots, calendar.days_off, calendar.extra_days)


OFFICES = {id(calendar): office(calendar) for calendar in CALENDARS}


def by_minutes(rule: Rule, calendar: Calendar, start: datetime, pauses: Sequence[Pause]) -> datetime | None:
    assert rule.span is not None
    stretches = [(minute_of(p.start), minute_of(p.end) if p.end else None, p.reason) for p in pauses]
    restarts = rule.supplement_mode == "restart"
    case = Case(
        rule.span.amount, str(rule.span.unit), rule.counting, rule.cutoff, restarts, minute_of(start), stretches
    )
    minute = due_minute(OFFICES[id(calendar)], case)
    return None if minute is None else moment_of(minute)


@against_oracle
@given(rules, calendars, courses(), st.one_of(st.none(), st.integers(0, 30 * 24 * 60)))
def test_the_clock_agrees_with_the_clock_of_minutes(
    rule: Rule, calendar: Calendar, course: tuple[datetime, list[Pause]], open_from: int | None
) -> None:
    start, pauses = course
    if open_from is not None:
        pauses = [*pauses, Pause(start + open_from * MINUTE, None, "suspended")]
    assert clock.due(rule, calendar, start, pauses).moment == by_minutes(rule, calendar, start, pauses)


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        ("no make-up Saturday", replace(OFFICE, extra_days={})),
        ("no holiday", replace(OFFICE, days_off={})),
        ("work on Saturday morning", replace(OFFICE, slots=POLICE.slots)),
    ],
)
def test_the_clock_of_minutes_notices(mistake: str, wrong: Calendar) -> None:
    ten_days = Rule(Span(10, Unit.working_day))
    starts = [STARTS + timedelta(days=number, hours=9) for number in range(0, 500, 7)]
    right = [by_minutes(ten_days, OFFICE, start, []) for start in starts]
    assert right == [clock.due(ten_days, OFFICE, start).moment for start in starts]
    assert right != [clock.due(ten_days, wrong, start).moment for start in starts], mistake
