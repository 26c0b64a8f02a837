"""The second line: row-level security, composite foreign keys, append-only tables and the rights of three logins."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps as real_apps
from django.conf import settings
from django.db import connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OWN_TENANT = "tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint)"
THE_PERSON = "(SELECT nullif(current_setting('app.person_id', true), '')::bigint)"
APPEND_ONLY = """
CREATE OR REPLACE FUNCTION motcua_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def role(alias: str) -> str:
    return str(settings.DATABASES[alias]["USER"])


def is_tenant_owned(model: type[models.Model]) -> bool:
    return any(f.name == "tenant" and f.is_relation and f.concrete for f in model._meta.get_fields())


class IsolateTenantTables(Operation):
    """Close every tenant table of an app: forced policies, composite keys; safe to run again for tables that come later.

    `person` names the columns that make a row a person's own, by model; `append_only` the models that only grow.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self, app_label: str, person: Mapping[str, Sequence[str]] | None = None, append_only: Sequence[str] = ()
    ) -> None:
        self.app_label = app_label
        self.person = dict(person or {})
        self.append_only = list(append_only)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.app_label], {"person": self.person, "append_only": self.append_only})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        models_here = [m for m in to_state.apps.get_app_config(self.app_label).get_models() if is_tenant_owned(m)]
        schema_editor.execute(APPEND_ONLY, params=None)
        # Constraints are waited for before a table can be altered in the same transaction.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in models_here:
            for statement in self._pair_key(model):
                schema_editor.execute(statement, params=None)
        for model in models_here:
            for statement in [*self._policies(model), *self._composite_keys(model), *self._only_grows(model)]:
                schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing to undo: dropping a table drops what guards it."""

    def describe(self) -> str:
        return f"Isolate the tenant tables of {self.app_label}"

    def _policies(self, model: Any) -> Iterator[str]:
        table = model._meta.db_table
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
        for name in ("own_tenant", "platform_reads", "own_person"):
            yield f'DROP POLICY IF EXISTS {name} ON "{table}"'
        yield f'CREATE POLICY own_tenant ON "{table}" USING ({OWN_TENANT}) WITH CHECK ({OWN_TENANT})'
        yield f'CREATE POLICY platform_reads ON "{table}" FOR SELECT TO "{role("platform")}" USING (true)'
        columns = self.person.get(model._meta.model_name, ())
        if columns:
            mine = " OR ".join(f'"{column}_id" = {THE_PERSON}' for column in columns)
            yield f'CREATE POLICY own_person ON "{table}" FOR SELECT USING ({mine})'

    def _pair_key(self, model: Any) -> Iterator[str]:
        table = model._meta.db_table
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{table[:45]}_tenant_pair" CASCADE'
        yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table[:45]}_tenant_pair" UNIQUE (tenant_id, id)'

    def _composite_keys(self, model: Any) -> Iterator[str]:
        for key in tenant_keys(model):
            table, column, target = model._meta.db_table, key.column, key.related_model._meta.db_table
            name = f"{table[:28]}_{column[:22]}_same_tenant"
            yield f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"'
            yield (
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (tenant_id, "{column}") '
                f'REFERENCES "{target}" (tenant_id, id) DEFERRABLE INITIALLY DEFERRED'
            )

    def _only_grows(self, model: Any) -> Iterator[str]:
        if model._meta.model_name in self.append_only:
            table = model._meta.db_table
            yield f'DROP TRIGGER IF EXISTS append_only ON "{table}"'
            yield f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION motcua_append_only()'
            yield f'DROP TRIGGER IF EXISTS append_only_whole ON "{table}"'
            yield f'CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION motcua_append_only()'


def tenant_keys(model: Any) -> Iterator[Any]:
    """The foreign keys of a tenant table that lead to another tenant table."""
    for key in model._meta.get_fields():
        if isinstance(key, models.ForeignKey) and key.concrete and is_tenant_owned(key.related_model):
            yield key


def grant_rights(using: str, **_: Any) -> None:
    """After every migrate: the application may touch rows, the platform may read them; append-only tables only grow."""
    if using != "owner":
        return
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")
        only_grow = {name.strip('"') for (name,) in cursor.fetchall()}
        for table in connections[using].introspection.table_names(cursor):
            rights = "SELECT, INSERT" if table in only_grow else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f'REVOKE ALL ON "{table}" FROM "{role("default")}", "{role("platform")}", PUBLIC')
            cursor.execute(f'GRANT {rights} ON "{table}" TO "{role("default")}"')
            cursor.execute(f'GRANT SELECT ON "{table}" TO "{role("platform")}"')
        cursor.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role("default")}"')
        _platform_writes(cursor)


# What the application may only read and the platform writes: who is an authority, and what holds for all of them.
FOUNDED = ("portal", "Tenant")
SHELF = ("procedures", "NationalDefinition")


def _platform_writes(cursor: Any) -> None:
    """Authorities are founded, and national definitions put on the shelf, by the platform; the shelf only grows."""
    there = connections["owner"].introspection.table_names(cursor)
    for model, taken, given in (
        (FOUNDED, "INSERT, DELETE", "INSERT, UPDATE"),
        (SHELF, "INSERT, UPDATE, DELETE", "INSERT"),
    ):
        table = real_apps.get_model(*model)._meta.db_table
        if table in there:
            cursor.execute(f'REVOKE {taken} ON "{table}" FROM "{role("default")}"')
            cursor.execute(f'GRANT {given} ON "{table}" TO "{role("platform")}"')
