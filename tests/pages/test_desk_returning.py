"""After the signature: into whose hand, by which post, revoked or replaced, and the register that says so."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integrations import carrier
from portal import outbox
from portal.models import AuditEntry, Office, Tenant, User
from portal.moments import now
from procedures.actions import results, returning
from procedures.models import Consignment, Dossier, HandOver, Paper
from procedures.queries.integrity import violations
from tests.pages.desk import fresh
from tests.procedures.test_signing_device import made_ready


@pytest.fixture
def signed(tenant: Tenant, office: Office, an: User, binh: User, chi: User, dung: User) -> Dossier:
    dossier = made_ready(office, an, binh, chi)
    results.decide(dossier, dung)
    return dossier


@pytest.fixture
def returned(signed: Dossier, an: User) -> Dossier:
    results.hand_over(signed, an, how="online")
    return signed


def press(client: Any, deed: str, dossier: Dossier, **told: Any) -> str:
    seen = {"seen": fresh(dossier).event_count, **told}
    return str(client.post(reverse(f"desk_{deed}", args=[dossier.reference]), seen, follow=True).content.decode())


OWNER = {
    "how": "counter",
    "who": "owner",
    "receiver": "Nguyễn Thị An",
    "receiver_id": "082190001234",
    "confirmed": "on",
}


def test_the_owner_shows_an_identity_paper_and_signs_on_the_screen(signed: Dossier, door: Any, binh: User) -> None:
    client = door(binh)
    assert "Chưa có chữ ký trên màn hình" in press(client, "hand_over", signed, **OWNER, proof="screen")
    assert "không phải số định danh" in press(
        client, "hand_over", signed, **{**OWNER, "receiver_id": "1"}, proof="paper"
    )
    assert "đã đối chiếu" in press(client, "hand_over", signed, **{**OWNER, "confirmed": ""}, proof="paper")
    assert fresh(signed).state == "done"
    press(client, "hand_over", signed, **OWNER, proof="screen", strokes=json.dumps([[[1, 1], [20, 30]]]))
    given = HandOver.objects.get()
    assert (given.receiver, given.proof, given.signature) == ("owner", "screen", [[[1, 1], [20, 30]]])
    assert (given.receiver_id, fresh(signed).state) == ("082190001234", "returned") and violations() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT receiver_id FROM procedures_handover")
        assert "082190001234" not in cursor.fetchone()[0]


def test_somebody_else_brings_an_authorisation(signed: Dossier, door: Any, binh: User) -> None:
    told = {**OWNER, "who": "authorised", "receiver": "Lê Văn Em", "receiver_id": "082090001111", "proof": "paper"}
    client = door(binh)
    assert "cần giấy ủy quyền" in press(client, "hand_over", signed, **told)
    press(client, "hand_over", signed, **told, mandate="Số 12/2026, UBND phường")
    assert HandOver.objects.get().mandate.startswith("Số 12") and fresh(signed).state == "returned"


@pytest.mark.parametrize("said", [None, "x", [], [[[1, 1]]], [[["a", 1], [2, 2]]], [[[1, 1], [9999, 2]]], {"a": 1}])
def test_what_is_no_signature_is_taken_for_none(said: Any) -> None:
    assert returning.strokes_of(said) == []


POST = {
    "how": "post",
    "receiver": "Nguyễn Thị An",
    "phone": "0912345678",
    "street": "12 Nguyễn Huệ",
    "province": "Đồng Tháp",
}


def test_the_post_is_told_in_the_background_and_followed(
    signed: Dossier, door: Any, binh: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[carrier.Order] = []

    def take(order: carrier.Order) -> str:
        told.append(order)
        return "RB000000001VN"

    monkeypatch.setattr(carrier, "create_order", take)
    events = (
        carrier.Event(now(), "collected", "Đã nhận", "Bưu cục"),
        carrier.Event(now(), "delivered", "Phát", "Bưu cục"),
    )
    monkeypatch.setattr(carrier, "track", lambda _code: events)
    press(door(binh), "hand_over", signed, **POST)
    assert fresh(signed).state == "done" and fresh(signed).events.filter(step="send_post").count() == 1
    outbox.relay(tenant)
    row = Consignment.objects.get()
    assert (row.code, row.state, fresh(signed).state) == ("RB000000001VN", "delivered", "returned")
    assert told[0].number == row.number and [event["text"] for event in row.events] == ["Đã nhận", "Phát"]
    returning.order(row.pk)
    assert len(told) == 1 and violations() == []


def test_a_carrier_that_is_away_loses_nothing_and_one_that_refuses_says_why(
    signed: Dossier, door: Any, binh: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_order: Any) -> str:
        raise carrier.Unavailable("carrier")

    def refuses(_order: Any) -> str:
        raise carrier.NotAccepted("Thiếu ReceiverTel")

    client = door(binh)
    monkeypatch.setattr(carrier, "create_order", away)
    press(client, "hand_over", signed, **POST)
    outbox.relay(tenant)
    row = Consignment.objects.get()
    assert (row.state, fresh(signed).state) == ("waiting", "done")
    monkeypatch.setattr(carrier, "create_order", refuses)
    returning.order(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error, fresh(signed).state) == ("refused", "Thiếu ReceiverTel", "done")
    press(client, "hand_over", signed, **OWNER, proof="paper")
    assert fresh(signed).state == "returned"


def verified(door: Any, paper: Paper) -> str:
    return str(door().get(f"/xac-thuc/{paper.verification_code}/").content.decode())


def test_a_revoked_result_is_seen_as_such_by_its_code(returned: Dossier, door: Any, dung: User, an: User) -> None:
    paper = Paper.objects.get(kind="result")
    told = {"reason": "Giấy tờ giả", "clause": "Điều 5 Luật Hộ tịch", "remedy": "Nộp lại hồ sơ mới"}
    assert "Căn cứ pháp lý" in press(door(dung), "revoke", returned, **{**told, "clause": ""})
    assert fresh(returned).events.count() == returned.event_count
    press(door(dung), "revoke", returned, **told)
    decision = Paper.objects.get(kind="revocation")
    seen = verified(door, paper)
    assert "đã bị thu hồi" in seen and decision.number in seen
    assert "có thật và còn giá trị" in verified(door, decision)
    mine = door(an).get(f"/tai-khoan/ho-so/{returned.reference}/").content.decode()
    assert "Điều 5 Luật Hộ tịch" in mine and "Thu hồi kết quả" in mine
    assert fresh(returned).state == "returned" and violations() == []


def test_a_replaced_result_names_the_new_one_and_the_new_one_the_old(
    returned: Dossier, door: Any, dung: User, an: User
) -> None:
    paper = Paper.objects.get(kind="result")
    before = (returned.decided_at, returned.returned_at)
    press(door(dung), "replace", returned, **{"reason": "Sai tên", "line-0-label": "Họ và tên", "line-0-value": "AN"})
    paper.refresh_from_db()
    new = paper.replaced_by
    assert new is not None and new.number != paper.number and paper.number in new.data["closing"]
    assert "được thay bằng bản mới" in verified(door, paper) and new.number in verified(door, paper)
    mine = door(an).get(f"/tai-khoan/ho-so/{returned.reference}/").content.decode()
    assert "Đã thay bằng bản mới" in mine and "Đã thu hồi" not in mine
    found = fresh(returned)
    assert (found.decided_at, found.returned_at) == before and violations() == []
    assert found.events.latest("number").step == "replace"


def test_only_a_head_revokes_and_only_what_was_handed_over(signed: Dossier, door: Any, binh: User, dung: User) -> None:
    address = reverse("desk_revoke", args=[signed.reference])
    assert door(binh).get(address).status_code == 404
    told = press(door(dung), "revoke", signed, reason="a", clause="b", remedy="c")
    assert "kết quả chưa trả thì thu hồi để sửa" in told and not Paper.objects.filter(kind="revocation").exists()


def test_the_register_finds_by_number_name_state_and_shows_names_to_whom_it_may(
    returned: Dossier, door: Any, cast: Any, binh: User
) -> None:
    paper = Paper.objects.get(kind="result")
    client, at = door(binh), reverse("desk_results")
    for asked in (
        {},
        {"number": paper.number[:4]},
        {"name": "nguyen thi"},
        {"state": "valid"},
        {"since": "2020-01-01"},
    ):
        told = client.get(at, asked).content.decode()
        assert paper.number in told and "Nguyễn Thị An" in told
    for asked in ({"number": "9999"}, {"name": "zzz"}, {"state": "revoked"}, {"until": "2020-01-01"}):
        assert "Không tìm thấy" in client.get(at, asked).content.decode()
    assert "Nguyễn Thị An" in door(cast.people["khoa"]).get(at).content.decode()
    administrator = door(cast.people["en"]).get(at).content.decode()
    assert paper.number in administrator and "Nguyễn Thị An" not in administrator
    assert door(cast.people["giang"]).get(at).status_code == 404
    assert paper.number not in door(cast.people["giang"], cast.other_tenant).get(at).content.decode()
    assert AuditEntry.objects.filter(action="register.look").exists()
    table = b"".join(client.get(reverse("desk_results_file")).streaming_content).decode()
    assert paper.number in table and table.startswith("\ufeffso,")


def test_the_register_costs_the_same_for_one_and_for_many(
    returned: Dossier, door: Any, office: Office, an: User, binh: User, chi: User, dung: User
) -> None:
    client, at = door(binh), reverse("desk_results")
    client.get(at)
    with CaptureQueriesContext(connection) as few:
        client.get(at)
    for n in range(3):
        results.decide(made_ready(office, an, binh, chi, f"1.99930{n}"), dung)
    client.get(at)
    with CaptureQueriesContext(connection) as many:
        client.get(at)
    assert len(many) == len(few)
