"""A package filed at the counter for somebody who came with paper, and over the API: by the same action as on the pages."""

import datetime
import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfWriter

from portal.models import AuditEntry, Tenant, User
from portal.moments import HERE, now
from portal.tenancy import inside
from procedures.actions import catalogue, intake
from procedures.models import (  # fmt: skip
    Attachment,
    CounterIntake,
    Dossier,
    JointFiling,
    Message,
    Offering,
    Package,
    Paper,
    Procedure,
)
from tests.cast import Cast, make_office
from tests.conftest import Door
from tests.linking import BIRTH, FORM, carried, dossier_of, filed_jointly, filled, granted, packaged, part
from tests.pages.desk import opened

pytestmark = pytest.mark.django_db
START = "/mot-cua/tiep-nhan/"
SWITCHES = ("blank_forms", "online_open", "pays_online", "returns_online")
TYPED = {
    "child": "Nguyễn Bảo Ngọc", "street": "12 Trương Định", "by-owner_name": "Lê Văn Ba", "by-owner_kind": "citizen", "by-personal_id": "",
    "by-phone": "0912345678", "by-email": "", "by-address": "", "by-delivery": "counter", "counted-request-originals": "1", "go": "1",
}  # fmt: skip


@pytest.fixture
def offering(cast: Cast, tenant: Tenant) -> Offering:
    return packaged(cast)


def scan() -> SimpleUploadedFile:
    writer, written = PdfWriter(), BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.write(written)
    return SimpleUploadedFile("a.pdf", written.getvalue(), "application/pdf")


def typed(client: Client, offering: Offering, **told: Any) -> Any:
    """Begun on the counter's first page, typed in whole, sent."""
    address = opened(client, offering)
    return client.post(address, {**TYPED, "scan-request": scan(), **told}, follow=True)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_clerk_files_a_package_for_somebody_with_paper(
    cast: Cast, offering: Offering, binh: User, door: Door
) -> None:
    client = door(binh)
    first = text_of(client.get(START))
    assert "Liên thông: nộp một lần cho nhiều thủ tục" in first and f'value="{FORM}"' in first
    page = text_of(client.get(opened(client, offering)))
    assert "Khai sinh" in page and "Thẻ BHYT" in page and "Nộp liên thông và in biên nhận" in page
    CounterIntake.objects.all().delete()
    answer = typed(client, offering)
    assert answer.redirect_chain[-1][0].endswith("/xong/")
    filing = JointFiling.objects.get()
    assert (filing.taken_by, filing.form.owner, filing.form.owner_name) == (binh, None, "Lê Văn Ba")
    assert filing.form.reference in text_of(answer) and "In biên nhận hồ sơ liên thông" in text_of(answer)
    carried(cast)
    birth = dossier_of(filing, "birth")
    assert (birth.state, birth.channel, birth.owner_name, birth.contact_phone) == ("submitted", "counter", "Lê Văn Ba", "0912345678")  # fmt: skip
    assert [event.step for event in birth.events.all()] == ["submit", "join"]
    assert Attachment.objects.get(dossier=birth).field_key == "notice"
    assert AuditEntry.objects.filter(action="joint.file", actor=binh).count() == 1


def test_the_receipt_names_the_parts_and_the_papers(offering: Offering, binh: User, door: Door) -> None:
    client = door(binh)
    typed(client, offering)
    form = JointFiling.objects.get().form
    told = Paper.objects.get(dossier=form, kind="submission").data
    assert [one["name"] for one in told["parts"]] == ["Khai sinh", "Thường trú", "Thẻ BHYT"]
    assert told["parts"][1]["after"] == ["Khai sinh"]
    assert told["papers"] == [{"name": "Tờ khai", "originals": 1, "certified": 0, "copies": 0}]
    answer = client.get(f"/mot-cua/lien-thong/{form.reference}/bien-nhan.pdf")
    assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_the_parts_go_on_to_their_ends_for_somebody_without_an_account(
    cast: Cast, offering: Offering, binh: User, door: Door
) -> None:
    typed(door(binh), offering)
    filing = JointFiling.objects.get()
    carried(cast)
    people = cast.people
    granted(dossier_of(filing, "birth"), people["binh"], people["chi"], people["dung"])
    carried(cast)
    assert [row.state for row in filing.rows.all()] == ["done", "open", "open"]
    with inside(cast.other_tenant):
        card = dossier_of(filing, "card")
        assert (card.state, card.owner, card.channel) == ("submitted", None, "counter")
        assert Attachment.objects.get(dossier=card).name == "ket-qua-birth.pdf"
    shown = text_of(door(binh).get(f"/mot-cua/lien-thong/{filing.form.reference}/"))
    assert "Có kết quả" in shown or "Đã xử lý xong" in shown
    assert dossier_of(filing, "home").reference in shown and card.reference not in shown


def test_a_person_known_by_id_follows_it_in_their_account(
    cast: Cast, offering: Offering, an: User, binh: User, door: Door
) -> None:
    typed(door(binh), offering, **{"by-owner_name": an.full_name, "by-personal_id": an.personal_id})
    form = JointFiling.objects.get().form
    assert form.owner == an
    assert door(an).get(f"/tai-khoan/lien-thong/{form.reference}/").status_code == 200
    carried(cast)
    assert dossier_of(JointFiling.objects.get(), "birth").submitter == an


def test_anybody_with_the_reference_sees_where_the_parts_are(cast: Cast, offering: Offering, binh: User, door: Door) -> None:  # fmt: skip
    typed(door(binh), offering)
    form = JointFiling.objects.get().form
    carried(cast)
    shown = text_of(door().get("/tra-cuu/", {"ma": form.reference}))
    assert "Khai sinh" in shown and "Thẻ BHYT" in shown
    assert "Lê Văn Ba" not in shown and "Nguyễn Bảo Ngọc" not in shown


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"scan-request": ""}, "Tờ khai (bản quét)"),
        ({"counted-request-originals": "0"}, "Còn thiếu: Tờ khai"),
        ({"child": ""}, "child"),
        ({"by-owner_name": ""}, "Chủ hồ sơ"),
        ({"by-happened_at": "2020-01-01T08:00", "by-late_reason": "Mất điện"}, "Chỉ được nhập muộn"),
    ],
    ids=["no-scan", "no-paper", "no-answer", "nobody", "late"],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    offering: Offering, binh: User, door: Door, told: dict[str, str], said: str
) -> None:
    answer = typed(door(binh), offering, **told)
    shown = text_of(answer)
    assert not JointFiling.objects.exists()
    assert said in shown and "Lỗi:" in shown
    assert "12 Trương Định" in shown and not Paper.objects.exists() and not Message.objects.exists()
    assert CounterIntake.objects.get().done_at is None


def test_it_cannot_be_filed_into_the_past(offering: Offering, binh: User, door: Door) -> None:

    before = now().astimezone(HERE) - datetime.timedelta(hours=1)
    late = {"by-happened_at": f"{before:%Y-%m-%dT%H:%M}", "by-late_reason": "Mất điện"}
    assert "không nhập sau được" in text_of(typed(door(binh), offering, **late))
    assert not JointFiling.objects.exists()


def test_pressed_twice_it_is_one_filing(cast: Cast, offering: Offering, binh: User, door: Door) -> None:
    client = door(binh)
    address = opened(client, offering)
    for _press in range(2):
        answer = client.post(address, {**TYPED, "scan-request": scan()}, follow=True)
        assert answer.redirect_chain[-1][0].endswith("/xong/")
    carried(cast)
    assert JointFiling.objects.count() == 1
    assert Dossier.objects.filter(state="submitted").count() == 1


def test_whoever_comes_again_for_the_same_is_noticed(offering: Offering, an: User, binh: User, door: Door) -> None:
    who = {"by-owner_name": an.full_name, "by-personal_id": an.personal_id}
    client = door(binh)
    typed(client, offering, **who)
    assert "Người này đang có hồ sơ cùng thủ tục" in text_of(typed(client, offering, **who))
    assert JointFiling.objects.count() == 1
    typed(client, offering, **who, **{"by-another": "on"})
    assert JointFiling.objects.count() == 2


def test_a_closed_package_is_registered_as_the_one_procedure_that_it_is(
    offering: Offering, binh: User, door: Door
) -> None:
    """The control: the same paper, the same page."""
    Package.objects.update(is_open=False)
    client = door(binh)
    assert "Liên thông: nộp một lần" not in text_of(client.get(START))
    typed(client, offering)
    assert not JointFiling.objects.exists()
    assert Dossier.objects.get(procedure=offering.procedure).state == "accepted"


def test_a_part_is_accepted_by_the_desk_that_took_it(cast: Cast, offering: Offering, binh: User, door: Door) -> None:
    """Bình takes it in for another ward, which settles its parts."""
    far, switches = make_office("H58.31", "Ủy ban nhân dân phường Long Thuận"), dict.fromkeys(SWITCHES, True)
    there = catalogue.offer(offering.procedure, far, **switches)
    catalogue.offer(Procedure.objects.get(code=BIRTH), far, **switches)
    typed(door(binh), there)
    carried(cast)
    birth = dossier_of(JointFiling.objects.get(), "birth")
    assert (birth.receiving_office, birth.office) == (cast.office, far)
    intake.accept(birth, binh)
    assert birth.number


def test_strangers_see_nothing_of_it(cast: Cast, offering: Offering, binh: User, chi: User, door: Door) -> None:
    typed(door(binh), offering)
    here = f"/mot-cua/lien-thong/{JointFiling.objects.get().form.reference}/"
    assert door(binh).get(here).status_code == 200
    for stranger in (chi, cast.people["giang"], cast.people["an"]):
        assert door(stranger).get(here).status_code == 404
    assert door(cast.people["giang"], cast.other_tenant).get(here).status_code == 404


def test_nobody_takes_in_their_own(offering: Offering, binh: User, door: Door) -> None:
    shown = text_of(typed(door(binh), offering, **{"by-owner_name": binh.full_name, "by-personal_id": binh.personal_id}))  # fmt: skip
    assert "không có quyền" in shown and not JointFiling.objects.exists()


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in queries.captured_queries)


def test_the_first_page_costs_the_same_for_one_filing_and_for_five(
    cast: Cast, offering: Offering, binh: User, door: Door
) -> None:
    client = door(binh)
    typed(client, offering)
    one = statements(client, START)
    for number in range(4):
        typed(client, offering, **{"by-owner_name": f"Lê Văn {number}"})
    assert JointFiling.objects.count() == 5
    assert statements(client, START) == one


# ---- over the API ----


def called(client: Client, method: str, address: str, body: Any = None, **headers: str) -> Any:
    told = json.dumps(body) if body is not None else ""
    return getattr(client, method)(address, told, content_type="application/json", headers=headers)


def test_the_api_files_a_package_once_and_tells_of_its_parts(
    cast: Cast, offering: Offering, an: User, door: Door
) -> None:
    draft, client = filled(offering, an), door(an)
    where = f"/api/v1/dossiers/{draft.reference}/"
    first = called(client, "post", f"{where}submission/", {"declared": True}, **{"Idempotency-Key": "k1"})
    assert first.status_code == 201, first.content
    assert [one["name"] for one in first.json()["parts"]] == ["Khai sinh", "Thường trú", "Thẻ BHYT"]
    again = called(client, "post", f"{where}submission/", {"declared": True}, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert JointFiling.objects.count() == 1
    carried(cast)
    told = client.get(where).json()["joint"]
    assert [one["state"] for one in told["parts"]] == ["submitted", "waiting", "waiting"]
    assert told["parts"][0]["reference"] == dossier_of(JointFiling.objects.get(), "birth").reference
    assert part(JointFiling.objects.get(), "birth").state == "open"


def test_the_api_refuses_the_key_of_another_filing_and_what_is_incomplete(
    cast: Cast, offering: Offering, an: User, door: Door
) -> None:
    client = door(an)
    filed_jointly(offering, an)  # by the key "key"
    second = filled(offering, an)
    where = f"/api/v1/dossiers/{second.reference}/submission/"
    other = called(client, "post", where, {"declared": True}, **{"Idempotency-Key": "key"})
    assert other.status_code == 422
    Dossier.objects.filter(pk=second.pk).update(answers={})
    lacking = called(client, "post", where, {"declared": True}, **{"Idempotency-Key": "new"})
    assert lacking.status_code == 422 and "child" in lacking.content.decode()
    assert JointFiling.objects.count() == 1
