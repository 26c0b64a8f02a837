"""Booking a slot from home: once however often one presses, moved to another time, and never lost on the way."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import queue
from procedures.models import Appointment, Reception

BOOK = "/dat-lich/H58.30/"
MONDAY = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=HERE)
NINE, TEN = "2026-11-23T09:00", "2026-11-23T10:00"


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


def told(client: Any, **more: str) -> dict[str, str]:
    """What a visitor sends from the page: the code that it was drawn with as well."""
    found = re.search(r'name="code" value="([^"]+)"', client.get(BOOK).content.decode())
    assert found
    return {"slot": NINE, "name": "Lê Văn Tám", "code": found.group(1), **more}


def at(one: Appointment) -> str:
    return f"{Appointment.objects.get(pk=one.pk).starts_at.astimezone(HERE):%H:%M}"


def change(one: Appointment) -> str:
    return f"/dat-lich/hen/{one.code}/doi/"


def test_pressing_twice_books_once(here: Reception, door: Any) -> None:
    client = door()
    sent = told(client)
    assert client.post(BOOK, sent).url == client.post(BOOK, sent).url
    assert Appointment.objects.count() == 1
    client.post(BOOK, told(client, slot=TEN))
    assert Appointment.objects.count() == 2


def test_going_back_and_choosing_another_time_says_that_one_has_booked(here: Reception, door: Any) -> None:
    client = door()
    sent = told(client)
    client.post(BOOK, sent)
    assert "Bạn đã đặt lịch này rồi" in client.post(BOOK, {**sent, "slot": TEN}, follow=True).content.decode()
    assert at(Appointment.objects.get()) == "09:00"


@pytest.mark.parametrize("code", ["x", "AAAA-BBBB", "<b>", "1111-1111-1111"])
def test_a_code_that_no_page_was_drawn_with_books_nothing(here: Reception, door: Any, code: str) -> None:
    assert door().post(BOOK, {"slot": NINE, "name": "Một", "code": code}).status_code == 200
    assert not Appointment.objects.exists()


def test_who_is_signed_in_finds_the_own_name(here: Reception, door: Any, an: User) -> None:
    assert f'value="{an.full_name}"' in door(an).get(BOOK).content.decode()
    assert an.full_name not in door().get(BOOK).content.decode()


def test_an_appointment_moves_and_the_old_time_is_free_again(here: Reception, door: Any) -> None:
    one = queue.book(here, NINE, name="Một")
    assert change(one) in door().get(f"/dat-lich/hen/{one.code}/").content.decode()
    assert "Đã đổi giờ hẹn" in door().post(change(one), {"slot": TEN}, follow=True).content.decode()
    assert at(one) == "10:00"
    queue.book(here, NINE, name="Hai")


def test_a_time_that_went_meanwhile_leaves_the_old_one(here: Reception, door: Any) -> None:
    one = queue.book(here, NINE, name="Một")
    queue.book(here, TEN, name="Hai")
    for slot, words in ((TEN, "Giờ này vừa hết chỗ"), ("", "Hãy chọn giờ hẹn")):
        assert words in door().post(change(one), {"slot": slot}).content.decode()
    assert at(one) == "09:00"


def test_what_is_cancelled_used_or_past_does_not_move(here: Reception, door: Any) -> None:
    cancelled, used = queue.book(here, NINE, name="Một"), queue.book(here, TEN, name="Hai")
    queue.cancel(cancelled)
    queue.take_number(here, used)
    past = queue.book(here, "2026-11-23T08:30", name="Ba")
    with travel(MONDAY.replace(hour=9)):
        for one in (cancelled, used, past):
            assert change(one) not in door().get(f"/dat-lich/hen/{one.code}/").content.decode()
            assert "không đổi giờ được nữa" in door().post(change(one), {"slot": "2026-11-23T14:00"}).content.decode()
    assert [at(one) for one in (cancelled, used, past)] == ["09:00", "10:00", "08:30"]


def test_an_office_that_stopped_booking_moves_nobody(here: Reception, door: Any) -> None:
    one = queue.book(here, NINE, name="Một")
    Reception.objects.update(booking_open=False)
    assert change(one) not in door().get(f"/dat-lich/hen/{one.code}/").content.decode()
    assert door().post(change(one), {"slot": TEN}).status_code == 404
