"""Papers between desk and offices: the giver signs by giving, the receiver by answering each line, both to the minute."""

from typing import Any

import pytest

from portal.models import Office, Tenant, User
from procedures.actions import paper_lists
from procedures.models import Dossier, Offering, PaperList, PaperListItem
from procedures.queries.paper_lists import to_give
from procedures.workflow import NotAllowed
from tests.forms import offered
from tests.pages.desk import opened
from tests.pages.test_desk_register import PAPERS, paper, received
from tests.pages.test_query_counts import statements

LISTS = "/mot-cua/ban-giao/"


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office, papers=PAPERS)


def registered(client: Any, offering: Offering, many: int = 1) -> list[Dossier]:
    before = set(received().values_list("pk", flat=True))
    for number in range(many):
        client.post(
            opened(client, offering),
            paper(**{"by-owner_name": f"Người {number}", "full_name": f"Người {number}", "by-phone": ""}),
        )
    return list(received().exclude(pk__in=before).order_by("pk"))


def given(client: Any, office: Office, dossiers: list[Dossier], **told: Any) -> str:
    sent = {"chosen": [one.reference for one in dossiers], "from_office": office.pk, "to_office": office.pk, **told}
    return str(client.post(f"{LISTS}lap/", sent).url)


def test_a_list_is_given_taken_and_seen_on_each_dossier(
    offering: Offering, office: Office, door: Any, binh: User, chi: User
) -> None:
    dossiers = registered(door(binh), offering, 2)
    assert dossiers[0].number in door(binh).get(f"{LISTS}lap/").content.decode()
    page = given(door(binh), office, dossiers)
    made = PaperList.objects.get()
    assert made.given_by == binh
    assert made.number in door(chi).get(LISTS).content.decode()
    first, second = PaperListItem.objects.order_by("pk")
    answers = {f"said-{first.pk}": "taken", f"said-{second.pk}": "refused", f"reason-{second.pk}": "Thiếu bản chính"}
    door(chi).post(page, answers)
    made.refresh_from_db()
    assert made.received_by == chi
    assert made.received_at is not None
    assert [e.step for e in dossiers[0].events.all()][-2:] == ["give_papers", "take_papers"]
    told = door(binh).get(f"/mot-cua/ho-so/{dossiers[1].reference}/").content.decode()
    assert made.number in told
    assert "Thiếu bản chính" in told
    sheet = door(binh).get(f"{LISTS}{made.pk}.pdf")
    assert b"".join(sheet).startswith(b"%PDF")


def test_refused_papers_can_be_given_again_and_taken_ones_are_not_offered(
    offering: Offering, office: Office, door: Any, binh: User, chi: User
) -> None:
    taken, refused = registered(door(binh), offering, 2)
    page = given(door(binh), office, [taken, refused])
    first, second = PaperListItem.objects.order_by("pk")
    door(chi).post(page, {f"said-{first.pk}": "taken", f"said-{second.pk}": "refused", f"reason-{second.pk}": "x"})
    assert to_give(binh) == [refused]


def test_a_refusal_without_a_reason_changes_nothing_and_keeps_what_was_said(
    offering: Offering, office: Office, door: Any, binh: User, chi: User
) -> None:
    page = given(door(binh), office, registered(door(binh), offering))
    item = PaperListItem.objects.get()
    answer = door(chi).post(page, {f"said-{item.pk}": "refused"}).content.decode()
    assert "nêu lý do" in answer
    assert "Lỗi:" in answer
    assert PaperList.objects.get().received_at is None
    assert door(chi).post(page, {}).status_code == 200
    assert PaperList.objects.get().received_at is None


def test_the_giver_does_not_receive(offering: Offering, office: Office, door: Any, binh: User) -> None:
    page = given(door(binh), office, registered(door(binh), offering))
    item = PaperListItem.objects.get()
    assert "không phải người giao" in door(binh).post(page, {f"said-{item.pk}": "taken"}).content.decode()
    with pytest.raises(NotAllowed):
        paper_lists.answer(PaperList.objects.get(), binh, {item.pk: paper_lists.Answer(True)})
    assert PaperList.objects.get().received_at is None


def test_papers_are_on_one_open_list_only(offering: Offering, office: Office, door: Any, binh: User, chi: User) -> None:
    dossiers = registered(door(binh), offering)
    given(door(binh), office, dossiers)
    with pytest.raises(NotAllowed):
        paper_lists.give(dossiers, chi, from_office=office, to_office=office)
    assert PaperList.objects.count() == 1


def test_answered_twice_is_answered_once(
    offering: Offering, office: Office, door: Any, binh: User, chi: User, dung: User
) -> None:
    page = given(door(binh), office, registered(door(binh), offering))
    item = PaperListItem.objects.get()
    door(chi).post(page, {f"said-{item.pk}": "taken"})
    assert (
        "đã được xác nhận"
        in door(dung).post(page, {f"said-{item.pk}": "refused", f"reason-{item.pk}": "x"}).content.decode()
    )
    assert PaperListItem.objects.get().state == "taken"
    assert PaperList.objects.get().received_by == chi


def test_strangers_and_citizens_see_no_list(
    offering: Offering, office: Office, door: Any, binh: User, an: User, giang: User, other_tenant: Tenant
) -> None:
    page = given(door(binh), office, registered(door(binh), offering))
    assert door(an).get(page).status_code == 404
    assert door(giang).get(page).status_code == 404
    assert door(giang, other_tenant).get(page).status_code == 404


def test_a_list_costs_the_same_for_two_and_for_twelve(
    offering: Offering, office: Office, door: Any, binh: User
) -> None:
    def asked(address: str) -> int:
        door(binh).get(address)
        client = door(binh)
        with statements() as found:
            client.get(address)
        return len(found)

    few = given(door(binh), office, registered(door(binh), offering, 2))
    counts = [asked(few), asked(LISTS)]
    many = given(door(binh), office, registered(door(binh), offering, 12))
    assert [asked(many), asked(LISTS)] == counts
