"""The whole thread at two authorities: found, filled in, filed, paid, accepted, completed, decided, received, verified."""

import datetime
import io
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from portal.moments import today
from procedures.demo.content import FOLDER
from tests.browser.walker import Walker

Walk = Callable[..., Walker]


@dataclass(frozen=True)
class Authority:
    slug: str
    code: str
    words: str
    office: str
    clerk: str
    officer: str
    head: str


DONGTHAP = Authority(
    "dongthap", "1.001612", "dang ky ho kinh doanh", "H58.30", "Trần Văn Bình", "Lê Thị Chi", "Phạm Quốc Dũng"
)
MINISTRY = Authority(
    "vhttdl", "1.004623", "the huong dan vien", "G16.02", "Hoàng Minh Giang", "Nguyễn Thu Nga", "Trần Anh Tuấn"
)
CITIZEN = "Nguyễn Thị An"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A small PDF to hand in, and a picture beside it."""
    path = tmp_path / "giay-to.pdf"
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    writer.write(path)
    Image.new("RGB", (30, 40), "white").save(path.with_suffix(".png"))
    return path


def answers_of(authority: Authority) -> dict[str, Any]:
    rows = json.loads((FOLDER / "answers.json").read_text())[authority.slug][authority.code]
    row = next(row for row in rows if row["submitter"] == "an")
    return {key: _dated(value) for key, value in row["answers"].items()}


def _dated(value: Any) -> Any:
    if isinstance(value, dict) and "demo_days" in value:
        return (today() + datetime.timedelta(days=value["demo_days"])).isoformat()
    return value


def find(walker: Walker, authority: Authority) -> None:
    """Home, search without diacritics, procedure, blank form."""
    walker.go("/")
    walker.see(f"{authority.slug}-home")
    walker.page.locator("main input[type=search]").first.fill(authority.words)
    # A key waits for nothing: without this the page that is being left would be looked at.
    with walker.page.expect_navigation():
        walker.page.keyboard.press("Enter")
    walker.see(f"{authority.slug}-search")
    walker.page.locator(f"main a[href*='/thu-tuc/{authority.code}/']").first.click()
    walker.see(f"{authority.slug}-procedure")
    for ending, magic in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert walker.fetch(walker.page.locator(f"main a[href*='.{ending}']").first).startswith(magic)


def file(walker: Walker, authority: Authority, paper: Path) -> str:
    """Start, answer page by page, check, submit: returns the reference."""
    walker.sign_in(CITIZEN, f"/thu-tuc/{authority.code}/nop/%3Foffice%3D{authority.office}")
    walker.see(f"{authority.slug}-start")
    walker.press("Bắt đầu|Tiếp tục")
    answers = answers_of(authority)
    for number in range(14):
        if "/kiem-tra/" in walker.page.url:
            break
        walker.fill(answers, paper)
        walker.see(f"{authority.slug}-form-{number}")
        before = walker.page.url
        walker.press("tiếp tục|Tiếp tục")
        assert walker.page.url != before, walker.text()[:600]
    walker.see(f"{authority.slug}-check")
    walker.press("^Nộp hồ sơ")
    walker.see(f"{authority.slug}-receipt")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", walker.text())
    assert found, walker.text()
    return found.group()


def pay(walker: Walker, authority: Authority) -> None:
    """Through the stand-in of VNPAY; only its signed callback changes anything."""
    walker.press("^Nộp .*đồng")
    walker.see(f"{authority.slug}-payment")
    walker.press("Tiếp tục thanh toán")
    walker.see(f"{authority.slug}-leave")
    walker.press("Đi đến trang thanh toán")
    walker.page.get_by_role("button", name="Trả tiền thành công").click()
    walker.page.wait_for_load_state()
    walker.see(f"{authority.slug}-paid")


def wait_for(walker: Walker, path: str, words: str) -> None:
    """What happens in the background happens within seconds."""
    for _ in range(120):
        walker.go(path)
        if re.search(words, walker.text()):
            return
        time.sleep(0.5)
    raise AssertionError(f"{words!r} never came at {path}: {walker.text()[:500]}")


def do(walker: Walker, reference: str, deed: str, name: str, **fields: str) -> None:
    """One step at the desk: open its page, fill in what it asks, confirm."""
    walker.go(f"/mot-cua/ho-so/{reference}/{deed}/")
    for field, value in fields.items():
        target = walker.named(field)
        if target.first.get_attribute("type") in ("radio", "checkbox"):
            walker.page.locator(f"main [name='{field}'][value='{value}']").check()
        elif target.first.is_visible() and walker.page.locator(f"main select[name='{field}']").count():
            target.first.select_option(value)
        else:
            target.first.fill(value)
    walker.see(name)
    walker.page.locator("main form button.button").last.click()
    walker.page.wait_for_load_state()
    assert f"/{deed}/" not in walker.page.url, walker.text()[:800]


@pytest.mark.parametrize(
    ("authority", "script", "width"),
    [(DONGTHAP, True, 1280), (MINISTRY, False, 360)],
    ids=["dongthap", "vhttdl-no-script"],
)
def test_the_whole_thread(walk: Walk, paper: Path, authority: Authority, script: bool, width: int) -> None:
    slug = authority.slug
    an = walk(slug, script=script, width=width)
    find(an, authority)
    reference = file(an, authority, paper)
    pay(an, authority)
    mine = f"/tai-khoan/ho-so/{reference}/"
    wait_for(an, mine, "chờ tiếp nhận|Chờ tiếp nhận|Đang chờ")

    clerk = walk(slug, script=script, width=1280)
    clerk.sign_in(authority.clerk, "/mot-cua/")
    clerk.see(f"{slug}-worklist")
    wait_for(clerk, f"/mot-cua/ho-so/{reference}/", "Tiếp nhận")
    clerk.see(f"{slug}-desk-dossier")
    do(clerk, reference, "tiep-nhan", f"{slug}-accept")
    do(
        clerk,
        reference,
        "bo-sung",
        f"{slug}-supplement",
        reason="Cần thêm bản chụp rõ hơn",
        more="Bản chụp rõ của giấy tờ",
    )

    wait_for(an, mine, "bổ sung")
    an.see(f"{slug}-asked")
    an.go(f"{mine}bo-sung/")
    boxes = an.page.locator("main input[type=file]")
    for number in range(boxes.count()):
        an.page.locator("main input[type=file]").nth(number).set_input_files(paper)
        an.page.locator("main button[name=upload]").nth(number).click()
        an.page.wait_for_load_state()
    an.see(f"{slug}-supply")
    an.page.locator("main button[name=go]").last.click()
    an.page.wait_for_load_state()

    officer = walk(slug, script=script, width=1280)
    clerk.go(f"/mot-cua/ho-so/{reference}/chuyen/")
    clerk.see(f"{slug}-route")
    clerk.page.locator("main form button.button").last.click()
    officer.sign_in(authority.officer, f"/mot-cua/ho-so/{reference}/du-thao/")
    officer.see(f"{slug}-prepare")
    officer.page.locator("main [name=outcome][value=granted]").check()
    officer.page.locator("main form button.button").last.click()
    officer.page.wait_for_load_state()

    head = walk(slug, script=script, width=1280)
    head.sign_in(authority.head, f"/mot-cua/ho-so/{reference}/")
    do(head, reference, "ky", f"{slug}-decide")

    wait_for(an, mine, "Nhận kết quả")
    an.see(f"{slug}-result")
    an.press("^Nhận kết quả")
    result = an.fetch(an.page.get_by_role("link", name="Tải kết quả đã ký"))
    assert b"/ByteRange" in result
    assert authority.office in PdfReader(io.BytesIO(result)).pages[0].extract_text()
    an.press("Kiểm tra giấy này")
    an.see(f"{slug}-verified")

    english = walk(slug, script=True, width=360)
    english.go("/")
    english.page.locator("button[name=language][value=en], form[action*='ngon-ngu'] button").first.click()
    english.page.wait_for_load_state()
    assert english.page.locator("html").get_attribute("lang") == "en"
    english.see(f"{slug}-home-en")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/thu-tuc/",
        "/tra-cuu/",
        "/xac-thuc/",
        "/phan-anh/",
        "/so-lieu/",
        "/kha-nang-tiep-can/",
        "/thu-tuc/1.004873/",
    ],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_public_pages_have_no_barrier(walk: Walk, path: str, width: int) -> None:
    visitor = walk("dongthap", width=width)
    visitor.go(path)
    visitor.see(f"public-{path.strip('/').replace('/', '-') or 'home'}")


def test_the_checker_finds_a_planted_barrier(walk: Walk) -> None:
    visitor = walk("dongthap")
    visitor.go("/")
    visitor.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\"><input>')"
    )
    assert len(visitor.barriers()) >= 2


@pytest.mark.parametrize(
    "path", ["", "nguoi/", "don-vi/", "lich/", "thiet-lap/", "thu-tuc/", "tai-khoan-thu/", "so-lieu/", "nhat-ky/"]
)
def test_administration_has_no_barrier(walk: Walk, path: str) -> None:
    en = walk("dongthap")
    en.sign_in("Võ Thị Én", f"/quan-tri/{path}")
    en.see(f"manage-{path.strip('/') or 'home'}")
