"""Who did or saw what: append-only, chained by hash within a tenant, written last in the transaction that it tells of."""

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from portal.models import AuditEntry, AuditHead, User
from portal.moments import now
from portal.queries import memberships_of
from portal.tenancy import before_leaving


def record(actor: User | None, action: str, obj: str, *, subject: User | None = None, **facts: Any) -> None:
    """Note an act. The chain's head is locked only for the last moment, since every writer of the tenant queues there."""
    entry = AuditEntry(actor=actor, action=action, object=obj, subject=subject, facts=facts, at=now(), **_part(actor))
    before_leaving(lambda: _append([entry]))


def record_many(actor: User | None, action: str, told: Mapping[str, Mapping[str, Any]]) -> None:
    """The same act on many objects, an entry for each with its facts, written together."""
    part, at = _part(actor), now()
    entries = [AuditEntry(actor=actor, action=action, object=one, facts=dict(told[one]), at=at, **part) for one in told]
    before_leaving(lambda: _append(entries))


def _part(actor: User | None) -> dict[str, str]:
    held = memberships_of(actor) if actor else []
    role = held[0].role if held else ("citizen" if actor else "")
    return {"actor_role": role, "office": held[0].office.name if held and held[0].office else ""}


def look(actor: User, obj: str, purpose: str, subject: User | None) -> None:
    """Note that an official saw a person's data; in the same transaction, so that nothing leaves unrecorded."""
    record(actor, "look", obj, subject=subject, purpose=purpose)


Look = tuple[str, str, User | None]


def looks(actor: User, seen: Sequence[Look]) -> None:
    """Several at once: what each was, what for, and whose data they are."""
    part, at = _part(actor), now()
    entries = [
        AuditEntry(actor=actor, action="look", object=obj, subject=subject, facts={"purpose": purpose}, at=at, **part)
        for obj, purpose, subject in seen
    ]
    before_leaving(lambda: _append(entries))


def _append(entries: Sequence[AuditEntry]) -> None:
    AuditHead.objects.bulk_create([AuditHead()], ignore_conflicts=True)
    head = AuditHead.objects.select_for_update().get()
    for entry in entries:
        entry.number, entry.previous_hash = head.number + 1, head.hash
        entry.hash = entry_hash(entry)
        head.number, head.hash = entry.number, entry.hash
    AuditEntry.objects.bulk_create(entries)
    head.save(update_fields=["number", "hash"])


def entry_hash(entry: AuditEntry) -> str:
    told = [
        entry.previous_hash,
        entry.number,
        entry.at.astimezone(datetime.UTC),
        entry.actor_id,
        entry.actor_role,
        entry.office,
        entry.action,
        entry.object,
        entry.subject_id,
        entry.facts,
    ]
    return hashlib.sha256(json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def first_break() -> int | None:
    """The number of the first entry of the current tenant that does not fit the chain, or None where all fit."""
    previous, expected = "", 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1000):
        if entry.number != expected or entry.previous_hash != previous or entry.hash != entry_hash(entry):
            return expected
        previous, expected = entry.hash, expected + 1
    head = AuditHead.objects.first()
    return None if head is None or head.number == expected - 1 else expected
