"""Rules of assignment are changed after their effect was shown, moved by a button, and never by two at once unseen."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry, Membership, Office, Tenant, User
from procedures.actions import rules
from procedures.models import AssignmentRule, Offering
from procedures.queries import hands
from procedures.queries.rules import stamp
from tests.cast import make_office, make_person
from tests.forms import offered
from tests.pages.desk import filed, in_process

LIST = "manage_assignment"


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def second(tenant: Tenant, office: Office) -> User:
    person = make_person("giau", "Trần Ngọc Giàu", "082188003499")
    Membership.objects.create(user=person, office=office, role="officer")
    return person


def rule(en: User, people: list[User] | None = None, **scope: Any) -> AssignmentRule:
    told: dict[str, Any] = {"role": "officer", "office": None, "procedure": None, "sector": "", "commune": "", **scope}
    return rules.add_rule(en, people=[one.pk for one in people or []], **told)


def told_of(one: AssignmentRule, **other: Any) -> dict[str, Any]:
    told = {"role": one.role, "office": one.office_id or "", "sector": one.sector, "commune": one.commune}
    return {**told, "people": one.people, **other}


def shown(page: str) -> dict[str, str]:
    """The marks that a page which shows the effect carries to the press that means it."""
    return dict(re.findall(r'name="(seen|shown)" value="(\w+)"', page))


def test_a_change_is_shown_first_and_saved_as_it_was_shown(
    offering: Offering, en: User, an: User, binh: User, chi: User, second: User, office: Office, door: Any
) -> None:
    one, client = rule(en, [chi], office=office), door(en)
    at = reverse("manage_rule_change", args=[one.pk])
    assert "checked" in client.get(at).content.decode()
    told = told_of(one, people=[second.pk])
    page = client.post(at, told).content.decode()
    assert "1 thủ tục tại đơn vị" in page
    assert re.search(r"Lê Thị Chi.*Trần Ngọc Giàu", page.split("Sẽ thay đổi gì")[1], re.S)
    assert AssignmentRule.objects.get().people == [chi.pk]
    client.post(at, {**told, **shown(page), "save": "yes"})
    assert AssignmentRule.objects.get().people == [second.pk]
    entry = AuditEntry.objects.get(action="rule.change", actor=en)
    assert (entry.facts["before"]["people"], entry.facts["after"]["people"]) == ([chi.pk], [second.pk])
    assert in_process(filed(offering, an), binh).assignee == second


def test_what_was_not_shown_is_not_saved(offering: Offering, en: User, chi: User, office: Office, door: Any) -> None:
    one, client = rule(en, [chi], office=office), door(en)
    at = reverse("manage_rule_change", args=[one.pk])
    page = client.post(at, told_of(one, people=[])).content.decode()
    again = client.post(at, {**told_of(one, sector="civil_status"), **shown(page), "save": "yes"}).content.decode()
    assert "Sẽ thay đổi gì" in again
    assert str(AssignmentRule.objects.get()) == str(one)
    client.post(at, {**told_of(one, sector="civil_status"), **shown(again), "save": "yes"})
    assert AssignmentRule.objects.get().sector == "civil_status"  # the control


def test_who_comes_second_is_told_and_keeps_what_was_typed(
    offering: Offering, en: User, chi: User, second: User, office: Office, door: Any
) -> None:
    one, client = rule(en, [chi], office=office), door(en)
    at = reverse("manage_rule_change", args=[one.pk])
    page = client.post(at, told_of(one, people=[second.pk])).content.decode()
    rule(en, [chi], sector="civil_status")
    late = client.post(at, {**told_of(one, people=[second.pk]), **shown(page), "save": "yes"}).content.decode()
    assert "người khác đã đổi các quy tắc" in late
    assert re.search(rf'value="{second.pk}"[^>]*checked', late)
    assert AssignmentRule.objects.get(pk=one.pk).people == [chi.pk]


def test_errors_keep_everything_that_was_typed(
    offering: Offering, en: User, chi: User, office: Office, door: Any
) -> None:
    one, other = rule(en, [chi], office=office), rule(en, sector="civil_status")
    client, at = door(en), reverse("manage_rule_change", args=[one.pk])
    page = client.post(at, told_of(one, procedure="9.000000", commune="", sector="civil_status")).content.decode()
    assert "Không có thủ tục mang mã này." in page
    assert 'value="9.000000"' in page
    assert re.search(r'value="civil_status" selected', page)
    double = told_of(other, role="officer", office="")
    page = client.post(at, double).content.decode()
    page = client.post(at, {**double, **shown(page), "save": "yes"}).content.decode()
    assert "Đã có quy tắc cho đúng phạm vi này" in page
    assert AssignmentRule.objects.get(pk=one.pk).office == office
    assert not AuditEntry.objects.filter(action="rule.change").exists()


def test_role_and_office_are_chosen_anew_before_the_rest(
    offering: Offering, en: User, chi: User, dung: User, office: Office, door: Any
) -> None:
    one, client = rule(en, [chi], office=office), door(en)
    at = reverse("manage_rule_change", args=[one.pk])
    assert 'name="role"' in client.get(f"{at}?scope=1").content.decode()
    page = client.get(at, {"role": "head", "office": office.pk}).content.decode()
    assert dung.full_name in page
    assert chi.full_name not in page.split("<main")[1]
    told = {"role": "head", "office": office.pk, "people": [dung.pk]}
    page = client.post(at, told).content.decode()
    client.post(at, {**told, **shown(page), "save": "yes"})
    assert AssignmentRule.objects.get(pk=one.pk).role == "head"


def test_a_button_moves_a_rule_and_the_first_that_fits_is_used(
    offering: Offering, en: User, an: User, binh: User, chi: User, second: User, door: Any
) -> None:
    wide, narrow = rule(en, [chi]), rule(en, [second], sector="civil_status")
    assert [one.pk for one in hands.rules()] == [narrow.pk, wide.pk]
    assert in_process(filed(offering, an), binh).assignee == second  # the control
    client = door(en)
    client.post(reverse("manage_rule_move", args=[wide.pk]), {"to": "up"})
    assert [one.pk for one in hands.rules()] == [wide.pk, narrow.pk]
    assert in_process(filed(offering, an), binh).assignee == chi
    assert "Không bao giờ được dùng: quy tắc 1" in client.get(reverse(LIST)).content.decode()
    assert AuditEntry.objects.get(action="rule.move").facts["place"] == 1
    client.post(reverse("manage_rule_move", args=[wide.pk]), {"to": "up"})
    assert AuditEntry.objects.filter(action="rule.move").count() == 1


def test_a_new_rule_and_a_changed_scope_stand_before_what_is_wider(
    offering: Offering, en: User, chi: User, office: Office
) -> None:
    wide, sector = rule(en), rule(en, sector="civil_status")
    rules.move_rule(wide, en, by=-1)
    here = rule(en, office=office)
    assert [one.pk for one in hands.rules()] == [here.pk, wide.pk, sector.pk]
    rules.change_rule(
        AssignmentRule.objects.get(pk=sector.pk), en, seen=stamp(hands.rules()),
        role="officer", office=None, procedure=offering.procedure, sector="", commune="", people=[],
    )  # fmt: skip
    assert [one.pk for one in hands.rules()] == [sector.pk, here.pk, wide.pk]


def test_others_change_and_move_nothing(
    tenant: Tenant, en: User, binh: User, giang: User, cast: Any, door: Any
) -> None:
    one = rule(en)
    for client in (door(binh), door(giang), door(giang, cast.other_tenant), door(cast.people["khoa"])):
        assert client.get(reverse("manage_rule_change", args=[one.pk])).status_code == 404
        assert client.post(reverse("manage_rule_move", args=[one.pk]), {"to": "up"}).status_code == 404


def test_the_effect_costs_the_same_for_two_and_for_many(
    offering: Offering, en: User, chi: User, office: Office, door: Any
) -> None:
    one, client, counts = rule(en, [chi], office=office), door(en), []
    at = reverse("manage_rule_change", args=[one.pk])
    for first, until in ((0, 2), (2, 12)):
        for number in range(first, until):
            rule(en, [chi], office=office, commune=f"{number:05d}")
            place = make_office(f"H58.9{number:02d}", f"Phường {number}")
            Offering.objects.create(procedure=offering.procedure, office=place)
        client.post(at, told_of(one, people=[]))
        with CaptureQueriesContext(connection) as queries:
            client.post(at, told_of(one, people=[]))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30
