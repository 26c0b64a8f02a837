import datetime
from collections.abc import Callable

import pytest

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import drafts, intake, submission
from procedures.models import Dossier
from tests.conftest import Door
from tests.forms import offered

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)


@pytest.fixture
def draft(tenant: Tenant, office: Office, an: User) -> Dossier:
    made = drafts.start(offered(office), an)
    drafts.save_answers(made, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
    return made


@pytest.fixture
def filed(draft: Dossier, an: User) -> Dossier:
    with travel(MONDAY):
        return submission.submit(draft, an, "key-1")


def test_the_reference_alone_tells_state_due_date_and_office(filed: Dossier, door: Door, binh: User) -> None:
    with travel(MONDAY):
        intake.accept(filed, binh)
    page = door().get("/tra-cuu/", {"ma": filed.reference}).content.decode()
    for told in (
        "Được tiếp nhận",
        "Hạn trả kết quả",
        "17:00 thứ Năm 19/11/2026",
        "Ủy ban nhân dân phường Gò Công",
        "Xác nhận thử nghiệm",
    ):
        assert told in page


def test_nothing_personal_is_told(filed: Dossier, door: Door) -> None:
    page = door().get("/tra-cuu/", {"ma": filed.reference}).content.decode()
    for secret in ("Nguyễn Thị An", "082190001234", "0912345678", "loan"):
        assert secret not in page


@pytest.mark.parametrize(
    "written", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code.replace('-', ' ')} "]
)
def test_the_reference_may_be_written_anyhow(filed: Dossier, door: Door, written: Callable[[str], str]) -> None:
    assert "Mới đăng ký" in door().get("/tra-cuu/", {"ma": written(filed.reference)}).content.decode()


@pytest.mark.parametrize("typed", ["", "AAAA", "AAAA-BBBB-CCCC", "x" * 500, "\x00", "<script>alert(1)</script>"])
def test_what_is_no_reference_is_said_beside_the_field_and_kept(filed: Dossier, door: Door, typed: str) -> None:
    answer = door().get("/tra-cuu/", {"ma": typed})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Lỗi:" in page and "Có chỗ cần sửa" in page
    assert "<script>alert" not in page


def test_a_number_that_can_be_guessed_tells_nothing(filed: Dossier, door: Door, binh: User) -> None:
    with travel(MONDAY):
        intake.accept(filed, binh)
    page = door().get("/tra-cuu/", {"ma": filed.number}).content.decode()
    assert "Đây là số hồ sơ" in page and "Được tiếp nhận" not in page


def test_a_draft_and_another_authoritys_dossier_are_not_there(
    draft: Dossier, door: Door, other_tenant: Tenant, an: User
) -> None:
    assert "Không có hồ sơ nào" in door().get("/tra-cuu/", {"ma": draft.reference}).content.decode()
    with travel(MONDAY):
        submission.submit(draft, an, "key-1")
    assert "Mới đăng ký" in door().get("/tra-cuu/", {"ma": draft.reference}).content.decode()
    assert "Không có hồ sơ nào" in door(at=other_tenant).get("/tra-cuu/", {"ma": draft.reference}).content.decode()


def test_trying_many_is_stopped_with_a_sentence(filed: Dossier, door: Door) -> None:
    client = door()
    for _try in range(10):
        assert client.get("/tra-cuu/", {"ma": "AAAA-BBBB-CCCC"}).status_code == 200
    stopped = client.get("/tra-cuu/", {"ma": filed.reference})
    assert stopped.status_code == 429
    assert "đợi một phút" in stopped.content.decode() and "Mới đăng ký" not in stopped.content.decode()
    assert client.get("/tra-cuu/").status_code == 200
    assert door().get("/tra-cuu/", {"ma": filed.reference}, REMOTE_ADDR="203.0.113.9").status_code == 200
