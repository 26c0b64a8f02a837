from typing import Any

import pytest

from procedures.schema.conditions import Condition, Number, evaluate, holds, read_condition, read_number
from procedures.schema.definition import DefinitionError, parse
from procedures.schema.reading import Node, Problem
from procedures.schema.settle import settle
from tests.procedures.schema_samples import bare, made, one, section, vi

ANSWERS: dict[str, object] = {
    "marital": "single",
    "rooms": 4,
    "one": 1,
    "agreed": True,
    "born": "1990-05-12",
    "members": [{}, {}, {}],
    "home": {"province": "82", "commune": "28306"},
    "empty": "",
    "profile.owner_kind": "citizen",
}


def condition(data: object) -> Condition:
    problems: list[Problem] = []
    read = read_condition(Node(data, "when", problems))
    assert read is not None
    assert not problems
    return read


def number(data: object) -> Number:
    problems: list[Problem] = []
    read = read_number(Node(data, "formula", problems))
    assert not problems
    return read


HOLDING = [
    {"field": "marital", "is": "single"},
    {"field": "marital", "is_not": "married"},
    {"field": "marital", "in": ["married", "single"]},
    {"field": "rooms", "gt": 3},
    {"field": "rooms", "gte": 4, "lt": 5},
    {"field": "rooms", "lte": 4},
    {"field": "agreed", "is": True},
    {"field": "born", "lt": "2000-01-01"},
    {"field": "members", "gt": 2},
    {"field": "home.province", "is": "82"},
    {"field": "home", "filled": True},
    {"field": "empty", "filled": False},
    {"field": "absent", "filled": False},
    {"field": "profile.owner_kind", "is": "citizen"},
    {"all": [{"field": "rooms", "gt": 1}, {"not": {"field": "agreed", "is": False}}]},
    {"any": [{"field": "rooms", "gt": 9}, {"field": "agreed", "is": True}]},
]
FAILING = [
    {"field": "marital", "is": "married"},
    {"field": "absent", "is": "x"},
    {"field": "absent", "is_not": "x"},
    {"field": "absent", "in": ["x"]},
    {"field": "absent", "lt": 5},
    {"field": "empty", "filled": True},
    {"field": "one", "is": True},
    {"field": "agreed", "is": 1},
    {"field": "agreed", "in": [1]},
    {"field": "marital", "gt": 3},
    {"field": "rooms", "gte": 4, "lt": 4},
    {"field": "marital.province", "is": "82"},
    {"all": [{"field": "rooms", "gt": 1}, {"field": "rooms", "gt": 9}]},
    {"any": [{"field": "rooms", "gt": 9}]},
    {"not": {"field": "agreed", "is": True}},
]


@pytest.mark.parametrize("data", HOLDING, ids=str)
def test_condition_holds(data: object) -> None:
    assert holds(condition(data), ANSWERS)


@pytest.mark.parametrize("data", FAILING, ids=str)
def test_condition_does_not_hold(data: object) -> None:
    assert not holds(condition(data), ANSWERS)


def test_no_condition_always_holds() -> None:
    assert holds(None, {})


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (7, 7),
        ({"field": "rooms"}, 4),
        ({"field": "members"}, 3),
        ({"add": [{"field": "rooms"}, 1, 1]}, 6),
        ({"subtract": [{"field": "rooms"}, 10]}, -6),
        ({"multiply": [{"field": "rooms"}, 2_000_000]}, 8_000_000),
        ({"min": [{"multiply": [{"field": "rooms"}, 5]}, 12]}, 12),
        ({"max": [0, {"subtract": [1, {"field": "rooms"}]}]}, 0),
        ({"field": "absent"}, None),
        ({"add": [{"field": "absent"}, 1]}, None),
        ({"field": "marital"}, None),
        ({"field": "agreed"}, None),
        ({"multiply": [10**9, 10**9]}, None),
    ],
    ids=str,
)
def test_number_expression(data: object, value: int | None) -> None:
    assert evaluate(number(data), ANSWERS) == value


def nested(depth: int, innermost: object, *words: str) -> object:
    made: object = innermost
    for _ in range(depth):
        made = {words[0]: made if len(words) == 1 else [made]}
    return made


BROKEN_CONDITIONS = [
    "marital == 'single'",
    [],
    {},
    {"field": "x"},
    {"is": "single"},
    {"field": "x", "matches": ".*"},
    {"field": "x", "is": 1.5},
    {"field": "x", "is": ["a"]},
    {"field": "x", "in": "abc"},
    {"field": "x", "in": [{}]},
    {"field": "x", "filled": "yes"},
    {"all": []},
    {"all": {"field": "x"}},
    {"any": [{}]},
    {"not": {}},
    {"all": [{"field": "x", "is": "a"}], "any": [{"field": "x", "is": "a"}]},
    {"all": [{"field": "x", "is": "a"}] * 51},
    nested(5_000, {"field": "x", "is": "a"}, "not"),
    nested(5_000, {"field": "x", "is": "a"}, "all", "[]"),
]
BROKEN_NUMBERS = [
    "rooms * 2",
    1.5,
    True,
    {},
    [],
    {"divide": [1, 0]},
    {"add": []},
    {"add": 5},
    {"subtract": [1]},
    {"subtract": [1, 2, 3]},
    {"multiply": [1, "2"]},
    {"add": [1], "min": [2]},
    {"eval": "__import__('os')"},
    10**16,
    nested(5_000, 1, "add", "[]"),
]


@pytest.mark.parametrize("data", BROKEN_CONDITIONS, ids=range(len(BROKEN_CONDITIONS)))
def test_a_broken_condition_is_told_when_it_is_read_and_never_holds_silently(data: object) -> None:
    problems: list[Problem] = []
    read_condition(Node(data, "when", problems))
    assert problems


@pytest.mark.parametrize("data", BROKEN_NUMBERS, ids=range(len(BROKEN_NUMBERS)))
def test_a_broken_expression_is_told_when_it_is_read(data: object) -> None:
    problems: list[Problem] = []
    read_number(Node(data, "formula", problems))
    assert problems


def problems_of(*sections: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(DefinitionError) as raised:
        parse(bare(*sections, **more))
    return [f"{path}: {sentence}" for path, sentence in raised.value.problems]


FIELDS = (
    one("kind", "choice", choices=[{"value": "a", "label": vi("A")}]),
    one("note", "text"),
    one("born", "date"),
    one("yes", "yes_no"),
    one("home", "address"),
    one("told", "info"),
    one("rows", "group", fields=[one("cell", "text")]),
)
SENSELESS = [
    {"field": "nobody", "is": "a"},
    {"field": "kind", "is": "b"},
    {"field": "kind", "in": ["a", "b"]},
    {"field": "kind", "gt": 1},
    {"field": "note", "lt": "m"},
    {"field": "yes", "is": "yes"},
    {"field": "born", "gt": "12/05/1990"},
    {"field": "born", "gt": 1990},
    {"field": "home", "is": "82"},
    {"field": "home.street", "is": "x"},
    {"field": "told", "filled": True},
    {"field": "rows", "is": 3},
    {"field": "rows.cell", "is": "x"},
    {"field": "cell", "is": "x"},
    {"field": "profile.salary", "gt": 3},
    {"field": "profile.owner_kind", "is": "martian"},
]


@pytest.mark.parametrize("data", SENSELESS, ids=str)
def test_a_comparison_that_can_never_hold_is_told_before_publication(data: object) -> None:
    told = problems_of(section("a", *FIELDS, one("x", "text", when=data)))
    assert len(told) == 1
    assert told[0].startswith("form.sections[0].fields[7].when: ")


def test_a_column_sees_its_row_and_the_form() -> None:
    columns = [
        one("a", "yes_no"),
        one("b", "text", when={"all": [{"field": "a", "is": True}, {"field": "kind", "is": "a"}]}),
    ]
    assert made(section("a", *FIELDS[:1], one("many", "group", fields=columns))).field("many.b").when is not None


CIRCLES = {
    "a field about itself": (one("x", "text", when={"field": "x", "filled": True}),),
    "two fields about each other": (
        one("x", "yes_no", when={"field": "y", "is": True}),
        one("y", "yes_no", when={"field": "x", "is": True}),
    ),
    "a computed field of itself": (one("x", "computed", formula={"add": [{"field": "x"}, 1]}),),
    "a condition through a computed field": (
        one("x", "number", when={"field": "y", "gt": 1}),
        one("y", "computed", formula={"add": [{"field": "x"}, 1]}),
    ),
    "a column of a row": (
        one(
            "g",
            "group",
            fields=[
                one("x", "yes_no", when={"field": "y", "is": True}),
                one("y", "yes_no", when={"field": "x", "is": True}),
            ],
        ),
    ),
    "a column about its own group": (one("g", "group", fields=[one("x", "text", when={"field": "g", "gt": 1})]),),
}


@pytest.mark.parametrize("fields", CIRCLES.values(), ids=CIRCLES)
def test_a_circle_is_told_when_the_definition_is_read(fields: tuple[dict[str, Any], ...]) -> None:
    assert any("đi vòng" in told for told in problems_of(section("a", *fields)))


def test_a_section_that_asks_about_its_own_field_is_a_circle() -> None:
    told = problems_of(section("a", one("x", "yes_no"), when={"field": "x", "is": True}))
    assert any("đi vòng: x → x" in line for line in told)


def test_a_long_circle_is_told_shortly() -> None:
    fields = [one(f"f{n}", "number", when={"field": f"f{(n + 1) % 500}", "gt": 0}) for n in range(500)]
    assert len("".join(problems_of(section("a", *fields)))) < 300


def test_a_chain_that_is_no_circle_is_worked_out_in_any_order() -> None:
    """The negative control of the circles: the same fields without the closing link."""
    definition = made(
        section(
            "a",
            one("c", "computed", formula={"add": [{"field": "b"}, 1]}),
            one("b", "computed", formula={"add": [{"field": "a"}, 1]}),
            one("a", "number"),
        )
    )
    assert settle(definition.form, {"a": 1}) == {"c": 3, "b": 2, "a": 1}


def test_hidden_answers_do_not_count_for_others() -> None:
    definition = made(
        section("s", one("a", "yes_no")),
        section("t", one("b", "number"), when={"field": "a", "is": True}),
        section("u", one("c", "computed", formula={"field": "b"}), one("d", "text", when={"field": "b", "gt": 1})),
    )
    answers = {"a": False, "b": 5, "c": 5, "d": "x", "stray": 1}
    assert settle(definition.form, answers) == {"a": False}
    assert settle(definition.form, answers | {"a": True}) == {"a": True, "b": 5, "c": 5, "d": "x"}
