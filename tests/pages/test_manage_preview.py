"""A draft as citizens would see it, filled in for trial; and who may come to the designer."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.models import Tenant, User
from procedures.actions import drafting
from procedures.models import Dossier
from procedures.schema import parts
from tests.cast import Cast
from tests.forms import text
from tests.pages.designing import OWNER, draft, hidden, part, url

Door = Callable[..., Client]


def kept_of(page: str) -> str:
    return hidden(page, "kept")


def test_the_form_is_filled_in_to_the_end_and_nothing_is_kept(browser: Client) -> None:
    address = url("try", "owner")
    page = browser.get(address)
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    shown = browser.post(address, {"kept": kept_of(page.content.decode())}).content.decode()
    assert "<title>Lỗi:" in shown and "Họ và tên" in shown
    file = SimpleUploadedFile("anh.pdf", b"%PDF-1.4", content_type="application/pdf")
    shown = browser.post(
        address, {"kept": kept_of(shown), "full_name": "Nguyễn Thị An", "upload": "proof", "proof": file}
    ).content.decode()
    assert "anh.pdf" in shown and "Nguyễn Thị An" in shown
    shown = browser.post(
        address, {"kept": kept_of(shown), "full_name": "Nguyễn Thị An", "purpose": "loan"}
    ).content.decode()
    assert "Kiểm tra lại trước khi nộp" in shown and "Vay vốn" in shown and "anh.pdf" in shown
    assert "Tờ khai" in shown and "3 ngày làm việc" in shown and "hẹn trả" in shown
    assert not Dossier.objects.exists()


def test_sections_follow_their_conditions(browser: Client, en: User) -> None:
    second = {
        "key": "loan", "title": text("Khoản vay"), "when": {"field": "purpose", "is": "loan"},
        "fields": [{"key": "bank", "label": text("Ngân hàng"), "type": "text", "required": True}],
    }  # fmt: skip
    drafting.add(draft(), en, "form.sections", second)
    address, typed = url("try", "owner"), {"full_name": "An"}
    page = browser.post(address, {**typed, "purpose": "other"}).content.decode()
    assert "Kiểm tra lại trước khi nộp" in page and "Ngân hàng" not in page
    page = browser.post(address, {**typed, "purpose": "loan"}).content.decode()
    assert "Ngân hàng" in page and "Kiểm tra lại" not in page
    page = browser.post(url("try", "loan"), {"kept": kept_of(page), "bank": "Ngân hàng Sen"}).content.decode()
    assert "Kiểm tra lại trước khi nộp" in page and "Ngân hàng Sen" in page
    assert browser.get(url("try", "nobody")).status_code == 404


def test_what_was_tampered_with_begins_anew(browser: Client) -> None:
    page = browser.post(url("try", "owner"), {"kept": "x:y:z", "full_name": "An", "purpose": "loan"})
    assert page.status_code == 200


def test_a_draft_that_goes_round_is_told_instead_of_shown(browser: Client, en: User) -> None:
    fields = part(f"{OWNER}.fields")
    turned = [
        {**one, "when": {"field": other, "filled": True}}
        for one, other in zip(fields, ("purpose", "full_name"), strict=False)
    ]
    drafting.change(draft(), en, f"{OWNER}.fields", turned, parts.fingerprint(fields))
    page = browser.post(url("try", "owner"), {"full_name": "An"}).content.decode()
    assert "đi vòng" in page
    assert "đi vòng" in browser.get(url("form")).content.decode()


def test_only_our_own_pages_are_framed_and_only_by_ours(browser: Client) -> None:
    page = browser.get(url("preview"))
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY" and page.content.decode().count("<iframe") == 2
    other = browser.get(url("form"))
    assert "frame-src" not in other.headers["Content-Security-Policy"]


# Who may


def test_those_who_only_read_see_everything_and_change_nothing(browser: Client, door: Door, cast: Cast) -> None:
    khoa, before = door(cast.people["khoa"]), draft().definition
    for address in (
        url("form"),
        url("section", "owner"),
        url("field", "owner", "purpose"),
        url("preview"),
        url("try", "owner"),
    ):
        page = khoa.get(address)
        assert page.status_code == 200, address
        assert "Thêm" not in page.content.decode() or address == url("try", "owner")
    field = url("field", "owner", "purpose")
    for address in (
        url("arrange"),
        url("section_add"),
        url("field_add", "owner"),
        url("condition", OWNER),
        field,
        url("section", "owner"),
    ):
        assert khoa.post(address, {"up": f"{OWNER}.fields.purpose", "label_vi": "Khác"}).status_code == 404, address
    assert draft().definition == before


def test_strangers_find_nothing(browser: Client, door: Door, giang: User, chi: User, other_tenant: Tenant) -> None:
    for person in (giang, chi):
        for address in (url("form"), url("field", "owner", "purpose"), url("preview"), url("condition", OWNER)):
            assert door(person).get(address).status_code == 404
