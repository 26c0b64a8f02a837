"""The level of a procedure at each office: derived from what is configured, never typed in."""

from collections.abc import Iterable

from django.db import transaction

from payments.queries import accounts_of
from portal.actions import show_changes
from portal.moments import now
from portal.queries import open_offices
from procedures.models import LevelChange, Offering, Procedure
from procedures.schema.definition import Definition


def settle(procedure: Procedure) -> None:
    """Derive every office's level and the procedure's, the lowest among them; keep the date of each change."""
    if procedure.current is None:
        return
    offerings = list(procedure.offerings.select_related("office"))
    still_open = set(open_offices().values_list("pk", flat=True))
    for offering in offerings:
        _keep(offering, *level_of(procedure.current.parsed, offering))
    procedure.level = min((o.level for o in offerings if o.office_id in still_open), default=1)
    procedure.save(update_fields=["level"])


def _keep(offering: Offering, level: int, lacks: str) -> None:
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
def settle_all(procedures: Iterable[Procedure] | None = None) -> None:
    """After a change that many procedures feel (a fee account opened or closed)."""
    for procedure in procedures if procedures is not None else Procedure.objects.select_related("current"):
        settle(procedure)
    show_changes()
