"""The journal and the dossiers' chains: whatever somebody with the owner's rights changes is found."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from portal import audit
from portal.models import AuditEntry, AuditHead
from portal.tenancy import inside
from procedures.actions import intake, processing
from procedures.models import Dossier
from procedures.queries.integrity import due_column_differs, first_broken_event, violations
from tests.guards.planting import address_of
from tests.races.crowd import Scene
from tests.races.crowd import scene as new_scene

ENTRIES = 20
Owner = psycopg.Connection[Any]


@pytest.fixture
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock():
        made = new_scene()
        with inside(made.tenant):
            for number in range(ENTRIES):
                audit.record(
                    made.people["clerk"], "look", f"dossier:{number}", subject=made.people["citizen"], purpose="?"
                )
        yield made
        connections.close_all()


@contextmanager
def tampered(scene: Scene, table: str, trigger: str, deed: Callable[[Owner], object]) -> Iterator[None]:
    """What somebody with the owner's rights did to a table of the tenant, undone afterwards."""
    connections.close_all()
    with psycopg.connect(**address_of("owner"), autocommit=True) as owner:
        owner.execute("SELECT set_config('app.tenant_id', %s, false)", [str(scene.tenant.pk)])
        owner.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}")  # noqa: S608
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        try:
            deed(owner)
            yield
        finally:
            connections.close_all()
            owner.execute(f"DELETE FROM {table}")  # noqa: S608
            owner.execute(f"INSERT INTO {table} SELECT * FROM kept")  # noqa: S608
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


COLUMNS = {
    "action": "'nothing'", "object": "object || '0'", "at": "at + interval '1 second'", "actor_id": "NULL", "subject_id": "NULL", "actor_role": "'head'",
    "office": "'elsewhere'", "facts": "'{\"purpose\": \"!\"}'", "hash": "md5(hash)", "previous_hash": "md5(hash)", "number": "number + 1000",
}  # fmt: skip


def edit(owner: Owner, dice: random.Random, at: int) -> None:
    column = dice.choice(sorted(COLUMNS))
    owner.execute(f"UPDATE portal_auditentry SET {column} = {COLUMNS[column]} WHERE number = %s", [at])  # noqa: S608


def delete(owner: Owner, dice: random.Random, at: int) -> None:
    owner.execute("DELETE FROM portal_auditentry WHERE number = %s", [at])


def cut_the_tail(owner: Owner, dice: random.Random, at: int) -> None:
    owner.execute("DELETE FROM portal_auditentry WHERE number >= %s", [at])


def swap(owner: Owner, dice: random.Random, at: int) -> None:
    other = at % ENTRIES + 1
    for old, new in ((at, -1), (other, at), (-1, other)):
        owner.execute(
            "UPDATE portal_auditentry SET number = %s WHERE number = %s",
            [abs(new) if new > 0 else 10**6, old if old > 0 else 10**6],
        )


def double(owner: Owner, dice: random.Random, at: int) -> None:
    names = "tenant_id, at, actor_id, actor_role, office, action, object, subject_id, facts, previous_hash, hash"
    copy = f"INSERT INTO portal_auditentry (number, {names}) SELECT (SELECT max(number) + 1 FROM portal_auditentry), {names} FROM portal_auditentry WHERE number = %s"  # noqa: S608
    owner.execute(copy, [at])


def _do(deed: Callable[[Owner, random.Random, int], None], dice: random.Random, at: int, owner: Owner) -> None:
    deed(owner, dice, at)


def _run(change: str, owner: Owner) -> None:
    owner.execute(change)


TAMPERINGS = [edit, edit, edit, delete, cut_the_tail, swap, double]


def the_last_is_right() -> bool:
    """The careless verifier: only the last entry is looked at."""
    last = AuditEntry.objects.order_by("number").last()
    head = AuditHead.objects.get()
    return last is not None and last.hash == audit.entry_hash(last) and last.number == head.number


def test_fifty_tamperings_with_the_journal_are_all_found(scene: Scene) -> None:
    dice, unseen_by_the_careless = random.Random(20261122), 0
    with inside(scene.tenant):
        earlier = AuditEntry.objects.exclude(action="look").count()
    for number in range(50):
        deed, at = TAMPERINGS[number % len(TAMPERINGS)], earlier + dice.randint(1, ENTRIES)
        with (
            tampered(scene, "portal_auditentry", "append_only", partial(_do, deed, dice, at)),
            inside(scene.tenant),
        ):
            assert audit.first_break() is not None, (deed.__name__, at)
            unseen_by_the_careless += the_last_is_right()
        with inside(scene.tenant):
            assert audit.first_break() is None
    # The control: who verifies only the last entry misses most of it.
    assert unseen_by_the_careless > 25


def test_the_first_break_is_named(scene: Scene) -> None:
    with (
        tampered(scene, "portal_auditentry", "append_only", lambda owner: delete(owner, random.Random(1), 7)),
        inside(scene.tenant),
    ):
        assert audit.first_break() == 7


def in_work(scene: Scene) -> Dossier:
    dossier = scene.filed()
    with inside(scene.tenant):
        intake.accept(dossier, scene.people["clerk"])
        return processing.route(dossier, scene.people["clerk"], "examine")


CHANGES = [
    "UPDATE procedures_dossierevent SET reason = 'another' WHERE number = 2",
    "UPDATE procedures_dossierevent SET actor_id = NULL WHERE number = 1",
    "UPDATE procedures_dossierevent SET occurred_at = occurred_at - interval '1 day' WHERE number = 2",
    'UPDATE procedures_dossierevent SET facts = \'{"step": "sign"}\' WHERE number = 3',
    "DELETE FROM procedures_dossierevent WHERE number = 1",
    "DELETE FROM procedures_dossierevent WHERE number = 3",
]


def test_a_dossiers_own_chain_tells_who_changed_its_past(scene: Scene) -> None:
    dossier = in_work(scene)
    with inside(scene.tenant):
        assert first_broken_event(dossier) is None
    for change in CHANGES:
        with (
            tampered(scene, "procedures_dossierevent", "append_only", partial(_run, change)),
            inside(scene.tenant),
        ):
            assert first_broken_event(Dossier.objects.get(pk=dossier.pk)) is not None, change


PLANTS = {
    "I3": "UPDATE procedures_dossier SET number = replace(number, '-0001', '-0003')",
    "I4": "UPDATE procedures_dossier SET state = 'done'",
    "I11": "UPDATE procedures_dossier SET due_at = due_at + interval '1 day'",
}


@pytest.mark.parametrize("invariant", PLANTS)
def test_what_does_not_hold_is_named(scene: Scene, invariant: str) -> None:
    dossier = in_work(scene)
    with inside(scene.tenant):
        assert violations() == []
        assert not due_column_differs(dossier)
    connections.close_all()
    with psycopg.connect(**address_of("owner"), autocommit=True) as owner:
        owner.execute("SELECT set_config('app.tenant_id', %s, false)", [str(scene.tenant.pk)])
        owner.execute("ALTER TABLE procedures_dossier DISABLE TRIGGER USER")
        owner.execute(PLANTS[invariant])
        owner.execute("ALTER TABLE procedures_dossier ENABLE TRIGGER USER")
    with inside(scene.tenant):
        assert {told.split()[0] for told in violations()} == {invariant}
    with pytest.raises(CommandError):
        call_command("check_invariants", tenant=scene.tenant.slug)
