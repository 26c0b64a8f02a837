"""What is looked at before any page is."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.models import Tenant, User

Door = Callable[..., Client]


@pytest.mark.parametrize("address", ["/thu-tuc/%00/", "/mot-cua/?q=%00", "/tai-khoan/ho-so/%00/"])
def test_an_address_with_a_null_character_is_no_page(tenant: Tenant, binh: User, door: Door, address: str) -> None:
    assert door(binh).get(address).status_code == 404


def test_a_host_that_is_nobodys_has_no_page(tenant: Tenant) -> None:
    assert Client(HTTP_HOST="nowhere.localhost").get("/").status_code == 404


def test_a_session_of_another_host_is_not_taken(tenant: Tenant, other_tenant: Tenant, binh: User, door: Door) -> None:
    client = door(binh)
    assert client.get("/mot-cua/").status_code == 200
    assert client.get("/tai-khoan/", headers={"host": other_tenant.host}).status_code == 302
