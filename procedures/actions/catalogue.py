"""Publishing procedures, and letting offices offer them."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.actions import NotPossible, show_changes
from portal.models import Office, User
from portal.moments import now
from procedures.actions import finding, levels
from procedures.models import NationalDefinition, Offering, OpenDossiers, Procedure, ProcedureVersion
from procedures.queries import versions
from procedures.schema.definition import Definition, parse


@transaction.atomic
def publish(
    raw: dict[str, Any],
    *,
    effective_from: datetime.datetime | None = None,
    open_dossiers: str = OpenDossiers.KEEP,
    person: User | None = None,
    national: NationalDefinition | None = None,
    restores: int | None = None,
) -> ProcedureVersion:
    """Publish a definition as the next, frozen version of its procedure; the same one again changes nothing.

    With a moment to come it waits for it (`take_effect`); what waited before gives way. `open_dossiers` says whether
    drafts and dossiers that nobody accepted yet are led over to it, or finish as they were begun.
    Raises DefinitionError with everything that is wrong.
    """
    definition = parse(raw)
    procedure, _made = Procedure.objects.get_or_create(code=definition.code, defaults=_shown(definition))
    procedure, waiting = _lock(procedure), versions.scheduled(definition.code)
    if waiting is None and procedure.current is not None and procedure.current.definition == raw:
        return procedure.current
    if waiting is not None:
        _call_off(waiting)
    last = procedure.versions.order_by("-number").first()
    version = ProcedureVersion.objects.create(
        procedure=procedure, number=(last.number if last else 0) + 1, definition=raw, published_at=now(), published_by=person,
        effective_from=effective_from if effective_from and effective_from > now() else None,
        open_dossiers=open_dossiers, national=national, restores=restores,
    )  # fmt: skip
    if not version.is_scheduled:
        _put_in_force(procedure, version)
    _tell_of(version, person)
    show_changes()
    return version


@transaction.atomic
def publish_new(definitions: Sequence[Definition], person: User | None = None) -> None:
    """Publish procedures that this authority has not had before, together: the same rows as one by one, in few
    statements. Nobody offers them yet, so they are at the level that a new procedure has.

    Raises IntegrityError where somebody published one of them meanwhile; nothing is changed then.
    """
    procedures = Procedure.objects.bulk_create(Procedure(code=one.code, **_shown(one)) for one in definitions)
    told: dict[str, Any] = {"number": 1, "published_at": now(), "published_by": person}
    ProcedureVersion.objects.bulk_create(
        ProcedureVersion(procedure=procedure, definition=dict(one.raw), **told)
        for procedure, one in zip(procedures, definitions, strict=True)
    )
    first = ProcedureVersion.objects.filter(procedure=OuterRef("pk"), number=1).values("pk")
    Procedure.objects.filter(pk__in=[one.pk for one in procedures]).update(current=Subquery(first))
    finding.index_new(zip(procedures, definitions, strict=True))
    facts = {"version": 1, "open_dossiers": OpenDossiers.KEEP.value}
    audit.record_many(person, "procedure.publish", {f"procedure:{one.code}": facts for one in definitions})
    show_changes()


def _lock(procedure: Procedure) -> Procedure:
    """Hold the procedure: nobody else publishes, and nobody files (submission.judge), until the transaction ends."""
    rows = Procedure.objects.select_for_update(of=("self",)).select_related("current")
    found: Procedure = rows.get(pk=procedure.pk)
    return found


def _put_in_force(procedure: Procedure, version: ProcedureVersion) -> None:
    definition = version.parsed
    for name, value in {**_shown(definition), "current": version}.items():
        setattr(procedure, name, value)
    procedure.save()
    finding.index(procedure, definition)
    levels.settle(procedure)
    if version.open_dossiers == OpenDossiers.MOVE:
        outbox.put("move_dossiers", f"version-{version.pk}")


def _tell_of(version: ProcedureVersion, person: User | None) -> None:
    facts: dict[str, Any] = {"version": version.number, "open_dossiers": version.open_dossiers}
    if version.is_scheduled:
        facts["effective_from"] = version.effective_from
    if version.restores:
        facts["restores"] = version.restores
    audit.record(person, "procedure.publish", f"procedure:{version.parsed.code}", **facts)


@transaction.atomic
def take_effect(version: ProcedureVersion) -> bool:
    """Put a version in force whose moment has come; False where it is not due, or another sweep was first."""
    procedure = _lock(version.procedure)
    due = procedure.versions.filter(pk=version.pk, effective_from__lte=now(), took_effect_at=None, withdrawn_at=None)
    found = due.first()
    if found is None:
        return False
    found.took_effect_at = now()
    found.save(update_fields=["took_effect_at"])
    _put_in_force(procedure, found)
    audit.record(None, "procedure.take_effect", f"procedure:{procedure.code}", version=found.number)
    show_changes()
    return True


@transaction.atomic
def call_off(procedure: Procedure, person: User) -> None:
    """Take back the version that waits for its day."""
    _lock(procedure)
    waiting = versions.scheduled(procedure.code)
    if waiting is None:
        raise NotPossible(_("Không có phiên bản nào đang chờ hiệu lực. Có thể phiên bản ấy vừa có hiệu lực."))
    _call_off(waiting)
    audit.record(person, "procedure.call_off", f"procedure:{procedure.code}", version=waiting.number)
    show_changes()


def _call_off(waiting: ProcedureVersion) -> None:
    waiting.withdrawn_at = now()
    waiting.save(update_fields=["withdrawn_at"])


@transaction.atomic
def withdraw(procedure: Procedure, person: User, *, reason: str) -> None:
    """Receive it no longer: gone from search and from the list, its page says so, open dossiers go on."""
    held, waiting = _lock(procedure), versions.scheduled(procedure.code)
    if held.current is None:
        raise NotPossible(_("Thủ tục này đã ngừng tiếp nhận."))
    if waiting is not None:
        _call_off(waiting)
    last, held.current = held.current, None
    last.withdrawn_at, last.withdrawn_because = now(), reason
    last.save(update_fields=["withdrawn_at", "withdrawn_because"])
    held.save(update_fields=["current"])
    finding.forget(held)
    levels.settle(held)
    audit.record(person, "procedure.withdraw", f"procedure:{held.code}", version=last.number, reason=reason)
    show_changes()


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
