"""Two desks at one queue, two people at the last slot of a day; and what happens without the locks."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import QuerySet

from portal.models import User
from portal.moments import HERE, travel
from portal.tenancy import inside
from procedures.actions import queue
from procedures.models import Appointment, Reception, Ticket
from procedures.queries import queue as known
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race
MONDAY = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=HERE)
SLOT = "2026-11-23T09:00"
PEOPLE = 6


@pytest.fixture
def reception(scene: Scene) -> Iterator[Reception]:
    with travel(MONDAY), inside(scene.tenant):
        made: Reception = Reception.objects.create(
            office=scene.office, numbers_open=True, booking_open=True, capacity=1, windows=2
        )
    yield made


def in_turn(scene: Scene, reception: Reception) -> list[Any]:
    """People wait; both desks press "next" at once, each three times. Which numbers were called."""
    clerks = [scene.people["clerk"], scene.people["second clerk"]]
    with travel(MONDAY), inside(scene.tenant):
        for _number in range(PEOPLE):
            queue.take_number(reception)

    def call(number: int) -> list[int]:
        return [called(scene, clerks[number], number + 1) for _press in range(PEOPLE // 2)]

    return [number for one in together(call, 2) for number in (one if isinstance(one, list) else [one])]


def called(scene: Scene, clerk: User, window: int) -> int:
    with travel(MONDAY), inside(scene.tenant):
        return queue.call_next(scene.office, clerk, window).number


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The locks of rows, all of them, off."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows.all())


def test_two_desks_that_call_at_once_call_two_people(scene: Scene, reception: Reception) -> None:
    assert sorted(in_turn(scene, reception)) == list(range(1, PEOPLE + 1))
    with inside(scene.tenant):
        states = Ticket.objects.order_by("number").values_list("state", flat=True)
        assert sorted(states) == ["called", "called", "done", "done", "done", "done"]


def test_without_the_lock_one_person_is_called_to_two_desks(
    scene: Scene, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: both see the same first in line before either has called."""
    unlocked(monkeypatch)
    meet, first = meeting(2), QuerySet.first

    def seen(rows: "QuerySet[Any]") -> Any:
        found = first(rows)
        if rows.model is Ticket and "turn" in rows.query.annotations:
            meet()
        return found

    monkeypatch.setattr(QuerySet, "first", seen)
    numbers = in_turn(scene, reception)
    assert len(numbers) > len(set(numbers))


def booked(scene: Scene, reception: Reception) -> tuple[list[str], int]:
    """Two people at the last place of a slot: what each was told, and how many hold it."""

    def book(number: int) -> str:
        with travel(MONDAY), inside(scene.tenant):
            return queue.book(reception, SLOT, name=f"Người {number}").code and "booked"

    told = [one if isinstance(one, str) else str(one) for one in together(book, 2)]
    with inside(scene.tenant):
        return sorted(told), Appointment.objects.filter(office=scene.office).count()


def test_of_two_who_book_the_last_slot_one_has_it_and_the_other_is_told(scene: Scene, reception: Reception) -> None:
    told, many = booked(scene, reception)
    assert many == 1
    assert told == ["Giờ này vừa hết chỗ. Hãy chọn giờ khác.", "booked"]


def test_without_the_lock_two_hold_one_place(
    scene: Scene, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: both see it free before either has booked."""
    unlocked(monkeypatch)
    meet = meeting(2)

    def seen(reception: Reception, slot: str) -> known.Slot | None:
        found = known.slot_at(reception, slot)
        meet()
        return found

    monkeypatch.setattr(queue, "slot_at", seen)
    assert booked(scene, reception) == (["booked", "booked"], 2)
