"""A page that cannot be drawn says so where the page would be."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from portal import page_images
from portal.models import Office, User
from portal.page_images import Room
from procedures.models import Dossier
from tests.forms import offered
from tests.pages.desk import filed
from tests.pages.processing import at, given

Door = Callable[..., Client]


@pytest.fixture
def dossier(office: Office, an: User) -> Dossier:
    return filed(offered(office), an)


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file that takes down whatever draws it."""
    room = Room("tests.hostile")
    ask = room.ask
    monkeypatch.setattr(page_images.room, "ask", lambda file, deed, **told: ask(file, "crash"))
    yield
    room.close()


def page_of(dossier: Dossier, client: Client, pk: int) -> str:
    told = client.get(at("desk_view", dossier, pk)).content.decode()
    return "/mot-cua/" + told.split('src="/mot-cua/')[1].split('"')[0].replace("&amp;", "&")


def test_it_says_so_in_the_language_of_the_page(
    dossier: Dossier, door: Door, binh: User, request: pytest.FixtureRequest
) -> None:
    row, client = given(dossier), door(binh)
    address = page_of(dossier, client, row.pk)
    assert client.get(address).status_code == 200, "the control: nothing hostile, and it is drawn"
    request.getfixturevalue("hostile")
    sent = client.get(address)
    assert (sent.status_code, sent.headers["Content-Type"]) == (422, "image/svg+xml")
    assert "Không vẽ được trang này" in sent.content.decode() and "sandbox" in sent.headers["Content-Security-Policy"]
    assert "Không vẽ được tệp này" in client.get(at("desk_view", dossier, row.pk)).content.decode()
