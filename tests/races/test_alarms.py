"""Two beats at one moment, and a beat that is killed on the way; and what happens without the lock."""

import datetime
from typing import Any

import pytest

from portal.moments import now, travel
from portal.tenancy import inside
from procedures import workflow
from procedures.actions import alarms, deadlines
from procedures.models import Alarm, Dossier, DossierEvent, Message
from procedures.queries.integrity import violations
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race
LATER = datetime.timedelta(days=20)
FILED = 6


class Killed(BaseException):
    """What no handler of errors catches."""


def waiting(scene: Scene) -> None:
    """Filed, never opened, never answered: two alarms each."""
    for _number in range(FILED):
        scene.filed()
    alarms.follow(scene.tenant)


def beats(scene: Scene, many: int) -> list[Any]:
    def beat(_number: int) -> int:
        with travel(now() + LATER):
            return deadlines.carry_out(scene.tenant)

    return together(beat, many)


def told(scene: Scene) -> tuple[int, int]:
    """How many events and mails say that time did something."""
    with inside(scene.tenant):
        events = DossierEvent.objects.filter(step__in=["unopened", "unanswered"]).count()
        return events, Message.objects.filter(occasion="alert").count()


def test_four_beats_at_once_do_each_once(scene: Scene) -> None:
    waiting(scene)
    assert sum(beats(scene, 4)) == 2 * FILED
    assert told(scene) == (2 * FILED, 2 * FILED)
    assert beats(scene, 1) == [0]
    with inside(scene.tenant):
        assert violations() == []


def test_four_beats_that_follow_at_once_make_each_alarm_once(scene: Scene) -> None:
    for _number in range(FILED):
        scene.filed()
    together(lambda _number: alarms.follow(scene.tenant), 4)
    with inside(scene.tenant):
        assert Alarm.objects.count() == 2 * FILED


def test_without_lock_and_claim_something_is_done_twice(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each beat sees that nobody has fired it, and then they all do."""
    waiting(scene)
    meet = meeting(4)

    def seen(alarm: Alarm) -> bool:
        free = Alarm.objects.filter(pk=alarm.pk, fired_at=None).exists()
        meet()
        return free

    monkeypatch.setattr(alarms, "_claim", seen)
    monkeypatch.setattr(workflow, "lock", lambda dossier: None)
    monkeypatch.setattr(workflow, "note", lambda *told, **facts: None)
    beats(scene, 4)
    assert told(scene)[1] > 2 * FILED


def killed_once(monkeypatch: pytest.MonkeyPatch, *, where: str) -> list[int]:
    """The first beat dies at a place; later ones do not."""
    died: list[int] = []
    deed = getattr(alarms, where)

    def dying(*given: Any, **named: Any) -> Any:
        done = deed(*given, **named)
        if not died:
            died.append(1)
            raise Killed
        return done

    monkeypatch.setattr(alarms, where, dying)
    return died


def test_a_beat_killed_after_the_deed_leaves_neither_deed_nor_mark(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(scene)
    died = killed_once(monkeypatch, where="_done")
    with pytest.raises(Killed), travel(now() + LATER):
        deadlines.carry_out(scene.tenant)
    assert died and told(scene) == (0, 0)
    assert beats(scene, 2) and told(scene) == (2 * FILED, 2 * FILED)


def test_marked_before_the_deed_a_killed_beat_would_lose_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the mark in a transaction of its own."""
    waiting(scene)

    def fire_apart(tenant: Any, key: int) -> bool:
        with inside(tenant):
            Alarm.objects.filter(pk=key).update(fired_at=now())
        with inside(tenant):
            alarm = Alarm.objects.select_related("dossier__version").get(pk=key)
            return alarms._done(alarm)

    monkeypatch.setattr(alarms, "fire_one", fire_apart)
    killed_once(monkeypatch, where="_done")
    with pytest.raises(Killed), travel(now() + LATER):
        deadlines.carry_out(scene.tenant)
    beats(scene, 1)
    assert told(scene)[0] == 2 * FILED - 1


def test_moments_change_only_with_an_event(scene: Scene) -> None:
    """The database itself refuses: whoever asks, at the commit."""
    filed = scene.filed()
    for name in ("due_at", "acceptance_due_at", "decided_at", "submitted_at"):
        with pytest.raises(Exception, match="only with an event"), inside(scene.tenant):
            Dossier.objects.filter(pk=filed.pk).update(**{name: now()})
    with inside(scene.tenant):
        Dossier.objects.filter(pk=filed.pk).update(delivery="post")
