from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.schema.definition import Definition, parse
from procedures.schema.input import edited, from_post, to_inputs
from procedures.schema.validate import check
from tests.procedures.schema_samples import COMMUNES, NOW, good_answers, household, made, one, section, vi


def posted(definition: Definition, answers: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: values
        for part in definition.sections
        for one in part.fields
        for name, values in to_inputs(one, answers.get(one.key)).items()
    }


def read(definition: Definition, post: dict[str, list[str]]) -> dict[str, object]:
    return {key: value for part in definition.sections for key, value in from_post(part, post).items()}


def test_a_page_is_read_by_its_names() -> None:
    definition = parse(household())
    post = {
        "csrfmiddlewaretoken": ["x"],
        "full_name": ["Nguyễn Thị An"],
        "birth_date-day": ["12"],
        "birth_date-month": ["5"],
        "birth_date-year": ["1990"],
        "home-province": ["82"],
        "home-commune": ["28306"],
    }
    assert from_post(definition.section("owner"), post) == {
        "full_name": "Nguyễn Thị An",
        "birth_date": {"day": "12", "month": "5", "year": "1990"},
        "gender": "",
        "personal_id": "",
        "phone": "",
        "email": "",
        "home": {"province": "82", "commune": "28306", "street": ""},
    }


def test_a_date_may_come_in_one_input() -> None:
    part = made(section("a", one("born", "date"))).section("a")
    assert from_post(part, {"born": ["12/05/1990"]}) == {"born": "12/05/1990"}


def test_the_last_of_equal_names_counts() -> None:
    part = made(section("a", one("truth", "declaration"))).section("a")
    assert from_post(part, {"truth": ["no", "yes"]}) == {"truth": "yes"}
    assert from_post(part, {"truth": []}) == {"truth": ""}


def test_rows_come_in_the_order_of_their_numbers_and_empty_ones_are_left_out() -> None:
    definition = parse(household())
    post = {
        "members-10-full_name": ["Chi"],
        "members-2-full_name": ["Bình"],
        "members-2-share": ["5"],
        "members-3-full_name": [" "],
        "members-x-full_name": ["none"],
        "members--1-full_name": ["none"],
        "members-99999999-full_name": ["none"],
    }
    rows = from_post(definition.section("business"), post)["members"]
    assert isinstance(rows, list)
    assert [row["full_name"] for row in rows] == ["Bình", "Chi"]


def test_rows_without_end_are_cut_where_they_are_already_too_many() -> None:
    definition = parse(household())
    post = {f"members-{number}-full_name": ["A"] for number in range(900)}
    rows = from_post(definition.section("business"), post)["members"]
    assert isinstance(rows, list)
    assert len(rows) == 4


def test_files_that_a_page_does_not_mention_stay_as_they_are() -> None:
    part = parse(household()).section("closing")
    assert "photos" not in from_post(part, {})
    assert from_post(part, {"photos": ["7", "", "8"]})["photos"] == ["7", "8"]


def test_what_was_typed_is_shown_again_as_typed() -> None:
    born = made(section("a", one("born", "date"))).field("born")
    assert to_inputs(born, {"day": "31", "month": "x", "year": ""}) == {
        "born-day": ["31"],
        "born-month": ["x"],
        "born-year": [""],
    }
    assert to_inputs(born, "1990-05-12") == {"born-day": ["12"], "born-month": ["5"], "born-year": ["1990"]}
    assert to_inputs(born, "gibberish") == {"born": ["gibberish"]}
    assert to_inputs(born, None) == {}


def test_money_is_shown_in_groups() -> None:
    price = made(section("a", one("price", "money"))).field("price")
    assert to_inputs(price, 1234567) == {"price": ["1.234.567"]}
    assert to_inputs(price, "chín") == {"price": ["chín"]}


def test_good_answers_come_back_from_their_inputs() -> None:
    definition = parse(household())
    back = check(definition.form, read(definition, posted(definition, good_answers())), context=NOW)
    assert (back.messages, back.answers) == ({}, good_answers())


EVERYTHING = made(
    section(
        "a",
        one("text", "text"),
        one("long_text", "long_text"),
        one("number", "number"),
        one("money", "money"),
        one("date", "date"),
        one("choice", "choice", choices=[{"value": "a b", "label": vi("A")}, {"value": "ă", "label": vi("Ă")}]),
        one("yes_no", "yes_no"),
        one("declaration", "declaration"),
        one("file", "file"),
        one("address", "address"),
        one("twice", "computed", formula={"multiply": [{"field": "number"}, 2]}),
        one(
            "rows",
            "group",
            fields=[one("name", "text"), one("born", "date"), one("home", "address"), one("yes", "yes_no")],
        ),
    )
)
DATES = st.dates().filter(lambda day: 1800 <= day.year <= 2200).map(str)
ADDRESSES = st.sampled_from(sorted(COMMUNES)).flatmap(
    lambda commune: st.fixed_dictionaries(
        {"province": st.just(COMMUNES[commune]), "commune": st.just(commune)}, optional={"street": st.text(max_size=40)}
    )
)
ROWS = st.fixed_dictionaries(
    {}, optional={"name": st.text(max_size=30), "born": DATES, "home": ADDRESSES, "yes": st.booleans()}
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=80),
        "long_text": st.text(max_size=200),
        "number": st.integers(-(10**14), 10**14),
        "money": st.integers(0, 10**15),
        "date": DATES,
        "choice": st.sampled_from(["a b", "ă"]),
        "yes_no": st.booleans(),
        "declaration": st.just(True),
        "file": st.lists(st.integers(1, 99).map(str), min_size=1, max_size=5, unique=True),
        "address": ADDRESSES,
        "rows": st.lists(ROWS, max_size=4),
    },
)


@given(ANSWERS)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_clean_answers_survive_the_way_through_a_page(answers: dict[str, Any]) -> None:
    once = check(EVERYTHING.form, answers, context=NOW)
    assert once.messages == {}
    again = check(EVERYTHING.form, read(EVERYTHING, posted(EVERYTHING, once.answers)), context=NOW)
    assert (again.messages, again.answers) == ({}, once.answers)


@given(
    st.dictionaries(
        st.from_regex(r"(text|date|rows|address|file)(-[0-9a-z]{1,3}){0,2}", fullmatch=True),
        st.lists(st.text(max_size=9), max_size=3),
    )
)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_no_post_breaks_the_reading(post: dict[str, list[str]]) -> None:
    check(EVERYTHING.form, read(EVERYTHING, post), context=NOW)


def test_a_row_is_copied_to_the_end_or_taken_out_by_its_button() -> None:
    post = {"members-0-name": ["An"], "members-1-name": ["Bình"], "note": ["x"]}
    copied = edited(post, "copy", "members-0")
    assert {name: values for name, values in copied.items() if name not in post} == {"members-999999-name": ["An"]}
    assert edited(post, "remove", "members-0") == {"members-1-name": ["Bình"], "note": ["x"]}
    assert edited(post, "remove", "note") == edited(post, "", "") == post
