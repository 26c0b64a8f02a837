"""The list of neighbours: who answers, who does not, who is not set, all asked at once."""

from typing import Any

from integrations import business, population, status
from integrations.business import stand_in as business_stand_in
from integrations.population import stand_in as population_stand_in
from integrations.status import Condition
from tests.integrations.servers import order, running


def _unset(settings: Any) -> None:
    for name in ("VNEID_ISSUER", "POPULATION_URL", "BUSINESS_URL", "SCANNER", "CARRIER_URL", "EMAIL_HOST"):
        setattr(settings, name, "")


def test_each_neighbour_is_told_as_it_is(settings: Any) -> None:
    _unset(settings)
    with (
        running(population_stand_in.make_app()) as settings.POPULATION_URL,
        running(business_stand_in.make_app()) as settings.BUSINESS_URL,
    ):
        order(settings.BUSINESS_URL, "down")
        told = {one.name: one.condition for one in status.check()}
    assert told == {
        "vneid": Condition.NOT_SET,
        "population": Condition.UP,
        "business": Condition.DOWN,
        "scanning": Condition.NOT_SET,
        "messaging": Condition.NOT_SET,
        "carrier": Condition.NOT_SET,
    }


def test_a_slow_neighbour_holds_up_no_longer_than_its_own_deadline(settings: Any) -> None:
    _unset(settings)
    with running(population_stand_in.make_app()) as settings.POPULATION_URL:
        order(settings.POPULATION_URL, "slow", 600)
        told = {one.name: one for one in status.check()}
    assert told["population"].condition is Condition.DOWN


def test_every_neighbour_has_a_title_that_can_be_shown(settings: Any) -> None:
    _unset(settings)
    assert all(str(one.title) for one in status.check())
    assert {row[3] for row in status.NEIGHBOURS} >= {population.check, business.check}
