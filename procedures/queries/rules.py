"""What a change of the rules of assignment would do, told before it is made; nothing is written."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, When

from portal.models import Office
from procedures.models import AssignmentRule, Offering
from procedures.queries.hands import Matter, first_that_fits, width


@dataclass(frozen=True)
class Change:
    """So many procedures at offices that go from one rule to another; None is no rule: whoever takes it."""

    before: AssignmentRule | None
    after: AssignmentRule | None
    offerings: int


def placed(rule: AssignmentRule, others: list[AssignmentRule]) -> list[AssignmentRule]:
    """The rules of its role with this one where a new one stands: in front of the first that is wider."""
    at = next((place for place, one in enumerate(others) if width(one) > width(rule)), len(others))
    return [*others[:at], rule, *others[at:]]


def stamp(rules: Iterable[AssignmentRule]) -> str:
    """All rules as they stand, in short: who was shown other ones is told."""
    told = [(one.pk, one.position, str(one), one.people) for one in rules]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def changed(rule: AssignmentRule, told: dict[str, Any]) -> AssignmentRule:
    """The rule as it would be; it is not saved."""
    return AssignmentRule(pk=rule.pk, tenant_id=rule.tenant_id, position=rule.position, **told)


def with_changed(rules: list[AssignmentRule], after: AssignmentRule) -> list[AssignmentRule]:
    """All rules as they would be asked then: the place is kept unless the scope is another."""
    if any(one.pk == after.pk and str(one) == str(after) for one in rules):
        return [after if one.pk == after.pk else one for one in rules]
    others = [one for one in rules if one.pk != after.pk]
    of_role = placed(after, [one for one in others if one.role == after.role])
    return [*of_role, *(one for one in others if one.role != after.role)]


def would_change(before: list[AssignmentRule], after: list[AssignmentRule], roles: set[str]) -> list[Change]:
    """Which offered procedures would follow another rule, or the same one with other people; the most first.

    Counted where a step is done by the competent office and the form names no other commune. One query: offerings of an
    office are counted by sector, and by procedure only where a rule names it.
    """
    found: Counter[tuple[int | None, int | None]] = Counter()
    known = {(place, one.pk): one for place, rows in enumerate((before, after)) for one in rows}
    for matter, count in _matters(before, after, roles):
        old, new = first_that_fits(before, matter), first_that_fits(after, matter)
        if (old and (old.pk, set(old.people))) != (new and (new.pk, set(new.people))):
            found[old.pk if old else None, new.pk if new else None] += count
    return [
        Change(known.get((0, old or 0)), known.get((1, new or 0)), count) for (old, new), count in found.most_common()
    ]


def _matters(
    before: list[AssignmentRule], after: list[AssignmentRule], roles: set[str]
) -> Iterator[tuple[Matter, int]]:
    named = {one.procedure_id for one in (*before, *after) if one.procedure_id}
    alone = Case(When(procedure_id__in=named, then=F("procedure_id")), default=None)
    rows = Offering.objects.filter(office__closed_on=None).order_by().annotate(alone=alone)
    counted = rows.values_list("office_id", "office__commune_code", "procedure__sector", "alone").annotate(Count("pk"))
    for office, commune, sector, procedure, count in counted:
        for role in roles:
            yield Matter(role, Office(pk=office), procedure or 0, sector, commune), count


def covering(rules: list[AssignmentRule]) -> dict[int, AssignmentRule]:
    """Rules that are never used, by key, with the one in front of them that takes everything."""
    found = {}
    for place, rule in enumerate(rules):
        first = next((one for one in rules[:place] if _covers(one, rule)), None)
        if first is not None:
            found[rule.pk] = first
    return found


def _covers(wide: AssignmentRule, narrow: AssignmentRule) -> bool:
    sector = narrow.procedure.sector if narrow.procedure else narrow.sector
    return (
        wide.role == narrow.role
        and wide.office_id in (None, narrow.office_id)
        and wide.procedure_id in (None, narrow.procedure_id)
        and wide.sector in ("", sector)
        and wide.commune in ("", narrow.commune)
    )
