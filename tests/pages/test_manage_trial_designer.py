"""Trials of a draft, written, run and filled in by an administrator; the checks before publication."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Office, Tenant, User
from procedures.actions import drafting
from procedures.models import VersionDraft
from procedures.schema import parts
from tests.forms import offered, text

Door = Callable[..., Client]
CODE = "1.999001"
FEE = {
    "key": "phi", "name": text("Phí xác nhận"), "kind": "fee", "amount": 20_000,
    "exempt": [{"when": {"field": "purpose", "is": "loan"}, "name": text("Vay vốn")}],
}  # fmt: skip
MONDAY = "2026-11-23T09:00"  # Tuesday is a holiday, so three working days end on Friday
LOAN = {
    "trial-name_vi": "Vay vốn, nộp thứ Hai", "trial-name_en": "", "trial-channel": "online", "trial-owner_kind": "citizen", "trial-verified": "on",
    "trial-on": MONDAY, "trial-office": "", "full_name": "Nguyễn Thị An", "purpose": "loan",
}  # fmt: skip


@pytest.fixture
def draft(tenant: Tenant, office: Office, en: User) -> VersionDraft:
    offered(office, CODE, fees=[FEE])
    return drafting.begin(CODE, en)


def at(name: str, *more: str) -> str:
    return reverse(name, args=[CODE, *more])


def kept(draft: VersionDraft, address: str) -> Any:
    draft.refresh_from_db()
    return parts.find(draft.definition, address)


def trial(number: int = 1, fee: int = 0, **given: Any) -> dict[str, Any]:
    told = {"channel": "online", "on": MONDAY, "answers": {"full_name": "An", "purpose": "loan"}, **given}
    return {
        "key": f"ca_{number}",
        "name": text(f"Ca {number}"),
        "given": told,
        "expects": {"fee": fee, "due": "2026-11-27T17:00"},
    }


def test_a_trial_is_written_with_the_questions_of_the_draft(draft: VersionDraft, door: Door, en: User) -> None:
    browser = door(en)
    page = browser.get(at("manage_draft_trials_add")).content.decode()
    assert "Họ và tên" in page and "Vay vốn" in page and "Giấy tờ kèm theo" not in page
    told = {
        **LOAN,
        "trial-asks_papers": "on",
        "trial-papers": "request",
        "trial-fee": "0",
        "trial-due": "2026-11-27T17:00",
    }
    assert "Đã lưu" in browser.post(at("manage_draft_trials_add"), told, follow=True).content.decode()
    assert kept(draft, "trials.vay_von_nop_thu_hai") == {
        "key": "vay_von_nop_thu_hai", "name": {"vi": "Vay vốn, nộp thứ Hai"},
        "given": {"channel": "online", "owner_kind": "citizen", "verified": True, "on": MONDAY,
                  "answers": {"full_name": "Nguyễn Thị An", "purpose": "loan"}},
        "expects": {"papers": ["request"], "fee": 0, "due": "2026-11-27T17:00"},
    }  # fmt: skip


def test_trying_shows_expected_and_found_beside_each_other_and_keeps_nothing(
    draft: VersionDraft, door: Door, en: User
) -> None:
    told = {**LOAN, "trial-fee": "20000", "-try": "1"}
    page = door(en).post(at("manage_draft_trials_add"), told).content.decode()
    assert "Không đạt" in page and "20.000" in page and "17:00 thứ Sáu 27/11/2026" in page
    assert kept(draft, "trials") is None
    page = door(en).post(at("manage_draft_trials_add"), {**told, "trial-fee": "0"}).content.decode()
    assert "Không đạt" not in page


def test_what_is_found_becomes_what_is_expected_when_asked(draft: VersionDraft, door: Door, en: User) -> None:
    page = door(en).post(at("manage_draft_trials_add"), {**LOAN, "-take": "1"}).content.decode()
    assert 'value="2026-11-27T17:00"' in page and "Đã điền kết quả hiện tại" in page
    assert kept(draft, "trials") is None


def test_wrong_answers_and_names_are_told_in_place(draft: VersionDraft, door: Door, en: User) -> None:
    told = {**LOAN, "trial-name_vi": "", "purpose": "holiday", "trial-fee": "-3"}
    page = door(en).post(at("manage_draft_trials_add"), told).content.decode()
    assert "<title>Lỗi:" in page and "Hãy nhập nội dung tiếng Việt" in page
    assert "không có trong danh sách" in page and "Không được là số âm" in page
    assert kept(draft, "trials") is None


def test_all_trials_run_on_one_page(draft: VersionDraft, door: Door, en: User) -> None:
    for number, fee in ((1, 0), (2, 20_000)):
        drafting.add(draft, en, "trials", trial(number, fee))
    page = door(en).get(at("manage_draft_trials"), {"chay": "1"}).content.decode()
    assert "Đạt 1, không đạt 1." in page and "tìm thấy 0" in page
    assert "Đạt 1" not in door(en).get(at("manage_draft_trials")).content.decode()


def test_running_forty_trials_costs_the_queries_of_two(draft: VersionDraft, door: Door, en: User) -> None:
    browser, counts = door(en), []
    browser.get(at("manage_draft_trials"), {"chay": "1"})
    for numbers in (range(2), range(2, 40)):
        for number in numbers:
            drafting.add(draft, en, "trials", trial(number))
        browser.get(at("manage_draft_trials"), {"chay": "1"})
        with CaptureQueriesContext(connection) as seen:
            page = browser.get(at("manage_draft_trials"), {"chay": "1"}).content.decode()
        counts.append(len(seen))
    assert "Đạt 40" in page
    assert counts[0] == counts[1]


def test_checks_say_what_stops_publication_first_with_links_to_the_place(
    draft: VersionDraft, door: Door, en: User
) -> None:
    drafting.add(draft, en, "papers", {"key": "odd", "name": text("Giấy lạ"), "when": {"field": "nowhere", "is": "x"}})
    drafting.add(draft, en, "trials", trial(1, 5))
    drafting.change(draft, en, "legal_basis", [], parts.fingerprint(kept(draft, "legal_basis")))
    page = door(en).get(at("manage_draft_checks")).content.decode()
    assert page.index("Chặn công bố") < page.index("Ca thử không đạt")
    assert f'href="{at("manage_draft_papers_edit", "odd")}"' in page and "nowhere" in page
    assert f'href="{at("manage_draft_trials_edit", "ca_1")}"' in page
    assert "căn cứ pháp lý" in page.lower()


def test_nothing_wrong_says_so(draft: VersionDraft, door: Door, en: User) -> None:
    """The control."""
    page = door(en).get(at("manage_draft_checks")).content.decode()
    assert "Chặn công bố" not in page and ("Không có gì chặn công bố" in page or "Không thấy chỗ nào sai" in page)


def test_rows_of_a_table_are_added_copied_and_taken_out_on_the_page(draft: VersionDraft, door: Door, en: User) -> None:
    table = {
        "key": "members",
        "label": text("Thành viên"),
        "type": "group",
        "fields": [{"key": "who", "label": text("Tên"), "type": "text"}],
    }
    drafting.add(draft, en, "form.sections.owner.fields", table)
    browser, address = door(en), at("manage_draft_trials_add")
    told = {**LOAN, "members-0-who": "Ba"}
    assert 'name="members-1-who"' in browser.post(address, {**told, "add": "members"}).content.decode()
    page = browser.post(address, {**told, "copy": "members-0"}).content.decode()
    assert page.count('value="Ba"') == 2 and "<title>Lỗi:" not in page
    assert 'value="Ba"' not in browser.post(address, {**told, "remove": "members-0"}).content.decode()
    browser.post(address, {**told, "members-1-who": "Mẹ"})
    answers = kept(draft, "trials.vay_von_nop_thu_hai.given.answers")
    assert answers["members"] == [{"who": "Ba"}, {"who": "Mẹ"}]
