from typing import Any

import pytest

from procedures.schema.definition import Definition, parse
from procedures.schema.fields import Context
from procedures.schema.messages import Message
from procedures.schema.validate import check, validate, warnings
from tests.procedures.schema_samples import NOW, TODAY, good_answers, household, made, one, section, vi


@pytest.fixture
def household_business() -> Definition:
    return parse(household())


def codes(definition: Definition, answers: dict[str, Any], context: Context = NOW) -> dict[str, str]:
    return {path: message.code for path, message in validate(definition.form, answers, context=context).items()}


def test_good_answers_are_kept_as_they_are(household_business: Definition) -> None:
    outcome = check(household_business.form, good_answers(), context=NOW)
    assert outcome.messages == {}
    assert outcome.answers == good_answers()


def test_nothing_answered_lacks_exactly_what_is_required_in_the_order_of_the_form(
    household_business: Definition,
) -> None:
    assert list(codes(household_business, {}).items()) == [
        ("full_name", "required"),
        ("birth_date", "required_date"),
        ("personal_id", "required"),
        ("home", "required"),
        ("founder", "required_choice"),
        ("truth", "declaration"),
    ]


def test_a_hidden_field_is_dropped_and_not_judged(household_business: Definition) -> None:
    answers = good_answers() | {"founder": "person", "landlord": "Ông Ba", "rents": False}
    answers["members"] = [{"full_name": ""}] * 9
    outcome = check(household_business.form, answers, context=NOW)
    assert outcome.messages == {}
    assert "members" not in outcome.answers
    assert "landlord" not in outcome.answers


def test_a_shown_field_is_judged(household_business: Definition) -> None:
    """The negative control of the hidden one."""
    assert codes(household_business, good_answers() | {"rents": True}) == {"landlord": "required"}


def test_a_field_that_hangs_on_a_wrong_answer_waits(household_business: Definition) -> None:
    assert codes(household_business, good_answers() | {"rents": "perhaps"}) == {"rents": "yes_no"}


def test_rows_are_judged_one_by_one(household_business: Definition) -> None:
    rows = [
        {"full_name": "", "share": "5.000"},
        {"full_name": "Lê Thị Chi", "share": "năm", "has_tax_code": "yes"},
        {"full_name": "Phạm Quốc Dũng", "share": 1, "tax_code": "hidden, so whatever"},
    ]
    outcome = check(household_business.form, good_answers() | {"members": rows}, context=NOW)
    assert {path: message.code for path, message in outcome.messages.items()} == {
        "members.0.full_name": "required",
        "members.1.share": "money",
        "members.1.tax_code": "required",
    }
    assert outcome.answers["members"] == [
        {"share": 5000},
        {"full_name": "Lê Thị Chi", "has_tax_code": True},
        {"full_name": "Phạm Quốc Dũng", "share": 1},
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], Message("rows_min", {"min": 1, "got": 0})),
        ([{"full_name": "A", "share": 1}] * 4, Message("rows_max", {"max": 3, "got": 4})),
        ("A, B", Message("shape")),
        ({"0": {"full_name": "A"}}, Message("shape")),
        (["A"], Message("shape")),
    ],
    ids=str,
)
def test_too_few_too_many_or_shapeless_rows(household_business: Definition, rows: object, message: Message) -> None:
    assert validate(household_business.form, good_answers() | {"members": rows}, context=NOW) == {"members": message}


def test_an_optional_group_may_be_empty_but_not_too_short() -> None:
    definition = made(section("a", one("g", "group", min_items=2, fields=[one("x", "text")])))
    assert codes(definition, {"g": []}) == {}
    assert codes(definition, {"g": [{"x": "1"}]}) == {"g": "rows_min"}


def test_the_number_of_a_person_must_agree_with_birth_date_and_gender(household_business: Definition) -> None:
    wrong_year = validate(household_business.form, good_answers() | {"birth_date": "1991-05-12"}, context=NOW)
    assert wrong_year == {"personal_id": Message("person_id_birth_year", {"id_year": 1990, "given_year": "1991"})}
    wrong_gender = check(household_business.form, good_answers() | {"gender": "male"}, context=NOW)
    assert wrong_gender.messages == {"personal_id": Message("person_id_gender", {"id_gender": "female"})}
    assert "personal_id" not in wrong_gender.answers
    unknown = {key: value for key, value in good_answers().items() if key != "gender"}
    assert codes(household_business, unknown) == {}


def test_the_number_of_a_person_in_a_row_is_held_against_its_own_row() -> None:
    columns = [one("born", "date"), one("code", "person_id", matches={"birth_date": "born"})]
    definition = made(section("a", one("g", "group", fields=columns)))
    rows = [{"born": "1990-01-01", "code": "082190001234"}, {"born": "1980-01-01", "code": "082190001234"}]
    assert codes(definition, {"g": rows}) == {"g.1.code": "person_id_birth_year"}


def test_computed_values_are_worked_out_and_never_taken_from_outside(household_business: Definition) -> None:
    outcome = check(household_business.form, good_answers() | {"rooms": "4", "areas": 9999}, context=NOW)
    assert outcome.answers["areas"] == 80
    without = check(household_business.form, good_answers() | {"rooms": ""}, context=NOW)
    assert "areas" not in without.answers


def test_a_computed_column_works_on_its_row() -> None:
    columns = [
        one("width", "number"),
        one("area", "computed", formula={"multiply": [{"field": "width"}, {"field": "length"}]}),
    ]
    definition = made(section("a", one("length", "number"), one("rooms", "group", fields=columns)))
    outcome = check(definition.form, {"length": 4, "rooms": [{"width": 5}, {"width": 6}]}, context=NOW)
    assert outcome.answers["rooms"] == [{"width": 5, "area": 20}, {"width": 6, "area": 24}]


def test_a_section_is_judged_alone_but_sees_the_answers_of_the_others(household_business: Definition) -> None:
    business = household_business.section("business")
    assert validate(business, {"founder": "person"}, context=NOW) == {}
    definition = made(
        section("a", one("x", "yes_no")), section("b", one("y", "text", required=True, when={"field": "x", "is": True}))
    )
    second = definition.section("b")
    assert validate(second, {"x": True}, context=NOW) == {"y": Message("required")}
    assert validate(second, {"x": False}, context=NOW) == {}
    assert check(second, {"x": True, "y": "z"}, context=NOW).answers == {"y": "z"}


def test_a_hidden_section_asks_nothing() -> None:
    definition = made(
        section("a", one("x", "yes_no")),
        section("b", one("y", "text", required=True), when={"field": "x", "is": True}),
    )
    assert codes(definition, {"x": "no"}) == {}
    assert codes(definition, {"x": "yes"}) == {"y": "required"}


def test_conditions_may_ask_about_the_person() -> None:
    definition = made(
        section(
            "a", one("tax_code", "business_code", required=True, when={"field": "profile.owner_kind", "is": "business"})
        )
    )
    assert codes(definition, {}, Context(today=TODAY, profile={"owner_kind": "business"})) == {"tax_code": "required"}
    assert codes(definition, {}, Context(today=TODAY, profile={"owner_kind": "citizen"})) == {}


def test_what_is_known_of_the_person_cannot_be_sent_along_with_the_answers() -> None:
    asks = [{"field": "profile.owner_kind", "is": "business"}, {"field": "home.province", "is": "82"}]
    fields = [one(f"x{number}", "text", required=True, when=when) for number, when in enumerate(asks)]
    definition = made(section("a", one("home", "address")), section("b", *fields))
    sent = {"profile.owner_kind": "business", "home.province": "82"}
    assert codes(definition, sent, Context(today=TODAY)) == {}
    assert validate(definition.section("b"), sent, context=NOW) == {}


def test_unknown_answers_do_not_come_through(household_business: Definition) -> None:
    outcome = check(
        household_business.form, good_answers() | {"is_admin": True, "profile.owner_kind": "x"}, context=NOW
    )
    assert outcome.answers == good_answers()


def test_checking_what_was_checked_changes_nothing(household_business: Definition) -> None:
    once = check(household_business.form, good_answers(), context=NOW).answers
    assert check(household_business.form, once, context=NOW).answers == once


def test_a_place_nobody_knows_and_a_slip_of_the_finger_deserve_a_second_look() -> None:
    definition = made(
        section("a", one("code", "person_id"), one("mail", "email"), one("g", "group", fields=[one("mail", "email")]))
    )
    answers = {"code": "555090000123", "mail": "an@gmail.con", "g": [{"mail": "an@gmail.com"}, {"mail": "b@gamil.com"}]}
    assert codes(definition, answers) == {}
    assert warnings(definition.form, answers) == {
        "code": Message("person_id_place_unknown", {"place": "555"}),
        "mail": Message("email_typo", {"suggestion": "an@gmail.com"}),
        "g.1.mail": Message("email_typo", {"suggestion": "b@gmail.com"}),
    }
    assert warnings(definition.form, {"code": "082190001234", "mail": "an@gmail.com"}) == {}


def test_a_form_of_500_fields_is_judged_to_its_end() -> None:
    fields = [one("f0", "number")]
    fields += [one(f"f{n}", "number", required=True, when={"field": f"f{n - 1}", "gt": 0}) for n in range(1, 500)]
    definition = made(section("a", *fields))
    assert codes(definition, {f"f{n}": "1" for n in range(499)}) == {"f499": "required"}
    assert codes(definition, {f"f{n}": "0" for n in range(499)}) == {}


def test_a_label_may_be_anything(household_business: Definition) -> None:
    definition = made(section("a", one("x", "text", required=True, label=vi("{}%s<b>"))))
    assert codes(definition, {}) == {"x": "required"}
