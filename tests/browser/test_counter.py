"""The counter by the keyboard alone: paper becomes a dossier with its receipt, and every key pressed is counted."""

from collections.abc import Callable

from tests.browser.walker import Walker

MOST_KEYS = 90
# What a clerk types in a minute without haste.
KEYS_A_SECOND = 2.5
A_MINUTE = 60
PROCEDURE = "1.004873"
# Box → the key that answers it, or what is typed: oneself, never married, never lived elsewhere, for a sale, none before, one copy.
ANSWERS = (
    ("relation", "Space"),
    ("marital_status", "Space"),
    ("lived_elsewhere", "ArrowDown"),
    ("use", "ArrowDown"),
    ("issued_before", "ArrowDown"),
)


class Keys:
    """A keyboard that counts; there is no mouse."""

    def __init__(self, walker: Walker) -> None:
        self.page, self.pressed = walker.page, 0

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.pressed += len(words)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def to(self, name: str, key: str = "Tab", most: int = 40) -> None:
        """Tab until this box has the focus."""
        for _step in range(most):
            if self.page.evaluate("document.activeElement.name") == name:
                return
            self.press(key)
        raise AssertionError(f"{name} is not reached by Tab")


def test_paper_is_received_by_keyboard_alone_in_under_a_minute(walk: Callable[..., Walker]) -> None:
    clerk = walk("dongthap")
    clerk.sign_in("Bình", "/mot-cua/tiep-nhan/")
    keys = Keys(clerk)
    clerk.page.wait_for_function("document.activeElement.name === 'procedure'")
    keys.type(PROCEDURE)
    keys.to("personal_id")
    keys.type("082190001234")
    keys.press("Enter")
    clerk.page.wait_for_selector("form[data-counter]")
    clerk.see("counter-paper")
    assert clerk.page.input_value("[name='by-owner_name']")
    # An has asked for the same before, and this page says so.
    if clerk.page.locator("[name='by-another']").count():
        keys.to("by-another", "Shift+Tab")
        keys.press("Space")
    # The first question without an answer waits for one; arrows and space choose.
    for name, key in ANSWERS:
        keys.to(name)
        keys.press(key)
    keys.to("copies")
    keys.type("1")
    keys.press("Control+Enter")
    clerk.page.wait_for_url("**/xong/")
    clerk.see("counter-done")
    assert "H58.30-" in clerk.text()
    # What is to be printed has the focus: Enter opens it.
    assert clerk.page.evaluate("document.activeElement.getAttribute('href')").endswith(".pdf")
    assert keys.pressed <= MOST_KEYS, f"{keys.pressed} keys, {keys.pressed / KEYS_A_SECOND:.0f} seconds"
    assert keys.pressed / KEYS_A_SECOND < A_MINUTE
