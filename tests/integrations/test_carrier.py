"""The post: an order is taken once, and its way can be followed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integrations import carrier
from integrations.carrier import Event, Order, Party
from integrations.carrier.stand_in import JOURNEY, make_app
from portal import http
from tests.integrations.servers import order, playing, running

RECORDED = {
    "POST /token": "platform_token.json",
    "POST /apiVNPostNGSP/p1.0/order/post": "carrier_order.json",
    "GET /apiVNPostNGSP/p1.0/order/tracking": "carrier_tracking.json",
}
OFFICE = Party("Trung tâm Phục vụ hành chính công phường Gò Công", "02733841234", "82", "28306", "12 Nguyễn Huệ")
AN = Party("Nguyễn Thị An", "0990001234", "82", "28306", "12 Trương Định")
ORDER = Order("H58.30-251121-0001-KQ", OFFICE, AN, "Kết quả hồ sơ")


@pytest.fixture
def stand_in(settings: Any) -> Iterator[str]:
    with running(make_app()) as address:
        settings.CARRIER_URL = address
        yield address


@pytest.fixture(params=["recorded", "stand-in"])
def post(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    with running(make_app() if request.param == "stand-in" else playing(RECORDED)) as address:
        settings.CARRIER_URL = address
        yield


def test_an_order_gets_a_code_under_which_it_is_followed(post: None) -> None:
    assert carrier.create_order(ORDER) == "RB000000001VN"
    first = carrier.track("RB000000001VN")[0]
    assert (first.status, first.text, first.place) == ("ordered", "Bưu điện đã nhận yêu cầu", "Bưu cục Gò Công")
    assert first.at.utcoffset() is not None


def test_what_happened_is_told_oldest_first(settings: Any) -> None:
    with running(playing(RECORDED)) as settings.CARRIER_URL:
        told = carrier.track("RB000000001VN")
    assert told == (
        Event(
            datetime(2025, 11, 21, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
            "ordered",
            "Bưu điện đã nhận yêu cầu",
            "Bưu cục Gò Công",
        ),
        Event(
            datetime(2025, 11, 21, 15, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
            "collected",
            "Đã nhận bưu gửi tại quầy một cửa",
            "Bưu cục Gò Công",
        ),
    )


def test_the_same_number_twice_is_one_consignment(stand_in: str) -> None:
    assert carrier.create_order(ORDER) == carrier.create_order(ORDER)
    assert carrier.create_order(replace(ORDER, number="another")) != carrier.create_order(ORDER)


def test_an_order_without_an_address_is_not_accepted(stand_in: str) -> None:
    with pytest.raises(carrier.NotAccepted, match="ReceiverAddress"):
        carrier.create_order(replace(ORDER, receiver=replace(AN, street="")))


def test_a_consignment_arrives_in_the_end(stand_in: str) -> None:
    code = carrier.create_order(ORDER)
    moved = [http.post_json(f"{stand_in}/__move__/{code}", {})["moved"] for _step in JOURNEY]
    assert moved == [True] * (len(JOURNEY) - 1) + [False]
    told = carrier.track(code)
    assert [event.is_delivered for event in told] == [False] * (len(JOURNEY) - 1) + [True]


def test_an_unknown_code_has_no_story(stand_in: str) -> None:
    assert carrier.track("RB999999999VN") == ()


@pytest.mark.parametrize("mode", ["down", "wrong"])
def test_a_carrier_in_trouble_is_unavailable(stand_in: str, mode: str) -> None:
    order(stand_in, mode)
    for deed in (lambda: carrier.create_order(ORDER), lambda: carrier.track("RB000000001VN"), carrier.check):
        with pytest.raises(carrier.Unavailable):
            deed()
    order(stand_in, "ok")
    assert carrier.check() == ""


def test_a_consignment_goes_on_by_itself_as_time_goes(settings: Any) -> None:
    with running(make_app(pace=timedelta(0))) as settings.CARRIER_URL:
        code = carrier.create_order(ORDER)
        assert [event.status for event in carrier.track(code)][-1] == carrier.DELIVERED
    with running(make_app(pace=timedelta(hours=1))) as settings.CARRIER_URL:
        assert len(carrier.track(carrier.create_order(ORDER))) == 1
