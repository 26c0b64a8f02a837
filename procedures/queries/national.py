"""The national shelf, and what an authority made of a definition from it: as the ministry wrote it, or changed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from procedures.models import NationalDefinition, Procedure, ProcedureVersion, VersionDraft
from procedures.queries.comparisons import PARTS, Part, Words, compare, tell
from procedures.schema.differences import Merged, merge

PAGE = 40
# Never differing: by the code the two are one procedure; trials are everybody's own.
OWN = ("code", "trials")


def newest() -> QuerySet[NationalDefinition]:
    """The newest number of each procedure on the shelf."""
    newer = NationalDefinition.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return NationalDefinition.objects.filter(~Exists(newer))


def newest_of(code: str) -> NationalDefinition | None:
    return NationalDefinition.objects.filter(code=code).order_by("-number").first()


def not_adopted(words: str = "", after: str = "") -> QuerySet[Any]:
    """What this authority has neither published nor begun to write, by code, with `name`; a page is asked for by `after`."""
    rows: QuerySet[Any] = newest().annotate(name=KT("definition__name__vi"), sector=KT("definition__sector__name__vi"))
    for word in words.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(code__istartswith=word))
    here = Procedure.objects.values("code"), VersionDraft.objects.values("code")
    rows = rows.exclude(code__in=here[0]).exclude(code__in=here[1]).filter(code__gt=after)
    return rows.defer("definition").order_by("code")


@dataclass(frozen=True)
class Origin:
    """Where a part comes from: `part` tells both texts where it was changed here."""

    key: str
    title: Words
    part: Part | None

    @property
    def is_ministrys(self) -> bool:
        return self.part is None


def origins(national: NationalDefinition, raw: Mapping[str, Any]) -> list[Origin]:
    """Every part that either side has, from the ministry or changed here."""
    changed = {part.key: part for part in compare(national.definition, raw)}
    there = {key for key in (*national.definition, *raw) if key in PARTS and key not in OWN}
    return [Origin(key, PARTS[key], changed.get(key)) for key in PARTS if key in there]


def newer_than(version: ProcedureVersion | VersionDraft | None) -> NationalDefinition | None:
    """What the ministry published since; None where this is the newest, or follows nothing."""
    if version is None or version.national is None:
        return None
    found = newest_of(version.national.code)
    return found if found is not None and found.number > version.national.number else None


@dataclass(frozen=True)
class Offered:
    """A newer national definition held against a draft: what would be taken over, and what both sides changed."""

    newer: NationalDefinition
    merged: Merged
    taken: list[Part]
    both: list[Part]


def offered(draft: VersionDraft) -> Offered | None:
    newer = newer_than(draft)
    if newer is None or draft.national is None:
        return None
    base = draft.national.definition
    merged = merge(base, newer.definition, draft.definition)
    taken, both = (tell(found, base, newer.definition) for found in (merged.taken, merged.both))
    return Offered(newer, merged, taken, both)
