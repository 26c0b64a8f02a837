"""The manager of tenant rows: refused without a scope, restored after every scope, never another thread's."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import ProgrammingError, connections, models, transaction

from portal.checks import judge_model, models_have_an_owner
from portal.models import Office, Tenant
from portal.tenancy import OutsideTenant, TenantOwned, across_tenants, as_person, current_tenant, inside, knowing
from procedures.models import Dossier, Message
from tests.guards.conftest import Two
from tests.guards.planting import tenant_models

CALLS: dict[str, Callable[[Any], Any]] = {
    "all": lambda rows: list(rows.all()),
    "exists": lambda rows: rows.exists(),
    "count": lambda rows: rows.count(),
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(pk=1),
    "filter": lambda rows: rows.filter(pk=1),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "aggregate": lambda rows: rows.aggregate(models.Count("pk")),
    "update": lambda rows: rows.update(tenant=1),
    "delete": lambda rows: rows.all().delete(),
    "create": lambda rows: rows.create(),
    "bulk_create": lambda rows: rows.bulk_create([rows.model()]),
    "bulk_update": lambda rows: rows.bulk_update([], ["id"]),
    "get_or_create": lambda rows: rows.get_or_create(pk=1),
    "update_or_create": lambda rows: rows.update_or_create(pk=1),
    "raw": lambda rows: list(rows.raw(f"SELECT * FROM {rows.model._meta.db_table}")),  # noqa: S608
    "save": lambda rows: rows.model().save(),
}


@pytest.mark.parametrize("call", CALLS)
def test_outside_a_tenant_every_call_is_refused(two: Two, call: str) -> None:
    for model in tenant_models():
        with pytest.raises(OutsideTenant):
            CALLS[call](model.objects)


@pytest.mark.parametrize("call", CALLS)
def test_knowing_a_tenant_does_not_open_its_rows(two: Two, call: str) -> None:
    with knowing(two.here.tenant):
        for model in tenant_models():
            with pytest.raises(OutsideTenant):
                CALLS[call](model.objects)


def seen() -> set[int]:
    return set(Office.objects.values_list("tenant_id", flat=True))


def test_a_scope_within_a_scope_gives_way_to_the_one_before(two: Two) -> None:
    here, there = two.here.tenant, two.there.tenant
    with inside(here):
        with inside(there):
            assert seen() == {there.pk}
            with inside(here):
                assert seen() == {here.pk}
            assert seen() == {there.pk}
        assert seen() == {here.pk}
        assert models.QuerySet[Office](Office).exclude(tenant=here).count() == 0
        assert models.QuerySet[Office](Office).count() > 0
    with pytest.raises(OutsideTenant):
        Office.objects.exists()


def test_a_failure_inside_leaves_the_scope_before_it(two: Two) -> None:
    here, there = two.here.tenant, two.there.tenant
    with inside(here):
        with pytest.raises(ZeroDivisionError), inside(there):
            1 / 0  # noqa: B018
        assert seen() == {here.pk} == set(models.QuerySet[Office](Office).values_list("tenant_id", flat=True))
        with pytest.raises(ProgrammingError), inside(there), transaction.atomic():
            models.QuerySet[Office](Office).bulk_create([Office(tenant=here, code="1", name="?")])
        assert seen() == {here.pk}
    assert not models.QuerySet[Office](Office).exists()


def test_another_thread_is_outside(two: Two) -> None:
    def elsewhere() -> str:
        try:
            return str(Office.objects.count())
        except OutsideTenant:
            return "outside"
        finally:
            connections.close_all()

    with inside(two.here.tenant), ThreadPoolExecutor(1) as pool:
        assert pool.submit(elsewhere).result(timeout=30) == "outside"


def one_visit(tenant: Tenant, other: Tenant, dice: random.Random) -> set[int]:
    """A visit as requests make them: some nested, some failing half-way; returns the tenants whose rows were seen."""
    met = set()
    try:
        with inside(tenant):
            met |= seen() | set(models.QuerySet[Office](Office).values_list("tenant_id", flat=True))
            if dice.random() < 0.3:
                with inside(other):
                    assert seen() == {other.pk}
            if dice.random() < 0.3:
                raise ZeroDivisionError
            met |= seen() | {current_tenant().pk}
    except ZeroDivisionError:
        pass
    return met


def interleave(visit: Callable[[Tenant, Tenant, random.Random], set[int]], two: Two, times: int = 200) -> int:
    """Many visits of two authorities over few connections; how many saw anything of the other."""
    gate = threading.Barrier(8)

    def visits(number: int) -> int:
        dice, leaks = random.Random(number), 0
        gate.wait(timeout=30)
        for _visit in range(times // 8):
            pair = [two.here.tenant, two.there.tenant]
            dice.shuffle(pair)
            leaks += visit(pair[0], pair[1], dice) != {pair[0].pk}
        connections.close_all()
        return leaks

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(visits, range(8)))


def test_two_hundred_visits_at_once_see_nothing_of_each_other(two: Two) -> None:
    assert interleave(one_visit, two) == 0


def test_a_tenant_kept_in_a_global_would_be_found(two: Two) -> None:
    """The control: a scope that all threads share."""
    shared: dict[str, Tenant] = {}

    def careless(tenant: Tenant, other: Tenant, dice: random.Random) -> set[int]:
        shared["tenant"] = tenant
        threading.Event().wait(0.001)
        with inside(shared["tenant"]):
            return seen()

    assert interleave(careless, two) > 0


def test_a_person_reads_own_rows_everywhere_and_writes_none(two: Two) -> None:
    person, stranger = two.here.people["citizen"], two.there.people["citizen"]
    mine, theirs = two.here.rows[Message], two.there.rows[Message]
    with as_person(person):
        assert list(Message.objects.all()) == [mine]
        assert set(Dossier.objects.values_list("owner_id", flat=True)) == {person.pk}
        assert models.QuerySet(Message).filter(pk=theirs.pk).count() == 0
        assert Message.objects.update(subject="?") == 0
        assert models.QuerySet(Message).filter(recipient=person).delete()[0] == 0
        with pytest.raises(OutsideTenant):
            mine.save()
        with pytest.raises(OutsideTenant):
            Office.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            models.QuerySet[Office](Office).bulk_create([Office(tenant=two.here.tenant, code="1", name="?")])
    with as_person(stranger):
        assert list(Message.objects.all()) == [theirs]


def test_across_tenants_reads_and_never_writes(two: Two) -> None:
    with across_tenants("a test"):
        assert seen() >= {two.here.tenant.pk, two.there.tenant.pk}
        for write in (lambda: Office.objects.update(name="?"), lambda: Message.objects.all().delete()):
            with pytest.raises(ProgrammingError, match="permission denied"):
                write()
        with pytest.raises(OutsideTenant):
            Office(code="1", name="?").save()


def test_every_model_is_a_tenants_or_declared_global() -> None:
    assert models_have_an_owner() == []


def complaints(model: Any) -> list[str | None]:
    found: list[CheckMessage] = list(judge_model(model))
    return [told.id for told in found]


def test_a_careless_model_is_reported() -> None:
    """The control: no owner, a tenant without the base, a manager that asks nobody."""

    class Ownerless(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "planted"

    class Unbased(models.Model):  # noqa: DJ008
        tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "planted"

    class Open(TenantOwned):
        anybody = models.Manager()

        class Meta(TenantOwned.Meta):
            app_label = "planted"

    assert [complaints(model) for model in (Ownerless, Unbased, Open)] == [
        ["portal.E001"],
        ["portal.E002"],
        ["portal.E003"],
    ]
