"""What a process keeps of an authority: for as long as its version, and never longer than its own changes."""

import pytest

from portal import kept
from portal.actions import show_changes
from portal.models import Tenant


def test_what_is_kept_is_read_once_until_this_process_changes_something(tenant: Tenant) -> None:
    read = iter(range(10))
    assert [kept.by_version("number", lambda: next(read)) for _turn in range(3)] == [0, 0, 0]
    show_changes()
    assert kept.by_version("number", lambda: next(read)) == 1


def test_another_process_s_change_is_seen_by_the_version(tenant: Tenant) -> None:
    read = iter(range(10))
    assert kept.by_version("number", lambda: next(read)) == 0
    tenant.version += 1
    assert kept.by_version("number", lambda: next(read)) == 1


def test_what_may_be_some_seconds_old_is_read_again_after_them(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    read, clock = iter(range(10)), [0.0]
    monkeypatch.setattr("portal.kept.time.monotonic", lambda: clock[0])
    assert [kept.for_seconds("number", 5, lambda: next(read)) for _turn in range(2)] == [0, 0]
    clock[0] = 5.1
    assert kept.for_seconds("number", 5, lambda: next(read)) == 1
