"""Any procedure in at most three clicks from the front page, by links alone."""

import re

import pytest
from django.test import Client

from portal.models import Office
from procedures.models import Procedure
from procedures.queries import browsing
from tests.conftest import Door
from tests.forms import definition, text
from tests.pages.public import asked, publish
from tests.procedures import shelf

LINK = re.compile(r'href="(/[^"#]*)"')
# Lists that are looked through page by page are no shelf: what is found only there counts as not found.
WAYS = re.compile(r"/(danh-muc/.*)?$")
PROCEDURE = re.compile(r"/thu-tuc/([^/?]+)/$")


def reached(client: Client, clicks: int) -> set[str]:
    """Codes of the procedures whose pages open within so many clicks."""
    seen, here, codes = {"/"}, {"/"}, set()
    for _click in range(clicks):
        found = {
            link.replace("&amp;", "&") for page in here for link in LINK.findall(client.get(page).content.decode())
        }
        codes |= {match[1] for link in found if (match := PROCEDURE.match(link))}
        here = {link for link in found - seen if WAYS.match(link)}
        seen |= here
    return codes


def published() -> set[str]:
    return set(Procedure.objects.filter(current__isnull=False).values_list("code", flat=True))


def test_every_procedure_of_the_demo_is_three_clicks_away(office: Office, door: Door) -> None:
    shelf.put(shelf.demo())
    assert reached(door(), 3) == published()


@pytest.mark.skipif(not shelf.NATIONAL.exists(), reason="the national list is not beside the project")
def test_every_procedure_of_the_national_list_is_three_clicks_away(office: Office, door: Door) -> None:
    shelf.put(shelf.national())
    assert reached(door(), 3) == published()
    assert len(published()) == 1800


def test_a_long_shelf_costs_no_click_more(office: Office, door: Door) -> None:
    shelf.put(definition(f"1.{n:06}", name=text(f"Thủ tục {n:03}")) for n in range(browsing.AT_ONCE * 2 + 5))
    assert reached(door(), 3) == published()


def test_the_walk_would_miss_what_lies_deeper(office: Office, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: one click is too few, and a shelf that shows only its beginning is found out."""
    shelf.put(definition(f"1.{n:06}", name=text(f"Thủ tục {n:03}"), life_events=[]) for n in range(40))
    assert reached(door(), 1) < published()
    monkeypatch.setattr(browsing, "AT_ONCE", 10)
    assert reached(door(), 3) < published()


def test_a_situation_lists_its_procedures_by_sector(office: Office, door: Door) -> None:
    publish(office, "1.001193", "Đăng ký khai sinh", life_events=["having_a_child"])
    health = {"key": "health", "name": text("Bảo hiểm")}
    publish(office, "1.000001", "Cấp thẻ bảo hiểm", life_events=["having_a_child"], sector=health)
    page = " ".join(door().get("/danh-muc/su-kien/having_a_child/").content.decode().split())
    assert "<h1>Có con nhỏ</h1>" in page and "<h2>Bảo hiểm</h2>" in page and "<h2>Hộ tịch</h2>" in page
    assert "2 thủ tục" in page


def test_a_situation_with_too_many_shows_its_sectors_first(office: Office, door: Door) -> None:
    for number, sector in enumerate(("s1", "s2")):
        named = {"key": sector, "name": text(f"Lĩnh vực {number}")}
        rows = (
            definition(f"{number}.{n:06}", name=text(f"Thủ tục {n}"), life_events=["land"], sector=named)
            for n in range(70)
        )
        shelf.put(rows)
    page = door().get("/danh-muc/su-kien/land/").content.decode()
    assert "?linh-vuc=s1" in page and "/thu-tuc/0.000001/" not in page
    assert reached(door(), 3) == published()


@pytest.mark.parametrize(
    "url",
    [
        "/danh-muc/su-kien/nonsense/",
        "/danh-muc/linh-vuc/nonsense/",
        "/danh-muc/linh-vuc/civil_status/?phan=2",
        "/danh-muc/linh-vuc/civil_status/?phan=x",
    ],
)
def test_a_shelf_that_is_not_there_is_missing(office: Office, door: Door, url: str) -> None:
    publish(office, "1.001193", "Đăng ký khai sinh")
    assert door().get(url).status_code == 404


def test_an_authority_without_procedures_says_so(office: Office, door: Door) -> None:
    assert "chưa công bố thủ tục nào" in door().get("/danh-muc/").content.decode()


def test_a_shelf_costs_the_same_for_two_and_for_twenty(office: Office, door: Door) -> None:

    counts = []
    for first, last in ((0, 2), (2, 20)):
        for number in range(first, last):
            publish(office, f"1.{number:06}", f"Đăng ký {number:02}")
        with asked() as questions:
            door().get("/danh-muc/linh-vuc/civil_status/")
        counts.append(len(questions))
    assert counts[0] == counts[1] <= 3
