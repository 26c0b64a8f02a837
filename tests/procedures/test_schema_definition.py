from copy import deepcopy
from typing import Any

import pytest

from procedures.schema.definition import DefinitionError, Text, parse
from tests.procedures.schema_samples import bare, household, made, one, section, vi


def problems_of(data: object) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as raised:
        parse(data)
    return [(path, str(sentence)) for path, sentence in raised.value.problems]


def paths_of(data: object) -> list[str]:
    return [path for path, _ in problems_of(data)]


def test_a_whole_procedure_is_read_as_it_was_written() -> None:
    definition = parse(household())
    assert definition.name() == "Đăng ký hộ kinh doanh"
    assert definition.name("en") == "Register a household business"
    assert [section.key for section in definition.sections] == ["owner", "business", "closing"]
    assert definition.field("birth_date").max == "today"
    assert definition.field("members.share").type == "money"
    assert definition.paper("consent").copies == 1
    assert definition.clock.trigger == "accepted_and_paid"
    assert (definition.clock.supplement_deadline, definition.clock.acceptance) == ((30, "calendar_day"), (8, "hour"))
    assert [(step.key, step.role, step.hours, step.excluded) for step in definition.route] == [
        ("examine", "officer", 16, False),
        ("sign", "head", 8, True),
    ]


def test_the_raw_definition_is_kept_and_later_changes_to_the_source_do_not_reach_it() -> None:
    source = household()
    definition = parse(source)
    assert definition.raw == household()
    source["papers"].clear()
    assert definition.raw == household()


def test_a_record_without_form_fees_or_route_is_enough() -> None:
    definition = parse({key: value for key, value in bare().items() if key != "form"})
    assert (definition.sections, definition.fees, definition.route, definition.time_for("online")) == ((), (), (), None)


def test_english_falls_back_to_vietnamese() -> None:
    definition = made()
    assert definition.text(Text("Phí"), "en") == "Phí"
    assert definition.text({"vi": "Phí", "en": "Fee"}, "en") == "Fee"
    assert definition.text(None) == ""


def test_legal_time_depends_on_channel_and_case() -> None:
    definition = parse(household())
    assert definition.time_for("online") == (3, "working_day")
    assert definition.time_for("online", "default") == (3, "working_day")
    assert definition.time_for("counter", "many") == (7, "working_day")
    assert definition.time_for("post", "default") is None


def test_the_section_of_a_field_is_found() -> None:
    assert parse(household()).form.section_of("rooms").key == "business"


def test_the_case_follows_the_answers_that_count() -> None:
    definition = parse(household())
    assert [case.key for case in (definition.case_for({"founder": "family"}), definition.case_for({})) if case] == [
        "many",
        "default",
    ]
    when = {"field": "profile.owner_kind", "is": "business"}
    by_owner = made(cases=[{"key": "firm", "name": vi("Doanh nghiệp"), "when": when}])
    assert by_owner.case_for({"profile.owner_kind": "business"}) is None
    assert by_owner.case_for({}, {"owner_kind": "business"}) is not None


def test_a_person_id_is_tied_to_the_birth_date_of_the_same_registry() -> None:
    assert parse(household()).field("personal_id").matches == ("birth_date", "gender")
    explicit = made(section("a", one("born", "date"), one("code", "person_id", matches={"birth_date": "born"})))
    assert explicit.field("code").matches == ("born", None)


def test_everything_wrong_is_told_at_once() -> None:
    data = household()
    data["name"] = {"vi": ""}
    data["channels"] = ["online", "fax"]
    data["papers"][0]["originals"] = -1
    data["form"]["sections"][0]["fields"][0]["label"] = "trần"
    assert paths_of(data) == ["name", "channels[1]", "papers[0].originals", "form.sections[0].fields[0].label"]


@pytest.mark.parametrize("data", [None, [], "{}", 7, True])
def test_what_is_no_object_is_refused(data: object) -> None:
    assert problems_of(data) == [("", "Ở đây phải là một đối tượng { }.")]


def test_what_is_nested_without_end_is_refused() -> None:
    deep: object = 1
    for _ in range(100_000):
        deep = [deep]
    assert problems_of(bare(x_deep=deep)) == [("", "Dữ liệu lồng nhau quá sâu.")]


def test_an_empty_object_lacks_what_every_procedure_has() -> None:
    assert set(paths_of({})) == {"code", "name", "sector", "sector.key", "sector.name", "government_level"}


def test_a_misspelt_key_is_told_and_an_own_addition_is_not() -> None:
    assert problems_of(bare(fes=[], x_note=1)) == [("", "Không có mục nào tên là “fes”.")]


def test_sentences_know_their_pattern_for_translation() -> None:
    with pytest.raises(DefinitionError) as raised:
        parse(bare(fes=[]))
    sentence = raised.value.problems[0].sentence
    assert sentence.pattern % sentence.words == sentence


WRONG_PARTS: list[tuple[str, dict[str, Any], str]] = [
    ("code with a slash", {"code": "1/2"}, "code"),
    ("code too long for its column", {"code": "1" * 31}, "code"),
    ("time of no unit", {"time": {"online": {"amount": 3}}}, "time.online.unit"),
    ("time below nothing", {"time": {"online": {"amount": -1, "unit": "hour"}}}, "time.online.amount"),
    ("cut-off at 25 o'clock", {"clock": {"cutoff": "25:00"}}, "clock.cutoff"),
    ("true is no number", {"clock": {"max_supplements": True}}, "clock.max_supplements"),
    ("unknown role", {"route": [{"key": "a", "name": vi("a"), "role": "boss"}]}, "route[0].role"),
    ("law without number", {"legal_basis": [{"title": vi("Luật")}]}, "legal_basis[0].number"),
    ("list that is none", {"papers": {"a": 1}}, "papers"),
    ("list too long", {"cases": [{}] * 101}, "cases"),
    ("keyword that is a number", {"keywords": [5]}, "keywords[0]"),
    ("text too long", {"summary": vi("x" * 20_001)}, "summary.vi"),
    ("no amount", {"fees": [{"key": "a", "name": vi("a"), "kind": "fee"}]}, "fees[0].amount"),
    ("half đồng", {"fees": [{"key": "a", "name": vi("a"), "kind": "fee", "amount": 0.5}]}, "fees[0].amount"),
]


@pytest.mark.parametrize(("data", "path"), [row[1:] for row in WRONG_PARTS], ids=[row[0] for row in WRONG_PARTS])
def test_a_wrong_part_is_told_with_its_place(data: dict[str, Any], path: str) -> None:
    assert path in paths_of(bare() | data)


def fee(amount: object, **more: Any) -> dict[str, Any]:
    return {
        "channels": ["online", "post"],
        "fees": [{"key": "a", "name": vi("a"), "kind": "fee", "amount": amount, **more}],
    }


CONTRADICTIONS: list[tuple[str, dict[str, Any], str, str]] = [
    ("same field twice", bare(section("a", one("x", "text")), section("b", one("x", "text"))), "form.sections", "x"),
    ("same section twice", bare(section("a"), section("a")), "form.sections", "a"),
    ("choice without choices", bare(section("a", one("x", "choice"))), "form.sections[0].fields[0].choices", "choice"),
    ("group without columns", bare(section("a", one("x", "group"))), "form.sections[0].fields[0].fields", "group"),
    (
        "computed without formula",
        bare(section("a", one("x", "computed"))),
        "form.sections[0].fields[0].formula",
        "computed",
    ),
    ("least above most", bare(section("a", one("x", "number", min=3, max=2))), "form.sections[0].fields[0]", "lớn hơn"),
    (
        "file for an unknown paper",
        bare(section("a", one("x", "file", paper="p"))),
        "form.sections[0].fields[0].paper",
        "p",
    ),
    (
        "case with an unknown paper",
        bare(cases=[{"key": "a", "name": vi("a"), "papers": ["p"]}]),
        "cases[0].papers[0]",
        "p",
    ),
    (
        "choice without a value",
        bare(section("a", one("x", "choice", choices=[{"label": vi("A")}]))),
        "form.sections[0].fields[0].choices[0].value",
        "giá trị",
    ),
    (
        "bound that is no date",
        bare(section("a", one("x", "date", max="hôm nay"))),
        "form.sections[0].fields[0].max",
        "today",
    ),
    (
        "person id of nobody",
        bare(section("a", one("x", "person_id", matches={"birth_date": "y"}))),
        "form.sections[0].fields[0].matches.birth_date",
        "y",
    ),
    (
        "formula over words",
        bare(section("a", one("x", "text"), one("y", "computed", formula={"field": "x"}))),
        "form.sections[0].fields[1].formula",
        "số",
    ),
    (
        "proof by an unknown paper",
        bare()
        | fee(
            1,
            exempt=[{"when": {"not": {"field": "profile.owner_kind", "is": "citizen"}}, "name": vi("a"), "proof": "p"}],
        ),
        "fees[0].exempt[0].proof",
        "p",
    ),
    (
        "case that never comes",
        bare(cases=[{"key": "a", "name": vi("a")}, {"key": "b", "name": vi("b")}]),
        "cases[0]",
        "không bao giờ",
    ),
    ("fee that forgets a channel", bare() | fee({"online": 1}), "fees[0].amount", "post"),
    ("fee by an unknown field", bare() | fee({"each": 1, "of": "rooms"}), "fees[0].amount", "rooms"),
    ("fee per unit of nothing", bare() | fee({"each": 1}), "fees[0].amount", "of"),
    ("exemption for everyone", bare() | fee(1, exempt=[{"name": vi("a")}]), "fees[0].exempt[0].when", "điều kiện"),
    (
        "result line about nothing",
        bare(result_template={"title": vi("a"), "lines": [{"label": vi("a"), "value": "x"}]}),
        "result_template.lines[0].value",
        "x",
    ),
    (
        "group within a group",
        bare(section("a", one("x", "group", fields=[one("y", "group")]))),
        "form.sections[0].fields[0].fields[0].type",
        "bảng lặp",
    ),
]


@pytest.mark.parametrize(
    ("data", "path", "word"), [row[1:] for row in CONTRADICTIONS], ids=[row[0] for row in CONTRADICTIONS]
)
def test_what_cannot_be_true_together_is_told(data: dict[str, Any], path: str, word: str) -> None:
    assert any(where == path and word in told for where, told in problems_of(data)), problems_of(data)


def test_long_labels_and_500_fields_are_read() -> None:
    fields = [one(f"f{number}", "number", label=vi("x" * 10_000)) for number in range(500)]
    for number in range(1, 500):
        fields[number]["when"] = {"field": f"f{number - 1}", "gt": 0}
    definition = made(section("a", *fields))
    assert definition.form.plan.order == tuple(f"f{number}" for number in range(500))


def test_more_fields_than_a_page_can_hold_are_refused() -> None:
    assert paths_of(bare(section("a", *(one(f"f{number}", "text") for number in range(1001))))) == [
        "form.sections[0].fields"
    ]


def test_hostile_text_stays_text() -> None:
    text = "<script>alert(1)</script>{{ 7*7 }}%(x)s ' OR 1=1 --"
    assert made(name=vi(text)).name() == text


def test_texts_are_kept_in_composed_form() -> None:
    assert made(name=vi("Đăng ky\u0301")).name() == "Đăng ký"


def test_parsing_does_not_change_its_input() -> None:
    data = household()
    parse(before := deepcopy(data))
    assert before == data
