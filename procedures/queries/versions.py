"""Versions of a procedure and the draft of the next one."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.http import Http404

from portal.models import AuditEntry, User
from portal.moments import now
from procedures.models import Procedure, ProcedureVersion, VersionDraft
from procedures.queries import moves
from procedures.queries.comparisons import Words, compare
from procedures.schema import parts
from procedures.schema.definition import parse
from procedures.schema.reading import DefinitionError, Problem

# How far back to look for who changed a part; beyond that the draft's own last change is told.
LOOKED_BACK = 200
# Parts that concern the office alone.
UNTOLD = ("route", "trials", "retention_years", "keywords", "clock", "decision_no", "result_template")


def draft_of(code: str) -> VersionDraft | None:
    rows = VersionDraft.objects.filter(code=code)
    found: VersionDraft | None = rows.select_related("procedure", "base", "national", "changed_by").first()
    return found


def in_hand() -> QuerySet[Any]:
    """The drafts that are being written, with `name`, the last touched first; without their definitions."""
    rows: QuerySet[Any] = VersionDraft.objects.annotate(name=KT("definition__name__vi"))
    return rows.select_related("changed_by").defer("definition").order_by("-changed_at")


def latest(code: str) -> ProcedureVersion | None:
    """What was published last: in force, waiting for its day, or withdrawn since; not what never came into force."""
    never = Q(effective_from__isnull=False, took_effect_at=None, withdrawn_at__isnull=False)
    rows = ProcedureVersion.objects.filter(procedure__code=code).exclude(never)
    found: ProcedureVersion | None = rows.select_related("procedure__current", "national").order_by("-number").first()
    return found


def scheduled(code: str) -> ProcedureVersion | None:
    """The version that waits for its day."""
    rows = ProcedureVersion.objects.filter(procedure__code=code, took_effect_at=None, withdrawn_at=None)
    found: ProcedureVersion | None = rows.filter(effective_from__isnull=False).order_by("-number").first()
    return found


@dataclass(frozen=True)
class Coming:
    """From which day a newer version holds, and the parts that differ then."""

    day: datetime.datetime
    parts: tuple[Words, ...]


def coming(procedure: Procedure) -> Coming | None:
    """What a visitor is told of the version that waits for its day."""
    found = scheduled(procedure.code)
    if found is None or found.effective_from is None or procedure.current is None:
        return None
    told = compare(procedure.current.definition, found.definition, both=False)
    return Coming(found.effective_from, tuple(part.title for part in told if part.key not in UNTOLD))


def ended(code: str) -> tuple[Procedure, ProcedureVersion]:
    """A procedure that is received no more, and the version with which it ended; else there is no such page."""
    procedure = Procedure.objects.filter(code=code, current=None).first()
    last = moves.withdrawn(procedure) if procedure else None
    if procedure is None or last is None:
        raise Http404
    return procedure, last


def due() -> QuerySet[ProcedureVersion]:
    """Scheduled versions whose moment has come, in the order in which they come into force."""
    waiting = ProcedureVersion.objects.filter(effective_from__isnull=False, took_effect_at=None, withdrawn_at=None)
    return waiting.filter(effective_from__lte=now()).order_by("effective_from", "number")


def problems_of(draft: VersionDraft) -> list[Problem]:
    """Everything that stands against reading the draft as a definition, each by the address of its part."""
    try:
        parse(draft.definition)
    except DefinitionError as error:
        return [Problem(parts.address_of(draft.definition, one.path), one.sentence) for one in error.problems]
    return []


def last_change(draft: VersionDraft, address: str) -> tuple[User | None, datetime.datetime]:
    """Who changed this part of a draft last (or something in it, or what it is in), and when."""
    rows = AuditEntry.objects.filter(object=f"procedure:{draft.code}", action__startswith="draft.")
    for entry in rows.select_related("actor").order_by("-number")[:LOOKED_BACK]:
        if _touches(str(entry.facts.get("address", "")), address):
            return entry.actor, entry.at
    return draft.changed_by, draft.changed_at


def _touches(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.") or not one or not other
