"""A dossier on one screen: evidence, earlier dossiers, letters and notes, rights that end, the catalogue of reasons."""

import logging
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from portal import outbox
from portal.models import AuditEntry, Membership, Office, Tenant, User
from procedures.actions import drafts, intake, talk, withdrawals
from procedures.models import Dossier, Letter, Message, Offering
from procedures.workflow import NotAllowed
from tests.forms import offered
from tests.pages.desk import filed, fresh
from tests.pages.processing import at, given, page, scan, shown


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def dossier(offering: Offering, an: User) -> Dossier:
    return filed(offering, an)


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
