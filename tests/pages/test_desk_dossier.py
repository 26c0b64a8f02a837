"""One dossier at the desk: what an official sees, and every step taken from its page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry, Office, Tenant, User
from procedures.actions import drafts, intake, processing, withdrawals
from procedures.models import Attachment, Dossier, Offering
from tests.forms import offered
from tests.pages.desk import drafted, filed, fresh, in_process


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def dossier(offering: Offering, an: User) -> Dossier:
    return filed(offering, an)


def page(dossier: Dossier) -> str:
    return reverse("desk_dossier", args=[dossier.reference])


def step(client: Client, deed: str, dossier: Dossier, **told: Any) -> Any:
    """Press the button of a step's page as it is shown now."""
    told.setdefault("seen", fresh(dossier).event_count)
    return client.post(reverse(f"desk_{deed}", args=[dossier.reference]), told, follow=True)


def test_an_official_sees_the_answers_and_the_look_is_on_record(
    dossier: Dossier, door: Any, binh: User, an: User
) -> None:
    answer = door(binh).get(page(dossier))
    assert "Nguyễn Thị An" in answer.content.decode()
    assert "Vay vốn" in answer.content.decode()
    look = AuditEntry.objects.get(action="look", object=f"dossier:{dossier.reference}")
    assert (look.actor, look.subject) == (binh, an)


@pytest.mark.parametrize("address", ["desk_dossier", "desk_accept", "desk_refuse", "desk_decide", "desk_preview"])
def test_a_stranger_and_a_citizen_find_nothing(
    dossier: Dossier, door: Any, giang: User, an: User, cast: Any, address: str
) -> None:
    href = reverse(address, args=[dossier.reference])
    assert door(giang).get(href).status_code == 404
    assert door(an).get(href).status_code == 404
    assert door(giang, cast.other_tenant).get(href).status_code == 404
    assert door().get(href).status_code == 302


def test_only_what_a_person_may_do_is_offered(dossier: Dossier, door: Any, cast: Any, binh: User, chi: User) -> None:
    assert reverse("desk_accept", args=[dossier.reference]) in door(binh).get(page(dossier)).content.decode()
    assert reverse("desk_accept", args=[dossier.reference]) not in door(chi).get(page(dossier)).content.decode()
    auditor = door(cast.people["khoa"])
    assert "Hiện không có việc nào" in auditor.get(page(dossier)).content.decode()
    assert auditor.get(reverse("desk_accept", args=[dossier.reference])).status_code == 404


def test_accepting_gives_a_number_and_the_slip(dossier: Dossier, door: Any, binh: User) -> None:
    client = door(binh)
    answer = step(client, "accept", dossier)
    assert fresh(dossier).number in answer.content.decode()
    slip = dossier.papers.get(kind="slip_01")
    sent = client.get(reverse("desk_paper", args=[dossier.reference, slip.pk]))
    assert b"".join(sent.streaming_content).startswith(b"%PDF")


def test_the_second_of_two_officials_is_told_what_happened(dossier: Dossier, door: Any, binh: User, cast: Any) -> None:
    intake.accept(dossier, binh)
    answer = step(door(binh), "refuse", dossier, seen=1, reason="Sai nơi nộp", clause="Điều 7", remedy="Nộp nơi khác")
    told = answer.content.decode()
    assert "hồ sơ đã thay đổi: Trần Văn Bình" in told
    assert "Sai nơi nộp" in told  # what was typed is still there
    assert "Lỗi:" in told
    assert fresh(dossier).state == "accepted"


def test_a_refusal_needs_reason_clause_and_remedy(dossier: Dossier, door: Any, binh: User) -> None:
    client = door(binh)
    answer = step(client, "refuse", dossier, reason="Sai nơi nộp", clause="", remedy="")
    assert answer.status_code == 200
    assert "Sai nơi nộp" in answer.content.decode()
    assert fresh(dossier).state == "submitted"
    step(client, "refuse", dossier, reason="Sai nơi nộp", clause="Điều 7", remedy="Nộp tại phường Long Thuận")
    assert fresh(dossier).state == "refused"
    assert dossier.papers.filter(kind="slip_03").exists()


def test_a_supplement_lists_papers_lines_and_fields(dossier: Dossier, door: Any, binh: User) -> None:
    client = door(binh)
    assert "Chọn ít nhất một" in step(client, "supplement", dossier, reason="Thiếu").content.decode()
    step(
        client,
        "supplement",
        dossier,
        papers=["request"],
        answers=["purpose"],
        more="Ảnh 4x6\nBản vẽ",
        reason="Thiếu chữ ký",
    )
    asked = dossier.supplement_requests.get()
    assert [p["name"] for p in asked.papers] == ["Tờ khai", "Ảnh 4x6", "Bản vẽ", "Thông tin trên đơn: Mục đích"]
    assert asked.fields == ["purpose"]


def test_routing_names_a_step_and_a_person_of_its_role(
    dossier: Dossier, door: Any, binh: User, chi: User, dung: User
) -> None:
    intake.accept(dossier, binh)
    client = door(binh)
    wrong = step(client, "route", dossier, step="examine", to=str(dung.pk), reason="")
    assert "không giữ vai trò" in wrong.content.decode()
    step(client, "route", dossier, step="examine", to=str(chi.pk), reason="Làm gấp")
    assert (fresh(dossier).state, fresh(dossier).assignee) == ("processing", chi)
    assert "Làm gấp" in client.get(page(dossier)).content.decode()


def test_an_official_takes_a_dossier_over(dossier: Dossier, door: Any, binh: User, chi: User) -> None:
    in_process(dossier, binh)
    step(door(chi), "take", dossier)
    assert fresh(dossier).assignee == chi
    assert reverse("desk_take", args=[dossier.reference]) not in door(chi).get(page(dossier)).content.decode()


def test_a_draft_can_be_mended_previewed_and_signed(
    dossier: Dossier, door: Any, binh: User, chi: User, dung: User
) -> None:
    in_process(dossier, binh)
    officer, head = door(chi), door(dung)
    assert head.get(reverse("desk_preview", args=[dossier.reference])).status_code == 404
    assert 'value="Nguyễn Thị An"' in officer.get(reverse("desk_prepare", args=[dossier.reference])).content.decode()
    step(
        officer,
        "prepare",
        dossier,
        outcome="granted",
        **{"line-0-label": "Họ tên", "line-0-value": "NGUYỄN THỊ AN", "line-1-label": "", "line-1-value": ""},
    )
    assert fresh(dossier).proposal["lines"] == [{"label": "Họ tên", "value": "NGUYỄN THỊ AN"}]
    shown = head.get(reverse("desk_preview", args=[dossier.reference]))
    assert b"".join(shown.streaming_content).startswith(b"%PDF")
    assert "NGUYỄN THỊ AN" in head.get(reverse("desk_decide", args=[dossier.reference])).content.decode()
    step(head, "decide", dossier)
    assert fresh(dossier).state == "done"


def test_a_head_never_signs_what_changed_after_it_was_read(
    dossier: Dossier, door: Any, binh: User, chi: User, dung: User
) -> None:
    drafted(in_process(dossier, binh), chi)
    seen = fresh(dossier).event_count
    drafted(fresh(dossier), chi)
    assert "hồ sơ đã thay đổi" in step(door(dung), "decide", dossier, seen=seen).content.decode()
    assert fresh(dossier).state == "processing"


def test_a_refusing_draft_needs_its_reason(dossier: Dossier, door: Any, binh: User, chi: User) -> None:
    in_process(dossier, binh)
    answer = step(door(chi), "prepare", dossier, outcome="rejected", reason="", remedy="")
    assert "Nêu lý do không đồng ý" in answer.content.decode()
    assert not fresh(dossier).proposal


def test_a_result_is_handed_over_against_a_name(dossier: Dossier, door: Any, binh: User, chi: User, dung: User) -> None:
    drafted(in_process(dossier, binh), chi)
    step(door(dung), "decide", dossier)
    client = door(binh)
    assert "Cần địa chỉ phát" in step(client, "hand_over", dossier, how="post").content.decode()
    told = {
        "who": "authorised",
        "receiver_id": "082090001111",
        "mandate": "Số 12/2026",
        "proof": "paper",
        "confirmed": "on",
    }
    step(client, "hand_over", dossier, how="counter", receiver="Nguyễn Văn Em", **told)
    assert fresh(dossier).state == "returned"
    assert "Nguyễn Văn Em" in client.get(page(dossier)).content.decode()


def test_a_head_stops_and_goes_on_and_takes_back(
    dossier: Dossier, door: Any, binh: User, chi: User, dung: User
) -> None:
    drafted(in_process(dossier, binh), chi)
    head = door(dung)
    step(head, "suspend", dossier, reason="Chờ ý kiến Sở")
    assert fresh(dossier).state == "suspended"
    step(head, "resume", dossier)
    step(head, "decide", dossier)
    step(head, "send_back", dossier, reason="Sai tên")
    assert (fresh(dossier).state, fresh(dossier).outcome) == ("processing", "")


def test_money_is_asked_for_and_taken_at_the_counter(
    dossier: Dossier, door: Any, cast: Any, binh: User, chi: User
) -> None:
    in_process(dossier, binh)
    officer = door(chi)
    assert (
        "Nhập số tiền bằng chữ số"
        in step(officer, "ask_payment", dossier, amount="mười nghìn", reason="Phí thẩm định").content.decode()
    )
    step(officer, "ask_payment", dossier, amount="150.000", reason="Phí thẩm định")
    assert (fresh(dossier).state, fresh(dossier).fee_total) == ("payment_due", 150000)
    assert officer.get(reverse("desk_cash_taken", args=[dossier.reference])).status_code == 404
    step(door(cast.people["ha"]), "cash_taken", dossier)
    assert fresh(dossier).state == "processing"


def test_a_withdrawal_is_confirmed_only_where_it_was_asked(dossier: Dossier, door: Any, binh: User, an: User) -> None:
    intake.accept(dossier, binh)
    client = door(binh)
    assert "Hiện không làm được" in client.get(reverse("desk_withdrawal", args=[dossier.reference])).content.decode()
    withdrawals.ask_withdrawal(fresh(dossier), an, reason="Không cần nữa")
    step(client, "withdrawal", dossier)
    assert fresh(dossier).state == "withdrawn"


def test_a_file_is_opened_only_when_it_was_found_clean(offering: Offering, door: Any, an: User, binh: User) -> None:
    dossier = filed(offering, an)
    kept = Attachment.objects.create(
        dossier=dossier, field_key="proof", name="ảnh.png", path="x", size=3, sha256="0", kind="png"
    )
    href = reverse("desk_attachment", args=[dossier.reference, kept.pk])
    client = door(binh)
    assert client.get(href).status_code == 404
    assert "chưa mở được" in client.get(page(dossier)).content.decode()
    Attachment.objects.filter(pk=kept.pk).update(status="clean")
    assert href in client.get(page(dossier)).content.decode()


def test_the_page_costs_the_same_for_few_files_and_for_many(
    dossier: Dossier, door: Any, binh: User, django_assert_num_queries: Any
) -> None:
    client = door(binh)
    client.get(page(dossier))
    processing_events = dossier.events.count()
    with CaptureQueriesContext(connection) as few:
        client.get(page(dossier))
    for number in range(10):
        Attachment.objects.create(
            dossier=dossier, field_key="proof", name=f"{number}.png", path="x", size=3, sha256="0", kind="png"
        )
    with CaptureQueriesContext(connection) as many:
        client.get(page(dossier))
    assert len(few) == len(many)
    assert processing_events == 1


def test_officials_do_not_see_their_own_dossier(offering: Offering, door: Any, binh: User) -> None:
    own = filed(offering, binh)
    assert door(binh).get(page(own)).status_code == 404


def test_drafts_are_nobodys_business(offering: Offering, door: Any, an: User, binh: User) -> None:
    draft = drafts.start(offering, an)
    assert door(binh).get(page(draft)).status_code == 404
    assert processing.next_steps(draft)[0].key == "examine"
