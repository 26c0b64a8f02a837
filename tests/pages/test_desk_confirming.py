"""What a head typed is there again after proving who it is: a reason, a signature, what was chosen."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from portal import confirming
from portal.models import Office, User
from portal.moments import now
from procedures.actions import results
from procedures.models import Dossier, Signing
from tests.pages.desk import fresh
from tests.pages.test_desk_signing import choose, forget, press
from tests.procedures.test_signing_device import made_ready

PASTED = "QUJDREVGR0g="


@pytest.fixture
def ready(office: Office, an: User, binh: User, chi: User) -> Dossier:
    return made_ready(office, an, binh, chi)


def confirm(client: Any) -> Any:
    session = client.session
    session[confirming.KEY] = now().timestamp()
    session.save()
    return client


def test_the_device_chosen_before_confirming_is_chosen_after_it_and_nothing_is_signed(
    ready: Dossier, door: Any, dung: User
) -> None:
    client, address = forget(door(dung)), reverse("desk_decide", args=[ready.reference])
    client.post(address, {"seen": ready.event_count, "device": "outside"})
    before = client.get(address).content.decode()
    assert "Những gì bạn nhập còn nguyên" not in before
    page = confirm(client).get(address).content.decode()
    assert "Những gì bạn nhập còn nguyên" in page
    assert 'value="outside" ' in page and "checked" in page.split('value="outside"')[1][:80]
    assert fresh(ready).state == "processing" and not Signing.objects.exists()
    assert "Những gì bạn nhập còn nguyên" not in client.get(address).content.decode()


def test_a_pasted_signature_waits_sealed_until_the_head_is_back(ready: Dossier, door: Any, dung: User) -> None:
    client = door(dung)
    press(client, ready, device="outside")
    address = reverse("desk_signing", args=[Signing.objects.get().pk])
    forget(client).post(address, {"do": "place", "signature": PASTED})
    kept = Session.objects.get(pk=client.session.session_key).get_decoded()
    assert PASTED not in str(kept)
    elsewhere = confirm(client).get(reverse("desk_to_sign")).content.decode()
    assert PASTED not in elsewhere
    assert PASTED in client.get(address).content.decode()


def test_the_reason_of_a_revocation_is_not_typed_twice(ready: Dossier, an: User, dung: User, door: Any) -> None:
    results.decide(ready, dung)
    results.hand_over(ready, an, how="online")
    client, address = forget(door(dung)), reverse("desk_revoke", args=[ready.reference])
    client.post(address, {"seen": fresh(ready).event_count, "reason": "Giấy tờ giả mạo", "clause": "", "remedy": ""})
    page = confirm(client).get(address).content.decode()
    assert "Giấy tờ giả mạo" in page
    assert fresh(ready).event_count == ready.event_count


def test_what_was_chosen_to_be_signed_is_chosen_again(
    ready: Dossier, office: Office, an: User, binh: User, chi: User, door: Any, dung: User
) -> None:
    made_ready(office, an, binh, chi, "1.999101")
    client = forget(door(dung))
    assert choose(client, [ready]) == {}
    page = confirm(client).get(reverse("desk_to_sign")).content.decode()
    assert f'value="{ready.reference}" checked' in page and page.count(" checked") == 1


def test_a_device_that_gives_a_wrong_signature_is_told_in_the_readers_language(
    ready: Dossier, door: Any, dung: User
) -> None:
    client = door(dung)
    press(client, ready, device="outside")
    address = reverse("desk_signing", args=[Signing.objects.get().pk])
    told = client.post(address, {"do": "place", "signature": PASTED}, follow=True).content.decode()
    assert "Chữ ký không phải do khóa của chứng thư này" in told
    assert "certificate" not in told


def test_the_dossiers_page_says_that_a_paper_waits_for_its_signature(
    ready: Dossier, door: Any, dung: User, chi: User
) -> None:
    page = reverse("desk_dossier", args=[ready.reference])
    assert "Chờ chữ ký</h2>" not in door(chi).get(page).content.decode()
    press(door(dung), ready, device="outside")
    row = Signing.objects.get()
    told, address = door(chi).get(page).content.decode(), reverse("desk_signing", args=[row.pk])
    assert f"Văn bản số {row.number}, Phạm Quốc Dũng ký" in told and address not in told
    assert address in door(dung).get(page).content.decode()
