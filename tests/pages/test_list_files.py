"""A list that is too long to wait for: written by a worker in pieces, kept for one person, gone after some days."""

import datetime
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from portal import outbox
from portal.files import read_stored
from portal.models import AuditEntry, Membership, OutboxRow, Tenant, User
from portal.moments import now, travel
from procedures.actions import list_files
from procedures.models import Dossier, ListFile
from procedures.queries import exports, sheets
from tests.forms import offered
from tests.pages.desk import filed
from tests.pages.test_worklist_export import PERSONAL, PLAIN, read, strings

NAMES = ("an", "ha", "khoa", "lan", "en")


@pytest.fixture
def rows(tenant: Tenant, office: Any, cast: Any) -> list[Dossier]:
    offering = offered(office)
    return [filed(offering, cast.people[name]) for name in NAMES]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds of a list of five: three at once, two a piece."""
    monkeypatch.setattr(sheets, "AT_ONCE", 3)
    monkeypatch.setattr(sheets, "PIECE", 2)


def done(tenant: Tenant) -> ListFile:
    outbox.relay(tenant)
    return ListFile.objects.get()


def asked(client: Any, kind: str = "xlsx") -> Any:
    return client.post(reverse("desk_list_file_ask") + "?list=new", {"kind": kind}, follow=True)


def kept(file: ListFile) -> str:
    content = read_stored(file.path)
    return strings(content) if file.kind == "xlsx" else content.decode("utf-8-sig")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_long_list_is_written_in_the_background_and_taken_away_by_whoever_asked(
    rows: list[Dossier], small: None, kind: str, tenant: Tenant, binh: User, door: Any
) -> None:
    client = door(binh)
    page = client.get(f"{PLAIN}xlsx/?list=new", follow=True).content.decode()
    assert "dài hơn 3 hồ sơ được lập trong nền" in page
    assert 'data-progress="1"' in asked(client, kind).content.decode()
    file = done(tenant)
    assert (file.state, file.rows, file.rows_done) == ("ready", 5, 5)
    assert [kept(file).count(row.reference) for row in rows] == [1] * 5
    answer = client.get(reverse("desk_list_file", args=[file.pk]))
    assert len(b"".join(answer)) == file.size
    assert "private, no-store" in answer.headers["Cache-Control"]
    taken = AuditEntry.objects.filter(action__in=("desk.export", "desk.export_file")).order_by("number")
    assert [one.action for one in taken] == ["desk.export", "desk.export_file"]
    assert "Nguyễn Thị An" not in kept(file)


def test_a_short_list_still_comes_at_once(rows: list[Dossier], binh: User, door: Any) -> None:
    """The control."""
    assert rows[0].reference in strings(door(binh).get(f"{PLAIN}xlsx/?list=new").content)
    assert not ListFile.objects.exists()


def test_asked_twice_it_is_written_once(
    rows: list[Dossier], small: None, tenant: Tenant, binh: User, door: Any
) -> None:
    client = door(binh)
    asked(client)
    asked(client)
    file = done(tenant)
    path = file.path
    list_files.write(file.pk, lambda: None)  # a row that is done twice
    assert ListFile.objects.get().path == path
    assert OutboxRow.objects.filter(kind="write_list").count() == 1


def test_nobody_else_takes_it_away_and_a_role_that_ended_does_not_either(
    rows: list[Dossier], small: None, tenant: Tenant, binh: User, chi: User, giang: User, cast: Any, door: Any
) -> None:
    asked(door(binh))
    at = reverse("desk_list_file", args=[done(tenant).pk])
    for client in (door(chi), door(giang), door(giang, cast.other_tenant)):
        assert client.get(at).status_code == 404
        assert client.post(f"{at}xoa/").status_code == 404
    assert "Chưa có tệp nào" in door(chi).get(reverse("desk_list_files")).content.decode()
    answer = door(binh).get(at)
    assert (answer.status_code, bool(b"".join(answer))) == (200, True)
    Membership.objects.filter(user=binh).update(until=now().date() - datetime.timedelta(days=1))
    assert door(binh).get(at).status_code == 404


def test_rights_that_end_while_it_is_written_end_the_file(
    rows: list[Dossier], small: None, tenant: Tenant, binh: User, door: Any
) -> None:
    asked(door(binh))
    Membership.objects.filter(user=binh).delete()
    file = done(tenant)
    assert (file.state, file.path) == ("stopped", "")


def test_personal_data_need_a_purpose_and_each_person_is_told(
    rows: list[Dossier], small: None, tenant: Tenant, an: User, binh: User, dung: User, door: Any
) -> None:
    assert door(binh).post(f"{PERSONAL}xlsx/?list=new", {"purpose": "?"}).status_code == 404
    client = door(dung)
    client.post(f"{PERSONAL}xlsx/?list=new", {"purpose": ""})
    assert not ListFile.objects.exists()
    page = client.post(f"{PERSONAL}xlsx/?list=new", {"purpose": "Báo lịch"}, follow=True).content.decode()
    assert "Báo lịch" in page
    assert "082190001234" in kept(done(tenant))
    look = AuditEntry.objects.get(action="look", object=f"dossier:{rows[0].reference}", subject=an)
    assert look.facts["purpose"] == "export: Báo lịch"


def test_the_words_of_a_list_are_not_kept_in_the_clear(
    rows: list[Dossier], small: None, tenant: Tenant, binh: User, door: Any
) -> None:
    door(binh).post(reverse("desk_list_file_ask") + "?list=new&q=Nguyen+An", {"kind": "csv"})
    assert "Nguyen" in ListFile.objects.get().query
    assert not any("Nguyen" in str(one.facts) for one in AuditEntry.objects.filter(action="desk.export"))


def test_it_is_deleted_when_its_days_are_over_or_sooner_by_hand(
    rows: list[Dossier], small: None, tenant: Tenant, binh: User, door: Any
) -> None:
    client = door(binh)
    asked(client)
    file = done(tenant)
    with travel(now() + datetime.timedelta(days=2, hours=23)):
        outbox.relay(tenant)
        assert default_storage.exists(file.path)  # the control
    with travel(now() + datetime.timedelta(days=3, minutes=1)):
        outbox.relay(tenant)
    assert not default_storage.exists(file.path)
    assert ListFile.objects.get().state == "gone"
    assert client.get(reverse("desk_list_file", args=[file.pk])).status_code == 404
    ListFile.objects.all().delete()
    asked(client)
    by_hand = done(tenant)
    client.post(reverse("desk_list_file_drop", args=[by_hand.pk]))
    assert not default_storage.exists(by_hand.path)


def test_csv_is_sent_in_pieces_whatever_its_length(rows: list[Dossier], small: None, binh: User, door: Any) -> None:
    answer = door(binh).get(f"{PLAIN}csv/?list=new")
    assert answer.streaming
    assert [read(answer).count(row.reference) for row in rows[:1]] == [1]


# ---- memory ----


def peak(write: Any, path: Path, count: int) -> int:
    """Bytes that Python held at once while so many rows were written."""
    columns = sheets.headings(personal=True)

    def lines() -> Iterator[dict[str, Any]]:
        for number in range(count):
            yield {name: f"{name} {number}" for name in columns}

    tracemalloc.start()
    try:
        write(str(path), columns, lines())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def as_xlsx(path: str, columns: list[str], lines: Iterator[dict[str, Any]]) -> None:
    exports.write_xlsx(path, columns, lines, title="Danh sách")


@pytest.mark.parametrize("write", [as_xlsx, exports.write_csv])
def test_ten_times_the_rows_take_no_more_memory(write: Any, tmp_path: Path) -> None:
    """A row is on disk before the next one is made, so the writer's memory has no term in the number of rows."""
    write(str(tmp_path / "warm"), ["a"], iter(()))
    few, many = (peak(write, tmp_path / f"{count}", count) for count in (300, 3000))
    assert many < few * 1.5


def test_a_list_of_everything_would_grow(tmp_path: Path) -> None:
    """The control: what is gathered first is all in memory at once."""

    def gathered(path: str, columns: list[str], lines: Iterator[dict[str, Any]]) -> None:
        exports.write_csv(path, columns, list(lines))

    few, many = (peak(gathered, tmp_path / f"{count}", count) for count in (300, 3000))
    assert many > few * 3


def test_a_sheet_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "ROWS_OF_SHEET", 2)
    path = tmp_path / "a.xlsx"
    exports.write_xlsx(str(path), ["n"], ({"n": f"dòng {number}"} for number in range(1, 6)), title="Danh sách")
    text = strings(path.read_bytes())
    assert [text.count(f"dòng {number}<") for number in range(1, 6)] == [1] * 5
    assert text.count("<sheet ") == 3
