"""Slips at the desk and at the citizen's: printed, signed by a worker, made, made again, checked by anybody."""

import io
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import outbox, signing
from portal.files import read_stored
from portal.models import AuditEntry, Office, OutboxRow, Tenant, User
from procedures.actions import intake, papers, records, results, sealing, supplements
from procedures.models import Dossier, Paper
from tests.forms import offered
from tests.pages.desk import drafted, filed, fresh, in_process


@pytest.fixture
def dossier(tenant: Tenant, office: Office, an: User) -> Dossier:
    return filed(offered(office), an)


def words(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def slip(dossier: Dossier, kind: str = Paper.Kind.SLIP_01) -> Paper:
    return Paper.objects.filter(dossier=dossier, kind=kind).latest("pk")


def test_a_worker_signs_a_slip_and_everybody_opens_the_same_bytes(
    dossier: Dossier, door: Any, an: User, binh: User, office: Office
) -> None:
    intake.accept(dossier, binh)
    paper = slip(dossier)
    assert (paper.path, paper.signed_at) == ("", None), "nothing is signed while a page is waited for"
    row = OutboxRow.objects.get(kind="seal_paper")
    outbox.HANDLERS["seal_paper"].handler(row)
    paper.refresh_from_db()
    content = body(door(an).get(reverse("my_paper", args=[dossier.reference, paper.pk])))
    assert content == body(door(binh).get(reverse("desk_paper", args=[dossier.reference, paper.pk])))
    found = signing.verify(content)
    assert (found.valid, found.signer_name) == (True, office.name)
    assert paper.verification_code in words(content)
    assert "Được ký số bởi" in words(content)


def test_an_unsigned_slip_says_no_signature(dossier: Dossier, door: Any, binh: User) -> None:
    """The control: before the worker came there is room for ink, and the check says that it waits."""
    intake.accept(dossier, binh)
    paper = slip(dossier)
    content = body(door(binh).get(reverse("desk_paper", args=[dossier.reference, paper.pk])))
    assert "Được ký số bởi" not in words(content)
    assert not signing.verify(content).signed
    assert "đang chờ ký số" in door().get(f"/xac-thuc/{paper.verification_code}/").content.decode()


def test_signing_twice_keeps_the_first_copy(dossier: Dossier, binh: User) -> None:
    intake.accept(dossier, binh)
    paper = slip(dossier)
    sealing.seal(paper.pk)
    first = Paper.objects.get(pk=paper.pk)
    sealing.seal(paper.pk)
    again = Paper.objects.get(pk=paper.pk)
    assert (again.path, again.sha256, again.signed_at) == (first.path, first.sha256, first.signed_at)
    assert len(read_stored(first.path)) == first.size


def test_a_slip_made_again_replaces_the_old_one_which_is_kept(dossier: Dossier, door: Any, binh: User) -> None:
    intake.accept(dossier, binh)
    first = slip(dossier)
    sealing.seal(first.pk)
    answer = door(binh).post(
        reverse("desk_paper_again", args=[dossier.reference, first.pk]), {"reason": "Mất bản in"}, follow=True
    )
    second = slip(dossier)
    first.refresh_from_db()
    assert (second.edition, first.replaced_by_id) == (2, second.pk)
    assert "Đã thay bằng bản mới" in answer.content.decode()
    assert "Bản lập lại lần 2" in words(
        body(door(binh).get(reverse("desk_paper", args=[dossier.reference, second.pk])))
    )
    assert signing.verify(read_stored(first.path)).valid, "the old one is still what it was"
    assert "được thay bằng bản mới" in door().get(f"/xac-thuc/{first.verification_code}/").content.decode()
    assert AuditEntry.objects.get(action="paper.again").facts["reason"] == "Mất bản in"
    assert second.data["due_at"] == first.data["due_at"], "what was promised stays promised"


def test_only_the_edition_in_use_is_made_again_and_only_with_a_reason(dossier: Dossier, door: Any, binh: User) -> None:
    intake.accept(dossier, binh)
    first, client = slip(dossier), door(binh)
    url = reverse("desk_paper_again", args=[dossier.reference, first.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert Paper.objects.filter(dossier=dossier, kind=Paper.Kind.SLIP_01).count() == 1
    client.post(url, {"reason": "Sai địa chỉ"})
    assert "Chỉ lập lại được bản đang dùng" in client.post(url, {"reason": "Lần nữa"}, follow=True).content.decode()
    assert Paper.objects.filter(dossier=dossier, kind=Paper.Kind.SLIP_01).count() == 2


def test_a_control_slip_has_every_hand_over_to_the_minute(
    dossier: Dossier, door: Any, binh: User, chi: User, dung: User
) -> None:
    in_process(dossier, binh, to=chi)
    from procedures.actions import processing

    drafted(dossier, chi)
    processing.route(dossier, chi, "sign", to=dung)
    results.decide(dossier, dung)
    results.hand_over(dossier, binh, how="counter", receiver="Nguyễn Văn Ba")
    with CaptureQueriesContext(
        connection,
    ) as told:
        content = body(door(binh).get(reverse("desk_control_slip", args=[dossier.reference])))
    text = words(content)
    for said in ("Lê Thị Chi", "Phạm Quốc Dũng", "Nguyễn Văn Ba", "Thẩm định", "Ký", "Trước hạn", dossier.number):
        assert said in text
    moments = [event.occurred_at for event in dossier.events.exclude(step="prepare")]
    rows = records.control_slip(fresh(dossier), binh)["rows"]
    assert [row["at"] for row in rows] == moments
    assert len(told) < 40


def test_no_event_that_moves_a_dossier_is_left_off_the_control_slip() -> None:
    """The control: a step that somebody adds to the lifecycle has to be placed here as well."""
    from procedures.models.lifecycle import STEPS
    from procedures.queries.handovers import HANDS

    assert set(STEPS) <= set(HANDS)


def test_a_receipt_is_made_only_of_a_result_that_was_handed_over(
    dossier: Dossier, door: Any, binh: User, dung: User
) -> None:
    in_process(dossier, binh, "sign")
    results.prepare(dossier, dung, outcome="granted", lines=[])
    results.decide(dossier, dung)
    make, told = reverse("desk_paper_make", args=[dossier.reference]), {"kind": Paper.Kind.RETURN}
    assert "Chưa trả kết quả" in door(binh).post(make, told, follow=True).content.decode()
    assert not Paper.objects.filter(dossier=dossier, kind=Paper.Kind.RETURN).exists()
    results.hand_over(dossier, binh, how="counter", receiver="Nguyễn Văn Ba")
    door(binh).post(make, told)
    receipt = slip(dossier, Paper.Kind.RETURN)
    content = body(door(binh).get(reverse("desk_paper", args=[dossier.reference, receipt.pk])))
    assert "Nguyễn Văn Ba" in words(content)
    assert slip(dossier, Paper.Kind.RESULT).number in words(content)


def test_a_supplement_slip_says_counts_what_to_change_effect_and_guide(
    dossier: Dossier, binh: User, office: Office
) -> None:
    wanted: list[dict[str, Any]] = [
        {"paper": "request", "name": "Tờ khai", "wanted": "Thiếu chữ ký"},
        {"paper": "", "name": "Giấy ủy quyền", "wanted": "", "certified": 2},
        {"paper": "", "name": "Ảnh", "wanted": ""},
    ]
    supplements.ask(dossier, binh, reason="Chưa đủ", wanted=wanted, fields=["purpose"])
    said = slip(dossier, Paper.Kind.SLIP_02).data
    counts = [tuple(row[name] for name in ("originals", "certified", "copies")) for row in said["papers"]]
    assert counts == [(1, 0, 0), (0, 2, 0), (0, 0, 1)]
    assert said["to_complete"]["vi"] == "Mục đích"
    assert said["guide"] == {"name": binh.full_name, "phone": office.phone}
    assert "được tiếp nhận" in said["effect"]["vi"]


def test_who_brings_and_who_owns_stand_apart(dossier: Dossier, binh: User, an: User) -> None:
    dossier.owner, dossier.owner_name, dossier.contact_address = None, "Công ty Gò Công", "5 Nguyễn Huệ"
    dossier.save()
    data = papers.slip_01_data(dossier, binh, [])
    assert data["submitter"]["name"] == an.full_name
    assert data["owner"] == {"name": "Công ty Gò Công", "address": "5 Nguyễn Huệ"}


def test_the_place_in_the_book_counts_up_by_office_and_year(
    tenant: Tenant, office: Office, an: User, binh: User, chi: User
) -> None:
    offering = offered(office)
    places = [intake.accept(filed(offering, person), binh).book_order for person in (an, chi)]
    assert places == [1, 2]


def test_a_stranger_finds_no_papers(dossier: Dossier, door: Any, binh: User, giang: User, other_tenant: Tenant) -> None:
    intake.accept(dossier, binh)
    for name in ("desk_papers", "desk_control_slip"):
        assert door(giang, other_tenant).get(reverse(name, args=[dossier.reference])).status_code == 404


def test_the_page_of_papers_costs_the_same_for_two_and_for_twenty(dossier: Dossier, door: Any, binh: User) -> None:
    intake.accept(dossier, binh)
    url, client = reverse("desk_papers", args=[dossier.reference]), door(binh)
    client.get(url)

    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(url).status_code == 200
        return len(told)

    few = cost()
    for _turn in range(10):
        records.make(fresh(dossier), binh, Paper.Kind.TRACE)
        records.make(fresh(dossier), binh, Paper.Kind.SLIP_05)
    assert cost() == few


def test_a_reader_of_english_gets_a_translation_that_says_so(dossier: Dossier, door: Any, an: User, binh: User) -> None:
    intake.accept(dossier, binh)
    url = reverse("my_paper", args=[dossier.reference, slip(dossier).pk])
    assert "RECEIPT OF DOSSIER" in words(body(door(an).get(f"{url}?ban-dich=en")))
    assert "the signed paper is the Vietnamese one" in words(body(door(an).get(f"{url}?ban-dich=en")))
    assert "GIẤY TIẾP NHẬN HỒ SƠ" in words(body(door(an).get(url)))
