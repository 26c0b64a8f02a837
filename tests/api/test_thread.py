"""The whole thread through the API: found, filled in, filed once, followed, supplied, decided, received."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.models import AuditEntry, Office, Tenant, User
from procedures.models import Dossier, DossierEvent
from tests.api.calls import begun, get, give, patch, post, step, submit
from tests.conftest import Door
from tests.forms import offered
from tests.pages.filing import a_pdf

CODE = "1.999001"


@pytest.fixture(autouse=True)
def offering(tenant: Tenant, office: Office) -> None:
    offered(office)


@pytest.fixture
def client(an: User, door: Door) -> Client:
    return door(an)


@pytest.fixture
def reference(client: Client, office: Office) -> str:
    return begun(client, office.code)


@pytest.fixture
def filed(client: Client, reference: str) -> str:
    submit(client, reference)
    return reference


def state_of(reference: str) -> str:
    return str(Dossier.objects.get(reference=reference).state)


def test_a_dossier_goes_from_the_catalogue_to_a_signed_result(
    client: Client, door: Door, office: Office, binh: User, chi: User, dung: User
) -> None:
    found = get(door(), "procedures/?q=xac nhan").told["results"]
    assert [row["code"] for row in found] == [CODE]
    form = get(door(), f"procedures/{CODE}/form/").told["form"]
    assert [field["key"] for field in form["sections"][0]["fields"]] == ["full_name", "purpose", "proof"]
    reference = begun(client, office.code)
    assert give(client, reference, a_pdf(), field="proof").status_code == 201
    receipt = submit(client, reference)
    assert receipt.status_code == 201
    assert receipt.told["files"][0]["name"] == "hop-dong.pdf"
    assert [row["reference"] for row in get(door(binh), "worklist/?list=new").told["results"]] == [reference]
    assert step(door(binh), reference, "accept").told["number"].startswith("H58.30-")
    assert step(door(binh), reference, "route", step="examine").told["state"] == "processing"
    assert step(door(chi), reference, "prepare", outcome="granted").status_code == 200
    assert step(door(chi), reference, "route", step="sign").status_code == 200
    assert step(door(dung), reference, "decide").told["state"] == "done"
    received = post(client, f"dossiers/{reference}/result/").told
    assert received["state"] == "returned"
    assert [paper["kind"] for paper in received["papers"]] == ["submission", "slip_01", "result"]
    timeline = get(client, f"dossiers/{reference}/timeline/").told
    assert [event["step"] for event in timeline["events"]] == [
        "submit",
        "accept",
        "route",
        "route",
        "decide",
        "hand_over",
    ]
    assert timeline["explanation"]


def test_beginning_twice_goes_on_with_the_same_draft(client: Client, office: Office) -> None:
    first = post(client, "dossiers/", {"procedure": CODE, "office": office.code})
    again = post(client, "dossiers/", {"procedure": CODE, "office": office.code})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.told["reference"] == again.told["reference"]


def test_an_office_that_does_not_take_it_online_is_refused(client: Client) -> None:
    answer = post(client, "dossiers/", {"procedure": CODE, "office": "H58.99"})
    assert answer.status_code == 422
    assert answer.told["errors"][0]["path"] == "office"


# ---- answers ----
def test_a_wrong_answer_is_told_by_its_path_and_nothing_is_kept(client: Client, reference: str) -> None:
    answer = patch(
        client, f"dossiers/{reference}/", {"answers": {"full_name": "Nguyễn An", "purpose": "holiday", "nothing": 1}}
    )
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {(one["path"], one["code"]) for one in answer.told["errors"]} == {
        ("purpose", "choice"),
        ("nothing", "unknown"),
    }
    assert "Mục đích" in next(one["detail"] for one in answer.told["errors"] if one["path"] == "purpose")
    assert Dossier.objects.get(reference=reference).answers["full_name"] == "Nguyễn Thị An"


def test_null_empties_an_answer(client: Client, reference: str) -> None:
    assert "purpose" not in patch(client, f"dossiers/{reference}/", {"answers": {"purpose": None}}).told["answers"]


def test_a_file_is_not_sent_as_an_answer(client: Client, reference: str) -> None:
    answer = patch(client, f"dossiers/{reference}/", {"answers": {"proof": ["1"]}})
    assert [one["code"] for one in answer.told["errors"]] == ["not_sent"]


def test_contact_is_judged_as_on_the_pages(client: Client, reference: str) -> None:
    wrong = patch(client, f"dossiers/{reference}/", {"contact": {"phone": "12", "delivery": "post"}})
    assert {one["path"] for one in wrong.told["errors"]} == {"contact.phone", "contact.address"}
    right = patch(client, f"dossiers/{reference}/", {"contact": {"phone": "0987 654 321", "delivery": "counter"}})
    assert right.told["contact"]["delivery"] == "counter"
    assert right.told["contact"]["phone"] != wrong.told


# ---- files ----
def test_a_file_of_the_wrong_kind_is_refused_with_a_sentence(client: Client, reference: str) -> None:
    answer = give(client, reference, SimpleUploadedFile("virus.pdf", b"MZ this is a program"), field="proof")
    assert answer.status_code == 422
    assert answer.told["errors"][0]["path"] == "file"
    assert give(client, reference, a_pdf(), field="purpose").status_code == 422


def test_the_same_file_again_is_kept_once_and_can_be_taken_back(client: Client, reference: str) -> None:
    first, again = (give(client, reference, a_pdf(), field="proof").told["id"] for _ in range(2))
    assert first == again
    gone = client.delete(f"/api/v1/dossiers/{reference}/attachments/{first}/")
    assert (gone.status_code, gone.content) == (204, b"")
    assert get(client, f"dossiers/{reference}/").told["attachments"] == []


# ---- filing once ----
def test_the_first_answer_is_given_again_to_the_same_key(client: Client, reference: str) -> None:
    first, again = submit(client, reference), submit(client, reference)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content == client.get(f"/api/v1/dossiers/{reference}/receipt/").content
    assert DossierEvent.objects.filter(dossier__reference=reference, step="submit").count() == 1


def test_filing_without_a_key_or_with_a_bad_one_is_400(client: Client, reference: str) -> None:
    assert post(client, f"dossiers/{reference}/submission/", {"declared": True}).status_code == 400
    assert submit(client, reference, key="hai từ").status_code == 400
    assert state_of(reference) == "draft"


def test_the_key_of_another_dossier_is_422(client: Client, office: Office, filed: str) -> None:
    other = begun(client, office.code)
    answer = submit(client, other, key="key-1")
    assert (answer.status_code, state_of(other)) == (422, "draft")


def test_filing_needs_the_declaration(client: Client, reference: str) -> None:
    answer = submit(client, reference, body={"declared": False})
    assert answer.status_code == 400
    assert answer.told["errors"][0]["path"] == "declared"
    assert state_of(reference) == "draft"


def test_what_is_missing_is_told_by_path(client: Client, reference: str) -> None:
    patch(client, f"dossiers/{reference}/", {"answers": {"purpose": None}})
    answer = submit(client, reference)
    assert answer.status_code == 422
    assert [(one["path"], one["code"]) for one in answer.told["errors"]] == [("purpose", "required_choice")]
    assert state_of(reference) == "draft"


def test_a_draft_for_somebody_else_is_not_filed_without_a_mandate(client: Client, reference: str) -> None:
    Dossier.objects.filter(reference=reference).update(owner=None, owner_name="Lê Văn Tám")
    answer = submit(client, reference)
    assert (answer.status_code, answer.told["errors"][0]["path"]) == (422, "owner")


# ---- supplement, withdrawal ----
def test_a_supplement_opens_what_was_asked_for_and_nothing_else(
    client: Client, door: Door, filed: str, binh: User
) -> None:
    asked = step(
        door(binh), filed, "ask_supplement", reason="Ảnh mờ", papers=[{"name": "Bản chụp rõ"}], fields_open=["purpose"]
    )
    assert asked.told["state"] == "supplement_requested"
    closed = patch(client, f"dossiers/{filed}/", {"answers": {"full_name": "Người Khác"}})
    assert [one["code"] for one in closed.told["errors"]] == ["closed"]
    assert patch(client, f"dossiers/{filed}/", {"answers": {"purpose": "other"}}).status_code == 200
    early = post(client, f"dossiers/{filed}/supplement/")
    assert (early.status_code, early.told["papers"]) == (422, ["Bản chụp rõ"])
    assert give(client, filed, a_pdf(), paper="Bản chụp rõ").status_code == 201
    supplied = post(client, f"dossiers/{filed}/supplement/", {"note": "Đã chụp lại"})
    assert supplied.told["state"] == "submitted"
    assert supplied.told["answers"]["purpose"] == "other"


def test_a_dossier_is_taken_back(client: Client, filed: str) -> None:
    assert post(client, f"dossiers/{filed}/withdrawal/", {"reason": "Không cần nữa"}).told["state"] == "withdrawn"
    again = post(client, f"dossiers/{filed}/withdrawal/", {"reason": "Không cần nữa"})
    assert again.status_code == 409
    assert "trạng thái" in again.told["detail"]


# ---- officials ----
def test_a_look_through_the_api_is_on_record(door: Door, filed: str, binh: User, an: User) -> None:
    told = get(door(binh), f"desk/dossiers/{filed}/").told
    assert told["answers"]["purpose"] == "loan"
    assert told["steps"] == ["accept", "refuse", "ask_supplement"]
    look = AuditEntry.objects.get(action="look", object=f"dossier:{filed}")
    assert (look.actor, look.subject) == (binh, an)


def test_a_step_that_cannot_be_taken_is_409_and_changes_nothing(door: Door, filed: str, binh: User, dung: User) -> None:
    step(door(binh), filed, "accept")
    answer = step(door(binh), filed, "refuse", reason="Sai nơi nộp", clause="Điều 7", remedy="Nộp nơi khác")
    assert answer.status_code == 409
    assert "Được tiếp nhận" in answer.told["detail"]
    assert step(door(dung), filed, "decide").status_code == 409
    assert state_of(filed) == "accepted"


def test_who_acts_on_what_has_changed_since_is_told(door: Door, filed: str, binh: User) -> None:
    seen = get(door(binh), f"desk/dossiers/{filed}/").told["seen"]
    assert (
        step(door(binh), filed, "ask_supplement", seen=seen, reason="Mờ", papers=[{"name": "Ảnh"}]).status_code == 200
    )
    assert step(door(binh), filed, "accept", seen=seen).status_code == 409


def test_a_refusal_needs_reason_clause_and_remedy(door: Door, filed: str, binh: User) -> None:
    answer = step(door(binh), filed, "refuse", reason="Sai nơi nộp")
    assert answer.status_code == 400
    assert {one["path"] for one in answer.told["errors"]} == {"clause", "remedy"}
    assert state_of(filed) == "submitted"


def test_money_is_asked_for_and_suspension_is_the_heads(
    door: Door, client: Client, filed: str, binh: User, chi: User, dung: User
) -> None:
    step(door(binh), filed, "accept")
    step(door(binh), filed, "route", step="examine")
    assert step(door(chi), filed, "suspend", reason="Chờ").status_code == 404
    assert step(door(dung), filed, "suspend", reason="Chờ xác minh").told["state"] == "suspended"
    assert step(door(dung), filed, "resume").told["state"] == "processing"
    assert step(door(chi), filed, "ask_payment", amount=150000, reason="Lệ phí").told["state"] == "payment_due"
    payment: Any = get(client, f"dossiers/{filed}/").told["payment"]
    assert payment == {"total": 150000, "href": f"/tai-khoan/ho-so/{filed}/thanh-toan/"}
