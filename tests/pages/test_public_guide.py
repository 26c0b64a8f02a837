"""One question at a time to the right procedure and case, before any sign-in, with everything in the address."""

import re
from typing import Any

import pytest
from django.test import Client

from portal.models import Office
from tests.cast import make_office
from tests.conftest import Door
from tests.forms import definition, text
from tests.pages.public import publish

LOAN = {"field": "purpose", "is": "loan"}
CHANGES: dict[str, Any] = {
    "life_events": ["papers"],
    "channels": ["online", "counter"],
    "papers": [
        {"key": "request", "name": text("Tờ khai"), "originals": 1, "blank_form": True},
        {"key": "contract", "name": text("Hợp đồng vay"), "copies": 2, "when": LOAN},
        {"key": "card", "name": text("Thẻ căn cước"), "present_only": True, "replaced_by": "population"},
    ],
    "cases": [
        {"key": "loan", "name": text("Để vay vốn"), "when": LOAN, "time": {"amount": 5, "unit": "working_day"}},
        {"key": "other", "name": text("Việc khác"), "when": None},
    ],
    "fees": [
        {"key": "charge", "name": text("Lệ phí"), "kind": "charge", "amount": {"online": 10000, "counter": 20000}, "when": LOAN},
    ],
}  # fmt: skip
AT = "/huong-dan/?ai=self&viec=papers&thu-tuc=1.999001"


@pytest.fixture(autouse=True)
def offered(office: Office) -> None:
    publish(office, "1.999001", "Xác nhận để vay vốn", **CHANGES)
    publish(office, "1.999002", "Xác nhận khác", life_events=["papers"], audience=["business"])


def shown(client: Client, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def values(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{re.escape(name)}" value="([^"]+)"', page)


def test_it_asks_for_whom_then_what_then_which(door: Door) -> None:
    page = shown(door(), "/huong-dan/")
    assert "Bạn cần làm thủ tục cho ai?" in page and values(page, "ai") == ["self", "family", "business"]
    page = shown(door(), "/huong-dan/?ai=self")
    assert values(page, "viec") == ["papers", "khac"] and values(page, "ai") == ["self"]
    page = shown(door(), "/huong-dan/?ai=self&viec=papers")
    assert values(page, "thu-tuc") == ["1.999001"]
    assert values(shown(door(), "/huong-dan/?ai=business&viec=papers"), "thu-tuc") == ["1.999002"]


def test_one_question_a_page_each_with_one_heading_and_a_way_back(door: Door) -> None:
    for url in ("/huong-dan/", "/huong-dan/?ai=self", f"{AT}&cach=online", f"{AT}&cach=online&d.purpose=loan"):
        page = shown(door(), url)
        assert page.count("<h1") == 1 and 'class="back"' in page


def test_where_it_is_done_at_several_places_it_asks_where(door: Door) -> None:
    publish(make_office("H58.31", "Ủy ban nhân dân xã Tân Hòa"), "1.999001", "Xác nhận để vay vốn", **CHANGES)
    page = shown(door(), AT)
    assert "Bạn làm ở đâu?" in page and values(page, "co-quan") == ["H58.30", "H58.31"]
    assert "Bạn muốn nộp hồ sơ bằng cách nào?" in shown(door(), f"{AT}&co-quan=H58.31")


def test_then_the_procedures_own_questions_and_only_those_that_decide(door: Door) -> None:
    page = shown(door(), f"{AT}&cach=online")
    assert "Mục đích" in page and values(page, "d.purpose") == ["loan", "other", "-"]
    assert "Họ và tên" not in page


def test_it_ends_with_exactly_what_this_person_needs(door: Door) -> None:
    page = shown(door(), f"{AT}&cach=counter&d.purpose=loan")
    for told in (
        "Hợp đồng vay",
        "2 bản sao",
        "5 ngày làm việc",
        "20.000",
        "Để vay vốn",
        "Ủy ban nhân dân phường Gò Công",
    ):
        assert told in page, told
    page = shown(door(), f"{AT}&cach=online&d.purpose=other")
    assert "Hợp đồng vay" not in page and "3 ngày làm việc" in page and "10.000" not in page
    assert "Không phải nộp: cơ sở dữ liệu dân cư trả lời thay" in page


def test_what_is_left_open_is_told_as_open(door: Door) -> None:
    page = shown(door(), f"{AT}&cach=online&d.purpose=-")
    assert "Có thể cần thêm" in page and "Chỉ khi “Mục đích” là “Vay vốn”." in page
    assert "có thể khác" in page
    assert "Có thể cần thêm" not in shown(door(), f"{AT}&cach=online&d.purpose=other")


def test_every_answer_leads_back_to_its_question(door: Door) -> None:
    page = shown(door(), f"{AT}&cach=online&d.purpose=loan")
    assert 'href="/huong-dan/?ai=self&amp;viec=papers&amp;thu-tuc=1.999001&amp;cach=online"' in page
    assert 'href="/huong-dan/?ai=self"' in page


@pytest.mark.parametrize(
    "query",
    ["?ai=nobody", "?ai=self&viec=nonsense", "?ai=self&viec=papers&thu-tuc=9.9", "?thu-tuc=1.999001&cach=nonsense", "?thu-tuc=1.999001&cach=online&d.purpose=nonsense",
     "?thu-tuc=1.999001&d.nothing=1", "?ai=%00&d.x=%00", "?ai=<script>", "?" + "&".join(f"d.q{n}=1" for n in range(300))],
)  # fmt: skip
def test_nothing_in_the_address_breaks_it(door: Door, query: str) -> None:
    page = shown(door(), f"/huong-dan/{query}")
    assert page.count("<h1") == 1 and "<script>" not in page


def test_a_number_is_asked_for_and_judged_as_in_the_form(door: Door, office: Office) -> None:
    raw = definition()["form"]
    raw["sections"][0]["fields"].append(
        {"key": "rooms", "label": text("Số phòng"), "type": "number", "required": True, "max": 50}
    )
    fee = {"key": "fee", "name": text("Phí"), "kind": "fee", "amount": {"base": 0, "each": 1000, "of": "rooms"}}
    publish(office, "1.999003", "Tính theo phòng", form=raw, fees=[fee], channels=["counter"])
    at = "/huong-dan/?thu-tuc=1.999003"
    assert 'name="d.rooms"' in shown(door(), at)
    wrong = shown(door(), f"{at}&d.rooms=nhiều")
    assert "<title>Lỗi:" in wrong and 'value="nhiều"' in wrong and 'aria-invalid="true"' in wrong
    assert "không được lớn hơn 50" in shown(door(), f"{at}&d.rooms=51")
    assert "12.000" in shown(door(), f"{at}&d.rooms=12")


def test_no_personal_question_is_ever_asked(door: Door, office: Office) -> None:
    """What would put a person's data into an address is left to the form: its papers are told with their rule."""
    raw = definition()["form"]
    raw["sections"][0]["fields"].append(
        {"key": "mother", "label": text("Họ tên mẹ"), "type": "text", "required": False}
    )
    papers = [
        {"key": "proof", "name": text("Giấy tờ của mẹ"), "copies": 1, "when": {"field": "mother", "filled": True}}
    ]
    publish(office, "1.999004", "Có hỏi tên mẹ", form=raw, papers=papers, channels=["counter"])
    page = shown(door(), "/huong-dan/?thu-tuc=1.999004")
    assert "d.mother" not in page
    assert "Giấy tờ của mẹ" in page and "Có thể cần thêm" in page


def test_the_way_to_the_form_carries_the_answers(door: Door) -> None:
    assert 'href="/thu-tuc/1.999001/nop/?d.purpose=loan"' in shown(door(), f"{AT}&cach=online&d.purpose=loan")


def test_what_only_the_person_knows_is_left_open(door: Door, office: Office) -> None:
    papers = [
        {
            "key": "proof",
            "name": text("Giấy tờ của người cao tuổi"),
            "copies": 1,
            "when": {"field": "profile.age", "gte": 60},
        }
    ]
    publish(office, "1.999005", "Theo tuổi", papers=papers, channels=["counter"])
    page = shown(door(), "/huong-dan/?thu-tuc=1.999005")
    assert "Có thể cần thêm" in page and "Giấy tờ của người cao tuổi" in page
