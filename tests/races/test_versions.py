"""Two administrators at one draft, publication against filing, two sweeps at one moment; and what happens without the lock."""

import threading
from typing import Any

import pytest

from portal.actions import NotPossible
from portal.models import User
from portal.moments import now, travel
from portal.tenancy import inside
from procedures.actions import catalogue, deadlines, drafting, moving, publication, submission
from procedures.models import Dossier, Procedure, ProcedureVersion, VersionDraft
from procedures.queries import answers, moves, versions
from procedures.queries.integrity import violations
from procedures.schema import parts
from procedures.tasks import sweep_versions
from tests.forms import definition, text
from tests.procedures.test_versions import CODE, FIELDS, NOTE, TOMORROW, with_note
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race
PAPERS = [{"key": f"paper_{number}", "name": text(f"Giấy {number}")} for number in range(8)]


def admin(scene: Scene) -> User:
    return scene.people["administrator"]


def a_draft(scene: Scene) -> VersionDraft:
    with inside(scene.tenant):
        return drafting.begin(CODE, admin(scene))


def write_all(scene: Scene) -> list[Any]:
    """Eight at once write eight parts of the same draft."""
    draft = a_draft(scene)

    def write(number: int) -> str:
        with inside(scene.tenant):
            drafting.change(
                draft, admin(scene), f"papers.{PAPERS[number]['key']}", PAPERS[number], parts.fingerprint(None)
            )
            return "kept"

    return together(write, 8)


def papers_of(scene: Scene) -> set[str]:
    with inside(scene.tenant):
        found = versions.draft_of(CODE)
        assert found is not None
        return {paper["key"] for paper in found.definition["papers"]} - {"request"}


def test_eight_who_write_eight_parts_at_once_all_keep_theirs(scene: Scene) -> None:
    assert write_all(scene) == ["kept"] * 8
    assert papers_of(scene) == {paper["key"] for paper in PAPERS}


def test_without_the_lock_words_are_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    meet = meeting(8)

    def unlocked(draft: VersionDraft) -> VersionDraft:
        found = VersionDraft.objects.get(pk=draft.pk)
        meet()
        return found

    monkeypatch.setattr(drafting, "_held", unlocked)
    write_all(scene)
    assert len(papers_of(scene)) < 8


def test_of_two_who_write_one_part_the_second_is_told(scene: Scene) -> None:
    draft = a_draft(scene)
    seen = parts.fingerprint(draft.definition["name"])

    def write(number: int) -> str:
        with inside(scene.tenant):
            drafting.change(draft, admin(scene), "name", text(f"Tên {number}"), seen)
            return f"Tên {number}"

    brought = together(write, 2)
    told = [one for one in brought if isinstance(one, drafting.Stale)]
    kept = [one for one in brought if isinstance(one, str)]
    assert len(told) == len(kept) == 1 and told[0].now["vi"] == kept[0]


def test_a_draft_published_by_two_at_once_is_one_version(scene: Scene) -> None:
    draft = a_draft(scene)
    with inside(scene.tenant):
        draft = drafting.add(draft, admin(scene), FIELDS, NOTE)

    def publish(_number: int) -> int:
        with inside(scene.tenant):
            return publication.publish_draft(draft, admin(scene), revision=draft.revision).number

    brought = together(publish, 2)
    assert 2 in brought and any(isinstance(one, NotPossible) for one in brought)
    with inside(scene.tenant):
        assert ProcedureVersion.objects.count() == 2


def test_many_who_publish_at_once_get_numbers_in_a_row(scene: Scene) -> None:
    def publish(number: int) -> int:
        with inside(scene.tenant):
            return catalogue.publish(definition(conditions=text(f"Lần {number}"))).number

    assert sorted(together(publish, 6)) == [2, 3, 4, 5, 6, 7]
    with inside(scene.tenant):
        assert Procedure.objects.get(code=CODE).current.number == 7  # type: ignore[union-attr]


def test_a_moment_that_comes_is_carried_out_once_by_however_many_sweeps(scene: Scene) -> None:
    with inside(scene.tenant):
        waiting = catalogue.publish(with_note(), effective_from=now() + TOMORROW)
        assert not versions.due().exists()
    later = now() + 2 * TOMORROW

    def sweep(_number: int) -> int:
        with travel(later):
            return sweep_versions()

    assert sum(together(sweep, 4)) == 1
    with inside(scene.tenant):
        assert Procedure.objects.get(code=CODE).current_id == waiting.pk


@pytest.mark.parametrize("round_", range(4))
def test_publication_against_filing_leaves_nobody_between_two_versions(scene: Scene, round_: int) -> None:
    draft = scene.draft()

    def deed(number: int) -> str:
        with inside(scene.tenant):
            if number:
                raw = parts.append(definition(), FIELDS, {**NOTE, "required": False})
                return f"published {catalogue.publish(raw, open_dossiers='move').number}"
            filed = submission.submit(Dossier.objects.get(pk=draft.pk), scene.people["citizen"], draft.reference)
            return str(filed.state)

    assert sorted(together(deed, 2)) == ["published 2", "submitted"]
    deadlines.lead_over(scene.tenant)
    with inside(scene.tenant):
        filed = Dossier.objects.select_related("version").get(pk=draft.pk)
        assert filed.version.number == 2 and filed.events.filter(step="move").count() == 1
        assert not moves.waiting().exists() and violations() == []


def withdrawn_against_filing(scene: Scene, draft: Dossier, wait: threading.Event | None = None) -> list[Any]:
    def deed(number: int) -> str:
        if number and wait is not None:
            wait.wait(timeout=60)
        with inside(scene.tenant):
            if number:
                catalogue.withdraw(Procedure.objects.get(code=CODE), admin(scene), reason="Bãi bỏ")
                return "withdrawn"
            filed = submission.submit(Dossier.objects.get(pk=draft.pk), scene.people["citizen"], draft.reference)
            return str(filed.state)

    return together(deed, 2)


def filed_too_late(scene: Scene, draft: Dossier) -> bool:
    with inside(scene.tenant):
        filed = Dossier.objects.get(pk=draft.pk)
        ended = ProcedureVersion.objects.get(number=1).withdrawn_at
        return bool(filed.submitted_at and ended and filed.submitted_at > ended)


@pytest.mark.parametrize("round_", range(4))
def test_nothing_is_filed_after_a_procedure_ended(scene: Scene, round_: int) -> None:
    draft = scene.draft()
    brought = withdrawn_against_filing(scene, draft)
    assert "withdrawn" in brought and not filed_too_late(scene, draft)


def test_without_the_lock_something_is_filed_too_late(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who was judged before the end files after it."""
    draft, judged, ended = scene.draft(), threading.Event(), threading.Event()
    withdraw, check = catalogue.withdraw, answers.check_form

    def lingering(*told: Any) -> Any:
        judged.set()
        ended.wait(timeout=60)
        return check(*told)

    def soon_seen(*told: Any, **named: Any) -> None:
        withdraw(*told, **named)
        threading.Timer(1.0, ended.set).start()

    monkeypatch.setattr(moving, "hold_published", lambda _dossier: None)
    monkeypatch.setattr(submission, "check_form", lingering)
    monkeypatch.setattr(catalogue, "withdraw", soon_seen)
    withdrawn_against_filing(scene, draft, judged)
    assert filed_too_late(scene, draft)
