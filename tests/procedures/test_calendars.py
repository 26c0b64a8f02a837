import csv
from datetime import date, time
from pathlib import Path

import pytest
from holidays import country_holidays

from procedures.calendars import OFFICE_HOURS, POLICE_HOURS, SWAPS, calendar_for, days_off, in_english, make_up_days

YEARS = range(2023, 2029)
TABLE = Path(__file__).parents[3] / "shared" / "data" / "holidays_vn.csv"


def days_in_table(*kinds: str) -> dict[date, str]:
    if not TABLE.exists():
        pytest.skip("shared/data/holidays_vn.csv is not beside the project")
    with TABLE.open(encoding="utf-8") as lines:
        return {
            date.fromisoformat(row["date"]): row["name_vi"] for row in csv.DictReader(lines) if row["kind"] in kinds
        }


def test_days_off_are_those_of_the_table() -> None:
    assert calendar_for(YEARS).days_off == days_in_table("holiday", "swap_off")


def test_make_up_days_are_those_of_the_table() -> None:
    assert calendar_for(YEARS).extra_days == days_in_table("makeup_workday")


def test_the_new_year_swap_of_2026_which_the_library_lacks_is_there() -> None:
    calendar = calendar_for([2026])
    assert calendar.days_off[date(2026, 1, 2)] == "Nghỉ hoán đổi (làm bù 10/01/2026)"
    assert calendar.extra_days[date(2026, 1, 10)] == "Làm bù cho 02/01/2026"
    assert not calendar.is_working_day(date(2026, 1, 2))
    assert calendar.slots_on(date(2026, 1, 10)) == OFFICE_HOURS[0]
    assert date(2026, 1, 2) not in country_holidays("VN", years=2026), "the library has it now: drop it from the table"


def test_a_swap_over_the_new_year_is_off_in_one_year_and_made_up_in_the_next() -> None:
    assert "05/01/2019" in days_off(2018)[date(2018, 12, 31)]
    assert make_up_days(2019)[date(2019, 1, 5)] == "Làm bù cho 31/12/2018"


def test_every_make_up_day_that_the_library_knows_has_a_source() -> None:
    known = {day for year in range(2018, 2029) for day in make_up_days(year)}
    sources = {swap.made_up: swap.source for swap in SWAPS}
    assert known == set(sources)
    assert all(sources.values())


def test_a_make_up_day_without_a_source_still_counts() -> None:
    assert make_up_days(2015) == {date(2015, 2, 14): "Làm bù", date(2015, 4, 25): "Làm bù"}


def test_swaps_turn_a_weekday_off_into_a_weekend_day_on() -> None:
    assert all(swap.off.weekday() < 5 <= swap.made_up.weekday() for swap in SWAPS)


def test_offices_work_eight_hours_from_monday_to_friday() -> None:
    calendar = calendar_for([2026])
    assert calendar.slots_on(date(2026, 6, 1)) == ((time(7), time(11, 30)), (time(13, 30), time(17)))
    assert not calendar.is_working_day(date(2026, 6, 6))


def test_the_police_of_a_commune_are_there_on_saturday_morning_unless_it_is_a_holiday() -> None:
    calendar = calendar_for([2027], POLICE_HOURS)
    assert calendar.slots_on(date(2027, 6, 5)) == ((time(7), time(11, 30)),)
    assert not calendar.is_working_day(date(2027, 5, 1))
    assert not calendar.is_working_day(date(2027, 6, 6))


def test_an_office_closes_and_opens_by_its_own_overlay() -> None:
    flood, made_up = date(2026, 10, 5), date(2026, 10, 10)
    calendar = calendar_for([2026], more_days_off={flood: "Nghỉ do bão"}, more_make_up_days={made_up: "Làm bù"})
    assert not calendar.is_working_day(flood)
    assert calendar.days_off[flood] == "Nghỉ do bão"
    assert calendar.is_working_day(made_up)


def test_the_overlay_goes_before_the_national_days() -> None:
    saturday, victory = date(2026, 8, 22), date(2026, 4, 30)
    calendar = calendar_for([2026], more_days_off={saturday: "Mất điện"}, more_make_up_days={victory: "Trực lễ"})
    assert not calendar.is_working_day(saturday)
    assert calendar.is_working_day(victory)
    assert victory in days_off(2026), "the national facts themselves must not change"


def test_national_days_have_english_names_and_others_keep_theirs() -> None:
    assert in_english("Quốc khánh", 2026) == "National Day"
    assert in_english("Ngày nghỉ (thay cho ngày 22/08/2026)", 2026) == "Day off (made up on 22/08/2026)"
    assert in_english("Làm bù cho 02/01/2026", 2026) == "Working day in place of 02/01/2026"
    assert in_english("Nghỉ lũ", 2026) == "Nghỉ lũ"
    for year in YEARS:
        names = {*days_off(year).values(), *make_up_days(year).values()}
        assert [name for name in names if in_english(name, year) == name] == []
