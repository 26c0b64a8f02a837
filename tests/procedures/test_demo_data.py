"""The demonstration fills itself through the doors that people use, and made-up load keeps the same rules."""

import io
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Exists, ForeignKey, OuterRef
from pytest_django import DjangoDbBlocker

from integrations import scanning
from portal import kept, signing
from portal.audit import first_break
from portal.files import read_stored
from portal.models import AuditEntry, OutboxRow, Tenant
from portal.moments import midnight, now
from portal.tenancy import inside
from procedures import workflow
from procedures.demo import past
from procedures.models import (
    Agreement,
    Attachment,
    Dossier,
    DossierEvent,
    DossierWord,
    DueChange,
    JointFiling,
    Message,
    Package,
    Paper,
    Pause,
    SupplementRequest,
    catalogue,
)
from procedures.models.lifecycle import FINAL, PAUSED, STEPS, State
from procedures.queries.clocks import due_of

NAME = f"test_motcua_demo_{os.getpid()}"
ALIASES = ("default", "owner", "platform")


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Tenant]]:
    """A database of the demo's own: its authorities are called as the cast's are."""
    with django_db_blocker.unblock():
        before = _call(NAME)
        _owner_says(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME} TEMPLATE template1")
        try:
            call_command("migrate", verbosity=0)
            call_command("demo_data", "--thin", stdout=io.StringIO())
            yield {tenant.slug: tenant for tenant in Tenant.objects.all()}
        finally:
            _call(before)
            _owner_says(f"DROP DATABASE {NAME} WITH (FORCE)")


def _call(name: str) -> str:
    """Lead all three logins to another database, of which this process knows nothing yet; tells the one before."""
    kept.forget()
    catalogue._kept.clear()
    before = str(connections["default"].settings_dict["NAME"])
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    return before


def _owner_says(*statements: str) -> None:
    known = connections["owner"].settings_dict
    place = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **place) as line:
        for statement in statements:
            line.execute(statement.encode())


@pytest.fixture
def province(demo: dict[str, Tenant]) -> Iterator[Tenant]:
    with inside(demo["dongthap"]):
        yield demo["dongthap"]


def broken(dossier: Dossier) -> list[str]:
    """What is wrong with a dossier's chain: a hash that does not fit, or a passage that no step allows."""
    said, before, state = [], "", str(State.DRAFT)
    for event in dossier.events.all():
        if (event.previous_hash, event.hash) != (before, workflow.event_hash(event)):
            said.append(f"{event}: hash")
        step = STEPS.get(event.step)
        fits = event.from_state == state and (
            step is None or (state in step.sources and event.to_state in step.targets)
        )
        said += [] if fits else [f"{event}: {event.from_state} → {event.to_state}"]
        before, state = event.hash, event.to_state
    return said + ([] if (before, state) == (dossier.event_hash, dossier.state) else [f"{dossier}: {state}"])


def misdated(dossiers: list[Dossier]) -> list[str]:
    running = [d for d in dossiers if d.accepted_at and d.state not in PAUSED and d.state != State.ENDED]
    return [str(d) for d in running if due_of(d).moment != d.due_at]


def rows() -> list[Dossier]:
    return list(Dossier.objects.select_related("office", "version", "submitter", "procedure").order_by("pk"))


def test_the_demo_shows_every_state_that_a_dossier_can_be_in(province: Tenant) -> None:
    assert {d.state for d in rows()} == set(State.values)


def test_every_demo_dossier_came_to_its_state_by_legal_steps(province: Tenant) -> None:
    assert [line for dossier in rows() for line in broken(dossier)] == []
    assert first_break() is None


def test_the_check_of_chains_sees_a_changed_event(province: Tenant) -> None:
    dossier = Dossier.objects.exclude(event_hash="").order_by("pk")[0]
    dossier.event_hash = dossier.event_hash[::-1]
    assert broken(dossier)


def test_due_moments_of_the_demo_are_those_of_the_clock(province: Tenant) -> None:
    assert misdated(rows()) == []


def test_nothing_of_the_demo_happens_in_the_future_or_outside_an_offices_days(province: Tenant) -> None:
    assert not DossierEvent.objects.filter(recorded_at__gt=now()).exists()
    for dossier in rows():
        office = dossier.office
        assert office.closed_on is None or (
            dossier.state in FINAL and dossier.closed_at and dossier.closed_at < midnight(office.closed_on)
        )
        assert office.opened_on is None or dossier.created_at >= midnight(office.opened_on)


def test_decided_demo_dossiers_carry_signed_papers_that_verify(province: Tenant) -> None:
    decided = [d for d in rows() if d.decided_at]
    papers = {p.dossier_id: p for p in Paper.objects.filter(kind__in=("result", "refusal"), revoked_at=None)}
    assert {d.pk for d in decided} == set(papers)
    found = signing.verify(read_stored(papers[decided[0].pk].path))
    assert found.valid
    assert found.signed_at is not None
    assert decided[0].decided_at is not None
    assert abs((found.signed_at - decided[0].decided_at).total_seconds()) < 1


def test_numbers_of_a_day_follow_the_order_of_acceptance(province: Tenant) -> None:
    numbered = sorted((d.accepted_at, d.number) for d in rows() if d.accepted_at)
    series: dict[str, list[int]] = {}
    for _at, number in numbered:
        day, _dash, last = number.rpartition("-")
        series.setdefault(day, []).append(int(last))
    assert all(found == list(range(1, len(found) + 1)) for found in series.values())


def test_an_finds_one_dossier_of_each_that_matters(province: Tenant) -> None:
    states = [d.state for d in rows() if d.submitter and d.submitter.subject == "an"]
    assert sorted(set(states)) == ["done", "draft", "processing", "returned", "supplement_requested"]


def test_the_desks_of_the_cast_are_not_empty(province: Tenant) -> None:
    ward = [d for d in rows() if d.office.code == "H58.30"]
    assert sum(d.state == State.SUBMITTED for d in ward) >= 5
    assert any(d.state == State.PROCESSING and d.due_at and d.due_at < now() for d in ward)
    assert any(d.state == State.PROCESSING and d.due_at and d.due_at > now() for d in ward)
    assert {d.assignee.subject for d in ward if d.assignee and d.state == State.PROCESSING} >= {"chi", "dung"}


def test_nobody_gets_a_mail_about_the_past(province: Tenant) -> None:
    assert Message.objects.exists()
    assert not OutboxRow.objects.filter(kind__in=past.OVER, done_at=None).exists()


def test_a_file_waits_for_the_scanner_and_is_opened_by_its_word(
    demo: dict[str, Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(demo["vhttdl"]):
        waiting = Attachment.objects.filter(status=Attachment.Status.QUARANTINED).count()
    asked: list[Any] = []

    def scan(file: Any) -> scanning.Verdict:
        asked.append(file)
        return scanning.Verdict(scanning.State.CLEAN)

    monkeypatch.setattr(scanning, "scan", scan)
    past.scan(demo["vhttdl"])
    with inside(demo["vhttdl"]):
        assert not Attachment.objects.filter(status=Attachment.Status.QUARANTINED).exists()
        assert not OutboxRow.objects.filter(kind="scan", done_at=None).exists()
    assert 0 < len(asked) < waiting


def test_a_second_run_changes_nothing(demo: dict[str, Tenant]) -> None:
    def count() -> list[int]:
        with inside(demo["dongthap"]):
            return [model._default_manager.count() for model in (Dossier, DossierEvent, AuditEntry, OutboxRow, Paper)]

    before, told = count(), io.StringIO()
    call_command("demo_data", stdout=told)
    assert count() == before
    assert told.getvalue().count("is there already") == len(demo)


def test_demo_data_is_refused_where_no_demo_is(settings: Any) -> None:
    settings.DEMO = settings.TESTING = False
    for command in ("demo_data", "seed_load"):
        with pytest.raises(CommandError):
            call_command(command)


def loaded() -> list[tuple[Any, ...]]:
    with inside(Tenant.objects.get(slug="tai-1")):
        return list(
            Dossier.objects.order_by("pk").values_list(
                "owner_name", "channel", "state", "number", "submitted_at", "decided_at"
            )
        )


@pytest.fixture(scope="module")
def load(demo: dict[str, Tenant]) -> Tenant:
    call_command("seed_load", "--tenants", "2", "--dossiers", "601", "--seed", "5", stdout=io.StringIO())
    return Tenant.objects.get(slug="tai-1")


def test_load_keeps_the_rules_of_real_dossiers(load: Tenant) -> None:
    with inside(load):
        made = rows()
        assert len(made) == 301
        assert [line for dossier in made for line in broken(dossier)] == []
        assert misdated(made) == []
        assert not DossierEvent.objects.filter(recorded_at__gt=now()).exists()
        assert made[0].contact_id.isdigit()
        assert made[0].answers
    with inside(Tenant.objects.get(slug="tai-2")):
        assert Dossier.objects.count() == 300


LOADED = (Dossier, DossierEvent, DossierWord, DueChange, Pause, SupplementRequest)


def dangling() -> list[str]:
    """References of loaded rows that lead nowhere: no trigger has looked."""
    found = []
    for model in LOADED:
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                there = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
                lost = model._base_manager.exclude(**{field.attname: None}).filter(~Exists(there)).count()
                found += [f"{model.__name__}.{field.name}: {lost}"] if lost else []
    return found


def shift(tenant: Tenant, dossiers: int) -> None:
    """Lead what changed due dates to other dossiers, as a loader with a wrong number would."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant.pk)])
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE procedures_duechange SET dossier_id = dossier_id + %s", [dossiers])


def test_every_reference_of_the_load_leads_somewhere_and_one_that_does_not_is_found(load: Tenant) -> None:
    with inside(load):
        assert dangling() == []
        shift(load, 10_000_000)
        try:
            assert [line.partition(":")[0] for line in dangling()] == ["DueChange.dossier"]
        finally:
            shift(load, -10_000_000)


def test_the_lifecycle_guard_is_on_again_after_the_load(load: Tenant) -> None:
    with inside(load), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procedures_dossier SET state = 'done', event_count = event_count + 1, last_step = 'accept' WHERE state = 'returned'"
        )


def test_the_same_seed_gives_the_same_load_and_another_one_another(load: Tenant) -> None:
    first = loaded()
    for seed, same in ((5, True), (6, False)):
        Tenant.objects.using("platform").filter(slug="tai-1").update(
            slug=f"old-{seed}", host=f"old-{seed}.localhost", code=f"OLD{seed}"
        )
        call_command("seed_load", "--tenants", "1", "--dossiers", "301", "--seed", str(seed), stdout=io.StringIO())
        assert (loaded() == first) is same


def test_of_three_joint_filings_one_is_finished_one_half_way_and_one_came_on_paper(demo: dict[str, Tenant]) -> None:
    with inside(demo["dongthap"]):
        assert Package.objects.get().is_open and Agreement.objects.get().state == "in_force"
        rows = JointFiling.objects.select_related("form__submitter").order_by("filed_at")
        states = [[part.state for part in filing.rows.all()] for filing in rows]
        assert states == [["done", "done", "done"], ["done", "open", "open"], ["open", "waiting", "waiting"]]
        assert [filing.closed_at is None for filing in rows] == [False, True, True]
        assert [filing.taken_by_id is None for filing in rows] == [True, True, False]
    with inside(demo["bhxh"]):
        assert Dossier.objects.exclude(joint_code="").count() == 2
