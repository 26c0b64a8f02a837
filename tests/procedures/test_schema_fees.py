from typing import Any

import pytest

from procedures.schema.definition import Definition, parse
from procedures.schema.fees import FeePart, fees_due, total
from tests.procedures.schema_samples import good_answers, household, made, one, section, vi


@pytest.fixture
def household_business() -> Definition:
    return parse(household())


def priced(amount: object, *fields: dict[str, Any], **more: Any) -> Definition:
    item = {"key": "a", "name": vi("Phí"), "kind": "fee", "amount": amount, **more}
    return made(section("s", *fields), channels=["online", "counter"], fees=[item])


def amounts(definition: Definition, answers: dict[str, Any], channel: str = "online", copies: int = 1) -> list[int]:
    return [line.amount for line in fees_due(definition, answers, channel, copies)]


def test_online_is_cheaper_where_the_record_says_so(household_business: Definition) -> None:
    online, counter = (fees_due(household_business, {}, channel)[0] for channel in ("online", "counter"))
    assert (online.key, online.kind, online.amount, online.when_due) == ("registration", "charge", 25000, "submission")
    assert online.name.read("en") == "Registration charge"
    assert counter.amount == 50000


def test_each_line_explains_how_its_amount_came_about(household_business: Definition) -> None:
    rooms = fees_due(household_business, good_answers(), "online")[1]
    assert rooms.parts == (FeePart("base", 100_000), FeePart("each", 6_000_000, 3, 2_000_000, "rooms"))
    assert (rooms.amount, rooms.when_due, rooms.complete) == (6_100_000, "request", True)


@pytest.mark.parametrize(("rooms", "amount"), [(1, 2_100_000), (5, 10_100_000), (6, 12_000_000), (900, 12_000_000)])
def test_a_formula_stops_at_its_cap(household_business: Definition, rooms: int, amount: int) -> None:
    line = fees_due(household_business, {"rooms": rooms}, "online")[1]
    assert line.amount == amount == sum(part.amount for part in line.parts)
    assert (line.parts[-1].kind == "cap") == (rooms > 5)


def test_an_exemption_takes_the_whole_amount_and_names_its_proof(household_business: Definition) -> None:
    line = fees_due(household_business, {"poor": True}, "online")[0]
    assert line.parts == (FeePart("base", 25000), FeePart("exempt", -25000))
    assert line.amount == 0
    assert line.exemption is not None
    assert line.exemption.proof == "poverty"
    assert fees_due(household_business, {"poor": False}, "online")[0].exemption is None


def test_a_fee_whose_condition_fails_is_not_asked(household_business: Definition) -> None:
    assert [line.key for line in fees_due(household_business, {}, "online")] == ["registration", "extract"]


def test_a_fee_per_copy_counts_the_copies_asked_for(household_business: Definition) -> None:
    assert amounts(household_business, {}, copies=3) == [25000, 24000]
    asked = priced({"each": 8000, "of": "copies"}, one("copies", "number"))
    assert amounts(asked, {"copies": 2}, copies=9) == [16000]


def test_a_fee_by_rows_counts_them() -> None:
    definition = priced({"each": 500, "of": "trades"}, one("trades", "group", fields=[one("x", "text")]))
    assert amounts(definition, {"trades": [{"x": "1"}, {"x": "2"}]}) == [1000]


def test_a_missing_or_negative_count_costs_nothing_and_only_the_missing_one_is_incomplete() -> None:
    definition = priced({"each": 500, "of": "rooms"}, one("rooms", "number"))
    assert [(line.amount, line.complete) for line in fees_due(definition, {}, "online")] == [(0, False)]
    assert [(line.amount, line.complete) for line in fees_due(definition, {"rooms": -3}, "online")] == [(0, True)]


def test_a_hidden_answer_neither_costs_nor_exempts() -> None:
    definition = priced(
        {"base": 100, "each": 500, "of": "rooms"},
        one("hires", "yes_no"),
        one("rooms", "number", when={"field": "hires", "is": True}),
        one("poor", "yes_no", when={"field": "hires", "is": True}),
        exempt=[{"when": {"field": "poor", "is": True}, "name": vi("Hộ nghèo")}],
    )
    assert amounts(definition, {"hires": False, "rooms": 9, "poor": True}) == [100]
    assert amounts(definition, {"hires": True, "rooms": 9, "poor": True}) == [0]


def test_a_formula_may_differ_by_channel_and_a_fixed_amount_may_serve_all() -> None:
    by_channel = priced({"online": {"base": 5, "each": 1, "of": "n"}, "counter": 50}, one("n", "number"))
    assert amounts(by_channel, {"n": 2}) == [7]
    assert amounts(by_channel, {"n": 2}, "counter") == [50]
    assert amounts(priced(70), {}, "counter") == [70]


def test_a_channel_for_which_nothing_is_stated_asks_for_nothing() -> None:
    assert amounts(priced({"online": 1, "counter": 2}), {}, "post") == []


def test_a_free_procedure_says_so_with_a_line() -> None:
    assert [line.parts for line in fees_due(priced(0), {}, "online")] == [(FeePart("base", 0),)]


def test_an_exemption_may_depend_on_the_channel_or_the_person() -> None:
    definition = priced(90, exempt=[{"when": {"field": "profile.channel", "is": "online"}, "name": vi("Trực tuyến")}])
    assert amounts(definition, {}) == [0]
    assert amounts(definition, {}, "counter") == [90]


def test_the_total_is_the_sum(household_business: Definition) -> None:
    assert total(fees_due(household_business, good_answers(), "online", 2)) == 25_000 + 6_100_000 + 16_000
    assert total(()) == 0
