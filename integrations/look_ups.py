"""Asking a registry on the record: the row is committed before the question leaves, and its outcome before the answer does."""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from django.db import transaction

from integrations.models import LookUp
from portal.models import User
from portal.tenancy import current_tenant, inside

T = TypeVar("T")


def recorded(row: LookUp, ask: Callable[[], T | None]) -> T | None:
    """Ask, in no transaction of anybody's: an open one is refused (`durable`), since a rollback would unwrite the record."""
    tenant = current_tenant()
    with transaction.atomic(durable=True), inside(tenant):
        row.save(force_insert=True)
    started, outcome = monotonic(), LookUp.Outcome.UNAVAILABLE
    try:
        found = ask()
        outcome = LookUp.Outcome.NOT_FOUND if found is None else LookUp.Outcome.FOUND
    finally:
        row.outcome, row.took_ms = outcome, round((monotonic() - started) * 1000)
        with transaction.atomic(durable=True), inside(tenant):
            row.save(update_fields=["outcome", "took_ms"])
    return found


def person_of(personal_id: str) -> User | None:
    """Whom a question concerns, if they have an account, so that they see it there."""
    return User.objects.by_personal_id(personal_id)
