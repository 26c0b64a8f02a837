"""A head extends by decision, or apologises once; officials and the citizen see each as what it is."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Office, User
from portal.moments import HERE, travel
from procedures.models import Apology, Dossier, Extension, Message, Paper
from tests.forms import definition, offered
from tests.pages.desk import filed, fresh, in_process

Door = Callable[..., Client]
MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
DAY = datetime.timedelta(days=1)
DECISION = {"amount": "2", "decision": "45/QĐ-UBND ngày 17/11/2026", "reason": "Chờ kết quả xác minh ở tỉnh khác."}
SORRY = {"cause": "other_office", "new_day": "2026-11-25", "reason": "Công an xã bạn chưa trả lời xác minh."}


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with travel(MONDAY + DAY):
        yield


@pytest.fixture
def dossier(office: Office, an: User, binh: User, chi: User) -> Dossier:
    """Three working days from Monday, due on Thursday at five; the law allows three more."""
    with travel(MONDAY):
        terms = {**definition()["clock"], "max_extension": 3}
        return in_process(filed(offered(office, clock=terms), an), binh, to=chi)


def post(door: Door, who: User, deed: str, dossier: Dossier, **told: object) -> str:
    seen = fresh(dossier).event_count
    address = reverse(f"desk_{deed}", args=[dossier.reference])
    return door(who).post(address, {"seen": seen, **told}, follow=True).content.decode()


def due(dossier: Dossier) -> str:
    moment = fresh(dossier).due_at
    return f"{moment.astimezone(HERE):%d/%m %H:%M}" if moment else ""


def test_the_page_shows_three_clocks_with_their_sums(door: Door, chi: User, dossier: Dossier) -> None:
    page = door(chi).get(reverse("desk_dossier", args=[dossier.reference])).content.decode()
    for words in (
        "Tiếp nhận",
        "Cả hồ sơ",
        "Bước: Thẩm định",
        "3 ngày được tính.",
        "16:00 giờ làm việc được tính.",
        "Dự báo xong",
    ):
        assert words in page, words


def test_an_extension_is_seen_as_one_by_desk_and_citizen(door: Door, dung: User, an: User, dossier: Dossier) -> None:
    assert due(dossier) == "19/11 17:00"
    assert "Đã gia hạn" in post(door, dung, "extend", dossier, **DECISION)
    assert due(dossier) == "23/11 17:00"
    event = dossier.events.get(step="extend")
    assert (event.actor, event.actor_role, event.facts["amount"]) == (dung, "head", 2)
    for page in (
        door(dung).get(reverse("desk_dossier", args=[dossier.reference])).content.decode(),
        door(an).get(reverse("my_dossier", args=[dossier.reference])).content.decode(),
    ):
        for words in ("Gia hạn giải quyết", DECISION["decision"], DECISION["reason"], "5 ngày được tính."):
            assert words in page, words
    letter = Message.objects.get(recipient=an, occasion="extended")
    assert "45/QĐ-UBND" in letter.body


@pytest.mark.parametrize(
    ("amount", "moment", "why"),
    [
        ("4", MONDAY + DAY, "tối đa 3"),
        ("1", MONDAY + 4 * DAY, "quá hạn nên không gia hạn"),
        ("0", MONDAY + DAY, "<title>Lỗi:"),
    ],
)
def test_beyond_the_law_or_after_the_date_nothing_is_extended(
    door: Door, dung: User, dossier: Dossier, amount: str, moment: datetime.datetime, why: str
) -> None:
    with travel(moment):
        page = post(door, dung, "extend", dossier, **{**DECISION, "amount": amount})
    assert why in page or "Hiện không làm được việc này" in page
    assert not Extension.objects.exists() and due(dossier) == "19/11 17:00"


def test_an_officer_extends_and_apologises_nothing(door: Door, chi: User, dossier: Dossier) -> None:
    for deed in ("extend", "apologise"):
        assert door(chi).get(reverse(f"desk_{deed}", args=[dossier.reference])).status_code in (403, 404)


def test_an_apology_has_one_new_date_a_cause_and_a_paper(
    door: Door, dung: User, an: User, office: Office, dossier: Dossier
) -> None:
    assert "Đã gửi Phiếu xin lỗi" in post(door, dung, "apologise", dossier, office=office.pk, **SORRY)
    row = Apology.objects.get(dossier=dossier)
    assert (row.cause, row.office, row.in_time) == ("other_office", office, True)
    assert f"{row.new_due_at.astimezone(HERE):%d/%m %H:%M}" == "25/11 17:00"
    assert due(dossier) == "19/11 17:00"  # figures go on telling that it was late
    assert Paper.objects.get(dossier=dossier, kind="slip_04").data["delayed_by"] == office.name
    assert SORRY["reason"] in Message.objects.get(recipient=an, occasion="late").body
    page = door(an).get(reverse("my_dossier", args=[dossier.reference])).content.decode()
    assert "Cơ quan đã xin lỗi" in page and "Xin lỗi và hẹn lại" in page and SORRY["reason"] in page


def test_a_second_apology_is_refused(door: Door, dung: User, office: Office, dossier: Dossier) -> None:
    post(door, dung, "apologise", dossier, office=office.pk, **SORRY)
    page = post(door, dung, "apologise", dossier, office=office.pk, **{**SORRY, "new_day": "2026-11-26"})
    assert "không cho hẹn lại lần nữa" in page or "Hiện không làm được việc này" in page
    assert Apology.objects.count() == 1


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-19", "2026-11-16", "2031-01-06"])
def test_a_new_date_on_a_day_off_too_early_or_too_far_is_refused_and_what_was_typed_stays(
    door: Door, dung: User, office: Office, dossier: Dossier, day: str
) -> None:
    page = post(door, dung, "apologise", dossier, office=office.pk, **{**SORRY, "new_day": day})
    assert "<title>Lỗi:" in page and SORRY["reason"] in page
    assert not Apology.objects.exists()
