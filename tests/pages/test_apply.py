"""Filing online through the pages, as An does it."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations import business, population
from integrations.business import Business
from integrations.population import Address, Person
from portal.models import OutboxRow, User
from portal.tenancy import inside
from procedures.models import Attachment, Dossier, DossierEvent, Message, Submission
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import text
from tests.pages.filing import CODE, CONTACT, MATTER, OWNER, START, a_pdf, a_picture, begin, draft_of, fill_in, offer_it

AN = Person(
    personal_id="082190001234", full_name="Nguyễn Thị An", birth_date=datetime.date(1990, 5, 12), gender="female", ethnicity="Kinh",
    nationality="Việt Nam", marital_status="single", hometown=None, residence=Address("82", "28306", "12 Trương Định"),
    current_residence=None, spouse=None, father=None, mother=None,
)  # fmt: skip


@pytest.fixture(autouse=True)
def offering(cast: Cast) -> None:
    offer_it(cast)


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.population.live.look_up", lambda *_: AN)


@pytest.fixture
def client(an: User, door: Door) -> Client:
    return door(an)


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(door: Door) -> None:
    answer = door().get(START)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/tai-khoan/dang-nhap/?next=%2Fthu-tuc%2F")


def test_an_goes_from_the_start_to_her_receipt(client: Client, cast: Cast) -> None:
    assert "Bắt đầu" in client.get(START).content.decode()
    begun = client.post(START, {"office": cast.office.code, "whom": "self"})
    at = f"{START}{draft_of(cast).reference}/"
    # What the registry knew is there, so the first page with something missing is the second.
    assert begun.headers["Location"] == f"{at}matter/"
    assert client.post(f"{at}matter/", MATTER).headers["Location"] == f"{at}lien-he/"
    assert client.post(f"{at}lien-he/", CONTACT).headers["Location"] == f"{at}kiem-tra/"
    assert "12 Trương Định, Phường Gò Công" in client.get(f"{at}kiem-tra/").content.decode()
    assert client.post(f"{at}kiem-tra/", {"true": "on"}).headers["Location"] == f"{at}da-nop/"
    page = client.get(f"{at}da-nop/").content.decode()
    assert draft_of(cast).reference in page
    assert "Trả lời bạn chậm nhất" in page
    assert draft_of(cast).state == "submitted"


def test_what_the_registry_gave_is_marked_as_its_word(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    page = client.get(f"{at}owner/").content.decode()
    assert page.count("Đã điền từ CSDL dân cư") == 4
    assert 'value="12 Trương Định"' in page
    client.post(f"{at}owner/", {**OWNER, "residence-street": "15 Nguyễn Huệ"})
    assert client.get(f"{at}owner/").content.decode().count("Đã điền từ CSDL dân cư") == 3


def test_a_silent_registry_lets_the_citizen_type_and_marks_the_fields(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Person:
        raise population.Unavailable("population")

    monkeypatch.setattr("integrations.population.live.look_up", away)
    client.post(START, {"office": cast.office.code, "whom": "self"})
    at = f"{START}{draft_of(cast).reference}/"
    page = client.get(f"{at}owner/").content.decode()
    assert "Cơ sở dữ liệu dân cư chưa trả lời" in page
    assert page.count("Chưa xác minh") == 4
    fill_in(client, at)
    assert client.post(f"{at}kiem-tra/", {"true": "on"}).headers["Location"] == f"{at}da-nop/"
    assert draft_of(cast).sources["full_name"] == "unverified"


def test_submitting_twice_or_going_back_gives_the_same_receipt(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    fill_in(client, at)
    for _ in range(3):
        assert client.post(f"{at}kiem-tra/", {"true": "on"}).headers["Location"] == f"{at}da-nop/"
    assert client.get(f"{at}kiem-tra/").headers["Location"] == f"{at}da-nop/"
    assert client.post(f"{at}matter/", {"purpose": "other"}).headers["Location"] == f"{at}da-nop/"
    with inside(cast.tenant):
        assert (Dossier.objects.count(), Submission.objects.count(), DossierEvent.objects.count()) == (1, 1, 1)
        assert Message.objects.count() == 1
        assert Dossier.objects.get().answers["purpose"] == "loan"


def test_wrong_input_is_said_beside_the_field_and_kept_as_typed(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    answer = client.post(f"{at}owner/", {**OWNER, "personal_id": "0821900012", "born-month": "13"})
    page = answer.content.decode()
    assert "<title>Lỗi: " in answer.content.decode()
    assert "<title>Lỗi: " in page
    assert '<a href="#id_personal_id">Số định danh có 12 chữ số; bạn đã nhập 10.</a>' in page
    assert 'value="0821900012"' in page
    assert 'name="born-month" value="13"' in page
    assert "12 Trương Định" in page


def test_the_right_part_of_a_wrong_page_is_kept(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    client.post(f"{at}owner/", {**OWNER, "full_name": "Nguyễn Thị Bé", "personal_id": "1"})
    assert draft_of(cast).answers["full_name"] == "Nguyễn Thị Bé"
    assert "personal_id" not in draft_of(cast).answers


def test_leaving_keeps_the_answers_and_another_device_goes_on(client: Client, an: User, cast: Cast, door: Door) -> None:
    at = begin(client, cast)
    assert client.post(f"{at}matter/", {"purpose": "other", "go": "exit"}).headers["Location"] == "/tai-khoan/"
    other_device = door(an)
    assert other_device.get(at).headers["Location"] == f"{at}matter/"
    assert 'value="other" checked' in other_device.get(f"{at}matter/").content.decode()


def test_beginning_again_goes_on_with_the_same_draft(client: Client, cast: Cast) -> None:
    begin(client, cast)
    begin(client, cast)
    with inside(cast.tenant):
        assert Dossier.objects.count() == 1
    assert "Bạn có hồ sơ đang soạn" in client.get(START).content.decode()


def test_a_script_saves_in_passing(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    answer = client.post(f"{at}matter/luu/", {"purpose": "loan", "members-0-age": "x"})
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved"])
    assert answer.json()["elsewhere"] == []
    assert draft_of(cast).answers["purpose"] == "loan"


def test_rows_are_added_and_removed_by_ordinary_buttons(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    one = client.post(f"{at}matter/", {"purpose": "other", "add": "members"}).content.decode()
    assert 'name="members-0-name"' in one
    assert 'value="other" checked' in one
    # A row that is still empty counts too: pressed again, there is one more.
    two = client.post(f"{at}matter/", {"members-0-name": "", "add": "members"}).content.decode()
    assert 'name="members-1-name"' in two
    rows = {"members-0-name": "Lan", "members-1-name": "Huệ", "members-2-name": "Cúc"}
    less = client.post(f"{at}matter/", {**MATTER, **rows, "remove": "members-1"}).content.decode()
    assert ("Lan" in less, "Huệ" in less, "Cúc" in less) == (True, False, True)
    assert [row["name"] for row in draft_of(cast).answers["members"]] == ["Lan", "Cúc"]


def test_a_mistake_in_a_row_is_said_in_that_row(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    page = client.post(f"{at}matter/", {**MATTER, "members-0-name": "Lan", "members-1-age": "5"}).content.decode()
    assert 'href="#id_members-1-name"' in page
    assert 'id="id_members-1-name_error"' in page


def test_another_province_shows_its_communes_without_a_script(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    page = client.post(f"{at}owner/", {**OWNER, "residence-province": "01", "province": "residence"}).content.decode()
    assert "Phường Hoàn Kiếm" in page
    assert client.get("/dia-danh/xa/?province=82").json()[0][0].isdigit()


def test_a_field_that_other_answers_rule_out_is_neither_asked_nor_kept(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    assert client.post(f"{at}matter/", {"purpose": "other"}).status_code == 200
    client.post(f"{at}matter/", {"purpose": "loan", "which": "thừa"})
    assert "which" not in draft_of(cast).answers


def test_a_file_is_kept_named_and_shown_with_its_fingerprint_on_the_receipt(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    page = client.post(f"{at}matter/", {**MATTER, "proof": a_pdf(), "upload": "proof"}).content.decode()
    assert "hop-dong.pdf" in page
    with inside(cast.tenant):
        kept = Attachment.objects.get()
        assert OutboxRow.objects.filter(kind="scan").count() == 1
    fill_in(client, at)
    client.post(f"{at}kiem-tra/", {"true": "on"})
    receipt = client.get(f"{at}da-nop/").content.decode()
    assert kept.sha256 in receipt
    given_back = client.get(f"/tai-khoan/ho-so/{draft_of(cast).reference}/tep/{kept.pk}/")
    assert b"".join(given_back.streaming_content) == a_pdf().read()  # type: ignore[attr-defined]
    given_back.close()


def test_the_same_file_sent_twice_is_kept_once_and_can_be_taken_back(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    picture = a_picture()
    for _ in range(2):
        picture.seek(0)
        client.post(f"{at}matter/", {**MATTER, "proof": picture, "upload": "proof"})
    with inside(cast.tenant):
        kept = Attachment.objects.get()
    for _ in range(2):
        assert "anh.png" not in client.post(f"{at}matter/", {**MATTER, "remove_file": kept.pk}).content.decode()
    assert draft_of(cast).answers["proof"] == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("trong.pdf", b"", "Tệp trống"),
        ("la.pdf", b"MZ\x90" * 99, "Chỉ nhận tệp PDF, PNG"),
        ("nang.pdf", b"%PDF-1.7" + b"0" * 1_200_000, "tối đa là 1 MB"),
    ],
)
def test_a_file_that_is_not_taken_says_why_and_everything_else_is_kept(
    client: Client, cast: Cast, name: str, content: bytes, said: str
) -> None:
    at = begin(client, cast)
    bad = a_pdf(name)
    bad.file.seek(0)  # type: ignore[union-attr]
    bad.file.truncate()  # type: ignore[union-attr]
    bad.file.write(content)  # type: ignore[union-attr]
    bad.file.seek(0)  # type: ignore[union-attr]
    answer = client.post(f"{at}matter/", {"purpose": "other", "which": "Du học", "proof": bad})
    page = answer.content.decode()
    assert "<title>Lỗi: " in answer.content.decode()
    assert said in page
    assert 'value="Du học"' in page
    with inside(cast.tenant):
        assert not Attachment.objects.exists()


def test_a_hostile_name_is_made_harmless(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    page = client.post(
        f"{at}matter/", {**MATTER, "proof": a_pdf("<img src=x onerror=alert(1)>.pdf"), "upload": "proof"}
    ).content.decode()
    assert "<img src=x" not in page
    with inside(cast.tenant):
        assert "<" not in Attachment.objects.get().name


def test_what_is_missing_is_listed_before_filing_with_the_way_to_mend_it(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    answer = client.post(f"{at}kiem-tra/", {"true": "on"})
    page = answer.content.decode()
    assert "<title>Lỗi: " in answer.content.decode()
    assert f'href="{at}matter/#id_purpose"' in page
    assert draft_of(cast).state == "draft"


def test_nothing_is_filed_without_the_declaration(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    fill_in(client, at)
    assert client.post(f"{at}kiem-tra/").status_code == 200
    assert draft_of(cast).state == "draft"


def test_a_result_by_post_needs_an_address(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    answer = client.post(f"{at}lien-he/", {**CONTACT, "delivery": "post"})
    assert "<title>Lỗi: " in answer.content.decode()
    assert "Hãy nhập địa chỉ" in answer.content.decode()
    client.post(f"{at}lien-he/", {**CONTACT, "delivery": "post", "address": "12 Trương Định, Gò Công"})
    assert draft_of(cast).delivery == "post"


def test_nobody_elses_draft_exists(
    client: Client, cast: Cast, door: Door, binh: User, giang: User, other_tenant: object
) -> None:
    at = begin(client, cast)
    stranger = door(binh)
    for page in ("", "owner/", "lien-he/", "chu-ho-so/", "kiem-tra/", "da-nop/"):
        assert stranger.get(f"{at}{page}").status_code == 404, page
        assert stranger.post(f"{at}{page}", OWNER).status_code in (404, 405), page
    assert door(giang, cast.other_tenant).get(f"{at}owner/").status_code == 404
    assert client.get(f"{at}owner_that_is_not/").status_code == 404
    assert client.get(f"/thu-tuc/{CODE}9/nop/").status_code == 404


def test_an_files_for_another_with_a_mandate(client: Client, cast: Cast) -> None:
    begun = client.post(START, {"office": cast.office.code, "whom": "other"})
    at = f"{START}{draft_of(cast).reference}/"
    assert begun.headers["Location"] == f"{at}chu-ho-so/"
    # Nobody asks the registry about another person here.
    assert not draft_of(cast).answers
    other = {"name": "Trần Văn Bình", "identity": "082085002345"}
    assert client.post(f"{at}chu-ho-so/", other).status_code == 200
    assert (
        client.post(f"{at}chu-ho-so/", {**other, "mandate": a_pdf("uy-quyen.pdf")}).headers["Location"] == f"{at}owner/"
    )
    draft = draft_of(cast)
    assert (draft.owner_name, draft.owner_id) == ("Trần Văn Bình", cast.people["binh"].pk)
    fill_in(client, at)
    assert client.post(f"{at}kiem-tra/", {"true": "on"}).headers["Location"] == f"{at}da-nop/"


def test_every_page_has_one_heading_and_speaks_english_too(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    client.cookies["django_language"] = "en"
    for page in (START, f"{at}owner/", f"{at}matter/", f"{at}lien-he/", f"{at}kiem-tra/", "/tai-khoan/"):
        assert client.get(page).content.decode().count("<h1") == 1, page


def test_a_business_is_named_by_the_registry_from_its_tax_code(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Business("0100109106", "Công ty Lúa Vàng", "", "", "5 Hùng Vương", "Nguyễn Thị An")
    monkeypatch.setattr("integrations.business.live.look_up", lambda *_: known)
    at = begin_for_business(client, cast)
    answer = client.post(f"{at}chu-ho-so/", {"identity": "0100109106"})
    assert answer.headers["Location"] == f"{at}firm/"
    draft = draft_of(cast)
    assert (draft.owner_kind, draft.owner_name, draft.contact_id) == ("business", "Công ty Lúa Vàng", "0100109106")
    assert "CSDL đăng ký doanh nghiệp" in client.get(f"{at}firm/").content.decode()


def test_a_silent_business_registry_lets_the_citizen_name_the_business(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Business:
        raise business.Unavailable("business")

    monkeypatch.setattr("integrations.business.live.look_up", away)
    at = begin_for_business(client, cast)
    asked = client.post(f"{at}chu-ho-so/", {"identity": "0100109106"}).content.decode()
    assert "Chưa tra được mã số thuế này" in asked
    assert 'value="0100109106"' in asked
    client.post(f"{at}chu-ho-so/", {"identity": "0100109106", "name": "Công ty Lúa Vàng"})
    page = client.get(f"{at}firm/").content.decode()
    assert 'value="Công ty Lúa Vàng"' in page
    assert "Chưa xác minh" in page


def test_a_wrong_tax_code_is_never_asked_for(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.business.live.look_up", lambda *_: pytest.fail("asked"))
    at = begin_for_business(client, cast)
    assert "có chữ số bị gõ nhầm" in client.post(f"{at}chu-ho-so/", {"identity": "0100109107"}).content.decode()


def begin_for_business(client: Client, cast: Cast) -> str:
    firm = [
        {
            "key": "tax",
            "label": text("Mã số thuế"),
            "type": "business_code",
            "required": True,
            "registry": "business.tax_code",
        },
        {"key": "firm", "label": text("Tên"), "type": "text", "required": True, "registry": "business.name"},
    ]
    form = {"sections": [{"key": "firm", "title": text("Doanh nghiệp"), "fields": firm}]}
    plain = {"result_template": None, "audience": ["business"], "form": form}
    offer_it(cast, **plain)
    client.post(START, {"office": cast.office.code, "whom": "business"})
    return f"{START}{draft_of(cast).reference}/"


def test_the_form_asks_the_same_whatever_it_holds(client: Client, cast: Cast) -> None:
    at = begin(client, cast)
    client.post(f"{at}matter/", {**MATTER, "members-0-name": "Lan", "proof": a_pdf(), "upload": "proof"})
    with CaptureQueriesContext(connection) as few:
        client.get(f"{at}matter/")
    rows = {f"members-{number}-name": "Lan" for number in range(3)}
    client.post(f"{at}matter/", {**MATTER, **rows, "proof": a_picture(), "upload": "proof"})
    with CaptureQueriesContext(connection) as many:
        client.get(f"{at}matter/")
    counts = [sum('FROM "procedures_' in q["sql"] for q in found.captured_queries) for found in (few, many)]
    assert counts[0] == counts[1] <= 2
