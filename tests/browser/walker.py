"""A person with a browser: signs in, fills in, looks; every page seen is checked for accessibility."""

import http.client
import os
import re
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# A picture proves nothing and costs most on a busy machine: taken only for somebody who wants to look at them.
PICTURES = os.environ.get("MOTCUA_PICTURES", "")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Walker:
    """One browser window of one person at one authority."""

    def __init__(self, browser: Browser, base: str, *, script: bool, width: int) -> None:
        self.base, self.script, self.width = base, script, width
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    def leave(self) -> None:
        self.context.close()

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.base + path)

    def see(self, name: str) -> None:
        """Look at the page: one heading, nothing wider than the window, no complaint, no barrier that axe can find."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{self.width}.png", full_page=True)
        assert self.page.locator("h1").count() == 1, f"{name}: {self.page.url} has not exactly one h1"
        if self.script:
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name}: {self.page.url} is {wide} px too wide for {self.width}"
            assert self.barriers() == [], f"{name}: {self.page.url}"
        assert self.complaints == [], name

    def barriers(self) -> list[str]:
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]

    def sign_in(self, name: str, to: str) -> None:
        """Through the stand-in of VNeID, by choosing a person; an earlier choice is remembered there."""
        self.context.clear_cookies()
        self.go(f"/tai-khoan/dang-nhap/?next={to}")
        self.page.locator("main a.button, main button.button").first.click()
        self.page.get_by_role("button", name=name).first.click()

    def press(self, name: str) -> None:
        """Press a button or follow a link by its words, in the main part of the page."""
        words = re.compile(name)
        main = self.page.locator("main")
        main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words)).first.click()
        self.page.wait_for_load_state()

    def fetch(self, link: Locator) -> bytes:
        """What a link leads to, as this person gets it; names below .localhost are known to browsers, not to Python."""
        path, cookies = link.get_attribute("href") or "", self.context.cookies(self.base)
        host = self.base.removeprefix("http://")
        headers = {"Host": host, "Cookie": "; ".join(f"{c['name']}={c['value']}" for c in cookies)}
        with closing(http.client.HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=30)) as connection:
            connection.request("GET", path, headers=headers)
            with connection.getresponse() as answer:
                assert answer.status == 200, f"{path}: {answer.status}"
                return answer.read()

    def text(self) -> str:
        return self.page.inner_text("main")

    def fill(self, answers: dict[str, Any], file: Path) -> None:
        """Answer what the page asks, from answers by field key; what it does not ask is left out."""
        for key, value in answers.items():
            if isinstance(value, list) and value and "demo_file" not in value[0]:
                self._rows(key, value, file)
            elif isinstance(value, list):
                self._file(key, file)
            elif isinstance(value, dict):
                self._address(key, value)
            elif isinstance(value, str) and DAY.fullmatch(value) and self.named(f"{key}-day").count():
                self._day(key, value)
            elif self.named(key).count():
                self._plain(self.named(key), key, value)

    def named(self, name: str) -> Locator:
        return self.page.locator(f"main [name='{name}']")

    def _rows(self, key: str, rows: list[dict[str, Any]], file: Path) -> None:
        for number, row in enumerate(rows):
            if not self.page.locator(f"[name^='{key}-{number}-']").count():
                add = self.page.locator(f"button[name=add][value='{key}']")
                if not add.count():
                    return
                add.click()
                self.page.wait_for_load_state()
            self.fill({f"{key}-{number}-{name}": value for name, value in row.items()}, file)

    def _file(self, key: str, file: Path) -> None:
        if self.named(key).count():
            takes_pdf = ".pdf" in (self.named(key).first.get_attribute("accept") or ".pdf")
            self.named(key).first.set_input_files(file if takes_pdf else file.with_suffix(".png"))
            upload = self.page.locator(f"button[name=upload][value='{key}']")
            if upload.is_visible():
                upload.click()
                self.page.wait_for_load_state()

    def _address(self, key: str, value: dict[str, str]) -> None:
        province = self.named(f"{key}-province").first
        if not self.named(f"{key}-province").count() or not province.is_visible():
            return
        province.select_option(value["province"])
        wanted = self.page.locator(f"select[name='{key}-commune'] option[value='{value['commune']}']")
        more = self.page.locator(f"button[name=province][value='{key}']")
        if not wanted.count() and more.is_visible():
            more.click()
        wanted.wait_for(state="attached")
        self.named(f"{key}-commune").first.select_option(value["commune"])
        self.named(f"{key}-street").first.fill(value["street"])

    def _day(self, key: str, value: str) -> None:
        for part, digits in zip(("year", "month", "day"), value.split("-"), strict=True):
            self.named(f"{key}-{part}").fill(digits)

    def _plain(self, field: Locator, key: str, value: Any) -> None:
        kind, tag = field.first.get_attribute("type"), field.first.evaluate("e => e.tagName") if self.script else ""
        if kind in ("radio", "checkbox"):
            said = {True: "yes", False: "no"}.get(value, value)
            option = self.page.locator(f"main [name='{key}'][value='{said}']")
            if (option.count() and value is not False) or kind == "radio":
                option.check()
        elif tag == "SELECT":
            field.first.select_option(str(value))
        elif field.first.is_visible():
            field.first.fill(str(value))
