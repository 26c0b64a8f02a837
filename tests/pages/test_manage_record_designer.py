"""The record of a draft, written by an administrator: texts, papers, cases, time, route and result."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry, Membership, Office, Tenant, User
from portal.roles import Role
from procedures.actions import drafting
from procedures.models import VersionDraft
from procedures.schema import parts
from tests.forms import offered, text
from tests.pages.boxes import all_boxes, boxes

Door = Callable[..., Client]
CODE = "1.999001"
PAGES = (
    "manage_draft_record", "manage_draft_papers", "manage_draft_time", "manage_draft_route", "manage_draft_result", "manage_draft_checks",
)  # fmt: skip


@pytest.fixture
def draft(tenant: Tenant, office: Office, en: User) -> VersionDraft:
    offered(office, CODE)
    return drafting.begin(CODE, en)


def at(name: str, *more: str) -> str:
    return reverse(name, args=[CODE, *more])


def kept(draft: VersionDraft, address: str = "") -> Any:
    """What the draft says now at an address."""
    draft.refresh_from_db()
    return parts.find(draft.definition, address)


def seen(draft: VersionDraft, address: str) -> str:
    return parts.fingerprint(kept(draft, address))


@pytest.mark.parametrize("name", PAGES)
def test_the_parts_of_a_draft_are_read_by_auditors_and_written_by_administrators_alone(
    draft: VersionDraft, door: Door, cast: Any, name: str
) -> None:
    auditor, clerk = cast.people["khoa"], cast.people["binh"]
    page = door(auditor).get(at(name))
    assert page.status_code == 200 and page.content.decode().count("<h1") == 1
    assert "Lưu</button>" not in page.content.decode()
    assert door(clerk).get(at(name)).status_code in (403, 404)
    assert door(cast.people["en"]).get(at(name)).status_code == 200


EDITS = (
    "manage_draft_record_edit chung", "manage_draft_record_edit noi-dung", "manage_draft_record_edit trinh-tu", "manage_draft_record_edit can-cu",
    "manage_draft_papers_add", "manage_draft_papers_edit request", "manage_draft_cases_add", "manage_draft_cases_edit default",
    "manage_draft_time_edit", "manage_draft_route_add", "manage_draft_route_edit sign", "manage_draft_result_edit", "manage_draft_fees_add",
    "manage_draft_fee_note", "manage_draft_trials_add",
)  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_every_form_opens_and_an_auditor_does_not_get_in(draft: VersionDraft, door: Door, cast: Any, name: str) -> None:
    page = door(cast.people["en"]).get(at(*name.split()))
    assert page.status_code == 200 and "Lưu</button>" in page.content.decode()
    assert door(cast.people["khoa"]).post(at(*name.split())).status_code in (403, 404)


@pytest.mark.parametrize("name", EDITS)
def test_an_empty_page_sent_is_answered_with_sentences(draft: VersionDraft, door: Door, en: User, name: str) -> None:
    before = kept(draft)
    page = door(en).post(at(*name.split()), {"-row": "x:9:up"})
    assert page.status_code == 200 and page.content.decode().count("<h1") == 1
    page = door(en).post(at(*name.split()), {})
    assert page.status_code in (200, 302)
    if page.status_code == 200:
        assert kept(draft) == before


def test_a_group_of_texts_is_kept_and_noted(draft: VersionDraft, door: Door, en: User) -> None:
    browser = door(en)
    page = browser.get(at("manage_draft_record_edit", "noi-dung")).content.decode()
    told = {**boxes(page), "conditions_vi": "Đủ 18 tuổi\r\ntrở lên", "cooperating_vi": "Công an phường"}
    assert "Đã lưu." in browser.post(at("manage_draft_record_edit", "noi-dung"), told, follow=True).content.decode()
    assert kept(draft, "conditions") == {"vi": "Đủ 18 tuổi\ntrở lên", "en": "Không có"}
    assert kept(draft, "agencies.cooperating") == {"vi": "Công an phường"}
    noted = AuditEntry.objects.filter(action="draft.change").values_list("facts__address", flat=True)
    assert set(noted) == {"conditions", "agencies"}


@pytest.mark.parametrize("name", EDITS)
def test_saving_what_is_shown_changes_nothing(draft: VersionDraft, door: Door, en: User, name: str) -> None:
    if "_add" in name:
        pytest.skip("a new row has nothing to show")
    browser, before = door(en), kept(draft)
    page = browser.get(at(*name.split())).content.decode()
    assert browser.post(at(*name.split()), all_boxes(page)).status_code == 302
    assert kept(draft) == before


def test_steps_are_added_moved_and_taken_out_without_scripts(draft: VersionDraft, door: Door, en: User) -> None:
    browser, address = door(en), at("manage_draft_record_edit", "trinh-tu")
    told = {**boxes(browser.get(address).content.decode()), "-row": "steps:1:up"}
    told = {**boxes(browser.post(address, told).content.decode()), "-row": "steps:add"}
    told = {**boxes(browser.post(address, told).content.decode()), "steps-2-text_vi": "Đến nơi nhận"}
    assert kept(draft, "steps.0.vi") == "Nộp hồ sơ"
    browser.post(address, told)
    assert [step["vi"] for step in kept(draft, "steps")] == ["Nhận kết quả", "Nộp hồ sơ", "Đến nơi nhận"]


def test_hostile_and_huge_texts_are_kept_inert_or_refused(draft: VersionDraft, door: Door, en: User) -> None:
    browser, address = door(en), at("manage_draft_papers_edit", "request")
    told = boxes(browser.get(address).content.decode())
    browser.post(address, {**told, "name_vi": "<script>alert(1)</script>{{ 7*7 }}"})
    page = browser.get(at("manage_draft_papers")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page and "<script>alert" not in page
    told = {**boxes(browser.get(address).content.decode()), "name_vi": "x" * 25_000}
    page = browser.post(address, told).content.decode()
    assert "Dài 25.000 ký tự; chỉ được tối đa 20.000" in page and "x" * 25_000 in page


def test_a_sector_nobody_has_yet_gets_a_key(draft: VersionDraft, door: Door, en: User) -> None:
    browser, address = door(en), at("manage_draft_record_edit", "chung")
    told = all_boxes(browser.get(address).content.decode())
    page = browser.post(address, {**told, "sector": "+"}).content.decode()
    assert "Hãy nhập tên lĩnh vực." in page
    browser.post(address, {**told, "sector": "+", "sector_name_vi": "Đường sông"})
    assert kept(draft, "sector") == {"key": "duong_song", "name": {"vi": "Đường sông"}}


# Papers and cases


def test_a_paper_is_added_with_a_condition_in_one_line_and_said_in_a_sentence(
    draft: VersionDraft, door: Door, en: User
) -> None:
    told = {"name_vi": "Hợp đồng vay", "originals": "0", "copies": "2", "mandatory": "on", "when": 'purpose = "loan"'}
    page = door(en).post(at("manage_draft_papers_add"), told, follow=True).content.decode()
    assert "“Mục đích” là “Vay vốn”" in page
    assert kept(draft, "papers.hop_dong_vay") == {
        "key": "hop_dong_vay", "name": {"vi": "Hợp đồng vay"}, "copies": 2, "when": {"field": "purpose", "is": "loan"},
    }  # fmt: skip


def test_a_paper_that_something_uses_is_not_taken_out_and_it_is_said_what(
    draft: VersionDraft, door: Door, en: User
) -> None:
    case = {
        "key": "own",
        "name": text("Trường hợp riêng"),
        "papers": ["request"],
        "when": {"field": "purpose", "is": "loan"},
    }
    drafting.add(draft, en, "cases", case)
    drafting.move(draft, en, "cases.own", "default")
    print_of = seen(draft, "papers.request")
    sent = {"deed": "remove:request", "seen-request": print_of}
    page = door(en).post(at("manage_draft_papers_arrange"), sent).content.decode()
    assert "Chưa bỏ được “Tờ khai”" in page and "Trường hợp “Trường hợp riêng”" in page
    assert at("manage_draft_cases_edit", "own") in page
    assert kept(draft, "papers.request") is not None
    drafting.remove(draft, en, "cases.own", seen(draft, "cases.own"))
    assert "Đã bỏ" in door(en).post(at("manage_draft_papers_arrange"), sent, follow=True).content.decode()
    assert kept(draft, "papers") == []


def test_rows_are_put_in_order(draft: VersionDraft, door: Door, en: User) -> None:
    for key in ("a", "b"):
        drafting.add(draft, en, "papers", {"key": key, "name": text(key)})
    for deed, order in (
        ("up:b", "request b a"),
        ("down:request", "b request a"),
        ("down:a", "b request a"),
        ("up:nobody", "b request a"),
    ):
        door(en).post(at("manage_draft_papers_arrange"), {"deed": deed})
        assert " ".join(one["key"] for one in kept(draft, "papers")) == order, deed


def test_a_case_takes_papers_and_a_time_of_its_own(draft: VersionDraft, door: Door, en: User) -> None:
    told = {
        "name_vi": "Vay gấp", "when": 'purpose = "loan"', "own_papers": "on", "papers": "request", "online_amount": "1", "online_unit": "working_day",
        "clock-0-was": "", "clock-0-cutoff": "15:00",
    }  # fmt: skip
    page = door(en).post(at("manage_draft_cases_add"), told).content.decode()
    assert "không có điều kiện nên các trường hợp sau" not in page
    made = kept(draft, "cases.vay_gap")
    assert made["papers"] == ["request"] and made["time"] == {"online": {"amount": 1, "unit": "working_day"}}
    assert made["clock"] == {"cutoff": "15:00"}


# Two administrators


def test_two_who_write_the_same_text_see_both_and_lose_nothing(draft: VersionDraft, door: Door, en: User) -> None:
    browser, address = door(en), at("manage_draft_record_edit", "noi-dung")
    told = {
        **boxes(browser.get(address).content.decode()),
        "summary_vi": "Bản của tôi",
        "conditions_vi": "Điều kiện của tôi",
    }
    drafting.change(draft, en, "summary", text("Bản của người kia"), seen(draft, "summary"))
    page = browser.post(address, told).content.decode()
    assert "<title>Lỗi:" in page and "Bản của người kia" in page and "Bản của tôi" in page
    assert "Điều kiện của tôi" in page
    assert kept(draft, "summary.vi") == "Bản của người kia" and kept(draft, "conditions.vi") == "Không có"
    browser.post(address, boxes(page))
    assert kept(draft, "summary.vi") == "Bản của tôi" and kept(draft, "conditions.vi") == "Điều kiện của tôi"


def test_two_who_write_different_texts_do_not_hinder_each_other(draft: VersionDraft, door: Door, en: User) -> None:
    """The control: only the same part crosses."""
    browser, address = door(en), at("manage_draft_record_edit", "noi-dung")
    told = {**boxes(browser.get(address).content.decode()), "conditions_vi": "Điều kiện của tôi"}
    drafting.change(draft, en, "summary", text("Bản của người kia"), seen(draft, "summary"))
    assert browser.post(address, told).status_code == 302
    assert kept(draft, "summary.vi") == "Bản của người kia" and kept(draft, "conditions.vi") == "Điều kiện của tôi"


def test_two_who_write_the_same_paper_choose_between_both_texts(draft: VersionDraft, door: Door, en: User) -> None:
    browser, address = door(en), at("manage_draft_papers_edit", "request")
    told = {**boxes(browser.get(address).content.decode()), "name_vi": "Tờ khai của tôi"}
    other = {**kept(draft, "papers.request"), "name": text("Tờ khai của người kia")}
    drafting.change(draft, en, "papers.request", other, seen(draft, "papers.request"))
    page = browser.post(address, told).content.decode()
    assert "Hai người cùng sửa một chỗ" in page and "Tờ khai của tôi" in page and "Tờ khai của người kia" in page
    assert kept(draft, "papers.request.name.vi") == "Tờ khai của người kia"


# Time, route, result


def test_the_real_clock_answers_beside_the_form(draft: VersionDraft, door: Door, en: User, office: Office) -> None:
    asked = {"at": "2026-11-23T09:00", "office": office.code, "channel": "online", "case": ""}
    page = door(en).get(at("manage_draft_time"), asked).content.decode()
    assert "17:00 thứ Sáu 27/11/2026" in page and "Tiếp nhận lúc" in page
    told = {
        **boxes(door(en).get(at("manage_draft_time_edit")).content.decode()),
        **asked,
        "online_amount": "1",
        "-try": "due",
    }
    page = door(en).post(at("manage_draft_time_edit"), told).content.decode()
    assert "17:00 thứ Tư 25/11/2026" in page
    assert kept(draft, "time.online.amount") == 3


def test_clock_terms_of_the_procedure_and_of_one_channel(draft: VersionDraft, door: Door, en: User) -> None:
    browser = door(en)
    told = {
        **all_boxes(browser.get(at("manage_draft_time_edit")).content.decode()), "supplement_mode": "restart", "cutoff": "15:00",
        "clocks-0-was": "", "clocks-0-channel": "counter", "clocks-0-max_supplements": "2",
    }  # fmt: skip
    assert browser.post(at("manage_draft_time_edit"), told).status_code == 302
    assert kept(draft, "clock.supplement_mode") == "restart" and kept(draft, "clock.cutoff") == "15:00"
    assert kept(draft, "clocks") == {"counter": {"max_supplements": 2}}


@pytest.mark.parametrize(
    ("box", "value", "sentence"),
    [("online_amount", "-1", "Không được là số âm"), ("online_amount", "", "Hãy nhập số lượng"), ("cutoff", "25:99", "Giờ viết dạng 15:00"),
     ("max_supplements", "99", "Phải là số nguyên từ 0 đến 20")],
)  # fmt: skip
def test_wrong_times_are_told_in_place(
    draft: VersionDraft, door: Door, en: User, box: str, value: str, sentence: str
) -> None:
    told = all_boxes(door(en).get(at("manage_draft_time_edit")).content.decode())
    page = door(en).post(at("manage_draft_time_edit"), {**told, box: value}).content.decode()
    assert "<title>Lỗi:" in page and sentence in page


def test_the_route_is_a_picture_that_says_where_nobody_is(
    draft: VersionDraft, door: Door, en: User, office: Office
) -> None:
    page = door(en).get(at("manage_draft_route")).content.decode()
    assert "<svg" in page and "Thẩm định" in page and "1 người" in page
    assert "cộng lại 24 giờ" in page and "Các bước nằm trong thời hạn" in page
    assert "Không có ai" not in page
    Membership.objects.filter(role=Role.HEAD).delete()
    page = door(en).get(at("manage_draft_route")).content.decode()
    assert f"Không có ai giữ vai trò này tại {office.name}" in page
    step = {"key": "more", "name": text("Thêm"), "role": "officer", "hours": 16}
    drafting.add(draft, en, "route", step)
    assert "dài hơn thời hạn 16 giờ" in door(en).get(at("manage_draft_route")).content.decode()


def test_the_result_is_written_and_seen_as_paper(draft: VersionDraft, door: Door, en: User) -> None:
    browser = door(en)
    told = {
        **boxes(browser.get(at("manage_draft_result_edit")).content.decode()), "lines-1-was": "", "lines-1-label_vi": "Mục đích",
        "lines-1-value": "purpose", "validity_months": "6", "results-1-was": "", "results-1-name_vi": "Bản sao",
    }  # fmt: skip
    assert browser.post(at("manage_draft_result_edit"), told).status_code == 302
    assert kept(draft, "result_template.lines.1") == {"label": {"vi": "Mục đích"}, "value": "purpose"}
    assert [one["key"] for one in kept(draft, "results")] == ["certificate", "ban_sao"]
    paper = browser.get(at("manage_draft_result_sample"))
    assert paper.headers["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["papers", "cases", "route", "fees"])
def test_a_list_costs_the_same_for_two_and_for_forty(draft: VersionDraft, door: Door, en: User, name: str) -> None:
    browser, counts = door(en), []
    page_of = f"manage_draft_{'papers' if name == 'cases' else name}"
    more: dict[str, dict[str, Any]] = {
        "route": {"role": "officer", "hours": 1},
        "fees": {"kind": "fee", "amount": 1},
        "cases": {"when": {"field": "purpose", "is": "loan"}},
    }
    browser.get(at(page_of))
    for numbers in (range(2), range(2, 40)):
        for n in numbers:
            drafting.add(draft, en, name, {"key": f"x{n}", "name": text(f"Mục {n}"), **more.get(name, {})})
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(at(page_of)).content.decode()
        counts.append(len(asked))
    assert "Mục 39" in page
    assert counts[0] == counts[1]


def test_a_draft_that_is_faulty_all_over_still_has_its_pages(draft: VersionDraft, door: Door, en: User) -> None:
    faulty = {**draft.definition, "papers": "x", "fees": [3, {"key": "a", "amount": []}], "route": [{"hours": "y"}], "time": 5, "clock": [],
              "steps": {"a": 1}, "result_template": 9, "cases": [None], "trials": [{"key": "t", "given": 4}], "form": {"sections": 4}}  # fmt: skip
    VersionDraft.objects.filter(pk=draft.pk).update(definition=faulty)
    for name in (*PAGES, "manage_draft_fees", "manage_draft_trials", "manage_draft_result_sample"):
        assert door(en).get(at(name)).status_code == 200, name
    for name in EDITS:
        assert door(en).get(at(*name.split())).status_code in (200, 404), name
