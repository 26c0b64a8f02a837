"""What the tests of neighbours share: tokens are forgotten, and a tenant is known without its rows being open."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from integrations import data_platform
from integrations.vneid.issuing import Issuing
from integrations.vneid.stand_in import make_app
from portal.models import Tenant
from portal.tenancy import knowing
from tests.cast import Cast
from tests.integrations.provider import Provider
from tests.integrations.servers import running


@pytest.fixture(autouse=True)
def no_tokens_kept() -> None:
    data_platform.forget("")


@pytest.fixture
def known(cast: Cast) -> Iterator[Tenant]:
    """As in a view that talks to a neighbour: the tenant is known, no transaction of its own is open."""
    tenant = Tenant.objects.get(pk=cast.tenant.pk)
    with knowing(tenant):
        yield tenant


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.VNEID_CLIENT_ID, settings.VNEID_CLIENT_SECRET = "mot-cua", "secret"
    issuing = Issuing("mot-cua", "secret")
    app = make_app(issuing=issuing)
    with running(app) as address:
        settings.VNEID_ISSUER = address
        yield Provider(address, app, issuing)
    cache.clear()
