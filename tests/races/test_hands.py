"""Two at one dossier's hands, two dossiers at one moment, a rule that goes meanwhile; and what happens without the locks."""

from typing import Any

import pytest

from portal.models import Membership, User
from portal.roles import Role
from portal.tenancy import inside
from procedures import workflow
from procedures.actions import hands, intake, processing, rules
from procedures.models import AssignmentRule, Dossier, DossierEvent
from tests.cast import make_person
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race


def colleague(scene: Scene, name: str, role: Role = Role.OFFICER) -> User:
    with inside(scene.tenant):
        person = make_person(f"{name}-{scene.tenant.slug}", f"Người {name}", "")
        Membership.objects.create(user=person, office=scene.office, role=role)
        return person


def accepted(scene: Scene) -> Dossier:
    filed = scene.filed()
    with inside(scene.tenant):
        return intake.accept(Dossier.objects.get(pk=filed.pk), scene.people["clerk"])


def two_take_over(scene: Scene) -> tuple[Dossier, list[Any]]:
    """Two colleagues who both saw it with the same third one."""
    held, both = scene.people["officer"], [colleague(scene, "a"), colleague(scene, "b")]
    dossier = accepted(scene)
    with inside(scene.tenant):
        processing.route(dossier, scene.people["clerk"], "examine", to=held)

    def take(number: int) -> str:
        with inside(scene.tenant):
            row = Dossier.objects.get(pk=dossier.pk)
            hands.take_over(row, both[number], reason="Vắng", instead_of=held.pk)
            return both[number].full_name

    return dossier, together(take, 2)


def test_of_two_who_take_over_one_has_it_and_the_other_is_told(scene: Scene) -> None:
    dossier, brought = two_take_over(scene)
    assert {type(one).__name__ for one in brought} == {"str", "NotAllowed"}
    winner = next(one for one in brought if isinstance(one, str))
    with inside(scene.tenant):
        row = Dossier.objects.select_related("assignee").get(pk=dossier.pk)
        assert row.assignee is not None
        assert row.assignee.full_name == winner
        assert DossierEvent.objects.filter(dossier=dossier, step="take_over").count() == 1


def test_without_the_lock_nobody_is_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both believe it; only the database's own counting of events still holds the line."""
    meet = meeting(2)

    def unlocked(dossier: Dossier) -> None:
        dossier.refresh_from_db()
        if dossier.last_step == "route":
            meet()

    held, both = scene.people["officer"], [colleague(scene, "a"), colleague(scene, "b")]
    dossier = accepted(scene)
    with inside(scene.tenant):
        processing.route(dossier, scene.people["clerk"], "examine", to=held)
    monkeypatch.setattr(workflow, "lock", unlocked)

    def take(number: int) -> str:
        with inside(scene.tenant):
            row = Dossier.objects.get(pk=dossier.pk)
            hands.take_over(row, both[number], reason="Vắng", instead_of=held.pk)
            return "taken"

    kinds = {type(one).__name__ for one in together(take, 2)}
    assert "NotAllowed" not in kinds


def route_two(scene: Scene) -> list[int]:
    """Two dossiers reach the step of two idle officers at the same moment; whom each was given."""
    colleague(scene, "a")
    with inside(scene.tenant):
        AssignmentRule.objects.create(role="officer")
    waiting = [accepted(scene), accepted(scene)]

    def route(number: int) -> int:
        with inside(scene.tenant):
            row = Dossier.objects.get(pk=waiting[number].pk)
            given = processing.route(row, scene.people["clerk"], "examine").assignee
            return given.pk if given else 0

    return together(route, 2)


def test_two_dossiers_at_once_go_to_two_people(scene: Scene) -> None:
    given = route_two(scene)
    assert len(set(given)) == 2


def test_without_the_turns_both_go_to_the_same_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each counts before the other has written."""
    meet = meeting(2)
    monkeypatch.setattr(hands, "hold_turns", lambda _people: meet())
    assert len(set(route_two(scene))) == 1


def test_a_rule_that_goes_meanwhile_gives_to_one_of_its_people_or_to_nobody(scene: Scene) -> None:
    dossier, en = accepted(scene), scene.people["administrator"]
    with inside(scene.tenant):
        rule = AssignmentRule.objects.create(role="officer", people=[scene.people["officer"].pk])

    def either(number: int) -> Any:
        with inside(scene.tenant):
            if number:
                return rules.drop_rule(AssignmentRule.objects.get(pk=rule.pk), en)
            return processing.route(Dossier.objects.get(pk=dossier.pk), scene.people["clerk"], "examine").assignee_id

    given, dropped = together(either, 2)
    assert given in (scene.people["officer"].pk, None)
    assert dropped is None
    with inside(scene.tenant):
        assert Dossier.objects.get(pk=dossier.pk).step_key == "examine"
