"""What the busiest pages of signed-in people ask the database, to the statement: one more has to be meant."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import User
from procedures.models import Offering
from procedures.queries.worklist import PAGE
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import offered, text
from tests.pages import filing

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement but those that open and close transactions; entering the tenant and loading the person count."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [q["sql"] for q in queries.captured_queries if not q["sql"].startswith(CONTROL)]


def asked(client: Client, address: str) -> list[str]:
    """On the second visit: a first one may fill what is kept in memory."""
    client.get(address)
    with statements() as found:
        answer = client.get(address)
    assert answer.status_code == 200
    return found


@pytest.fixture
def offering(cast: Cast, office: object) -> Offering:
    return offered(cast.office)


def test_a_form_page_asks_little(cast: Cast, door: Door, an: User) -> None:
    filing.offer_it(cast)
    client = door(an)
    at = filing.begin(client, cast)
    assert len(asked(client, f"{at}owner/")) <= 5


def test_a_page_of_500_fields_asks_no_more_than_one_of_four(cast: Cast, door: Door, an: User) -> None:
    many = [filing.field(f"f_{number}", "text", required=False) for number in range(500)]
    form = {"sections": [{"key": "owner", "title": text("Nhiều"), "fields": many}]}
    filing.offer_it(cast, form=form, result_template=None)
    client = door(an)
    at = filing.begin(client, cast)
    assert len(asked(client, f"{at}owner/")) <= 5


def test_following_a_dossier_fetches_nobody_twice(cast: Cast, door: Door, an: User) -> None:
    filing.offer_it(cast)
    client = door(an)
    at = filing.begin(client, cast)
    filing.fill_in(client, at)
    client.post(f"{at}kiem-tra/", {"true": "on"})
    found = asked(client, f"/tai-khoan/ho-so/{filing.draft_of(cast).reference}/")
    assert sum('FROM "portal_user"' in sql for sql in found) == 1
    assert len(found) <= 10


def test_the_worklist_asks_little(offering: Offering, door: Door, binh: User) -> None:
    assert len(asked(door(binh), "/mot-cua/?list=running")) <= 9


def test_a_page_of_the_worklist_is_found_before_anything_is_joined(offering: Offering, door: Door, binh: User) -> None:
    """With procedures and offices joined in, the database read and sorted whole lists for one page (600 ms at 100,000)."""
    ordered = [
        sql
        for sql in asked(door(binh), "/mot-cua/?list=all")
        if 'FROM "procedures_dossier"' in sql and f"LIMIT {PAGE + 1}" in sql
    ]
    assert len(ordered) == 1
    assert " JOIN " not in ordered[0]
