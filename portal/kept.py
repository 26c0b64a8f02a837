"""What pages ask again and again and only a change of the catalogue or of the offices changes: kept in the process."""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from portal.tenancy import current_tenant

T = TypeVar("T")
MOST = 2000
_kept: dict[tuple[int, int, Hashable], Any] = {}


def by_version(name: Hashable, read: Callable[[], T]) -> T:
    """What `read` found under this version of the authority (portal.actions.show_changes makes the next one).

    Read by all threads, so nobody changes what it returns.
    """
    tenant = current_tenant()
    key = (tenant.pk, tenant.version, name)
    found = _kept.get(key, _kept)
    if found is _kept:
        if len(_kept) > MOST:
            _kept.clear()
        found = _kept[key] = read()
    return cast(T, found)


def for_seconds(name: Hashable, seconds: float, read: Callable[[], T]) -> T:
    """What may be some seconds old, and nothing is decided by."""
    key = (current_tenant().pk, 0, name)
    found = _kept.get(key)
    if found is None or time.monotonic() > found[0]:
        if len(_kept) > MOST:
            _kept.clear()
        found = _kept[key] = (time.monotonic() + seconds, read())
    return cast(T, found[1])


def forget() -> None:
    """Begin anew: this process changed something itself, or a test begins, whose authority is that of the last one."""
    _kept.clear()
