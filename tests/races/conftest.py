from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.races import crowd


@pytest.fixture
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[crowd.Scene]:
    """Rows that stay: each race has an authority of its own, since append-only tables cannot be emptied."""
    with django_db_blocker.unblock():
        yield crowd.scene()
        connections.close_all()
