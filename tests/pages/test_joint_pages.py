"""Liên thông through the doors: the citizen's one form and one page, the administrators' agreements and packages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import Tenant, User
from portal.tenancy import inside
from procedures.actions import catalogue
from procedures.models import Agreement, Crossing, Dossier, JointFiling, Offering, Package, Procedure
from tests.cast import Cast, make_office
from tests.conftest import Door
from tests.linking import (
    BIRTH,
    CARD,
    FORM,
    HOME,
    admin_of,
    agreed,
    carried,
    dossier_of,
    filed_jointly,
    filled,
    granted,
    packaged,
)

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/lien-thong/"


@pytest.fixture
def offering(cast: Cast, tenant: Tenant) -> Offering:
    return packaged(cast)


@pytest.fixture
def filing(cast: Cast, offering: Offering, an: User) -> JointFiling:
    found = filed_jointly(offering, an)
    carried(cast)
    return found


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def at(filing: JointFiling) -> str:
    return f"/tai-khoan/lien-thong/{filing.form.reference}/"


def test_one_form_filed_on_its_page_leads_to_the_joint_page(
    cast: Cast, offering: Offering, an: User, door: Door
) -> None:
    draft, client = filled(offering, an), door(an)
    check = f"/thu-tuc/{FORM}/nop/{draft.reference}/kiem-tra/"
    answer = client.post(check, {"true": "on"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/tai-khoan/lien-thong/{draft.reference}/"
    # Sent again, or gone back to: the same page, and still one filing.
    assert client.post(check, {"true": "on"}).status_code == 302
    assert client.get(f"/tai-khoan/ho-so/{draft.reference}/", follow=True).status_code == 200
    assert JointFiling.objects.count() == 1
    assert draft.reference in page(client, "/tai-khoan/")


def test_the_page_tells_each_part_and_the_day_of_the_whole(
    cast: Cast, filing: JointFiling, an: User, door: Door
) -> None:
    shown = page(door(an), at(filing))
    for word in (
        "Khai sinh",
        "Thường trú",
        "Thẻ BHYT",
        "Bắt đầu khi có kết quả của: Khai sinh",
        "Dự kiến xong tất cả",
        "Khai sinh → ",
    ):
        assert word in shown
    people = cast.people
    granted(dossier_of(filing, "birth"), people["binh"], people["chi"], people["dung"])
    carried(cast)
    shown = page(door(an), at(filing))
    assert "1 trong 3 phần có kết quả" in shown and "Khai sinh: có kết quả" in shown
    with inside(cast.other_tenant):
        card = dossier_of(filing, "card")
    assert f"http://{cast.other_tenant.host}/tai-khoan/ho-so/{card.reference}/" in shown


def test_each_part_leads_back_to_the_whole(cast: Cast, filing: JointFiling, an: User, door: Door) -> None:
    birth = dossier_of(filing, "birth")
    assert at(filing) in page(door(an), f"/tai-khoan/ho-so/{birth.reference}/")
    people = cast.people
    granted(birth, people["binh"], people["chi"], people["dung"])
    carried(cast)
    with inside(cast.other_tenant):
        card = dossier_of(filing, "card")
    shown = page(door(an, cast.other_tenant), f"/tai-khoan/ho-so/{card.reference}/")
    assert f"http://{cast.tenant.host}{at(filing)}" in shown


def test_the_receipt_of_the_whole_is_a_pdf(filing: JointFiling, an: User, door: Door) -> None:
    address = f"{at(filing)}bien-nhan.pdf"
    assert address in page(door(an), at(filing))
    answer = door(an).get(address)
    assert answer.getvalue().startswith(b"%PDF")


def test_nobody_else_sees_it(cast: Cast, filing: JointFiling, giang: User, chi: User, door: Door) -> None:
    for stranger in (giang, chi):
        assert door(stranger).get(at(filing)).status_code == 404
        assert door(stranger).get(f"{at(filing)}bien-nhan.pdf").status_code == 404
    assert door(cast.people["an"], cast.other_tenant).get(at(filing)).status_code == 404


def test_the_page_costs_the_same_for_every_number_of_parts(
    cast: Cast, filing: JointFiling, an: User, door: Door
) -> None:
    client = door(an)
    first = asked(client, at(filing))
    people = cast.people
    granted(dossier_of(filing, "birth"), people["binh"], people["chi"], people["dung"])
    carried(cast)
    assert max(first, asked(client, at(filing))) <= 9


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in queries.captured_queries)


def test_officials_see_the_siblings_of_a_part(
    cast: Cast, filing: JointFiling, binh: User, giang: User, door: Door
) -> None:
    people = cast.people
    birth = dossier_of(filing, "birth")
    assert "Hồ sơ liên thông" in page(door(binh), f"/mot-cua/ho-so/{birth.reference}/")
    granted(birth, people["binh"], people["chi"], people["dung"])
    carried(cast)
    with inside(cast.other_tenant):
        card = dossier_of(filing, "card")
    shown = page(door(giang, cast.other_tenant), f"/mot-cua/ho-so/{card.reference}/")
    assert "Hồ sơ liên thông" in shown and "Khai sinh" in shown and "Thường trú" in shown
    # The control: a dossier of its own says nothing of the kind.
    other = Dossier.objects.create(
        reference="AAAA-BBBB-CCCC", version=birth.version, procedure=birth.procedure, office=birth.office, receiving_office=birth.office
    )  # fmt: skip
    assert other.joint_code == ""


def test_an_agreement_is_offered_accepted_and_ended_on_pages(cast: Cast, tenant: Tenant, en: User, door: Door) -> None:
    packaged_forms(cast)
    client = door(en)
    told = {
        "partner": cast.other_tenant.slug,
        "procedures": CARD,
        "since": "2099-01-01",
        "purpose": "NĐ 63/2024",
        "tells_back": ["due"],
    }
    wrong = client.post(f"{LIST}de-nghi/", {**told, "procedures": "?? !!"})
    assert "Không phải mã thủ tục" in wrong.content.decode() and "NĐ 63/2024" in wrong.content.decode()
    assert (
        "không có hiệu lực về trước" in client.post(f"{LIST}de-nghi/", {**told, "since": "2020-01-01"}).content.decode()
    )
    assert client.post(f"{LIST}de-nghi/", told).status_code == 302
    code = Agreement.objects.get().code
    carried(cast)
    theirs = door(admin_of(cast.other_tenant, cast.people["giang"]), cast.other_tenant)
    offer = f"{LIST}thoa-thuan/{code}/"
    assert "Chấp thuận" in page(theirs, offer)
    assert "Rút đề nghị" in page(client, offer)
    assert theirs.post(f"{offer}chap-thuan/", {"p0": ["full_name"]}).status_code == 302
    carried(cast)
    assert Agreement.objects.get().fields == {CARD: ["full_name"]}
    assert "full_name" in page(client, offer) and "Đang có hiệu lực" in page(client, LIST)
    assert client.post(f"{offer}cham-dut/", {}).status_code == 200
    assert client.post(f"{offer}cham-dut/", {"reason": "Hết dự án"}).status_code == 302
    assert "vừa thay đổi" in client.post(f"{offer}cham-dut/", {"reason": "Lần nữa"}).content.decode()
    carried(cast)
    assert "Hết dự án" in page(theirs, offer)


def packaged_forms(cast: Cast) -> None:
    from tests.forms import offered
    from tests.linking import file_question, form, question

    with inside(cast.other_tenant):
        offered(
            cast.other_office, CARD, form=form(question("full_name"), question("kind"), file_question("certificate"))
        )
    with inside(cast.tenant):
        offered(cast.office, BIRTH)
        offered(cast.office, HOME, form=form(question("full_name"), question("street")))
        offered(cast.office, FORM, form=form(question("child"), question("street")), result_template=None)


def test_a_package_is_made_on_pages_and_opens_when_nothing_is_missing(
    cast: Cast, tenant: Tenant, en: User, door: Door
) -> None:
    packaged_forms(cast)
    code, client = agreed(cast, fields={CARD: ["full_name", "kind"]}).code, door(en)
    assert client.post(f"{LIST}nhom/them/", {"procedure": FORM}).status_code == 302
    here = f"{LIST}nhom/{FORM}/"
    assert "Chưa có phần nào" in page(client, here)
    assert (
        client.post(f"{here}them-phan/", {"key": "home", "title_vi": "Thường trú", "procedure": f"/{HOME}"}).status_code
        == 302
    )
    told = {"key": "card", "title_vi": "Thẻ", "procedure": f"{code}/{CARD}", "after": ["home"]}
    assert client.post(f"{here}them-phan/", told).status_code == 302
    assert "Khóa này đã có" in client.post(f"{here}them-phan/", told).content.decode()
    client.post(f"{here}mo/")
    assert not Package.objects.get().is_open
    assert "Chưa có câu trả lời cho “full_name”" in page(client, here)
    client.post(f"{here}home/", {"answers": "1", "q_full_name": "child", "q_street": "street"})
    client.post(f"{here}card/", {"answers": "1", "q_full_name": "child", "q_kind": "=", "c_kind": "dưới 6 tuổi"})
    assert Package.objects.get().parts[1]["constants"] == {"kind": "dưới 6 tuổi"}
    seen = Package.objects.get().revision
    assert (
        "Người khác vừa sửa"
        in client.post(f"{here}card/", {"answers": "1", "seen": seen - 1, "q_full_name": "child"}).content.decode()
    )
    client.post(f"{here}mo/")
    assert Package.objects.get().is_open
    assert "Đang mở cho người dân" in page(client, here)
    client.post(f"{here}home/bo/")
    assert [one["after"] for one in Package.objects.get().parts] == [[]]


def test_an_auditor_reads_and_changes_nothing(cast: Cast, offering: Offering, door: Door) -> None:
    client = door(cast.people["khoa"])
    code = Agreement.objects.get().code
    for address in (LIST, f"{LIST}thoa-thuan/{code}/", f"{LIST}nhom/{FORM}/"):
        assert "Chấm dứt thỏa thuận" not in page(client, address)
    for address in (f"{LIST}de-nghi/", f"{LIST}thoa-thuan/{code}/cham-dut/", f"{LIST}nhom/{FORM}/mo/"):
        assert client.post(address, {"reason": "?"}).status_code == 404
    assert Agreement.objects.get().state == "in_force"


def test_messages_show_their_state_and_never_what_they_say(
    cast: Cast, filing: JointFiling, en: User, door: Door
) -> None:
    Crossing.objects.filter(kind="part.open").update(state="refused", reason="Không có thỏa thuận")
    shown = page(door(en), LIST)
    assert "chuyển một phần hồ sơ" in shown and "Không có thỏa thuận" in shown
    assert "Nguyễn Bảo Ngọc" not in shown


def test_a_package_opens_only_where_its_own_procedures_are_received_online(
    cast: Cast, offering: Offering, en: User, door: Door
) -> None:
    """The office is told, the reason, and where it is mended; the control is that it opens once that is done."""
    client, here = door(en), f"{LIST}nhom/{FORM}/"
    Package.objects.update(is_open=False)
    birth = Offering.objects.select_related("procedure", "office").get(procedure__code=BIRTH)
    switches = dict.fromkeys(("blank_forms", "pays_online", "returns_online"), True)
    catalogue.offer(birth.procedure, birth.office, **switches, online_open=False)
    shown = page(client, here)
    assert "Chưa đạt mức độ 3 ở đơn vị liên quan" in shown and "chưa mở nhận hồ sơ trực tuyến" in shown
    assert f'href="/quan-tri/thu-tuc/{BIRTH}/don-vi/{birth.office.code}/"' in shown and "Mở cho người dân" not in shown
    assert f"Chưa mở được: {BIRTH} chưa đạt mức độ 3" in client.post(f"{here}mo/", follow=True).content.decode()
    assert not Package.objects.get().is_open
    catalogue.offer(birth.procedure, birth.office, **switches, online_open=True)
    assert "Chưa đạt mức độ 3" not in page(client, here)
    client.post(f"{here}mo/")
    assert Package.objects.get().is_open


def test_a_ward_that_takes_the_form_and_not_the_part_online_is_named(
    cast: Cast, offering: Offering, en: User, door: Door
) -> None:
    """Else a filing of its people would wander off to another ward."""
    far = make_office("H58.31", "Ủy ban nhân dân phường Long Thuận")
    every = dict.fromkeys(("blank_forms", "online_open", "pays_online", "returns_online"), True)
    catalogue.offer(offering.procedure, far, **every)
    birth = Procedure.objects.get(code=BIRTH)
    assert "Long Thuận" not in page(door(en), f"{LIST}nhom/{FORM}/")
    catalogue.offer(birth, far, **{**every, "online_open": False})
    assert "Long Thuận" in page(door(en), f"{LIST}nhom/{FORM}/")
    # Closed for the form there on purpose, nobody files it there.
    catalogue.offer(offering.procedure, far, **{**every, "online_open": False})
    assert "Long Thuận" not in page(door(en), f"{LIST}nhom/{FORM}/")


def test_the_package_page_costs_the_same_for_one_office_and_for_many(
    cast: Cast, offering: Offering, en: User, door: Door
) -> None:
    client, here = door(en), f"{LIST}nhom/{FORM}/"
    first = asked(client, here)
    every = dict.fromkeys(("blank_forms", "online_open", "pays_online", "returns_online"), True)
    for number in range(5):
        far = make_office(f"H58.4{number}", f"Ủy ban nhân dân phường {number}")
        for code in (FORM, BIRTH, HOME):
            catalogue.offer(Procedure.objects.get(code=code), far, **{**every, "online_open": code != BIRTH})
    assert asked(client, here) == first
