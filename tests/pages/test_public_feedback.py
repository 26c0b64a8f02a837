import pytest

from portal.models import Office, Tenant, User
from procedures.actions import drafts, feedback
from procedures.models import Feedback
from tests.conftest import Door
from tests.forms import offered

GOOD = {"group": "procedure", "body": "Mẫu đơn dài quá", "contact": "0912345678", "dossier_reference": ""}


def test_feedback_is_answered_with_a_reference(tenant: Tenant, door: Door) -> None:
    answer = door().post("/phan-anh/", GOOD, follow=True)
    given = Feedback.objects.get()
    assert answer.redirect_chain == [(f"/phan-anh/{given.reference}/", 302)]
    assert given.reference in answer.content.decode()
    assert (given.group, given.body, given.contact, given.person) == (
        "procedure",
        "Mẫu đơn dài quá",
        "0912345678",
        None,
    )


def test_the_answer_is_looked_up_by_reference_and_tells_only_the_answer(tenant: Tenant, door: Door, binh: User) -> None:
    given = feedback.give(group="portal", body="Điều riêng tư", person=None, contact="0912345678")
    feedback.answer(given, binh, "Chúng tôi đã sửa.")
    found = door().get("/phan-anh/", {"ma": given.reference.lower().replace("-", "")}, follow=True).content.decode()
    assert "Chúng tôi đã sửa." in found
    for secret in ("Điều riêng tư", "0912345678", "Trần Văn Bình"):
        assert secret not in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"group": ""}, "Hãy chọn một mục"),
        ({"group": "nonsense"}, "Lỗi:"),
        ({"body": " "}, "Hãy viết vài dòng"),
        ({"body": "a" * 4001}, "quá 4.000 ký tự"),
        ({"dossier_reference": "AAAA"}, "Mã có 12 chữ và số"),
    ],
)
def test_what_is_wrong_is_said_and_everything_kept(
    tenant: Tenant, door: Door, changes: dict[str, str], sentence: str
) -> None:
    page = door().post("/phan-anh/", {**GOOD, **changes}).content.decode()
    assert "<title>Lỗi:" in page and sentence in page
    assert 'value="0912345678"' in page
    assert not Feedback.objects.exists()


def test_it_reaches_the_office_of_the_dossier_and_knows_who_is_signed_in(office: Office, door: Door, an: User) -> None:
    draft = drafts.start(offered(office), an)
    door(an).post("/phan-anh/", {**GOOD, "dossier_reference": draft.reference})
    given = Feedback.objects.get()
    assert (given.office, given.person, given.dossier_reference) == (office, an, draft.reference)


def test_a_flood_is_stopped_and_nothing_written_is_lost(tenant: Tenant, door: Door) -> None:
    client = door()
    for _time in range(5):
        client.post("/phan-anh/", GOOD)
    stopped = client.post("/phan-anh/", GOOD)
    assert stopped.status_code == 429
    assert "Mẫu đơn dài quá" in stopped.content.decode()
    assert Feedback.objects.count() == 5


def test_unknown_references_lead_nowhere(tenant: Tenant, door: Door, other_tenant: Tenant) -> None:
    given = feedback.give(group="portal", body="x", person=None)
    assert door(at=other_tenant).get(f"/phan-anh/{given.reference}/").status_code == 404
    assert "<title>Lỗi:" in door().get("/phan-anh/", {"ma": "AB"}).content.decode()
