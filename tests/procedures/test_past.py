"""The demonstration's plan: where time was first a life ends, and everything else that is refused is a mistake and told."""

import datetime
from collections.abc import Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import deadlines, intake, supplements
from procedures.demo import lives
from procedures.demo.filing import Plan
from procedures.models import Dossier
from procedures.workflow import NotAllowed
from tests.forms import offered
from tests.pages.desk import filed

MONDAY = datetime.datetime(2026, 10, 5, 9, 0, tzinfo=HERE)
WORLD: Any = SimpleNamespace(chance=Random(1))


@pytest.fixture
def asked(office: Office, an: User, binh: User) -> Dossier:
    with travel(MONDAY):
        dossier = intake.accept(filed(offered(office), an), binh)
        supplements.ask(dossier, binh, reason="Ảnh mờ", wanted=[{"paper": "", "name": "Bản rõ", "wanted": ""}])
        return dossier


def lived(monkeypatch: pytest.MonkeyPatch, dossier: Dossier) -> Iterator[datetime.datetime]:
    """A life in which somebody takes a step that is refused."""

    def refused(*told: Any) -> Iterator[datetime.datetime]:
        yield MONDAY + datetime.timedelta(days=60)
        raise NotAllowed("Hồ sơ không ở trạng thái đó.")

    monkeypatch.setattr(lives, "begin", lambda world, plan: dossier)
    monkeypatch.setattr(lives, "_lived", refused)
    return lives.life(WORLD, Plan(MONDAY, "1.999001", dossier.office, "an", fate="supplement"))


def test_a_step_that_is_refused_says_whose_and_which(asked: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(lives.BrokenPlan, match=f"{asked.reference}, supplement.*supplement_requested.*trạng thái đó"):
        list(lived(monkeypatch, asked))


def test_where_time_was_first_the_life_ends(asked: Dossier, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    with travel(MONDAY + datetime.timedelta(days=50)):
        assert deadlines.carry_out(tenant) >= 1
    assert len(list(lived(monkeypatch, asked))) == 2


def test_without_the_question_every_mistake_is_silent(asked: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: as it was."""
    monkeypatch.setattr(lives, "_time_was_first", lambda dossier: True)
    assert len(list(lived(monkeypatch, asked))) == 2
