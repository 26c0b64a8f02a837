import pytest
from django.test import Client

from portal.models import Office, Tenant
from portal.moments import today
from portal.tenancy import inside
from procedures.queries.popularity import popular
from tests.conftest import Door
from tests.forms import text
from tests.pages.public import asked, publish

BUSINESS = "Đăng ký thành lập hộ kinh doanh"
BIRTH = "Đăng ký khai sinh"
BUILDING = "Cấp giấy phép xây dựng nhà ở riêng lẻ"


@pytest.fixture
def catalogue(office: Office) -> None:
    business = {"key": "business_registration", "name": text("Đăng ký kinh doanh")}
    publish(
        office,
        "1.001612",
        BUSINESS,
        keywords=["mở quán cà phê"],
        sector=business,
        life_events=["doing_business"],
        audience=["household_business"],
    )
    publish(office, "1.001193", BIRTH, keywords=["giấy khai sinh"], life_events=["having_a_child"])
    publish(office, "1.013225", BUILDING, life_events=["building_a_house"], open_online=False)


def listed(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/thu-tuc/{query}")
    assert page.status_code == 200
    return [procedure.title for procedure in page.context["found"].procedures]


@pytest.mark.parametrize(
    "words",
    [
        "dang ky ho kinh doanh",
        "Đăng ký hộ kinh doanh",
        "dang ki ho kinh donah",
        "hokinhdoanh",
        "tôi muốn mở quán cà phê",
        "1.001612",
        "1.0016",
    ],
)
def test_people_find_a_procedure_by_their_own_words(catalogue: None, door: Door, words: str) -> None:
    assert listed(door(), f"?q={words}")[0] == BUSINESS


def test_the_name_itself_comes_before_what_only_mentions_it(catalogue: None, door: Door, office: Office) -> None:
    publish(office, "2.000635", "Cấp bản sao trích lục hộ tịch, bản sao giấy khai sinh")
    assert listed(door(), "?q=khai sinh")[0] == BIRTH


def test_what_is_unlike_is_not_listed(catalogue: None, door: Door) -> None:
    assert listed(door(), "?q=khai sinh") == [BIRTH]


def test_nothing_found_says_so_and_leads_on(catalogue: None, door: Door) -> None:
    page = door().get("/thu-tuc/?q=hộ chiếu").content.decode()
    assert "Chưa tìm thấy thủ tục nào cho “hộ chiếu”" in page
    assert "?su-kien=having_a_child" in page


@pytest.mark.parametrize("words", ["%", "'; drop table", "\x00", "a" * 5000, "🙂", "<script>"])
def test_nothing_typed_breaks_the_search(catalogue: None, door: Door, words: str) -> None:
    page = door().get("/thu-tuc/", {"q": words})
    assert page.status_code == 200
    assert b"<script>" not in page.content


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?su-kien=having_a_child", [BIRTH]),
        ("?linh-vuc=business_registration", [BUSINESS]),
        ("?doi-tuong=household_business", [BUSINESS]),
        ("?muc-do=2", [BUILDING]),
        ("?co-quan=H58.30", [BUILDING, BIRTH, BUSINESS]),
        ("?co-quan=H58.99", []),
        ("?q=dang+ky&muc-do=2", []),
        ("?su-kien=nonsense&muc-do=9&trang=x", [BUILDING, BIRTH, BUSINESS]),
    ],
)
def test_every_filter_is_an_address(catalogue: None, door: Door, query: str, names: list[str]) -> None:
    assert listed(door(), query) == names


def test_the_list_stands_in_the_order_of_the_alphabet(catalogue: None, door: Door, office: Office) -> None:
    publish(office, "3.000001", "Đổi tên")
    publish(office, "3.000002", "Ứng tuyển")
    publish(office, "3.000003", "Dừng hoạt động")
    assert listed(door()) == [BUILDING, BIRTH, BUSINESS, "Đổi tên", "Dừng hoạt động", "Ứng tuyển"]


def test_a_long_list_comes_in_pages_that_lose_no_filter(tenant: Tenant, office: Office, door: Door) -> None:
    for number in range(21):
        publish(office, f"1.{number:06}", f"Thủ tục {number:02}")
    first = door().get("/thu-tuc/?co-quan=H58.30")
    assert len(first.context["found"].procedures) == 20
    assert first.context["after"] == "/thu-tuc/?co-quan=H58.30&trang=2"
    assert listed(door(), "?co-quan=H58.30&trang=2") == ["Thủ tục 20"]
    assert listed(door(), "?trang=999999999999999999999") == []


def test_twenty_cost_the_same_questions_as_two(office: Office, door: Door) -> None:
    for number in range(2):
        publish(office, f"1.{number:06}", f"Đăng ký {number:02}")
    popular()
    with asked() as few:
        door().get("/thu-tuc/?q=dang ky")
    for number in range(2, 20):
        publish(office, f"1.{number:06}", f"Đăng ký {number:02}")
    with asked() as many:
        door().get("/thu-tuc/?q=dang ky")
    assert len(few) == len(many) <= 6


def test_another_authority_lists_its_own(catalogue: None, door: Door, other_tenant: Tenant) -> None:
    with inside(other_tenant):
        assert listed(door(at=other_tenant)) == []


def test_an_office_that_was_dissolved_offers_nothing(catalogue: None, door: Door, office: Office) -> None:
    office.closed_on = today()
    office.save()
    assert [value for value, _name in door().get("/thu-tuc/").context["selects"][3].options] == []


def test_the_front_page_leads_to_life_events_and_to_tracking(catalogue: None, door: Door) -> None:
    page = door().get("/").content.decode()
    for told in (
        "Bạn cần làm thủ tục gì?",
        "/danh-muc/su-kien/having_a_child/",
        "/thu-tuc/1.001612/",
        'action="/tra-cuu/"',
        "Nộp hồ sơ và trả tiền qua mạng",
    ):
        assert told in page
    assert page.count("<h1") == 1


def test_an_authority_without_procedures_has_a_front_page_too(tenant: Tenant, door: Door) -> None:
    assert "chưa công bố thủ tục nào" in door().get("/").content.decode()
