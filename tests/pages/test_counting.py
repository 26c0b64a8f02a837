"""The numbers beside the lists: true for everybody, read once for all who work for the same offices."""

import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Office, User
from portal.moments import now, travel
from procedures.models import Dossier, Offering
from procedures.queries import counting
from procedures.queries.counting import COUNTS_SECONDS, counted_for, counts_for, forget_counts
from procedures.queries.lists import LISTS, List
from tests.forms import offered
from tests.pages.desk import filed


@pytest.fixture
def offering(office: Office) -> Offering:
    return offered(office)


def big_reads(person: User) -> int:
    """How often all open dossiers of the offices are read for this person's numbers."""
    with CaptureQueriesContext(connection) as asked:
        counted_for(person)
    return sum("FILTER" in one["sql"] and "submitter_id" not in one["sql"].partition("WHERE")[2] for one in asked)


def test_colleagues_of_the_same_offices_share_one_reading(offering: Offering, an: User, binh: User, chi: User) -> None:
    filed(offering, an)
    assert big_reads(binh) == 1
    assert big_reads(chi) == 0
    assert counts_for(binh)["new"] == counts_for(chi)["new"] == 1


def test_ones_own_dossier_is_in_no_number_of_ones_own(offering: Offering, binh: User, chi: User) -> None:
    filed(offering, binh)
    assert counted_for(chi)["new"] == counted_for(chi)["office"] == 1
    assert counted_for(binh)["new"] == counted_for(binh)["office"] == 0


def test_who_does_something_sees_it_counted_at_once_and_so_do_colleagues(
    offering: Offering, an: User, binh: User, chi: User, door: Any
) -> None:
    assert counts_for(binh)["new"] == counted_for(chi)["new"] == 0
    dossier = filed(offering, an)
    assert counts_for(binh)["new"] == counted_for(chi)["new"] == 0  # some seconds old
    door(binh).post(reverse("desk_accept", args=[dossier.reference]), {"seen": dossier.event_count})
    assert Dossier.objects.get(pk=dossier.pk).state == "accepted"
    assert (counts_for(binh)["new"], counts_for(binh)["running"]) == (0, 1)
    assert counted_for(chi)["running"] == 1


def test_while_one_counts_anew_the_others_read_the_last_numbers(
    offering: Offering, an: User, binh: User, chi: User
) -> None:
    counted_for(binh)
    filed(offering, an)
    with travel(now() + datetime.timedelta(seconds=COUNTS_SECONDS + 1)):
        cache.add(f"{counting._key_of_offices(binh)}:anew", 1, COUNTS_SECONDS)
        assert counted_for(chi)["new"] == 0
        cache.delete(f"{counting._key_of_offices(binh)}:anew")
        assert counted_for(chi)["new"] == 1


def test_who_asked_for_new_numbers_never_gets_the_last_ones(offering: Offering, an: User, binh: User) -> None:
    counts_for(binh)
    filed(offering, an)
    cache.add(f"{counting._key_of_offices(binh)}:anew", 1, COUNTS_SECONDS)
    forget_counts(binh)
    assert counts_for(binh)["new"] == 1


def test_a_list_that_is_not_personal_holds_the_same_for_everybody(offering: Offering, binh: User, chi: User) -> None:
    """Its number is read once for colleagues; the personal ones are the control."""
    with travel(now()):
        differing = {one.key for one in LISTS.values() if sql(one, binh) != sql(one, chi)}
    assert differing == {one.key for one in LISTS.values() if one.personal} != set()


def sql(one: List, person: User) -> str:
    try:
        return str(Dossier.objects.filter(one.holds(person)).query)
    except EmptyResultSet:
        return "nothing"
