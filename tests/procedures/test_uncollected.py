"""Results that nobody collects: one reminder at a time however long the beat was away, a list, an archive in the end."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import outbox
from portal.models import AuditEntry, Office, Tenant, User
from portal.moments import now, travel
from procedures.actions import follow_ups, results
from procedures.models import Consignment, Dossier, FollowUp, Message
from procedures.queries import uncollected
from procedures.queries.integrity import violations
from tests.pages.desk import fresh
from tests.procedures.test_signing_device import made_ready

DAY = datetime.timedelta(days=1)


@pytest.fixture
def signed(tenant: Tenant, office: Office, an: User, binh: User, chi: User, dung: User) -> Dossier:
    dossier = made_ready(office, an, binh, chi)
    results.decide(dossier, dung)
    return dossier


def swept(tenant: Tenant, days: float) -> int:
    with travel(now() + days * DAY):
        return follow_ups.carry_out(tenant)


def told(dossier: Dossier) -> list[str]:
    rows = Message.objects.filter(dossier=dossier, occasion__in=["uncollected", "archived"])
    return list(rows.order_by("pk").values_list("occasion", flat=True))


def steps(dossier: Dossier) -> list[str]:
    return list(dossier.events.filter(step__in=["remind", "archive"]).values_list("step", flat=True))


def test_each_reminder_comes_once_on_its_day_then_the_archive(signed: Dossier, tenant: Tenant) -> None:
    done = [swept(tenant, days) for days in (6.9, 7.1, 7.2, 29.9, 30.1, 31, 179, 180.1, 400)]
    assert done == [0, 1, 0, 0, 1, 0, 0, 1, 0]
    assert told(signed) == ["uncollected", "uncollected", "archived"]
    assert steps(signed) == ["remind", "remind", "archive"] and fresh(signed).state == "done"
    assert fresh(signed).due_at == signed.due_at and violations() == []


@pytest.mark.parametrize(("days", "kinds"), [(40, ["second"]), (200, ["archive"])])
def test_a_beat_that_was_away_sends_one_and_not_what_it_missed(
    signed: Dossier, tenant: Tenant, days: int, kinds: list[str]
) -> None:
    assert (swept(tenant, days), swept(tenant, days + 1)) == (1, 0)
    assert list(FollowUp.objects.values_list("kind", flat=True)) == kinds and len(told(signed)) == 1


def test_without_the_rule_of_the_gravest_it_would_send_several(
    signed: Dossier, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(uncollected, "COVERED", {kind: (kind,) for kind in uncollected.COVERED})
    assert swept(tenant, 200) == 3


def test_who_collected_who_is_served_by_post_and_where_nought_is_set_is_not_reminded(
    signed: Dossier, tenant: Tenant, binh: User, an: User
) -> None:
    row = Consignment.objects.create(dossier=signed, number="x-1", receiver={}, sent_by=binh)
    assert swept(tenant, 8) == 0
    row.delete()
    tenant.settings = {**tenant.settings, "uncollected_first_days": 0}
    assert swept(tenant, 8) == 0
    tenant.settings = {}
    results.hand_over(signed, an, how="online")
    assert swept(tenant, 8) == 0 and told(signed) == []


def test_a_corrected_result_is_waited_for_anew(signed: Dossier, tenant: Tenant, dung: User, chi: User) -> None:
    assert swept(tenant, 8) == 1
    with travel(now() + 9 * DAY):
        results.send_back(signed, dung, reason="Sai tên")
        results.prepare(signed, chi, outcome="granted", lines=[])
        results.decide(signed, dung)
    assert (swept(tenant, 15), swept(tenant, 16.5)) == (0, 1)


def test_the_list_shows_telephone_and_days_and_every_look_is_noted(
    signed: Dossier, tenant: Tenant, door: Any, binh: User, chi: User, giang: User, other_tenant: Tenant
) -> None:
    at = reverse("desk_uncollected")
    assert swept(tenant, 8) == 1
    Dossier.objects.filter(pk=signed.pk).update(decided_at=now() - 12 * DAY)
    page = door(binh).get(at).content.decode()
    assert (
        signed.number in page
        and f"tel:{signed.contact_phone}" in page
        and "12 ngày" in page
        and "Nhắc nhận lần 1" in page
    )
    assert AuditEntry.objects.filter(
        action="look", object=f"dossier:{signed.reference}", facts__purpose="uncollected"
    ).exists()
    assert signed.number not in door(binh).get(at, {"kho": "on"}).content.decode()
    assert door(chi).get(at).status_code == 404
    assert signed.number not in door(giang, other_tenant).get(at).content.decode()
    assert swept(tenant, 300) == 1
    assert signed.number in door(binh).get(at, {"kho": "on"}).content.decode()
    empty = door(binh).get(at).content.decode()
    assert "Mọi kết quả đã có người nhận" in empty and door(binh).get(at, {"tu": "x"}).status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(
    signed: Dossier, door: Any, office: Office, an: User, binh: User, chi: User, dung: User
) -> None:
    client, at = door(binh), reverse("desk_uncollected")
    client.get(at)
    with CaptureQueriesContext(connection) as few:
        client.get(at)
    for n in range(3):
        results.decide(made_ready(office, an, binh, chi, f"1.99931{n}"), dung)
    client.get(at)
    with CaptureQueriesContext(connection) as many:
        client.get(at)
    assert len(many) == len(few)


def test_an_authority_with_a_comma_in_its_name_writes_mails(signed: Dossier, tenant: Tenant) -> None:
    tenant.short_name = "Văn hóa, Thể thao, Du lịch"
    mail.outbox.clear()
    outbox.relay(tenant)
    assert mail.outbox and all(one.message()["From"] for one in mail.outbox)


def test_days_are_set_in_their_order(tenant: Tenant, door: Any, en: User) -> None:
    client, at = door(en), reverse("manage_settings_change")
    form = client.get(at).context["form"]
    asked = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    asked["unopened_hours_of"] = ""
    wrong = client.post(at, {**asked, "uncollected_first_days": "40"}).content.decode()
    assert "thứ tự ngày tăng dần" in wrong
    assert client.post(at, {**asked, "uncollected_first_days": "10"}).status_code == 302
    assert Tenant.objects.get(pk=tenant.pk).setting("uncollected_first_days") == 10
