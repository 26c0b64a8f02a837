"""Tenants kept apart by construction: no scope, no rows. The database holds the same line a second time (isolation.py)."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from celery import Task
from django.apps import apps
from django.db import connection, models, transaction

if TYPE_CHECKING:
    from portal.models import Tenant, User

log = logging.getLogger(__name__)
M = TypeVar("M", bound=models.Model)


class OutsideTenant(RuntimeError):
    """A tenant's rows were asked for where no tenant is known."""


class ForeignTenant(RuntimeError):
    """A row of one tenant was about to be written inside another."""


@dataclass(frozen=True)
class Scope:
    """Whose rows are in sight: a tenant's, a person's own everywhere (read only), or all (platform login, read only)."""

    tenant: "Tenant | None" = None
    person_id: int | None = None
    platform: bool = False
    entered: bool = True
    last_acts: list[Callable[[], None]] = field(default_factory=list, compare=False)


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
# What the database was last told in this context: tenant and person.
_told: ContextVar[tuple[str, str]] = ContextVar("told", default=("", ""))


def current_scope() -> Scope:
    scope = _scope.get()
    if scope is None or not scope.entered:
        raise OutsideTenant("No tenant is entered here; use `with inside(tenant):`.")
    return scope


def current_tenant() -> "Tenant":
    """The tenant that is known here, whether or not its rows are open."""
    scope = _scope.get()
    if scope is None or scope.tenant is None:
        raise OutsideTenant("No tenant is known here.")
    return scope.tenant


def known_tenant() -> "Tenant | None":
    scope = _scope.get()
    return scope.tenant if scope else None


def _tell_database(told: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true), set_config('app.person_id', %s, true)", told)


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    before = _told.get()
    telling = (str(scope.tenant.pk) if scope.tenant else "", str(scope.person_id or ""))
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        if not (is_nested and before == telling):
            _tell_database(telling)
        scope_token, told_token = _scope.set(scope), _told.set(telling)
        try:
            yield
            # What is rolled back has nothing to tell, and asks nothing more of its transaction.
            for act in () if transaction.get_rollback() else scope.last_acts:
                act()
        finally:
            _scope.reset(scope_token)
            _told.reset(told_token)
        # Postgres keeps a local setting past the release of a savepoint, so what held before is put back by hand;
        # after an exception the rollback does it.
        if is_nested and before != telling and not transaction.get_rollback():
            _tell_database(before)


def _tenant(key: int) -> "Tenant":
    return apps.get_model("portal", "Tenant")._default_manager.get(pk=key)


@contextmanager
def inside(tenant: "Tenant | int") -> Iterator[None]:
    """Open one transaction in which a tenant's rows, and only those, can be read and written."""
    found = _tenant(tenant) if isinstance(tenant, int) else tenant
    with _entered(Scope(tenant=found)):
        yield


@contextmanager
def as_person(person: "User") -> Iterator[None]:
    """Open a person's own dossiers and messages in all tenants, to read."""
    with _entered(Scope(person_id=person.pk)):
        yield


@contextmanager
def across_tenants(reason: str) -> Iterator[None]:
    """Read all tenants' rows by the platform login, whose database policy allows nothing but reading."""
    log.info("across tenants: %s", reason)
    token = _scope.set(Scope(platform=True))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def knowing(tenant: "Tenant | None") -> Iterator[None]:
    """Know the tenant without opening its rows (a view that speaks to a neighbour opens them itself, shortly)."""
    token = _scope.set(Scope(tenant=tenant, entered=False) if tenant else None)
    try:
        yield
    finally:
        _scope.reset(token)


def before_leaving(act: Callable[[], None]) -> None:
    """Run `act` as the last thing in this scope's transaction: for rows that many writers queue for."""
    current_scope().last_acts.append(act)


V = TypeVar("V", bound=Callable[..., Any])


def short_transactions(view: V) -> V:
    """Mark a view that talks to a neighbour: it opens `inside(...)` itself around its own database parts."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    marked.short_transactions = True  # type: ignore[attr-defined]
    return cast(V, marked)


class TenantQuerySet(models.QuerySet[M]):
    """Closes the doors that a filter alone leaves open."""

    def update(self, **values: Any) -> int:
        _refuse_moving(values)
        return super().update(**values)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            cast("TenantOwned", row).settle_tenant()
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        names = list(fields)
        _refuse_moving(dict.fromkeys(names))
        return super().bulk_update(objs, names, *args, **kwargs)


def _refuse_moving(values: dict[str, Any]) -> None:
    if {"tenant", "tenant_id"} & set(values):
        raise ForeignTenant("A row never moves to another tenant.")


class TenantManager(models.Manager[M]):
    """The only way to a tenant's rows: filtered by the scope, refused without one."""

    def get_queryset(self) -> TenantQuerySet[M]:
        scope = current_scope()
        rows: TenantQuerySet[M] = TenantQuerySet(self.model, using=self._db)
        if scope.platform:
            return rows.using("platform")
        if scope.tenant is not None:
            return rows.filter(tenant_id=scope.tenant.pk)
        return rows.filter(self._own(scope))

    def _own(self, scope: Scope) -> models.Q:
        columns = cast("type[TenantOwned]", self.model).person_columns
        if not columns:
            raise OutsideTenant(f"{self.model.__name__} is not a person's own.")
        mine = models.Q()
        for column in columns:
            mine |= models.Q(**{column: scope.person_id})
        return mine


class TenantOwned(models.Model):
    """A row that belongs to one tenant, for ever."""

    person_columns: ClassVar[tuple[str, ...]] = ()

    tenant = models.ForeignKey("portal.Tenant", on_delete=models.PROTECT, editable=False, related_name="+")

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.settle_tenant()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Django deletes a single row by its key alone, past every manager."""
        self.settle_tenant()
        return super().delete(*args, **kwargs)

    def settle_tenant(self) -> None:
        """Take the tenant from the scope; refuse a row that is another's."""
        here, named = current_tenant(), cast("int | None", self.tenant_id)
        if named is None:
            self.tenant_id = here.pk
        elif named != here.pk:
            raise ForeignTenant(f"A row of tenant {named} inside tenant {here.pk}.")


class TenantTask(Task):  # type: ignore[type-arg]
    """A background task about one tenant: its first argument is the tenant's id, and it runs inside it.

    A task that speaks to a neighbour sets `short_transactions = True` and opens the rows itself.
    """

    abstract = True
    short_transactions = False

    def __call__(self, tenant_id: int, *args: Any, **kwargs: Any) -> Any:
        tenant = _tenant(tenant_id)
        scope = knowing(tenant) if self.short_transactions else inside(tenant)
        with scope:
            return super().__call__(tenant_id, *args, **kwargs)


class Router:
    """Migrations run as the owner; everything else as the application unless the scope says otherwise."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """Whatever login a row was read by, the application writes as itself."""
        return "default"

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return True
