"""Asking other offices: several at once, each with its deadline, what it may see, its answer, and a clock that waits or not."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.models import AuditEntry, Membership, Office, OutboxRow, Tenant, User
from portal.moments import now, travel
from procedures.actions import opinions as deeds
from procedures.models import Dossier, Opinion
from tests.cast import make_office, make_person
from tests.forms import definition, offered
from tests.pages.desk import drafted, filed, fresh, in_process

ROUTE = definition()["route"]


def place(code: str, name: str, person: str, number: str) -> tuple[Office, User]:
    office, official = make_office(code, name), make_person(person, f"Người {person}", number)
    Membership.objects.create(user=official, office=office, role="officer")
    return office, official


@pytest.fixture
def police(tenant: Tenant) -> tuple[Office, User]:
    return place("H58.30.02", "Công an phường", "khanh", "082188003477")


@pytest.fixture
def justice(tenant: Tenant) -> tuple[Office, User]:
    return place("H58.05", "Sở Tư pháp", "linh", "082188003466")


@pytest.fixture
def dossier(tenant: Tenant, office: Office, an: User, binh: User, chi: User) -> Dossier:
    return in_process(filed(offered(office), an), binh, to=chi)


@pytest.fixture
def waiting(tenant: Tenant, office: Office, an: User, binh: User, chi: User) -> Dossier:
    """At a step where the clock waits for opinions."""
    offering = offered(office, route=[{**ROUTE[0], "opinions_excluded": True}, ROUTE[1]])
    return in_process(filed(offering, an), binh, to=chi)


def asked(dossier: Dossier, chi: User, *offices: Office, **told: Any) -> list[Opinion]:
    return deeds.ask(dossier, chi, offices=offices, question="Có tranh chấp không?", **{"days": 3, **told})


def page(dossier: Dossier) -> str:
    return reverse("desk_dossier", args=[dossier.reference])


def late(opinion: Opinion) -> Any:
    return travel(opinion.due_at + datetime.timedelta(minutes=1))


def test_two_offices_are_asked_answer_each_for_itself_and_the_asker_sees_both(
    dossier: Dossier, chi: User, police: Any, justice: Any, door: Any, an: User
) -> None:
    told = {
        "seen": fresh(dossier).event_count,
        "offices": [police[0].pk, justice[0].pk],
        "question": "Có ý kiến gì?",
        "days": 3,
    }
    answer = door(chi).post(reverse("desk_ask_opinion", args=[dossier.reference]), told, follow=True).content.decode()
    assert "Đã gửi yêu cầu cho ý kiến." in answer
    assert answer.count("Chờ trả lời") >= 2
    client = door(police[1])
    assert str(dossier) in client.get(reverse("desk_opinions")).content.decode()
    mine = Opinion.objects.get(office=police[0])
    said = client.post(
        reverse("desk_opinion", args=[mine.pk]), {"stance": "disagree", "words": "Đang tranh chấp."}, follow=True
    )
    assert "Đã gửi ý kiến" in said.content.decode()
    shown = door(chi).get(page(dossier)).content.decode()
    assert "Đang tranh chấp." in shown
    assert "Không đồng ý" in shown
    assert "Xin ý kiến đơn vị khác" in door(an).get(reverse("my_dossier", args=[dossier.reference])).content.decode()
    assert "Có ý kiến gì?" not in door(an).get(reverse("my_dossier", args=[dossier.reference])).content.decode()


def test_the_asked_office_sees_only_what_was_chosen_and_the_look_is_on_record(
    dossier: Dossier, chi: User, police: Any, door: Any
) -> None:
    [one] = asked(dossier, chi, police[0])
    client = door(police[1])
    assert client.get(page(dossier)).status_code == 404
    shown = client.get(reverse("desk_opinion", args=[one.pk])).content.decode()
    assert "Có tranh chấp không?" in shown
    assert "Vay vốn" not in shown
    assert AuditEntry.objects.filter(actor=police[1], action="look", object=f"dossier:{dossier.reference}").exists()
    Opinion.objects.update(shows_form=True)
    assert "Vay vốn" in client.get(reverse("desk_opinion", args=[one.pk])).content.decode()


def test_strangers_find_no_opinion(
    dossier: Dossier, chi: User, binh: User, giang: User, police: Any, door: Any, cast: Any
) -> None:
    [one] = asked(dossier, chi, police[0])
    href = reverse("desk_opinion", args=[one.pk])
    for stranger in (door(chi), door(binh), door(giang), door(giang, cast.other_tenant), door(cast.people["an"])):
        assert stranger.post(href, {"stance": "agree", "words": "Được"}).status_code == 404
    one.refresh_from_db()
    assert one.is_open


def test_wrong_answers_keep_what_was_typed(dossier: Dossier, chi: User, police: Any, door: Any) -> None:
    [one] = asked(dossier, chi, police[0])
    href = reverse("desk_opinion", args=[one.pk])
    bad = SimpleUploadedFile("a.exe", b"MZ\x90\x00 not a paper")
    shown = door(police[1]).post(href, {"words": "Chúng tôi thấy", "file": bad}).content.decode()
    assert "Hãy chọn một mục." in shown
    assert "Chúng tôi thấy" in shown
    assert fresh(dossier).last_step == "ask_opinion"


def test_the_same_office_is_asked_once_at_a_time(dossier: Dossier, chi: User, police: Any) -> None:
    [one] = asked(dossier, chi, police[0])
    with pytest.raises(Exception, match="chưa trả lời"):
        asked(dossier, chi, police[0])
    deeds.recall(one, chi)
    assert asked(dossier, chi, police[0])[0].is_open


def test_a_question_is_taken_back_and_answered_no_more(dossier: Dossier, chi: User, police: Any, door: Any) -> None:
    [one] = asked(dossier, chi, police[0])
    door(chi).post(reverse("desk_opinion_recall", args=[dossier.reference, one.pk]))
    shown = (
        door(police[1])
        .post(reverse("desk_opinion", args=[one.pk]), {"stance": "agree", "words": "Được"})
        .content.decode()
    )
    assert "đã được trả lời hoặc đã rút" in shown
    assert "đã rút yêu cầu" in shown


def test_it_reminds_once_before_and_once_when_late_and_blocks_nothing(
    dossier: Dossier, chi: User, dung: User, police: Any, door: Any
) -> None:
    [one] = asked(dossier, chi, police[0])
    rows = {row.payload["what"]: row.due_at for row in OutboxRow.objects.filter(kind="opinion_due")}
    assert now() < rows["warn"] < rows["late"] == one.due_at
    for what in ("warn", "warn", "late"):
        with late(one):
            deeds.come_due(one.pk, what)
    occasions = sorted(row.payload["occasion"] for row in OutboxRow.objects.filter(kind="mail_heads"))
    assert {"opinion_asked", "opinion_late", "opinion_warned"} <= set(occasions)
    with late(one):
        assert "Quá hạn trả lời" in door(chi).get(page(dossier)).content.decode()
        drafted(fresh(dossier), chi)
        from procedures.actions import processing

        assert processing.route(fresh(dossier), chi, "sign", to=dung).step_key == "sign"


def test_the_clock_waits_where_the_step_says_so_until_the_last_answer(
    waiting: Dossier, chi: User, police: Any, justice: Any
) -> None:
    first, second = asked(waiting, chi, police[0], justice[0])
    assert fresh(waiting).due_at is None
    deeds.answer(first, police[1], stance="agree", words="Được")
    assert fresh(waiting).due_at is None
    deeds.answer(second, justice[1], stance="comment", words="Nên kiểm tra")
    assert fresh(waiting).due_at is not None
    assert waiting.pauses.get().ended_at is not None


def test_what_is_late_is_not_waited_for(waiting: Dossier, chi: User, police: Any) -> None:
    [one] = asked(waiting, chi, police[0])
    with late(one):
        deeds.come_due(one.pk, "late")
        assert fresh(waiting).due_at is not None
    assert waiting.pauses.get().ended_at == one.due_at
    assert fresh(waiting).last_step == "opinion_late"


def test_elsewhere_the_clock_runs_on(dossier: Dossier, chi: User, police: Any) -> None:
    """The control."""
    due = fresh(dossier).due_at
    asked(dossier, chi, police[0])
    assert fresh(dossier).due_at == due
    assert not dossier.pauses.exists()


def test_a_file_is_shut_until_it_is_found_clean(dossier: Dossier, chi: User, police: Any, door: Any) -> None:
    [one] = asked(dossier, chi, police[0])
    told = {"stance": "agree", "words": "Kèm văn bản", "file": SimpleUploadedFile("a.png", PNG)}
    door(police[1]).post(reverse("desk_opinion", args=[one.pk]), told)
    href = reverse("desk_opinion_file", args=[dossier.reference, one.pk])
    assert OutboxRow.objects.filter(kind="scan_opinion").count() == 1
    assert door(chi).get(href).status_code == 404
    Opinion.objects.update(file_status="clean")
    assert door(chi).get(href).status_code == 200


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
