"""The thread of a dossier and its internal notes, as each side reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from portal.models import User
from procedures.models import Attachment, Dossier, InternalNote, Letter, ThreadSeen
from procedures.models.lifecycle import FINAL, State


@dataclass(frozen=True)
class Said:
    """A letter with its files; `fresh` while the reader's side has not read it."""

    letter: Letter
    files: tuple[Attachment, ...]
    fresh: bool


def can_write(dossier: Dossier) -> bool:
    return dossier.state not in FINAL and dossier.state != State.DRAFT


def thread_at_desk(dossier: Dossier, files: Iterable[Attachment]) -> list[Said]:
    """For officials: a citizen's letter is fresh until one of them has read it."""
    letters = list(Letter.objects.filter(dossier=dossier).select_related("author"))
    return _said(letters, files, _seen(dossier, at_desk=True), fresh_from_desk=False) if letters else []


def thread_of(dossier: Dossier, person: User, files: Iterable[Attachment]) -> list[Said]:
    """For the citizen: by side and role, without the names of officials."""
    letters = list(Letter.objects.filter(dossier=dossier))
    return _said(letters, files, _seen(dossier, person), fresh_from_desk=True) if letters else []


def _seen(dossier: Dossier, person: User | None = None, *, at_desk: bool = False) -> int:
    rows: QuerySet[ThreadSeen] = ThreadSeen.objects.filter(dossier=dossier)
    if at_desk:
        rows = rows.exclude(person__in=[key for key in (dossier.owner_id, dossier.submitter_id) if key])
    else:
        rows = rows.filter(person=person)
    return rows.aggregate(last=Max("letter_id"))["last"] or 0


def _said(letters: Sequence[Letter], files: Iterable[Attachment], seen: int, *, fresh_from_desk: bool) -> list[Said]:
    by_letter: dict[int, list[Attachment]] = {}
    for file in files:
        if file.letter_id:
            by_letter.setdefault(file.letter_id, []).append(file)
    return [
        Said(one, tuple(by_letter.get(one.pk, ())), one.from_desk is fresh_from_desk and one.pk > seen)
        for one in letters
    ]


def unread(said: Iterable[Said]) -> int:
    return sum(one.fresh for one in said)


def notes_of(dossier: Dossier) -> list[InternalNote]:
    return list(InternalNote.objects.filter(dossier=dossier).select_related("author"))
