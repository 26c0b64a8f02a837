"""The business registry: one contract for recorded answers and the stand-in, on the record as every look-up."""

from collections.abc import Iterator
from typing import Any

import pytest

from integrations import business
from integrations.business import Business, live
from integrations.business.stand_in import ENTERPRISES, make_app
from integrations.models import LookUp
from portal.models import Tenant, User
from portal.tenancy import inside
from tests.integrations.servers import order, playing, running

pytestmark = pytest.mark.django_db(databases=["default", "owner", "platform"])
TOKEN = {"POST /token": "platform_token.json"}
LOOK_UP = "GET /dkdn/chiTietDoanhNghiep"
BUILDER = Business(
    tax_code="1300451277",
    name="Công ty TNHH Xây dựng Trương Định",
    kind="Công ty trách nhiệm hữu hạn",
    status="Đang hoạt động",
    address="45 Trương Định, Phường Gò Công, Tỉnh Đồng Tháp",
    representative="Trương Tấn Phát",
)


def _ask(tax_code: str = "1300451277", asked_by: User | None = None) -> Business | None:
    return business.look_up(tax_code, purpose="Cấp giấy phép", asked_by=asked_by)


@pytest.fixture
def stand_in(settings: Any) -> Iterator[str]:
    with running(make_app()) as address:
        settings.BUSINESS_URL = address
        yield address


@pytest.fixture(params=["recorded", "stand-in"])
def registry(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    app = make_app() if request.param == "stand-in" else playing(TOKEN | {LOOK_UP: "business_found.json"})
    with running(app) as address:
        settings.BUSINESS_URL = address
        yield


def test_an_enterprise_is_told_in_our_words(known: Tenant, registry: None) -> None:
    assert _ask() == BUILDER


def test_a_single_representative_comes_bare(known: Tenant, settings: Any) -> None:
    with running(playing(TOKEN | {LOOK_UP: "business_one_representative.json"})) as settings.BUSINESS_URL:
        found = _ask("1300984123")
    assert found is not None
    assert found.representative == "Đoàn Minh Sang"


def test_an_unknown_code_is_nobody(known: Tenant, settings: Any, stand_in: str) -> None:
    assert _ask("0100109106") is None
    with running(playing(TOKEN | {LOOK_UP: "business_not_found.json"})) as settings.BUSINESS_URL:
        assert _ask("0100109106") is None


@pytest.mark.parametrize("mode", ["down", "wrong"])
def test_a_registry_in_trouble_is_unavailable(known: Tenant, stand_in: str, mode: str) -> None:
    order(stand_in, mode)
    with pytest.raises(business.Unavailable):
        _ask()
    with pytest.raises(business.Unavailable):
        business.check()
    order(stand_in, "ok")
    assert (_ask(), business.check()) == (BUILDER, "")


def test_an_answer_of_another_shape_is_unavailable(known: Tenant, settings: Any) -> None:
    with (
        running(playing(TOKEN | {LOOK_UP: "platform_token.json"})) as settings.BUSINESS_URL,
        pytest.raises(business.Unavailable),
    ):
        _ask()


def test_a_question_is_on_record(known: Tenant, stand_in: str, binh: User) -> None:
    _ask(asked_by=binh)
    with inside(known):
        row = LookUp.objects.get()
        assert (row.neighbour, row.purpose, row.asked_by, row.about, row.outcome) == (
            "business",
            "Cấp giấy phép",
            binh,
            None,
            "found",
        )


def test_all_enterprises_of_the_stand_in_have_codes_that_can_exist(known: Tenant, stand_in: str) -> None:
    for code, name, *_rest in ENTERPRISES:
        checked = (
            10
            - sum(int(digit) * weight for digit, weight in zip(code, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=False))
            % 11
        )
        assert int(code[9]) == checked, code
        found = live.look_up(code)
        assert found is not None
        assert found.name == name
