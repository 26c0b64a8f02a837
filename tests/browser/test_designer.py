"""The designer of forms in a real browser: moved by keyboard and by pointer, conditions that redraw, the citizens' page beside."""

from collections.abc import Callable

import pytest

from tests.browser.walker import Walker

Walk = Callable[..., Walker]
CODE = "1.004873"
DRAFT = f"/quan-tri/thu-tuc/{CODE}/soan/"
ADMINISTRATOR = "Võ Thị Én"


@pytest.fixture
def en(walk: Walk) -> Walker:
    """Én at a fresh draft."""
    return opened(walk("dongthap"))


def opened(walker: Walker) -> Walker:
    walker.sign_in(ADMINISTRATOR, DRAFT)
    walker.page.wait_for_url(f"**{DRAFT}")
    if walker.page.locator("form[action$='/bo/']").count():
        walker.page.get_by_text("Bỏ bản soạn này", exact=True).first.click()
        walker.page.locator("form[action$='/bo/'] button").click()
        if walker.script:
            walker.page.locator("dialog[open] button[value=yes]").click()
        walker.page.get_by_text("Đã bỏ bản soạn.").wait_for()
        walker.go(DRAFT)
    walker.press("Bắt đầu soạn")
    return walker


def order(walker: Walker) -> list[str]:
    """The fields as they stand, each with its section."""
    found = walker.page.locator("[data-fields] > [data-item]")
    return [str(one.get_attribute("data-item")) for one in found.all()]


def kept_order(walker: Walker) -> list[str]:
    """The same, read anew from the server."""
    walker.go(f"{DRAFT}bieu-mau/")
    return order(walker)


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_a_draft_have_no_barrier(walk: Walk, width: int) -> None:
    en = opened(walk("dongthap", width=width))
    en.see("draft")
    en.go(f"{DRAFT}bieu-mau/")
    en.see("draft-form")
    first, second = order(en)[:2]
    section, field = second.split(".")[2], second.split(".")[4]
    pages = {
        "section-add": "bieu-mau/them-phan/", "section": f"bieu-mau/{section}/", "field-add": f"bieu-mau/{section}/them-truong/",
        "field": f"bieu-mau/{section}/{field}/", "condition": f"dieu-kien/{first}/", "preview": "xem-thu/",
    }  # fmt: skip
    for name, path in pages.items():
        en.go(DRAFT + path)
        en.page.wait_for_load_state("networkidle")
        en.see(f"draft-{name}")


def test_a_field_is_moved_by_keyboard_and_every_step_is_said(en: Walker) -> None:
    en.go(f"{DRAFT}bieu-mau/")
    before = order(en)
    handle = en.page.locator(f"[data-item='{before[0]}'] [data-handle]")
    handle.focus()
    said = en.page.locator("#live")
    en.page.keyboard.press("Space")
    assert "Đã nhấc" in said.inner_text() and "1/" in said.inner_text()
    en.page.keyboard.press("ArrowDown")
    assert "chỗ 2/" in said.inner_text()
    en.page.keyboard.press("Escape")
    assert "trở về chỗ cũ" in said.inner_text() and order(en) == before
    en.page.keyboard.press("Space")
    en.page.keyboard.press("ArrowDown")
    with en.page.expect_response(lambda answer: answer.url.endswith("/sap-xep/")):
        en.page.keyboard.press("Space")
    assert "Đã đặt" in said.inner_text()
    assert handle.evaluate("e => e === document.activeElement"), "the focus stays with what was moved"
    assert kept_order(en)[:2] == [before[1], before[0]]
    assert en.complaints == []


def test_a_field_is_carried_over_the_edge_of_its_section(en: Walker) -> None:
    en.page.goto(f"{en.base}{DRAFT}bieu-mau/them-phan/")
    en.named("title").fill("Phần sau cùng")
    en.press("Thêm phần")
    last = order(en)[-1]
    en.page.locator(f"[data-item='{last}'] [data-handle]").focus()
    en.page.keyboard.press("Space")
    en.page.keyboard.press("ArrowDown")
    with en.page.expect_response(lambda answer: answer.url.endswith("/sap-xep/")):
        en.page.keyboard.press("Space")
    now = kept_order(en)[-1]
    assert now.split(".")[2] == "phan_sau_cung" and now.split(".")[4] == last.split(".")[4]


def test_a_field_is_dragged(en: Walker) -> None:
    en.go(f"{DRAFT}bieu-mau/")
    before = order(en)
    start = en.page.locator(f"[data-item='{before[2]}'] [data-handle]").bounding_box()
    end = en.page.locator(f"[data-item='{before[0]}']").bounding_box()
    assert start and end
    en.page.mouse.move(start["x"] + 5, start["y"] + 5)
    en.page.mouse.down()
    en.page.mouse.move(end["x"] + 20, end["y"] + 20, steps=8)
    en.page.mouse.move(end["x"] + 20, end["y"] + 4, steps=4)
    with en.page.expect_response(lambda answer: answer.url.endswith("/sap-xep/")):
        en.page.mouse.up()
    assert kept_order(en)[:3] == [before[2], before[0], before[1]]


def test_what_another_took_out_meanwhile_is_told_and_the_list_comes_anew(en: Walker) -> None:
    """The control of both: an order that cannot be kept is not shown as if it had been."""
    en.go(f"{DRAFT}bieu-mau/")
    before = order(en)
    en.page.locator(f"[data-item='{before[0]}']").evaluate("e => { e.dataset.item = 'form.sections.x.fields.gone'; }")
    en.page.locator("[data-item='form.sections.x.fields.gone'] [data-handle]").focus()
    for key in ("Space", "ArrowDown", "Space"):
        en.page.keyboard.press(key)
    en.page.wait_for_selector(f"[data-item='{before[0]}']")
    assert order(en) == before


def test_a_condition_redraws_while_one_chooses(en: Walker) -> None:
    en.go(f"{DRAFT}bieu-mau/")
    asked, field = order(en)[1], order(en)[0]
    en.go(f"{DRAFT}dieu-kien/{asked}/")
    en.page.locator("#id_i-0-field").focus()
    en.page.locator("#id_i-0-field").select_option(field.split(".")[4])
    en.page.wait_for_selector("#id_i-0-how")
    assert en.page.locator("#id_i-0-field").evaluate("e => e === document.activeElement")
    en.page.locator("#id_i-0-how").select_option("filled")
    en.page.wait_for_function("document.querySelector('.said').textContent.includes('Chỉ hỏi khi')")
    en.see("draft-condition-filled")
    en.press("^Lưu$")
    assert "Chỉ hỏi khi" in en.text()


def test_the_look_of_citizens_follows_each_save_and_can_be_filled_in(en: Walker) -> None:
    en.go(f"{DRAFT}bieu-mau/")
    first = order(en)[0].split(".")
    en.go(f"{DRAFT}bieu-mau/{first[2]}/{first[4]}/")
    en.named("label_vi").fill("Tên đầy đủ của bạn là gì?")
    en.press("^Lưu$")
    en.page.frame_locator(".screen-small iframe").get_by_text("Tên đầy đủ của bạn là gì?").first.wait_for()
    en.go(f"{DRAFT}xem-thu/")
    phone = en.page.frame_locator("iframe.screen").first
    phone.get_by_role("button", name="Lưu và tiếp tục").last.click()
    phone.get_by_text("Có chỗ cần sửa").wait_for()
    assert en.complaints == []
