"""The background: every task knows its tenant or is declared free of one, every beat and every outbox row has its doer."""

import ast
from pathlib import Path

from celery import Task, shared_task
from django.conf import settings

from portal.celery import app
from portal.outbox import HANDLERS
from portal.tenancy import TenantTask

# They go through all tenants themselves, each in a scope of its own.
SWEEPS = {
    "portal.tasks.sweep_outbox",
    "payments.tasks.sweep_payments",
    "procedures.tasks.sweep_deadlines",
    "procedures.tasks.seal_events",
    "procedures.tasks.settle_levels",
    "procedures.tasks.sweep_versions",
    "procedures.tasks.sweep_post",
    "procedures.tasks.sweep_results",
}


def tasks() -> dict[str, Task]:  # type: ignore[type-arg]
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def astray(found: dict[str, Task]) -> set[str]:  # type: ignore[type-arg]
    return {name for name, task in found.items() if not isinstance(task, TenantTask)} - SWEEPS


def test_every_task_runs_inside_a_tenant_or_is_a_sweep() -> None:
    assert astray(tasks()) == set()
    assert set(tasks()) >= SWEEPS


def test_a_task_of_no_tenant_would_be_found() -> None:
    """The control."""

    @shared_task(name="planted.task")
    def planted() -> None:
        """Nobody's."""

    try:
        assert astray(tasks()) == {"planted.task"}
    finally:
        app.tasks.pop("planted.task")


def test_every_beat_names_a_task_that_is_there() -> None:
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(tasks())
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == SWEEPS


def kinds_put() -> set[str]:
    """The kinds of outbox rows that the code writes."""
    found = set()
    for package in ("portal", "payments", "integrations", "procedures"):
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and ast.unparse(node.func) in ("outbox.put", "put")
                    and isinstance(node.args[0], ast.Constant)
                ):
                    found.add(str(node.args[0].value))
    return found


def test_every_kind_of_outbox_row_has_its_handler() -> None:
    tasks()
    assert {"mail", "scan"} <= kinds_put()
    assert kinds_put() - set(HANDLERS) == set()
