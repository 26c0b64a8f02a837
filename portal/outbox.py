"""What is to happen after a commit: a row in the same transaction, and a sweep that never forgets one."""

import datetime
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from portal.models import OutboxRow, Tenant
from portal.moments import now
from portal.tenancy import current_tenant, inside, knowing

log = logging.getLogger(__name__)
BACK_OFF = [5, 30, 120, 600, 1800, 7200, 21600, 43200]  # seconds after the first, second, … failed try
LEASE = datetime.timedelta(seconds=60)
_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)

Handler = Callable[[OutboxRow], None]


@dataclass(frozen=True)
class _Kind:
    handler: Handler
    outside: bool


HANDLERS: dict[str, _Kind] = {}


def handles(kind: str, *, outside: bool = False) -> Callable[[Handler], Handler]:
    """Register what a kind of row does. `outside`: it speaks to a neighbour, so it runs in no transaction, at least once."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = _Kind(handler, outside)
        return handler

    return register


def put(kind: str, key: str, payload: dict[str, Any] | None = None, due: datetime.datetime | None = None) -> None:
    """Write a row in the current transaction; the same (kind, key) twice is one."""
    row = OutboxRow(kind=kind, key=key, payload=payload or {}, due_at=due or now(), created_at=now())
    OutboxRow.objects.bulk_create([row], ignore_conflicts=True)
    if not _unhurried.get():
        tenant_id = current_tenant().pk
        transaction.on_commit(lambda: wake(tenant_id), robust=True)


@contextmanager
def unhurried() -> Iterator[None]:
    """Write many rows without waking a worker for each: the sweep does them."""
    token = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(token)


def wake(tenant_id: int) -> None:
    """Tell a worker that something waits. A broker that is down loses nothing: the sweep finds the row."""
    try:
        current_app.send_task("portal.tasks.relay_outbox", args=[tenant_id], retry=False)
    except OperationalError as error:
        log.warning("broker not reached, the sweep will do: %s", error)


def relay(tenant: Tenant, most: int = 200) -> int:
    """Do what is due, one row at a time; several relays share the work without meeting."""
    done = 0
    while done < most:
        row = _claim(tenant)
        if row is None:
            break
        _run(tenant, row)
        done += 1
    return done


def _claim(tenant: Tenant) -> OutboxRow | None:
    with inside(tenant):
        waiting = OutboxRow.objects.select_for_update(skip_locked=True, of=("self",))
        row = (
            waiting.filter(done_at=None, given_up_at=None, due_at__lte=now(), kind__in=HANDLERS)
            .order_by("due_at")
            .first()
        )
        if row is not None:
            row.attempts += 1
            row.due_at = now() + LEASE
            row.save(update_fields=["attempts", "due_at"])
        return row


def _run(tenant: Tenant, row: OutboxRow) -> None:
    kind = HANDLERS[row.kind]
    try:
        if kind.outside:
            with knowing(tenant):
                kind.handler(row)
            with inside(tenant):
                _mark_done(row)
        else:
            with inside(tenant):
                _do_once(kind.handler, row)
    except Exception as error:  # noqa: BLE001 -- whatever fails is kept on the row, tried again, and shown when given up
        log.warning("outbox %s %s failed (try %s): %s", row.kind, row.key, row.attempts, type(error).__name__)
        with inside(tenant):
            _put_off(row, error)


def prolong(row: OutboxRow) -> None:
    """A long work says that it goes on, so that no other worker takes its row meanwhile; inside the tenant."""
    OutboxRow.objects.filter(pk=row.pk, done_at=None).update(due_at=now() + LEASE)


def _do_once(handler: Handler, row: OutboxRow) -> None:
    """Effect and "done" in one transaction, under the row's lock: twice started is once done."""
    locked = OutboxRow.objects.select_for_update().get(pk=row.pk)
    if locked.done_at is None:
        handler(locked)
        _mark_done(locked)


def _mark_done(row: OutboxRow) -> None:
    row.done_at, row.error = now(), ""
    row.save(update_fields=["done_at", "error"])


def _put_off(row: OutboxRow, error: Exception) -> None:
    row.error = f"{type(error).__name__}: {error}"[:300]
    if row.attempts > len(BACK_OFF):
        row.given_up_at = now()
    else:
        row.due_at = now() + datetime.timedelta(seconds=BACK_OFF[row.attempts - 1])
    row.save(update_fields=["error", "due_at", "given_up_at"])
