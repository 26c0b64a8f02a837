"""A result under way by post: what the carrier tells stands on both pages, and the beat goes on asking."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from integrations import carrier
from portal import outbox
from portal.models import Office, OutboxRow, Tenant, User
from portal.moments import now, travel
from procedures.actions import results, returning
from procedures.models import Consignment, Dossier
from procedures.queries.integrity import violations
from tests.pages.desk import fresh
from tests.procedures.test_signing_device import made_ready

TO = {"receiver": "Nguyễn Thị An", "phone": "0912345678", "street": "12 Nguyễn Huệ", "province": "Đồng Tháp"}
LATER = datetime.timedelta(minutes=31)


@pytest.fixture
def signed(tenant: Tenant, office: Office, an: User, binh: User, chi: User, dung: User) -> Dossier:
    dossier = made_ready(office, an, binh, chi)
    results.decide(dossier, dung)
    return dossier


class Post:
    """A carrier of the test: takes everything, tells what it is told to tell."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statuses: list[str] = ["ordered"]
        self.away = False
        self.asked = 0
        monkeypatch.setattr(carrier, "create_order", lambda _order: "RB000000001VN")
        monkeypatch.setattr(carrier, "track", self.track)

    def track(self, _code: str) -> tuple[carrier.Event, ...]:
        self.asked += 1
        if self.away:
            raise carrier.Unavailable("carrier")
        return tuple(carrier.Event(now(), one, f"words of {one}", "Bưu cục Gò Công") for one in self.statuses)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    return Post(monkeypatch)


def mine(door: Any, an: User, dossier: Dossier) -> str:
    return str(door(an).get(f"/tai-khoan/ho-so/{dossier.reference}/").content.decode())


def theirs(door: Any, binh: User, dossier: Dossier) -> str:
    return str(door(binh).get(reverse("desk_dossier", args=[dossier.reference])).content.decode())


def test_both_see_where_it_is_until_it_has_arrived(
    signed: Dossier, post: Post, door: Any, an: User, binh: User, tenant: Tenant
) -> None:
    returning.by_post(signed, binh, **TO)
    assert "Đang báo bưu điện" in mine(door, an, signed)
    outbox.relay(tenant)
    assert Consignment.objects.get().state == "under_way"
    for page in (mine(door, an, signed), theirs(door, binh, signed)):
        assert "RB000000001VN" in page and "words of ordered" in page
    assert returning.sweep(tenant) == 0
    post.statuses += ["in_transit", "delivered"]
    with travel(now() + LATER):
        assert (returning.sweep(tenant), returning.sweep(tenant)) == (1, 0)
        outbox.relay(tenant)
    assert Consignment.objects.get().state == "delivered" and Consignment.objects.get().ended_at
    for page in (mine(door, an, signed), theirs(door, binh, signed)):
        assert page.index("words of delivered") < page.index("words of in_transit")
    with travel(now() + 2 * LATER):
        assert returning.sweep(tenant) == 0
    assert violations() == []


def test_a_post_that_is_away_is_asked_again_by_the_beat_and_nothing_known_is_lost(
    signed: Dossier, post: Post, binh: User, tenant: Tenant
) -> None:
    returning.by_post(signed, binh, **TO)
    outbox.relay(tenant)
    post.away = True
    for turn in (1, 2, 3):
        with travel(now() + turn * LATER):
            assert returning.sweep(tenant) == 1
            outbox.relay(tenant)
    assert post.asked == 4 and len(Consignment.objects.get().events) == 1
    assert not OutboxRow.objects.filter(kind="track", done_at=None).exists()
    post.away, post.statuses = False, []
    returning.follow(Consignment.objects.get().pk)
    assert len(Consignment.objects.get().events) == 1


def test_what_the_post_never_heard_of_is_told_again_after_a_day(
    signed: Dossier, post: Post, binh: User, tenant: Tenant
) -> None:
    returning.by_post(signed, binh, **TO)
    OutboxRow.objects.filter(kind="consign").update(given_up_at=now())
    with travel(now() + LATER):
        assert returning.sweep(tenant) == 0
    with travel(now() + datetime.timedelta(hours=25)):
        assert returning.sweep(tenant) == 1
        outbox.relay(tenant)
    assert Consignment.objects.get().code == "RB000000001VN" and fresh(signed).state == "returned"


def test_a_refusal_is_shown_with_its_sentence_and_what_to_do(
    signed: Dossier, door: Any, an: User, binh: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_order: Any) -> str:
        raise carrier.NotAccepted("Thiếu ReceiverTel")

    monkeypatch.setattr(carrier, "create_order", refuses)
    returning.by_post(signed, binh, **TO)
    outbox.relay(tenant)
    own, desk = mine(door, an, signed), theirs(door, binh, signed)
    assert "Thiếu ReceiverTel" in own and "sẽ gửi lại" in own
    assert "Thiếu ReceiverTel" in desk and "rồi gửi lại" in desk
    monkeypatch.setattr(carrier, "create_order", lambda _order: "RB000000002VN")
    monkeypatch.setattr(carrier, "track", lambda _code: ())
    returning.by_post(signed, binh, **TO)
    outbox.relay(tenant)
    again = theirs(door, binh, signed)
    assert "RB000000002VN" in again and "rồi gửi lại" not in again


def test_what_comes_back_says_where_it_can_be_collected(
    signed: Dossier, post: Post, door: Any, an: User, binh: User, tenant: Tenant
) -> None:
    post.statuses = ["ordered", "returned"]
    returning.by_post(signed, binh, **TO)
    outbox.relay(tenant)
    assert Consignment.objects.get().state == "returned"
    assert "không phát được" in mine(door, an, signed) and "Gọi cho người nhận" in theirs(door, binh, signed)
