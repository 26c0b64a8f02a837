"""At the counter nothing is lost: what is typed is kept, scans go into quarantine, one person's dossiers come in one go."""

import datetime
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from integrations import messaging, population
from integrations.scanning import State, Verdict
from portal.models import Office, OutboxRow, Tenant, User
from portal.moments import now
from procedures import receivers
from procedures.actions.scanning import note_verdict
from procedures.models import Attachment, CounterIntake, Dossier, GivenPaper, Message, Offering
from tests.cast import Cast
from tests.forms import offered, text
from tests.pages.desk import opened
from tests.pages.test_desk_register import PAPERS, paper, received
from tests.pages.test_query_counts import statements

REGISTER = "/mot-cua/tiep-nhan/"


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office, papers=PAPERS)


@pytest.fixture(autouse=True)
def silent_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up is committed by itself, which a test inside one transaction cannot have; the counter does without it."""

    def look_up(*_told: object, **_why: object) -> None:
        raise population.Unavailable("not there")

    monkeypatch.setattr(population, "look_up", look_up)


def scan(pages: int = 1, name: str = "don.pdf") -> SimpleUploadedFile:
    writer, content = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(210, 297)
    writer.write(content)
    return SimpleUploadedFile(name, content.getvalue())


def photo() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "JPEG")
    return SimpleUploadedFile("chup.jpg", content.getvalue())


def test_what_is_typed_is_kept_while_it_is_typed(offering: Offering, door: Any, binh: User, chi: User) -> None:
    client = door(binh)
    page = opened(client, offering)
    told = client.post(f"{page}luu/", {"by-owner_name": "Lê Văn", "purpose": "loan"}).json()
    assert set(told) == {"saved", "elsewhere", "seen"}
    again = client.get(page).content.decode()
    assert 'value="Lê Văn"' in again
    assert "Đang nhập dở" in client.get(REGISTER).content.decode()
    assert door(chi).get(page).status_code == 404


def test_what_a_colleague_types_is_nobody_elses(offering: Offering, door: Any, binh: User, cast: Cast) -> None:
    page = opened(door(binh), offering)
    colleague = cast.people["lan"]
    colleague.memberships.create(office=cast.office, role="clerk")
    assert door(colleague).get(REGISTER).status_code == 200
    assert door(colleague).get(page).status_code == 404
    assert door(colleague).post(page, paper()).status_code == 404


def test_a_draft_at_the_counter_is_no_dossier_yet(offering: Offering, door: Any, binh: User, an: User) -> None:
    client = door(binh)
    page = opened(client, offering, personal_id="082190001234")
    draft = Dossier.objects.get()
    assert (draft.state, draft.owner) == ("draft", None)
    assert draft.reference not in door(an).get("/tai-khoan/").content.decode()
    assert client.get(f"/mot-cua/ho-so/{draft.reference}/").status_code == 404
    client.post(f"{page}bo/")
    assert client.get(page, follow=True).redirect_chain == [(REGISTER, 302)]
    assert CounterIntake.objects.get().typed == {}
    assert client.post(page, paper()).status_code == 302
    assert not received().exists()


def test_beginning_twice_begins_once(offering: Offering, door: Any, binh: User) -> None:
    client = door(binh)
    assert opened(client, offering, key="same") == opened(client, offering, key="same")
    assert CounterIntake.objects.count() == 1


def test_the_code_on_an_identity_card_fills_in_the_person(offering: Offering, door: Any, binh: User) -> None:
    card = "082190009999|312345678|Lê Văn Tám|12051990|Nam|Ấp 1, Đồng Tháp|01012022"
    page = door(binh).get(opened(door(binh), offering, personal_id=card)).content.decode()
    assert 'value="Lê Văn Tám"' in page
    assert 'value="082190009999"' in page


def test_eleven_digits_are_no_personal_id(offering: Offering, door: Any, binh: User) -> None:
    page = door(binh).post(REGISTER, {"procedure": "1.999001", "channel": "counter", "personal_id": "08219000123"})
    assert page.status_code == 200
    assert "Lỗi:" in page.content.decode()


def test_scans_are_kept_whatever_else_is_wrong_with_the_page(offering: Offering, door: Any, binh: User) -> None:
    client = door(binh)
    page = opened(client, offering)
    files = {"scan-request": [scan(), photo()], "scan-proof": SimpleUploadedFile("vo.pdf", b"khong phai pdf")}
    answer = client.post(page, {**paper(purpose=""), **files}).content.decode()
    assert "vo.pdf: " in answer
    assert 'href="#id_scan-proof"' in answer
    assert "chup.jpg" in answer
    assert [(a.paper, a.status) for a in Attachment.objects.all()] == [("request", "quarantined")] * 2
    assert OutboxRow.objects.filter(kind="scan").count() == 2
    client.post(page, paper())
    dossier = received().get()
    assert list(dossier.given_papers.values_list("paper", "digital", "originals", "copies")) == [
        ("request", 1, 1, 0),
        ("proof", 0, 0, 2),
    ]
    assert client.get(f"/mot-cua/ho-so/{dossier.reference}/tep/{Attachment.objects.first().pk}/").status_code == 404  # type: ignore[union-attr]


def test_the_same_scan_sent_twice_is_kept_once_and_a_wrong_one_is_taken_back(
    offering: Offering, door: Any, binh: User
) -> None:
    client = door(binh)
    page = opened(client, offering)
    same = scan().read()
    for _press in range(2):
        client.post(page, {**paper(again="1"), "scan-request": SimpleUploadedFile("don.pdf", same)})
    kept = Attachment.objects.get()
    client.post(page, paper(remove_scan=str(kept.pk)))
    assert Attachment.objects.get().removed_at is not None


def test_a_scan_of_400_pages_is_taken_and_one_of_600_is_refused_with_what_to_do(
    offering: Offering, door: Any, binh: User
) -> None:
    client = door(binh)
    page = opened(client, offering)
    client.post(page, {**paper(again="1"), "scan-request": scan(400)})
    assert Attachment.objects.count() == 1
    answer = client.post(page, {**paper(again="1"), "scan-request": scan(600, "day.pdf")}).content.decode()
    assert "day.pdf: Tệp có 600 trang; mỗi tệp nhận nhiều nhất 500 trang" in answer
    assert 'value="Lê Văn Tám"' in answer
    assert Attachment.objects.count() == 1


def test_an_infected_scan_digitises_nothing(offering: Offering, door: Any, binh: User) -> None:
    client = door(binh)
    client.post(opened(client, offering), {**paper(), "scan-request": scan()})
    row = GivenPaper.objects.get(paper="request")
    assert row.digital == GivenPaper.Digital.SCANNED
    note_verdict(Attachment.objects.get(), Verdict(State.INFECTED, "Eicar"))
    row.refresh_from_db()
    assert row.digital == GivenPaper.Digital.NO


def test_several_dossiers_of_one_person_keep_person_and_contact(
    offering: Offering, office: Office, door: Any, binh: User
) -> None:
    other = offered(office, "1.999002", name=text("Xác nhận khác"), papers=PAPERS)
    client = door(binh)
    first = opened(client, offering)
    told = paper(**{"by-personal_id": "082190009999", "by-email": "tam@example.vn"})
    done = client.post(first, told).url
    visit = CounterIntake.objects.get().visit
    assert "Nhận thêm hồ sơ của người này" in client.get(done).content.decode()
    second = opened(client, other, visit=visit)
    page = client.get(second).content.decode()
    for kept in ("Lê Văn Tám", "082190009999", "0912345678", "tam@example.vn", "Ấp 1"):
        assert f'value="{kept}"' in page
    together = client.post(second, told, follow=True).content.decode()
    assert all(one.number in together for one in received())
    sheet = client.get(f"{second}phieu.pdf")
    assert sheet.headers["Content-Type"] == "application/pdf"
    assert b"".join(sheet).startswith(b"%PDF")


def test_a_visit_of_somebody_else_tells_nothing(offering: Offering, door: Any, binh: User, cast: Cast) -> None:
    client = door(binh)
    client.post(opened(client, offering), paper())
    colleague = cast.people["lan"]
    colleague.memberships.create(office=cast.office, role="clerk")
    theirs = opened(door(colleague), offering, visit=CounterIntake.objects.get().visit)
    assert "Lê Văn Tám" not in door(colleague).get(theirs).content.decode()


def test_the_same_request_of_the_same_person_is_warned_of(offering: Offering, door: Any, binh: User) -> None:
    client = door(binh)
    told = paper(**{"by-personal_id": "082190009999"})
    client.post(opened(client, offering), told)
    page = opened(client, offering, personal_id="082190009999")
    assert received().get().number in client.get(page).content.decode()
    warned = client.post(page, told).content.decode()
    assert "Người này đang có hồ sơ cùng thủ tục" in warned
    assert received().count() == 1
    client.post(page, {**told, "by-another": "on"})
    assert received().count() == 2


def test_somebody_else_is_not_warned_of(offering: Offering, door: Any, binh: User) -> None:
    """The control."""
    client = door(binh)
    for number in ("082190009999", "082190009998"):
        client.post(opened(client, offering), paper(**{"by-personal_id": number, "by-phone": ""}))
    assert received().count() == 2


def test_the_person_is_told_by_text_message_once(
    offering: Offering, door: Any, binh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(messaging, "send_sms", lambda phone, words: sent.append((phone, words)))
    door(binh).post(opened(door(binh), offering), paper())
    row, dossier = OutboxRow.objects.get(kind="sms"), received().get()
    for _try in range(2):
        receivers.send_text(row)
    assert [phone for phone, _words in sent] == ["0912345678"]
    assert dossier.number in sent[0][1]
    assert dossier.reference in sent[0][1]
    assert "Tám" not in sent[0][1]
    assert Message.objects.get(occasion="accepted").texted_at is not None


def test_a_number_that_is_refused_is_not_tried_for_ever(
    offering: Offering, door: Any, binh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_told: str) -> None:
        raise messaging.NotAccepted("no")

    monkeypatch.setattr(messaging, "send_sms", refuse)
    door(binh).post(opened(door(binh), offering), paper())
    receivers.send_text(OutboxRow.objects.get(kind="sms"))
    assert Message.objects.get(occasion="accepted").texted_at is None


def test_late_entry_is_seen_by_citizen_and_auditor_and_the_clock_counts_from_reception(
    offering: Offering, door: Any, binh: User, an: User, cast: Cast
) -> None:
    handed_in = now() - datetime.timedelta(days=2)
    late = {"by-happened_at": f"{handed_in + datetime.timedelta(hours=7):%Y-%m-%dT%H:%M}", "by-late_reason": "Mất điện"}
    door(binh).post(opened(door(binh), offering), paper(**late, **{"by-personal_id": an.personal_id}))
    dossier = received().get()
    assert dossier.clock_started_at is not None
    assert abs(dossier.clock_started_at - handed_in) < datetime.timedelta(minutes=1)
    citizen = door(an).get(f"/tai-khoan/ho-so/{dossier.reference}/").content.decode()
    auditor = door(cast.people["khoa"]).get(f"/mot-cua/ho-so/{dossier.reference}/").content.decode()
    for page in (citizen, auditor):
        assert "Nhập sau" in page
        assert "Mất điện" in page


def test_closed_hours_are_said_and_stop_nobody(
    offering: Offering, door: Any, binh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procedures.queries import counter

    sunday = datetime.datetime(2026, 11, 22, 3, 0, tzinfo=datetime.UTC)
    monkeypatch.setattr(counter, "now", lambda: sunday)
    page = opened(door(binh), offering)
    assert "đang ngoài giờ làm việc" in door(binh).get(page).content.decode()
    monkeypatch.setattr(counter, "now", lambda: sunday + datetime.timedelta(days=1))
    assert "đang ngoài giờ làm việc" not in door(binh).get(page).content.decode()


def test_a_page_of_many_papers_and_scans_asks_no_more(tenant: Tenant, office: Office, door: Any, binh: User) -> None:
    def asked(code: str, many: int) -> int:
        papers = [{**PAPERS[1], "key": f"p{n}"} for n in range(many)]
        one, client = offered(office, code, papers=[PAPERS[0], *papers]), door(binh)
        page = opened(client, one)
        for n in range(many):
            client.post(page, {**paper(again="1"), f"scan-p{n}": scan(n + 1)})
        client.get(page)
        with statements() as found:
            client.get(page)
        return len(found)

    few, several = asked("1.999011", 2), asked("1.999012", 8)
    assert few == several
    assert few <= 16
