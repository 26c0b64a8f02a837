from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.models import Membership, Office, Tenant
from portal.roles import Role
from procedures.queries.surroundings import surroundings_of
from procedures.schema.advice import Advice, Surroundings, advise
from procedures.schema.definition import parse
from tests.forms import definition, offered, text


ALONE = Surroundings()


def told(around: Surroundings = ALONE, **changes: Any) -> list[Advice]:
    return advise(parse(definition(**changes)), around)


def addresses(found: list[Advice]) -> list[str]:
    return [one.address for one in found]


def test_a_sound_definition_needs_no_advice() -> None:
    assert told() == []


def test_a_missing_legal_basis_is_told_and_stops_nothing() -> None:
    found = told(legal_basis=[])
    assert addresses(found) == ["legal_basis"]
    assert not found[0].stops


def test_consent_by_silence_without_a_time_stops() -> None:
    clock = {"silence_is_consent": True}
    assert not told(clock=clock)
    assert [one.address for one in told(clock=clock, time={"online": None}) if one.stops] == ["clock"]


@pytest.mark.django_db
def test_a_step_for_which_nobody_works_there_is_told(tenant: Tenant, office: Office) -> None:
    offered(office)
    code = "1.999001"
    assert advise(parse(definition()), surroundings_of(code)) == []
    Membership.objects.filter(role=Role.HEAD).delete()
    found = advise(parse(definition()), surroundings_of(code))
    assert addresses(found) == ["route.sign"]
    assert office.name in found[0].sentence


@pytest.mark.django_db
def test_a_field_that_open_dossiers_answered_is_missed(tenant: Tenant, office: Office) -> None:
    offered(office)
    around = surroundings_of("1.999001")
    assert around.published is not None
    sections = [{"key": "owner", "title": text("A"), "fields": []}]
    changed = parse(definition(form={"sections": sections}, result_template=None))
    assert not advise(changed, around)
    assert len(advise(changed, Surroundings(published=around.published, open_dossiers=3))) == 3


@pytest.mark.django_db
def test_the_surroundings_cost_the_same_for_one_office_and_many(tenant: Tenant, office: Office) -> None:
    offered(office)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert len(surroundings_of("1.999001").places) == 1
    for number in range(5):
        offered(Office.objects.create(code=f"H58.9{number}", name=f"Phường {number}", kind="commune", parent=office))
    with CaptureQueriesContext(connection) as many:
        assert len(surroundings_of("1.999001").places) == 6
    assert len(few) == len(many) <= 7


@pytest.mark.django_db
def test_a_procedure_that_is_not_there_yet_has_no_surroundings(tenant: Tenant) -> None:
    around = surroundings_of("9.999999")
    assert (around.places, around.published, around.open_dossiers) == ((), None, 0)
