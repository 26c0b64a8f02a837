"""A result with an end: the citizen is reminded once and led into a form that is filled in already."""

import datetime
from typing import Any

import pytest
from django.core import mail

from portal import outbox
from portal.models import Office, Tenant, User
from portal.moments import now, today, travel
from procedures.actions import catalogue, follow_ups, intake, processing, results, submission
from procedures.models import Dossier, FollowUp, Offering, Paper, Renewal
from procedures.queries.integrity import violations
from procedures.queries.renewals import known_answers
from tests.forms import definition, offered, text
from tests.pages.desk import drafted, filed, fresh, in_process

CODE = "1.999001"
TEMPLATE = {
    "title": text("Giấy xác nhận"),
    "lines": [{"label": text("Họ và tên"), "value": "full_name"}],
    "validity_months": 12,
}
DAY = datetime.timedelta(days=1)


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office, CODE, result_template=TEMPLATE)


@pytest.fixture
def held(offering: Offering, an: User, binh: User, chi: User, dung: User) -> Dossier:
    """Returned; valid for twenty days more."""
    dossier = in_process(filed(offering, an), binh)
    drafted(dossier, chi)
    results.decide(processing.route(dossier, chi, "sign"), dung)
    results.hand_over(dossier, an, how="online")
    Paper.objects.filter(dossier=dossier, kind="result").update(valid_until=today() + 20 * DAY)
    return dossier


def address(dossier: Dossier) -> str:
    return f"/tai-khoan/ho-so/{dossier.reference}/gia-han/"


def test_the_citizen_is_reminded_once_before_the_end_and_the_mail_leads_there(held: Dossier, tenant: Tenant) -> None:
    outbox.relay(tenant)
    mail.outbox.clear()
    assert [follow_ups.carry_out(tenant) for _turn in range(3)] == [1, 0, 0]
    outbox.relay(tenant)
    assert len(mail.outbox) == 1 and address(held) in str(mail.outbox[0].body)
    assert held.events.get(step="remind_renewal").facts["paper"] and violations() == []


@pytest.mark.parametrize(("valid", "told"), [(31, 0), (30, 1), (0, 1), (-1, 0)])
def test_only_in_the_days_before_the_end(held: Dossier, tenant: Tenant, valid: int, told: int) -> None:
    Paper.objects.filter(dossier=held, kind="result").update(valid_until=today() + valid * DAY)
    assert follow_ups.carry_out(tenant) == told


def test_without_its_row_the_reminder_would_come_again(held: Dossier, tenant: Tenant, monkeypatch: Any) -> None:
    """The negative control: what keeps it to one is the row."""
    monkeypatch.setattr(follow_ups, "_enter", lambda _paper, _kind: None)
    assert [follow_ups.carry_out(tenant) for _turn in range(2)] == [1, 1]
    assert not FollowUp.objects.exists()


def test_from_the_old_page_into_a_filled_form_and_a_result_that_names_the_old_one(
    held: Dossier,
    door: Any,
    an: User,
    binh: User,
    chi: User,
    dung: User,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("procedures.public.dossier_renewal.fill_from_population", lambda *_: True)
    client = door(an)
    assert address(held) in client.get(f"/tai-khoan/ho-so/{held.reference}/").content.decode()
    assert "Bắt đầu gia hạn" in client.get(address(held)).content.decode()
    page = client.post(address(held), follow=True).content.decode()
    assert "điền sẵn" in page
    draft = Dossier.objects.get(state="draft")
    assert draft.answers["purpose"] == "loan" and draft.answers["full_name"] == an.full_name
    client.post(address(held))
    assert Renewal.objects.count() == 1 and Dossier.objects.filter(state="draft").count() == 1
    filed_now = submission.submit(draft, an, "key-renewal")
    assert follow_ups.carry_out(tenant) == 0
    old = Paper.objects.get(dossier=held, kind="result")
    assert old.number in client.get(f"/tai-khoan/ho-so/{draft.reference}/").content.decode()
    assert old.number in door(binh).get(f"/mot-cua/ho-so/{draft.reference}/").content.decode()
    intake.accept(filed_now, binh)
    drafted(processing.route(filed_now, binh, "examine"), chi)
    results.decide(processing.route(filed_now, chi, "sign"), dung)
    new = Paper.objects.get(dossier=filed_now, kind="result")
    assert old.number in new.data["closing"] and violations() == []


def test_what_the_new_form_asks_otherwise_is_not_carried_over(held: Dossier, offering: Offering) -> None:
    changed = definition(CODE, result_template=TEMPLATE)
    changed["form"]["sections"][0]["fields"] = [
        {**field, "choices": [{"value": "study", "label": text("Đi học")}, {"value": "other", "label": text("Khác")}]}
        if field["key"] == "purpose"
        else field
        for field in changed["form"]["sections"][0]["fields"]
    ]
    version = catalogue.publish(changed)
    known = known_answers(fresh(held), version.parsed.form)
    assert "purpose" not in known and known["full_name"] == held.owner_name


def test_a_procedure_that_is_not_filed_online_any_more_says_so(
    held: Dossier, offering: Offering, door: Any, an: User
) -> None:
    catalogue.offer(offering.procedure, offering.office, online_open=False)
    page = door(an).post(address(held)).content.decode()
    assert "Bạn gia hạn tại quầy" in page and not Renewal.objects.exists()


def test_nobody_renews_what_is_somebody_elses_or_runs_on(held: Dossier, door: Any, an: User, dung: User) -> None:
    assert door(dung).get(address(held)).status_code == 404
    Paper.objects.filter(dossier=held, kind="result").update(valid_until=today() + 300 * DAY)
    assert "không có kết quả nào cần gia hạn" in door(an).get(address(held), follow=True).content.decode()
    with travel(now() + 290 * DAY):
        assert door(an).get(address(held)).status_code == 200
