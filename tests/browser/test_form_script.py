"""A form in a real browser with scripts: saved while typing, kept without a network, questions that come and go at once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.walker import Walker

Walk = Callable[..., Walker]
CODE, OFFICE = "1.001612", "H58.30"
CITIZEN = "Nguyễn Thị An"


@pytest.fixture
def an(walk: Walk) -> Walker:
    """An in the first part of a new form."""
    walker = walk("dongthap", width=360)
    walker.sign_in(CITIZEN, f"/thu-tuc/{CODE}/nop/%3Foffice%3D{OFFICE}")
    walker.press("Bắt đầu|Tiếp tục")
    to_part(walker, "email")
    return walker


def to_part(walker: Walker, box: str) -> None:
    """Open the parts of the list one after another until one asks for that."""
    walker.go(re.sub(r"(/nop/[^/]+/).*", r"\1muc-luc/", walker.page.url))
    for address in walker.page.locator("main .tasks a").evaluate_all("all => all.map(one => one.href)"):
        walker.go(address)
        if walker.named(box).count():
            return
    raise AssertionError(f"no part asks for {box}")


def said(walker: Walker, words: str) -> None:
    expect(walker.page.locator("[data-saved]")).to_contain_text(words)


def test_what_is_typed_is_saved_without_a_button(an: Walker) -> None:
    an.named("email").fill("an.thu@example.vn")
    said(an, "Đã lưu")
    an.page.reload()
    expect(an.named("email")).to_have_value("an.thu@example.vn")
    assert an.complaints == []


def test_without_a_network_it_is_kept_here_and_saved_later(an: Walker) -> None:
    an.context.set_offline(True)
    an.named("email").fill("mat.mang@example.vn")
    expect(an.page.locator("[data-saved]")).not_to_contain_text("Đã lưu")
    expect(an.page.locator("[data-saved]")).not_to_be_empty()
    an.context.set_offline(False)
    said(an, "Đã lưu")
    an.page.reload()
    expect(an.named("email")).to_have_value("mat.mang@example.vn")


def test_a_closed_window_loses_nothing_that_could_not_be_saved(an: Walker) -> None:
    here = an.page.url
    an.context.set_offline(True)
    an.named("email").fill("dong.cua.so@example.vn")
    expect(an.page.locator("[data-saved]")).not_to_be_empty()
    an.page.wait_for_function("Object.keys(localStorage).some(name => name.startsWith('motcua:draft:'))")
    an.page.close()
    an.context.set_offline(False)
    an.page = an.context.new_page()
    an.page.goto(here)
    expect(an.named("email")).to_have_value("dong.cua.so@example.vn")


def test_a_question_appears_with_the_answer_that_asks_for_it(an: Walker) -> None:
    to_part(an, "lives_elsewhere")
    asked = an.page.locator("[name^='current_address']:visible")
    an.page.locator("main [name='lives_elsewhere'][value='no']").check()
    expect(asked).to_have_count(0)
    an.page.locator("main [name='lives_elsewhere'][value='yes']").check()
    expect(asked.first).to_be_visible()


def test_an_amount_is_said_in_words(an: Walker) -> None:
    to_part(an, "own_capital")
    an.named("own_capital").fill("150.000.000")
    expect(an.page.locator("[data-words-for]:visible").first).to_contain_text("Một trăm năm mươi triệu đồng")
    an.named("own_capital").fill("mười")
    expect(an.page.locator("[data-words-for]:visible")).to_have_count(0)


def test_a_commune_is_found_by_its_old_name_with_the_arrow_keys(an: Walker) -> None:
    to_part(an, "business_address-find")
    an.named("business_address-find").press_sequentially("go cong dong")
    expect(an.page.locator(".place").first).to_be_visible()
    an.page.keyboard.press("ArrowDown")
    an.page.keyboard.press("Enter")
    expect(an.named("business_address-street")).to_be_focused()
    assert an.named("business_address-commune").input_value()


def test_a_late_list_of_communes_takes_nothing_away(an: Walker) -> None:
    """On a slow network the list comes after one has chosen; what is chosen stays."""
    to_part(an, "business_address-find")
    province, commune = an.named("business_address-province"), an.named("business_address-commune")
    province.select_option("82")
    an.page.wait_for_function("document.querySelector('[name=business_address-commune]').options.length > 2")
    chosen = commune.locator("option").nth(2).get_attribute("value") or ""
    an.page.evaluate("document.addEventListener('communes:listed', () => { document.body.dataset.listed = 'yes'; })")
    late: list[Route] = []
    an.page.route("**/*province=82", lambda route: late.append(route))
    with an.page.expect_request("**/*province=82"):
        province.dispatch_event("change")
    commune.select_option(chosen)
    late[0].continue_()
    an.page.wait_for_selector("body[data-listed]")
    assert commune.input_value() == chosen
