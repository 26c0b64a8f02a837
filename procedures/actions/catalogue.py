"""Publishing procedures and letting offices offer them."""

from typing import Any

from django.db import transaction

from portal.actions import show_changes
from portal.models import Office
from portal.moments import now
from procedures.actions import finding, levels
from procedures.models import Offering, Procedure, ProcedureVersion
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
    finding.index(procedure, definition)
    levels.settle(procedure)
    show_changes()
    return version


def _shown(definition: Definition) -> dict[str, Any]:
    return {
        "name": definition.name("vi"),
        "name_en": definition.name("en"),
        "sector": definition.sector.key,
        "sector_name": definition.sector.name.read("vi"),
        "sector_name_en": definition.sector.name.read("en"),
        **finding.shown(definition),
        "life_events": list(definition.life_events),
        "audience": list(definition.audience),
    }


@transaction.atomic
def offer(procedure: Procedure, office: Office, **opened: bool) -> Offering:
    """Let an office offer a procedure, or change what is open there (online_open, blank_forms, pays_online, returns_online)."""
    offering, _made = Offering.objects.update_or_create(procedure=procedure, office=office, defaults=opened)
    levels.settle(procedure)
    show_changes()
    return offering
