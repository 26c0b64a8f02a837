from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.schema.conditions import Condition, Number, evaluate, holds, read_condition, read_number
from procedures.schema.notation import NotationError, parse, parse_condition, parse_number
from procedures.schema.notation_print import written
from procedures.schema.reading import Node, Problem


def condition(data: object) -> Condition:
    problems: list[Problem] = []
    read = read_condition(Node(data, "when", problems))
    assert not problems, problems
    assert read is not None
    return read


def formula(data: object) -> Number:
    problems: list[Problem] = []
    read = read_number(Node(data, "formula", problems))
    assert not problems, problems
    return read


LINES: list[tuple[str, Any]] = [
    ("12", 12),
    ("-5", -5),
    ("rooms", {"field": "rooms"}),
    ("min(rooms * 2000000, 12000000)", {"min": [{"multiply": [{"field": "rooms"}, 2_000_000]}, 12_000_000]}),
    ("a + b + 1", {"add": [{"field": "a"}, {"field": "b"}, 1]}),
    ("a - b + c", {"add": [{"subtract": [{"field": "a"}, {"field": "b"}]}, {"field": "c"}]}),
    ("a + b * 2", {"add": [{"field": "a"}, {"multiply": [{"field": "b"}, 2]}]}),
    ("(a + b) * 2", {"multiply": [{"add": [{"field": "a"}, {"field": "b"}]}, 2]}),
    ("a - (b - c)", {"subtract": [{"field": "a"}, {"subtract": [{"field": "b"}, {"field": "c"}]}]}),
    ("up(area / 100)", {"divide": [{"field": "area"}, 100], "round": "up"}),
    ("half(a * 3 / 2)", {"divide": [{"multiply": [{"field": "a"}, 3]}, 2], "round": "half"}),
    ("if(area > 250, 2, 1)", {"if": {"field": "area", "gt": 250}, "then": 2, "else": 1}),
    ("sum(members.share)", {"sum": "members.share"}),
    ("count(members, age >= 18)", {"count": "members", "where": {"field": "age", "gte": 18}}),
    ("age(birth_date)", {"age": "birth_date"}),
    ("age(birth_date, start)", {"age": "birth_date", "on": "start"}),
    ("days(start, end)", {"days": ["start", "end"]}),
    ('marital = "single"', {"field": "marital", "is": "single"}),
    ("agreed = yes", {"field": "agreed", "is": True}),
    ("agreed != no", {"field": "agreed", "is_not": False}),
    ('home.province in ("82", "79")', {"field": "home.province", "in": ["82", "79"]}),
    ("filled(email)", {"field": "email", "filled": True}),
    ("empty(email)", {"field": "email", "filled": False}),
    ('born < "2000-01-01"', {"field": "born", "lt": "2000-01-01"}),
    (
        'marital = "single" and age(birth_date) >= 18',
        {"all": [{"field": "marital", "is": "single"}, {"value": {"age": "birth_date"}, "gte": 18}]},
    ),
    (
        "a = 1 or b = 2 and not c = 3",
        {
            "any": [
                {"field": "a", "is": 1},
                {"all": [{"field": "b", "is": 2}, {"not": {"field": "c", "is": 3}}]},
            ]
        },
    ),
    ("(a = 1 or b = 2) and c = 3", {"all": [{"any": [{"field": "a", "is": 1}, {"field": "b", "is": 2}]}, {"field": "c", "is": 3}]}),
    ("any(members, share > limit)", {"any_row": "members", "where": {"value": {"field": "share"}, "gt": {"field": "limit"}}}),
    ("every(members, filled(name))", {"every_row": "members", "where": {"field": "name", "filled": True}}),
    ("`and` = 1", {"field": "and", "is": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "tree"), LINES, ids=[line for line, _ in LINES])
def test_a_line_becomes_the_tree_and_the_tree_the_line(line: str, tree: Any) -> None:
    assert parse(line) == tree
    is_condition = isinstance(tree, dict) and bool(
        {"all", "any", "not", "any_row", "every_row", "value"} & set(tree) or ("field" in tree and len(tree) > 1)
    )
    assert written(condition(tree) if is_condition else formula(tree)) == line


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("rooms>=4", "rooms >= 4"),
        ("rooms ≥ 4 và agreed = có", "rooms >= 4 and agreed = yes"),
        ("a=1 hoặc b<>2", "a = 1 or b != 2"),
        ("2_000_000 * n", "2000000 * n"),
        ("((a))+1", "a + 1"),
        ("-n", "0 - n"),
    ],
)
def test_what_is_typed_freely_is_written_plainly(line: str, same: str) -> None:
    assert parse(line) == parse(same)


BROKEN: list[tuple[str, int, str]] = [
    ("", 1, "Ở đây cần"),
    ("rooms >", 8, "Ở đây cần"),
    ("rooms > 2 2", 11, "Thừa"),
    ("min(rooms, )", 12, "Ở đây cần"),
    ("min rooms", 5, "Thừa"),
    ("maximum(2, 3)", 1, "Không có hàm"),
    ("a / 2", 1, "cách làm tròn"),
    ("1 + a / 2", 5, "cách làm tròn"),
    ("up(a)", 4, "phép chia"),
    ('"x" = a', 1, "bên trái"),
    ('a + 1 = "x"', 1, "Chỉ một trường"),
    ("a = 1 and b", 11, "điều kiện"),
    ("a in ()", 7, "Ở đây cần"),
    ("a in (b)", 7, "giá trị"),
    ("a = 1 and (b = 2", 17, "Cần “)”"),
    ("a = 'x'", 5, "ký tự"),
    ('a = "x', 5, "ký tự"),
    ("__import__('os')", 12, "ký tự"),
    ("age(18)", 5, "tên một trường"),
    ("age(a, b, c)", 11, "thừa"),
    ("if(a = 1, 2)", 1, "thiếu"),
    ("and", 1, "Ở đây cần"),
    ("(" * 5_000, 21, "quá sâu"),
    ("not " * 2_000, 81, "quá sâu"),
    ("-" * 5_000, 21, "quá sâu"),
    ("a" * 10_001, 10_000, "dài"),
]


@pytest.mark.parametrize(("line", "column", "word"), BROKEN, ids=[line[:20] for line, _, _ in BROKEN])
def test_a_broken_line_is_told_with_its_column(line: str, column: int, word: str) -> None:
    with pytest.raises(NotationError) as raised:
        parse(line)
    assert word in raised.value.sentence
    assert raised.value.column == column


def test_a_number_is_no_condition_and_the_other_way_round() -> None:
    with pytest.raises(NotationError):
        parse_condition("rooms + 1")
    with pytest.raises(NotationError):
        parse_number("rooms > 1")


NAMES = st.sampled_from(["a", "b", "rooms", "and", "min", "home.province", "có"])
WORDS = st.text(max_size=8) | st.sampled_from(['"', "\\", 'x" or y = "'])
NUMBERS = st.integers(-(10**6), 10**6)
FIELDS = st.builds(lambda name: {"field": name}, NAMES)
SCALARS = NUMBERS | WORDS | st.booleans()


def _numbers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda name, parts: {name: parts}, st.sampled_from(["add", "multiply", "min", "max"]), lists),
        st.builds(lambda a, b: {"subtract": [a, b]}, inner, inner),
        st.builds(
            lambda a, b, r: {"divide": [a, b], "round": r}, inner, inner, st.sampled_from(["up", "down", "half"])
        ),
        st.builds(lambda when, a, b: {"if": when, "then": a, "else": b}, COMPARISONS, inner, inner),
    )


def _conditions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda name, parts: {name: parts}, st.sampled_from(["all", "any"]), lists),
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda name, part: {name: "rows", "where": part}, st.sampled_from(["any_row", "every_row"]), inner),
        st.builds(lambda a, op, b: {"value": a, op: b}, TREES, st.sampled_from(["is", "is_not", "gt", "lte"]), TREES),
    )


COMPARISONS = st.one_of(
    st.builds(lambda name, op, value: {"field": name, op: value}, NAMES, st.sampled_from(["is", "is_not", "gt", "lte"]), SCALARS),
    st.builds(lambda name, values: {"field": name, "in": values}, NAMES, st.lists(SCALARS, min_size=1, max_size=3)),
    st.builds(lambda name, told: {"field": name, "filled": told}, NAMES, st.booleans()),
)  # fmt: skip
TREES = st.recursive(NUMBERS | FIELDS, _numbers, max_leaves=6)
RULES = st.recursive(COMPARISONS, _conditions, max_leaves=6)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "a": st.integers(-5, 5), "b": st.integers(-5, 5), "rooms": st.integers(0, 9), "and": st.integers(0, 2),
        "min": st.integers(0, 2), "rows": st.lists(st.dictionaries(st.just("a"), st.integers(-5, 5)), max_size=3),
    },
)  # fmt: skip


@given(RULES, ANSWERS)
def test_every_condition_is_written_and_read_back_to_the_same(tree: Any, answers: dict[str, Any]) -> None:
    first = condition(tree)
    again = condition(parse_condition(written(first)))
    assert written(again) == written(first)
    assert holds(again, answers) == holds(first, answers)


@given(TREES, ANSWERS)
def test_every_expression_is_written_and_read_back_to_the_same(tree: Any, answers: dict[str, Any]) -> None:
    first: Any = formula(tree)
    again: Any = formula(parse_number(written(first)))
    assert written(again) == written(first)
    assert evaluate(again, answers) == evaluate(first, answers)


@given(st.text(max_size=40))
def test_no_line_makes_the_reader_fall_over(line: str) -> None:
    try:
        parse(line)
    except NotationError as wrong:
        assert 1 <= wrong.column <= len(line) + 1
