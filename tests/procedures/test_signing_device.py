"""A paper goes through a device outside: number first, hash out, signature back, and only then is anything decided."""

import datetime
from typing import Any

import pytest
from django.db import transaction

from portal import moments, signing
from portal.files import read_stored
from portal.models import Membership, Office, Tenant, User
from portal.moments import now, travel
from portal.signing_device import DeviceFailed
from procedures.actions import intake, processing, results, withdrawals
from procedures.actions import signing as device
from procedures.models import Dossier, NumberCounter, Paper, Signing
from procedures.queries.integrity import violations
from procedures.workflow import NotAllowed
from tests.forms import offered
from tests.pages.desk import drafted, filed, fresh, in_process


@pytest.fixture
def ready(tenant: Tenant, office: Office, an: User, binh: User, chi: User) -> Dossier:
    return made_ready(office, an, binh, chi)


def made_ready(office: Office, an: User, binh: User, chi: User, code: str = "1.999001") -> Dossier:
    dossier = in_process(filed(offered(office, code), an), binh)
    drafted(dossier, chi)
    return processing.route(dossier, chi, "sign")


def begun(dossier: Dossier, head: User) -> Signing:
    return device.prepare(device.begin(dossier, head, results.decision(dossier, head)))


def broken(_attributes: bytes) -> bytes:
    raise DeviceFailed("no token in the reader")


def test_while_the_hash_is_out_the_dossier_is_as_it_was(ready: Dossier, dung: User) -> None:
    before = (ready.state, ready.event_count, ready.event_hash, ready.due_at)
    row = begun(ready, dung)
    assert (row.state, row.number) == ("waiting", f"0001/{now().year}/{ready.office.code}")
    assert len(row.attributes) > 0 and not Paper.objects.filter(dossier=ready, kind="result").exists()
    found = fresh(ready)
    assert (found.state, found.event_count, found.event_hash, found.due_at) == before
    assert violations() == []


def test_the_signature_that_comes_back_seals_and_decides(ready: Dossier, dung: User) -> None:
    row = begun(ready, dung)
    paper = device.finish(row, device.ask(row))
    verified = signing.verify(read_stored(paper.path))
    assert verified.valid and verified.reason == paper.number == row.number
    found = fresh(ready)
    assert (found.state, found.outcome) == ("done", "granted") and found.decided_at == paper.signed_at
    assert found.events.get(step="decide").facts["number"] == row.number
    assert (paper.office, paper.holder) == (ready.office, "nguien thi an")
    assert violations() == []


@pytest.mark.parametrize("answer", [broken, lambda _attributes: b"", lambda _attributes: b"\x30\x06\x02\x01\x01"])
def test_a_device_that_fails_leaves_everything_and_is_tried_again(ready: Dossier, dung: User, answer: Any) -> None:
    with pytest.raises(DeviceFailed):
        device.through(ready, dung, results.decision(ready, dung), answer)
    row = Signing.objects.get()
    assert (row.state, row.tries, fresh(ready).state) == ("waiting", 1, "processing")
    assert violations() == []
    results.decide(ready, dung)
    assert [p.number for p in Paper.objects.filter(kind="result")] == [row.number]
    assert Signing.objects.count() == 1 and violations() == []


def test_a_number_given_up_is_the_next_one_given_out(
    ready: Dossier, office: Office, an: User, binh: User, chi: User, dung: User
) -> None:
    second = made_ready(office, an, binh, chi, "1.999002")
    row, later = begun(ready, dung), begun(second, dung)
    device.give_up(row, dung, "Thiết bị hỏng")
    assert violations() == []
    with pytest.raises(NotAllowed):
        device.finish(row, device.ask(row))
    assert fresh(ready).state == "processing"
    device.finish(later, device.ask(later))
    results.decide(ready, dung)
    numbers = sorted(Paper.objects.filter(kind="result").values_list("number", flat=True))
    assert [number[:4] for number in numbers] == ["0001", "0002"] and violations() == []


def test_a_transaction_that_is_rolled_back_gives_its_number_back(ready: Dossier, dung: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        begun(ready, dung)
        raise ZeroDivisionError
    assert not NumberCounter.objects.filter(series__startswith="result:").exists()
    results.decide(ready, dung)
    assert Paper.objects.get(kind="result").number.startswith("0001/") and violations() == []


def test_without_the_free_numbers_the_register_has_a_gap(
    ready: Dossier, dung: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a number that is merely forgotten is missed."""
    row = begun(ready, dung)
    device.give_up(row, dung)
    Signing.objects.update(is_free=False)
    results.decide(ready, dung)
    assert any("I3" in told for told in violations())


def test_what_was_withdrawn_meanwhile_is_not_signed(ready: Dossier, an: User, binh: User, dung: User) -> None:
    row = begun(ready, dung)
    signature = device.ask(row)
    withdrawals.ask_withdrawal(ready, an, reason="Thôi")
    withdrawals.confirm_withdrawal(ready, binh)
    with pytest.raises(NotAllowed):
        device.finish(row, signature)
    assert fresh(ready).state == "withdrawn" and not Paper.objects.filter(kind="result").exists()
    assert Signing.objects.get().is_free and violations() == []


def test_rights_withdrawn_while_the_device_works_sign_nothing(ready: Dossier, dung: User) -> None:
    row = begun(ready, dung)
    Membership.objects.filter(user=dung).delete()
    dung.__dict__.pop("_memberships_by_tenant", None)
    with pytest.raises(NotAllowed):
        device.finish(row, device.ask(row))
    assert fresh(ready).state == "processing" and violations() == []


def test_a_draft_mended_meanwhile_is_shown_again_before_it_is_signed(ready: Dossier, chi: User, dung: User) -> None:
    row = begun(ready, dung)
    results.prepare(ready, chi, outcome="granted", lines=[{"label": "Họ và tên", "value": "Khác"}])
    with pytest.raises(NotAllowed):
        device.finish(row, device.ask(row))
    assert fresh(ready).state == "processing"
    results.decide(fresh(ready), dung)
    assert Paper.objects.get(kind="result").data["lines"][0]["value"] == "Khác"


def test_a_signature_that_comes_too_late_is_for_a_paper_made_anew(ready: Dossier, dung: User) -> None:
    row = begun(ready, dung)
    signature = device.ask(row)
    with travel(now() + device.PATIENCE + datetime.timedelta(seconds=1)), pytest.raises(NotAllowed):
        device.finish(row, signature)
    assert fresh(ready).decided_at is None and violations() == []


def test_what_another_head_is_signing_is_waited_for(ready: Dossier, office: Office, dung: User, chi: User) -> None:
    begun(ready, dung)
    Membership.objects.create(user=chi, office=office, role="head")
    chi.__dict__.pop("_memberships_by_tenant", None)
    with pytest.raises(NotAllowed, match="Phạm Quốc Dũng đang ký"):
        results.decide(ready, chi)


def test_a_correction_is_shown_as_one_and_moves_no_moment_back(ready: Dossier, chi: User, dung: User) -> None:
    results.decide(ready, dung)
    first = Paper.objects.get(kind="result")
    later = now() + datetime.timedelta(hours=3)
    with travel(later):
        results.send_back(ready, dung, reason="Sai ngày sinh")
        assert fresh(ready).decided_at is None
        results.decide(ready, dung)
    second = Paper.objects.exclude(pk=first.pk).get(kind="result")
    assert second.replaces.get() == first and second.number != first.number
    assert fresh(ready).decided_at == later == second.signed_at
    assert [e.step for e in ready.events.order_by("number")][-3:] == ["decide", "send_back", "decide"]
    first.refresh_from_db()
    assert first.revoked_at == later and violations() == []


def test_a_refusal_carries_reason_law_and_remedy(ready: Dossier, chi: User, dung: User) -> None:
    with pytest.raises(NotAllowed):
        results.prepare(ready, chi, outcome="rejected", lines=[], reason="Thiếu", remedy="Nộp lại")
    results.prepare(ready, chi, outcome="rejected", lines=[], reason="Thiếu", clause="Điều 7", remedy="Nộp lại")
    results.decide(ready, dung)
    paper = Paper.objects.get(kind="refusal")
    assert [paper.data[key] for key in ("reason", "clause", "remedy")] == ["Thiếu", "Điều 7", "Nộp lại"]


def test_the_demo_lives_in_the_past_and_signs_there(ready: Dossier, dung: User) -> None:
    with travel(now() + datetime.timedelta(days=2)):
        results.decide(ready, dung)
        assert fresh(ready).decided_at == moments.now()


def test_accepting_takes_no_number_of_the_register(tenant: Tenant, office: Office, an: User, binh: User) -> None:
    intake.accept(filed(offered(office), an), binh)
    assert not Signing.objects.exists() and violations() == []
