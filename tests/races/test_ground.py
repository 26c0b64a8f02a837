"""The outbox under several relays and the journal under many writers; and what happens without the lock."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from django.db import IntegrityError

from portal import audit, outbox
from portal.models import AuditEntry, AuditHead, OutboxRow, Tenant
from portal.moments import now
from portal.tenancy import current_tenant, inside
from tests.races.crowd import Scene, meeting, together

pytestmark = pytest.mark.race
ROWS = 60


def waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch, *, outside: bool) -> Counter[str]:
    """Rows that wait, of a kind whose handler only notes that it ran."""
    done: Counter[str] = Counter()
    monkeypatch.setitem(outbox.HANDLERS, "guard", outbox._Kind(lambda row: done.update([row.key]), outside))
    with inside(scene.tenant):
        for number in range(ROWS):
            outbox.put("guard", str(number))
    return done


@pytest.mark.parametrize("outside", [False, True])
def test_four_relays_do_each_row_once(scene: Scene, monkeypatch: pytest.MonkeyPatch, outside: bool) -> None:
    done = waiting(scene, monkeypatch, outside=outside)
    assert sum(together(lambda _number: outbox.relay(scene.tenant), 4)) == ROWS
    assert done == {str(number): 1 for number in range(ROWS)}
    with inside(scene.tenant):
        assert not OutboxRow.objects.filter(kind="guard", done_at=None).exists()


def test_without_the_claim_rows_are_done_twice(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    done = waiting(scene, monkeypatch, outside=True)
    meet = meeting(4)

    def look(tenant: Tenant) -> OutboxRow | None:
        with inside(tenant):
            row = OutboxRow.objects.filter(kind="guard", done_at=None).order_by("pk").first()
        meet()
        return row

    monkeypatch.setattr(outbox, "_claim", look)
    together(lambda _number: outbox.relay(scene.tenant), 4)
    assert max(done.values()) > 1


def test_a_handler_that_fails_half_way_leaves_nothing_and_comes_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(row: OutboxRow) -> None:
        outbox.put("effect", row.key)
        raise ZeroDivisionError

    with inside(scene.tenant):
        outbox.put("guard", "half")
    monkeypatch.setitem(outbox.HANDLERS, "guard", outbox._Kind(half, False))
    outbox.relay(scene.tenant)
    with inside(scene.tenant):
        row = OutboxRow.objects.get(kind="guard", key="half")
        assert (row.attempts, row.done_at, row.error[:17]) == (1, None, "ZeroDivisionError")
        assert row.due_at > now()
        assert not OutboxRow.objects.filter(kind="effect").exists()


def fifty_write(scene: Scene) -> list[object]:
    def write(number: int) -> None:
        with inside(scene.tenant):
            audit.record(scene.people["clerk"], "guard", f"thing:{number}")

    return together(write, 50)


def test_fifty_writers_never_fork_the_journal(scene: Scene) -> None:
    with inside(scene.tenant):
        before = AuditEntry.objects.count()
    assert fifty_write(scene) == [None] * 50
    with inside(scene.tenant):
        assert sorted(AuditEntry.objects.values_list("number", flat=True)) == list(range(1, before + 51))
        assert audit.first_break() is None


def unlocked(meet: Callable[[], None]) -> Callable[[Sequence[AuditEntry]], None]:
    def append(entries: Sequence[AuditEntry]) -> None:
        (entry,) = entries
        head = AuditHead.objects.first() or AuditHead(tenant=current_tenant())
        meet()
        entry.number, entry.previous_hash = head.number + 1, head.hash
        entry.hash = audit.entry_hash(entry)
        entry.save(force_insert=True)

    return append


def test_without_the_lock_the_journal_would_fork(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: two entries with one number, of which the database refuses the second."""
    monkeypatch.setattr(audit, "_append", unlocked(meeting(16)))
    assert IntegrityError in {type(one) for one in fifty_write(scene)}


def test_a_scope_left_by_one_thread_is_no_other_threads(scene: Scene) -> None:
    seen = together(lambda number: _visit(scene, number), 32)
    assert set(seen) == {scene.tenant.pk}


def _visit(scene: Scene, number: int) -> int:
    with inside(scene.tenant):
        threading.Event().wait(0.002 * (number % 3))
        return current_tenant().pk
