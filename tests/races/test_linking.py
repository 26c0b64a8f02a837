"""One message delivered twice at once, one state renewed by two beats; and what happens without the key and the lock."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from portal.models import OutboxRow
from portal.tenancy import inside, knowing
from procedures.actions import crossings, drafts, joint
from procedures.actions.crossings import Letter
from procedures.models import Crossing, Dossier, JointFiling, JointPart, Message, Package
from tests.forms import offered, text
from tests.linking import BIRTH, FORM, HOME, form, question
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the receiver did with messages of a kind of the tests' own."""
    done: list[str] = []
    monkeypatch.setitem(crossings._takers, "race", lambda letter: done.append(letter.message))
    return done


def delivered(scene: Scene, many: int = 4) -> list[Any]:
    letter = Letter(uuid.uuid4().hex, scene.tenant, "", "race", {})

    def deliver(_number: int) -> bool:
        with knowing(scene.tenant):
            return crossings.deliver(letter, scene.tenant).taken

    return together(deliver, many)


def test_a_message_delivered_four_times_at_once_is_acted_on_once(scene: Scene, taken: list[str]) -> None:
    assert delivered(scene) == [True] * 4
    assert len(taken) == 1
    with inside(scene.tenant):
        assert Crossing.objects.get(kind="race").state == "taken"


def test_without_the_key_it_is_acted_on_as_often_as_it_comes(
    scene: Scene, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: each looks, sees that it is not there, and writes a row that is not the same one."""
    meet = meeting(4)

    def looked(letter: Letter) -> Crossing:
        there = Crossing.objects.filter(direction="in", message=letter.message).first()
        meet()
        return there or Crossing.objects.create(
            direction="in", message=uuid.uuid4().hex, partner=letter.sender, kind=letter.kind
        )

    monkeypatch.setattr(crossings, "_kept", looked)
    delivered(scene)
    assert len(taken) == 4


def filed(scene: Scene) -> JointFiling:
    """Two parts, the second after the first; the first is on its way."""
    whole = form(question("child"))
    with inside(scene.tenant):
        for code in (BIRTH, HOME):
            offered(scene.office, code, form=form(question("full_name")))
        offering = offered(scene.office, FORM, form=whole, result_template=None)
        parts: list[dict[str, Any]] = [
            {"key": "birth", "title": text("Khai sinh"), "procedure": BIRTH, "answers": {"full_name": "child"}},
            {"key": "home", "title": text("Thường trú"), "procedure": HOME, "after": ["birth"], "answers": {"full_name": "child"}},
        ]  # fmt: skip
        Package.objects.create(procedure=offering.procedure, parts=parts, is_open=True)
        draft = drafts.start(offering, scene.people["citizen"])
        drafts.save_answers(draft, {"child": "Bảo Ngọc"})
        joint.file(draft, scene.people["citizen"], draft.reference)
        OutboxRow.objects.filter(kind=crossings.ERRAND).delete()
        found: JointFiling = JointFiling.objects.get(form=draft)
        return found


def beats(scene: Scene, filing: JointFiling, deed: Callable[[], None]) -> tuple[int, int]:
    """Two beats at once; how often the person was told that it stopped, and how many dossiers there are."""

    def beat(_number: int) -> None:
        with knowing(scene.tenant):
            deed()

    assert together(beat, 2) == [None, None]
    with inside(scene.tenant):
        told = Message.objects.filter(dossier=filing.form, occasion="joint_stopped").count()
        return told, Dossier.objects.filter(joint_code=filing.form.reference).exclude(state="draft").count()


def carrying(scene: Scene) -> Callable[[], None]:
    """Both beats carry the same message, which the receiver refuses."""
    with inside(scene.tenant):
        key = Crossing.objects.get(direction="out", kind="part.open").pk
    return lambda: crossings.carry(key)


def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_letter: Letter) -> None:
        raise crossings.Refused("Không nhận")

    monkeypatch.setitem(crossings._takers, "part.open", refuse)


def test_two_beats_that_carry_one_message_make_one_dossier(scene: Scene) -> None:
    filing = filed(scene)
    assert beats(scene, filing, carrying(scene)) == (0, 1)
    with inside(scene.tenant):
        assert JointPart.objects.get(filing=filing, key="birth").state == "open"


def test_two_beats_that_hear_one_refusal_tell_of_it_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that failed and one that waited for it: two are told of, each once."""
    refusing(monkeypatch)
    filing = filed(scene)
    assert beats(scene, filing, carrying(scene)) == (2, 0)
    with inside(scene.tenant):
        states = JointPart.objects.filter(filing=filing).values_list("state", flat=True)
        assert list(states) == ["failed", "blocked"]


def test_without_the_locks_the_person_is_told_twice(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each acts on the answer as it found the part, still on its way."""
    refusing(monkeypatch)
    filing = filed(scene)
    meet, hear = meeting(2), crossings._answered["part.open"]
    monkeypatch.setattr(crossings, "_settle", hear)
    monkeypatch.setattr(joint, "_lock", lambda _filing: meet())
    assert beats(scene, filing, carrying(scene))[0] > 2
