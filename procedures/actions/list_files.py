"""A long list as a file, made in the background: asked for, written piece by piece, kept for one person for some days."""

import datetime
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation

from portal import audit, outbox
from portal.files import discard, store
from portal.models import User
from portal.moments import now
from portal.permissions import may, roles_of
from portal.tenancy import current_tenant, inside
from procedures.models import Dossier, ListFile
from procedures.queries import exports, sheets
from procedures.queries.wanted import Wanted, wanted_of
from procedures.queries.worklist import rows_of

KEPT = datetime.timedelta(days=3)
State = ListFile.State
Beat = Callable[[], None]


class RightsEnded(Exception):
    """Whoever asked may not have it any more."""


def note_made(person: User, wanted: Wanted, kind: str, *, personal: bool, purpose: str) -> None:
    """Who took which list away stands in the journal; of the words only that there were some."""
    audit.record(
        person, "desk.export", f"list:{wanted.list.key}",
        filter=wanted.query(words=False), searched=bool(wanted.q), kind=kind, personal=personal, purpose=purpose,
    )  # fmt: skip


def note_people(person: User, rows: list[Dossier], purpose: str) -> None:
    """Each one's look, in the transaction in which the rows are read: nothing leaves unrecorded."""
    owners = User.objects.only("pk").in_bulk({row.owner_id for row in rows if row.owner_id})
    told = [(f"dossier:{row.reference}", f"export: {purpose}", owners.get(row.owner_id or 0)) for row in rows]
    audit.looks(person, told)


@transaction.atomic
def ask(person: User, wanted: Wanted, kind: str, *, personal: bool = False, purpose: str = "") -> ListFile:
    """Have a list written; one that is being written already is not begun again."""
    query = wanted.query()
    standing = ListFile.objects.filter(person=person, kind=kind, personal=personal, state=State.WAITING)
    for one in standing:
        if one.query == query:
            return one
    file = ListFile.objects.create(
        person=person, kind=kind, query=query, title=str(wanted.list.title)[:100], personal=personal,
        purpose=purpose, language=translation.get_language() or "vi", asked_at=now(),
    )  # fmt: skip
    note_made(person, wanted, kind, personal=personal, purpose=purpose)
    outbox.put("write_list", f"list-{file.pk}", {"file": file.pk})
    return file


def write(key: int, beat: Beat) -> None:
    """Write it, in no transaction: each piece is read in a short one, and `beat` says that the work goes on.

    In memory are the rows of one piece and nothing else: they go through generators to a file on disk, and that file to
    the store in chunks. Broken off, it is written from the beginning; a file that is ready stays as it is.
    """
    tenant = current_tenant()
    with inside(tenant):
        file = ListFile.objects.get(pk=key)
    if file.state != State.WAITING:
        return
    try:
        with tempfile.TemporaryDirectory() as folder, translation.override(file.language):
            made = _written(file, Path(folder) / f"list.{file.kind}", beat)
    except RightsEnded:
        made = {"state": State.STOPPED}
    with inside(tenant):
        waiting = ListFile.objects.filter(pk=key, state=State.WAITING)
        kept = waiting.update(**made, ready_at=now(), expires_at=now() + KEPT)
        outbox.put("drop_list", f"list-{key}", {"file": key}, due=now() + KEPT)
    if not kept and "path" in made:
        discard(made["path"])


def _written(file: ListFile, path: Path, beat: Beat) -> dict[str, Any]:
    columns, rows = sheets.headings(personal=file.personal), _lines(file, beat)
    if file.kind == ListFile.Kind.XLSX:
        exports.write_xlsx(str(path), columns, rows, title=file.title)
    else:
        exports.write_csv(str(path), columns, rows)
    with path.open("rb") as content:
        upload = UploadedFile(file=content, name=path.name, size=path.stat().st_size)
        stored = store(upload, "lists", file.kind)
    return {"state": State.READY, "path": stored.path, "size": stored.size}


def _lines(file: ListFile, beat: Beat) -> Iterator[dict[str, Any]]:
    """What the person may see when each piece is read: a role that ends meanwhile ends the file."""
    place: str | None = ""
    done = 0
    while place is not None:
        with inside(current_tenant()):
            person, wanted = _asker(file)
            told: dict[str, Any] = {} if done else {"rows": rows_of(person, wanted).order_by().count()}
            rows, place = sheets.piece(person, wanted, place)
            if file.personal:
                note_people(person, rows, file.purpose)
            lines = list(sheets.lines(rows, file.language, personal=file.personal))
            done += len(rows)
            ListFile.objects.filter(pk=file.pk).update(rows_done=done, **told)
            beat()
        yield from lines


def _asker(file: ListFile) -> tuple[User, Wanted]:
    person = User.objects.get(pk=file.person_id)
    if not (person.is_active and is_theirs(person, file)):
        raise RightsEnded
    return person, wanted_of(dict(parse_qsl(file.query)), roles_of(person))


def is_theirs(person: User, file: ListFile) -> bool:
    """Whoever asked, while the rights last that it was asked by."""
    return file.person_id == person.pk and may(person, "dossier.export_personal" if file.personal else "desk.view")


@transaction.atomic
def note_taken(file: ListFile, person: User) -> None:
    audit.record(person, "desk.export_file", f"list_file:{file.pk}", personal=file.personal, rows=file.rows_done)


def drop(key: int) -> None:
    """So much about so many people is kept no longer than it is needed."""
    with inside(current_tenant()):
        file = ListFile.objects.select_for_update(of=("self",)).get(pk=key)
        path, file.path = file.path, ""
        if file.state != State.STOPPED:
            file.state = State.GONE
        file.save(update_fields=["path", "state"])
    if path:
        discard(path)
