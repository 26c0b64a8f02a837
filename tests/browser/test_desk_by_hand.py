"""What only a browser shows of the desk: a page sent without a network stays, and keys walk through a dossier."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.walker import Walker


def test_a_page_sent_without_a_network_stays_with_everything_typed(walk: Callable[..., Walker]) -> None:
    clerk = walk("dongthap")
    clerk.sign_in("Bình", "/mot-cua/tiep-nhan/")
    clerk.page.locator("input[name=procedure]").fill("1.004873")
    clerk.named("personal_id").fill("082085010444")
    clerk.named("personal_id").press("Enter")
    clerk.page.wait_for_selector("form[data-counter]")
    here = clerk.page.url
    # A place is filled in already: the first question without an answer has the focus, not the box that looks for places.
    expect(clerk.named("relation").first).to_be_focused()
    clerk.context.set_offline(True)
    clerk.named("copies").fill("3")
    clerk.page.keyboard.press("Control+Enter")
    told = clerk.page.locator("[data-saved]")
    expect(told).to_contain_text("giữ trên máy này")
    expect(told).to_be_in_viewport()
    assert clerk.page.url == here
    clerk.context.set_offline(False)
    expect(told).to_contain_text("Đã lưu")
    clerk.page.reload()
    expect(clerk.named("copies")).to_have_value("3")


def test_keys_go_on_from_section_to_section(walk: Callable[..., Walker]) -> None:
    head = walk("dongthap")
    head.sign_in("Dũng", "/mot-cua/?list=running")
    head.page.locator("[data-rows] a").first.click()
    sections = head.page.locator("[data-section] h2")
    expect(sections.nth(2)).to_be_attached()
    for place in range(3):
        head.page.keyboard.press("]")
        expect(sections.nth(place)).to_be_focused()
    head.page.keyboard.press("[")
    expect(sections.nth(1)).to_be_focused()
