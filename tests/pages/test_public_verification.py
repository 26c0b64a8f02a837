import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.files import read_stored
from portal.models import Office, Tenant, User
from portal.moments import HERE, now, today, travel
from procedures.actions import drafts, intake, processing, results, submission
from procedures.models import Dossier, Paper
from procedures.public.verification import masked
from tests.conftest import Door
from tests.forms import offered

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)


@pytest.fixture
def dossier(tenant: Tenant, office: Office, an: User) -> Dossier:
    with travel(MONDAY):
        draft = drafts.start(offered(office), an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        return submission.submit(draft, an, "key-1")


@pytest.fixture
def paper(dossier: Dossier) -> Paper:
    return Paper.objects.create(
        dossier=dossier, kind=Paper.Kind.RESULT, title="Giấy xác nhận", number="12/GXN", verification_code="7K2M-9QPX-3D4F",
        signed_at=MONDAY, signer="Phạm Quốc Dũng", sha256="0" * 64,
    )  # fmt: skip


@pytest.fixture
def signed(dossier: Dossier, binh: User, chi: User, dung: User) -> Paper:
    with travel(MONDAY):
        intake.accept(dossier, binh)
        processing.route(dossier, binh, "examine")
        results.prepare(dossier, chi, outcome="granted", lines=[])
        processing.route(dossier, chi, "sign")
        results.decide(dossier, dung)
    return Paper.objects.get(dossier=dossier, kind=Paper.Kind.RESULT)


def test_anyone_sees_what_the_paper_is_and_little_of_its_owner(paper: Paper, door: Door) -> None:
    page = door().get("/xac-thuc/7K2M-9QPX-3D4F/").content.decode()
    for told in (
        "có thật và còn giá trị",
        "Giấy xác nhận",
        "12/GXN",
        "Phạm Quốc Dũng",
        "phường Gò Công",
        "Nguyễn T** A*",
        "09:00 thứ Hai 16/11/2026",
    ):
        assert told in page
    for secret in ("Thị An", "082190001234"):
        assert secret not in page


def test_the_code_is_typed_anyhow_and_leads_to_the_paper(paper: Paper, door: Door) -> None:
    answer = door().get("/xac-thuc/", {"code": "7k2m 9qpx3d4f"}, follow=True)
    assert answer.redirect_chain == [("/xac-thuc/7K2M-9QPX-3D4F/", 302)]
    assert "<title>Lỗi:" in door().get("/xac-thuc/", {"code": "7K2M"}).content.decode()


def test_a_revoked_paper_and_an_expired_one_say_so(paper: Paper, door: Door) -> None:
    paper.valid_until = today()
    paper.save()
    assert "còn giá trị" in door().get("/xac-thuc/7K2M-9QPX-3D4F/").content.decode()
    paper.valid_until = today() - datetime.timedelta(days=1)
    paper.save()
    assert "đã hết hạn" in door().get("/xac-thuc/7K2M-9QPX-3D4F/").content.decode()
    paper.revoked_at = now()
    paper.save()
    assert "đã bị thu hồi" in door().get("/xac-thuc/7K2M-9QPX-3D4F/").content.decode()


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC", "x", "a" * 300, "<b>"])
def test_an_unknown_code_is_answered_calmly(paper: Paper, door: Door, code: str) -> None:
    answer = door().get(f"/xac-thuc/{code}/")
    assert answer.status_code == 404
    assert "Không có giấy tờ nào mang mã này" in answer.content.decode()
    assert b"<b>" not in answer.content


def test_another_authority_knows_nothing_of_it(paper: Paper, door: Door, other_tenant: Tenant) -> None:
    assert door(at=other_tenant).get("/xac-thuc/7K2M-9QPX-3D4F/").status_code == 404


def test_the_file_itself_is_told_from_a_changed_one_and_from_another(signed: Paper, door: Door) -> None:
    url, content = f"/xac-thuc/{signed.verification_code}/", read_stored(signed.path)
    assert "Tệp đúng là bản đã cấp" in sent(door, url, content)
    assert "không phải bản đã cấp" in sent(door, url, content.replace(b"/Type", b"/Tipe", 1))
    assert "không phải bản đã cấp" in sent(door, url, b"no pdf at all")
    signed.sha256 = "0" * 64
    signed.save()
    assert "nhưng là giấy tờ khác" in sent(door, url, content)


def sent(door: Door, url: str, content: bytes) -> str:
    answer = door().post(url, {"file": SimpleUploadedFile("ket-qua.pdf", content)})
    assert answer.status_code == 200
    return answer.content.decode()


def test_no_file_and_an_empty_one_are_said_beside_the_field(paper: Paper, door: Door) -> None:
    url = "/xac-thuc/7K2M-9QPX-3D4F/"
    assert "Hãy chọn tệp PDF cần kiểm tra." in door().post(url).content.decode()
    assert "Tệp trống." in sent(door, url, b"")


def test_trying_many_codes_is_stopped(paper: Paper, door: Door) -> None:
    client = door()
    for _try in range(30):
        client.get("/xac-thuc/AAAA-BBBB-CCCC/")
    assert client.get("/xac-thuc/7K2M-9QPX-3D4F/").status_code == 429


@pytest.mark.parametrize(("name", "shown"), [("Nguyễn Thị An", "Nguyễn T** A*"), ("Y", "Y"), ("", "")])
def test_a_name_is_masked_but_for_its_first_word(name: str, shown: str) -> None:
    assert masked(name) == shown
