"""What was answered in the guide stands in the form."""

import pytest

from integrations import population
from portal.models import User
from portal.tenancy import inside
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import text
from tests.pages import filing

PAPERS = [{"key": "contract", "name": text("Hợp đồng vay"), "copies": 1, "when": {"field": "purpose", "is": "loan"}}]


@pytest.fixture(autouse=True)
def offered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    filing.offer_it(cast, papers=PAPERS)

    def silent(*_: object) -> object:
        raise population.Unavailable("population")

    monkeypatch.setattr("integrations.population.live.look_up", silent)


def begin(door: Door, cast: Cast, an: User, query: str) -> dict[str, object]:
    client = door(an)
    client.post(f"{filing.START}?{query}", {"office": cast.office.code, "whom": "self"})
    with inside(cast.tenant):
        return dict(filing.draft_of(cast).answers)


def test_an_answer_of_the_guide_stands_in_the_form(cast: Cast, door: Door, an: User) -> None:
    assert begin(door, cast, an, "d.purpose=loan")["purpose"] == "loan"


def test_what_stands_there_already_stays(cast: Cast, door: Door, an: User) -> None:
    begin(door, cast, an, "d.purpose=loan")
    assert begin(door, cast, an, "d.purpose=other")["purpose"] == "loan"


@pytest.mark.parametrize("query", ["d.purpose=nonsense", "d.which=x", "d.purpose=-", "purpose=loan", ""])
def test_only_what_the_guide_asks_is_taken_from_an_address(cast: Cast, door: Door, an: User, query: str) -> None:
    answers = begin(door, cast, an, query)
    assert "purpose" not in answers and "which" not in answers
