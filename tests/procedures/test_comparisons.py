"""Two versions told in words: where, what happened, both texts; conditions and amounts as a person reads them."""

from typing import Any

import pytest
from django.utils import translation

from procedures.queries.comparisons import Row, compare
from procedures.schema import parts
from tests.forms import definition, text

RAW = definition()
FIELDS = "form.sections.owner.fields"


def row(new: dict[str, Any], old: dict[str, Any] = RAW) -> Row:
    (part,) = compare(old, new)
    (found,) = part.rows
    return found


@pytest.mark.parametrize(
    ("address", "value", "before", "after"),
    [
        (f"{FIELDS}.full_name.required", False, "Có", "Không"),
        ("time.online", {"amount": 5, "unit": "working_day"}, "3 ngày làm việc", "5 ngày làm việc"),
        (f"{FIELDS}.purpose.type", "yes_no", "Chọn một", "Có hay không"),
        ("channels", ["online"], "Trực tuyến, Tại quầy, Bưu chính", "Trực tuyến"),
        ("route.sign.role", "officer", "Lãnh đạo", "Chuyên viên"),
        ("retention_years", 70, "10", "70"),
    ],
)
def test_what_changed_is_told_in_words(address: str, value: Any, before: str, after: str) -> None:
    found = row(parts.put(RAW, address, value))
    assert (found.before, found.after, found.kind) == (before, after, "changed")


def test_a_condition_is_told_with_the_names_of_its_fields() -> None:
    found = row(parts.put(RAW, f"{FIELDS}.proof.when", {"field": "purpose", "is": "loan"}))
    assert found.after == "“Mục đích” là “Vay vốn”" and found.about == "Người yêu cầu › Giấy tờ kèm theo › Điều kiện"


def test_what_cannot_be_read_is_told_as_it_stands() -> None:
    faulty = parts.put(RAW, f"{FIELDS}.proof.when", {"field": "nobody", "is": "loan"})
    assert "nobody" in row(faulty).after


def test_a_new_item_is_told_whole_and_by_its_name() -> None:
    fee = {"key": "fee_1", "name": text("Lệ phí cấp giấy"), "kind": "charge", "amount": {"online": 0, "counter": 8000}}
    found = row(parts.append(RAW, "fees", fee))
    assert found.about == "Lệ phí cấp giấy" and found.kind == "added"
    assert "Loại: lệ phí" in found.after and "8.000" in found.after


def test_a_new_order_is_told_by_names() -> None:
    found = row(parts.move(RAW, "route.sign", "examine"))
    assert (found.before, found.after) == ("1. Thẩm định\n2. Ký", "1. Ký\n2. Thẩm định")


def test_officials_read_both_languages_and_citizens_their_own() -> None:
    new = parts.put(RAW, "conditions", {"vi": "Đủ 18 tuổi", "en": "18 and over"})
    assert row(new).after == "Đủ 18 tuổi\n[en] 18 and over"
    assert compare(RAW, new, both=False)[0].rows[0].after == "Đủ 18 tuổi"
    with translation.override("en"):
        assert compare(RAW, new, both=False)[0].rows[0].after == "18 and over"
