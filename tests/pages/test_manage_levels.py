"""The page of what each procedure lacks to reach the next level."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Office, Tenant, User
from portal.moments import now, travel
from procedures.actions import catalogue, offices
from procedures.models import Procedure
from procedures.queries import shortfalls
from procedures.queries.shortfalls import COLUMNS
from tests.cast import make_office
from tests.conftest import Door
from tests.forms import definition, offered, text

URL = "/quan-tri/muc-do/"
FEE = {"key": "charge", "name": text("Lệ phí"), "kind": "charge", "amount": 20000}


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def shown(door: Door, who: User, **asked: Any) -> str:
    page = door(who).get(URL, asked)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_a_reason_is_a_sentence_that_leads_to_where_it_is_mended(
    tenant: Tenant, office: Office, door: Door, en: User
) -> None:
    offered(office, fees=[FEE])
    page = shown(door, en)
    assert "Mức độ 4:" in page
    assert "phí của Ủy ban nhân dân phường Gò Công chưa thu trực tuyến được vì chưa có tài khoản thu" in page
    assert f'href="{reverse("manage_account_open")}?office={office.pk}"' in page


def test_all_reasons_of_a_step_are_told(tenant: Tenant, office: Office, door: Door, en: User) -> None:
    procedure = offered(office, channels=["counter"], agencies={}, steps=[]).procedure
    catalogue.offer(procedure, office, online_open=False, blank_forms=False)
    page = shown(door, en)
    assert "thông tin công khai còn thiếu cơ quan thực hiện, trình tự thực hiện" in page
    assert "chưa cho tải mẫu đơn" in page
    assert reverse("manage_draft", args=["1.999001"]) in page
    catalogue.publish(definition(channels=["counter"]))
    catalogue.offer(procedure, office, blank_forms=True)
    page = shown(door, en)
    assert "thủ tục chưa có cách nộp trực tuyến" in page and "chưa mở nhận hồ sơ trực tuyến" in page
    assert reverse("manage_offering", args=["1.999001", office.code]) in page


def test_an_auditor_reads_without_links_to_change(tenant: Tenant, office: Office, door: Door, cast: Any) -> None:
    offered(office, fees=[FEE])
    page = shown(door, cast.people["khoa"])
    assert "chưa có tài khoản thu" in page and reverse("manage_account_open") not in page


def test_what_lacks_nothing_is_not_listed(tenant: Tenant, office: Office, door: Door, en: User) -> None:
    offered(office)
    page = shown(door, en)
    assert "Không có thủ tục nào" in page and "Làm gì trước" not in page


@pytest.fixture
def many(tenant: Tenant, office: Office) -> Iterator[list[Office]]:
    """Three procedures with a fee at two offices, one of them closed online too; one more that lacks a record."""
    places = [office, make_office("H58.31", "Phường Long Thuận")]
    for number in range(3):
        for place in places:
            offered(place, f"1.90000{number}", fees=[FEE])
    catalogue.offer(Procedure.objects.get(code="1.900002"), office, online_open=False)
    offered(office, "1.900003", steps=[], sector={"key": "land", "name": text("Đất đai")})
    yield places


def test_the_same_remedy_is_said_once_with_what_rises_by_it(many: list[Office], door: Door, en: User) -> None:
    page = shown(door, en)
    assert "Mở tài khoản thu cho 2 đơn vị" in page and "→ 2 thủ tục lên mức 4" in page
    assert "Mở nhận trực tuyến ở 1 đơn vị" in page and "→ 1 thủ tục lên mức 3" in page
    assert "Bổ sung thông tin công khai của 1 thủ tục" in page and "→ 1 thủ tục thành toàn trình" in page


def test_what_a_remedy_promises_happens(many: list[Office], en: User) -> None:
    """The account of the whole authority lifts exactly as many as the page said."""
    said = next(one.rising for one in shortfalls.remedies() if one.reason == "fee_account")
    before = Procedure.objects.filter(level=4).count()
    offices.open_account(en, office=None, provider="vnpay", terminal="DEMO0001", secret="x")
    assert Procedure.objects.filter(level=4).count() - before == said == 2


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"reason": "fee_account"}, ["1.900000", "1.900001", "1.900002"]),
        ({"reason": "online_closed"}, ["1.900002"]),
        ({"reason": "record"}, ["1.900003"]),
        ({"office": "H58.31"}, ["1.900000", "1.900001", "1.900002"]),
        ({"sector": "land"}, ["1.900003"]),
        ({"level": "2"}, ["1.900002"]),
        ({"level": "9", "reason": "nonsense"}, ["1.900000", "1.900001", "1.900002", "1.900003"]),
        ({"q": "1.900001"}, ["1.900001"]),
        ({"after": "1.900001"}, ["1.900002", "1.900003"]),
        ({"office": "' or 1=1"}, []),
    ],
)
def test_the_list_is_narrowed_by_reason_office_sector_and_level(
    many: list[Office], door: Door, en: User, asked: dict[str, str], codes: list[str]
) -> None:
    page = shown(door, en, **asked)
    assert [f"1.90000{n}" for n in range(4) if f">1.90000{n} " in page or f'sub">1.90000{n}' in page] == codes


def test_the_list_as_csv_and_xlsx(many: list[Office], door: Door, en: User) -> None:
    answer = door(en).get(f"{URL}tep.csv", {"reason": "fee_account"})
    rows = list(csv.DictReader(io.StringIO(streamed(answer).decode().removeprefix("\ufeff"))))
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["code"], row["office_code"]) for row in rows] == [
        ("1.900000", "H58.30"), ("1.900000", "H58.31"), ("1.900001", "H58.30"), ("1.900001", "H58.31"), ("1.900002", "H58.31"),
    ]  # fmt: skip
    sheet = door(en).get(f"{URL}tep.xlsx")
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as book:
        assert "chưa có tài khoản thu" in book.read("xl/worksheets/sheet1.xml").decode()
    assert door(en).get(f"{URL}tep.pdf").status_code == 404


def test_a_name_that_is_a_formula_stays_a_name(office: Office, door: Door, en: User) -> None:
    offered(office, name=text('=HYPERLINK("http://evil")'), fees=[FEE])
    content = streamed(door(en).get(f"{URL}tep.csv")).decode()
    assert "\"'=HYPERLINK" in content


def test_the_shares_over_time_are_those_that_held(office: Office, en: User) -> None:
    with travel(now() - timedelta(days=70)):
        offering = offered(office, fees=[FEE])
    offices.open_account(en, office=office, provider="vnpay", terminal="DEMO0001", secret="x")
    counts = [share.counts for share in shortfalls.shares()]
    assert counts[0] == {3: 1} and counts[-1] == {4: 1}
    assert len(counts) == 3 and offering.changes.count() == 2


def test_the_page_costs_the_same_for_two_and_for_forty(office: Office, door: Door, en: User) -> None:
    browser = door(en)
    browser.get(URL)
    counts = []
    for codes in (range(2), range(2, 40)):
        for number in codes:
            offered(office, f"1.{800000 + number}", fees=[FEE])
        with CaptureQueriesContext(connection) as seen:
            page = browser.get(URL).content.decode()
        counts.append(len(seen))
    assert "40 thủ tục" in page
    assert counts[0] == counts[1], [query["sql"][:200] for query in seen]


def test_the_history_on_a_procedures_page_tells_its_cause(tenant: Tenant, office: Office, door: Door, en: User) -> None:
    offered(office)
    told = {"blank_forms": "on", "returns_online": "on", "pays_online": "on"}
    door(en).post(reverse("manage_offering", args=["1.999001", office.code]), told)
    page = " ".join(door(en).get(reverse("manage_procedure", args=["1.999001"])).content.decode().split())
    assert "mức độ 2 (Chưa mở nhận trực tuyến) · Đổi dịch vụ tại đơn vị (Võ Thị Én)" in page


def test_citizens_and_clerks_do_not_see_it(tenant: Tenant, door: Door, an: User, binh: User) -> None:
    assert door(an).get(URL).status_code in (403, 404) and door(binh).get(URL).status_code in (403, 404)
