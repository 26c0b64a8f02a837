"""What changed in the public catalogue: published, changed (what, in words), received no more; newest first."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.moments import now
from procedures.models import ProcedureVersion
from procedures.queries.comparisons import PARTS

MOST = 50
# Work inside the authority, no part of the public record.
INSIDE = frozenset({"route", "trials", "result_template", "retention_years", "keywords"})


@dataclass(frozen=True)
class Change:
    """One entry: stable by code, version and kind, whatever happens after it."""

    code: str
    title: str
    number: int
    kind: str
    at: datetime.datetime
    text: str

    @property
    def key(self) -> str:
        return f"{self.code}/{self.number}/{self.kind}"


def changes(most: int = MOST) -> list[Change]:
    """Three queries, however much there is; what waits for its day is not told before it."""
    begun, ended = _begun(most), _ended(most)
    earlier = _earlier(begun)
    found = [_published(one, earlier.get((one.procedure_id, one.number - 1))) for one in begun]
    found += [_withdrawn(one) for one in ended]
    return sorted((one for one in found if one), key=lambda one: (one.at, one.code, one.number), reverse=True)[:most]


def _begun(most: int) -> list[Any]:
    """Versions that came into force; a scheduled one on its day."""
    rows: QuerySet[Any] = ProcedureVersion.objects.filter(published_at__lte=now()).filter(
        Q(effective_from=None) | Q(took_effect_at__isnull=False)
    )
    since = Coalesce("took_effect_at", "published_at")
    return list(rows.annotate(since=since).select_related("procedure").order_by("-since", "-pk")[:most])


def _ended(most: int) -> list[ProcedureVersion]:
    """The last version of what is received no more; one that was only called off ended nothing."""
    rows = ProcedureVersion.objects.filter(withdrawn_at__isnull=False)
    in_force = rows.filter(Q(effective_from=None) | Q(took_effect_at__isnull=False))
    return list(in_force.select_related("procedure").order_by("-withdrawn_at", "-pk")[:most])


def _earlier(versions: Iterable[Any]) -> dict[tuple[int, int], Mapping[str, Any]]:
    """The definitions just before, to say what changed."""
    wanted = Q()
    for one in versions:
        if one.number > 1:
            wanted |= Q(procedure=one.procedure_id, number=one.number - 1)
    if not wanted:
        return {}
    rows = ProcedureVersion.objects.filter(wanted).values_list("procedure_id", "number", "definition")
    return {(procedure, number): definition for procedure, number, definition in rows}


def _published(version: Any, before: Mapping[str, Any] | None) -> Change:
    title = _title(version.definition)
    if before is None:
        return Change(version.procedure.code, title, version.number, "published", version.since, _("Công bố thủ tục."))
    parts = ", ".join(str(word).lower() for word in differing(before, version.definition))
    text = _("Thay đổi: %(parts)s.") % {"parts": parts} if parts else _("Công bố lại, nội dung công khai không đổi.")
    return Change(version.procedure.code, title, version.number, "changed", version.since, text)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str | Promise]:
    """The parts of the public record that are not the same, as a person calls them."""
    return [
        word
        for part, word in PARTS.items()
        if part not in INSIDE and (before.get(part) or None) != (after.get(part) or None)
    ]


def _withdrawn(version: ProcedureVersion) -> Change:
    reason = version.withdrawn_because
    text = _("Ngừng tiếp nhận: %(reason)s") % {"reason": reason} if reason else _("Ngừng tiếp nhận.")
    at = version.withdrawn_at or now()
    return Change(version.procedure.code, _title(version.definition), version.number, "withdrawn", at, text)


def _title(raw: Mapping[str, Any]) -> str:
    """As it was called then."""
    name = raw["name"]
    return str(name.get(get_language() or "vi") or name["vi"])
