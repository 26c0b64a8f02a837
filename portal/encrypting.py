"""Columns that were kept in clear are encrypted where they lie: in batches, each a transaction, begun again where it broke off."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.crypto import Unreadable, seal, unseal

AT_ONCE = 500


def encrypt_rows(connection: BaseDatabaseWrapper, table: str, places: Mapping[str, str], tenants: list[int]) -> int:
    """Encrypt `places` (column → table.column as the field names it) of every tenant's rows; returns how many were changed.

    What is encrypted already stays as it is. Under forced policies the owner, too, sees the rows of one tenant at a time.
    """
    return sum(_of_tenant(connection, table, places, tenant) for tenant in tenants)


def _of_tenant(connection: BaseDatabaseWrapper, table: str, places: Mapping[str, str], tenant: int) -> int:
    after, changed = 0, 0
    while True:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant)])
            rows = _next(cursor, table, list(places), after)
            found = [made for row in rows if (made := _encrypted(row, list(places.values()), str(tenant)))]
            wanted = ", ".join(f'"{column}" = %s' for column in places)
            cursor.executemany(f'UPDATE "{table}" SET {wanted} WHERE id = %s', found)  # noqa: S608 -- names of ours
        changed += len(found)
        if len(rows) < AT_ONCE:
            return changed
        after = rows[-1][0]


def _next(cursor: Any, table: str, columns: list[str], after: int) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f'SELECT id, {names} FROM "{table}" WHERE id > %s ORDER BY id LIMIT %s FOR UPDATE',  # noqa: S608
        [after, AT_ONCE],
    )
    return list(cursor.fetchall())


def _encrypted(row: tuple[Any, ...], places: list[str], tenant: str) -> list[Any] | None:
    """The columns as they are to be and the row's key; nothing where all are encrypted already."""
    key, *values = row
    made = [
        value if not value or is_sealed(value, place) else seal(value, place, tenant)
        for value, place in zip(values, places, strict=True)
    ]
    return [*made, key] if made != values else None


def is_sealed(value: str, place: str) -> bool:
    """Whether a key of ours opens it: clear text may look like anything, so nothing less is certain."""
    try:
        unseal(value, place)
    except (Unreadable, ValueError):
        return False
    return True
