"""The ground of the tests: real PostgreSQL, three real logins, the cast, and a door for each of them."""

import copy
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.test.utils import setup_databases, teardown_databases

# The services must run before the settings are read, and the settings before any model is imported.
STATE = Path(__file__).resolve().parent.parent / ".local" / "test"
if not os.environ.get("DATABASE_URL"):
    os.environ["MOTCUA_STATE"] = str(STATE)

    from portal.embedded.services import ensure_services

    ensure_services(STATE)
    (STATE / "static").mkdir(exist_ok=True)
# Files that tests keep go with the tests.
os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="motcua-test-files-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.cache import cache
from django.db import connections
from django.test import Client

from portal import kept, middleware
from portal.models import Office, Tenant, User
from portal.tenancy import inside
from tests.cast import Cast, make_cast, open_door

Door = Callable[..., Client]


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["MEDIA_ROOT"], ignore_errors=True)


_cast: Cast | None = None


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The owner makes the test database; tenants and people are committed once; every test lives in a transaction on top."""
    global _cast
    for connection in connections.all():
        connection.settings_dict["TEST"]["NAME"] = f"test_motcua_{os.getpid()}"
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
        _cast = make_cast()
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["platform"].close()
        teardown_databases(made, verbosity=0)


@pytest.fixture
def cast(db: None) -> Cast:
    """Copies for each test: what one does to them in memory is rolled back with its rows."""
    assert _cast is not None
    return copy.deepcopy(_cast)


@pytest.fixture
def tenant(cast: Cast) -> Iterator[Tenant]:
    """The test lives inside Đồng Tháp, as a request to its host does."""
    with inside(cast.tenant):
        yield cast.tenant


@pytest.fixture
def other_tenant(cast: Cast) -> Tenant:
    return cast.other_tenant


@pytest.fixture
def office(tenant: Tenant, cast: Cast) -> Office:
    return cast.office


@pytest.fixture
def an(cast: Cast) -> User:
    return cast.people["an"]


@pytest.fixture
def binh(cast: Cast) -> User:
    return cast.people["binh"]


@pytest.fixture
def chi(cast: Cast) -> User:
    return cast.people["chi"]


@pytest.fixture
def dung(cast: Cast) -> User:
    return cast.people["dung"]


@pytest.fixture
def en(cast: Cast) -> User:
    return cast.people["en"]


@pytest.fixture
def giang(cast: Cast) -> User:
    return cast.people["giang"]


@pytest.fixture
def door(cast: Cast) -> Door:
    """A browser at a tenant's host, signed in as somebody or nobody: `door(an)`, `door()`, `door(giang, other_tenant)`."""

    def open_for(person: User | None = None, at: Tenant | None = None) -> Client:
        return open_door(at or cast.tenant, person)

    return open_for


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tenants and their versions are the same rows in every test, so what was kept for one is nobody else's.

    A tenant that is asked for anew every second would make one query more or less, as the clock has it.
    """
    monkeypatch.setattr(middleware, "TENANT_SECONDS", 3600.0)
    cache.key_prefix = uuid.uuid4().hex
    middleware._tenants.clear()
    kept.forget()
