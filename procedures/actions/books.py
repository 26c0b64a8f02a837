"""Making a tracking book in the background: asked for, written in pieces with its progress, kept for some days."""

import datetime
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal import audit, outbox
from portal.files import Stored, store
from portal.models import User
from portal.moments import now
from portal.tenancy import current_tenant, inside
from procedures.models import Book, Dossier
from procedures.queries.books import VOLUME, Asked, Entry, as_pdf, asked_by, entries, piece, write_xlsx

KEPT = datetime.timedelta(days=7)
Beat = Callable[[], None]


def note_made(asked: Asked, person: User, kind: str, rows: int) -> None:
    """Who took a book stands in the journal; everybody in it finds that among the looks at their dossier."""
    audit.record(person, "book.make", f"book:{asked.office.code}", **asked.told(), kind=kind, rows=rows)


@transaction.atomic
def ask(asked: Asked, person: User, kind: str) -> Book:
    """Have a book made; the same one that is being made already is not begun again."""
    told = {"office": asked.office, "side": asked.side, "since": asked.since, "to": asked.to, "kind": kind}
    standing = Book.objects.filter(**told, asked_by=person, state=Book.State.WAITING).first()
    if standing is not None:
        return standing
    count = asked.dossiers().count()
    book = Book.objects.create(**told, asked_by=person, asked_at=now(), rows=count)
    note_made(asked, person, kind, count)
    outbox.put("make_book", f"book-{book.pk}", {"book": book.pk})
    return book


def write(key: int, beat: Beat) -> None:
    """Write it, in no transaction: each piece is read in a short one, and `beat` says that the work goes on.

    Broken off, it is written from the beginning; a book that is ready stays as it is.
    """
    tenant = current_tenant()
    with inside(tenant):
        book = Book.objects.select_related("office").get(pk=key)
    if book.state != Book.State.WAITING:
        return
    made = _table(book, beat) if book.kind == Book.Kind.XLSX else list(_volumes(book, beat))
    with inside(tenant):
        ready = Book.objects.filter(pk=key, state=Book.State.WAITING).update(
            state=Book.State.READY, files=made, ready_at=now()
        )
        outbox.put("drop_book", f"book-{key}", {"book": key}, due=now() + KEPT)
    if not ready:
        _drop(made)


def _pieces(book: Book, beat: Beat) -> Iterator[list[Entry]]:
    """Told in the order of the book, with the progress after each piece."""
    asked, done = asked_by(book), 0
    last: Dossier | None = None
    while True:
        with inside(book.tenant_id):
            rows = piece(asked, last)
            told = entries(asked, rows, done)
            done += len(rows)
            Book.objects.filter(pk=book.pk).update(rows_done=done)
            beat()
        if told or last is None:
            yield told
        if len(rows) < VOLUME:
            return
        last = rows[-1]


def _volumes(book: Book, beat: Beat) -> Iterator[dict[str, Any]]:
    asked, volumes = asked_by(book), max(1, -(-book.rows // VOLUME))
    for number, rows in enumerate(_pieces(book, beat), start=1):
        content = as_pdf(asked, rows, count=book.rows, volume=number, volumes=max(volumes, number))
        yield _kept(store(content, "books", "pdf"), len(rows))


def _table(book: Book, beat: Beat) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write_xlsx(str(path), asked_by(book), (row for rows in _pieces(book, beat) for row in rows))
        with path.open("rb") as file:
            upload = UploadedFile(file=file, name="book.xlsx", size=path.stat().st_size)
            return [_kept(store(upload, "books", "xlsx"), book.rows)]


def _kept(stored: Stored, rows: int) -> dict[str, Any]:
    return {"path": stored.path, "size": stored.size, "sha256": stored.sha256, "rows": rows}


def drop(key: int) -> None:
    """So many addresses and telephones are not kept longer than they are needed."""
    with inside(current_tenant()):
        book = Book.objects.select_for_update().get(pk=key)
        files, book.files, book.state = book.files, [], Book.State.GONE
        book.save(update_fields=["files", "state"])
    _drop(files)


def _drop(files: list[dict[str, Any]]) -> None:
    for one in files:
        default_storage.delete(one["path"])
