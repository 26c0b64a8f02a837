"""Fees of a draft, written by an administrator, with the calculator beside them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Office, Tenant, User
from procedures.actions import drafting
from procedures.models import VersionDraft
from procedures.schema import parts
from tests.forms import definition, offered, text
from tests.pages.boxes import boxes

Door = Callable[..., Client]
CODE = "1.999001"
ROOMS: dict[str, Any] = {"key": "rooms", "label": text("Số phòng"), "type": "number"}
KARAOKE: dict[str, Any] = {
    "key": "phi", "name": text("Phí thẩm định"), "kind": "fee",
    "amount": {"online": {"formula": {"min": [{"multiply": [{"field": "rooms"}, 2_000_000]}, 12_000_000]}}, "counter": {"base": 1_000_000, "each": 50_000, "of": "copies", "cap": 1_200_000}, "post": 10_000},
    "exempt": [{"when": {"field": "purpose", "is": "loan"}, "name": text("Vay vốn"), "proof": "request", "share": 50}],
}  # fmt: skip


def with_rooms(**changes: Any) -> dict[str, Any]:
    sections = definition()["form"]["sections"]
    sections[0]["fields"].append(ROOMS)
    return {"form": {"sections": sections}, **changes}


@pytest.fixture
def draft(tenant: Tenant, office: Office, en: User) -> VersionDraft:
    offered(office, CODE, **with_rooms(fees=[KARAOKE]))
    return drafting.begin(CODE, en)


def at(name: str, *more: str) -> str:
    return reverse(name, args=[CODE, *more])


def kept(draft: VersionDraft, address: str) -> Any:
    draft.refresh_from_db()
    return parts.find(draft.definition, address)


def sent(draft: VersionDraft, address: str = "", **changes: str) -> dict[str, str]:
    """A plain new fee as the page sends it."""
    told = {
        "fee-name_vi": "Lệ phí cấp bản sao", "fee-name_en": "", "fee-kind": "charge", "fee-when_due": "submission", "fee-combine": "first",
        "fee-when": "", "fee-law_number": "", "fee-rates-0-was": "", "fee-rates-0-since": "", "fee-rates-0-amounts-0-was": "",
        "fee-rates-0-amounts-0-channel": "", "fee-rates-0-amounts-0-base": "8.000",
        "-seen": parts.fingerprint(parts.find(draft.definition, address)) if address else "",
    }  # fmt: skip
    return told | changes


def test_a_fixed_fee_is_added_in_dong(draft: VersionDraft, door: Door, en: User) -> None:
    page = door(en).post(at("manage_draft_fees_add"), sent(draft), follow=True).content.decode()
    assert "Đã lưu “Lệ phí cấp bản sao”" in page
    made = kept(draft, "fees.le_phi_cap_ban_sao")
    assert made == {
        "key": "le_phi_cap_ban_sao", "name": {"vi": "Lệ phí cấp bản sao"}, "kind": "charge", "amount": 8000,
    }  # fmt: skip


def test_rates_from_days_on_and_amounts_by_channel(draft: VersionDraft, door: Door, en: User) -> None:
    told = sent(
        draft,
        **{
            "fee-rates-0-amounts-1-was": "", "fee-rates-0-amounts-1-channel": "online", "fee-rates-0-amounts-1-base": "4000",
            "fee-rates-1-was": "", "fee-rates-1-since": "2027-01-01", "fee-rates-1-law_number": "1/2026/NQ-HĐND",
            "fee-rates-1-amounts-0-was": "", "fee-rates-1-amounts-0-channel": "", "fee-rates-1-amounts-0-of": "rooms",
            "fee-rates-1-amounts-0-bands-0-was": "", "fee-rates-1-amounts-0-bands-0-to": "5", "fee-rates-1-amounts-0-bands-0-base": "4.000.000",
            "fee-rates-1-amounts-0-bands-1-was": "", "fee-rates-1-amounts-0-bands-1-base": "6.000.000",
        },
    )  # fmt: skip
    door(en).post(at("manage_draft_fees_add"), told)
    made = kept(draft, "fees.le_phi_cap_ban_sao")
    assert made["amount"] == {"online": 4000, "counter": 8000, "post": 8000}
    assert made["rates"] == [
        {"from": "2027-01-01", "amount": {"of": "rooms", "bands": [{"to": 5, "base": 4_000_000}, {"base": 6_000_000}]},
         "law": {"number": "1/2026/NQ-HĐND"}}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("box", "value", "sentence"),
    [
        ("fee-rates-0-amounts-0-base", "-5", "Không được là số âm"),
        ("fee-rates-0-amounts-0-base", "1.5", "Phải là số nguyên"),
        ("fee-rates-0-amounts-0-base", "9" * 40, "Phải là số nguyên"),
        ("fee-rates-0-amounts-0-formula", "rooms * ", "Cột"),
        ("fee-rates-0-amounts-0-formula", "rooms / 0", "Cột"),
        ("fee-when", 'nowhere = "x"', "nowhere"),
        ("fee-when", "purpose ===", "Cột 11"),
        ("fee-name_vi", "", "Hãy nhập nội dung tiếng Việt"),
        ("fee-name_vi", "dài" * 10_000, "chỉ được tối đa"),
        ("fee-kind", "bribe", "Lỗi:"),
    ],
)
def test_what_is_wrong_is_told_in_place_and_everything_typed_stays(
    draft: VersionDraft, door: Door, en: User, box: str, value: str, sentence: str
) -> None:
    before = kept(draft, "fees")
    page = door(en).post(at("manage_draft_fees_add"), sent(draft, **{"fee-rates-0-law_number": "12/QĐ", box: value}))
    body = page.content.decode()
    assert "<title>Lỗi:" in body and sentence in body
    assert 'value="12/QĐ"' in body
    if box != "fee-kind":
        assert value in body.replace("&quot;", '"')
    assert kept(draft, "fees") == before


def test_two_rates_of_one_day_are_refused(draft: VersionDraft, door: Door, en: User) -> None:
    rate = {"since": "2027-01-01", "amounts-0-was": "", "amounts-0-base": "1000", "was": ""}
    more = {f"fee-rates-{n}-{name}": value for n in (1, 2) for name, value in rate.items()}
    body = door(en).post(at("manage_draft_fees_add"), sent(draft, **more)).content.decode()
    assert "Đã có một mức thu khác bắt đầu từ ngày này." in body
    assert "fees.le_phi" not in str(kept(draft, "fees"))
    apart = {**more, "fee-rates-2-since": "2028-01-01"}
    assert door(en).post(at("manage_draft_fees_add"), sent(draft, **apart)).status_code == 302


def test_saving_without_a_change_changes_nothing(draft: VersionDraft, door: Door, en: User) -> None:
    """What the page does not touch stays as it was written: channels, formula, exemptions with their proof."""
    browser = door(en)
    page = browser.get(at("manage_draft_fees_edit", "phi")).content.decode()
    assert "min(rooms * 2000000, 12000000)" in page
    assert browser.post(at("manage_draft_fees_edit", "phi"), boxes(page)).status_code == 302
    assert kept(draft, "fees.phi") == KARAOKE


def test_a_button_of_a_list_sends_the_page_and_loses_nothing(draft: VersionDraft, door: Door, en: User) -> None:
    told = sent(draft, **{"-row": "fee-rates:add"})
    body = door(en).post(at("manage_draft_fees_add"), told).content.decode()
    assert 'name="fee-rates-1-since"' in body and 'value="8.000"' in body and "<title>Lỗi:" not in body
    body = door(en).post(at("manage_draft_fees_add"), {**told, "-row": "fee-rates:0:remove"}).content.decode()
    assert 'value="8.000"' not in body and "Lệ phí cấp bản sao" in body


def test_the_calculator_says_how_an_amount_came_about(draft: VersionDraft, door: Door, en: User) -> None:
    asked = {
        "calc-channel": "online",
        "calc-day": "2026-11-23",
        "calc-owner_kind": "citizen",
        "rooms": "4",
        "purpose": "loan",
    }
    body = door(en).get(at("manage_draft_fees"), asked).content.decode()
    assert "4.000.000" in body and "Vay vốn" in body
    body = door(en).get(at("manage_draft_fees"), {**asked, "rooms": "9", "purpose": "other"}).content.decode()
    assert "12.000.000" in body
    assert "Họ và tên" not in body, "only what decides over the amounts is asked"


def test_the_calculator_reckons_what_is_typed_before_it_is_kept(draft: VersionDraft, door: Door, en: User) -> None:
    before = kept(draft, "fees")
    told = sent(
        draft, **{"-try": "fees", "calc-channel": "counter", "calc-day": "2026-11-23", "calc-owner_kind": "citizen"}
    )
    body = door(en).post(at("manage_draft_fees_add"), told).content.decode()
    assert "8.000" in body and "Lệ phí cấp bản sao" in body and "chưa lưu" in body
    assert kept(draft, "fees") == before


def test_a_faulty_fee_is_left_out_of_the_calculation_and_named(draft: VersionDraft, door: Door, en: User) -> None:
    drafting.add(draft, en, "fees", {"key": "sai", "name": text("Phí sai"), "kind": "fee", "amount": -1})
    body = door(en).get(at("manage_draft_fees")).content.decode()
    assert "Chưa tính Khoản thu “Phí sai”" in body
    assert "Phí thẩm định" in body
