"""Whose hands a dossier comes into: by rule and load, by cover, taken over, returned, at another office, by two people."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import kept
from portal.models import AuditEntry, Membership, Office, OutboxRow, Tenant, User
from portal.moments import today
from procedures.actions import hands as deeds
from procedures.actions import processing, results, rules
from procedures.models import AssignmentRule, Dossier, Offering
from procedures.queries import hands
from procedures.workflow import NotAllowed
from tests.cast import make_office, make_person
from tests.forms import definition, offered
from tests.forms import text as said
from tests.pages.desk import drafted, filed, fresh, in_process

ROUTE = definition()["route"]


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def second(tenant: Tenant, office: Office) -> User:
    """Chi's colleague."""
    person = make_person("giau", "Trần Ngọc Giàu", "082188003499")
    Membership.objects.create(user=person, office=office, role="officer")
    return person


def rule(en: User, people: list[User] | None = None, **scope: Any) -> AssignmentRule:
    told: dict[str, Any] = {"role": "officer", "office": None, "procedure": None, "sector": "", "commune": "", **scope}
    return rules.add_rule(en, people=[one.pk for one in people or []], **told)


def step(client: Any, deed: str, dossier: Dossier, **told: Any) -> Any:
    told.setdefault("seen", fresh(dossier).event_count)
    return client.post(reverse(f"desk_{deed}", args=[dossier.reference]), told, follow=True)


def last(dossier: Dossier) -> Any:
    return dossier.events.order_by("-number")[0]


# ---- by rule and load ----


def test_without_a_rule_a_dossier_waits_for_whoever_takes_it(offering: Offering, an: User, binh: User) -> None:
    dossier = in_process(filed(offering, an), binh)
    assert dossier.assignee is None
    assert not OutboxRow.objects.filter(kind="mail_heads").exists()


def test_a_rule_gives_to_the_one_with_the_least_in_hand_and_then_in_turn(
    offering: Offering, an: User, binh: User, chi: User, en: User, second: User
) -> None:
    rule(en)
    in_process(filed(offering, an), binh, to=chi)
    got = [in_process(filed(offering, an), binh).assignee for _number in range(3)]
    assert got[0] == second
    assert {one.pk for one in got[1:] if one} == {chi.pk, second.pk}
    loads = hands.load_of([chi.pk, second.pk])
    assert loads == {chi.pk: 2, second.pk: 2}


def test_the_narrowest_rule_is_used(
    offering: Offering, an: User, binh: User, chi: User, en: User, second: User
) -> None:
    rule(en, [chi])
    assert in_process(filed(offering, an), binh).assignee == chi
    rule(en, [second], sector="civil_status")
    assert in_process(filed(offering, an), binh).assignee == second
    rule(en, [chi], procedure=offering.procedure, office=offering.office)
    assert in_process(filed(offering, an), binh).assignee == chi


def test_a_rule_by_commune_follows_the_office_where_the_form_asks_no_address(
    offering: Offering, an: User, binh: User, chi: User, en: User, second: User
) -> None:
    Office.objects.filter(pk=offering.office_id).update(commune_code="28306")
    offering.office.refresh_from_db()
    rule(en, [chi])
    rule(en, [second], commune="28306")
    assert in_process(filed(offering, an), binh).assignee == second
    Office.objects.filter(pk=offering.office_id).update(commune_code="28297")
    kept.forget()
    other = Offering.objects.select_related("office", "procedure__current").get(pk=offering.pk)
    assert in_process(filed(other, an), binh).assignee == chi


def test_the_event_tells_that_a_rule_chose(
    offering: Offering, an: User, binh: User, chi: User, en: User, door: Any
) -> None:
    rule(en, [chi])
    dossier = in_process(filed(offering, an), binh)
    assert last(dossier).facts["to_id"] == chi.pk
    page = door(binh).get(reverse("desk_dossier", args=[dossier.reference])).content.decode()
    assert "Giao cho: Lê Thị Chi (theo quy tắc)" in page


def test_nobody_there_leaves_it_unassigned_and_tells_the_head(
    offering: Offering,
    an: User,
    binh: User,
    chi: User,
    dung: User,
    en: User,
    tenant: Tenant,
    mailoutbox: Any,
    door: Any,
) -> None:
    rule(en)
    deeds.enter_absence(chi, chi, first_day=today(), last_day=today(), cover=None)
    dossier = in_process(filed(offering, an), binh)
    assert dossier.assignee is None
    assert last(dossier).facts["nobody"] == "absent"
    page = door(dung).get(reverse("worklist") + "?list=unassigned").content.decode()
    assert dossier.number in page
    row = OutboxRow.objects.get(kind="mail_heads")
    assert row.payload["occasion"] == "unassigned"


def test_a_step_without_people_is_never_stuck(
    offering: Offering, an: User, binh: User, chi: User, dung: User, door: Any
) -> None:
    Membership.objects.filter(role="officer").update(until=today() - datetime.timedelta(days=1))
    dossier = in_process(filed(offering, an), binh)
    assert (dossier.step_key, dossier.assignee, last(dossier).facts["nobody"]) == ("examine", None, "nobody")
    assert OutboxRow.objects.filter(kind="mail_heads").count() == 1
    assert "Không ai giữ vai trò" in door(dung).get(reverse("desk_dossier", args=[dossier.reference])).content.decode()
    step(door(dung), "assign", dossier, to=str(dung.pk), reason="Tôi tự xử lý")
    assert fresh(dossier).assignee == dung


def test_nobody_gets_their_own_dossier(offering: Offering, binh: User, chi: User, en: User, second: User) -> None:
    rule(en)
    assert in_process(filed(offering, chi), binh).assignee == second


# ---- the administrator's page ----


def test_an_administrator_makes_a_rule_tries_it_and_drops_it(
    offering: Offering, en: User, chi: User, office: Office, door: Any
) -> None:
    client = door(en)
    assert "Chưa có quy tắc nào" in client.get(reverse("manage_assignment")).content.decode()
    add = reverse("manage_rule_add")
    assert "Lê Thị Chi" in client.get(add, {"role": "officer", "office": office.pk}).content.decode()
    told = {"role": "officer", "office": office.pk, "sector": "civil_status", "people": [chi.pk]}
    page = client.post(add, told, follow=True).content.decode()
    assert "Hộ tịch" in page
    assert AuditEntry.objects.filter(action="rule.add", actor=en).exists()
    again = client.post(add, told, follow=True).content.decode()
    assert "Đã có quy tắc cho đúng phạm vi này" in again
    tried = client.get(reverse("manage_assignment"), {"procedure": "1.999001", "office": office.pk}).content.decode()
    assert "<strong>Lê Thị Chi</strong>" in tried
    assert "Chưa giao cho ai" in tried  # no rule for heads
    client.post(reverse("manage_rule_drop", args=[AssignmentRule.objects.get().pk]))
    assert not AssignmentRule.objects.exists()


def test_what_was_typed_wrong_is_told_at_its_field(en: User, office: Office, door: Any, tenant: Tenant) -> None:
    told = {"role": "officer", "office": office.pk, "procedure": "9.000000"}
    page = door(en).post(reverse("manage_rule_add"), told).content.decode()
    assert "Không có thủ tục mang mã này." in page
    assert not AssignmentRule.objects.exists()


def test_others_find_no_rules(tenant: Tenant, binh: User, giang: User, door: Any, cast: Any, en: User) -> None:
    kept = rule(en)
    for client in (door(binh), door(giang), door(giang, cast.other_tenant)):
        assert client.get(reverse("manage_assignment")).status_code == 404
        assert client.post(reverse("manage_rule_drop", args=[kept.pk])).status_code == 404
    assert door(cast.people["khoa"]).get(reverse("manage_assignment")).status_code == 200
    assert door(cast.people["khoa"]).post(reverse("manage_rule_drop", args=[kept.pk])).status_code == 404


def test_the_list_of_rules_costs_the_same_for_two_and_twenty(en: User, chi: User, door: Any, office: Office) -> None:
    client, counts = door(en), []
    for first, until in ((0, 2), (2, 20)):
        for number in range(first, until):
            rule(en, [chi], office=office, commune=f"{number:05d}")
        client.get(reverse("manage_assignment"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("manage_assignment"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- taken over, returned ----


def test_a_colleague_takes_over_only_with_a_reason(
    offering: Offering, an: User, binh: User, chi: User, second: User, door: Any
) -> None:
    dossier = in_process(filed(offering, an), binh, to=chi)
    page = step(door(second), "take", dossier, reason="").content.decode()
    assert "hãy nêu lý do nhận thay" in page
    assert fresh(dossier).assignee == chi
    step(door(second), "take", dossier, reason="Chi đi họp")
    assert fresh(dossier).assignee == second
    assert (last(dossier).step, last(dossier).reason) == ("take_over", "Chi đi họp")


def test_a_return_says_why_and_goes_to_whoever_had_it(
    offering: Offering, an: User, binh: User, chi: User, dung: User, door: Any
) -> None:
    dossier = in_process(filed(offering, an), binh, to=chi)
    processing.route(dossier, chi, "sign", to=dung)
    due = fresh(dossier).due_at
    page = step(door(dung), "return_step", dossier, step="examine", reason="").content.decode()
    assert fresh(dossier).step_key == "sign"
    assert "Hãy nhập mục này." in page
    page = step(door(dung), "return_step", dossier, step="examine", reason="Thiếu bản xác minh").content.decode()
    back = fresh(dossier)
    assert (back.step_key, back.assignee, back.state, back.due_at) == ("examine", chi, "processing", due)
    assert "Trả lại bước trước" in page
    assert last(dossier).facts["back"] is True
    mine = door(an).get(reverse("my_dossier", args=[dossier.reference])).content.decode()
    assert "Trả lại bước: Thẩm định" in mine


def test_the_action_itself_refuses_a_return_without_a_reason(
    offering: Offering, an: User, binh: User, dung: User
) -> None:
    dossier = in_process(filed(offering, an), binh, step="sign", to=dung)
    with pytest.raises(NotAllowed):
        processing.route(dossier, dung, "examine")
    assert fresh(dossier).step_key == "sign"


# ---- another office, four eyes ----


@pytest.fixture
def police(tenant: Tenant, office: Office) -> tuple[Office, User]:
    place = make_office("H58.30.02", "Công an phường")
    person = make_person("khanh", "Đỗ Minh Khánh", "082188003477")
    Membership.objects.create(user=person, office=place, role="officer")
    return place, person


def test_a_step_of_another_office_moves_there_and_both_see_it(
    an: User, binh: User, chi: User, office: Office, police: tuple[Office, User], door: Any
) -> None:
    place, person = police
    verify = {"key": "verify", "name": said("Xác minh"), "role": "officer", "hours": 4, "office": place.code}
    offering = offered(office, route=[ROUTE[0], verify, ROUTE[1]])
    dossier = in_process(filed(offering, an), binh, to=chi)
    page = reverse("desk_dossier", args=[dossier.reference])
    assert door(person).get(page).status_code == 404
    processing.route(dossier, chi, "verify")
    assert (dossier.processing_office, dossier.office, dossier.receiving_office) == (place, office, office)
    assert door(person).get(page).status_code == 200
    assert door(chi).get(page).status_code == 200
    assert "Công an phường" in door(chi).get(page).content.decode()
    assert dossier.number in door(person).get(reverse("worklist") + "?list=unassigned").content.decode()
    step(door(person), "route", dossier, step="sign", to="", reason="Đã xác minh")
    assert fresh(dossier).processing_office is None
    assert door(person).get(page).status_code == 404


def test_an_office_that_is_gone_leaves_it_where_it_was(an: User, binh: User, chi: User, office: Office) -> None:
    verify = {"key": "verify", "name": said("Xác minh"), "role": "officer", "office": "H58.99"}
    offering = offered(office, route=[ROUTE[0], verify, ROUTE[1]])
    dossier = processing.route(in_process(filed(offering, an), binh, to=chi), chi, "verify")
    assert (dossier.processing_office, dossier.step_key) == (None, "verify")
    assert OutboxRow.objects.filter(kind="mail_heads").exists()


def signed_by_two(office: Office) -> Offering:
    return offered(office, route=[ROUTE[0], {**ROUTE[1], "four_eyes": True}])


def test_who_prepared_does_not_sign(an: User, binh: User, dung: User, chi: User, office: Office, door: Any) -> None:
    dossier = in_process(filed(signed_by_two(office), an), binh, step="sign", to=dung)
    drafted(dossier, dung)
    page = step(door(dung), "decide", dossier).content.decode()
    assert "cần hai người kiểm soát" in page
    assert fresh(dossier).state == "processing"
    assert not dossier.papers.filter(kind="result").exists()
    drafted(dossier, chi)
    step(door(dung), "decide", dossier)
    assert fresh(dossier).state == "done"


def test_without_four_eyes_the_same_person_may(an: User, binh: User, dung: User, office: Office) -> None:
    """The control."""
    dossier = in_process(filed(offered(office), an), binh, step="sign", to=dung)
    assert results.decide(drafted(dossier, dung), dung).state == "done"


def test_who_prepared_does_not_lead_it_past_a_step_of_two(
    an: User, binh: User, chi: User, second: User, office: Office
) -> None:
    offering = offered(office, route=[{**ROUTE[0], "four_eyes": True}, ROUTE[1]])
    dossier = drafted(in_process(filed(offering, an), binh, to=chi), chi)
    with pytest.raises(NotAllowed, match="hai người"):
        processing.route(dossier, chi, "sign")
    assert processing.route(dossier, second, "sign").step_key == "sign"


def test_assigning_by_rule_leaves_the_preparer_out_of_a_step_of_two(
    an: User, binh: User, dung: User, en: User, office: Office
) -> None:
    other = make_person("linh", "Phan Thị Linh", "082188003466")
    Membership.objects.create(user=other, office=office, role="head")
    dossier = in_process(filed(signed_by_two(office), an), binh)
    drafted(dossier, dung)
    rule(en, role="head")
    intaken = processing.route(dossier, binh, "sign")
    assert intaken.assignee == other
