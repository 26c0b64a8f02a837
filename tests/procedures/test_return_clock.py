"""The clock of the desk that hands a result over for the one that received: warned, told of once, counted."""

import datetime

import pytest

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from portal.roles import Role
from procedures.actions import desks, intake, results
from procedures.models import Alarm, Dossier, Message
from procedures.queries.figures import units as credit
from procedures.queries.figures.board import chosen
from procedures.queries.three_clocks import faces_of
from procedures.queries.units import units_of
from tests.cast import make_office
from tests.conftest import Door
from tests.forms import offered
from tests.pages.desk import drafted, filed, fresh, in_process
from tests.procedures.test_alarms import swept
from tests.procedures.test_any_desk import official

pytestmark = pytest.mark.django_db
MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def third(tenant: Tenant) -> Office:
    return make_office("H58.32", "Ủy ban nhân dân phường Sơn Qui")


@pytest.fixture
def there(third: Office) -> User:
    return official("t-clerk", "082091100004", Role.CLERK, third)


@pytest.fixture
def head(third: Office) -> User:
    return official("t-head", "082091100005", Role.HEAD, third)


@pytest.fixture
def decided(office: Office, an: User, binh: User, chi: User, dung: User) -> Dossier:
    """Decided on Monday at eleven: the third desk, where there is one, has until Tuesday at five."""
    with travel(MONDAY):
        dossier = in_process(filed(offered(office), an), binh, to=chi)
        dossier.delivery = "counter"
        dossier.save(update_fields=["delivery"])
    with travel(MONDAY + 2 * HOUR):
        drafted(dossier, chi)
        return results.decide(dossier, dung)


@pytest.fixture
def elsewhere(decided: Dossier, third: Office, binh: User) -> Dossier:
    with travel(MONDAY + 2 * HOUR):
        return desks.change_return(decided, binh, office=third)


def told(person: User) -> int:
    return Message.objects.filter(recipient=person, occasion="alert").count()


def test_the_desk_is_warned_then_told_that_it_is_late_each_once(
    tenant: Tenant, elsewhere: Dossier, there: User, head: User, binh: User
) -> None:
    assert swept(tenant, MONDAY + 3 * HOUR) == []
    assert swept(tenant, MONDAY + DAY + 7 * HOUR) == ["return_soon"]
    assert (told(there), told(head)) == (1, 0)
    assert swept(tenant, MONDAY + DAY + 9 * HOUR) == ["return_overdue"]
    assert swept(tenant, MONDAY + 2 * DAY) == []
    assert (told(there), told(head), told(binh)) == (2, 1, 0)
    assert elsewhere.events.filter(step="return_overdue", actor=None, actor_role="time").count() == 1
    assert f"{MONDAY + DAY:%d/%m/%Y}" in Message.objects.filter(recipient=head).get().body


def test_three_days_away_it_is_told_once_not_twice(tenant: Tenant, elsewhere: Dossier, there: User) -> None:
    assert swept(tenant, MONDAY + 4 * DAY) == ["return_overdue"]
    assert told(there) == 1
    assert Alarm.objects.get(kind="return_soon").effect == "passed"


def test_handed_over_in_time_nobody_is_told(tenant: Tenant, elsewhere: Dossier, there: User) -> None:
    with travel(MONDAY + DAY):
        results.hand_over(elsewhere, there, how="counter", receiver="A")
    assert swept(tenant, MONDAY + 3 * DAY) == []
    assert told(there) == 0


@pytest.mark.parametrize("delivery", ["online", "post"])
def test_what_is_not_handed_over_at_a_counter_has_no_such_clock(
    tenant: Tenant, elsewhere: Dossier, delivery: str
) -> None:
    Dossier.objects.filter(pk=elsewhere.pk).update(delivery=delivery)
    assert swept(tenant, MONDAY + 3 * DAY) == []


def test_the_receiving_desk_itself_is_not_hurried(tenant: Tenant, decided: Dossier, binh: User) -> None:
    """The control: the same dossier, returned where it was received."""
    assert swept(tenant, MONDAY + 3 * DAY) == []
    assert not Alarm.objects.filter(kind__startswith="return").exists()


def test_a_desk_that_becomes_the_one_later_has_its_own_day(
    tenant: Tenant, decided: Dossier, third: Office, there: User, binh: User
) -> None:
    with travel(MONDAY + 2 * DAY):
        desks.change_return(decided, binh, office=third)
    assert swept(tenant, MONDAY + 2 * DAY + HOUR) == []
    assert swept(tenant, MONDAY + 4 * DAY) == ["return_overdue"]
    assert told(there) == 1


def test_the_clock_stands_on_the_page_with_its_reasons(
    tenant: Tenant, elsewhere: Dossier, third: Office, binh: User, door: Door
) -> None:
    with travel(MONDAY + DAY):
        face = next(one for one in faces_of(fresh(elsewhere)).clocks if third.title in one.title)
        assert face.moment == datetime.datetime(2026, 11, 17, 17, 0, tzinfo=HERE) and face.lines
    with travel(MONDAY + 3 * DAY):
        shown = door(binh).get(f"/mot-cua/ho-so/{elsewhere.reference}/").content.decode()
    assert "Trả kết quả ở Ủy ban nhân dân phường Sơn Qui" in shown and "Quá hạn" in shown
    assert units_of(fresh(elsewhere))[2].late


@pytest.mark.parametrize(("days", "late"), [(1, 0), (3, 1)], ids=["in time", "late"])
def test_it_counts_to_the_credit_of_the_desk_that_hands_it_over(
    tenant: Tenant, elsewhere: Dossier, third: Office, there: User, days: int, late: int
) -> None:
    swept(tenant, MONDAY + days * DAY)
    with travel(MONDAY + days * DAY + HOUR):
        results.hand_over(elsewhere, there, how="counter", receiver="A")
        rows, total = credit.by_units(chosen("")[1])
    mine = next(row for row in rows if row["office"] == third)
    assert (mine["returned"], mine["returned_late"], total["returned_late"]) == (1, late, late)


def test_an_accepted_dossier_has_no_return_clock(office: Office, an: User, binh: User, third: Office) -> None:
    dossier = filed(offered(office), an)
    intake.accept(dossier, binh)
    desks.change_return(dossier, binh, office=third)
    assert [face.title for face in faces_of(fresh(dossier)).clocks if third.title in face.title] == []
