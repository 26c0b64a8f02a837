from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.schema.bounds import bounds
from procedures.schema.conditions import evaluate, holds, read_condition, read_number, reads
from procedures.schema.definition import DefinitionError, parse
from procedures.schema.evaluation import divided, exact
from procedures.schema.notation import parse_condition, parse_number
from procedures.schema.reading import Node
from tests.procedures.schema_samples import bare, made, one, section

ANSWERS: dict[str, Any] = {
    "born": "1990-05-12",
    "born_in": "1990",
    "born_in_may": "1990-05",
    "leap": "2004-02-29",
    "start": "2026-01-31",
    "end": "2026-03-01",
    "area": "120.5",
    "price": 1_000_000,
    "zero": 0,
    "name": "An",
    "limit": 100,
    "members": [
        {"full_name": "A", "share": 100, "age": 40},
        {"full_name": "B", "share": 250, "age": 17},
        {"full_name": "C", "age": 3},
    ],
    "profile.day": "2026-11-22",
}


def value(line: str, **more: Any) -> Any:
    return evaluate(read_number(Node(parse_number(line), "", [])), {**ANSWERS, **more})


def true(line: str) -> bool:
    return holds(read_condition(Node(parse_condition(line), "", [])), ANSWERS)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("up(7 / 2)", 4),
        ("down(7 / 2)", 3),
        ("half(7 / 2)", 4),
        ("half(5 / 4)", 1),
        ("down(-7 / 2)", -4),
        ("up(-7 / 2)", -3),
        ("half(-7 / 2)", -3),
        ("up(price / zero)", None),
        ("up(price / absent)", None),
        ("price * area", 120_500_000),
        ("area", 121),
        ("up(area / 50)", 3),
        ("if(area > 120, 2, 1)", 2),
        ("if(absent > 120, 2, 1)", 1),
        ("if(area > 120, absent, 1)", None),
        ("count(members)", 3),
        ("count(members, age >= 18)", 1),
        ("count(members, share > limit)", 1),
        ("count(absent)", None),
        ("sum(members.share)", None),
        ("sum(members.share, filled(share))", 350),
        ("sum(members.share, age > 90)", 0),
        ("age(born)", 36),
        ("age(born_in)", 35),
        ("age(born_in_may)", 36),
        ("age(born_in, start)", 35),
        ("age(leap, start)", 21),
        ("age(end, start)", None),
        ("age(name)", None),
        ("days(start, end)", 29),
        ("days(end, start)", -29),
        ("days(born_in, end)", None),
        ("price * price * price", None),
    ],
)
def test_expression(line: str, found: object) -> None:
    assert value(line) == found


@pytest.mark.parametrize(
    "line",
    [
        "any(members, age < 18)",
        "every(members, filled(full_name))",
        "not every(members, filled(share))",
        "any(members, share > limit)",
        "age(born) >= 18",
        "count(members, age >= 18) = 1",
        "days(start, end) <= 30",
        "price > limit * 2",
        "area > 120",
        "area <= 121",
    ],
)
def test_condition_holds(line: str) -> None:
    assert true(line)


@pytest.mark.parametrize(
    "line",
    [
        "any(members, age > 90)",
        "every(members, age >= 18)",
        "any(absent, empty(full_name))",
        "every(absent, empty(full_name))",
        "age(absent) >= 0",
        "age(absent) < 1000",
        "price != absent",
        "price + absent > 0",
        "area > 121",
    ],
)
def test_condition_does_not_hold_also_where_something_is_unknown(line: str) -> None:
    assert not true(line)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**6), 10**6).filter(bool))
def test_the_three_roundings_enclose_the_quotient(dividend: int, divisor: int) -> None:
    low, middle, high = (divided(dividend, divisor, how) for how in ("down", "half", "up"))
    assert low <= Fraction(dividend, divisor) <= high
    assert low <= middle <= high
    assert abs(middle - Fraction(dividend, divisor)) <= Fraction(1, 2)


def test_only_a_division_rounds() -> None:
    number = read_number(Node(parse_number("area * 3 - area"), "", []))
    assert exact(number, ANSWERS) == 241
    assert exact(read_number(Node({"field": "area"}, "", [])), ANSWERS) == Fraction("120.5")


def test_everything_that_decides_is_told() -> None:
    line = 'if(any(members, share > limit), age(born, start), up(area / price)) > 2 and name = "x"'
    found = {operand.field for operand in reads(read_condition(Node(parse_condition(line), "", [])))}
    assert found == {"members", "share", "limit", "born", "start", "area", "price", "name"}


FIELDS = (
    one("n", "number", min=0),
    one("m", "number", min=1, max=5),
    one("free", "number"),
    one("word", "text"),
    one("day", "date"),
    one("rows", "group", fields=[one("share", "money"), one("label", "text")]),
)


def told(line: str) -> list[str]:
    computed = one("made", "computed", formula=parse_number(line))
    try:
        parse(bare(section("a", *FIELDS, computed)))
    except DefinitionError as error:
        return [str(sentence) for _, sentence in error.problems]
    return []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("up(10 / n)", "bằng 0"),
        ("up(10 / free)", "bằng 0"),
        ("up(10 / 0)", "bằng 0"),
        ("up(10 / (m - 1))", "bằng 0"),
        ("n + up(10 / (m - n))", "bằng 0"),
        ("sum(rows.label)", "không phải là số"),
        ("sum(rows.absent)", "absent"),
        ("count(word)", "bảng lặp"),
        ("count(rows, absent = 1)", "absent"),
        ("age(word)", "không phải là ngày"),
        ("days(day, n)", "không phải là ngày"),
        ("if(absent = 1, 1, 2)", "absent"),
        ("word + 1", "không phải là số"),
    ],
)
def test_what_cannot_be_worked_out_is_refused_at_publication(line: str, word: str) -> None:
    assert any(word in sentence for sentence in told(line)), told(line)


@pytest.mark.parametrize(
    "line",
    [
        "up(10 / m)",
        "up(10 / max(1, n))",
        "up(10 / (n + 1))",
        "up(10 / rows)",
        "up(10 / (m * m))",
        "up(10 / if(n > 3, 2, m))",
        "sum(rows.share, share > n)",
        "age(day)",
        "days(day, profile.day)",
    ],
)
def test_a_divisor_that_is_never_zero_is_taken(line: str) -> None:
    assert told(line) == []


@given(st.integers(0, 9), st.integers(1, 5), st.integers(-50, 50))
def test_the_bounds_hold_whatever_is_answered(n: int, m: int, free: int) -> None:
    fields = made(section("a", *FIELDS)).form.index
    for line in ("n + m * 2", "m - n", "min(n, m) * max(free, m)", "up(free / m)", "down(n / (m + 1))", "half(-7 / m)"):
        number = read_number(Node(parse_number(line), "", []))
        assert evaluate(number, {"n": n, "m": m, "free": free}) in bounds(number, fields)


def test_a_circle_through_rows_and_ages_is_found() -> None:
    rows = one("rows", "group", fields=[one("share", "money")], when={"field": "total", "gt": 0})
    total = one("total", "computed", formula={"sum": "rows.share"})
    with pytest.raises(DefinitionError) as raised:
        parse(bare(section("a", rows, total)))
    assert "đi vòng" in str(raised.value)
