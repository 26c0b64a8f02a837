"""Two who sign at once, a signature against a withdrawal, many papers at one register; and what happens without the lock."""

from typing import Any

import pytest

from portal.tenancy import inside
from procedures import workflow
from procedures.actions import results, signing, withdrawals
from procedures.models import Dossier, DossierEvent, Paper, Signing
from procedures.queries.integrity import violations
from procedures.workflow import NotAllowed
from tests.pages.desk import drafted, in_process
from tests.races.crowd import Scene, meeting, together
from tests.races.test_dossiers import kinds

pytestmark = pytest.mark.race


def ready(scene: Scene) -> Dossier:
    filed = scene.filed()
    with inside(scene.tenant):
        in_process(filed, scene.people["clerk"])
        return drafted(filed, scene.people["officer"])


def handed_out(scene: Scene, dossier: Dossier) -> Signing:
    with inside(scene.tenant):
        found = Dossier.objects.get(pk=dossier.pk)
        return signing.prepare(
            signing.begin(found, scene.people["head"], results.decision(found, scene.people["head"]))
        )


def finish_twice(scene: Scene, row: Signing) -> list[Any]:
    with inside(scene.tenant):
        signature = signing.ask(row)

    def finish(_number: int) -> str:
        with inside(scene.tenant):
            own = Signing.objects.select_related("dossier__office", "dossier__version", "head").get(pk=row.pk)
            return str(signing.finish(own, signature).number)

    return together(finish, 2)


def test_a_signature_that_comes_back_twice_decides_once(scene: Scene) -> None:
    brought = finish_twice(scene, handed_out(scene, ready(scene)))
    assert kinds(brought) == {"str", "NotAllowed"}
    with inside(scene.tenant):
        assert DossierEvent.objects.filter(step="decide").count() == 1
        assert Paper.objects.filter(kind="result").count() == 1 and violations() == []


def test_without_the_locks_the_second_meets_an_error(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: only the database still holds the line, and nobody is told in words."""
    row, meet = handed_out(scene, ready(scene)), meeting(2)

    def unlocked(row: Signing) -> Signing:
        found = Signing.objects.get(pk=row.pk)
        meet()
        return found

    monkeypatch.setattr(workflow, "lock", lambda dossier: dossier.refresh_from_db())
    monkeypatch.setattr(signing, "_held", unlocked)
    assert kinds(finish_twice(scene, row)) != {"str", "NotAllowed"}
    with inside(scene.tenant):
        assert DossierEvent.objects.filter(step="decide").count() == 1


def test_many_papers_at_one_register_take_numbers_in_a_row(scene: Scene) -> None:
    made = [ready(scene).pk for _ in range(6)]

    def sign(number: int) -> str:
        with inside(scene.tenant):
            results.decide(Dossier.objects.get(pk=made[number]), scene.people["head"])
            return "signed"

    assert together(sign, 6) == ["signed"] * 6
    with inside(scene.tenant):
        assert sorted(n[:4] for n in Paper.objects.filter(kind="result").values_list("number", flat=True)) == [
            f"{n:04d}" for n in range(1, 7)
        ]
        assert violations() == []


@pytest.mark.parametrize("round_", range(3))
def test_of_signing_and_withdrawing_at_once_one_wins(scene: Scene, round_: int) -> None:
    dossier = ready(scene)
    row = handed_out(scene, dossier)
    with inside(scene.tenant):
        signature = signing.ask(row)

    def deed(number: int) -> str:
        with inside(scene.tenant):
            if number:
                found = Dossier.objects.get(pk=dossier.pk)
                withdrawals.ask_withdrawal(found, scene.people["citizen"], reason="Thôi")
                withdrawals.confirm_withdrawal(found, scene.people["clerk"])
                return "withdrawn"
            return str(signing.finish(row, signature).number) and "signed"

    brought = together(deed, 2)
    assert sum(isinstance(one, str) for one in brought) == 1 and any(isinstance(one, NotAllowed) for one in brought)
    with inside(scene.tenant):
        state = Dossier.objects.get(pk=dossier.pk).state
        assert Paper.objects.filter(kind="result").count() == (state == "done") and violations() == []


def test_the_lock_is_not_held_while_the_device_works(scene: Scene) -> None:
    """Another step of the dossier goes on while the hash is out."""
    row = handed_out(scene, ready(scene))
    with inside(scene.tenant):
        found = Dossier.objects.get(pk=row.dossier_id)
        workflow.note(found, "assign", scene.people["officer"])
        assert found.event_count > row.dossier.event_count
