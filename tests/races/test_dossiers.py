"""Two at one dossier, many at one number: one passage, one receipt, no gap; and what happens without the lock."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError

from portal import audit
from portal.states import StateField
from portal.tenancy import inside
from procedures import workflow
from procedures.actions import intake, numbers, submission
from procedures.models import Dossier, DossierEvent, Paper, Submission
from procedures.queries.integrity import violations
from procedures.workflow import NotAllowed
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race


def unlock(monkeypatch: pytest.MonkeyPatch, parties: int) -> None:
    """Take the lock away, and see to it that all have read the row before anybody writes it."""
    meet = meeting(parties)

    def unlocked(dossier: Dossier) -> None:
        dossier.refresh_from_db()
        meet()

    monkeypatch.setattr(workflow, "lock", unlocked)


def two_accept(scene: Scene, filed: Dossier) -> list[Any]:
    clerks = [scene.people["clerk"], scene.people["second clerk"]]

    def accept(number: int) -> str:
        with inside(scene.tenant):
            return intake.accept(Dossier.objects.get(pk=filed.pk), clerks[number]).number

    return together(accept, 2)


def kinds(brought: list[Any]) -> set[str]:
    return {type(one).__name__ for one in brought}


def test_two_clerks_who_accept_at_once_accept_once(scene: Scene) -> None:
    brought = two_accept(scene, scene.filed())
    assert kinds(brought) == {"str", "NotAllowed"}
    with inside(scene.tenant):
        assert DossierEvent.objects.filter(step="accept").count() == 1
        assert [d.number[-4:] for d in Dossier.objects.all()] == ["0001"]
        assert violations() == []


def test_without_the_lock_the_second_clerk_meets_an_error(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody is told in words that another was first; only the database still holds the line."""
    filed = scene.filed()
    unlock(monkeypatch, 2)
    assert kinds(two_accept(scene, filed)) == {"str", "ConcurrentTransition"}
    with inside(scene.tenant):
        assert DossierEvent.objects.filter(step="accept").count() == 1


def press(scene: Scene, draft: Dossier) -> list[Any]:
    def submit(_number: int) -> int:
        with inside(scene.tenant):
            return int(submission.submit(Dossier.objects.get(pk=draft.pk), scene.people["citizen"], "one key").pk)

    return together(submit, 8)


def test_submit_pressed_eight_times_at_once_files_one_dossier(scene: Scene) -> None:
    brought = press(scene, scene.draft())
    with inside(scene.tenant):
        assert brought == [Dossier.objects.get().pk] * 8
        assert DossierEvent.objects.filter(step="submit").count() == 1
        assert Paper.objects.filter(kind="submission").count() == 1
        assert Submission.objects.count() == 1


def test_without_the_lock_most_presses_fail(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = scene.draft()
    unlock(monkeypatch, 8)
    assert kinds(press(scene, draft)) != {"int"}


def accept_many(scene: Scene, many: int) -> list[Any]:
    filed = [scene.filed().pk for _ in range(many)]

    def accept(number: int) -> int:
        with inside(scene.tenant):
            return int(intake.accept(Dossier.objects.get(pk=filed[number]), scene.people["clerk"]).number[-4:])

    return together(accept, many)


def test_forty_accepted_at_once_get_forty_numbers_in_a_row(scene: Scene) -> None:
    assert sorted(accept_many(scene, 40)) == list(range(1, 41))
    with inside(scene.tenant):
        assert violations() == []
        assert audit.first_break() is None


def test_the_highest_number_plus_one_would_be_given_twice(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: counting by looking."""
    meet = meeting(8)

    def looking(series: str) -> int:
        highest: int = Dossier.objects.exclude(number="").count()
        meet()
        return highest + 1

    monkeypatch.setattr(numbers, "next_number", looking)
    assert IntegrityError in {type(one) for one in accept_many(scene, 8)}


def test_what_is_taken_back_gives_its_number_back(scene: Scene) -> None:
    first, second = scene.filed(), scene.filed()
    with pytest.raises(ZeroDivisionError), inside(scene.tenant):
        assert intake.accept(first, scene.people["clerk"]).number.endswith("-0001")
        raise ZeroDivisionError
    with inside(scene.tenant):
        assert intake.accept(Dossier.objects.get(pk=second.pk), scene.people["clerk"]).number.endswith("-0001")


def test_a_step_that_is_not_allowed_takes_no_number(scene: Scene) -> None:
    filed = scene.filed()
    with pytest.raises(NotAllowed), inside(scene.tenant):
        intake.accept(filed, scene.people["officer"])
    with inside(scene.tenant):
        assert intake.accept(Dossier.objects.get(pk=filed.pk), scene.people["clerk"]).number.endswith("-0001")


def read_anew(scene: Scene) -> set[str]:
    filed = scene.filed()

    def read(_number: int) -> None:
        with inside(scene.tenant):
            mine = Dossier.objects.get(pk=filed.pk)
            for _time in range(20):
                mine.refresh_from_db()

    return kinds(together(read, 16))


def test_many_threads_read_a_state_anew_at_once(scene: Scene) -> None:
    assert read_anew(scene) == {"NoneType"}


def test_a_row_that_is_gone_leaves_no_state_unprotected(scene: Scene) -> None:
    filed = scene.filed()
    with inside(scene.tenant):
        with pytest.raises(Dossier.DoesNotExist):
            filed.refresh_from_db(from_queryset=Dossier.objects.none())
        with pytest.raises(AttributeError, match="Direct state"):
            filed.state = "done"


def test_a_protection_lifted_for_all_threads_fails_some(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the library's own way; threads take turns as often as can be, and meet in one of some tries."""
    monkeypatch.setattr(StateField, "_lifted", SimpleNamespace())
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert any("AttributeError" in read_anew(scene) for _try in range(8))
    finally:
        sys.setswitchinterval(usual)
