"""Two officials at one dossier's page at once: one decides, the other is told what happened, by whom and when."""

from typing import Any

import pytest

from portal.models import Membership
from portal.roles import Role
from portal.tenancy import inside
from procedures import workflow
from procedures.actions import intake, processing, results
from procedures.models import Dossier, DossierEvent, Verdict
from tests.cast import make_person, open_door
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race


def to_sign(scene: Scene) -> Dossier:
    filed = scene.filed()
    with inside(scene.tenant):
        dossier: Dossier = Dossier.objects.get(pk=filed.pk)
        intake.accept(dossier, scene.people["clerk"])
        processing.route(dossier, scene.people["clerk"], "sign")
        results.prepare(dossier, scene.people["officer"], outcome="granted", lines=[])
        scene.people["second head"] = make_person(f"head-2-{scene.tenant.slug}", "Lãnh đạo thứ hai", "")
        Membership.objects.create(user=scene.people["second head"], office=scene.office, role=Role.HEAD)
    return dossier


def two_press(scene: Scene, dossier: Dossier) -> list[Any]:
    """Both heads suspend it for reasons of their own, each from a page that showed the dossier as it was."""
    deeds = (("head", "Chờ kết quả đo đạc"), ("second head", "Chờ ý kiến của Sở"))

    def press(number: int) -> str:
        who, reason = deeds[number]
        client = open_door(scene.tenant, scene.people[who])
        answer = client.post(
            f"/mot-cua/ho-so/{dossier.reference}/tam-dung/", {"seen": dossier.event_count, "reason": reason}
        )
        return "done" if answer.status_code == 302 else answer.content.decode()

    return together(press, 2)


def test_one_wins_and_the_other_is_told_by_whom_and_when_with_what_was_typed(scene: Scene) -> None:
    dossier = to_sign(scene)
    brought = two_press(scene, dossier)
    told = [one for one in brought if one != "done"]
    assert brought.count("done") == 1
    assert "hồ sơ đã thay đổi: " in told[0]
    with inside(scene.tenant):
        after = list(
            DossierEvent.objects.filter(dossier=dossier, number__gt=dossier.event_count).select_related("actor")
        )
    assert [one.step for one in after] == ["suspend"]
    assert after[0].actor is not None
    assert after[0].actor.full_name in told[0]
    assert ("Chờ ý kiến của Sở" in told[0]) != ("Chờ kết quả đo đạc" in told[0]), "what the other typed is still there"


def test_without_the_lock_the_second_meets_an_error(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both pages are found fresh, and only the database holds the line."""
    dossier, meet = to_sign(scene), meeting(2)

    def unlocked(row: Dossier) -> None:
        row.refresh_from_db()
        meet()

    monkeypatch.setattr(workflow, "lock", unlocked)
    brought = two_press(scene, dossier)
    assert not any(isinstance(one, str) and "hồ sơ đã thay đổi" in one for one in brought)
    with inside(scene.tenant):
        assert DossierEvent.objects.filter(dossier=dossier, number__gt=dossier.event_count).count() == 1


def test_two_verdicts_at_once_are_both_kept_and_one_holds(scene: Scene) -> None:
    filed = scene.filed()

    def judge(number: int) -> int:
        who = scene.people[("clerk", "officer")[number]]
        told = {"paper": "request", "good": ("yes", "no")[number], "fault": "unsigned"}
        return int(open_door(scene.tenant, who).post(f"/mot-cua/ho-so/{filed.reference}/nhan-xet/", told).status_code)

    assert together(judge, 2) == [302, 302]
    with inside(scene.tenant):
        assert Verdict.objects.filter(dossier=filed).count() == 2
