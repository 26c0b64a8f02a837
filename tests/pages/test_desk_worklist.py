"""The officials' lists: what belongs where, found by anything, paged by key, done to many at once."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import intake
from procedures.models import Dossier, Offering
from procedures.queries import worklist
from tests.forms import offered
from tests.pages.desk import drafted, filed, fresh, in_process

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
WORKLIST = "/mot-cua/"


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def people(cast: Any) -> list[User]:
    return [cast.people[name] for name in ("an", "ha", "khoa", "lan", "en", "dung")]


def listed(client: Any, key: str, **asked: str) -> str:
    return str(client.get(WORKLIST, {"list": key, **asked}).content.decode())


def test_a_filed_dossier_waits_for_the_clerk(offering: Offering, door: Any, an: User, binh: User) -> None:
    dossier = filed(offering, an)
    assert dossier.reference in door(binh).get(WORKLIST).content.decode()


def test_citizens_and_officials_of_others_have_no_list(tenant: Tenant, door: Any, an: User, giang: User) -> None:
    assert door(an).get(WORKLIST).status_code == 404
    assert door(giang).get(WORKLIST).status_code == 404
    assert door().get(WORKLIST).status_code == 302


def test_every_list_holds_what_it_says(
    offering: Offering, door: Any, people: list[User], binh: User, chi: User
) -> None:
    with travel(MONDAY):
        new, mine, nobody, to_sign = (filed(offering, person) for person in people[:4])
        in_process(mine, binh, to=chi)
        in_process(nobody, binh)
        drafted(in_process(to_sign, binh), chi)
        in_process_again = fresh(to_sign)
        from_examine = worklist.step_name(in_process_again, "vi")
        assert from_examine == "Thẩm định"
        client = door(chi)
        assert mine.reference in listed(client, "mine").replace(fresh(mine).number, mine.reference)
        for key, inside, outside in [("mine", mine, nobody), ("unassigned", nobody, mine), ("new", new, mine)]:
            text = listed(client, key)
            assert reverse("desk_dossier", args=[inside.reference]) in text, key
            assert reverse("desk_dossier", args=[outside.reference]) not in text, key
    with travel(MONDAY + datetime.timedelta(days=3, hours=2)):
        assert reverse("desk_dossier", args=[mine.reference]) in listed(client, "today")
        assert "hết hạn hôm nay" in listed(client, "today")
    with travel(MONDAY + datetime.timedelta(days=7)):
        assert "quá hạn 4 ngày" in listed(client, "overdue")


def test_what_stands_at_the_last_step_waits_for_a_signature(
    offering: Offering, door: Any, an: User, binh: User, dung: User
) -> None:
    dossier = filed(offering, an)
    in_process(dossier, binh, "examine")
    href = reverse("desk_dossier", args=[dossier.reference])
    assert href not in listed(door(dung), "to_sign")
    in_process_dossier = fresh(dossier)
    from procedures.actions import processing

    processing.route(in_process_dossier, binh, "sign")
    assert href in door(dung).get(WORKLIST).content.decode()


@pytest.mark.parametrize("asked", ["nguyen thi an", "Nguyễn An", "082190001234", "0912 345 678", "1.999001"])
def test_a_dossier_is_found_by_what_people_remember(
    offering: Offering, door: Any, an: User, binh: User, asked: str
) -> None:
    dossier = filed(offering, an)
    assert reverse("desk_dossier", args=[dossier.reference]) in door(binh).get(WORKLIST, {"q": asked}).content.decode()


def test_a_dossier_is_found_by_reference_and_number(offering: Offering, door: Any, an: User, binh: User) -> None:
    dossier = filed(offering, an)
    intake.accept(dossier, binh)
    for asked in (dossier.reference.lower(), dossier.number):
        assert (
            reverse("desk_dossier", args=[dossier.reference]) in door(binh).get(WORKLIST, {"q": asked}).content.decode()
        )
    assert "Không tìm thấy" in door(binh).get(WORKLIST, {"q": "082190009999"}).content.decode()


def test_an_empty_list_says_so(offering: Offering, door: Any, binh: User) -> None:
    assert "Không có hồ sơ nào ở đây" in listed(door(binh), "to_return")


def test_lists_narrow_by_procedure_office_and_step(
    offering: Offering, door: Any, an: User, binh: User, office: Office
) -> None:
    dossier = filed(offering, an)
    href = reverse("desk_dossier", args=[dossier.reference])
    client = door(binh)
    assert href in listed(client, "new", procedure="1.999001", office=office.code)
    assert href not in listed(client, "new", procedure="1.000000")
    assert href not in listed(client, "new", office="H58.99")
    assert href not in listed(client, "new", step="sign")


def test_pages_follow_each_other_without_gap_or_double(
    offering: Offering, people: list[User], binh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.queries.wanted.PAGE", 2)
    for number, person in enumerate(people[:5]):
        with travel(MONDAY + datetime.timedelta(minutes=number // 2)):  # two share a moment
            filed(offering, person)
    for key in ("new", "all"):
        forwards = walk(binh, key)
        assert len(forwards) == len(set(forwards)) == 5
        assert forwards == order_of(binh, key)


def walk(person: User, key: str) -> list[int]:
    """Forwards page by page to the end, and each page once more backwards from the one after it."""
    found: list[int] = []
    wanted = worklist.Wanted(worklist.LISTS[key])
    before: list[Dossier] = []
    while True:
        page = worklist.page_of(person, wanted)
        found += [row.pk for row in page.rows]
        if page.previous:
            back = worklist.page_of(person, worklist.Wanted(wanted.list, before=page.previous))
            assert [row.pk for row in back.rows] == [row.pk for row in before]
        if not page.following:
            return found
        before = page.rows
        wanted = worklist.Wanted(wanted.list, after=page.following)


def order_of(person: User, key: str) -> list[int]:
    one = worklist.LISTS[key]
    sign = "-" if one.newest_first else ""
    return list(
        worklist.rows_for(person)
        .filter(one.holds(person))
        .order_by(f"{sign}{one.by}", f"{sign}pk")
        .values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    "key", ["x", "_", "_x", "2026-13-45T00:00:00Z_1", "2026-11-16T00:00:00_1", "' OR 1=1", "_99999999999999999999"]
)
def test_a_made_up_page_key_shows_the_first_page(offering: Offering, door: Any, an: User, binh: User, key: str) -> None:
    dossier = filed(offering, an)
    assert reverse("desk_dossier", args=[dossier.reference]) in listed(door(binh), "new", after=key)


def test_a_list_costs_the_same_for_two_rows_and_for_many(
    offering: Offering, door: Any, people: list[User], binh: User, chi: User
) -> None:
    client = door(binh)
    for person in people[:2]:
        in_process(filed(offering, person), binh, to=chi)
    listed(client, "running")
    with CaptureQueriesContext(connection) as few:
        listed(client, "running")
    for person in people[2:]:
        in_process(filed(offering, person), binh, to=chi)
    with CaptureQueriesContext(connection) as many:
        listed(client, "running")
    assert len(few) == len(many) <= 14


def test_many_are_accepted_at_once_each_with_its_own_outcome(
    offering: Offering, door: Any, people: list[User], binh: User
) -> None:
    one, two = (filed(offering, person) for person in people[:2])
    intake.accept(two, binh)
    answer = door(binh).post(
        f"{WORKLIST}hang-loat/",
        {"deed": "accept", "chosen": [one.reference, two.reference, "AAAA-BBBB-CCCC"]},
        follow=True,
    )
    text = answer.content.decode()
    assert fresh(one).number in text
    assert "không thể thực hiện" in text
    assert "Không có hồ sơ này" in text
    assert (fresh(one).state, fresh(two).event_count) == ("accepted", 2)


def test_many_are_routed_at_once_to_one_person(
    offering: Offering, door: Any, people: list[User], binh: User, chi: User
) -> None:
    rows = [filed(offering, person) for person in people[:2]]
    for row in rows:
        intake.accept(row, binh)
    door(binh).post(
        f"{WORKLIST}hang-loat/", {"deed": "route", "to": str(chi.pk), "chosen": [row.reference for row in rows]}
    )
    assert {(fresh(row).step_key, fresh(row).assignee) for row in rows} == {("examine", chi)}


def test_who_may_not_accept_accepts_nothing_in_bulk(
    offering: Offering, door: Any, an: User, chi: User, giang: User
) -> None:
    dossier = filed(offering, an)
    assert (
        "không có quyền"
        in door(chi)
        .post(f"{WORKLIST}hang-loat/", {"deed": "accept", "chosen": dossier.reference}, follow=True)
        .content.decode()
    )
    assert door(giang).post(f"{WORKLIST}hang-loat/", {"deed": "accept", "chosen": dossier.reference}).status_code == 404
    assert fresh(dossier).state == "submitted"
