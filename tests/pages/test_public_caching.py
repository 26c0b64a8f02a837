import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.models import Office, Tenant, User
from tests.conftest import Door
from tests.forms import text
from tests.pages.public import asked, publish

PAGES = ["/", "/thu-tuc/", "/thu-tuc/?q=dang+ky&su-kien=family", "/thu-tuc/1.001612/", "/kha-nang-tiep-can/"]
STATIC = Path(settings.BASE_DIR) / "portal" / "static" / "portal"
LIMIT = 50 * 1024


@pytest.fixture(autouse=True)
def offered(office: Office) -> None:
    publish(office, "1.001612", "Đăng ký thành lập hộ kinh doanh")


@pytest.mark.parametrize("url", PAGES)
def test_the_second_visitor_costs_no_question(door: Door, url: str) -> None:
    first = door().get(url)
    with asked() as questions:
        second = door().get(url)
    assert questions == []
    assert first.content == second.content
    assert second["Content-Type"] == first["Content-Type"]


@pytest.mark.parametrize("url", PAGES)
def test_a_visitor_gets_no_cookie_and_a_page_for_everybody(door: Door, url: str) -> None:
    client = door()
    for _visit in range(2):
        page = client.get(url)
        assert not page.cookies
        assert "public" in page["Cache-Control"] and "Cookie" in page["Vary"]
        assert "csrfmiddlewaretoken" not in page.content.decode()


def test_who_is_signed_in_gets_a_page_of_their_own_that_is_kept_nowhere(door: Door, an: User) -> None:
    door().get("/")
    page = door(an).get("/")
    assert "Nguyễn Thị An" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert "Nguyễn Thị An" not in door().get("/").content.decode()


def test_a_publication_shows_at_once(door: Door, office: Office) -> None:
    url = "/thu-tuc/1.001612/"
    assert "Bản mới" not in door().get(url).content.decode()
    publish(office, "1.001612", "Đăng ký thành lập hộ kinh doanh", summary=text("Bản mới"))
    assert "Bản mới" in door().get(url).content.decode()


def test_languages_and_authorities_are_kept_apart(door: Door, other_tenant: Tenant) -> None:
    door().get("/")
    english = door()
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en">' in english.get("/").content.decode()
    assert '<html lang="vi">' in door().get("/").content.decode()
    assert other_tenant.name in door(at=other_tenant).get("/").content.decode()


def test_invented_addresses_are_answered_but_not_kept(door: Door) -> None:
    assert door().get("/?utm=1").status_code == 200
    with asked() as questions:
        door().get("/?utm=1")
    assert questions


def test_what_is_missing_is_not_kept(door: Door, office: Office) -> None:
    assert door().get("/thu-tuc/1.000009/").status_code == 404
    publish(office, "1.000009", "Thủ tục mới")
    assert door().get("/thu-tuc/1.000009/").status_code == 200


def test_a_kept_page_goes_out_as_it_was_compressed(door: Door) -> None:
    plain = door().get("/").content
    packed = door().get("/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain


def test_the_language_is_switched_without_a_token_and_only_here(cast_door: Client) -> None:
    answer = cast_door.post("/ngon-ngu/", {"language": "en", "next": "https://elsewhere.example/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME]["samesite"] == "Lax"


@pytest.fixture
def cast_door(tenant: Tenant) -> Client:
    return Client(enforce_csrf_checks=True, HTTP_HOST=tenant.host)


@pytest.mark.parametrize("url", [*PAGES, "/tra-cuu/", "/phan-anh/", "/xac-thuc/", "/khong-co/"])
def test_a_first_visit_weighs_little(door: Door, url: str) -> None:
    page = door().get(url).content
    used = re.findall(rb'/static/portal/([\w./-]+)"', page) + re.findall(
        rb"url\((fonts/[\w.-]+)\)", (STATIC / "citizen.css").read_bytes()
    )
    files = {name.decode() for name in used}
    weight = len(gzip.compress(page, 6)) + sum(_sent(STATIC / name) for name in files)
    assert {"citizen.css", "app.js", "fonts/be-vietnam-pro-400.woff2"} <= files
    assert weight <= LIMIT


def _sent(file: Path) -> int:
    content = file.read_bytes()
    return len(content) if file.suffix == ".woff2" else len(gzip.compress(content, 9))


def test_missing_pages_are_equal_to_the_byte(door: Door) -> None:
    client = door()
    found = {
        client.get(url).content
        for url in ("/khong-co/", "/thu-tuc/9.9/", "/thu-tuc/9.9/mau-don.pdf", "/phan-anh/AAAA-BBBB/")
    }
    assert len(found) == 1
