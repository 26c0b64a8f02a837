from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.schema.definition import Definition, DefinitionError, parse
from procedures.schema.fees import FeePart, fees_due, total
from procedures.schema.papers import papers_for
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


DAY = {"day": "2026-11-22"}


def on(definition: Definition, day: str, answers: dict[str, Any] | None = None) -> list[int]:
    return [line.amount for line in fees_due(definition, answers or {}, "online", profile={"day": day})]


def test_the_rate_of_the_day_holds() -> None:
    rates = [{"from": "2026-07-01", "amount": 30}, {"from": "2027-01-01", "amount": {"online": 40, "counter": 45}}]
    definition = priced(20, rates=rates)
    days = ("2026-06-30", "2026-07-01", "2026-12-31", "2027-01-01")
    assert [on(definition, day) for day in days] == [[20], [30], [30], [40]]
    assert amounts(definition, {}) == [20]


def test_a_fee_that_begins_later_is_not_asked_before() -> None:
    item = {"key": "a", "name": vi("Phí"), "kind": "fee", "rates": [{"from": "2027-01-01", "amount": 7}]}
    definition = made(section("s"), channels=["online"], fees=[item])
    assert (on(definition, "2026-12-31"), on(definition, "2027-01-01")) == ([], [7])


@pytest.mark.parametrize(
    ("rates", "word"),
    [
        ([{"from": "2027-01-01", "amount": 1}, {"from": "2026-01-01", "amount": 2}], "xếp theo ngày"),
        ([{"from": "2027-01-01", "amount": 1}, {"from": "2027-01-01", "amount": 2}], "xếp theo ngày"),
        ([{"amount": 1}], "Thiếu ngày"),
        ([{"from": "mai", "amount": 1}], "YYYY-MM-DD"),
        ([{"from": "2027-01-01"}], "Thiếu số tiền"),
        ([{"from": "2027-01-01", "amount": {"online": 1}}], "counter"),
    ],
)
def test_a_broken_row_of_rates_is_told(rates: list[dict[str, Any]], word: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        priced(20, rates=rates)
    assert word in str(raised.value)


BANDS = [{"to": 10, "base": 100}, {"to": 50, "base": 100, "each": 5}, {"base": 300, "each": 3, "per": 2}]


@pytest.mark.parametrize(
    ("count", "amount"), [(0, 100), (10, 100), (11, 105), (50, 300), (51, 302), (52, 303), (54, 306), (1000, 1725)]
)
def test_a_band_counts_what_is_above_the_band_before(count: int, amount: int) -> None:
    definition = priced({"of": "n", "bands": BANDS}, one("n", "number"))
    assert amounts(definition, {"n": count}) == [amount]


def test_beyond_a_last_band_with_an_end_that_end_counts() -> None:
    definition = priced({"of": "n", "bands": BANDS[:2]}, one("n", "number"))
    assert amounts(definition, {"n": 10**6}) == [300]


@pytest.mark.parametrize(
    ("amount", "word"),
    [
        ({"bands": BANDS}, "đi cùng nhau"),
        ({"of": "n", "bands": [BANDS[1], BANDS[0]]}, "tăng dần"),
        ({"of": "n", "bands": [BANDS[2], BANDS[0]]}, "tăng dần"),
        ({"of": "n", "each": 1, "bands": BANDS}, "một cách tính"),
        ({"formula": 3, "floor": 9, "cap": 8}, "lớn hơn"),
        ({"formula": {"field": "absent"}}, "absent"),
        ({"formula": {"divide": [5, {"field": "n"}], "round": "up"}}, "bằng 0"),
        ({"each": 1, "of": "word"}, "không phải là số"),
    ],
    ids=str,
)
def test_a_broken_rate_is_told(amount: dict[str, Any], word: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        priced(amount, one("n", "number"), one("word", "text"))
    assert word in str(raised.value)


def test_a_formula_may_count_copies_and_stays_within_floor_and_cap() -> None:
    formula = {"formula": {"multiply": [{"field": "copies"}, 8]}, "floor": 10, "cap": 30}
    assert [amounts(priced(formula), {}, copies=copies)[0] for copies in (1, 2, 3, 9)] == [10, 16, 24, 30]
    lines = fees_due(priced(formula), {}, "online", 9)
    assert lines[0].parts == (FeePart("formula", 72), FeePart("cap", -42))


def relief(name: str, key: str, **more: Any) -> dict[str, Any]:
    return {"when": {"field": key, "is": True}, "name": vi(name), **more}


def reduced(combine: str, full: int = 999) -> Definition:
    exempt = [relief("Một", "a", share=30), relief("Hai", "b", share=50), relief("Ba", "c", off=400)]
    return priced(full, *(one(key, "yes_no") for key in "abc"), exempt=exempt, combine=combine)


@pytest.mark.parametrize(
    ("combine", "answers", "left"),
    [
        ("first", "ab", 999 - 300),
        ("first", "bc", 999 - 500),
        ("largest", "abc", 999 - 500),
        ("largest", "ac", 999 - 400),
        ("add", "ab", 999 - 300 - 500),
        ("add", "abc", 0),
        ("add", "", 999),
    ],
)
def test_reductions_combine_as_the_record_says_and_parts_of_a_dong_are_for_the_citizen(
    combine: str, answers: str, left: int
) -> None:
    assert amounts(reduced(combine), dict.fromkeys(answers, True)) == [left]


def test_a_reduction_has_its_days() -> None:
    exempt = [relief("Hai tháng", "a", share=50, **{"from": "2026-11-01", "until": "2026-12-31"})]
    definition = priced(100, one("a", "yes_no"), exempt=exempt)
    days = ("2026-10-31", "2026-11-01", "2026-12-31", "2027-01-01")
    assert [on(definition, day, {"a": True}) for day in days] == [[100], [50], [50], [100]]


def test_the_paper_that_proves_a_reduction_becomes_mandatory() -> None:
    exempt = [relief("Một", "a", share=30, proof="p"), relief("Hai", "b", share=50, proof="q")]
    papers = [{"key": key, "name": vi(key), "mandatory": False} for key in "pq"]
    item = {"key": "a", "name": vi("Phí"), "kind": "fee", "amount": 100, "exempt": exempt, "combine": "add"}
    made_of = made(section("s", one("a", "yes_no"), one("b", "yes_no")), papers=papers, fees=[item])
    needed = {paper.key: paper.to_submit for paper in papers_for(made_of, {"b": True})}
    assert needed == {"p": False, "q": True}


@pytest.mark.parametrize(
    ("more", "word"),
    [({"share": 0}, "1 đến 100"), ({"share": 101}, "1 đến 100"), ({"share": 5, "off": 5}, "không cả hai")],
)
def test_a_broken_reduction_is_told(more: dict[str, Any], word: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        priced(100, one("a", "yes_no"), exempt=[relief("Một", "a", **more)])
    assert word in str(raised.value)


NUMBERS = st.integers(0, 10**9)
RATES = st.one_of(
    NUMBERS,
    st.fixed_dictionaries(
        {"base": NUMBERS, "each": st.integers(1, 10**6), "of": st.just("n")}, optional={"cap": NUMBERS}
    ),
    st.fixed_dictionaries({"formula": st.just({"subtract": [{"field": "n"}, 1000]})}, optional={"cap": NUMBERS}),
    st.fixed_dictionaries({"of": st.just("n"), "bands": st.just(BANDS)}, optional={"cap": NUMBERS}),
)
RELIEFS = st.lists(
    st.one_of(
        st.builds(lambda key, share: relief("x", key, share=share), st.sampled_from("abc"), st.integers(1, 100)),
        st.builds(lambda key, off: relief("x", key, off=off), st.sampled_from("abc"), NUMBERS),
    ),
    max_size=3,
)


@given(
    RATES,
    RELIEFS,
    st.sampled_from(["first", "largest", "add"]),
    st.dictionaries(st.sampled_from("abc"), st.booleans()),
    st.none() | st.integers(-(10**6), 10**6),
)
def test_no_fee_is_below_nothing_or_above_its_cap_and_the_parts_add_up(
    amount: Any, exempt: Any, combine: str, ticked: dict[str, bool], count: int | None
) -> None:
    fields = [one(key, "yes_no") for key in "abc"]
    definition = priced(amount, one("n", "number"), *fields, exempt=exempt, combine=combine)
    (line,) = fees_due(definition, {**ticked, "n": count} if count is not None else ticked, "online", profile=DAY)
    assert type(line.amount) is int
    assert line.amount >= 0
    assert line.amount == sum(part.amount for part in line.parts)
    cap = amount.get("cap") if isinstance(amount, dict) else None
    assert cap is None or line.amount <= cap
    assert all(part.amount >= 0 for part in line.parts if part.kind not in ("cap", "reduce", "exempt"))
