"""Consent by silence decides at its moment, and is signed after it by a device that may fail: one number, one paper."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal.models import Office, OutboxRow, Tenant, User
from portal.moments import HERE, travel
from portal.outbox import relay
from portal.signing_device import DeviceFailed
from procedures.actions import deadlines, drafts, intake, results, signing, silence, submission
from procedures.models import Dossier, Message, NumberCounter, Paper, Signing
from procedures.queries.integrity import violations
from procedures.workflow import NotAllowed
from tests.forms import definition, offered
from tests.pages.desk import fresh

Door = Callable[..., Client]
MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
LATER = MONDAY + datetime.timedelta(days=9)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def silent(tenant: Tenant, office: Office, an: User, binh: User) -> Dossier:
    """Accepted on Monday; nobody answers until it is due."""
    with travel(MONDAY):
        offering = offered(office, code="1.999002", clock={**definition()["clock"], "silence_is_consent": True})
        draft = drafts.start(offering, an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        return intake.accept(submission.submit(draft, an, "key"), binh)


def broken(_row: Signing) -> Any:
    def fail(_attributes: bytes) -> bytes:
        raise DeviceFailed("no token in the reader")

    return fail


def swept(tenant: Tenant, moment: datetime.datetime = LATER) -> None:
    """A beat, and the worker that it wakes."""
    with travel(moment):
        deadlines.carry_out(tenant)
        relay(tenant)


def results_of(dossier: Dossier) -> list[str]:
    return [paper.number for paper in Paper.objects.filter(dossier=dossier, kind="result")]


def test_the_beat_decides_and_signs_nothing_itself(tenant: Tenant, silent: Dossier, monkeypatch: Any) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(signing, "office_device", lambda row: asked.append(True))
    with travel(LATER):
        assert deadlines.carry_out(tenant) == 1
    found = fresh(silent)
    assert (found.state, found.outcome, found.decided_at) == ("done", "granted", silent.due_at)
    assert not asked and results_of(silent) == []
    row = Signing.objects.get()
    assert (row.purpose, row.state, row.head) == ("silence", "reserved", None)
    assert not Message.objects.filter(occasion="done").exists(), "nobody is told of a signature that is not there"
    assert violations() == []


def test_the_device_is_asked_while_no_lock_is_held(tenant: Tenant, silent: Dossier, monkeypatch: Any) -> None:
    depth: list[int] = []
    before, ask = len(connection.savepoint_ids), signing.ask

    def asked(row: Signing, device: Any = None) -> bytes:
        depth.append(len(connection.savepoint_ids) - before)
        return ask(row, device)

    monkeypatch.setattr(signing, "ask", asked)
    swept(tenant)
    assert depth == [0] and len(results_of(silent)) == 1
    assert Message.objects.filter(occasion="done").count() == 1 and violations() == []


def test_without_the_outbox_the_device_would_be_asked_under_the_lock(
    tenant: Tenant, silent: Dossier, monkeypatch: Any
) -> None:
    """The control: signed inside the alarm's transaction, the same measure sees it."""
    depth: list[int] = []
    before, begin = len(connection.savepoint_ids), signing.begin

    def at_once(*told: Any) -> Signing:
        row = begin(*told)
        depth.append(len(connection.savepoint_ids) - before)
        signing.ask(signing.prepare(row))
        return row

    monkeypatch.setattr(signing, "begin", at_once)
    swept(tenant)
    assert depth[0] > 0


def test_a_device_that_fails_leaves_it_decided_shown_to_the_head_and_tried_again(
    tenant: Tenant, silent: Dossier, door: Door, dung: User, an: User, monkeypatch: Any
) -> None:
    with monkeypatch.context() as away:
        away.setattr(signing, "office_device", broken)
        swept(tenant)
        row = Signing.objects.get()
        assert (row.state, row.tries) == ("waiting", 1) and fresh(silent).decided_at == silent.due_at
        page = door(dung).get("/mot-cua/ky/").content.decode()
        assert "Im lặng là đồng ý, chờ chữ ký" in page and row.number in page and "1 lần không được" in page
        mine = door(an).get(f"/tai-khoan/ho-so/{silent.reference}/").content.decode()
        assert "Được coi là đồng ý" in mine and "Nhận kết quả" not in mine
        with travel(LATER), pytest.raises(NotAllowed, match="chờ chữ ký"):
            results.hand_over(fresh(silent), an, how="online")
        swept(tenant, LATER + MINUTE)
        assert Signing.objects.get().tries == 2
    swept(tenant, LATER + 60 * MINUTE)
    assert results_of(silent) == [row.number] and Signing.objects.get().state == "sealed"
    assert "Im lặng là đồng ý, chờ chữ ký" not in door(dung).get("/mot-cua/ky/").content.decode()
    assert violations() == []


def test_a_device_that_is_away_for_days_is_given_up_to_head_and_administrator(
    tenant: Tenant, silent: Dossier, door: Door, dung: User, en: User, monkeypatch: Any
) -> None:
    with monkeypatch.context() as away:
        away.setattr(signing, "office_device", broken)
        for hour in range(0, 60, 4):
            swept(tenant, LATER + hour * 60 * MINUTE)
        given_up = OutboxRow.objects.get(kind="sign_silence")
        assert given_up.given_up_at is not None and given_up.attempts == 9
        assert "no token in the reader" in door(en).get("/quan-tri/viec-nen/").content.decode()
        door(dung).post(f"/mot-cua/ho-so/{silent.reference}/ky-im-lang/")
        assert results_of(silent) == []
    door(dung).post(f"/mot-cua/ho-so/{silent.reference}/ky-im-lang/")
    assert len(results_of(silent)) == 1 and NumberCounter.objects.get(series__startswith="result:").last == 1
    door(dung).post(f"/mot-cua/ho-so/{silent.reference}/ky-im-lang/")
    assert len(results_of(silent)) == 1 and violations() == []


def test_who_comes_second_takes_no_number(tenant: Tenant, silent: Dossier) -> None:
    swept(tenant)
    with travel(LATER):
        assert silence.sign(silent.pk) is None
        with pytest.raises(NotAllowed):
            signing.begin(fresh(silent), None, silence.certificate(fresh(silent)))
    assert NumberCounter.objects.get(series__startswith="result:").last == 1 and violations() == []


def test_what_the_head_takes_back_before_it_is_signed_is_not_signed(
    tenant: Tenant, silent: Dossier, dung: User
) -> None:
    with travel(LATER):
        deadlines.carry_out(tenant)
        results.send_back(fresh(silent), dung, reason="Chưa đủ điều kiện")
        relay(tenant)
        assert results_of(silent) == [] and fresh(silent).state == "processing"
        assert OutboxRow.objects.get(kind="sign_silence").done_at is not None


def test_a_clerk_and_a_stranger_find_no_such_deed(silent: Dossier, door: Door, binh: User, giang: User) -> None:
    address = f"/mot-cua/ho-so/{silent.reference}/ky-im-lang/"
    assert door(binh).post(address).status_code in (403, 404)
    assert door(giang).post(address).status_code in (403, 404)
