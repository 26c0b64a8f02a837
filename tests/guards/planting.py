"""Two committed authorities with a row in every tenant table, and the three logins as bare connections."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
from django.apps import apps
from django.db import connections, models
from psycopg import sql

from portal.isolation import is_tenant_owned
from portal.models import Tenant, User
from portal.moments import now
from portal.tenancy import TenantOwned, inside
from tests.cast import lone_tenant

_serial = itertools.count(1)


def tenant_models() -> list[type[TenantOwned]]:
    found = [m for m in apps.get_models() if is_tenant_owned(m) and not m._meta.proxy]
    return cast("list[type[TenantOwned]]", sorted(found, key=lambda m: m._meta.db_table))


def tenant_tables() -> list[str]:
    return [m._meta.db_table for m in tenant_models()]


@dataclass
class Planted:
    """An authority with one row of every kind."""

    tenant: Tenant
    people: dict[str, User]
    rows: dict[type[models.Model], Any] = field(default_factory=dict)

    def plant(self, model: type[models.Model]) -> Any:
        """One row of a model with every required column filled, and with the rows that it refers to."""
        if model is User:
            return self.people["citizen"]
        if model is Tenant:
            return self.tenant
        if model not in self.rows:
            made = model(**dict(self._values(model)))
            made.save(force_insert=True)
            self.rows[model] = made
        return self.rows[model]

    def _values(self, model: type[models.Model]) -> Iterator[tuple[str, Any]]:
        mine = getattr(model, "person_columns", ())
        for column in model._meta.concrete_fields:
            if column.primary_key or column.name == "tenant":
                continue
            if isinstance(column, models.ForeignKey):
                if not column.null or column.name in mine:
                    yield column.name, self.plant(column.related_model)
            elif not column.has_default() and not column.null:
                yield column.name, _some(column)


MOMENT = now()
SOME: list[tuple[Any, Any]] = [
    (models.DateTimeField, MOMENT),
    (models.DateField, MOMENT.date()),
    (models.BooleanField, False),
    (models.IntegerField, 1),
    (models.JSONField, {}),
]


def _some(column: Any) -> Any:
    if column.choices:
        return column.choices[0][0]
    for kind, value in SOME:
        if isinstance(column, kind):
            return value
    return f"{next(_serial)}"[: column.max_length or 20]


def planted() -> Planted:
    tenant, _office, people = lone_tenant()
    made = Planted(tenant, people)
    with inside(tenant):
        for model in tenant_models():
            made.plant(model)
    return made


@contextmanager
def login(alias: str, tenant: Tenant | None = None, person: User | None = None) -> Iterator[psycopg.Connection[Any]]:
    """A bare connection as `default`, `owner` or `platform`, in a transaction that is rolled back."""
    with psycopg.connect(**address_of(alias)) as connection:
        connection.execute(
            "SELECT set_config('app.tenant_id', %s, true), set_config('app.person_id', %s, true)",
            [str(tenant.pk) if tenant else "", str(person.pk) if person else ""],
        )
        try:
            yield connection
        finally:
            connection.rollback()


def address_of(alias: str) -> dict[str, Any]:
    known = connections[alias].settings_dict
    return {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
        "dbname": known["NAME"],
    }


def refused(
    connection: psycopg.Connection[Any], statement: sql.SQL | sql.Composed, *kinds: type[psycopg.Error]
) -> bool:
    """Whether the database refuses a statement with one of these errors; the transaction goes on either way."""
    expected = kinds or (psycopg.errors.InsufficientPrivilege,)
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except expected:
        return True
    return False


def touched(connection: psycopg.Connection[Any], statement: sql.SQL | sql.Composed) -> int:
    """How many rows a statement reached; none where it was refused."""
    try:
        with connection.transaction(force_rollback=True):
            return int(connection.execute(statement).rowcount)
    except psycopg.errors.InsufficientPrivilege:
        return 0


@contextmanager
def row_security_off() -> Iterator[None]:
    """The database's own line taken away, for as long as this lasts; only where no other transaction is open."""
    _set_row_security("DISABLE")
    try:
        yield
    finally:
        _set_row_security("ENABLE")


def _set_row_security(word: str) -> None:
    connections.close_all()
    with psycopg.connect(**address_of("owner")) as owner:
        owner.execute("SET lock_timeout = '10s'")
        for table in tenant_tables():
            owner.execute(sql.SQL("ALTER TABLE {} " + word + " ROW LEVEL SECURITY").format(sql.Identifier(table)))
