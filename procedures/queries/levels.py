"""The level of a procedure at each office, and everything that stands against the next one: derived, never typed in.

The rungs are those of DESIGN.md: 1 the public record, 2 forms to download, 3 filing online, 4 paying online; above them
the whole service (toàn trình). What an outage does is no matter of levels.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from payments.models import Account
from payments.providers.table import PROVIDERS
from portal.models import Office
from portal.moments import today
from portal.queries import open_offices
from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.schema.completeness import ESSENTIAL, gaps
from procedures.schema.definition import Definition

TOP = 4
# Kept in Offering.lacks, separated by blanks; none is a part of another, so that the database finds one by `contains`.
REASONS = (
    "unpublished", "record", "sections", "blank_form", "channel", "online_closed", "pays_closed", "fee_account", "returns_online",
)  # fmt: skip


class Facts(NamedTuple):
    """What a definition contributes to the level, whatever the office."""

    gaps: tuple[str, ...]
    has_form: bool
    is_online: bool
    asks_money: bool


class Standing(NamedTuple):
    """A level, and the reasons that stand against the next one (none at the top)."""

    level: int
    lacks: tuple[str, ...]

    @property
    def kept(self) -> str:
        return " ".join(self.lacks)


@dataclass(frozen=True)
class Ground:
    """What the offices contribute: which ones are there today, and whose fees can be paid online."""

    open: Collection[int]
    payable: Collection[int]


def ground() -> Ground:
    """Two queries and one for the accounts, however many offices and procedures there are."""
    parents = dict(Office.objects.order_by().values_list("pk", "parent_id"))
    usable = _usable_accounts()
    payable = {office for office in parents if usable.get(_nearest(office, parents, usable), False)}
    return Ground(set(open_offices().order_by().values_list("pk", flat=True)), payable)


def _usable_accounts() -> dict[int | None, bool]:
    """Offices with accounts that are open; True where one of them can really be paid to."""
    found: dict[int | None, bool] = {}
    for account in Account.objects.filter(is_active=True):
        provider = PROVIDERS.get(account.provider)
        sound = provider is not None and not provider.check(account.as_used() | {"secret": account.secret})
        found[account.office_id] = found.get(account.office_id, False) or sound
    return found


def _nearest(office: int | None, parents: Mapping[int, int | None], held: Collection[int | None]) -> int | None:
    """Whose accounts serve an office: its own, else those of the nearest above it, else the authority's (None)."""
    while office is not None and office not in held:
        office = parents.get(office)
    return office


def facts_of(definition: Definition, day: datetime.date) -> Facts:
    """Money is asked for wherever somebody may have to pay by the rates of that day."""
    asked = [fee.by("online", day) for fee in definition.fees]
    return Facts(
        gaps=gaps(definition),
        has_form=bool(definition.sections),
        is_online="online" in definition.channels,
        asks_money=any(amount is not None and not amount.free for amount in asked),
    )


def standing(facts: Facts | None, offering: Offering, around: Ground) -> Standing:
    """The level of an offering; without a version in force there is nothing but the record of what was."""
    if facts is None:
        return Standing(1, ("unpublished",))
    missing = set(facts.gaps)
    rungs: tuple[tuple[int, dict[str, bool]], ...] = (
        (1, {"record": bool(missing & set(ESSENTIAL)), "sections": not facts.has_form, "blank_form": not offering.blank_forms}),
        (2, {"channel": not facts.is_online, "online_closed": not offering.online_open}),
        (3, _money(facts, offering, around)),
        (TOP, {"record": bool(missing), "returns_online": not offering.returns_online}),
    )  # fmt: skip
    for level, rung in rungs:
        against = tuple(reason for reason, stands in rung.items() if stands)
        if against:
            return Standing(level, against)
    return Standing(TOP, ())


def _money(facts: Facts, offering: Offering, around: Ground) -> dict[str, bool]:
    return {
        "pays_closed": facts.asks_money and not offering.pays_online,
        "fee_account": facts.asks_money and offering.office_id not in around.payable,
    }


@dataclass(frozen=True)
class Derived:
    """What follows for one procedure: at each of its offerings, and for itself, the lowest among the offices still there."""

    procedure: Procedure
    offerings: list[tuple[Offering, Standing]]
    level: int


def derive(procedures: Iterable[Procedure], around: Ground) -> list[Derived]:
    """One query for the offerings of them all; procedures come with their current version."""
    rows = list(procedures)
    found: dict[int, list[Offering]] = {procedure.pk: [] for procedure in rows}
    for offering in Offering.objects.filter(procedure__in=list(found)).order_by("office_id"):
        found[offering.procedure_id].append(offering)
    return [_derived(procedure, found[procedure.pk], around) for procedure in rows]


def _derived(procedure: Procedure, offerings: list[Offering], around: Ground) -> Derived:
    facts = _facts(procedure.current) if procedure.current else None
    judged = [(offering, standing(facts, offering, around)) for offering in offerings]
    here = [stands.level for offering, stands in judged if offering.office_id in around.open]
    return Derived(procedure, judged, min(here, default=1))


_kept: dict[int, tuple[tuple[object, datetime.date], Facts]] = {}


def _facts(version: ProcedureVersion) -> Facts:
    """A version is frozen, so each process opens it once a day; four small facts of it are kept for all of them."""
    known, now = _kept.get(version.pk), (version.published_at, today())
    if known is None or known[0] != now:
        if len(_kept) > 20_000:
            _kept.clear()
        known = _kept[version.pk] = (now, facts_of(version.parsed, today()))
    return known[1]


def moved_at(since: datetime.datetime) -> str:
    """How the journal names all the changes of one moment, by which a change finds its cause."""
    return f"levels:{since.astimezone(datetime.UTC).isoformat()}"


def differing(size: int = 200) -> Iterable[str]:
    """Where a kept level or its reasons are not what follows from the rows, said for the checker."""
    around = ground()
    keys = list(Procedure.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        for found in derive(
            Procedure.objects.filter(pk__in=keys[start : start + size]).select_related("current"), around
        ):
            yield from _differing(found)


def _differing(found: Derived) -> Iterable[str]:
    code = found.procedure.code
    for offering, stands in found.offerings:
        if (offering.level, offering.lacks) != (stands.level, stands.kept):
            yield f"offering {code} at {offering.office_id}: kept {offering.level} ({offering.lacks}), follows {stands.level} ({stands.kept})"
    if found.offerings and found.procedure.level != found.level:
        yield f"procedure {code}: kept level {found.procedure.level}, follows {found.level}"
