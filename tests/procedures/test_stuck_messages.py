"""A message between authorities that keeps failing: tried ever more seldom, shown to both sides, tried again on request."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from portal.models import AuditEntry, OutboxRow, Tenant, User
from portal.moments import now, travel
from portal.tenancy import inside
from procedures.actions import crossings
from procedures.models import Crossing, JointFiling
from tests.cast import Cast
from tests.conftest import Door
from tests.linking import admin_of, carried, dossier_of, filed_jointly, granted, packaged, part

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/lien-thong/"
HOUR = datetime.timedelta(hours=1)


class Broken(Exception):
    """Something that nobody thought of; its words are not for anybody's page."""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Whether the receiver fails on a part that comes."""
    fails, taking = [True], crossings._takers["part.open"]

    def take(letter: crossings.Letter) -> None:
        if fails[0] and letter.body["part"] == "card":
            raise Broken("0912345678")
        taking(letter)

    monkeypatch.setitem(crossings._takers, "part.open", take)
    yield fails


@pytest.fixture
def sent(cast: Cast, tenant: Tenant, an: User, failing: list[bool]) -> Crossing:
    """The part for the other authority, on its way."""
    filing, people = filed_jointly(packaged(cast), an), cast.people
    carried(cast)
    granted(dossier_of(filing, "birth"), people["binh"], people["chi"], people["dung"])
    carried(cast)
    found: Crossing = Crossing.objects.get(direction="out", kind="part.open", partner=cast.other_tenant)
    return found


def tried(cast: Cast, hours: int) -> None:
    start = now()
    for hour in range(hours):
        with travel(start + hour * HOUR):
            carried(cast)


def incoming(cast: Cast) -> Crossing:
    with inside(cast.other_tenant):
        found: Crossing = Crossing.objects.get(direction="in", kind="part.open")
        return found


def test_it_is_tried_again_at_a_growing_distance(cast: Cast, sent: Crossing) -> None:
    waits = []
    for _time in range(8):
        row = OutboxRow.objects.get(kind="crossing", payload={"crossing": sent.pk}, done_at=None)
        waits.append(round((row.due_at - now()).total_seconds() / 60))
        with travel(row.due_at):
            carried(cast)
            start = now()
        with travel(start):
            assert OutboxRow.objects.filter(payload={"crossing": sent.pk}, done_at=None).count() == 1
    assert waits == sorted(waits) and waits[0] == 1
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == ("waiting", 9)
    assert not OutboxRow.objects.exclude(given_up_at=None).exists()


def test_nobody_is_troubled_before_the_bound_and_both_sides_see_it_after(
    cast: Cast, sent: Crossing, en: User, door: Door
) -> None:
    theirs = door(admin_of(cast.other_tenant, cast.people["giang"]), cast.other_tenant)
    assert "Thông điệp chưa chuyển được" not in door(en).get(LIST).content.decode()
    tried(cast, 14)
    for client in (door(en), theirs):
        shown = client.get(LIST).content.decode()
        assert "Thông điệp chưa chuyển được" in shown and "Có lỗi khi xử lý thông điệp (Broken)" in shown
        assert "Chuyển lại" in shown and "0912345678" not in shown
        assert "thông điệp liên thông chưa chuyển được" in client.get("/quan-tri/").content.decode()
    assert incoming(cast).stuck_at is not None
    # Nothing of it was done over there, and no other part was held up.
    with inside(cast.other_tenant):
        assert AuditEntry.objects.filter(action="crossing.take").count() >= 1
    assert part(JointFiling.objects.get(), "home").state == "open"


@pytest.mark.parametrize("side", ["sender", "receiver"])
def test_either_side_lets_it_be_tried_again_at_once(
    cast: Cast, sent: Crossing, failing: list[bool], en: User, door: Door, side: str
) -> None:
    tried(cast, 14)
    failing[0] = False
    if side == "sender":
        client, key = door(en), sent.pk
    else:
        client, key = door(admin_of(cast.other_tenant, cast.people["giang"]), cast.other_tenant), incoming(cast).pk
    again = f"{LIST}thong-diep/{key}/chuyen-lai/"
    for _press in range(2):
        assert client.post(again).status_code == 302
    carried(cast)
    sent.refresh_from_db()
    assert sent.state == "taken" and incoming(cast).state == "taken"
    assert part(JointFiling.objects.get(), "card").state == "open"
    assert "Thông điệp chưa chuyển được" not in client.get(LIST).content.decode()
    assert "không còn chờ nữa" in client.post(again, follow=True).content.decode()


def test_it_comes_over_by_itself_when_the_cause_is_gone(cast: Cast, sent: Crossing, failing: list[bool]) -> None:
    tried(cast, 14)
    failing[0] = False
    with travel(now() + 15 * HOUR):
        carried(cast)
    assert part(JointFiling.objects.get(), "card").state == "open"


def test_who_may_not_change_sees_no_button_and_a_stranger_nothing(
    cast: Cast, sent: Crossing, binh: User, door: Door
) -> None:
    tried(cast, 14)
    auditor = door(cast.people["khoa"])
    shown = auditor.get(LIST).content.decode()
    assert "Thông điệp chưa chuyển được" in shown and "Chuyển lại<" not in shown
    again = f"{LIST}thong-diep/{sent.pk}/chuyen-lai/"
    assert [auditor.post(again).status_code, door(binh).post(again).status_code] == [404, 404]
    others = door(admin_of(cast.other_tenant, cast.people["giang"]), cast.other_tenant)
    assert others.post(again).status_code == 404


def test_asking_again_reaches_only_what_was_written_to_the_one_who_asks(
    cast: Cast, sent: Crossing, failing: list[bool]
) -> None:
    """A third authority, or a guess, hurries nothing."""
    before = OutboxRow.objects.get(kind="crossing", payload={"crossing": sent.pk}, done_at=None).due_at
    letter: Any = crossings.Letter("guess", cast.tenant, "", "crossing.again", {"message": sent.message})
    assert crossings.deliver(letter, cast.tenant).taken
    assert OutboxRow.objects.get(kind="crossing", payload={"crossing": sent.pk}, done_at=None).due_at == before
