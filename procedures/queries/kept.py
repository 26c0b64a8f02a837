"""What pages ask again and again and only a change of the catalogue or of the offices changes: kept in the process."""

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


def forget() -> None:
    """Begin anew: a test's authority has the same number and version as the last one's."""
    _kept.clear()
