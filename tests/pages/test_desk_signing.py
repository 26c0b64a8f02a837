"""Signing at the desk: one paper, a device outside, many on one confirmation."""

import base64
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import confirming, outbox
from portal.models import AuditEntry, Office, Tenant, User
from portal.signing_device import DeviceFailed
from procedures.actions import results
from procedures.actions import signing as device
from procedures.models import Dossier, Paper, Signing, SigningBatch
from procedures.queries.integrity import violations
from tests.pages.desk import fresh
from tests.procedures.test_signing_device import made_ready


@pytest.fixture
def ready(tenant: Tenant, office: Office, an: User, binh: User, chi: User) -> Dossier:
    return made_ready(office, an, binh, chi)


@pytest.fixture
def several(ready: Dossier, office: Office, an: User, binh: User, chi: User) -> list[Dossier]:
    return [ready, *(made_ready(office, an, binh, chi, f"1.99910{n}") for n in range(2))]


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def press(client: Any, dossier: Dossier, **told: Any) -> Any:
    seen = {"seen": fresh(dossier).event_count, **told}
    return client.post(at("desk_decide", dossier.reference), seen, follow=True)


def forget(client: Any) -> Any:
    session = client.session
    session.pop(confirming.KEY)
    session.save()
    return client


def fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_row: Signing) -> Any:
        def sign(_attributes: bytes) -> bytes:
            raise DeviceFailed("no token in the reader")

        return sign

    monkeypatch.setattr(device, "office_device", broken)


def test_a_head_signs_in_one_press_and_is_told_the_number(ready: Dossier, door: Any, dung: User) -> None:
    told = press(door(dung), ready).content.decode()
    assert f"Đã ký và ban hành, số {Paper.objects.get(kind='result').number}" in told
    assert fresh(ready).state == "done"


def test_who_did_not_prove_it_lately_proves_it_first(ready: Dossier, door: Any, dung: User) -> None:
    client = forget(door(dung))
    assert "xác nhận lại là mình" in client.get(at("desk_decide", ready.reference)).content.decode()
    answer = client.post(at("desk_decide", ready.reference), {"seen": ready.event_count})
    assert answer.url == f"/tai-khoan/xac-nhan/?next=%2Fmot-cua%2Fho-so%2F{ready.reference}%2Fky%2F"
    assert "Xác nhận qua VNeID" in client.get(answer.url).content.decode()
    assert fresh(ready).state == "processing" and not Signing.objects.exists()


def test_a_device_that_fails_is_tried_again_from_its_page(
    ready: Dossier, door: Any, dung: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = door(dung)
    with monkeypatch.context() as away:
        fails(away)
        told = press(client, ready).content.decode()
    row = Signing.objects.get()
    assert "Thiết bị đã không ký được 1 lần" in told and row.digest in told
    assert fresh(ready).state == "processing" and violations() == []
    assert row.number in client.get(at("desk_to_sign")).content.decode()
    client.post(at("desk_signing", row.pk), {"do": "again"})
    assert fresh(ready).state == "done" and Paper.objects.get(kind="result").number == row.number


def test_what_is_given_up_leaves_the_dossier_and_the_number(ready: Dossier, door: Any, dung: User) -> None:
    client = door(dung)
    press(client, ready, device="outside")
    row = Signing.objects.get()
    told = client.post(at("desk_signing", row.pk), {"do": "give_up"}, follow=True).content.decode()
    assert "dành cho văn bản sau" in told and fresh(ready).state == "processing" and violations() == []
    assert AuditEntry.objects.filter(action="signing.give_up").count() == 1
    press(client, ready)
    assert Paper.objects.get(kind="result").number == row.number


def test_a_device_outside_gets_the_hash_and_gives_the_signature(ready: Dossier, door: Any, dung: User) -> None:
    client = door(dung)
    told = press(client, ready, device="outside").content.decode()
    row = Signing.objects.get()
    assert row.digest in told and fresh(ready).state == "processing"
    assert b"".join(client.get(at("desk_signing_paper", row.pk)).streaming_content).startswith(b"%PDF")
    data = b"".join(client.get(at("desk_signing_data", row.pk)).streaming_content)
    wrong = client.post(at("desk_signing", row.pk), {"do": "place", "signature": "không phải"}).content.decode()
    assert "không phải là chữ ký dạng base64" in wrong and "<title>Lỗi:" in wrong
    other = client.post(at("desk_signing", row.pk), {"do": "place", "signature": "QUJD"}, follow=True).content.decode()
    assert "Thiết bị chưa cho chữ ký đúng" in other and fresh(ready).state == "processing"
    signature = base64.b64encode(device.office_device(row)(data)).decode()
    client.post(at("desk_signing", row.pk), {"do": "place", "signature": signature})
    assert fresh(ready).state == "done" and violations() == []


def test_a_paper_being_signed_is_nobody_elses(ready: Dossier, door: Any, cast: Any, dung: User, binh: User) -> None:
    press(door(dung), ready, device="outside")
    row = Signing.objects.get()
    for name in ("desk_signing", "desk_signing_paper", "desk_signing_data"):
        assert door(binh).get(at(name, row.pk)).status_code == 404
        assert door(cast.people["giang"], cast.other_tenant).get(at(name, row.pk)).status_code == 404


def choose(client: Any, dossiers: list[Dossier]) -> dict[str, list[str]]:
    """Choose in the list and be shown what is to be confirmed: its hidden fields."""
    told = client.post(at("desk_sign_many"), {"chosen": [one.reference for one in dossiers]}).content.decode()
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(key|chosen|seen)" value="([^"]+)"', told):
        found.setdefault(name, []).append(value)
    return found


def work(tenant: Tenant) -> None:
    outbox.relay(tenant)


def test_many_are_signed_on_one_confirmation(several: list[Dossier], door: Any, dung: User, tenant: Tenant) -> None:
    client = door(dung)
    listed = client.get(at("desk_to_sign")).content.decode()
    assert all(one.reference in listed for one in several)
    said = choose(client, several)
    answer = client.post(at("desk_sign_many"), said)
    assert "Xong 0 trên 3" in client.get(answer.url).content.decode()
    work(tenant)
    told = client.get(answer.url).content.decode()
    assert "Xong 3 trên 3" in told and 'data-progress="0"' in told
    assert {fresh(one).state for one in several} == {"done"}
    assert len(set(Paper.objects.filter(kind="result").values_list("number", flat=True))) == 3 and violations() == []


def test_a_confirmation_sent_twice_is_one(several: list[Dossier], door: Any, dung: User, tenant: Tenant) -> None:
    client = door(dung)
    said = choose(client, several)
    first, second = (client.post(at("desk_sign_many"), said).url for _ in range(2))
    assert first == second and SigningBatch.objects.count() == 1
    work(tenant)
    assert client.post(at("desk_sign_many"), said).url == first
    work(tenant)
    assert Paper.objects.filter(kind="result").count() == 3


def test_what_changed_after_the_confirmation_is_not_signed(
    several: list[Dossier], door: Any, chi: User, dung: User, tenant: Tenant
) -> None:
    client = door(dung)
    said = choose(client, several)
    results.prepare(several[0], chi, outcome="granted", lines=[{"label": "Họ và tên", "value": "Khác"}])
    answer = client.post(at("desk_sign_many"), said)
    work(tenant)
    told = client.get(answer.url).content.decode()
    assert "hồ sơ đã thay đổi" in told and "1 văn bản chưa ký được" in told
    assert [fresh(one).state for one in several] == ["processing", "done", "done"]


def test_a_batch_needs_a_fresh_proof_and_some_choice(ready: Dossier, door: Any, dung: User) -> None:
    client = door(dung)
    assert "chưa chọn văn bản nào" in client.post(at("desk_sign_many"), {}).content.decode()
    answer = forget(client).post(at("desk_sign_many"), {"chosen": [ready.reference]})
    assert answer.url == "/tai-khoan/xac-nhan/?next=%2Fmot-cua%2Fky%2F" and not SigningBatch.objects.exists()


def test_a_device_away_is_asked_again_and_then_the_item_says_so(
    ready: Dossier, door: Any, dung: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procedures.actions import batches

    client = door(dung)
    url = client.post(at("desk_sign_many"), choose(client, [ready])).url
    fails(monkeypatch)
    work(tenant)
    assert "Xong 0 trên 1" in client.get(url).content.decode()
    item = SigningBatch.objects.get().items.get()
    batches.sign(item.pk, is_last_try=True)
    assert "Thiết bị ký không trả lời" in client.get(url).content.decode()
    assert fresh(ready).state == "processing" and violations() == []


def test_the_list_to_sign_costs_the_same_for_one_and_for_many(
    several: list[Dossier], door: Any, dung: User, office: Office, an: User, binh: User, chi: User
) -> None:
    client = door(dung)
    client.get(at("desk_to_sign"))
    with CaptureQueriesContext(connection) as few:
        client.get(at("desk_to_sign"))
    for n in range(4):
        made_ready(office, an, binh, chi, f"1.99920{n}")
    client.get(at("desk_to_sign"))
    with CaptureQueriesContext(connection) as many:
        client.get(at("desk_to_sign"))
    assert len(many) == len(few)
