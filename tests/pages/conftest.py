"""What several files of page tests begin with."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.models import Office, Tenant, User
from procedures.actions import drafting
from tests.forms import offered
from tests.pages.designing import CODE

Door = Callable[..., Client]


@pytest.fixture
def browser(tenant: Tenant, door: Door, en: User, office: Office) -> Client:
    """Én at a draft of the small procedure."""
    offered(office)
    drafting.begin(CODE, en)
    return door(en)
