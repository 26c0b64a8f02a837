"""Filing at any desk of the province for another office: who receives, who settles, who returns, each with its credit."""

import pytest

from portal.models import Membership, Office, Tenant, User
from portal.roles import Role
from procedures import workflow
from procedures.actions import counter, desks, processing, results
from procedures.actions.counter import Handed
from procedures.models import Dossier, Offering
from procedures.queries.dossiers import desk_dossiers
from procedures.queries.figures import units as credit
from procedures.queries.figures.board import chosen
from procedures.queries.figures.measures import MEASURES, dossiers_for
from procedures.queries.units import units_of
from procedures.workflow import NotAllowed
from tests.cast import make_office, make_person
from tests.conftest import Door
from tests.forms import offered

pytestmark = pytest.mark.django_db
COUNTS = {"request": {"originals": 1, "certified": 0, "copies": 0}}


@pytest.fixture
def far(tenant: Tenant) -> Office:
    return make_office("H58.31", "Ủy ban nhân dân phường Long Thuận")


@pytest.fixture
def offering(far: Office) -> Offering:
    """Offered at the far ward only."""
    return offered(far)


def official(name: str, number: str, role: str, office: Office) -> User:
    person = make_person(name, f"Người {name}", number)
    Membership.objects.create(user=person, office=office, role=role)
    return person


@pytest.fixture
def people(far: Office) -> tuple[User, User, User]:
    told = (
        ("f-clerk", "082091100001", Role.CLERK),
        ("f-officer", "082091100002", Role.OFFICER),
        ("f-head", "082091100003", Role.HEAD),
    )
    clerk, officer, head = (official(name, number, role, far) for name, number, role in told)
    return clerk, officer, head


@pytest.fixture
def received(offering: Offering, binh: User) -> Dossier:
    handed = Handed(owner_name="Lê Văn Ba", answers={"full_name": "Lê Văn Ba", "purpose": "loan"}, counts=COUNTS)
    return counter.register_paper(offering, binh, handed, "key-1")


def test_the_desk_receives_and_the_competent_office_settles(
    received: Dossier, office: Office, far: Office, binh: User, people: tuple[User, User, User]
) -> None:
    assert (received.receiving_office, received.office, received.state) == (office, far, "accepted")
    assert received.number.startswith(far.code)
    for person in (binh, *people):
        assert desk_dossiers(person).filter(pk=received.pk).exists()
    _clerk, officer, head = people
    processing.route(received, people[0], "examine", to=officer)
    results.prepare(received, officer, outcome="granted", lines=[])
    results.decide(received, head)
    results.hand_over(received, binh, how="counter", receiver="Lê Văn Ba")
    assert received.state == "returned"


def test_receiving_for_another_gives_no_word_in_its_decision(
    received: Dossier, chi: User, dung: User, people: tuple[User, User, User]
) -> None:
    processing.route(received, people[0], "examine", to=people[1])
    results.prepare(received, people[1], outcome="granted", lines=[])
    before = received.event_count
    with pytest.raises(NotAllowed):
        results.decide(received, dung)
    assert "route" not in workflow.allowed(received, chi)
    received.refresh_from_db()
    assert (received.state, received.event_count) == ("processing", before)


def test_the_result_can_be_collected_at_a_third_desk(
    received: Dossier, tenant: Tenant, binh: User, people: tuple[User, User, User]
) -> None:
    third = make_office("H58.32", "Ủy ban nhân dân phường Sơn Qui")
    there = official("t-clerk", "082091100004", Role.CLERK, third)
    desks.change_return(received, binh, office=third)
    assert received.events.last().step == "change_return"  # type: ignore[union-attr]
    # Before there is a result, that desk has nothing to do with it.
    assert not desk_dossiers(there).filter(pk=received.pk).exists()
    processing.route(received, people[0], "examine", to=people[1])
    results.prepare(received, people[1], outcome="granted", lines=[])
    results.decide(received, people[2])
    assert desk_dossiers(there).filter(pk=received.pk).exists()
    results.hand_over(received, there, how="counter", receiver="Lê Văn Ba")
    told = [(unit.office.code, unit.state) for unit in units_of(received)]
    assert told == [("H58.30", "on_time"), ("H58.31", "on_time"), ("H58.32", "on_time")]


def test_no_desk_is_made_up(received: Dossier, binh: User, far: Office) -> None:
    department = Office.objects.create(code="H58.99", name="Sở", kind=Office.Kind.DEPARTMENT)
    with pytest.raises(NotAllowed):
        desks.change_return(received, binh, office=department)
    assert received.return_office is None


def test_each_dossier_stands_once_in_every_sum(
    received: Dossier, offering: Offering, tenant: Tenant, an: User, binh: User, people: tuple[User, User, User]
) -> None:
    third = make_office("H58.32", "Ủy ban nhân dân phường Sơn Qui")
    desks.change_return(received, binh, office=third)
    own = counter.register_paper(
        offering,
        people[0],
        Handed(owner_name="B", answers={"full_name": "B", "purpose": "loan"}, counts=COUNTS),
        "key-2",
    )
    for dossier in (received, own):
        processing.route(dossier, people[0], "examine", to=people[1])
        results.prepare(dossier, people[1], outcome="granted", lines=[])
        results.decide(dossier, people[2])
        results.hand_over(dossier, people[0], how="counter", receiver="B")
    period = chosen("")[1]
    rows, total = credit.by_units(period)
    for part, (measure, _whose) in credit.PARTS.items():
        assert total[part] == dossiers_for(period).filter(MEASURES[measure].predicate(period)).count() == 2, part
    by_code = {row["office"].code: row for row in rows}
    assert (by_code["H58.30"]["received"], by_code["H58.30"]["received_for_others"], by_code["H58.30"]["settled"]) == (
        1,
        1,
        0,
    )
    assert (by_code["H58.31"]["settled"], by_code["H58.31"]["settled_from_others"], by_code["H58.31"]["returned"]) == (
        2,
        1,
        1,
    )
    assert (by_code["H58.32"]["returned"], by_code["H58.32"]["returned_for_others"]) == (1, 1)


def test_a_clerk_finds_what_another_office_settles(offering: Offering, office: Office, binh: User, door: Door) -> None:
    """The procedure is not offered at the clerk's own ward: the form names the office that settles it and goes on."""
    typed = {
        "procedure": offering.procedure.code,
        "channel": "counter",
        "personal_id": "",
        "full_name": "Lê Văn Ba",
        "birth_date": "",
    }
    answer = door(binh).post("/mot-cua/tiep-nhan/", typed, follow=True)
    assert answer.status_code == 200
    draft = Dossier.objects.get(state="draft")
    assert (draft.office.code, draft.receiving_office.code) == ("H58.31", "H58.30")
    assert door(binh).get(answer.redirect_chain[-1][0]).status_code == 200
    # The control: what nobody offers is not found.
    lost = door(binh).post("/mot-cua/tiep-nhan/", {**typed, "procedure": "9.999999"})
    assert Dossier.objects.filter(state="draft").count() == 1 and lost.status_code == 200


def test_who_does_what_is_told_to_desk_and_citizen(received: Dossier, an: User, binh: User, door: Door) -> None:
    assert "Ai làm gì" in door(binh).get(f"/mot-cua/ho-so/{received.reference}/").content.decode()
    received.owner = received.submitter = an
    received.save(update_fields=["owner", "submitter"])
    shown = door(an).get(f"/tai-khoan/ho-so/{received.reference}/").content.decode()
    assert "Ai làm gì" in shown and "Long Thuận" in shown and "Gò Công" in shown
