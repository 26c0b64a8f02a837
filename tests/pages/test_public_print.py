"""The sheet that is taken along, and how long it has really taken beside what the law allows."""

import datetime

import pytest
from django.core.cache import cache

from portal.models import Office, User
from portal.moments import HERE, today
from procedures.actions import drafts
from procedures.models import Dossier, Offering
from procedures.queries import real_time
from tests.cast import make_office
from tests.conftest import Door
from tests.forms import text
from tests.pages.public import asked, publish

URL = "/thu-tuc/1.001612/"
LOAN = {"field": "purpose", "is": "loan"}
PAPERS = [
    {"key": "request", "name": text("Tờ khai"), "originals": 1, "blank_form": True},
    {"key": "contract", "name": text("Hợp đồng vay"), "copies": 2, "when": LOAN},
]


@pytest.fixture
def offering(office: Office) -> Offering:
    return publish(office, "1.001612", "Đăng ký thành lập hộ kinh doanh", papers=PAPERS)


def shown(door: Door, url: str) -> str:
    page = door().get(url)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_the_sheet_holds_papers_to_tick_time_office_hours_and_a_code(offering: Offering, door: Door) -> None:
    page = shown(door, f"{URL}chuan-bi/?cach=counter")
    for told in (
        'class="ticks"', "Tờ khai", "3 ngày làm việc", "Ủy ban nhân dân phường Gò Công", "12 Nguyễn Huệ", "02733841234", "Thứ Hai – Thứ Sáu",
        "7:00–11:30, 13:30–17:00", "data:image/svg+xml", f"{URL}</p>", "Chỉ khi “Mục đích” là “Vay vốn”.",
    ):  # fmt: skip
        assert told in page, told
    assert page.count("<h1") == 1


def test_the_sheet_follows_the_answers_of_the_guide(offering: Offering, door: Door) -> None:
    page = shown(door, f"{URL}chuan-bi/?cach=counter&d.purpose=loan")
    assert "Hợp đồng vay" in page and "Có thể cần thêm" not in page
    assert "Hợp đồng vay" not in shown(door, f"{URL}chuan-bi/?cach=counter&d.purpose=other")


def test_many_offices_are_not_all_printed(offering: Offering, door: Door) -> None:
    for number in range(31, 39):
        publish(
            make_office(f"H58.{number}", f"Ủy ban nhân dân xã Số {number}"),
            "1.001612",
            "Đăng ký thành lập hộ kinh doanh",
            papers=PAPERS,
        )
    assert "và 3 nơi khác" in shown(door, f"{URL}chuan-bi/")


def test_a_procedure_that_is_not_there_has_no_sheet(office: Office, door: Door) -> None:
    assert door().get("/thu-tuc/9.9/chuan-bi/").status_code == 404


def test_the_page_of_a_procedure_leads_to_guide_and_sheet(offering: Offering, door: Door) -> None:
    page = shown(door, URL)
    assert "/huong-dan/?thu-tuc=1.001612" in page and f"{URL}chuan-bi/" in page


def decided(offering: Offering, an: User, days: list[int]) -> None:
    """Dossiers accepted on a Monday five weeks ago and decided so many calendar days later."""
    monday = today() - datetime.timedelta(days=35 + today().weekday())
    rows = []
    for number in days:
        dossier = drafts.start(offering, an)
        begun = datetime.datetime.combine(monday, datetime.time(9), HERE)
        rows.append({"accepted_at": begun, "decided_at": begun + datetime.timedelta(days=number)})
        Dossier.objects.filter(pk=dossier.pk).update(channel="counter", **rows[-1])
    cache.clear()


def test_ten_decided_dossiers_tell_how_long_it_takes(offering: Offering, door: Door, an: User) -> None:
    decided(offering, an, [1, 1, 1, 1, 1, 2, 2, 2, 4, 7])
    page = shown(door, URL)
    assert "một nửa số hồ sơ xong trong 1 ngày làm việc, 9/10 xong trong 4 ngày (trên 10 hồ sơ" in page
    assert "trên 10 hồ sơ" in shown(door, f"{URL}chuan-bi/")


def test_nine_tell_nothing(offering: Offering, door: Door, an: User) -> None:
    decided(offering, an, [1] * 9)
    assert "Thực tế 90 ngày qua" not in shown(door, URL)


def test_what_was_decided_long_ago_or_came_from_elsewhere_does_not_count(
    offering: Offering, door: Door, an: User
) -> None:
    decided(offering, an, [1] * 10)
    Dossier.objects.update(provenance="imported")
    assert real_time.real_times(offering.procedure, [offering.office]) == {}
    cache.clear()
    long_ago = datetime.timedelta(days=100)
    for row in Dossier.objects.all():
        Dossier.objects.filter(pk=row.pk).update(
            provenance="native", accepted_at=row.accepted_at - long_ago, decided_at=row.decided_at - long_ago
        )
    assert real_time.real_times(offering.procedure, [offering.office]) == {}


def test_a_week_end_is_no_working_day(offering: Offering, an: User) -> None:
    decided(offering, an, [7] * 10)
    found = real_time.real_times(offering.procedure, [offering.office])
    assert found[0] == found[offering.office_id] == real_time.RealTime(median=5, most=5, dossiers=10)


def test_real_times_cost_one_question_and_then_none(offering: Offering, an: User) -> None:
    decided(offering, an, [1] * 10)
    with asked() as first:
        real_time.real_times(offering.procedure, [offering.office])
    with asked() as second:
        real_time.real_times(offering.procedure, [offering.office])
    assert len(first) <= 3 and second == []
