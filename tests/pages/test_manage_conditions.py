"""Conditions of a draft: in rows, in one line, refused where they go round."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.models import User
from procedures.actions import drafting
from procedures.schema import parts
from tests.cast import Cast
from tests.forms import text
from tests.pages.designing import OWNER, draft, hidden, part, url

Door = Callable[..., Client]


def test_a_condition_is_built_row_by_row_without_scripts(browser: Client) -> None:
    address = url("condition", f"{OWNER}.fields.proof")
    page = browser.get(address).content.decode()
    assert "Hiện luôn hỏi" in page and "Mục đích" in page and 'value="proof"' not in page
    page = browser.post(address, {"join": "all", "i-0-field": "purpose", "row": "redraw"}).content.decode()
    assert "là một trong" in page and "Vay vốn" in page
    typed = {"join": "all", "i-0-field": "purpose", "i-0-how": "is", "i-0-value": "loan"}
    page = browser.post(address, {**typed, "row": "add"}).content.decode()
    assert "Chỉ hỏi khi “Mục đích” là “Vay vốn”" in page and "i-1-field" in page
    typed |= {"seen": hidden(page, "seen"), "i-1-field": "full_name", "i-1-how": "filled"}
    page = browser.post(address, typed, follow=True).content.decode()
    assert "Chỉ hỏi khi “Mục đích” là “Vay vốn” và có khai “Họ và tên”" in page
    assert part(f"{OWNER}.fields.proof.when") == {
        "all": [{"field": "purpose", "is": "loan"}, {"field": "full_name", "filled": True}]
    }


def test_groups_are_one_level_deep(browser: Client) -> None:
    address = url("condition", f"{OWNER}.fields.proof")
    typed = {
        "seen": hidden(browser.get(address).content.decode(), "seen"), "join": "any",
        "i-0-field": "profile.owner_kind", "i-0-how": "is_not", "i-0-value": "citizen",
        "i-1-join": "all", "i-1-r-0-field": "purpose", "i-1-r-0-how": "in", "i-1-r-0-value": ["loan", "other"],
        "i-1-r-1-field": "full_name", "i-1-r-1-how": "empty",
    }  # fmt: skip
    browser.post(address, typed)
    when = {
        "any": [
            {"field": "profile.owner_kind", "is_not": "citizen"},
            {"all": [{"field": "purpose", "in": ["loan", "other"]}, {"field": "full_name", "filled": False}]},
        ]
    }
    assert part(f"{OWNER}.fields.proof.when") == when
    page = browser.get(address).content.decode()
    assert 'name="i-1-r-1-field"' in page and page.count(" checked") == 2
    page = browser.post(address, {**typed, "row": "i-1-r-0:remove"}).content.decode()
    assert 'name="i-1-r-1-field"' not in page and 'name="i-1-r-0-field"' in page


def test_a_condition_is_taken_away_by_leaving_no_row(browser: Client, en: User) -> None:
    address = url("condition", OWNER)
    drafting.change(draft(), en, f"{OWNER}.when", {"field": "profile.verified", "is": True}, parts.fingerprint(None))
    page = browser.get(address).content.decode()
    browser.post(address, {"seen": hidden(page, "seen"), "join": "all"})
    assert "when" not in part(OWNER)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"i-0-field": "purpose", "i-0-how": "is", "i-0-value": ""}, "Hãy cho biết “Mục đích” so với giá trị nào."),
        ({"i-0-field": "gone", "i-0-how": "is", "i-0-value": "x"}, "không còn trong biểu mẫu"),
        ({"i-0-field": "age", "i-0-how": "gt", "i-0-value": "mười"}, "không bao giờ là câu trả lời"),
    ],
)
def test_a_row_that_says_nothing_true_is_told(browser: Client, en: User, row: dict[str, str], sentence: str) -> None:
    drafting.add(draft(), en, f"{OWNER}.fields", {"key": "age", "label": text("Tuổi"), "type": "number"})
    page = browser.post(url("condition", f"{OWNER}.fields.proof"), {"join": "all", **row}).content.decode()
    assert "<title>Lỗi:" in page and sentence in page
    assert "when" not in part(f"{OWNER}.fields.proof")


def test_a_circle_is_refused_with_its_way_round(browser: Client, en: User) -> None:
    field = part(f"{OWNER}.fields.purpose")
    value = {**field, "when": {"field": "proof", "filled": True}}
    drafting.change(draft(), en, f"{OWNER}.fields.purpose", value, parts.fingerprint(field))
    address = url("condition", f"{OWNER}.fields.proof")
    typed = {"seen": hidden(browser.get(address).content.decode(), "seen"), "join": "all"}
    page = browser.post(address, {**typed, "i-0-field": "purpose", "i-0-how": "filled"}).content.decode()
    assert "<title>Lỗi:" in page and "đi vòng" in page and "proof → purpose" in page
    assert "when" not in part(f"{OWNER}.fields.proof")


def test_what_rows_cannot_say_is_shown_in_words(browser: Client, en: User) -> None:
    field = part(f"{OWNER}.fields.proof")
    when = {"not": {"field": "purpose", "is": "loan"}}
    drafting.change(draft(), en, f"{OWNER}.fields.proof", {**field, "when": when}, parts.fingerprint(field))
    page = browser.get(url("condition", f"{OWNER}.fields.proof")).content.decode()
    assert "phức tạp hơn" in page and "không phải trường hợp “Mục đích” là “Vay vốn”" in page


def test_two_people_at_one_condition_both_read_it(browser: Client, cast: Cast) -> None:
    address = url("condition", f"{OWNER}.fields.proof")
    seen = hidden(browser.get(address).content.decode(), "seen")
    theirs = {"field": "purpose", "is": "other"}
    drafting.change(draft(), cast.people["lan"], f"{OWNER}.fields.proof.when", theirs, parts.fingerprint(None))
    typed = {"seen": seen, "join": "all", "i-0-field": "purpose", "i-0-how": "is", "i-0-value": "loan"}
    page = browser.post(address, typed).content.decode()
    assert "Hai người cùng sửa một chỗ" in page and part(f"{OWNER}.fields.proof.when") == theirs
    page = browser.post(address, {"seen": seen, "join": "all"}).content.decode()
    assert "Hai người cùng sửa một chỗ" in page


def test_papers_and_cases_have_conditions_too_and_nothing_else(browser: Client) -> None:
    address = url("condition", "papers.request")
    typed = {"seen": hidden(browser.get(address).content.decode(), "seen"), "join": "all"}
    browser.post(address, {**typed, "i-0-field": "purpose", "i-0-how": "is", "i-0-value": "loan"})
    assert part("papers.request.when") == {"field": "purpose", "is": "loan"}
    for elsewhere in ("name", "papers", "papers.none", "results.certificate", "form.sections.owner.fields"):
        assert browser.get(url("condition", elsewhere)).status_code == 404


def test_a_condition_too_long_for_rows_is_written_in_one_line(browser: Client, en: User) -> None:
    address = url("condition", f"{OWNER}.fields.proof")
    seen = hidden(browser.get(address).content.decode(), "seen")
    page = browser.post(address, {"seen": seen, "line": 'purpose = "loan'}).content.decode()
    assert "<title>Lỗi:" in page and "Cột" in page and "purpose = &quot;loan" in page
    page = browser.post(address, {"seen": seen, "line": 'not purpose = "loan"'}, follow=True).content.decode()
    assert "không phải trường hợp “Mục đích” là “Vay vốn”" in page
    assert part(f"{OWNER}.fields.proof.when") == {"not": {"field": "purpose", "is": "loan"}}
    page = browser.get(address).content.decode()
    assert "not purpose = &quot;loan&quot;" in page
