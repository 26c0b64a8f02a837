"""Lists as an official likes them: what is new, columns, order, filters, names; nobody else's are touched."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Membership, Office, Tenant, User
from portal.moments import HERE, travel
from portal.roles import Role
from portal.tenancy import inside
from procedures.actions import desk, processing
from procedures.models import DossierLook, FirstView, Offering, SavedView
from procedures.queries import worklist
from procedures.queries.counting import counted_for
from procedures.queries.saved import first_view, views_of
from tests.forms import offered
from tests.pages.desk import filed, fresh, in_process

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
WORKLIST, VIEW = "/mot-cua/", "/mot-cua/cot/"


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def people(cast: Any) -> list[User]:
    return [cast.people[name] for name in ("an", "ha", "khoa", "lan", "en", "dung")]


def href(dossier: Any) -> str:
    return reverse("desk_dossier", args=[dossier.reference])


def listed(client: Any, key: str, **asked: str) -> str:
    return str(client.get(WORKLIST, {"list": key, **asked}).content.decode())


# ---- new or changed since I looked ----


def test_what_is_new_says_what_happened_and_a_look_clears_it(
    offering: Offering, door: Any, an: User, binh: User, chi: User
) -> None:
    dossier = filed(offering, an)
    client = door(binh)
    page = listed(client, "changed")
    assert href(dossier) in page
    assert "Nộp hồ sơ" in page
    assert counted_for(binh)["changed"] == 1
    client.get(href(dossier))
    assert href(dossier) not in listed(client, "changed")
    assert counted_for(binh)["changed"] == 0
    assert href(dossier) in listed(door(chi), "changed")  # who looked is Bình, not Chi


def test_what_one_did_oneself_is_no_news_and_what_others_do_is(
    offering: Offering, door: Any, an: User, binh: User, chi: User
) -> None:
    dossier = filed(offering, an)
    door(binh).get(href(dossier))
    in_process(fresh(dossier), binh, to=chi)
    assert href(dossier) not in listed(door(binh), "changed")
    processing.assign(fresh(dossier), chi, chi)
    page = listed(door(binh), "changed")
    assert "Phân công" in page
    assert chi.full_name in page
    assert "và 3 việc nữa" not in page  # two of the four events he did himself, but they came after his look


def test_many_are_marked_as_seen_without_opening_them(
    offering: Offering, door: Any, people: list[User], binh: User
) -> None:
    rows = [filed(offering, person) for person in people[:3]]
    answer = door(binh).post(
        f"{WORKLIST}da-xem/", {"chosen": [f"{row.reference}.2" for row in rows[:2]], "here": "list=changed"}
    )
    assert answer.headers["Location"] == f"{WORKLIST}?list=changed"
    assert set(DossierLook.objects.values_list("dossier", flat=True)) == {row.pk for row in rows[:2]}


def test_a_stranger_marks_nothing_as_seen(
    offering: Offering, door: Any, an: User, giang: User, other_tenant: Tenant, tenant: Tenant
) -> None:
    dossier = filed(offering, an)
    assert door(giang).post(f"{WORKLIST}da-xem/", {"chosen": dossier.reference}).status_code == 404
    door(giang, other_tenant).post(f"{WORKLIST}da-xem/", {"chosen": dossier.reference})
    assert not DossierLook.objects.exists()
    with inside(other_tenant):
        assert not DossierLook.objects.exists()


def test_old_events_are_no_news(offering: Offering, door: Any, an: User, binh: User) -> None:
    with travel(MONDAY):
        dossier = filed(offering, an)
    with travel(MONDAY + datetime.timedelta(days=15)):
        assert href(dossier) not in listed(door(binh), "changed")


# ---- order, filters, columns, size ----


def test_order_filters_and_columns_are_the_address(
    offering: Offering, door: Any, people: list[User], binh: User, chi: User
) -> None:
    with travel(MONDAY):
        first = filed(offering, people[0])
    second = in_process(filed(offering, people[1]), binh, to=chi)
    client = door(binh)
    page = listed(client, "office", sort="-submitted", columns="submitted,owner,channel")
    assert page.index(href(second)) < page.index(href(first))
    assert page.index(">Ngày nộp</th>") < page.index(">Chủ hồ sơ</th>") < page.index(">Cách nộp</th>")
    assert ">Người xử lý</th>" not in page
    assert href(first) not in listed(client, "office", assignee=str(chi.pk))
    assert href(second) in listed(client, "office", assignee=str(chi.pk))
    assert href(second) not in listed(client, "office", to="2026-11-16")
    assert href(first) in listed(client, "office", to="2026-11-16", **{"from": "2026-11-16"})
    assert href(second) not in listed(client, "office", state="submitted")
    assert href(second) not in listed(client, "office", channel="post")


@pytest.mark.parametrize(
    "asked",
    [{"sort": "owner_name"}, {"columns": "password"}, {"rows": "100000"}, {"from": "2026-99-99"}, {"assignee": "x"}, {"state": "' OR 1=1"}],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_not_asked_for(
    offering: Offering, door: Any, an: User, binh: User, asked: dict[str, str]
) -> None:
    dossier = filed(offering, an)
    assert href(dossier) in listed(door(binh), "office", **asked)


def test_closed_dossiers_are_only_read_by_when_they_came(binh: User, tenant: Tenant) -> None:
    assert worklist.wanted_of({"list": "all", "sort": "due"}, []).by == "submitted_at"


@pytest.mark.parametrize("key", ["running", "office", "changed", "all"])
def test_a_long_page_costs_the_queries_of_a_short_one(
    offering: Offering, door: Any, people: list[User], binh: User, chi: User, key: str
) -> None:
    """The page of a list pins the rows; two hundred at once are asked for like twenty-five."""
    client = door(binh)
    counts = []
    for number, person in enumerate(people):
        in_process(filed(offering, person), binh, to=chi)
        if number in (1, 5):
            listed(client, key)
            with CaptureQueriesContext(connection) as asked:
                listed(client, key, rows="200")
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


def test_who_works_at_an_office_reads_its_closed_ones_in_order(
    offering: Offering, people: list[User], binh: User, office: Office, tenant: Tenant
) -> None:
    """What is closed is read office by office; together it is the same list."""
    other = Office.objects.create(code="H58.31", name="Phường khác", kind="commune")
    elsewhere = offered(other, "1.999002")
    with travel(MONDAY):
        mine = filed(offering, people[0])
    foreign = filed(elsewhere, people[1])
    received = filed(elsewhere, people[2])
    received.receiving_office = office
    received.save(update_fields=["receiving_office"])
    found = [row.pk for row in worklist.page_of(binh, worklist.wanted_of({"list": "all"}, [])).rows]
    assert found == [received.pk, mine.pk]
    assert foreign.pk not in found


# ---- saved views ----


def test_a_list_is_saved_shared_and_begins_the_day(
    offering: Offering, door: Any, binh: User, chi: User, office: Office
) -> None:
    client = door(binh)
    told = {
        "act": "save",
        "name": "Sắp trễ",
        "office": office.code,
        "first": "on",
        "column1": "owner",
        "column2": "due",
    }
    answer = client.post(f"{VIEW}?list=soon&sort=-submitted&q=nguyen+thi+an", told)
    assert answer.status_code == 302
    view = SavedView.objects.get()
    assert view.query == "list=soon&sort=-submitted&columns=number%2Cowner%2Cdue"
    assert "nguyen" not in view.query
    assert client.get(WORKLIST).headers["Location"] == f"{WORKLIST}?{view.query}"
    assert "Sắp trễ" in listed(door(chi), "mine")
    assert door(chi).get(WORKLIST).status_code == 200  # hers begins as it did
    client.post(f"{VIEW}{view.pk}/", {"act": "not_first"})
    assert client.get(WORKLIST).status_code == 200


def test_a_view_without_a_name_is_asked_for_one_and_nothing_typed_is_lost(
    door: Any, binh: User, tenant: Tenant
) -> None:
    page = door(binh).post(f"{VIEW}?list=soon", {"act": "save", "name": " ", "column1": "fee"}).content.decode()
    assert "Hãy đặt tên" in page
    assert '<option value="fee" selected' in page
    assert not SavedView.objects.exists()


def test_a_view_of_another_is_neither_seen_nor_changed(
    door: Any, binh: User, chi: User, giang: User, other_tenant: Tenant, tenant: Tenant
) -> None:
    own = desk.save_view(binh, "Riêng", "list=new")
    for client in (door(chi), door(giang), door(giang, other_tenant)):
        for act in ("first", "remove"):
            assert client.post(f"{VIEW}{own.pk}/", {"act": act}).status_code == 404
    assert not views_of(chi).exists()
    assert SavedView.objects.filter(pk=own.pk).exists()
    assert not FirstView.objects.exists()


def test_a_shared_view_is_read_by_colleagues_and_removed_by_its_owner_only(
    door: Any, binh: User, chi: User, office: Office
) -> None:
    view = desk.save_view(binh, "Chung", "list=new", office=office)
    door(chi).post(f"{VIEW}{view.pk}/", {"act": "first"})
    assert first_view(chi) == view
    door(chi).post(f"{VIEW}{view.pk}/", {"act": "remove"})
    assert SavedView.objects.filter(pk=view.pk).exists()
    door(binh).post(f"{VIEW}{view.pk}/", {"act": "remove"})
    assert first_view(chi) is None


def test_a_view_that_is_shared_no_more_begins_nobodys_day(door: Any, binh: User, chi: User, office: Office) -> None:
    view = desk.save_view(binh, "Chung", "list=new", office=office)
    desk.begin_with(chi, view)
    desk.save_view(binh, "Chung", "list=new")
    assert first_view(chi) is None


def test_a_view_is_shared_only_where_one_works(door: Any, binh: User, office: Office, tenant: Tenant) -> None:
    foreign = Office.objects.create(code="H58.31", name="Phường khác", kind="commune")
    page = door(binh).post(f"{VIEW}?list=new", {"act": "save", "name": "X", "office": foreign.code})
    assert page.status_code == 200
    assert not SavedView.objects.exists()


# ---- keys ----


def test_every_key_is_told_on_a_page(door: Any, binh: User, tenant: Tenant) -> None:
    page = door(binh).get(f"{WORKLIST}phim-tat/").content.decode()
    assert all(f"<kbd>{key}</kbd>" in page for key in ("j", "k", "x", "o", "/", "?"))


def test_a_role_that_ends_takes_the_rows_along(offering: Offering, an: User, binh: User) -> None:
    filed(offering, an)
    assert worklist.page_of(binh, worklist.wanted_of({"list": "new"}, [])).rows
    Membership.objects.filter(user=binh).update(role=Role.HELPER)
    binh.__dict__.pop("_memberships_by_tenant")
    assert not worklist.page_of(binh, worklist.wanted_of({"list": "new"}, [])).rows
