"""Publishing procedures and deriving levels."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from payments.queries import accounts_of
from portal.actions import show_changes
from portal.models import Office
from portal.moments import now
from portal.queries import open_offices
from portal.text import fold
from procedures.models import LevelChange, Offering, Procedure, ProcedureVersion
from procedures.schema.definition import Definition, parse


@transaction.atomic
def publish(raw: dict[str, Any]) -> ProcedureVersion:
    """Publish a definition as the next, frozen version of its procedure; the same one again changes nothing.

    Raises DefinitionError with everything that is wrong. Open dossiers keep the version that they were filed under.
    """
    definition = parse(raw)
    procedure, _made = Procedure.objects.get_or_create(code=definition.code, defaults=_shown(definition))
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk)
    last = procedure.versions.order_by("-number").first()
    if last is not None and last.definition == raw and last.pk == procedure.current_id:
        return last
    version = ProcedureVersion.objects.create(
        procedure=procedure, number=(last.number if last else 0) + 1, definition=raw, published_at=now()
    )
    for name, value in {**_shown(definition), "current": version}.items():
        setattr(procedure, name, value)
    procedure.save()
    settle_levels(procedure)
    show_changes()
    return version


def _shown(definition: Definition) -> dict[str, Any]:
    words = [
        definition.code,
        definition.name("vi"),
        definition.name("en"),
        *definition.keywords,
        definition.sector.name.read("vi"),
    ]
    return {
        "name": definition.name("vi"),
        "name_en": definition.name("en"),
        "sector": definition.sector.key,
        "sector_name": definition.sector.name.read("vi"),
        "sector_name_en": definition.sector.name.read("en"),
        "search": fold(" ".join(words)),
        "life_events": list(definition.life_events),
        "audience": list(definition.audience),
    }


@transaction.atomic
def offer(procedure: Procedure, office: Office, **opened: bool) -> Offering:
    """Let an office offer a procedure, or change what is open there (online_open, blank_forms, pays_online, returns_online)."""
    offering, _made = Offering.objects.update_or_create(procedure=procedure, office=office, defaults=opened)
    settle_levels(procedure)
    show_changes()
    return offering


def settle_levels(procedure: Procedure) -> None:
    """Derive every office's level and the procedure's, the lowest among them; keep the date of each change."""
    if procedure.current is None:
        return
    offerings = list(procedure.offerings.select_related("office"))
    still_open = set(open_offices().values_list("pk", flat=True))
    for offering in offerings:
        _settle(offering, *level_of(procedure.current.parsed, offering))
    procedure.level = min((o.level for o in offerings if o.office_id in still_open), default=1)
    procedure.save(update_fields=["level"])


def _settle(offering: Offering, level: int, lacks: str) -> None:
    known = offering.changes.order_by("-since", "-pk").first()
    if known is None or known.level != level:
        LevelChange.objects.create(offering=offering, level=level, lacks=lacks, since=now())
    if (offering.level, offering.lacks) != (level, lacks):
        offering.level, offering.lacks = level, lacks
        offering.save(update_fields=["level", "lacks"])


def level_of(definition: Definition, offering: Offering) -> tuple[int, str]:
    """The level that follows from what is configured, and what is lacking for the next one ("" at the top)."""
    if not (offering.blank_forms and definition.sections):
        return 1, "blank_form"
    if not definition.sections or "online" not in definition.channels:
        return 2, "form"
    if not offering.online_open:
        return 2, "online_closed"
    if _asks_money(definition) and not (offering.pays_online and accounts_of(offering.office)):
        return 3, "fee_account"
    return 4, "" if offering.returns_online else "returns_online"


def _asks_money(definition: Definition) -> bool:
    amounts = [fee.by("online") for fee in definition.fees]
    return any(a is not None and (a.base or a.each) for a in amounts)


@transaction.atomic
def settle_all_levels(procedures: Iterable[Procedure] | None = None) -> None:
    """After a change that many procedures feel (a fee account opened or closed)."""
    for procedure in procedures if procedures is not None else Procedure.objects.select_related("current"):
        settle_levels(procedure)
    show_changes()
