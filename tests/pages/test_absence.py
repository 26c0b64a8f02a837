"""Days away with a cover, and all work of one given to others at once."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from portal.models import Membership, Office, OutboxRow, Tenant, User
from portal.moments import today, travel
from procedures.actions import hands as deeds
from procedures.actions import rules, transfers
from procedures.models import Absence, AssignmentRule, Dossier, Offering
from procedures.queries import hands
from tests.cast import make_person
from tests.forms import definition, offered
from tests.pages.desk import filed, fresh, in_process

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


# ---- absence ----


def test_chi_enters_her_days_and_new_work_goes_to_her_cover(
    offering: Offering, an: User, binh: User, chi: User, en: User, second: User, door: Any
) -> None:
    rule(en, [chi])
    held = in_process(filed(offering, an), binh)
    client = door(chi)
    told = {"first_day": str(today()), "last_day": str(today() + datetime.timedelta(days=4)), "cover": second.pk}
    page = client.post(reverse("desk_absence", args=[chi.pk]), told, follow=True).content.decode()
    assert "Trần Ngọc Giàu làm thay" in page
    new = in_process(filed(offering, an), binh)
    assert new.assignee == second
    assert last(new).facts["stands_in_for"] == "Lê Thị Chi"
    covered = door(second).get(reverse("worklist") + "?list=covered").content.decode()
    assert held.number in covered
    assert new.number not in covered
    assert "Vắng đến" in door(en).get(reverse("manage_people")).content.decode()


def test_it_ends_by_itself_on_the_day_of_return(
    offering: Offering, an: User, binh: User, chi: User, en: User, second: User
) -> None:
    rule(en, [chi])
    deeds.enter_absence(chi, chi, first_day=today(), last_day=today(), cover=second)
    assert in_process(filed(offering, an), binh).assignee == second
    with travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)):
        assert in_process(filed(offering, an), binh).assignee == chi
        assert not hands.covered_by(second).exists()


def test_a_head_enters_for_her_people_and_nobody_else_does(
    tenant: Tenant, chi: User, dung: User, binh: User, giang: User, door: Any, cast: Any
) -> None:
    told = {"first_day": str(today()), "last_day": str(today())}
    href = reverse("desk_absence", args=[chi.pk])
    for stranger in (door(binh), door(giang), door(giang, cast.other_tenant), door(cast.people["an"])):
        assert stranger.post(href, told).status_code == 404
    assert not Absence.objects.exists()
    door(dung).post(href, told)
    row = Absence.objects.get()
    assert (row.person, row.entered_by) == (chi, dung)
    assert door(binh).post(reverse("desk_absence_off", args=[row.pk])).status_code == 404
    door(chi).post(reverse("desk_absence_off", args=[row.pk]))
    assert not hands.away()


@pytest.mark.parametrize(
    ("first", "until", "sentence"), [(2, 1, "Ngày cuối phải từ ngày đầu"), (-3, -2, "đã qua"), (0, 0, "trùng với")]
)
def test_wrong_days_are_refused_with_a_sentence(
    tenant: Tenant, chi: User, door: Any, first: int, until: int, sentence: str
) -> None:
    deeds.enter_absence(chi, chi, first_day=today(), last_day=today(), cover=None)
    day = datetime.timedelta(days=1)
    told = {"first_day": str(today() + first * day), "last_day": str(today() + until * day)}
    assert sentence in door(chi).post(reverse("desk_absence", args=[chi.pk]), told).content.decode()
    assert Absence.objects.count() == 1


def test_a_cover_who_is_away_too_is_refused(tenant: Tenant, chi: User, second: User) -> None:
    deeds.enter_absence(second, second, first_day=today(), last_day=today(), cover=None)
    with pytest.raises(Exception, match="cũng vắng mặt"):
        deeds.enter_absence(chi, chi, first_day=today(), last_day=today(), cover=second)


# ---- all work at once ----


def run(tenant: Tenant) -> None:
    """What a worker does, inside the test's own transaction."""
    for row in OutboxRow.objects.filter(kind="transfer_work", done_at=None):
        transfers.carry_on(row.payload["transfer"], row.payload["after"])


def test_all_work_of_one_is_shared_among_several_with_a_result(
    offering: Offering,
    an: User,
    binh: User,
    chi: User,
    dung: User,
    second: User,
    tenant: Tenant,
    office: Office,
    door: Any,
) -> None:
    third = make_person("hai", "Lý Văn Hải", "082188003488")
    Membership.objects.create(user=third, office=office, role="officer")
    held = [in_process(filed(offering, an), binh, to=chi) for _number in range(5)]
    own = in_process(filed(offering, second), binh, to=chi)
    signed = in_process(filed(offering, an), binh, step="sign", to=chi)
    client = door(dung)
    answer = client.post(reverse("desk_transfer", args=[chi.pk]), {"to": [second.pk, third.pk], "reason": "Nghỉ phép"})
    assert "Đang bàn giao" in client.get(answer.url).content.decode()
    run(tenant)
    page = client.get(answer.url).content.decode()
    assert "Đã giao 6 trên 7 hồ sơ" in page
    assert signed.number in page
    assert hands.load_of([second.pk, third.pk]) == {second.pk: 3, third.pk: 3}
    assert fresh(own).assignee == third
    assert {last(one).step for one in held} == {"assign"}
    run(tenant)
    assert "Đã giao 6 trên 7 hồ sơ" in client.get(answer.url).content.decode()


def test_what_nobody_could_take_is_told_by_reason_and_not_as_done(
    offering: Offering, an: User, binh: User, chi: User, dung: User, tenant: Tenant, door: Any, monkeypatch: Any
) -> None:
    held = [in_process(filed(offering, an), binh, to=chi) for _number in range(3)]
    monkeypatch.setattr(transfers, "MOST_TOLD", 2)
    client = door(dung)
    assert "Trần Văn Bình (Cán bộ một cửa)" in client.get(reverse("desk_transfer", args=[chi.pk])).content.decode()
    answer = client.post(reverse("desk_transfer", args=[chi.pk]), {"to": [binh.pk], "reason": "Nghỉ phép"})
    assert 'data-progress="3"' in client.get(answer.url).content.decode()
    run(tenant)
    page = client.get(answer.url).content.decode()
    assert "Không bàn giao được hồ sơ nào" in page and 'data-progress="0"' in page
    assert page.count("Không ai trong những người nhận") == 1
    assert held[0].number in page and "và 1 hồ sơ nữa" in page
    assert {fresh(one).assignee for one in held} == {chi}


def test_who_left_the_service_is_shown_with_what_they_hold(
    offering: Offering, an: User, binh: User, chi: User, dung: User, en: User, second: User, tenant: Tenant, door: Any
) -> None:
    dossier = in_process(filed(offering, an), binh, to=chi)
    Membership.objects.filter(user=chi).update(until=today() - datetime.timedelta(days=1))
    assert "người không còn làm việc" in door(dung).get(reverse("desk_hands")).content.decode()
    person = door(en).get(reverse("manage_person", args=[chi.pk])).content.decode()
    assert "cần bàn giao" in person
    answer = door(en).post(reverse("desk_transfer", args=[chi.pk]), {"to": [second.pk], "reason": "Chuyển công tác"})
    run(tenant)
    assert "Đã bàn giao xong" in door(en).get(answer.url).content.decode()
    assert fresh(dossier).assignee == second


def test_others_hand_nothing_over(
    offering: Offering, an: User, binh: User, chi: User, giang: User, door: Any, cast: Any
) -> None:
    in_process(filed(offering, an), binh, to=chi)
    for stranger in (door(binh), door(chi), door(giang), door(giang, cast.other_tenant)):
        assert stranger.get(reverse("desk_transfer", args=[chi.pk])).status_code == 404
