"""Én publishes, compares, brings back, calls off and withdraws; An meets each of it while she fills in."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import middleware
from portal.models import User
from portal.moments import now, today, travel
from portal.tenancy import inside
from procedures.actions import catalogue, deadlines, drafting
from procedures.models import Procedure, ProcedureVersion
from procedures.queries import versions
from procedures.schema import parts
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import definition, offered, text
from tests.pages.filing import MATTER, OWNER, begin, draft_of, fill_in, offer_it, sections

CODE = "1.999001"
NOTE = {"key": "note", "label": text("Ghi chú thêm"), "type": "text", "required": True}
FIELDS = "form.sections.owner.fields"
NOW = {"when": "now", "open_dossiers": "keep"}


@pytest.fixture
def page(cast: Cast, door: Door, en: User) -> Client:
    return door(en)


def published(cast: Cast, **changes: Any) -> None:
    with inside(cast.tenant):
        offered(cast.office, **changes)


def drafted(cast: Cast, en: User, value: Any = NOTE, address: str = FIELDS) -> int:
    with inside(cast.tenant):
        return drafting.add(drafting.begin(CODE, en), en, address, value).revision


def at(name: str, *more: Any) -> str:
    return reverse(name, args=[CODE, *more])


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_what_will_happen_is_shown_before_and_one_button_does_it(page: Client, cast: Cast, en: User) -> None:
    published(cast)
    revision = drafted(cast, en)
    shown = read(page, at("manage_draft_publish"))
    assert "Ghi chú thêm" in shown and "Khác với phiên bản 1 đang dùng" in shown and shown.count('type="submit"') >= 1
    said = page.post(at("manage_draft_publish"), {**NOW, "revision": revision}, follow=True).content.decode()
    assert "Đã công bố phiên bản 2." in said and "Võ Thị Én" in said
    with inside(cast.tenant):
        assert versions.draft_of(CODE) is None


def test_a_day_to_come_is_asked_for_and_told_to_the_public(page: Client, cast: Cast, en: User, door: Door) -> None:
    published(cast)
    told = {"when": "day", "open_dossiers": "keep", "revision": drafted(cast, en)}
    for wrong in ("", today().isoformat(), "hôm nào"):
        answer = page.post(at("manage_draft_publish"), {**told, "day": wrong}).content.decode()
        assert "<title>Lỗi:" in answer
    day = today() + datetime.timedelta(days=9)
    said = page.post(at("manage_draft_publish"), {**told, "day": day.isoformat()}, follow=True).content.decode()
    assert "có hiệu lực từ ngày" in said and "Chờ hiệu lực" in said
    public = read(door(), reverse("procedure", args=[CODE]))
    assert f"Từ ngày {day:%d/%m/%Y} có phiên bản mới." in public and "Biểu mẫu" in public
    said = page.post(at("manage_version_call_off"), follow=True).content.decode()
    middleware._tenants.clear()  # as it is a second later, on every process
    assert "Đã hủy phiên bản chờ hiệu lực" in said
    assert "có phiên bản mới" not in read(door(), reverse("procedure", args=[CODE]))
    assert "Không có phiên bản nào đang chờ" in page.post(at("manage_version_call_off"), follow=True).content.decode()


def test_what_is_not_fit_has_no_button(page: Client, cast: Cast, en: User) -> None:
    published(cast)
    revision = drafted(cast, en, {"key": "x", "label": text("X"), "type": "nonsense"})
    shown = read(page, at("manage_draft_publish"))
    assert "Chưa công bố được" in shown and 'name="revision"' not in shown
    answer = page.post(at("manage_draft_publish"), {**NOW, "revision": revision})
    assert "<title>Lỗi:" in answer.content.decode()
    with inside(cast.tenant):
        assert ProcedureVersion.objects.count() == 1


def test_what_another_wrote_meanwhile_is_read_first(page: Client, cast: Cast, en: User, chi: User) -> None:
    published(cast)
    revision = drafted(cast, en)
    with inside(cast.tenant):
        drafting.add(drafting.begin(CODE, chi), chi, "papers", {"key": "more", "name": text("Giấy thêm")})
    said = page.post(at("manage_draft_publish"), {**NOW, "revision": revision}).content.decode()
    assert "Lê Thị Chi vừa sửa bản soạn" in said and "Giấy thêm" in said
    with inside(cast.tenant):
        assert ProcedureVersion.objects.count() == 1


def test_a_draft_that_was_overtaken_says_so(page: Client, cast: Cast, en: User) -> None:
    published(cast)
    drafted(cast, en)
    with inside(cast.tenant):
        catalogue.publish(definition(conditions=text("Điều kiện mới")))
    shown = read(page, at("manage_draft_publish"))
    assert "phiên bản 2 đã được công bố" in shown and "Điều kiện mới" in shown


def test_open_dossiers_are_counted_before_one_chooses(page: Client, cast: Cast, en: User, an: User, door: Door) -> None:
    offer_it(cast)
    client = door(an)
    fill_in(client, begin(client, cast))
    drafted(cast, en)
    assert "1 bản đang điền và 0 hồ sơ chờ tiếp nhận" in read(page, at("manage_draft_publish"))


def test_two_versions_are_compared_side_by_side(page: Client, cast: Cast) -> None:
    published(cast)
    with inside(cast.tenant):
        catalogue.publish(definition(conditions=text("Từ đủ 18 tuổi")))
    shown = read(page, at("manage_versions_compared"))
    assert "Từ đủ 18 tuổi" in shown and "Điều kiện thực hiện" in shown
    assert "Không có điểm nào khác nhau" in read(page, at("manage_versions_compared") + "?tu=1&den=1")
    for odd in ("?tu=99", "?tu=x", "?den=-1", "?tu=99999999999999999999"):
        assert page.get(at("manage_versions_compared") + odd).status_code == 404


def test_hostile_words_are_shown_as_words(page: Client, cast: Cast) -> None:
    published(cast)
    with inside(cast.tenant):
        catalogue.publish(definition(conditions=text("<script>alert(1)</script>" + "Ă" * 10_000)))
    shown = read(page, at("manage_versions_compared"))
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown


def test_an_older_version_is_brought_back_as_the_newest(page: Client, cast: Cast) -> None:
    published(cast)
    with inside(cast.tenant):
        catalogue.publish(definition(conditions=text("Nhầm")))
    assert "Nhầm" in read(page, at("manage_version_restore", 1))
    said = page.post(at("manage_version_restore", 1), NOW, follow=True).content.decode()
    assert "Đã công bố phiên bản 3." in said and "Dùng lại phiên bản 1" in said
    again = page.post(at("manage_version_restore", 1), NOW).content.decode()
    assert "<title>Lỗi:" in again


def test_a_withdrawn_procedure_says_so_to_everybody(page: Client, cast: Cast, door: Door, an: User) -> None:
    offer_it(cast)
    client = door(an)
    where = begin(client, cast)
    assert "<title>Lỗi:" in page.post(at("manage_procedure_withdraw"), {"reason": ""}).content.decode()
    assert "1 bản đang điền" in read(page, at("manage_procedure_withdraw"))
    said = page.post(at("manage_procedure_withdraw"), {"reason": "Bãi bỏ theo QĐ 9"}, follow=True).content.decode()
    assert "Đã ngừng tiếp nhận" in said
    visitor = door()
    public = visitor.get(reverse("procedure", args=[CODE]))
    assert public.status_code == 410 and "Không còn được tiếp nhận từ ngày" in public.content.decode()
    assert "Bãi bỏ theo QĐ 9" in public.content.decode()
    assert "Xác nhận thử nghiệm" not in read(visitor, reverse("catalogue") + "?q=xác+nhận+thử+nghiệm")
    assert client.get(f"/thu-tuc/{CODE}/nop/").status_code == 404
    # What An types at this moment is kept, and she is told.
    told = client.post(f"{where}matter/", MATTER).content.decode()
    assert "không còn được tiếp nhận" in told and "Nguyễn Thị An" in told
    assert draft_of(cast).answers["purpose"] == "loan"
    assert draft_of(cast).state == "draft"


def newer(cast: Cast, how: str, raw: dict[str, Any] | None = None) -> None:
    with inside(cast.tenant):
        base = definition(form={"sections": sections()})
        catalogue.publish(raw or parts.append(base, FIELDS, NOTE), open_dossiers=how)


def test_a_draft_of_an_older_version_is_finished_on_it_and_told_so(cast: Cast, door: Door, an: User) -> None:
    offer_it(cast)
    client = door(an)
    where = begin(client, cast)
    fill_in(client, where)
    assert "đã có hiệu lực" not in read(client, f"{where}kiem-tra/")
    newer(cast, "keep")
    shown = read(client, f"{where}kiem-tra/")
    assert "theo phiên bản 1" in shown and "phiên bản 2 đã có hiệu lực" in shown
    assert client.post(f"{where}kiem-tra/", {"true": "on"}).headers["Location"] == f"{where}da-nop/"


def test_a_draft_is_led_over_with_what_is_being_typed(cast: Cast, door: Door, an: User) -> None:
    offer_it(cast)
    client = door(an)
    where = begin(client, cast)
    client.post(f"{where}owner/", OWNER)
    newer(cast, "move")
    answer = client.post(f"{where}matter/", MATTER)
    assert answer.headers["Location"] == f"{where}phien-ban-moi/"
    shown = read(client, answer.headers["Location"])
    assert "Ghi chú thêm" in shown and "Câu hỏi mới" in shown
    found = draft_of(cast)
    assert found.answers["purpose"] == "loan" and found.answers["full_name"] == "Nguyễn Thị An"
    assert client.get(where).headers["Location"] == f"{where}owner/"


def test_nobody_files_on_a_version_that_they_have_not_seen(cast: Cast, door: Door, an: User) -> None:
    offer_it(cast)
    client = door(an)
    where = begin(client, cast)
    fill_in(client, where)
    newer(cast, "move")
    answer = client.post(f"{where}kiem-tra/", {"true": "on"})
    assert answer.headers["Location"] == f"{where}phien-ban-moi/"
    assert draft_of(cast).state == "draft"


def test_an_answer_that_no_longer_fits_is_told_with_what_was_answered(cast: Cast, door: Door, an: User) -> None:
    offer_it(cast)
    client = door(an)
    where = begin(client, cast)
    fill_in(client, where)
    raw = parts.remove(definition(form={"sections": sections()}), "form.sections.matter")
    newer(cast, "move", raw)
    # The page on which she stands is gone; what she sends with it is not.
    answer = client.post(f"{where}matter/", {"purpose": "other", "which": "Nhập học"}, follow=True)
    assert "Bạn đã trả lời: Nhập học" in answer.content.decode()


def test_what_a_script_saves_in_passing_is_saved_and_leads_nobody_away(cast: Cast, door: Door, an: User) -> None:
    offer_it(cast)
    client = door(an)
    where = begin(client, cast)
    newer(cast, "move")
    assert client.post(f"{where}matter/luu/", MATTER).status_code == 200
    assert draft_of(cast).answers["purpose"] == "loan"
    assert client.get(f"{where}lien-he/").headers["Location"] == f"{where}phien-ban-moi/"


def test_the_person_and_the_official_see_that_a_dossier_was_moved(cast: Cast, door: Door, an: User, binh: User) -> None:
    offer_it(cast)
    client = door(an)
    where = begin(client, cast)
    fill_in(client, where)
    client.post(f"{where}kiem-tra/", {"true": "on"})
    newer(cast, "move")
    assert deadlines.lead_over(cast.tenant) == 1
    reference = draft_of(cast).reference
    for person, name in ((an, "my_dossier"), (binh, "desk_dossier")):
        shown = read(door(person), reverse(name, args=[reference]))
        assert "Chuyển sang phiên bản mới của thủ tục" in shown and "Câu hỏi mới: Ghi chú thêm." in shown


def test_the_page_of_a_procedure_costs_the_same_for_two_and_ten_versions(page: Client, cast: Cast) -> None:
    published(cast)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert page.get(at("manage_procedure")).status_code == 200
        return len(asked)

    with inside(cast.tenant):
        catalogue.publish(definition(conditions=text("Lần 0")))
    page.get(at("manage_procedure"))
    two = cost()
    with inside(cast.tenant):
        for number in range(8):
            catalogue.publish(definition(conditions=text(f"Lần {number + 1}")))
    assert cost() == two


def test_a_version_takes_effect_on_its_day_for_everybody(cast: Cast, door: Door) -> None:
    published(cast)
    with inside(cast.tenant):
        waiting = catalogue.publish(
            definition(conditions=text("Điều kiện của ngày mai")), effective_from=now() + datetime.timedelta(days=1)
        )
    visitor, address = door(), reverse("procedure", args=[CODE])
    assert "Điều kiện của ngày mai" not in read(visitor, address)
    with travel(now() + datetime.timedelta(days=2)), inside(cast.tenant):
        catalogue.take_effect(ProcedureVersion.objects.get(pk=waiting.pk))
        assert Procedure.objects.get(code=CODE).current_id == waiting.pk


def test_what_is_being_written_is_listed_new_procedures_too(page: Client, cast: Cast, en: User) -> None:
    published(cast)
    drafted(cast, en)
    with inside(cast.tenant):
        sector = {"key": "civil_status", "name": text("Hộ tịch")}
        drafting.begin_new("1.999888", text("Thủ tục <i>mới</i>"), sector, en)
        catalogue.publish(definition("1.999002", name=text("Thủ tục đã bãi bỏ")))
        catalogue.withdraw(Procedure.objects.get(code="1.999002"), en, reason="Bãi bỏ")
    shown = read(page, reverse("manage_procedures"))
    assert reverse("manage_draft", args=["1.999888"]) in shown and "Thủ tục &lt;i&gt;mới" in shown
    assert "Không tiếp nhận" in shown
