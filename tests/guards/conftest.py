"""What the guards share: two planted authorities, committed once."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.guards.planting import Planted, planted


@dataclass(frozen=True)
class Two:
    here: Planted
    there: Planted


_two: Two | None = None


@pytest.fixture
def two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Two]:
    """Rows that stay: append-only tables cannot be emptied. Tests reach them without a transaction of their own."""
    global _two
    with django_db_blocker.unblock():
        if _two is None:
            _two = Two(planted(), planted())
        yield _two
        connections.close_all()
