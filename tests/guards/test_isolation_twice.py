"""Two lines of isolation, each held alone while the other is switched off; and what happens without both."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, models, transaction

from portal.models import Office
from portal.tenancy import ForeignTenant, TenantOwned, inside
from tests.guards.conftest import Two
from tests.guards.planting import row_security_off, tenant_models

MODELS = tenant_models()


@pytest.fixture
def manager_alone(two: Two) -> Iterator[Two]:
    with row_security_off():
        yield two


def bare(model: type[TenantOwned]) -> models.QuerySet[Any]:
    """Rows as Django's own manager gives them: nobody asks for a tenant."""
    return models.QuerySet(model)


def test_the_managers_alone_show_no_foreign_row(manager_alone: Two) -> None:
    with inside(manager_alone.here.tenant):
        for model in MODELS:
            theirs = manager_alone.there.rows[model]
            assert {row.tenant_id for row in model.objects.all()} == {manager_alone.here.tenant.pk}, model
            assert not model.objects.filter(pk=theirs.pk).exists(), model
            assert not model.objects.filter(tenant=manager_alone.there.tenant).exists(), model
            assert model.objects.in_bulk([theirs.pk]) == {}, model
            with pytest.raises(model.DoesNotExist):
                theirs.refresh_from_db()


def test_the_managers_alone_write_no_foreign_row(manager_alone: Two) -> None:
    there = manager_alone.there.tenant
    with inside(manager_alone.here.tenant):
        for model in MODELS:
            theirs, ours = manager_alone.there.rows[model], manager_alone.here.rows[model]
            with pytest.raises(ForeignTenant):
                theirs.save()
            with pytest.raises(ForeignTenant):
                theirs.delete()
            with pytest.raises(ForeignTenant):
                model.objects.bulk_create([model(tenant=there)])
            with pytest.raises(ForeignTenant):
                model.objects.update(tenant=there)
            with pytest.raises(ForeignTenant):
                model.objects.bulk_update([ours], ["tenant"])
            with pytest.raises(ForeignTenant):
                model.objects.create(tenant=there)


def test_the_database_alone_shows_no_foreign_row(two: Two) -> None:
    for model in MODELS:
        assert not bare(model).exists(), model
    with inside(two.here.tenant):
        for model in MODELS:
            assert {row.tenant_id for row in bare(model)} == {two.here.tenant.pk}, model
            assert not bare(model).filter(pk=two.there.rows[model].pk).exists(), model


def test_the_database_alone_writes_no_foreign_row(two: Two) -> None:
    with inside(two.here.tenant):
        theirs, ours = two.there.rows[Office], two.here.rows[Office]
        assert bare(Office).filter(pk=theirs.pk).update(name="?") == 0
        assert bare(Office).filter(pk=theirs.pk).delete() == (0, {})
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            bare(Office).bulk_create([Office(tenant=two.there.tenant, code="1", name="?")])
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            bare(Office).filter(pk=ours.pk).update(tenant=two.there.tenant)


def test_without_both_lines_it_leaks(manager_alone: Two) -> None:
    """The control: what the two tests above look for is there to be seen when nothing holds."""
    with inside(manager_alone.here.tenant):
        for model in MODELS:
            assert bare(model).filter(tenant=manager_alone.there.tenant).exists(), model
    with pytest.raises(IntegrityError, match="same_tenant"), inside(manager_alone.here.tenant):
        bare(Office).filter(pk=manager_alone.here.rows[Office].pk).update(parent=manager_alone.there.rows[Office])
