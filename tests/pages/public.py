"""What the tests of public pages share: counting what a page asks the database, and fresh tenants."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import middleware
from portal.models import Office
from procedures.actions import catalogue
from procedures.models import Offering
from tests.forms import definition, text


@contextmanager
def asked() -> Iterator[list[str]]:
    """The questions about rows that are put meanwhile; entering a tenant, and finding it once a second, are not counted."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [
        q["sql"] for q in queries.captured_queries if " FROM " in q["sql"] and ' FROM "portal_tenant"' not in q["sql"]
    ]


def publish(office: Office, code: str, name: str, *, open_online: bool = True, **changes: Any) -> Offering:
    version = catalogue.publish(definition(code, name=text(name), **{"keywords": [], **changes}))
    offering = catalogue.offer(version.procedure, office, online_open=open_online)
    middleware._tenants.clear()
    return offering
