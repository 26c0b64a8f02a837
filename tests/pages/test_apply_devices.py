"""One draft on two devices: nobody's newer answers are undone by an older page without a word."""

import re

import pytest
from django.test import Client

from portal.models import User
from procedures.queries.marks import LENGTH, mark
from tests.cast import Cast
from tests.conftest import Door
from tests.pages.filing import MATTER, OWNER, begin, draft_of, offer_it


@pytest.fixture(autouse=True)
def offering(cast: Cast) -> None:
    offer_it(cast)


@pytest.fixture
def at(an: User, door: Door, cast: Cast) -> str:
    return begin(door(an), cast)


def seen(client: Client, page: str) -> str:
    found = re.search(r'name="seen" value="(\w*)"', client.get(page).content.decode())
    assert found
    return found[1]


def test_an_older_page_tells_what_another_device_wrote_and_keeps_both(
    at: str, an: User, door: Door, cast: Cast
) -> None:
    telephone, computer = door(an), door(an)
    telephone.post(f"{at}owner/", OWNER)
    old = seen(telephone, f"{at}owner/")
    computer.post(f"{at}owner/", {**OWNER, "full_name": "Nguyễn Thị Ánh", "seen": seen(computer, f"{at}owner/")})
    answer = telephone.post(f"{at}owner/", {**OWNER, "full_name": "Nguyễn Thị Ân", "seen": old})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "vừa được đổi thành: Nguyễn Thị Ánh" in page
    assert 'value="Nguyễn Thị Ân"' in page
    assert '<a href="#id_full_name">' in page
    assert draft_of(cast).answers["full_name"] == "Nguyễn Thị Ánh"
    # Having seen both, the person decides.
    again = re.search(r'name="seen" value="(\w*)"', page)
    assert again
    assert telephone.post(f"{at}owner/", {**OWNER, "full_name": "Nguyễn Thị Ân", "seen": again[1]}).status_code == 302
    assert draft_of(cast).answers["full_name"] == "Nguyễn Thị Ân"


def test_what_an_older_page_did_not_touch_stays_as_the_other_wrote_it(
    at: str, an: User, door: Door, cast: Cast
) -> None:
    client = door(an)
    client.post(f"{at}owner/", OWNER)
    old = seen(client, f"{at}owner/")
    client.post(f"{at}owner/", {**OWNER, "residence-street": "15 Nguyễn Huệ"})
    assert client.post(f"{at}owner/", {**OWNER, "full_name": "Nguyễn Thị Bé", "seen": old}).status_code == 302
    kept = draft_of(cast).answers
    assert (kept["residence"]["street"], kept["full_name"]) == ("15 Nguyễn Huệ", "Nguyễn Thị Bé")


def test_a_page_that_is_up_to_date_is_not_bothered(at: str, an: User, door: Door, cast: Cast) -> None:
    """The control: the same change with the marks of now."""
    client = door(an)
    client.post(f"{at}owner/", OWNER)
    client.post(f"{at}owner/", {**OWNER, "full_name": "Nguyễn Thị Ánh"})
    now = {**OWNER, "full_name": "Nguyễn Thị Ân", "seen": seen(client, f"{at}owner/")}
    assert client.post(f"{at}owner/", now).status_code == 302


def test_saving_in_passing_tells_of_the_other_device_and_writes_nothing_over_it(
    at: str, an: User, door: Door, cast: Cast
) -> None:
    client = door(an)
    old = seen(client, f"{at}matter/")
    first = client.post(f"{at}matter/luu/", {**MATTER, "seen": old}).json()
    assert first["elsewhere"] == []
    other = client.post(f"{at}matter/luu/", {"purpose": "other", "which": "x", "seen": old}).json()
    assert other["elsewhere"] == ["Ô purpose"]
    assert draft_of(cast).answers["purpose"] == "loan"
    # With what the first saving gave back, the page goes on.
    assert (
        client.post(f"{at}matter/luu/", {"purpose": "other", "which": "x", "seen": first["seen"]}).json()["elsewhere"]
        == []
    )
    assert draft_of(cast).answers["purpose"] == "other"


def test_a_mark_tells_answers_apart_and_says_nothing_of_them() -> None:
    assert len({mark(value) for value in ("a", "b", True, False, 0, 1, ["a"], {"a": "b"}, None)}) == 9
    assert mark(None) == mark("") == mark([]) == mark({})
    assert len(mark("Nguyễn Thị An")) == LENGTH


@pytest.mark.parametrize("told", ["", "x", "0" * 5000, "☃"])
def test_marks_that_mean_nothing_are_ignored(at: str, an: User, door: Door, cast: Cast, told: str) -> None:
    client = door(an)
    assert client.post(f"{at}matter/", {**MATTER, "seen": told}).status_code == 302
