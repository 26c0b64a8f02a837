"""Every table, read from the database's own catalogue: who owns it, what guards it, what each login can do to it."""

import psycopg
import pytest
from django.apps import apps
from psycopg import sql

from portal.checks import GLOBAL
from portal.isolation import role, tenant_keys
from tests.guards.conftest import Two
from tests.guards.planting import Planted, login, refused, tenant_models, tenant_tables, touched

ALL_TABLES = "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
OTHERS = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm', 'f')"
PAIRS = """
SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]
JOIN pg_attribute t ON t.attrelid = c.conrelid AND t.attnum = c.conkey[1]
WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 2 AND t.attname = 'tenant_id'
"""
WORDS = (
    "INSERT INTO {t} SELECT * FROM {t} WHERE false",
    "UPDATE {t} SET {c} = {c} WHERE false",
    "DELETE FROM {t} WHERE false",
)


def _statement(words: str, table: str, **more: str) -> sql.Composed:
    names = {name: sql.Identifier(value) for name, value in more.items()}
    return sql.SQL(words).format(t=sql.Identifier(table), **names)


def _of(words: str, table: str, owner: Planted) -> sql.Composed:
    return sql.SQL(words).format(t=sql.Identifier(table), tenant=sql.Literal(owner.tenant.pk))


def _append_only(connection: psycopg.Connection[tuple[str, ...]]) -> set[str]:
    found = connection.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")
    return {name for (name,) in found}


def test_a_table_is_a_tenants_or_on_the_global_list(two: Two) -> None:
    with login("default") as app:
        there = {row[0] for row in app.execute(ALL_TABLES)}
        assert app.execute(OTHERS).fetchall() == []
    known = {apps.get_model(label)._meta.db_table for label in GLOBAL} | {"django_migrations", "auth_group_permissions"}
    assert there == set(tenant_tables()) | known


def test_every_tenant_table_is_forced_to_guard_its_rows(two: Two) -> None:
    with login("default") as app:
        facts = {row[0]: row[1:] for row in app.execute(ALL_TABLES)}
        policies = dict(
            app.execute(
                "SELECT tablename, array_agg(policyname::text ORDER BY policyname) FROM pg_policies GROUP BY 1"
            ).fetchall()
        )
    for table in tenant_tables():
        assert facts[table] == (True, True, role("owner")), table
        assert set(policies[table]) - {"own_person"} == {"own_tenant", "platform_reads"}, table


def test_only_the_owner_owns_and_nobody_passes_the_guard(two: Two) -> None:
    with login("default") as app:
        owners = {row[3] for row in app.execute(ALL_TABLES)}
        rights = app.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = ANY(%s)",
            [[role(a) for a in ("default", "owner", "platform")]],
        )
        members = app.execute(
            "SELECT count(*) FROM pg_auth_members WHERE member = ANY(SELECT oid FROM pg_roles WHERE rolname = ANY(%s))",
            [[role("default"), role("platform")]],
        )
        assert owners == {role("owner")}
        assert {row[1:] for row in rights} == {(False, False, False)}
        assert members.fetchone() == (0,)


def test_a_person_reads_own_rows_only_where_the_model_says_so(two: Two) -> None:
    with login("default") as app:
        found = {name for (name,) in app.execute("SELECT tablename FROM pg_policies WHERE policyname = 'own_person'")}
    assert found == {m._meta.db_table for m in tenant_models() if m.person_columns}


@pytest.mark.parametrize("table", tenant_tables())
def test_no_login_of_the_application_reaches_foreign_rows(two: Two, table: str) -> None:
    everything, theirs = "SELECT * FROM {t}", "SELECT * FROM {t} WHERE tenant_id = {tenant}"
    with login("default") as nobody:
        assert touched(nobody, _of(everything, table, two.here)) == 0
        assert touched(nobody, _of("UPDATE {t} SET tenant_id = tenant_id", table, two.here)) == 0
        assert touched(nobody, _of("DELETE FROM {t}", table, two.here)) == 0
        assert refused(nobody, _of("INSERT INTO {t} (tenant_id) VALUES ({tenant})", table, two.here))
    with login("default", two.here.tenant) as app:
        assert touched(app, _of(everything, table, two.here)) == touched(app, _of(theirs, table, two.here)) > 0
        assert touched(app, _of(theirs, table, two.there)) == 0
        assert (
            touched(app, _of("UPDATE {t} SET tenant_id = tenant_id WHERE tenant_id = {tenant}", table, two.there)) == 0
        )
        assert touched(app, _of("DELETE FROM {t} WHERE tenant_id = {tenant}", table, two.there)) == 0
        assert refused(app, _of("INSERT INTO {t} (tenant_id) VALUES ({tenant})", table, two.there))
        assert refused(app, _of("UPDATE {t} SET tenant_id = {tenant}", table, two.there))
        assert refused(app, _of("TRUNCATE {t} CASCADE", table, two.there))
        assert refused(app, _of("COPY {t} FROM '/dev/null'", table, two.here))


@pytest.mark.parametrize("table", tenant_tables())
def test_what_may_change_at_home_can_be_changed_at_home(two: Two, table: str) -> None:
    """The control: the statements that reach nothing abroad do reach what is one's own."""
    with login("default", two.here.tenant) as app:
        reached = touched(app, _of("UPDATE {t} SET tenant_id = tenant_id WHERE tenant_id = {tenant}", table, two.here))
        assert (reached > 0) is (table not in _append_only(app))


def test_what_only_grows_is_changed_by_nobody(two: Two) -> None:
    with login("owner", two.here.tenant) as owner:
        only_grow = _append_only(owner)
        assert only_grow >= {
            "portal_auditentry",
            "procedures_dossierevent",
            "payments_ledgerentry",
            "payments_callback",
            "payments_receipt",
        }
        for table in only_grow:
            for words in ("UPDATE {t} SET tenant_id = tenant_id", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"):
                assert refused(owner, _statement(words, table), psycopg.errors.RestrictViolation), (table, words)
            owner.execute(_statement("ALTER TABLE {t} DISABLE TRIGGER append_only", table))
            assert not refused(
                owner, _statement("UPDATE {t} SET tenant_id = tenant_id", table), psycopg.errors.RestrictViolation
            )


def test_even_the_owner_sees_no_row_without_a_tenant(two: Two) -> None:
    with login("owner") as owner:
        for table in tenant_tables():
            assert touched(owner, _statement("SELECT * FROM {t}", table)) == 0, table


# Of insert, update, delete: what the platform's login may do where it may do more than read.
PLATFORM_WRITES = {"portal_tenant": list(WORDS[:2]), "procedures_nationaldefinition": [WORDS[0]]}


def test_the_platform_reads_all_and_writes_only_tenants_and_national_definitions(two: Two) -> None:
    with login("platform") as platform:
        tables = [row[0] for row in platform.execute(ALL_TABLES)]
        for table in tables:
            column = platform.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
            ).fetchone()
            assert column is not None
            allowed = [words for words in WORDS if not refused(platform, _statement(words, table, c=str(column[0])))]
            assert allowed == PLATFORM_WRITES.get(table, []), table
            assert refused(platform, _statement("TRUNCATE {t} CASCADE", table)), table
        for table in tenant_tables():
            assert touched(platform, _of("SELECT * FROM {t} WHERE tenant_id = {tenant}", table, two.there)) > 0, table


def test_the_application_founds_no_tenant_and_empties_no_table(two: Two) -> None:
    with login("default") as app:
        assert refused(app, sql.SQL("INSERT INTO portal_tenant SELECT * FROM portal_tenant WHERE false"))
        assert refused(app, sql.SQL("DELETE FROM portal_tenant WHERE false"))
        for words in WORDS:
            assert refused(app, _statement(words, "procedures_nationaldefinition", c="code")), words
        assert not refused(app, sql.SQL("SELECT * FROM procedures_nationaldefinition"))
        for table in [row[0] for row in app.execute(ALL_TABLES)]:
            assert refused(app, _statement("TRUNCATE {t} CASCADE", table)), table
        assert refused(app, sql.SQL("CREATE TABLE public.mine (id int)"))


def test_every_key_between_tenant_tables_carries_the_tenant(two: Two) -> None:
    wanted = {(m._meta.db_table, key.column) for m in tenant_models() for key in tenant_keys(m)}
    assert len(wanted) > 20
    with login("default") as app:
        assert wanted <= {(table.strip('"'), column) for table, column in app.execute(PAIRS)}


KEYS = [(m, key) for m in tenant_models() for key in tenant_keys(m)]


@pytest.mark.parametrize(("model", "key"), KEYS, ids=[f"{m.__name__}.{k.name}" for m, k in KEYS])
def test_no_row_refers_to_a_foreign_one(two: Two, model: type, key: object) -> None:
    table, column = model._meta.db_table, key.column  # type: ignore[attr-defined]
    target = two.there.rows[key.related_model].pk  # type: ignore[attr-defined]
    cross = sql.SQL("UPDATE {t} SET {c} = {to}; SET CONSTRAINTS ALL IMMEDIATE").format(
        t=sql.Identifier(table), c=sql.Identifier(column), to=sql.Literal(target)
    )
    with login("owner", two.here.tenant) as owner:
        owner.execute(_statement("ALTER TABLE {t} DISABLE TRIGGER USER", table))
        assert refused(owner, cross, psycopg.errors.ForeignKeyViolation)
        _drop_pair(owner, table, column)
        assert not refused(owner, cross, psycopg.errors.ForeignKeyViolation)


def _drop_pair(owner: psycopg.Connection[tuple[str, ...]], table: str, column: str) -> None:
    """The control: without the composite key the plain one lets it through."""
    found = owner.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' AND array_length(conkey, 1) = 2 "
        "AND conkey[2] = (SELECT attnum FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s)",
        [table, table, column],
    ).fetchone()
    assert found is not None
    owner.execute(_statement("ALTER TABLE {t} DROP CONSTRAINT {c}", table, c=str(found[0])))
