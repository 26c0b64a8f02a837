"""Sổ theo dõi hồ sơ (Mẫu 06): short at once, long in the background, in volumes, told to everybody who stands in it."""

import datetime
import io
import re
import zipfile
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import outbox
from portal.models import AuditEntry, Office, OutboxRow, Tenant, User
from portal.moments import now, today
from procedures.actions import books, intake, results
from procedures.models import Book, Dossier
from procedures.queries import books as queries
from tests.cast import Cast
from tests.forms import offered
from tests.pages.desk import filed, fresh


@pytest.fixture
def dossier(tenant: Tenant, office: Office, an: User, binh: User) -> Dossier:
    filing = filed(offered(office), an)
    filing.owner_name, filing.contact_address = "=Nguyễn Thị An", "12/5 Trương Định"
    filing.save()
    return intake.accept(filing, binh)


def asked(office: Office, **more: Any) -> dict[str, Any]:
    return {"office": office.pk, "side": "received", "first": today().isoformat(), "last": today().isoformat(), **more}


def words(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def many(dossier: Dossier, number: int) -> None:
    """The same dossier again and again under other numbers, past the actions: only how the book is read is asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'procedures_dossier'")
        names = [
            name
            for (name,) in cursor.fetchall()
            if name not in ("id", "reference", "number", "state", "event_count", "last_step")
        ]
        listed = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO procedures_dossier ({listed}, reference, number, state, event_count, last_step) "  # noqa: S608 -- names of columns, from the catalogue
            f"SELECT {listed}, 'R' || n, 'N' || n, 'draft', 0, '' FROM procedures_dossier, generate_series(1, %s) n WHERE id = %s",
            [number, dossier.pk],
        )


def test_a_short_book_opens_at_once_with_every_column(dossier: Dossier, door: Any, binh: User, office: Office) -> None:
    page = door(binh).get(reverse("desk_books"), asked(office)).content.decode()
    assert "1 hồ sơ trong sổ" in page
    content = body(door(binh).get(reverse("desk_book_short", args=["pdf"]), asked(office)))
    text = squeezed(words(content))
    for said in (*queries.HEADS.values(), dossier.number, "=Nguyễn Thị An", "12/5 Trương Định", office.name):
        assert squeezed(said) in text, said
    box = pypdf.PdfReader(io.BytesIO(content)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)


def test_a_table_holds_the_same_and_no_formula(dossier: Dossier, door: Any, binh: User, office: Office) -> None:
    content = body(door(binh).get(reverse("desk_book_short", args=["xlsx"]), asked(office)))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "&#39;=Nguyễn" in sheet or "'=Nguyễn" in sheet
    assert "<f>" not in sheet
    assert 'orientation="landscape"' in sheet
    assert dossier.number in sheet


def test_a_receiver_a_rejection_and_late_entry_stand_in_the_book(
    dossier: Dossier, binh: User, dung: User, office: Office
) -> None:
    from procedures.actions import processing

    processing.route(dossier, binh, "sign")
    results.prepare(dossier, dung, outcome="rejected", lines=[], reason="Thiếu", clause="Điều 5", remedy="Bổ sung")
    results.decide(dossier, dung)
    results.hand_over(dossier, binh, how="counter", receiver="Nguyễn Văn Ba")
    row = next(queries.whole(queries.Asked(office, today(), today() + datetime.timedelta(days=1))))
    assert (row["signed"], row["note"], row["no"]) == ("Nguyễn Văn Ba", "Không đồng ý", 1)
    assert row["returned_at"] is not None


def test_everybody_in_a_book_is_told_who_took_it_and_nobody_else(
    dossier: Dossier, door: Any, an: User, binh: User, office: Office
) -> None:
    looks = reverse("my_looks", args=[dossier.reference])
    yesterday = (today() - datetime.timedelta(days=1)).isoformat()
    door(binh).get(reverse("desk_book_short", args=["pdf"]), asked(office, first=yesterday, last=yesterday))
    assert "Lấy sổ theo dõi" not in door(an).get(looks).content.decode(), "a book of other days"
    door(binh).get(reverse("desk_book_short", args=["pdf"]), asked(office))
    assert "Lấy sổ theo dõi" in door(an).get(looks).content.decode()
    assert AuditEntry.objects.filter(action="book.make").latest("pk").facts["rows"] == 1


def test_a_long_book_is_made_in_the_background_in_volumes(
    dossier: Dossier, door: Any, binh: User, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(dossier, 6)
    monkeypatch.setattr(queries, "VOLUME", 3)
    monkeypatch.setattr(books, "VOLUME", 3)
    monkeypatch.setattr(queries.piece, "__defaults__", (None, 3))
    client = door(binh)
    client.post(reverse("desk_book_ask"), asked(office, kind="pdf"))
    book = Book.objects.get()
    assert (book.state, book.rows) == ("waiting", 7)
    row = OutboxRow.objects.get(kind="make_book")
    row.due_at = now() - datetime.timedelta(seconds=1)
    outbox.HANDLERS["make_book"].handler(row)
    book.refresh_from_db()
    assert (book.state, book.rows_done, [one["rows"] for one in book.files]) == ("ready", 7, [3, 3, 1])
    texts = [words(body(client.get(reverse("desk_book_file", args=[book.pk, n])))) for n in (1, 2, 3)]
    assert [f"Quyển số {n}/3" in text for n, text in enumerate(texts, start=1)] == [True] * 3
    assert sum(text.count("12/5 Trương") for text in texts) == 7
    assert OutboxRow.objects.get(kind="make_book").due_at > now(), "the lease was prolonged while it went on"


def test_a_book_asked_for_twice_is_made_once(dossier: Dossier, door: Any, binh: User, office: Office) -> None:
    for _turn in range(2):
        door(binh).post(reverse("desk_book_ask"), asked(office, kind="xlsx"))
    book = Book.objects.get()
    books.write(book.pk, lambda: None)
    first = Book.objects.get().files
    books.write(book.pk, lambda: None)
    assert Book.objects.get().files == first


def test_a_book_is_gone_after_its_days(dossier: Dossier, door: Any, binh: User, office: Office) -> None:
    door(binh).post(reverse("desk_book_ask"), asked(office, kind="xlsx"))
    book = Book.objects.get()
    books.write(book.pk, lambda: None)
    url = reverse("desk_book_file", args=[book.pk, 1])
    assert zipfile.is_zipfile(io.BytesIO(body(door(binh).get(url))))
    drop = OutboxRow.objects.get(kind="drop_book")
    assert drop.due_at > now() + datetime.timedelta(days=6)
    outbox.HANDLERS["drop_book"].handler(drop)
    assert door(binh).get(url).status_code == 404
    assert "Đã xóa khi hết hạn lưu" in door(binh).get(reverse("desk_books")).content.decode()


def test_a_piece_costs_two_queries_however_many_it_holds(dossier: Dossier, office: Office) -> None:
    told = queries.Asked(office, today(), today() + datetime.timedelta(days=1))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked_for:
            queries.entries(told, queries.piece(told), 0)
        return len(asked_for)

    few = cost()
    many(dossier, 20)
    assert (few, cost()) == (2, 2)


def test_pieces_follow_one_another_without_gap_or_double(dossier: Dossier, office: Office) -> None:
    many(dossier, 10)
    told = queries.Asked(office, today(), today() + datetime.timedelta(days=1))
    found: list[int] = []
    last = None
    while rows := queries.piece(told, last, 3):
        found += [row.pk for row in rows]
        last = rows[-1]
    assert found == sorted(set(found))
    assert len(found) == 11


@pytest.mark.parametrize(
    ("who", "status"), [("binh", 200), ("khoa", 200), ("en", 200), ("chi", 404), ("ha", 404), ("an", 404)]
)
def test_who_may_see_the_book(dossier: Dossier, door: Any, cast: Cast, who: str, status: int) -> None:
    assert door(cast.people[who]).get(reverse("desk_books")).status_code == status


def test_a_clerk_sees_only_books_of_their_own_office(
    dossier: Dossier, door: Any, binh: User, en: User, office: Office
) -> None:
    other = Office.objects.create(code="H58.31", name="Phường khác", kind=Office.Kind.COMMUNE)
    answer = door(binh).get(reverse("desk_books"), asked(other))
    assert answer.status_code == 422
    theirs = books.ask(queries.Asked(other, today(), today() + datetime.timedelta(days=1)), en, "xlsx")
    books.write(theirs.pk, lambda: None)
    url = reverse("desk_book_file", args=[theirs.pk, 1])
    assert door(binh).get(url).status_code == 404
    assert body(door(en).get(url)), "the control"


def test_wrong_days_are_told_and_nothing_is_lost(door: Any, binh: User, office: Office, tenant: Tenant) -> None:
    answer = door(binh).get(reverse("desk_books"), asked(office, first="2026-12-31", last="2026-01-01"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ngày cuối phải từ ngày đầu trở đi." in page
    assert 'value="2026-12-31"' in page


def test_an_empty_book_says_so(door: Any, binh: User, office: Office, tenant: Tenant) -> None:
    assert "Không có hồ sơ nào trong kỳ này." in words(
        body(door(binh).get(reverse("desk_book_short", args=["pdf"]), asked(office)))
    )


def test_results_that_wait_are_listed_for_the_desk(
    dossier: Dossier, door: Any, binh: User, dung: User, office: Office
) -> None:
    from procedures.actions import processing

    processing.route(dossier, binh, "sign")
    results.prepare(dossier, dung, outcome="granted", lines=[])
    results.decide(dossier, dung)
    text = squeezed(words(body(door(binh).get(reverse("desk_results_list"), asked(office)))))
    assert squeezed(dossier.number) in text
    assert squeezed(fresh(dossier).papers.get(kind="result").number) in text
