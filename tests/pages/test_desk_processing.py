"""A dossier on one screen: changes, papers and verdicts, one complete supplement request, evidence, letters, notes."""

import io
import logging
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from portal import outbox
from portal.files import store
from portal.models import AuditEntry, Membership, Office, Tenant, User
from portal.page_images import NoPicture, count_pages, draw
from procedures.actions import drafts, intake, supplements, talk, withdrawals
from procedures.actions.judging import Finding, judge
from procedures.models import AnswerRound, Attachment, Dossier, Letter, Message, Offering, SupplementProposal, Verdict
from procedures.queries.judging import judged
from procedures.workflow import NotAllowed
from tests.forms import offered
from tests.pages.desk import filed, fresh, in_process


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def dossier(offering: Offering, an: User) -> Dossier:
    return filed(offering, an)


def page(dossier: Dossier) -> str:
    return reverse("desk_dossier", args=[dossier.reference])


def shown(client: Client, dossier: Dossier) -> str:
    return client.get(page(dossier)).content.decode()


def at(name: str, dossier: Dossier, *more: Any) -> str:
    return reverse(name, args=[dossier.reference, *more])


def step(client: Client, deed: str, dossier: Dossier, **told: Any) -> Any:
    told.setdefault("seen", fresh(dossier).event_count)
    return client.post(at(f"desk_{deed}", dossier), told, follow=True)


def scan(pages: int = 3) -> bytes:
    held, sheets = io.BytesIO(), [Image.new("L", (200, 280), 255 - number) for number in range(pages)]
    sheets[0].save(held, "PDF", save_all=True, append_images=sheets[1:])
    return held.getvalue()


def given(dossier: Dossier, content: bytes = b"", kind: str = "pdf", paper: str = "request", **more: Any) -> Attachment:
    stored = store(content or scan(), "attachments", kind)
    told = {"status": "clean", "field_key": "", **more}
    return Attachment.objects.create(
        dossier=dossier, paper=paper, name=f"giấy.{kind}", path=stored.path, size=stored.size, sha256=stored.sha256, kind=kind, **told
    )  # fmt: skip


# ---- what changed since last time ----


def mended(dossier: Dossier, an: User, binh: User) -> Dossier:
    wanted = {"paper": "", "name": "Thông tin trên đơn: Mục đích", "wanted": "sửa", "form": True}
    supplements.ask(dossier, binh, reason="Mục đích chưa rõ", wanted=[wanted], fields=["purpose"])
    drafts.save_answers(dossier, {"purpose": "other"})
    return dossier


def test_what_changed_since_last_time_is_shown_to_desk_and_citizen(
    dossier: Dossier, door: Any, an: User, binh: User
) -> None:
    supplements.supply(mended(dossier, an, binh), an)
    for told in (shown(door(binh), dossier), door(an).get(at("my_dossier", dossier)).content.decode()):
        assert "Sau yêu cầu bổ sung lần 1" in told
        assert "Vay vốn" in told
        assert "Việc khác" in told


def test_what_is_being_mended_is_nobody_elses_business_yet(dossier: Dossier, door: Any, an: User, binh: User) -> None:
    mended(dossier, an, binh)
    told = shown(door(binh), dossier)
    assert "Vay vốn" in told
    assert "Việc khác" not in told.split('id="don"')[1]


def test_a_round_rests_encrypted(dossier: Dossier, an: User, binh: User) -> None:
    mended(dossier, an, binh)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM procedures_answerround WHERE dossier_id = %s", [dossier.pk])
        assert "Nguyễn" not in cursor.fetchone()[0]
    assert AnswerRound.objects.get().answers["purpose"] == "loan"


# ---- papers: the viewer ----


def test_a_file_is_looked_at_page_by_page_and_the_look_is_on_record(dossier: Dossier, door: Any, binh: User) -> None:
    row, client = given(dossier), door(binh)
    assert at("desk_view", dossier, row.pk) in shown(client, dossier)
    told = client.get(at("desk_view", dossier, row.pk)).content.decode()
    assert "1–3 / 3" in told
    look = AuditEntry.objects.filter(object=f"dossier:{dossier.reference}", action="look").latest("number")
    assert look.facts["purpose"] == "attachment"
    source = told.split('src="/mot-cua/')[1].split('"')[0].replace("&amp;", "&")
    sent = client.get(f"/mot-cua/{source}")
    assert sent.headers["Content-Type"] == "image/jpeg"
    assert "no-store" in sent.headers["Cache-Control"]


def test_a_page_comes_only_to_whoever_opened_the_file(dossier: Dossier, door: Any, binh: User, giang: User) -> None:
    row = given(dossier)
    address = at("desk_view_page", dossier, row.pk, 1)
    assert door(binh).get(address).headers["Location"] == at("desk_view", dossier, row.pk)
    assert door(binh).get(f"{address}?k=abc").status_code == 302
    assert door(giang).get(address).status_code == 404


@pytest.mark.parametrize("status", ["quarantined", "infected"])
def test_what_is_not_clean_is_not_drawn(dossier: Dossier, door: Any, binh: User, status: str) -> None:
    row = given(dossier, status=status)
    assert door(binh).get(at("desk_view", dossier, row.pk)).status_code == 404
    assert at("desk_view", dossier, row.pk) not in shown(door(binh), dossier)


def test_a_scan_of_four_hundred_pages_shows_some_at_a_time(dossier: Dossier, door: Any, binh: User) -> None:
    row, client = given(dossier, scan(400)), door(binh)
    told = client.get(at("desk_view", dossier, row.pk), {"tu": "391"}).content.decode()
    assert told.count("<img") == 10
    assert "391–400 / 400" in told
    assert client.get(at("desk_view", dossier, row.pk), {"tu": "9999"}).status_code == 200


def test_a_damaged_file_is_said_to_be_one(dossier: Dossier, door: Any, binh: User) -> None:
    row = given(dossier, b"%PDF-1.4 not one")
    assert "Không vẽ được tệp này" in door(binh).get(at("desk_view", dossier, row.pk)).content.decode()
    with pytest.raises(NoPicture):
        count_pages(row.path, "pdf")


def test_a_picture_is_turned_and_enlarged_without_what_the_camera_wrote(dossier: Dossier) -> None:
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "TOÀ NHÀ SỐ 9".encode().decode("latin-1")
    Image.new("RGB", (1800, 900)).save(held, "JPEG", exif=exif)
    row = given(dossier, held.getvalue(), "jpg")
    turned = Image.open(io.BytesIO(draw(row.path, "jpg", 1, zoom=50, turn=90)))
    assert turned.size == (225, 450)
    assert not turned.getexif()


# ---- papers: verdicts ----


def test_a_verdict_is_kept_with_who_and_when_and_holds_until_something_new_comes(
    dossier: Dossier, door: Any, chi: User, binh: User
) -> None:
    given(dossier)
    told = door(chi).post(
        at("desk_judge", dossier), {"paper": "request", "good": "no", "fault": "unreadable", "words": "mờ góc phải"}, follow=True
    )  # fmt: skip
    verdict = Verdict.objects.get()
    assert (verdict.by, verdict.good, verdict.fault) == (chi, False, "unreadable")
    assert "mờ góc phải" in told.content.decode()
    assert "Lê Thị Chi" in told.content.decode()
    given(dossier)
    assert judged(dossier)[0].state == "open"
    assert "Có tệp mới, chưa xem lại" in shown(door(binh), dossier)


def test_a_bad_verdict_needs_a_reason_and_what_was_typed_stays(dossier: Dossier, door: Any, chi: User) -> None:
    given(dossier)
    told = door(chi).post(at("desk_judge", dossier), {"paper": "request", "good": "no", "fault": "", "words": "nhòe"})
    assert "Chọn lý do chưa đạt" in told.content.decode()
    assert 'value="nhòe"' in told.content.decode()
    assert not Verdict.objects.exists()


def test_the_rest_is_found_good_in_one_go(dossier: Dossier, door: Any, chi: User) -> None:
    given(dossier)
    door(chi).post(at("desk_judge", dossier), {"rest": "good"})
    assert [(one.paper, one.good) for one in Verdict.objects.all()] == [("request", True)]


def test_an_ended_dossier_is_judged_no_more(dossier: Dossier, an: User, chi: User) -> None:
    withdrawals.ask_withdrawal(dossier, an, reason="Thôi")
    with pytest.raises(NotAllowed):
        judge(dossier, chi, [Finding("request", good=True)])


@pytest.mark.parametrize("name", ["desk_judge", "desk_letter", "desk_note"])
def test_strangers_citizens_and_readers_only_write_nothing(
    dossier: Dossier, door: Any, giang: User, an: User, cast: Any, name: str
) -> None:
    told = {"paper": "request", "good": "yes", "rest": "good", "body": "Xin chào"}
    for client in (
        door(giang),
        door(an),
        door(giang, cast.other_tenant),
        door(cast.people["khoa"]),
        door(cast.people["ha"]),
    ):
        assert client.post(at(name, dossier), told).status_code == 404
    assert door().post(at(name, dossier), told).status_code == 302
    assert not Verdict.objects.exists()
    assert not Letter.objects.exists()
    assert not dossier.internal_notes.exists()


def test_the_page_costs_the_same_for_two_papers_and_for_twenty(dossier: Dossier, door: Any, binh: User) -> None:
    client = door(binh)

    def cost() -> int:
        client.get(page(dossier))
        with CaptureQueriesContext(connection) as found:
            client.get(page(dossier))
        return len([one for one in found.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    def grow(numbers: range) -> None:
        for number in numbers:
            given(dossier, paper=f"Giấy {number}")
            judge(dossier, binh, [Finding(f"Giấy {number}", good=bool(number % 2), fault="expired")])
            talk.write(dossier, binh, f"Thư {number}")
            talk.note_internally(dossier, binh, f"Ghi chú {number}")

    grow(range(2))
    few = cost()
    grow(range(2, 20))
    assert cost() == few
    assert few <= 40


# ---- one complete request ----


def test_verdicts_lead_into_the_request_and_the_citizen_is_told_each_reason(
    dossier: Dossier, door: Any, binh: User, an: User
) -> None:
    given(dossier)
    given(dossier, paper="Ảnh thẻ")
    judge(
        dossier,
        binh,
        [Finding("request", good=False, fault="unsigned", words="thiếu chữ ký trang 2"), Finding("Ảnh thẻ", good=True)],
    )
    form = door(binh).get(at("desk_supplement", dossier)).content.decode()
    assert 'value="unsigned" selected' in form
    assert "thiếu chữ ký trang 2" in form
    step(
        door(binh),
        "supplement",
        dossier,
        papers=["request"],
        **{"fault-0": "unsigned", "why-0": "thiếu chữ ký trang 2"},
        reason="Xin bổ sung",
    )
    asked = dossier.supplement_requests.get()
    assert asked.papers[0]["why"] == "Chưa ký hoặc chưa đóng dấu: thiếu chữ ký trang 2"
    told = door(an).get(at("my_supply", dossier)).content.decode()
    assert "thiếu chữ ký trang 2" in told
    assert "Ký, đóng dấu đầy đủ rồi nộp lại." in told
    assert "Giấy tờ đã đạt, không phải nộp lại" in told
    assert "Ảnh thẻ" in told


def test_a_paper_with_files_is_not_asked_for_again_without_a_reason(dossier: Dossier, door: Any, binh: User) -> None:
    given(dossier)
    told = step(door(binh), "supplement", dossier, papers=["request"], reason="Thiếu", **{"why-0": "chưa rõ"})
    assert "Nêu lý do của “Tờ khai”" in told.content.decode()
    assert 'value="chưa rõ"' in told.content.decode()
    assert fresh(dossier).state == "submitted"


def test_the_slip_is_previewed_and_nothing_is_kept(dossier: Dossier, door: Any, binh: User) -> None:
    told = {"papers": ["request"], "reason": "Thiếu tờ khai", "seen": 1}
    sent = door(binh).post(at("desk_supplement_preview", dossier), told)
    assert b"".join(sent.streaming_content).startswith(b"%PDF")
    assert (fresh(dossier).state, dossier.papers.filter(kind="slip_02").count()) == ("submitted", 0)
    assert (
        "Chọn ít nhất một" in door(binh).post(at("desk_supplement_preview", dossier), {"reason": "?"}).content.decode()
    )


def second_round(dossier: Dossier, an: User, binh: User) -> None:
    supplements.supply(mended(dossier, an, binh), an)
    in_process(fresh(dossier), binh)


def test_the_second_request_waits_for_the_head(
    dossier: Dossier, door: Any, an: User, binh: User, chi: User, dung: User
) -> None:
    second_round(dossier, an, binh)
    assert "phải được lãnh đạo duyệt" in door(chi).get(at("desk_supplement", dossier)).content.decode()
    told = step(door(chi), "supplement", dossier, papers=["request"], reason="Thiếu tờ khai")
    assert "Đã trình lãnh đạo" in told.content.decode()
    assert (fresh(dossier).state, dossier.supplement_requests.count()) == ("processing", 1)
    assert door(chi).get(at("desk_allow_supplement", dossier)).status_code == 404
    assert "Thiếu tờ khai" in door(dung).get(at("desk_allow_supplement", dossier)).content.decode()
    step(door(dung), "allow_supplement", dossier)
    assert (fresh(dossier).state, dossier.supplement_requests.count()) == ("supplement_requested", 2)
    event = dossier.events.get(step="ask_supplement", number__gt=3)
    assert (event.actor, event.facts["written_by"]) == (dung, "Lê Thị Chi")


def test_the_head_may_say_no_and_the_citizen_hears_nothing(
    dossier: Dossier, door: Any, an: User, binh: User, chi: User, dung: User
) -> None:
    second_round(dossier, an, binh)
    before = Message.objects.count()
    step(door(chi), "supplement", dossier, papers=["request"], reason="Thiếu tờ khai")
    step(door(dung), "decline_supplement", dossier, reason="Giấy này đã có")
    assert fresh(dossier).state == "processing"
    assert Message.objects.count() == before
    assert not SupplementProposal.objects.get().agreed
    assert "Giấy này đã có" not in door(an).get(at("my_dossier", dossier)).content.decode()
    with pytest.raises(NotAllowed, match="Không còn yêu cầu"):
        supplements.agree(fresh(dossier), dung)


def test_an_official_cannot_send_a_second_request_alone(dossier: Dossier, an: User, binh: User, chi: User) -> None:
    second_round(dossier, an, binh)
    with pytest.raises(NotAllowed):
        supplements.ask(fresh(dossier), chi, reason="?", wanted=[{"paper": "request", "name": "Tờ khai"}])
    supplements.propose(fresh(dossier), chi, reason="?", wanted=[{"paper": "request", "name": "Tờ khai"}])
    with pytest.raises(NotAllowed, match="Lê Thị Chi"):
        supplements.propose(fresh(dossier), binh, reason="?", wanted=[{"paper": "request", "name": "Tờ khai"}])


# ---- registries ----


def test_what_a_registry_said_stays_when_something_else_is_typed_and_is_marked(
    offering: Offering, door: Any, an: User, binh: User
) -> None:
    draft = drafts.start(offering, an)
    drafts.prefill(draft, {"full_name": "Nguyễn Thị An"}, "population")
    dossier = filed(offering, an, full_name="Nguyễn Thị Ân")
    told = shown(door(binh), dossier)
    assert "Đối chiếu cơ sở dữ liệu" in told
    assert "1 chỗ khác" in told
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM procedures_registryword")
        assert "Nguyễn" not in cursor.fetchone()[0]


# ---- earlier dossiers ----


def test_other_dossiers_of_the_person_are_named_and_the_look_at_each_is_on_record(
    offering: Offering, dossier: Dossier, door: Any, an: User, binh: User
) -> None:
    again = filed(offering, an)
    told = shown(door(binh), again)
    assert page(dossier) in told
    assert "Có thể nộp trùng" in told
    looks = AuditEntry.objects.filter(object=f"dossier:{dossier.reference}", action="look")
    assert [one.facts["purpose"] for one in looks] == ["earlier"]


def test_dossiers_of_other_offices_are_not_named(
    dossier: Dossier, offering: Offering, door: Any, an: User, binh: User
) -> None:
    elsewhere = Office.objects.create(code="H58.77", name="Sở khác", kind=Office.Kind.COMMUNE)
    Dossier.objects.filter(pk=dossier.pk).update(office=elsewhere, receiving_office=elsewhere)
    assert page(dossier) not in shown(door(binh), filed(offering, an))


# ---- letters and notes ----


def test_letters_go_both_ways_with_files_and_are_new_until_read(
    dossier: Dossier, door: Any, an: User, chi: User
) -> None:
    upload = SimpleUploadedFile("ảnh.pdf", scan(1), "application/pdf")
    door(chi).post(at("desk_letter", dossier), {"body": "Chị cho xem thêm ảnh", "files": upload})
    letter = Letter.objects.get()
    assert (letter.from_desk, letter.attachments.get().status) == (True, "quarantined")
    citizen = door(an)
    assert citizen.get(at("my_file", dossier, letter.attachments.get().pk)).status_code == 404
    first = citizen.get(at("my_dossier", dossier)).content.decode()
    assert "Chị cho xem thêm ảnh" in first
    assert "1 tin chưa đọc" in first
    assert "Lê Thị Chi" not in first
    assert "tin chưa đọc" not in citizen.get(at("my_dossier", dossier)).content.decode()
    citizen.post(at("my_letter", dossier), {"body": "Tôi gửi đây"})
    assert "Mới" in shown(door(chi), dossier).split('id="trao-doi"')[1].split("</section>")[0]
    assert [one.step for one in dossier.events.all()][-2:] == ["letter", "letter"]


def test_the_mail_says_that_there_is_a_letter_and_nothing_of_it(
    dossier: Dossier, chi: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    talk.write(dossier, chi, "Căn cước số 082190001234 của bà bị mờ")
    told = Message.objects.get(occasion="letter")
    for secret in ("082190001234", "Căn cước", "Nguyễn", dossier.procedure.name):
        assert secret not in told.subject + told.body
        assert secret not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM procedures_letter")
        assert "082190001234" not in cursor.fetchone()[0]
    assert mail.outbox == []
    assert "mail" in outbox.HANDLERS


def test_an_empty_letter_and_a_bad_file_are_refused_with_what_was_typed(dossier: Dossier, door: Any, chi: User) -> None:
    assert "Hãy nhập mục này" in door(chi).post(at("desk_letter", dossier), {"body": " "}).content.decode()
    told = door(chi).post(
        at("desk_letter", dossier), {"body": "Gửi chị", "files": SimpleUploadedFile("a.exe", b"MZ\x90\x00")}
    )
    assert "Chỉ nhận tệp" in told.content.decode()
    assert "Gửi chị" in told.content.decode()
    assert not Letter.objects.exists()


def test_a_thread_ends_with_its_dossier(dossier: Dossier, door: Any, an: User, chi: User) -> None:
    withdrawals.ask_withdrawal(dossier, an, reason="Thôi")
    told = door(an).post(at("my_letter", dossier), {"body": "Còn một câu"}).content.decode()
    assert "Hồ sơ đã kết thúc" in told
    assert "Còn một câu" in told
    with pytest.raises(NotAllowed):
        talk.write(fresh(dossier), chi, "Chào chị")


def test_a_note_is_for_officials_and_the_journal_only(
    dossier: Dossier, door: Any, an: User, chi: User, cast: Any
) -> None:
    door(chi).post(at("desk_note", dossier), {"body": "Nghi trùng hộ khẩu"})
    assert "Nghi trùng hộ khẩu" in shown(door(cast.people["khoa"]), dossier)
    entry = AuditEntry.objects.get(action="dossier.note")
    assert "Nghi trùng" not in str(entry.facts)
    for name in ("my_dossier", "my_looks"):
        assert "Nghi trùng" not in door(an).get(at(name, dossier)).content.decode()


# ---- rights that end while a form is open ----


def test_rights_withdrawn_while_the_form_is_open_are_told_and_nothing_typed_is_lost(
    dossier: Dossier, door: Any, binh: User
) -> None:
    client = door(binh)
    form = client.get(at("desk_refuse", dossier)).content.decode()
    held = form.split('name="held" value="')[1].split('"')[0]
    Membership.objects.filter(user=binh).delete()
    told = {"held": held, "seen": 1, "reason": "Sai nơi nộp", "clause": "Điều 7", "remedy": "Nộp nơi khác"}
    answer = client.post(at("desk_refuse", dossier), told)
    assert answer.status_code == 403
    assert "Bạn không còn quyền với hồ sơ này" in answer.content.decode()
    assert "Sai nơi nộp" in answer.content.decode()
    assert "Nguyễn Thị An" not in answer.content.decode()
    assert fresh(dossier).state == "submitted"


def test_without_having_been_shown_the_form_a_stranger_meets_nothing(
    dossier: Dossier, door: Any, giang: User, binh: User
) -> None:
    """The control: the proof is one person's, for one dossier."""
    held = door(binh).get(at("desk_refuse", dossier)).content.decode().split('name="held" value="')[1].split('"')[0]
    for token in ("", "x", held):
        answer = door(giang).post(at("desk_refuse", dossier), {"held": token, "reason": "x"})
        assert answer.status_code == 404


# ---- going through a list ----


def test_the_next_dossier_of_the_list_is_one_key_away(offering: Offering, door: Any, an: User, binh: User) -> None:
    first, second, third = (filed(offering, an) for _number in range(3))
    client = door(binh)
    told = client.get(page(second), {"tu": "list=new"}).content.decode()
    assert f'{page(first)}?tu=list%3Dnew" rel="prev"' in told
    assert f'{page(third)}?tu=list%3Dnew" rel="next"' in told
    intake.accept(second, binh)
    assert f'{page(third)}?tu=list%3Dnew" rel="next"' in shown(client, second)
    assert 'rel="next"' not in client.get(page(third), {"tu": "list=new"}).content.decode()


# ---- the catalogue of reasons ----


def test_the_administrator_words_adds_and_drops_reasons(
    dossier: Dossier, door: Any, en: User, chi: User, cast: Any
) -> None:
    client = door(en)
    assert "Giấy tờ hết hiệu lực" in client.get("/quan-tri/ly-do-giay-to/").content.decode()
    told = {"name": "Quá hạn dùng", "todo": "Nộp bản mới.", "position": "60"}
    client.post("/quan-tri/ly-do-giay-to/expired/", told)
    client.post("/quan-tri/ly-do-giay-to/them/", {**told, "name": "Thiếu mộc giáp lai"})
    client.post("/quan-tri/ly-do-giay-to/unsigned/dung/")
    given(dossier)
    form = door(chi).get(at("desk_judge", dossier), {"paper": "request"}).content.decode()
    assert "Quá hạn dùng" in form
    assert "Thiếu mộc giáp lai" in form
    assert "Giấy tờ hết hiệu lực" not in form
    assert "Chưa ký hoặc chưa đóng dấu" not in form
    assert door(cast.people["khoa"]).post("/quan-tri/ly-do-giay-to/expired/dung/").status_code == 404
    assert door(chi).get("/quan-tri/ly-do-giay-to/").status_code == 404
