"""What fails in a sweep: the outbox tries it again ever more seldom, then an administrator sees it; nobody waits for it."""

import datetime
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.test import Client

from portal.models import Office, OutboxRow, Tenant, User
from portal.moments import HERE, travel
from portal.outbox import BACK_OFF, relay
from procedures.actions import alarms, apart, deadlines, drafts, follow_ups, submission
from procedures.models import Alarm, Dossier
from tests.forms import offered

Door = Callable[..., Client]
MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def filed(tenant: Tenant, office: Office, an: User) -> Dossier:
    """Nobody opens and nobody answers it: two alarms."""
    with travel(MONDAY):
        draft = drafts.start(offered(office), an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        return submission.submit(draft, an, "key")


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[datetime.datetime]:
    """One kind of alarm fails, whenever it is tried."""
    moments: list[datetime.datetime] = []

    def broken(dossier: Dossier, alarm: Alarm) -> bool:
        from portal.moments import now

        moments.append(now())
        raise ZeroDivisionError("the mail server is made of cheese")

    monkeypatch.setitem(alarms.DEEDS, Alarm.Kind.UNOPENED, broken)
    return moments


def swept(tenant: Tenant, moment: datetime.datetime) -> None:
    with travel(moment):
        deadlines.carry_out(tenant)
        relay(tenant)


def test_it_holds_up_no_other_and_is_tried_ever_more_seldom_until_it_is_given_up(
    tenant: Tenant, filed: Dossier, tried: list[datetime.datetime]
) -> None:
    begin = MONDAY + DAY + HOUR
    for hour in range(96):
        swept(tenant, begin + hour * HOUR)
    assert Alarm.objects.get(kind="unanswered").effect == "done"
    gaps = [later - earlier for earlier, later in pairwise(tried[1:])]
    assert len(tried) == len(BACK_OFF) + 2 and gaps == sorted(gaps) and gaps[-1] >= 12 * HOUR
    row = OutboxRow.objects.get(kind="alarm")
    assert row.given_up_at is not None and Alarm.objects.get(kind="unopened").fired_at is None


def test_without_the_hand_over_every_sweep_tries_it_again(
    tenant: Tenant, filed: Dossier, tried: list[datetime.datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the outbox has is not left alone."""
    monkeypatch.setattr(apart, "handed_over", lambda kind, name: set())
    for hour in range(24):
        with travel(MONDAY + DAY + (hour + 1) * HOUR):
            deadlines.carry_out(tenant)
    assert len(tried) == 24


def test_an_administrator_sees_why_and_has_it_tried_again(
    tenant: Tenant,
    filed: Dossier,
    tried: list[datetime.datetime],
    door: Door,
    en: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for hour in range(96):
        swept(tenant, MONDAY + DAY + (hour + 1) * HOUR)
    page = door(en).get("/quan-tri/viec-nen/").content.decode()
    assert "made of cheese" in page and filed.reference in page and "Việc đến hẹn" in page
    monkeypatch.undo()
    row = OutboxRow.objects.get(kind="alarm")
    with travel(MONDAY + 6 * DAY):
        door(en).post(f"/quan-tri/viec-nen/{row.pk}/lam-lai/")
        relay(tenant)
    assert Alarm.objects.get(kind="unopened").effect == "done"
    assert "made of cheese" not in door(en).get("/quan-tri/viec-nen/").content.decode()


def test_a_reminder_that_fails_goes_the_same_way(
    tenant: Tenant, filed: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Follow-ups of results and dossiers to be led over share it with alarms."""
    assert not follow_ups._one(tenant, 0, "first"), "no such dossier: it fails"
    assert not follow_ups._one(tenant, filed.pk, "first"), "nothing to remind of: it does nothing, and has not failed"
    row = OutboxRow.objects.get(kind="follow_up")
    assert row.payload == {"dossier": 0, "what": "first"} and apart.handed_over("follow_up", "dossier") == {0}
