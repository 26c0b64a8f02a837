"""A change of the calendar moves open dossiers in batches: broken off it goes on where it stood, and moves each once."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import AuditEntry, Office, OutboxRow, Tenant, User
from portal.moments import HERE, travel
from portal.outbox import relay
from procedures.actions import calendars, drafts, intake, submission
from procedures.models import CalendarChange, CalendarDay, Dossier, DossierEvent
from procedures.queries.alarms import Calendars
from procedures.queries.integrity import violations
from procedures.workflow import NotAllowed
from tests.forms import offered

Door = Callable[..., Client]
MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
NOON = MONDAY + datetime.timedelta(hours=2)
SOURCE = "Công văn 12/UBND-NC ngày 16/11/2026"
OFF = {"day": "2026-11-18", "kind": "off", "name": "Nghỉ tránh bão", "source": SOURCE}
ADD, FRIDAY = "/quan-tri/lich/them/", datetime.date(2026, 11, 20)
MANY = 5


class Killed(BaseException):
    """What no handler of errors catches."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(calendars, "AT_ONCE", 2)
    with travel(NOON):
        yield


@pytest.fixture
def accepted(tenant: Tenant, office: Office, an: User, binh: User) -> list[Dossier]:
    """Three working days from Monday: due on Thursday at five."""
    made = []
    with travel(MONDAY):
        offering = offered(office)
        for number in range(MANY):
            draft = drafts.start(offering, an)
            drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
            made.append(intake.accept(submission.submit(draft, an, f"key-{number}"), binh))
    return made


def moved(dossiers: list[Dossier]) -> int:
    due = Dossier.objects.filter(pk__in=[one.pk for one in dossiers]).values_list("due_at", flat=True)
    return sum(moment is not None and moment.astimezone(HERE).date() == FRIDAY for moment in due)


def corrections() -> list[int]:
    """How many events each dossier has that say that the calendar moved it."""
    pks = DossierEvent.objects.filter(step="correct", facts__what="calendar").values_list("dossier", flat=True)
    return sorted(list(pks).count(pk) for pk in set(pks))


def work(tenant: Tenant) -> None:
    """What a worker would do of it; letters and slips of the arrangement are nobody's business here."""
    OutboxRow.objects.exclude(kind="move_calendar").delete()
    relay(tenant)


def begun(door: Door, en: User) -> Any:
    return door(en).post(ADD, {**OFF, "confirmed": "yes"})


def test_the_first_follow_at_once_and_the_rest_in_the_background(
    accepted: list[Dossier], tenant: Tenant, door: Door, en: User
) -> None:
    page = door(en).get(begun(door, en).url).content.decode()
    assert moved(accepted) == 2 and f"Đã xem 2 trên {MANY} hồ sơ." in page and "<progress" in page
    work(tenant)
    page = door(en).get(f"/quan-tri/lich/thay-doi/{CalendarChange.objects.get().pk}/").content.decode()
    assert moved(accepted) == MANY and f"{MANY} hồ sơ có hạn mới" in page and SOURCE in page
    assert corrections() == [1] * MANY and violations() == []
    assert AuditEntry.objects.filter(action="calendar.change").count() == 1


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Dies while it moves the n-th from here, after that one's event was written."""
    move, done = calendars._move, []

    def dying(*told: Any) -> None:
        move(*told)
        done.append(1)
        if len(done) == number:
            raise Killed

    monkeypatch.setattr(calendars, "_move", dying)


def test_killed_half_way_it_goes_on_where_it_stood(
    accepted: list[Dossier], tenant: Tenant, door: Door, en: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begun(door, en).url
    with monkeypatch.context() as once:
        killed_at(once, 3)
        with pytest.raises(Killed):
            work(tenant)
    row = CalendarChange.objects.get()
    assert (row.seen, row.moved, row.ended_at, moved(accepted)) == (4, 4, None, 4)
    assert f"Đã xem 4 trên {MANY} hồ sơ." in door(en).get(address).content.decode()
    with travel(NOON + datetime.timedelta(minutes=2)):
        work(tenant)
    row.refresh_from_db()
    assert (row.seen, row.moved, moved(accepted)) == (MANY, MANY, MANY) and row.ended_at is not None
    assert corrections() == [1] * MANY and violations() == []


def test_without_the_mark_in_the_same_transaction_the_killed_half_is_not_taken_back(
    accepted: list[Dossier], tenant: Tenant, door: Door, en: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: moved apart from the mark, the dossier before the blow stays moved and is counted by nobody."""
    begun(door, en)
    row = CalendarChange.objects.get()
    rest = Dossier.objects.filter(pk__gt=row.after).order_by("pk")
    killed_at(monkeypatch, 2)
    days = Calendars()
    with pytest.raises(Killed):
        for dossier in rest:
            move = calendars._move_of(dossier, days)
            assert move is not None
            calendars._move(move, row)
    row.refresh_from_db()
    assert moved(accepted) == 4 and row.seen == 2


def test_run_twice_it_moves_each_once(accepted: list[Dossier], tenant: Tenant, door: Door, en: User) -> None:
    begun(door, en)
    first = OutboxRow.objects.get(kind="move_calendar")
    work(tenant)
    before = CalendarChange.objects.values_list("seen", "moved", "after", "ended_at").get()
    OutboxRow.objects.filter(pk=first.pk).update(done_at=None)
    work(tenant)
    assert CalendarChange.objects.values_list("seen", "moved", "after", "ended_at").get() == before
    assert corrections() == [1] * MANY


def test_without_the_place_it_would_count_them_twice(
    accepted: list[Dossier], tenant: Tenant, door: Door, en: User
) -> None:
    """The control: who is asked again for what was done, and does not know it, sees to them once more."""
    begun(door, en)
    work(tenant)
    row = CalendarChange.objects.get()
    CalendarChange.objects.update(after=0, ended_at=None)
    calendars.carry_on(row.pk, 0)
    row.refresh_from_db()
    assert row.seen > MANY


def test_while_one_change_goes_on_the_next_is_refused_in_words(
    accepted: list[Dossier], tenant: Tenant, door: Door, en: User
) -> None:
    begun(door, en)
    page = door(en).post(ADD, {**OFF, "day": "2026-11-19", "confirmed": "yes"}).content.decode()
    assert f"2 trên {MANY} hồ sơ" in page and CalendarDay.objects.count() == 1
    work(tenant)
    begun_again = door(en).post(ADD, {**OFF, "day": "2026-11-19", "confirmed": "yes"})
    assert begun_again.status_code == 302 and CalendarDay.objects.count() == 2


def test_one_that_cannot_be_counted_stays_is_named_and_holds_up_no_other(
    accepted: list[Dossier], tenant: Tenant, door: Door, en: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_of, bad = calendars._move_of, accepted[3].pk

    def refusing(dossier: Dossier, days: Any) -> Any:
        if dossier.pk == bad:
            raise NotAllowed("Không tính được hạn.")
        return move_of(dossier, days)

    with monkeypatch.context() as once:
        once.setattr(calendars, "_move_of", refusing)
        address = begun_with(door, en, once, move_of)
        work(tenant)
    page = door(en).get(address).content.decode()
    assert moved(accepted) == MANY - 1 and accepted[3].reference in page and "Không tính được hạn." in page
    door(en).post(f"{address}lai/")
    work(tenant)
    row = CalendarChange.objects.get()
    assert moved(accepted) == MANY and row.stayed == [] and row.moved == MANY and corrections() == [1] * MANY


def begun_with(door: Door, en: User, patch: pytest.MonkeyPatch, weighing: Any) -> str:
    """Weighed as it was, so that only the batches meet the one that cannot be counted."""
    refusing = calendars._move_of
    weigh = calendars._weighed

    def weighed(change: Any) -> Any:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(calendars, "_move_of", weighing)
            return weigh(change)

    assert refusing is not weighing
    patch.setattr(calendars, "_weighed", weighed)
    return str(begun(door, en).url)


def test_of_very_many_only_the_first_are_weighed_one_by_one(
    accepted: list[Dossier], door: Door, en: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{MANY} hồ sơ đang mở sẽ có hạn mới" in door(en).post(ADD, OFF).content.decode()
    weighed: list[int] = []
    move_of = calendars._move_of
    monkeypatch.setattr(calendars, "WEIGHED", 3)

    def counted(one: Dossier, days: Calendars) -> Any:
        weighed.append(one.pk)
        return move_of(one, days)

    monkeypatch.setattr(calendars, "_move_of", counted)
    page = door(en).post(ADD, OFF).content.decode()
    assert len(weighed) == 3 and f"Nhiều nhất {MANY} hồ sơ đang mở sẽ có hạn mới" in page


def test_a_batch_costs_the_same_whatever_was_done_before(
    accepted: list[Dossier], tenant: Tenant, door: Door, en: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "AT_ONCE", 1)
    begun(door, en)
    row, costs = CalendarChange.objects.get(), []
    for _number in range(3):
        row.refresh_from_db()
        with CaptureQueriesContext(connection) as seen:
            calendars.carry_on(row.pk, row.after)
        costs.append(len(seen))
    assert costs[1] == costs[2], "the first one also reads what is kept of versions and offices"


def test_an_auditor_sees_the_change_and_cannot_run_it(accepted: list[Dossier], door: Door, en: User, cast: Any) -> None:
    address = begun(door, en).url
    khoa = cast.people["khoa"]
    assert door(khoa).get(address).status_code == 200
    assert door(khoa).post(f"{address}lai/").status_code in (403, 404)
