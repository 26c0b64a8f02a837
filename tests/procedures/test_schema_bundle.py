import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from procedures.schema import bundle, form, record, tariff
from procedures.schema.definition import DefinitionError, parse
from tests.procedures.schema_samples import bare, household, one, section, vi


def of(*procedures: object) -> dict[str, Any]:
    return {"format": "motcua-bundle", "version": 1, "procedures": list(procedures)}


def places(data: object) -> list[str]:
    return [path for path, _ in bundle.problems_of(data)]


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(bundle.schema())


def test_a_bundle_goes_out_and_comes_back_without_loss() -> None:
    packed = bundle.pack([parse(household()).raw, parse(bare(code="2")).raw])
    definitions, problems = bundle.unpack(json.loads(json.dumps(packed)))
    assert problems == []
    assert [definition.raw for definition in definitions] == [household(), bare(code="2")]


def test_a_bad_procedure_is_told_and_the_good_ones_are_kept() -> None:
    bad = household() | {"code": "1/2", "fes": 1}
    definitions, problems = bundle.unpack(of(bare(code="1"), bad, bare(code="3")))
    assert [definition.code for definition in definitions] == ["1", "3"]
    assert [problem.path for problem in problems] == ["procedures[1]", "procedures[1].code"]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, ""),
        ([], ""),
        ({}, ""),
        ({"format": "zip", "version": 1, "procedures": []}, "format"),
        ({"format": "motcua-bundle", "version": 2, "procedures": []}, "version"),
        ({"format": "motcua-bundle", "version": 1, "procedures": {}}, "procedures"),
        (of() | {"procedure": []}, ""),
    ],
    ids=str,
)
def test_what_is_no_bundle_is_refused_whole(data: object, path: str) -> None:
    definitions, problems = bundle.unpack(data)
    assert definitions == []
    assert path in [problem.path for problem in problems]


@pytest.mark.parametrize("entry", [None, 7, [], "1.001612"], ids=str)
def test_an_entry_that_is_no_procedure_is_told(entry: object) -> None:
    assert places(of(entry)) == ["procedures[0]"]


def test_the_same_code_twice_is_told() -> None:
    assert places(of(bare(), bare(code="2"), bare())) == ["procedures[0].code", "procedures[2].code"]


def test_sentences_are_vietnamese_and_know_their_place() -> None:
    problem = bundle.problems_of({"format": "x", "version": 1, "procedures": []})[0]
    assert problem == ("format", "Giá trị ở đây phải đúng như lược đồ quy định.")


def test_the_schema_lists_what_the_parser_lists() -> None:
    defs = bundle.schema()["$defs"]
    field = defs["field"]["properties"]
    procedure = defs["procedure"]["properties"]
    listed = [
        (field["type"]["enum"], form.FIELD_TYPES),
        (field["accept"]["anyOf"][0]["items"]["enum"], form.FILE_KINDS),
        (procedure["audience"]["anyOf"][0]["items"]["enum"], record.AUDIENCES),
        (procedure["channels"]["anyOf"][0]["items"]["enum"], record.CHANNELS),
        (procedure["government_level"]["enum"], record.LEVELS),
        (defs["span"]["properties"]["unit"]["enum"], record.UNITS),
        (defs["step"]["properties"]["role"]["enum"], record.ROLES),
        (defs["fee"]["properties"]["kind"]["enum"], tariff.FEE_KINDS),
        (defs["fee"]["properties"]["when_due"]["enum"][:-1], tariff.FEE_MOMENTS),
        (defs["paper"]["properties"]["replaced_by"]["enum"][:-1], record.REGISTRIES),
        (defs["clock"]["properties"]["trigger"]["enum"][:-1], record.TRIGGERS),
        (defs["clock"]["properties"]["supplement_mode"]["enum"][:-1], record.SUPPLEMENT_MODES),
        (defs["clock"]["properties"]["counting"]["enum"][:-1], record.COUNTINGS),
    ]
    for told, known in listed:
        assert tuple(told) == tuple(known)
    assert set(field) == set(form.Field.__dataclass_fields__)
    assert set(defs["paper"]["properties"]) == set(record.Paper.__dataclass_fields__)
    assert set(defs["step"]["properties"]) == set(record.RouteStep.__dataclass_fields__)
    assert set(defs["clock"]["properties"]) == set(record.ClockTerms.__dataclass_fields__)


WRONG_SHAPES = [
    {"code": "1/2"},
    {"name": "trần"},
    {"channels": ["fax"]},
    {"time": {"online": {"amount": -1, "unit": "hour"}}},
    {"papers": [{"key": "A", "name": vi("a")}]},
    {"fees": [{"key": "a", "name": vi("a"), "kind": "tax", "amount": 1}]},
    {"fees": [{"key": "a", "name": vi("a"), "kind": "fee", "amount": -1}]},
    {"route": [{"key": "a", "name": vi("a"), "role": "boss"}]},
    {"form": {"sections": [section("a", one("x", "colour"))]}},
    {"form": {"sections": [section("a", one("x", "text", when={"field": "y"}))]}},
    {"form": {"sections": [section("a", one("x", "computed", formula={"divide": [1, 0]}))]}},
    {"cases": [{"key": "a", "name": vi("a"), "when": {"all": []}}]},
    {"unknown": 1},
]


@pytest.mark.parametrize("wrong", WRONG_SHAPES, ids=str)
def test_schema_and_parser_refuse_the_same_shapes(wrong: dict[str, Any]) -> None:
    data = bare() | wrong
    with pytest.raises(DefinitionError):
        parse(data)
    assert list(Draft202012Validator(bundle.schema()).iter_errors(of(data)))


def test_schema_and_parser_accept_the_same_whole_procedure() -> None:
    """The negative control of the shapes."""
    assert not list(Draft202012Validator(bundle.schema()).iter_errors(of(household(), bare(code="2"))))


PLACES = [
    ["name"],
    ["sector"],
    ["clock"],
    ["cases", 0],
    ["papers", 0],
    ["form", "sections", 1, "fields", 1],
    ["fees", 1, "amount"],
]
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 1.5, "", "x", [], {}, [[]], {"vi": 5}, {"all": [{}]}, "a" * 600]
)


@given(st.sampled_from(PLACES), st.data())
@settings(derandomize=True, deadline=None, max_examples=200)
def test_no_junk_anywhere_breaks_the_reading(path: list[str | int], data: st.DataObject) -> None:
    broken = deepcopy(household())
    at: Any = broken
    for step in path:
        at = at[step]
    at[data.draw(st.sampled_from(sorted(at)))] = data.draw(JUNK)
    definitions, problems = bundle.unpack(of(broken))
    assert bool(definitions) != bool(problems)
