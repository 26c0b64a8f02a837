"""The list as a file: what is filtered, people's data only for those who may, in the journal, no formula alive."""

import io
import zipfile
from typing import Any

import pytest

from portal.models import AuditEntry, Office, Tenant, User
from procedures.models import Offering
from procedures.queries import sheets
from tests.forms import offered
from tests.pages.desk import filed

PLAIN, PERSONAL = "/mot-cua/xuat/danh-sach/", "/mot-cua/xuat/ca-nhan/"


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


def read(answer: Any) -> str:
    return (b"".join(answer) if answer.streaming else answer.content).decode("utf-8-sig")


def strings(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_what_is_filtered_is_in_the_file_without_personal_data(
    offering: Offering, door: Any, cast: Any, binh: User
) -> None:
    one, two = (filed(offering, cast.people[name]) for name in ("an", "ha"))
    text = read(door(binh).get(f"{PLAIN}csv/?list=new&q={one.reference}"))
    assert one.reference in text
    assert two.reference not in text
    assert "Nguyễn Thị An" not in text
    assert "082190001234" not in text
    assert one.reference in strings(door(binh).get(f"{PLAIN}xlsx/?list=new").content)
    entry = AuditEntry.objects.filter(action="desk.export").first()
    assert entry is not None
    assert entry.actor == binh
    assert entry.facts["filter"] == "list=new"
    assert entry.facts["searched"] is True


def test_personal_data_need_the_right_and_a_purpose_and_are_told_to_the_person(
    offering: Offering, door: Any, an: User, binh: User, dung: User
) -> None:
    dossier = filed(offering, an)
    assert door(binh).post(f"{PERSONAL}csv/?list=new", {"purpose": "?"}).status_code == 404
    assert (
        "Hãy ghi mục đích"
        in door(dung).post(f"{PERSONAL}csv/?list=new", {"purpose": " "}, follow=True).content.decode()
    )
    assert not AuditEntry.objects.filter(action__in=("desk.export", "look")).exists()
    text = read(door(dung).post(f"{PERSONAL}csv/?list=new", {"purpose": "Gọi điện báo lịch"}))
    assert "082190001234" in text
    look = AuditEntry.objects.get(action="look", object=f"dossier:{dossier.reference}")
    assert (look.subject, look.facts["purpose"]) == (an, "export: Gọi điện báo lịch")


def test_formulas_are_inert(offering: Offering, door: Any, an: User, dung: User) -> None:
    dossier = filed(offering, an)
    dossier.owner_name = "=HYPERLINK(1)"
    dossier.save(update_fields=["owner_name"])
    assert ",'=HYPERLINK(1)" in read(door(dung).post(f"{PERSONAL}csv/?list=new", {"purpose": "Thử"}))
    book = strings(door(dung).post(f"{PERSONAL}xlsx/?list=new", {"purpose": "Thử"}).content)
    assert "<f>" not in book
    assert "=HYPERLINK(1)" in book


def test_pieces_follow_each_other_without_gap_or_double(
    offering: Offering, door: Any, cast: Any, binh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "PIECE", 2)
    rows = [filed(offering, cast.people[name]) for name in ("an", "ha", "khoa", "lan", "en")]
    for kind in ("csv", "xlsx"):
        answer = door(binh).get(f"{PLAIN}{kind}/?list=all")
        text = read(answer) if kind == "csv" else strings(answer.content)
        assert [text.count(row.reference) for row in rows] == [1] * 5


def test_a_stranger_takes_nothing_away(
    offering: Offering, door: Any, an: User, giang: User, other_tenant: Tenant
) -> None:
    dossier = filed(offering, an)
    assert door(giang).get(f"{PLAIN}csv/?list=all").status_code == 404
    assert dossier.reference not in read(door(giang, other_tenant).get(f"{PLAIN}csv/?list=all"))
    assert door(giang, other_tenant).get(f"{PLAIN}pdf/").status_code == 404
