"""Numbers at the door and booked slots: nobody twice, nobody lost, only while the office works, and nobody's name on the board."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import queue
from procedures.models import Appointment, CounterIntake, Reception, Ticket
from procedures.workflow import NotAllowed
from tests.cast import Cast, make_office
from tests.forms import offered
from tests.pages.desk import opened
from tests.pages.test_query_counts import statements

LINE = "/mot-cua/hang-cho/"
KIOSK = "/mot-cua/hang-cho/H58.30/lay-so/"
BOARD = "/xep-hang/H58.30/"
BOOK = "/dat-lich/H58.30/"
MONDAY = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=HERE)
SLOT = "2026-11-23T09:00"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with travel(MONDAY):
        yield


@pytest.fixture
def here(tenant: Tenant, office: Office) -> Reception:
    made: Reception = Reception.objects.create(
        office=office, numbers_open=True, booking_open=True, capacity=1, windows=3
    )
    return made


def numbers(client: Any, many: int) -> None:
    for _press in range(many):
        client.post(KIOSK)


def test_numbers_follow_each_other_and_are_called_in_turn(here: Reception, door: Any, binh: User) -> None:
    client = door(binh)
    numbers(client, 3)
    assert list(Ticket.objects.values_list("number", flat=True)) == [1, 2, 3]
    client.post(LINE, {"deed": "next", "window": "2", "office": "H58.30"})
    board = door().get(BOARD).content.decode()
    assert "Mời đến quầy 2" in board
    client.post(LINE, {"deed": "next", "window": "2", "office": "H58.30"})
    assert list(Ticket.objects.order_by("number").values_list("state", flat=True)) == ["done", "called", "waiting"]


def test_an_absent_one_is_marked_and_an_empty_line_says_so(here: Reception, door: Any, binh: User) -> None:
    client = door(binh)
    numbers(client, 1)
    client.post(LINE, {"deed": "next", "window": "1"})
    client.post(LINE, {"deed": "absent"})
    assert Ticket.objects.get().state == "absent"
    assert "Không còn ai đang chờ" in client.post(LINE, {"deed": "next", "window": "1"}, follow=True).content.decode()


def test_an_intake_is_opened_from_the_number_that_was_called(
    here: Reception, office: Office, door: Any, binh: User
) -> None:
    client, offering = door(binh), offered(office)
    numbers(client, 1)
    client.post(LINE, {"deed": "next", "window": "1"})
    called = Ticket.objects.get()
    assert "Đang phục vụ số" in client.get(f"/mot-cua/tiep-nhan/?so={called.pk}").content.decode()
    opened(client, offering, ticket=str(called.pk))
    assert CounterIntake.objects.get().ticket == called


def test_no_number_is_given_while_the_office_is_closed(here: Reception, door: Any, binh: User) -> None:
    with travel(MONDAY.replace(hour=12)):
        page = door(binh).post(KIOSK).content.decode()
    assert "Ngoài giờ làm việc" in page
    assert not Ticket.objects.exists()


def test_an_office_without_a_queue_has_none(tenant: Tenant, office: Office, door: Any, binh: User, an: User) -> None:
    assert "chưa cấp số thứ tự" in door(binh).get(LINE).content.decode()
    assert door(binh).get(KIOSK).status_code == 404
    assert door().get(BOARD).status_code == 404
    assert door().get(BOOK).status_code == 404
    assert "Hiện chưa đơn vị nào" in door().get("/dat-lich/").content.decode()
    assert door(an).get(LINE).status_code == 404


def test_a_clerk_serves_the_own_office_only(here: Reception, door: Any, binh: User) -> None:
    other = make_office("H58.31", "Ủy ban nhân dân phường Long Thuận")
    Reception.objects.create(office=other, numbers_open=True)
    assert door(binh).get("/mot-cua/hang-cho/H58.31/lay-so/").status_code == 404
    door(binh).post(LINE, {"deed": "give", "office": "H58.31"})
    assert Ticket.objects.get().office == here.office


def test_a_slot_is_booked_seen_used_and_goes_first(here: Reception, door: Any, binh: User) -> None:
    told = {"slot": SLOT, "name": "Lê Văn Tám", "phone": "0912345678"}
    address = door().post(BOOK, told).url
    page = door().get(address).content.decode()
    booked = Appointment.objects.get()
    assert booked.code in page
    client = door(binh)
    assert "Lê Văn Tám" in client.get(LINE).content.decode()
    numbers(client, 1)
    for _press in range(2):
        client.post(KIOSK, {"code": booked.code.lower()})
    assert Ticket.objects.filter(appointment=booked).count() == 1
    with travel(MONDAY.replace(hour=9)):
        client.post(LINE, {"deed": "next", "window": "1"})
    called = Ticket.objects.get(state="called")
    assert called.appointment == booked
    assert "Tám" not in door().get(BOARD).content.decode()


def test_a_full_slot_takes_nobody_more_and_what_was_typed_stays(here: Reception, door: Any) -> None:
    door().post(BOOK, {"slot": SLOT, "name": "Một"})
    page = door().post(BOOK, {"slot": SLOT, "name": "Hai"}).content.decode()
    assert "Giờ này vừa hết chỗ" in page
    assert 'value="Hai"' in page
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("slot", ["2026-11-23T12:00", "2026-11-22T09:00", "2026-11-23T07:30", "2027-11-22T09:00", "x"])
def test_only_slots_of_working_hours_to_come_can_be_booked(here: Reception, door: Any, slot: str) -> None:
    assert door().post(BOOK, {"slot": slot, "name": "Một"}).status_code == 200
    with pytest.raises(NotAllowed):
        queue.book(here, slot, name="Một")
    assert not Appointment.objects.exists()


def test_a_cancelled_slot_is_free_again_and_cancelling_twice_is_once(here: Reception, door: Any) -> None:
    address = door().post(BOOK, {"slot": SLOT, "name": "Một"}).url
    for _press in range(2):
        assert door().post(address).status_code == 302
    assert "đã hủy" in door().get(address).content.decode()
    assert door().post(BOOK, {"slot": SLOT, "name": "Hai"}).status_code == 302


def test_a_past_appointment_is_not_cancelled(here: Reception, door: Any) -> None:
    address = door().post(BOOK, {"slot": SLOT, "name": "Một"}).url
    with travel(MONDAY.replace(hour=10)):
        assert "đã qua" in door().post(address).content.decode()
    assert Appointment.objects.get().cancelled_at is None


def test_a_code_of_nobody_gives_no_number(here: Reception, door: Any, binh: User) -> None:
    assert "Không có lịch hẹn nào" in door(binh).post(KIOSK, {"code": "AAAA-BBBB-CCCC"}).content.decode()
    assert not Ticket.objects.exists()


def test_the_administrator_opens_it_and_nobody_else(
    tenant: Tenant, office: Office, door: Any, en: User, cast: Cast
) -> None:
    told = {
        "numbers_open": "on",
        "booking_open": "on",
        "windows": 2,
        "slot_minutes": 20,
        "capacity": 3,
        "days_ahead": 7,
    }
    address = f"/quan-tri/don-vi/{office.code}/quay/"
    assert door(cast.people["khoa"]).post(address, told).status_code == 404
    assert door(en).post(address, told).status_code == 302
    assert Reception.objects.get().capacity == 3
    assert "Lỗi:" in door(en).post(address, {**told, "capacity": 0}).content.decode()


def test_the_board_and_the_line_ask_the_same_for_two_and_for_twenty(here: Reception, door: Any, binh: User) -> None:
    def asked(client: Any, address: str) -> int:
        client.get(address)
        with statements() as found:
            client.get(address)
        return len(found)

    numbers(door(binh), 2)
    few = [asked(door(), BOARD), asked(door(binh), LINE), asked(door(), BOOK)]
    numbers(door(binh), 18)
    assert [asked(door(), BOARD), asked(door(binh), LINE), asked(door(), BOOK)] == few
    assert max(few) <= 12
