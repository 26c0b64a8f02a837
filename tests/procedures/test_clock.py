import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from procedures import clock, forecast
from procedures.calendars import OFFICE_HOURS, POLICE_HOURS, calendar_for
from procedures.clock import Calendar, Due, Line, NoWorkingTime, Pause, Rule, Span, Unit

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "deadline_vectors.json"
OFFICE = calendar_for(range(2023, 2029))
CLOSED_FOR_GOOD = Calendar(slots={})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.TIMEZONE)


def rule(amount: int, unit: str = "working_day", **settings: Any) -> Rule:
    return Rule(Span(amount, Unit(unit)), **settings)


def pause(start: str, end: str | None, reason: str = "supplement") -> Pause:
    return Pause(at(start), at(end) if end else None, reason)


def due_at(rule: Rule, start: str, *pauses: Pause, calendar: Calendar = OFFICE) -> str:
    moment = clock.due(rule, calendar, at(start), pauses).moment
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "never"


def told(due: Due) -> list[tuple[str, int, int]]:
    """Each line as kind, first day of the month and last."""
    return [(line.kind, line.day.day, line.until.day if line.until else 0) for line in due.explanation]


def vectors(name: str) -> Sequence[Mapping[str, Any]]:
    if not VECTORS.exists():
        pytest.skip("shared/data/deadline_vectors.json is not beside the project")
    found: Sequence[Mapping[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))[name]
    return found


def test_legal_days_agree_with_every_vector() -> None:
    for vector in vectors("vectors"):
        expected = f"{vector['rule_A_due_date']} 17:00"
        assert due_at(rule(vector["working_days"]), vector["received"]) == expected, vector["note"]


def test_hours_agree_with_every_vector() -> None:
    for vector in vectors("vectors"):
        by_hours = rule(vector["working_days"], counting="hours")
        assert due_at(by_hours, vector["received"]) == vector["rule_B_due"], vector["note"]


def test_calendar_days_agree_with_every_vector_and_say_from_where_they_rolled() -> None:
    for vector in vectors("calendar_days"):
        due = clock.due(rule(vector["days"], "calendar_day"), OFFICE, at(vector["received"]))
        rolled = next(line for line in due.explanation if line.kind == "rolled")
        assert (str(rolled.day), str(rolled.until)) == (vector["raw"], vector["rolled"])
        assert rolled.name == OFFICE.days_off.get(rolled.day, "")
        assert due.moment == at(f"{vector['rolled']} 17:00")


def test_the_explanation_tells_what_every_day_did() -> None:
    due = clock.due(rule(4), OFFICE, at("2026-11-20 10:00"), [pause("2026-11-25 09:00", "2026-11-27 17:00")])
    assert told(due) == [
        ("start", 20, 20),
        ("weekend", 21, 22),
        ("counted", 23, 23),
        ("holiday", 24, 24),
        ("paused", 25, 27),
        ("weekend", 28, 29),
        ("counted", 30, 2),
        ("due", 2, 2),
    ]
    start, _, monday, tuesday, stood, _, counted, end = due.explanation
    assert start.moment == at("2026-11-20 10:00")
    assert (monday.amount, counted.amount) == (1, 3)
    assert (tuesday.name, stood.reason) == ("Ngày Văn hóa Việt Nam", "supplement")
    assert end == Line(date(2026, 12, 2), date(2026, 12, 2), "due", moment=at("2026-12-02 17:00"))


def test_the_explanation_of_hours_tells_how_long_each_day_ran_and_stood() -> None:
    due = clock.due(rule(10, "hour"), OFFICE, at("2026-06-05 16:00"), [pause("2026-06-08 08:00", "2026-06-08 14:00")])
    hours = [(line.kind, line.time / timedelta(hours=1)) for line in due.explanation if line.time]
    assert hours == [("counted", 1), ("counted", 4), ("paused", 4), ("counted", 5)]
    assert due.moment == at("2026-06-09 14:00")


def test_each_pause_in_hours_is_told_with_its_own_reason() -> None:
    paid = pause("2026-06-02 14:00", "2026-06-02 15:00", "payment")
    away = pause("2026-06-03 08:00", "2026-06-03 09:00", "suspended")
    due = clock.due(rule(12, "hour"), OFFICE, at("2026-06-02 10:00"), [away, paid])
    stood = [(line.day.day, line.reason) for line in due.explanation if line.kind == "paused"]
    assert stood == [(2, "payment"), (3, "suspended")]
    unpaid = clock.due(
        rule(4, "hour"), OFFICE, at("2026-06-03 07:00"), [away, pause("2026-06-03 16:00", None, "payment")]
    )
    assert [line.reason for line in unpaid.explanation if line.kind == "paused"] == ["suspended"]


@pytest.mark.parametrize(
    ("case", "start", "expected"),
    [
        ("before the cut-off", "2026-06-03 14:59", "2026-06-03 17:00"),
        ("at the cut-off is not after it", "2026-06-03 15:00", "2026-06-03 17:00"),
        ("after the cut-off", "2026-06-03 15:00:01", "2026-06-04 17:00"),
        ("after the cut-off on a Friday", "2026-06-05 16:00", "2026-06-08 17:00"),
        ("on a Saturday", "2026-06-06 09:00", "2026-06-08 17:00"),
        ("in the night", "2026-06-03 03:00", "2026-06-03 17:00"),
    ],
)
def test_a_same_day_procedure_is_due_at_closing(case: str, start: str, expected: str) -> None:
    assert due_at(rule(0, cutoff=time(15)), start) == expected, case


def test_without_a_cut_off_what_comes_after_closing_is_due_the_next_working_day() -> None:
    assert due_at(rule(0), "2026-06-03 16:59") == "2026-06-03 17:00"
    assert due_at(rule(0), "2026-06-03 17:00") == "2026-06-04 17:00"
    assert due_at(rule(0, "hour"), "2026-06-05 18:00") == "2026-06-08 17:00"


def test_after_the_cut_off_the_next_working_day_is_the_day_of_reception() -> None:
    due = clock.due(rule(1, cutoff=time(15)), OFFICE, at("2026-06-05 15:30"))
    assert due.moment == at("2026-06-09 17:00")
    assert told(due) == [("start", 5, 5), ("cutoff", 8, 8), ("counted", 9, 9), ("due", 9, 9)]
    assert due.explanation[1].moment == at("2026-06-08 07:00")
    assert due_at(rule(1, cutoff=time(15)), "2026-06-05 15:00") == "2026-06-08 17:00"


def test_after_the_cut_off_hours_run_from_the_next_opening() -> None:
    assert due_at(rule(2, "hour", cutoff=time(15)), "2026-06-05 15:30") == "2026-06-08 09:00"
    assert due_at(rule(2, "hour"), "2026-06-05 15:30") == "2026-06-08 07:30"


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-03-10 09:00", 1, "2026-04-10 17:00"),
        ("2025-08-31 09:00", 6, "2026-03-02 17:00"),  # 28 February is a Saturday
        ("2027-12-31 09:00", 2, "2028-02-29 17:00"),
        ("2026-10-15 09:00", 3, "2027-01-15 17:00"),
        ("2026-04-30 09:00", 12, "2027-05-04 17:00"),  # two holidays, the second made up for on Monday
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(start: str, months: int, expected: str) -> None:
    assert due_at(rule(months, "month"), start) == expected


@pytest.mark.parametrize(
    ("case", "start", "end", "expected"),
    [
        ("within one day costs nothing", "2026-06-03 08:00", "2026-06-03 16:00", "2026-06-05 17:00"),
        ("over one closing costs that day", "2026-06-03 16:00", "2026-06-04 08:00", "2026-06-08 17:00"),
        ("after closing until the morning costs nothing", "2026-06-03 17:00", "2026-06-04 07:00", "2026-06-05 17:00"),
        ("to the close costs the day", "2026-06-03 08:00", "2026-06-03 17:00", "2026-06-08 17:00"),
        ("on the day of reception costs nothing", "2026-06-02 16:00", "2026-06-03 08:00", "2026-06-05 17:00"),
        ("over a weekend costs nothing more", "2026-06-05 16:00", "2026-06-08 08:00", "2026-06-08 17:00"),
        ("that ends before it starts is none", "2026-06-04 08:00", "2026-06-03 08:00", "2026-06-05 17:00"),
    ],
)
def test_a_pause_counted_in_days(case: str, start: str, end: str, expected: str) -> None:
    assert due_at(rule(3), "2026-06-02 10:00", pause(start, end)) == expected, case


def test_a_pause_counted_in_hours_adds_its_working_time_exactly() -> None:
    assert due_at(rule(8, "hour"), "2026-06-02 10:00") == "2026-06-03 10:00"
    lunch_and_an_hour = pause("2026-06-02 11:00", "2026-06-02 14:00")
    assert due_at(rule(8, "hour"), "2026-06-02 10:00", lunch_and_an_hour) == "2026-06-03 11:00"
    night = pause("2026-06-02 17:00", "2026-06-03 07:00")
    assert due_at(rule(8, "hour"), "2026-06-02 10:00", night) == "2026-06-03 10:00"


def test_a_calendar_deadline_never_falls_into_a_pause() -> None:
    ten_days = rule(10, "calendar_day")
    assert due_at(ten_days, "2026-06-04 09:00") == "2026-06-15 17:00"
    monday = pause("2026-06-15 09:00", "2026-06-16 09:00", "payment")
    due = clock.due(ten_days, OFFICE, at("2026-06-04 09:00"), [monday])
    assert due.moment == at("2026-06-16 17:00")
    assert due.explanation[-2] == Line(date(2026, 6, 14), date(2026, 6, 16), "rolled", reason="payment")


def test_while_a_pause_is_open_there_is_no_due_moment_but_the_rest_of_the_span() -> None:
    waiting = pause("2026-06-04 10:00", None)
    due = clock.due(rule(5), OFFICE, at("2026-06-02 10:00"), [waiting], until=datetime(2026, 6, 19, 20, tzinfo=UTC))
    assert (due.moment, due.days_left, due.time_left) == (None, 4, None)
    assert told(due) == [("start", 2, 2), ("counted", 3, 3), ("paused", 4, 20)]
    by_hours = clock.due(rule(2, counting="hours"), OFFICE, at("2026-06-03 10:00"), [waiting])
    assert (by_hours.moment, by_hours.days_left, by_hours.time_left) == (None, None, timedelta(hours=8))
    yesterday = clock.due(rule(5), OFFICE, at("2026-06-02 10:00"), [waiting], until=at("2026-06-03 10:00"))
    assert yesterday.explanation[-1].until == date(2026, 6, 4)
    assert by_hours.explanation[-1] == Line(date(2026, 6, 4), None, "paused", reason="supplement")


def test_an_open_pause_holds_a_deadline_that_only_had_to_roll() -> None:
    due = clock.due(rule(10, "calendar_day"), OFFICE, at("2026-06-04 09:00"), [pause("2026-06-15 09:00", None)])
    assert (due.moment, due.days_left) == (None, 0)


def test_a_pause_after_the_due_moment_does_not_move_it() -> None:
    late = pause("2026-06-08 08:00", None)
    assert due_at(rule(3), "2026-06-02 10:00", late) == "2026-06-05 17:00"
    assert due_at(rule(3, counting="hours"), "2026-06-02 10:00", late) == "2026-06-05 10:00"


def test_restart_begins_the_span_anew_when_the_supplement_is_in() -> None:
    asked, paid = (
        pause("2026-06-04 10:00", "2026-06-10 09:00"),
        pause("2026-06-11 09:00", "2026-06-12 09:00", "payment"),
    )
    restarting = rule(3, supplement_mode="restart")
    due = clock.due(restarting, OFFICE, at("2026-06-02 10:00"), [paid, asked])
    assert due.moment == at("2026-06-16 17:00")
    assert told(due)[:3] == [("start", 2, 2), ("not_counted", 2, 10), ("start", 10, 10)]
    assert due_at(rule(3), "2026-06-02 10:00", asked, paid) == "2026-06-12 17:00"
    assert due_at(restarting, "2026-06-02 10:00", paid) == "2026-06-05 17:00", "only a supplement restarts"
    over = clock.due(restarting, OFFICE, at("2026-06-10 09:00"), [asked])
    assert told(over) == [
        ("start", 10, 10),
        ("counted", 11, 12),
        ("weekend", 13, 14),
        ("counted", 15, 15),
        ("due", 15, 15),
    ]


def test_while_a_restarting_supplement_is_open_the_whole_span_is_left() -> None:
    waiting = pause("2026-06-04 16:00", None)
    restarting = rule(3, supplement_mode="restart", cutoff=time(15))
    due = clock.due(restarting, OFFICE, at("2026-06-02 10:00"), [waiting])
    assert (due.moment, due.days_left) == (None, 3)
    assert told(due) == [("start", 2, 2), ("not_counted", 2, 4), ("paused", 5, 0)]
    received_meanwhile = clock.due(restarting, OFFICE, at("2026-06-05 10:00"), [waiting])
    assert told(received_meanwhile) == [("start", 5, 5), ("not_counted", 5, 5), ("weekend", 6, 7), ("paused", 8, 0)]


def test_without_a_span_nothing_is_due() -> None:
    due = clock.due(Rule(None), OFFICE, at("2026-06-02 10:00"))
    assert due.moment is None
    assert told(due) == [("start", 2, 2)]


@pytest.mark.parametrize(
    "rule", [rule(1), rule(0), rule(1, "hour"), rule(400, "calendar_day"), rule(1, "month"), rule(1, cutoff=time(15))]
)
def test_a_calendar_without_a_working_day_is_refused_and_not_searched_for_ever(rule: Rule) -> None:
    with pytest.raises(NoWorkingTime):
        clock.due(rule, CLOSED_FOR_GOOD, at("2026-06-02 10:00"))


def test_a_closed_calendar_has_no_opening_no_close_and_no_working_time() -> None:
    with pytest.raises(NoWorkingTime):
        CLOSED_FOR_GOOD.next_opening(at("2026-06-02 10:00"))
    with pytest.raises(NoWorkingTime):
        OFFICE.close_of(date(2026, 6, 6))
    assert clock.working_time(CLOSED_FOR_GOOD, at("2025-06-02 10:00"), at("2026-06-02 10:00")) == timedelta(0)


def test_one_working_day_a_year_is_enough() -> None:
    yearly = Calendar(slots={}, special_slots={date(year, 6, 1): OFFICE_HOURS[0] for year in range(2026, 2030)})
    assert due_at(rule(3), "2026-06-02 10:00", calendar=yearly) == "2029-06-01 17:00"


def test_the_next_opening_is_now_while_the_office_is_open() -> None:
    cases = {"07:00": "07:00", "09:10": "09:10", "11:30": "13:30", "06:00": "07:00", "16:59": "16:59"}
    for moment, opening in cases.items():
        assert OFFICE.next_opening(at(f"2026-06-05 {moment}")) == at(f"2026-06-05 {opening}")
    assert OFFICE.next_opening(at("2026-06-05 17:00")) == at("2026-06-08 07:00")


def test_saturday_counts_where_the_office_works_on_it_and_closes_at_noon() -> None:
    police = calendar_for([2026], POLICE_HOURS)
    assert due_at(rule(1), "2026-06-05 10:00", calendar=police) == "2026-06-06 11:30"
    assert due_at(rule(1), "2026-06-05 10:00") == "2026-06-08 17:00"


def test_a_make_up_day_works_by_mondays_hours_unless_it_has_its_own() -> None:
    made_up = {date(2026, 6, 6): "Làm bù"}
    mornings = {date(2026, 6, 6): ((time(8), time(11)),)}
    assert due_at(rule(1), "2026-06-05 10:00", calendar=Calendar(OFFICE_HOURS, {}, made_up)) == "2026-06-06 17:00"
    own_hours = Calendar(OFFICE_HOURS, {}, made_up, mornings)
    assert due_at(rule(1), "2026-06-05 10:00", calendar=own_hours) == "2026-06-06 11:00"


def test_working_time_is_what_lies_inside_the_slots() -> None:
    assert clock.working_time(OFFICE, at("2026-06-05 11:00"), at("2026-06-08 08:00")) == timedelta(hours=5)
    assert clock.working_time(OFFICE, at("2026-06-05 12:00"), at("2026-06-05 13:00")) == timedelta(0)
    assert clock.working_time(OFFICE, at("2026-06-05 11:00"), at("2026-06-05 09:00")) == timedelta(0)


def test_moments_of_other_zones_are_put_on_the_legal_clock() -> None:
    evening_in_utc = datetime(2026, 6, 2, 17, 30, tzinfo=UTC)  # half past midnight on the third
    assert clock.due(rule(1), OFFICE, evening_in_utc).moment == at("2026-06-04 17:00")


def test_a_moment_without_a_zone_a_negative_span_and_impossible_slots_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.due(rule(1), OFFICE, at("2026-06-02 10:00").replace(tzinfo=None))
    with pytest.raises(ValueError, match="negative"):
        rule(-1)
    for slots in [((time(17), time(7)),), ((time(7), time(7)),), ((time(7), time(12)), (time(11), time(17)))]:
        with pytest.raises(ValueError, match="Slots"):
            Calendar({0: slots})


@pytest.mark.parametrize(
    ("now", "paused", "expected"),
    [
        ("2026-06-04 16:59", False, "in_time"),
        ("2026-06-04 17:00", False, "due_soon"),
        ("2026-06-05 17:00", False, "due_soon"),
        ("2026-06-05 17:01", False, "overdue"),
        ("2026-06-05 17:01", True, "paused"),
    ],
)
def test_the_state_of_an_open_dossier(now: str, paused: bool, expected: str) -> None:
    assert clock.state(at("2026-06-05 17:00"), at(now), paused) == expected


def test_without_a_due_moment_nothing_is_overdue_or_late() -> None:
    assert clock.state(None, at("2026-06-05 17:01"), paused=False) == "in_time"
    assert forecast.early_on_time_late(None, at("2026-06-05 17:01")) == "on_time"


@pytest.mark.parametrize(
    ("decided", "by_day", "by_moment"),
    [
        ("2026-06-04 23:59", "early", "early"),
        ("2026-06-05 09:00", "on_time", "early"),
        ("2026-06-05 17:00", "on_time", "on_time"),
        ("2026-06-05 17:01", "on_time", "late"),
        ("2026-06-06 00:00", "late", "late"),
    ],
)
def test_a_decision_is_held_against_the_due_day_or_the_moment(decided: str, by_day: str, by_moment: str) -> None:
    due_moment = at("2026-06-05 17:00").astimezone(UTC)
    assert forecast.early_on_time_late(due_moment, at(decided).astimezone(UTC)) == by_day
    assert forecast.early_on_time_late(due_moment, at(decided).astimezone(UTC), by="moment") == by_moment
