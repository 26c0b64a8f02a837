"""A change of the calendar tells what it would move, and moves it only when it is confirmed."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry, Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import drafts, intake, submission
from procedures.models import CalendarDay, Dossier, DueChange, Message
from tests.forms import offered

Door = Callable[..., Client]
MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
SOURCE = "Công văn 12/UBND-NC ngày 16/11/2026"
OFF = {"day": "2026-11-18", "kind": "off", "name": "Nghỉ tránh bão", "source": SOURCE}


@pytest.fixture(autouse=True)
def monday_noon() -> Iterator[None]:
    with travel(MONDAY + datetime.timedelta(hours=2)):
        yield


@pytest.fixture
def accepted(tenant: Tenant, office: Office, an: User, binh: User) -> Dossier:
    """Three working days from Monday: due on Thursday at five."""
    filed = _file(office, an, "key-1")
    with travel(MONDAY + datetime.timedelta(hours=1)):
        intake.accept(filed, binh)
    return filed


def _file(office: Office, an: User, key: str) -> Dossier:
    with travel(MONDAY):
        draft = drafts.start(offered(office), an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        return submission.submit(draft, an, key)


def _due(dossier: Dossier) -> datetime.date:
    dossier.refresh_from_db()
    assert dossier.due_at is not None
    return dossier.due_at.astimezone(HERE).date()


def test_a_day_off_is_weighed_first_and_changes_nothing(accepted: Dossier, door: Door, en: User) -> None:
    page = door(en).post(reverse("manage_day_add"), OFF).content.decode()
    assert "1 hồ sơ đang mở sẽ có hạn mới" in page
    assert accepted.number in page and "20/11/2026" in page
    assert _due(accepted) == datetime.date(2026, 11, 19)
    assert not CalendarDay.objects.exists()
    assert not accepted.events.filter(step="correct").exists()


def test_a_confirmed_day_moves_due_dates_and_each_dossier_says_why(accepted: Dossier, door: Door, en: User) -> None:
    page = door(en).post(reverse("manage_day_add"), {**OFF, "confirmed": "yes"}, follow=True).content.decode()
    assert "1 hồ sơ có hạn mới" in page
    assert _due(accepted) == datetime.date(2026, 11, 20)
    event = accepted.events.get(step="correct")
    assert (event.actor, event.actor_role, event.reason) == (en, "administrator", SOURCE)
    assert DueChange.objects.filter(dossier=accepted).count() == 2
    assert AuditEntry.objects.get(action="calendar.change").facts["moved"] == 1


def test_a_day_that_is_taken_back_moves_them_back(accepted: Dossier, door: Door, en: User) -> None:
    browser = door(en)
    browser.post(reverse("manage_day_add"), {**OFF, "confirmed": "yes"})
    address = reverse("manage_day_drop", args=[CalendarDay.objects.get().pk])
    assert "1 hồ sơ đang mở sẽ có hạn mới" in browser.post(address, {"source": SOURCE}).content.decode()
    browser.post(address, {"source": SOURCE, "confirmed": "yes"})
    assert _due(accepted) == datetime.date(2026, 11, 19)
    assert not CalendarDay.objects.exists()


def test_a_working_saturday_brings_a_due_date_forward(accepted: Dossier, door: Door, en: User) -> None:
    browser = door(en)
    for day in ("2026-11-18", "2026-11-19"):
        browser.post(reverse("manage_day_add"), {**OFF, "day": day, "confirmed": "yes"})
    assert _due(accepted) == datetime.date(2026, 11, 23)
    browser.post(reverse("manage_day_add"), {**OFF, "day": "2026-11-21", "kind": "working", "confirmed": "yes"})
    assert _due(accepted) == datetime.date(2026, 11, 21)


def test_another_office_s_day_and_a_day_after_the_due_date_move_nothing(
    accepted: Dossier, door: Door, en: User
) -> None:
    elsewhere = Office.objects.create(code="H58.31", name="Phường Long Thuận", kind="commune")
    for told in ({**OFF, "office": elsewhere.pk}, {**OFF, "day": "2026-11-24"}):
        page = door(en).post(reverse("manage_day_add"), told).content.decode()
        assert "Không hồ sơ đang mở nào đổi hạn." in page


def test_a_dossier_that_waits_for_acceptance_moves_by_its_own_clock(
    tenant: Tenant, office: Office, an: User, door: Door, en: User
) -> None:
    waiting = _file(office, an, "key-2")
    before = waiting.acceptance_due_at
    page = (
        door(en)
        .post(reverse("manage_day_add"), {**OFF, "day": "2026-11-17", "confirmed": "yes"}, follow=True)
        .content.decode()
    )
    waiting.refresh_from_db()
    assert "1 hồ sơ có hạn mới" in page
    assert before is not None and waiting.acceptance_due_at == before + datetime.timedelta(days=1)


def test_other_hours_of_an_office_move_due_dates_from_today(
    accepted: Dossier, office: Office, door: Door, en: User
) -> None:
    browser = door(en)
    browser.post(reverse("manage_day_add"), {**OFF, "confirmed": "yes"})
    browser.post(reverse("manage_day_add"), {**OFF, "day": "2026-11-20", "confirmed": "yes"})
    assert _due(accepted) == datetime.date(2026, 11, 23)
    week = {f"day_{number}": "07:00-11:30 13:30-17:00" for number in range(5)} | {"day_5": "7:00-11:30"}
    told = {**week, "since": "2026-11-16", "source": SOURCE, "confirmed": "yes"}
    browser.post(reverse("manage_office_hours", args=[office.code]), told)
    assert _due(accepted) == datetime.date(2026, 11, 21)
    assert f"{accepted.due_at:%H:%M}" == "04:30"  # half past eleven here: a Saturday's morning counts as its day


def test_a_half_day_closes_the_last_day_earlier(accepted: Dossier, door: Door, en: User) -> None:
    half = {**OFF, "day": "2026-11-19", "kind": "working", "slots": "07:00-11:30", "confirmed": "yes"}
    door(en).post(reverse("manage_day_add"), half)
    assert accepted.events.filter(step="correct").exists()
    accepted.refresh_from_db()
    assert accepted.due_at is not None and f"{accepted.due_at.astimezone(HERE):%d %H:%M}" == "19 11:30"


@pytest.mark.parametrize("slots", ["7-11", "11:30-07:00", "07:00-11:00 10:00-12:00", "xyz"])
def test_hours_that_are_none_are_refused(accepted: Dossier, door: Door, en: User, slots: str) -> None:
    page = door(en).post(reverse("manage_day_add"), {**OFF, "kind": "working", "slots": slots}).content.decode()
    assert "<title>Lỗi:" in page and slots in page
    assert not CalendarDay.objects.exists()


def test_whose_date_moves_is_told_by_mail(accepted: Dossier, door: Door, en: User, an: User) -> None:
    door(en).post(reverse("manage_day_add"), {**OFF, "confirmed": "yes"})
    letter = Message.objects.get(recipient=an, occasion="due_moved")
    assert SOURCE in letter.body and "20/11/2026" in letter.body


def test_a_calendar_without_a_working_day_in_a_year_is_refused_in_words(
    accepted: Dossier, office: Office, door: Door, en: User
) -> None:
    """Every weekday but one is off by the hours; then that one is taken away day by day."""
    browser = door(en)
    address = reverse("manage_office_hours", args=[office.code])
    page = browser.post(address, {"since": "2026-11-16", "source": SOURCE}).content.decode()
    assert "Phải có ít nhất một ngày làm việc trong tuần" in page
    fridays = [datetime.date(2026, 11, 20) + datetime.timedelta(days=7 * number) for number in range(54)]
    only = {"day_4": "07:00-11:30", "since": "2026-11-16", "source": SOURCE, "confirmed": "yes"}
    browser.post(address, only)
    before = _due(accepted)
    for day in fridays[:-1]:
        CalendarDay.objects.create(day=day, kind="off", name="Nghỉ", source=SOURCE, office=office)
    told = {**OFF, "day": "2026-11-16", "office": office.pk, "confirmed": "yes"}
    page = browser.post(reverse("manage_day_add"), told).content.decode()
    assert "không có ngày làm việc nào trong một năm" in page and "<title>Lỗi:" in page
    assert _due(accepted) == before and not CalendarDay.objects.filter(day="2026-11-16").exists()


def test_a_day_without_its_source_is_refused_and_everything_typed_stays(
    accepted: Dossier, door: Door, en: User
) -> None:
    page = door(en).post(reverse("manage_day_add"), {**OFF, "source": "", "confirmed": "yes"}).content.decode()
    assert "<title>Lỗi:" in page and "Nghỉ tránh bão" in page
    assert not CalendarDay.objects.exists()


def test_the_year_shows_the_nearer_rule(tenant: Tenant, office: Office, door: Door, en: User) -> None:
    CalendarDay.objects.create(day="2026-09-02", kind="working", name="Trực lễ", source=SOURCE, office=office)
    browser, address = door(en), reverse("manage_calendar")
    assert "Trực lễ" not in browser.get(address, {"year": "2026"}).content.decode()
    assert "Trực lễ" in browser.get(address, {"year": "2026", "office": office.code}).content.decode()
    assert browser.get(address, {"year": "9999", "office": "X"}).status_code == 200


def test_weighing_costs_the_same_for_one_dossier_and_for_five(
    accepted: Dossier, office: Office, an: User, binh: User, door: Door, en: User
) -> None:
    browser, counts = door(en), []
    for more in (0, 4):
        for number in range(more):
            intake.accept(_file(office, an, f"more-{number}"), binh)
        browser.post(reverse("manage_day_add"), OFF)  # what each process keeps of versions is read anew after a change
        with CaptureQueriesContext(connection) as seen:
            browser.post(reverse("manage_day_add"), OFF)
        counts.append(len(seen))
    assert counts[0] == counts[1]
