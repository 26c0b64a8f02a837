"""The designer of forms: sections and fields written by an administrator."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry, Office, Tenant, User
from procedures.actions import drafting, drafts
from procedures.models import Dossier, Offering
from procedures.queries import versions
from procedures.schema import parts
from tests.cast import Cast
from tests.forms import text
from tests.pages.designing import OWNER, draft, edited, field_as_typed, hidden, keys, part, url

Door = Callable[..., Client]


# The list


def test_the_list_says_each_field_its_kind_and_when_it_is_asked(browser: Client, en: User) -> None:
    field = part(f"{OWNER}.fields.proof")
    value = {**field, "when": {"field": "purpose", "is": "loan"}}
    drafting.change(draft(), en, f"{OWNER}.fields.proof", value, parts.fingerprint(field))
    page = browser.get(url("form")).content.decode()
    assert "Họ và tên" in page and "Tệp đính kèm" in page and "3 trường" in page
    assert "Chỉ hỏi khi “Mục đích” là “Vay vốn”" in page


def test_a_form_with_nothing_says_how_to_begin(tenant: Tenant, door: Door, en: User) -> None:
    drafting.begin_new("2.000001", text("Mới"), {"key": "x", "name": text("X")}, en)
    page = door(en).get(reverse("manage_draft_form", args=["2.000001"])).content.decode()
    assert "Biểu mẫu chưa có gì" in page
    page = door(en).get(reverse("manage_draft_preview", args=["2.000001"])).content.decode()
    assert "Biểu mẫu chưa có gì" in page


@pytest.mark.parametrize(
    ("press", "order"),
    [
        ({"up": f"{OWNER}.fields.purpose"}, ["purpose", "full_name", "proof"]),
        ({"down": f"{OWNER}.fields.purpose"}, ["full_name", "proof", "purpose"]),
        ({"up": f"{OWNER}.fields.full_name"}, ["full_name", "purpose", "proof"]),
        ({"down": f"{OWNER}.fields.proof"}, ["full_name", "purpose", "proof"]),
        ({"move": f"{OWNER}.fields.proof", "into": "owner", "before": "full_name"}, ["proof", "full_name", "purpose"]),
        ({"move": f"{OWNER}.fields.full_name", "into": "owner", "before": ""}, ["purpose", "proof", "full_name"]),
        ({"copy": f"{OWNER}.fields.purpose"}, ["full_name", "purpose", "purpose_2", "proof"]),
        ({"remove": f"{OWNER}.fields.purpose"}, ["full_name", "proof"]),
    ],
)
def test_a_press_puts_fields_in_another_order(browser: Client, press: dict[str, str], order: list[str]) -> None:
    answer = browser.post(url("arrange"), press)
    assert answer.status_code == 302
    assert keys() == order
    assert versions.problems_of(draft()) == []


def test_a_field_goes_to_another_section_by_button_and_by_script(browser: Client) -> None:
    browser.post(url("section_add"), {"title": "Giấy tờ", "block": ""})
    browser.post(url("arrange"), {"down": f"{OWNER}.fields.proof"})
    assert keys() == ["full_name", "purpose"] and keys("giay_to") == ["proof"]
    told = {"move": "form.sections.giay_to.fields.proof", "into": "owner", "before": "purpose"}
    answer = browser.post(url("arrange"), told, headers={"X-Requested-With": "fetch"})
    assert answer.json() == {"at": f"{OWNER}.fields.proof"}
    assert keys() == ["full_name", "proof", "purpose"] and keys("giay_to") == []
    browser.post(url("arrange"), {"up": "form.sections.giay_to"})
    assert [one["key"] for one in part("form.sections")] == ["giay_to", "owner"]


@pytest.mark.parametrize(
    "address", ["form.sections.owner.fields.nobody", "name", "papers.request", "", "x.y", "form.sections"]
)
def test_what_is_not_there_is_not_moved(browser: Client, address: str) -> None:
    before = draft().definition
    for deed in ("up", "down", "move", "copy", "remove"):
        page = browser.post(url("arrange"), {deed: address}).content.decode()
        assert "không còn trong bản soạn" in page
        answer = browser.post(url("arrange"), {deed: address}, headers={"X-Requested-With": "fetch"})
        assert answer.status_code == 409
    assert draft().definition == before


def test_a_field_that_others_need_stays_and_they_are_named(browser: Client, en: User) -> None:
    field = part(f"{OWNER}.fields.proof")
    value = {**field, "when": {"field": "purpose", "is": "loan"}}
    drafting.change(draft(), en, f"{OWNER}.fields.proof", value, parts.fingerprint(field))
    page = browser.post(url("arrange"), {"remove": f"{OWNER}.fields.purpose"}).content.decode()
    assert "<title>Lỗi:" in page and "còn cần đến" in page
    assert url("field", "owner", "proof") in page
    assert "purpose" in keys()
    browser.post(url("arrange"), {"remove": f"{OWNER}.fields.full_name"})
    assert "full_name" in keys(), "the result on paper names it"


def test_a_copied_section_asks_its_own_fields(browser: Client) -> None:
    browser.post(url("section_add"), {"title": "", "block": "representative"})
    browser.post(url("arrange"), {"copy": "form.sections.representative"})
    copied = part("form.sections.representative_2")
    assert copied["fields"][0]["key"] == "has_representative_2"
    assert copied["fields"][1]["when"] == {"field": "has_representative_2", "is": True}
    assert versions.problems_of(draft()) == []


@pytest.mark.parametrize("block", ["owner", "address", "representative", "document", "declaration"])
def test_every_block_fits_into_every_form(browser: Client, block: str) -> None:
    for _time in range(2):
        browser.post(url("section_add"), {"title": "", "block": block})
    assert versions.problems_of(draft()) == []
    assert len(part("form.sections")) == 3


def test_the_list_and_a_field_cost_the_same_for_few_and_for_many(browser: Client, en: User) -> None:
    counts = []
    for number in (0, 40):
        many = [{"key": f"f{n}", "label": text(f"Trường {n}"), "type": "text"} for n in range(number)]
        fields = [*part(f"{OWNER}.fields")[:3], *many]
        drafting.change(draft(), en, f"{OWNER}.fields", fields, parts.fingerprint(part(f"{OWNER}.fields")))
        for address in (url("form"), url("field", "owner", "purpose"), url("condition", f"{OWNER}.fields.purpose")):
            browser.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:]


# Sections and fields


def test_a_section_is_added_and_named(browser: Client) -> None:
    page = browser.post(url("section_add"), {"title": "", "block": ""}).content.decode()
    assert "<title>Lỗi:" in page and "Hãy đặt tên cho phần" in page
    browser.post(url("section_add"), {"title": "Nơi ở hiện nay", "block": ""})
    page = edited(
        browser,
        url("section", "noi_o_hien_nay"),
        title_vi="Nơi đang ở",
        title_en="Where you live",
        help_vi="Ghi đúng thực tế.",
    )
    assert "Đã lưu." in page
    assert part("form.sections.noi_o_hien_nay.title") == {"vi": "Nơi đang ở", "en": "Where you live"}


def test_a_field_gets_its_key_from_its_label(browser: Client) -> None:
    for key in ("ngay_cap", "ngay_cap_2"):
        page = browser.post(
            url("field_add", "owner"), {"label": "Ngày cấp", "kind": "date"}, follow=True
        ).content.decode()
        assert "Cần biết đến đâu" in page and keys()[-1] == key
    page = browser.post(url("field_add", "owner"), {"label": "", "kind": "date"}).content.decode()
    assert "<title>Lỗi:" in page


def test_only_what_applies_to_a_type_is_asked(browser: Client) -> None:
    page = browser.get(url("field", "owner", "full_name")).content.decode()
    assert "Số ký tự tối đa" in page and "Các câu trả lời" not in page and "Mỗi tệp" not in page
    page = browser.get(url("field", "owner", "proof")).content.decode()
    assert "Mỗi tệp tối đa" in page and "Tờ khai" in page and "Số ký tự tối đa" not in page


def test_choices_are_added_moved_and_taken_out_without_scripts(browser: Client) -> None:
    address, typed = url("field", "owner", "purpose"), field_as_typed()
    page = browser.post(address, {**typed, "label_vi": "Để làm gì", "row": "choices:add"}).content.decode()
    assert "Để làm gì" in page and "choices-2-label_vi" in page and "<title>Lỗi:" not in page
    typed |= {"choices-2-was": "", "choices-2-label_vi": "Đi học", "choices-2-own_words": "on"}
    page = edited(browser, address, **typed)
    assert "Đã lưu." in page
    assert part(f"{OWNER}.fields.purpose.choices")[2] == {
        "value": "di_hoc",
        "label": {"vi": "Đi học"},
        "own_words": True,
    }
    page = browser.post(address, {**field_as_typed(), "row": "choices:0:remove"}).content.decode()
    assert "Vay vốn" not in page and "Việc khác" in page
    assert part(f"{OWNER}.fields.purpose.choices")[0]["value"] == "loan"


def test_another_type_asks_for_other_things_and_drops_what_it_does_not_know(browser: Client) -> None:
    browser.post(url("field_add", "owner"), {"label": "Số con", "kind": "text"})
    address = url("field", "owner", "so_con")
    page = browser.post(address, {"kind": "number", "label_vi": "Số con", "retype": "yes"}).content.decode()
    assert "Nhỏ nhất" in page and "Số ký tự tối đa" not in page
    edited(browser, address, kind="number", label_vi="Số con", min="0", max="20")
    assert part(f"{OWNER}.fields.so_con") == {
        "key": "so_con",
        "label": {"vi": "Số con"},
        "type": "number",
        "min": 0,
        "max": 20,
    }
    edited(browser, address, kind="date", label_vi="Số con", precision="year", max="hôm nay", min="1/1/1900")
    assert part(f"{OWNER}.fields.so_con")["max"] == "today" and part(f"{OWNER}.fields.so_con")["min"] == "1900-01-01"


def test_a_table_has_columns_of_its_own(browser: Client) -> None:
    browser.post(url("field_add", "owner"), {"label": "Thành viên", "kind": "group"})
    added = browser.post(url("column_add", "owner", "thanh_vien"), {"label": "Họ tên", "kind": "text"}, follow=True)
    assert "Họ tên" in added.content.decode()
    browser.post(url("column_add", "owner", "thanh_vien"), {"label": "Ngày sinh", "kind": "date"})
    column = "form.sections.owner.fields.thanh_vien.fields"
    edited(
        browser,
        url("column", "owner", "thanh_vien", "ho_ten"),
        kind="text",
        label_vi="Họ và tên",
        required="on",
        max_length="100",
    )
    answer = browser.post(url("arrange"), {"up": f"{column}.ngay_sinh"})
    assert answer.headers["Location"] == url("field", "owner", "thanh_vien")
    assert [one["key"] for one in part(column)] == ["ngay_sinh", "ho_ten"]
    assert part(f"{column}.ho_ten")["required"] is True
    page = browser.post(url("column_add", "owner", "thanh_vien"), {"label": "Ảnh", "kind": "file"}).content.decode()
    assert "<title>Lỗi:" in page
    assert versions.problems_of(draft()) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label_vi": "x" * 10_000}, "chỉ được tối đa 1000 ký tự"),
        ({"label_vi": ""}, "Hãy nhập nội dung tiếng Việt."),
        ({"key": "Không Được"}, "Mã gồm chữ thường không dấu"),
        ({"key": "full_name"}, "đã được dùng"),
        ({"kind": "number", "min": "abc"}, "Phải là số nguyên"),
        ({"kind": "number", "min": "5", "max": "1"}, "Giới hạn dưới lớn hơn giới hạn trên"),
        ({"kind": "date", "max": "31/2/2026"}, "Hãy nhập “hôm nay” hoặc một ngày"),
    ],
)
def test_wrong_input_is_told_in_place_and_what_was_typed_stays(
    browser: Client, typed: dict[str, str], sentence: str
) -> None:
    browser.post(url("field_add", "owner"), {"label": "Ghi chú", "kind": "text"})
    before = part(f"{OWNER}.fields.ghi_chu")
    page = edited(
        browser,
        url("field", "owner", "ghi_chu"),
        **{"kind": "text", "label_vi": "Ghi chú khác", "help_vi": "Giữ lại câu này", **typed},
    )
    assert "<title>Lỗi:" in page and sentence in page and "Giữ lại câu này" in page
    assert part(f"{OWNER}.fields.ghi_chu") == before


def test_hostile_words_are_kept_and_shown_inert(browser: Client) -> None:
    evil = "<script>alert(1)</script>\u202e{{ 7*7 }}"
    browser.post(url("field_add", "owner"), {"label": evil, "kind": "text"})
    address = url("field", "owner", keys()[-1])
    edited(browser, address, kind="text", label_vi=evil, help_vi=evil)
    for page in (url("form"), address, url("preview"), url("try", "owner"), url("condition", f"{OWNER}.fields.proof")):
        shown = browser.get(page).content.decode()
        assert "<script>alert" not in shown
        assert "{{ 7*7 }}" in shown or page == url("preview")


def test_another_type_of_a_field_that_open_dossiers_answered_is_asked_twice(
    browser: Client, an: User, office: Office
) -> None:
    drafts.start(Offering.objects.get(), an)
    assert Dossier.objects.count() == 1
    address, typed = (
        url("field", "owner", "full_name"),
        {"kind": "long_text", "label_vi": "Họ và tên", "required": "on"},
    )
    page = edited(browser, address, **typed)
    assert "<title>Lỗi:" in page and "1 hồ sơ đang xử lý đã trả lời trường này" in page
    assert part(f"{OWNER}.fields.full_name.type") == "text"
    edited(browser, address, **typed, confirmed="yes")
    assert part(f"{OWNER}.fields.full_name.type") == "long_text"


def test_two_people_at_one_field_both_read_what_the_other_wrote(browser: Client, en: User, cast: Cast) -> None:
    address = url("field", "owner", "full_name")
    seen = hidden(browser.get(address).content.decode(), "seen")
    theirs = {**part(f"{OWNER}.fields.full_name"), "label": {"vi": "Tên của chị Lan"}}
    drafting.change(
        draft(),
        cast.people["lan"],
        f"{OWNER}.fields.full_name",
        theirs,
        parts.fingerprint(part(f"{OWNER}.fields.full_name")),
    )
    page = browser.post(
        address, {"seen": seen, "kind": "text", "label_vi": "Tên của tôi", "max_length": "99"}
    ).content.decode()
    assert "Hai người cùng sửa một chỗ" in page and "Mai Thị Lan" in page
    assert "Tên của chị Lan" in page and "Tên của tôi" in page
    assert part(f"{OWNER}.fields.full_name.label.vi") == "Tên của chị Lan"
    told = {name: hidden(page, name) for name in ("address", "seen", "back")}
    mine = re.search(r'name="mine" value="([^"]*)"', page)
    assert mine
    chosen = {"at:label/vi": "theirs", "at:max_length": "mine"}
    browser.post(url("settle"), {**told, "mine": mine[1].replace("&quot;", '"'), **chosen})
    kept = part(f"{OWNER}.fields.full_name")
    assert kept["label"]["vi"] == "Tên của chị Lan" and kept["max_length"] == 99


def test_a_section_can_be_renamed_while_another_changes_a_field_in_it(browser: Client, en: User) -> None:
    seen = hidden(browser.get(url("section", "owner")).content.decode(), "seen")
    browser.post(url("arrange"), {"up": f"{OWNER}.fields.purpose"})
    page = browser.post(
        url("section", "owner"), {"seen": seen, "title_vi": "Người đề nghị"}, follow=True
    ).content.decode()
    assert "Đã lưu." in page
    assert keys()[0] == "purpose" and part(f"{OWNER}.title.vi") == "Người đề nghị"


def test_every_change_is_in_the_journal_with_its_place(browser: Client, en: User) -> None:
    browser.post(url("arrange"), {"up": f"{OWNER}.fields.purpose"})
    entry = AuditEntry.objects.filter(action="draft.move").get()
    assert entry.actor == en and entry.facts["address"] == f"{OWNER}.fields.purpose"


def test_computed_fields_are_worked_out_in_one_of_three_ways(browser: Client) -> None:
    for label, kind in (("Số phòng", "number"), ("Giá", "money"), ("Ngày mở", "date"), ("Kết quả", "computed")):
        browser.post(url("field_add", "owner"), {"label": label, "kind": kind})
    address, typed = url("field", "owner", "ket_qua"), {"kind": "computed", "label_vi": "Kết quả"}
    page = browser.post(address, {**typed, "gives": "date", "retype": "yes"}).content.decode()
    assert "Tính từ ngày" in page and "Cách tính" not in page and "Ngày mở" in page
    edited(browser, address, **typed, gives="money", formula="so_phong * gia")
    assert part(f"{OWNER}.fields.ket_qua.formula") == {"multiply": [{"field": "so_phong"}, {"field": "gia"}]}
    assert "so_phong * gia" in browser.get(address).content.decode()
    edited(browser, address, **typed, gives="text", joined="{full_name}, {so_phong} phòng")
    kept = part(f"{OWNER}.fields.ket_qua")
    assert kept["joined"] == [{"field": "full_name"}, ", ", {"field": "so_phong"}, " phòng"] and "formula" not in kept
    edited(browser, address, **typed, gives="date", starts="ngay_mo", days="30")
    assert part(f"{OWNER}.fields.ket_qua.days") == 30 and versions.problems_of(draft()) == []
    page = edited(browser, address, **typed, gives="number", formula="so_phong * nobody")
    assert "<title>Lỗi:" in page and "nobody" in page
    page = browser.post(url("arrange"), {"remove": f"{OWNER}.fields.ngay_mo"}).content.decode()
    assert "còn cần đến" in page
