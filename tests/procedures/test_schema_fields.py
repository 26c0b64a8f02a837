import unicodedata
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.schema.definition import Field
from procedures.schema.fields import Context, clean, lines, one_line
from procedures.schema.messages import CODES, Invalid, Message
from tests.procedures.schema_samples import COMMUNES, NOW, TODAY, made, one, section, vi

CHOICES = [
    {"value": "a", "label": vi("A")},
    {"value": "b", "label": vi("B")},
    {"value": "other", "label": vi("Khác"), "own_words": True},
]
OWN = {"value": "other", "words": "hàng xóm"}


def field(kind: str, **more: Any) -> Field:
    needed: dict[str, dict[str, Any]] = {
        "choice": {"choices": CHOICES},
        "multi_choice": {"choices": CHOICES},
        "computed": {"formula": 1},
        "group": {"fields": [one("y", "text")]},
    }
    return made(section("a", one("x", kind, **needed.get(kind, {}), **more))).field("x")


def refusal(asked: Field, raw: object, context: Context = NOW) -> dict[str, Message]:
    with pytest.raises(Invalid) as refused:
        clean(asked, raw, context)
    for message in refused.value.messages.values():
        assert set(message.params) == set(CODES[message.code])
    return refused.value.messages


KEPT: list[tuple[str, object, object]] = [
    ("text", "  Nguyễn   Thị\tAn \n", "Nguyễn Thị An"),
    ("text", "Nguye\u0302\u0303n", "Nguyễn"),
    ("text", "H'Hen Niê", "H'Hen Niê"),
    ("text", "Tôn-Nữ Thị Ninh (Út)", "Tôn-Nữ Thị Ninh (Út)"),
    ("text", "An\u202eevil\u200b", "Anevil"),
    ("text", "a\x00b\x07c", "a b c"),
    ("text", "a\ud800b", "ab"),
    ("long_text", "  dòng một \r\n\r\ndòng\thai\r", "dòng một\n\ndòng hai"),
    ("number", "1.234.567", 1234567),
    ("number", "1234567", 1234567),
    ("number", "1 234", 1234),
    ("number", "-5", -5),
    ("number", "007", 7),
    ("number", 12, 12),
    ("number", 12.0, 12),
    ("money", "50.000 đ", 50000),
    ("money", "50,000 VNĐ", 50000),
    ("money", "1.000.000 đồng", 1000000),
    ("date", "12/05/1990", "1990-05-12"),
    ("date", "2-9-1945", "1945-09-02"),
    ("date", "1990-05-12", "1990-05-12"),
    ("date", {"day": "12", "month": "5", "year": "1990"}, "1990-05-12"),
    ("date", {"day": "29", "month": "02", "year": "2024"}, "2024-02-29"),
    ("decimal", "120.5", "120.50"),
    ("decimal", "120,5", "120.50"),
    ("decimal", "1.234,5", "1234.50"),
    ("decimal", 120.5, "120.50"),
    ("decimal", 7, "7.00"),
    ("decimal", "-0,05", "-0.05"),
    ("choice", "a", "a"),
    ("choice", {"value": "other", "words": " hàng  xóm "}, OWN),
    ("multi_choice", ["b", "a", "b"], ["a", "b"]),
    ("multi_choice", "b", ["b"]),
    ("multi_choice", [OWN, "a"], ["a", OWN]),
    ("multi_choice", [], None),
    ("yes_no", "yes", True),
    ("yes_no", "no", False),
    ("yes_no", False, False),
    ("declaration", "on", True),
    ("declaration", "no", None),
    ("declaration", False, None),
    ("person_id", "082 190 001 234", "082190001234"),
    ("business_code", "0314409058002", "0314409058-002"),
    ("phone", "+84912345678", "0912345678"),
    ("email", " an@Gmail.com ", "an@gmail.com"),
    (
        "address",
        {"province": "82", "commune": "28306", "street": " 12  Nguyễn Huệ "},
        {"province": "82", "commune": "28306", "street": "12 Nguyễn Huệ"},
    ),
    ("address", {"province": "82", "commune": "28306"}, {"province": "82", "commune": "28306"}),
    ("file", ["7", 8, "7"], ["7", "8"]),
    ("file", "7", ["7"]),
    ("text", "  \u200b ", None),
    ("text", None, None),
    ("date", {"day": "", "month": " ", "year": ""}, None),
    ("address", {}, None),
    ("file", [], None),
    ("info", "anything", None),
]


@pytest.mark.parametrize(("kind", "raw", "value"), KEPT, ids=str)
def test_what_was_given_is_kept_in_one_form(kind: str, raw: object, value: object) -> None:
    assert clean(field(kind), raw, NOW) == value


@pytest.mark.parametrize(("kind", "raw", "value"), KEPT, ids=str)
def test_cleaning_a_clean_value_changes_nothing(kind: str, raw: object, value: object) -> None:
    assert clean(field(kind), value, NOW) == value


REFUSED: list[tuple[str, dict[str, Any], object, str, dict[str, Any]]] = [
    ("text", {"max_length": 5}, "sáu ký", "too_long", {"max": 5, "got": 6}),
    ("text", {}, 5, "shape", {}),
    ("text", {}, ["x"], "shape", {}),
    ("long_text", {}, {"x": "y"}, "shape", {}),
    ("number", {}, "ba", "number", {}),
    ("number", {}, "1.23", "whole_number", {}),
    ("number", {}, "1,5", "whole_number", {}),
    ("number", {}, "1,234", "whole_number", {}),
    ("number", {}, 1.5, "whole_number", {}),
    ("number", {}, float("inf"), "whole_number", {}),
    ("number", {}, float("nan"), "whole_number", {}),
    ("number", {}, True, "shape", {}),
    ("number", {}, "1.234,567", "whole_number", {}),
    ("number", {}, "1.234.56", "whole_number", {}),
    ("number", {}, "٣", "number", {}),
    ("number", {}, "9" * 5000, "number", {}),
    ("number", {}, "9" * 18, "number_max", {"max": 10**15}),
    ("number", {}, -(10**400), "number_min", {"min": -(10**15)}),
    ("number", {"min": 1}, "0", "number_min", {"min": 1}),
    ("number", {"max": 9}, "10", "number_max", {"max": 9}),
    ("money", {}, "-5", "money_min", {"min": 0}),
    ("money", {"max": 100}, "1.000", "money_max", {"max": 100}),
    ("money", {}, "năm mươi nghìn", "money", {}),
    ("date", {}, "hôm qua", "date", {}),
    ("date", {}, "12 tháng 5", "date", {}),
    ("date", {}, 19900512, "shape", {}),
    ("date", {}, {"day": "a", "month": "5", "year": "1990"}, "date", {}),
    ("date", {}, {"day": "²", "month": "5", "year": "1990"}, "date", {}),
    ("date", {}, {"day": "12", "month": "", "year": "1990"}, "date_incomplete", {"missing": "month"}),
    ("date", {}, {"year": "1990"}, "date_incomplete", {"missing": "day month"}),
    ("date", {}, "31/02/2020", "date_impossible", {"given": "31/02/2020"}),
    ("date", {}, "29/02/2023", "date_impossible", {"given": "29/02/2023"}),
    ("date", {}, {"day": "1" * 500, "month": "1", "year": "2020"}, "date_impossible", {"given": "1" * 20}),
    ("date", {}, {"day": "1", "month": "1", "year": "90"}, "date_year", {"given": "90"}),
    ("date", {}, {"day": "1", "month": "1", "year": "20255"}, "date_year", {"given": "20255"}),
    ("date", {"max": "today"}, "23/11/2026", "date_future", {"today": "2026-11-22"}),
    ("date", {"min": "today"}, "21/11/2026", "date_past", {"today": "2026-11-22"}),
    ("date", {"min": "2026-01-01"}, "31/12/2025", "date_min", {"min": "2026-01-01"}),
    ("date", {"max": "2026-01-01"}, "02/01/2026", "date_max", {"max": "2026-01-01"}),
    ("decimal", {}, "ba", "decimal", {"given": "ba"}),
    ("decimal", {}, "1,234", "decimal_digits", {"digits": 2, "got": 3}),
    ("decimal", {}, float("nan"), "decimal", {"given": "nan"}),
    ("decimal", {}, True, "shape", {}),
    ("decimal", {"min": "0.5"}, "0,4", "decimal_min", {"low": "0.5", "given": "0.40"}),
    ("decimal", {"max": 9}, "9,01", "decimal_max", {"high": "9", "given": "9.01"}),
    ("decimal", {}, "9" * 16, "decimal_max", {"high": "1000000000000000"}),
    ("choice", {}, "c", "choice", {"given": "c"}),
    ("multi_choice", {}, ["a", "c"], "choice", {"given": "c"}),
    ("multi_choice", {"max_items": 1}, ["a", "b"], "choices_max", {"max": 1, "got": 2}),
    ("multi_choice", {"min_items": 2}, ["a"], "choices_min", {"min": 2, "got": 1}),
    ("multi_choice", {}, [["a"]], "shape", {}),
    ("date", {"precision": "month"}, "1950", "date_incomplete", {"missing": "month"}),
    ("date", {"precision": "year"}, {"day": "5", "month": "", "year": "1950"}, "date_incomplete", {"missing": "month"}),
    ("date", {"precision": "year"}, "13/1950", "date_impossible", {"given": "13/1950"}),
    ("date", {"precision": "year", "max": "today"}, "2027", "date_future", {"today": "2026-11-22"}),
    ("date", {"precision": "year", "min": "1950-06-01"}, "1949", "date_min", {"min": "1950-06-01"}),
    ("choice", {}, ["a"], "shape", {}),
    ("yes_no", {}, "maybe", "yes_no", {}),
    ("yes_no", {}, 1, "shape", {}),
    ("person_id", {}, "12345678901", "person_id_length", {"got": 11}),
    ("person_id", {}, 82190001234, "shape", {}),
    ("file", {}, [{"id": 7}], "shape", {}),
    ("file", {"max_items": 1}, ["7", "8"], "files_max", {"max": 1, "got": 2}),
    ("file", {"min_items": 2}, ["7"], "files_min", {"min": 2, "got": 1}),
]


@pytest.mark.parametrize(("kind", "more", "raw", "code", "params"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_cannot_be_is_refused_with_its_reason(
    kind: str, more: dict[str, Any], raw: object, code: str, params: dict[str, Any]
) -> None:
    told = refusal(field(kind, **more), raw)[""]
    assert (told.code, {**told.params, **params}) == (code, told.params)
    assert set(told.params) == set(CODES[code])


@pytest.mark.parametrize(
    ("precision", "raw", "kept"),
    [
        ("year", "1950", "1950"),
        ("year", {"day": "", "month": "", "year": "1950"}, "1950"),
        ("year", "5/1950", "1950-05"),
        ("month", {"month": "5", "year": "1950"}, "1950-05"),
        ("year", "12/5/1950", "1950-05-12"),
        ("year", "1950-05", "1950-05"),
    ],
)
def test_a_date_may_be_known_in_part_where_the_form_says_so(precision: str, raw: object, kept: str) -> None:
    asked = field("date", precision=precision, max="today", min="1950-05-12")
    assert clean(asked, raw, NOW) == kept
    assert clean(asked, kept, NOW) == kept
    with pytest.raises(Invalid) if kept != "1950-05-12" else nullcontext():
        clean(field("date"), raw, NOW)


def test_own_words_are_asked_for_and_counted() -> None:
    for kind, part, wrap in (
        ("choice", "words", lambda told: told),
        ("multi_choice", "words.other", lambda told: [told]),
    ):
        assert refusal(field(kind), wrap("other")) == {part: Message("choice_words")}
        assert refusal(field(kind), wrap({"value": "other", "words": " "})) == {part: Message("choice_words")}
        long = wrap({"value": "other", "words": "x" * 501})
        assert refusal(field(kind), long) == {part: Message("too_long", {"max": 500, "got": 501})}
        # Words beside a choice that asks for none are nobody's answer.
        assert clean(field(kind), wrap({"value": "a", "words": "x"}), NOW) == wrap("a")


def test_today_itself_is_neither_past_nor_future() -> None:
    for limit in ({"max": "today"}, {"min": "today"}):
        assert clean(field("date", **limit), TODAY.isoformat(), NOW) == TODAY.isoformat()


@pytest.mark.parametrize(
    ("raw", "faults"),
    [
        ({"street": "12"}, {"province": "address_province", "commune": "address_commune"}),
        ({"province": "82", "commune": "28306"}, {"street": "address_street"}),
        ({"province": "82", "commune": "00070", "street": "1"}, {"commune": "address_commune_elsewhere"}),
        (
            {"province": "99", "commune": "28306", "street": "1"},
            {"province": "address_province_unknown", "commune": "address_commune_elsewhere"},
        ),
        ({"province": "82", "commune": "99999", "street": "1"}, {"commune": "address_commune_unknown"}),
        ({"province": "82", "commune": "28306'", "street": "1"}, {"commune": "address_commune_unknown"}),
        ({"province": "82", "commune": "28306", "street": "x" * 301}, {"street": "too_long"}),
        ("12 Nguyễn Huệ", {"": "address"}),
    ],
    ids=str,
)
def test_each_part_of_an_address_is_told_apart(raw: object, faults: dict[str, str]) -> None:
    told = refusal(field("address", required=True), raw)
    assert {part: message.code for part, message in told.items()} == faults


def test_without_a_table_of_communes_only_the_form_of_codes_is_judged() -> None:
    raw = {"province": "99", "commune": "99999"}
    assert clean(field("address"), raw, Context(today=TODAY)) == raw
    assert COMMUNES
    assert "province" in refusal(field("address"), raw)


def test_a_file_of_another_dossier_is_refused() -> None:
    mine = Context(today=TODAY, attachments={"7"})
    assert clean(field("file"), ["7"], mine) == ["7"]
    assert refusal(field("file"), ["7", "8"], mine) == {"": Message("file_unknown")}


PARTS = st.sampled_from(["day", "month", "year", "province", "commune", "street", "y"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PARTS, inner, max_size=3),
    max_leaves=6,
)


@given(st.text())
@settings(derandomize=True, deadline=None)
def test_kept_text_is_composed_trimmed_storable_and_stays_as_it_is(raw: str) -> None:
    for reader in (one_line, lines):
        kept = reader(raw)
        assert kept == reader(kept) == unicodedata.normalize("NFC", kept) == kept.strip()
        assert "\x00" not in kept
        kept.encode()


@given(JSON)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_whatever_is_sent_is_kept_or_refused_and_never_breaks(raw: object) -> None:
    for asked in FIELDS:
        try:
            value = clean(asked, raw, NOW)
        except Invalid:
            continue
        assert clean(asked, value, NOW) == value


FIELDS = [field(kind) for kind in sorted({kind for kind, _, _ in KEPT})]
