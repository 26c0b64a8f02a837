"""One fault, one sentence: the page, the counter, the API and a bundle's own test cases judge by the same rules."""

from typing import Any

import pytest

from portal.models import User
from portal.moments import today
from procedures.models import Offering
from procedures.models.form_messages import sentence
from procedures.queries.places import commune_provinces
from procedures.schema.definition import parse
from procedures.schema.fields import Context
from procedures.schema.form import Field
from procedures.schema.input import to_inputs
from procedures.schema.validate import check
from tests.api.calls import patch
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import definition, offered, text
from tests.pages.desk import opened
from tests.pages.filing import CODE, begin, field

CHOICES = [{"value": "a", "label": text("A")}, {"value": "other", "label": text("Khác"), "own_words": True}]
ASKED: list[dict[str, Any]] = [
    field("word", "text", max_length=5, required=False), field("count", "number", max=9, required=False),
    field("area", "decimal", digits=1, min="0.5", required=False), field("money", "money", required=False),
    field("born", "date", max="today", required=False), field("year", "date", precision="year", required=False),
    field("one", "choice", choices=CHOICES, required=False), field("some", "multi_choice", choices=CHOICES, max_items=1, required=False),
    field("person", "person_id", required=False), field("card", "person_id", accept_old=True, required=False),
    field("firm", "business_code", required=False), field("phone", "phone", required=False), field("mail", "email", required=False),
    field("home", "address", required=False), field("rows", "group", fields=[field("name", "text", max_length=3)], max_items=2, required=False),
]  # fmt: skip
FORM = {"sections": [{"key": "all", "title": text("Tất cả"), "fields": ASKED}]}
WRONG: list[tuple[str, Any, str, str]] = [
    ("word", "quá dài rồi", "too_long", "word"), ("count", "ba", "number", "count"), ("count", "1,5", "whole_number", "count"),
    ("count", "10", "number_max", "count"), ("area", "x", "decimal", "area"), ("area", "1.25", "decimal_digits", "area"),
    ("area", "0.4", "decimal_min", "area"), ("money", "nhiều", "money", "money"), ("money", "-1", "money_min", "money"),
    ("born", {"day": "31", "month": "2", "year": "2020"}, "date_impossible", "born"),
    ("born", {"day": "", "month": "2", "year": "2020"}, "date_incomplete", "born"),
    ("born", {"day": "1", "month": "1", "year": "2190"}, "date_future", "born"), ("year", {"day": "", "month": "", "year": "50"}, "date_year", "year"),
    ("one", "c", "choice", "one"), ("one", {"value": "other", "words": ""}, "choice_words", "one.words"),
    ("some", ["a", {"value": "other", "words": "x"}], "choices_max", "some"), ("some", [{"value": "other", "words": ""}], "choice_words", "some.words.other"),
    ("person", "08219000123", "person_id_length", "person"), ("person", "311234567", "person_id_old", "person"),
    ("person", "08219000123a", "person_id_characters", "person"), ("person", "000190001234", "person_id_place", "person"),
    ("person", "082390001234", "person_id_year", "person"), ("card", "3112345678", "person_id_length_either", "card"),
    ("firm", "0100109107", "business_code_check", "firm"), ("firm", "010010910", "business_code_length", "firm"),
    ("phone", "0123", "phone_length", "phone"), ("phone", "gọi sau", "phone", "phone"), ("mail", "an.vn", "email_at", "mail"),
    ("mail", "an@@vn", "email", "mail"), ("mail", "an@vn", "email_domain", "mail"),
    ("home", {"province": "82", "commune": "00070", "street": "1"}, "address_commune_elsewhere", "home.commune"),
    ("home", {"province": "", "commune": "", "street": "1"}, "address_province", "home.province"),
    ("rows", [{"name": "abcd"}], "too_long", "rows.0.name"), ("rows", [{"name": "a"}] * 3, "rows_max", "rows"),
]  # fmt: skip


@pytest.fixture
def offering(cast: Cast, tenant: object) -> Offering:
    return offered(cast.office, CODE, form=FORM, result_template=None)


def imported(key: str, value: Any) -> dict[str, Any]:
    """What the answers of a bundle's test cases are judged by."""
    made = parse(definition(CODE, form=FORM, result_template=None))
    found = check(made.form, {key: value}, context=Context(today(), communes=commune_provinces())).messages
    return {path: (message.code, sentence(message, made.field(key).label.vi)) for path, message in found.items()}


def inputs(one: Field, value: Any) -> dict[str, list[str]]:
    return to_inputs(one, value)


@pytest.mark.parametrize(("key", "value", "code", "path"), WRONG, ids=[f"{one[0]}-{one[2]}" for one in WRONG])
def test_page_counter_api_and_import_say_the_same(
    offering: Offering, cast: Cast, door: Door, an: User, binh: User, key: str, value: Any, code: str, path: str
) -> None:
    assert offering.procedure.current
    asked = offering.procedure.current.parsed.field(key)
    (at, (said_code, words)), *more = imported(key, value).items()
    if key != "home" or path != "home.province":
        assert more == []
    assert (at, said_code) == (path, code)
    if asked.type == "group" and at != key:
        words = words.replace(asked.label.vi, asked.fields[0].label.vi)
    client = door(an)
    draft = begin(client, cast)
    page = client.post(f"{draft}all/", inputs(asked, value)).content.decode()
    assert page.count(words) >= 2
    told = patch(client, f"dossiers/{draft.split('/')[-2]}/", {"answers": {key: value}})
    assert told.status_code == 422
    assert (told.told["errors"][0]["path"], told.told["errors"][0]["code"], told.told["errors"][0]["detail"]) == (
        at,
        code,
        words,
    )
    typed = {
        "by-owner_name": "An",
        **inputs(asked, value),
    }
    counter = door(binh)
    assert words in counter.post(opened(counter, offering), typed).content.decode()


def test_what_is_right_is_right_everywhere(offering: Offering, cast: Cast, door: Door, an: User) -> None:
    """The control."""
    good = {"area": "1.5", "year": "1950", "one": {"value": "other", "words": "x"}, "some": ["a"], "card": "311234567"}
    client = door(an)
    reference = begin(client, cast).split("/")[-2]
    assert patch(client, f"dossiers/{reference}/", {"answers": good}).status_code == 200
    assert all(imported(key, value) == {} for key, value in good.items())
