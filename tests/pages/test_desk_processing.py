"""A dossier on one screen: changes, papers and verdicts, one complete supplement request."""

import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from portal.models import AuditEntry, Office, Tenant, User
from portal.page_images import NoPicture, count_pages, draw
from procedures.actions import drafts, supplements, talk, withdrawals
from procedures.actions.judging import Finding, judge
from procedures.models import AnswerRound, Dossier, Letter, Message, Offering, SupplementProposal, Verdict
from procedures.queries.judging import judged
from procedures.workflow import NotAllowed
from tests.forms import offered
from tests.pages.desk import filed, fresh, in_process
from tests.pages.processing import at, given, page, scan, shown, step


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def dossier(offering: Offering, an: User) -> Dossier:
    return filed(offering, an)


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
    assert door().post(at(name, dossier), told).status_code == 401
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
