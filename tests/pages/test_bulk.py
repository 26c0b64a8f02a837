"""Many dossiers at once: each its own outcome, once, and nobody's but those one may act on."""

from typing import Any

import pytest

from portal.models import Office, OutboxRow, Tenant, User
from portal.outbox import relay
from portal.tenancy import inside
from procedures.actions import bulk, intake, processing
from procedures.models import BulkItem, BulkJob, Offering
from tests.forms import offered
from tests.pages.desk import drafted, filed, fresh, in_process

BULK = "/mot-cua/hang-loat/"
Outcome = BulkItem.Outcome


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def people(cast: Any) -> list[User]:
    return [cast.people[name] for name in ("an", "ha", "khoa", "lan", "en", "dung")]


def sent(client: Any, deed: str, *chosen: str, **more: str) -> str:
    return str(client.post(BULK, {"deed": deed, "chosen": list(chosen), **more}, follow=True).content.decode())


def test_somebody_was_faster_and_the_item_says_who(
    offering: Offering, door: Any, people: list[User], binh: User, chi: User
) -> None:
    one, two = (in_process(filed(offering, person), binh) for person in people[:2])
    shown = f"{one.reference}.{one.event_count}", f"{two.reference}.{two.event_count}"
    processing.assign(fresh(two), chi, chi)
    page = sent(door(binh), "assign", *shown, to=str(binh.pk))
    assert "Đã giao cho" in page
    assert f"{chi.full_name} vừa làm “Phân công”" in page
    assert (fresh(one).assignee, fresh(two).assignee) == (binh, chi)


def test_sent_twice_it_is_done_once(offering: Offering, door: Any, an: User, binh: User) -> None:
    dossier = filed(offering, an)
    client = door(binh)
    for _press in range(2):
        assert f"số {dossier.office.code}" in sent(client, "accept", dossier.reference, key="one-key")
    assert BulkJob.objects.count() == BulkItem.objects.count() == 1
    assert fresh(dossier).event_count == 2


def test_a_key_is_ones_own(offering: Offering, people: list[User], binh: User, chi: User) -> None:
    one = bulk.begin(binh, "accept", ["A"], "same")
    assert bulk.begin(chi, "accept", ["B"], "same") != one


def test_many_are_done_in_the_background_and_the_page_tells_how_far(
    offering: Offering, door: Any, people: list[User], binh: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    rows = [filed(offering, person) for person in people[:4]]
    client = door(binh)
    page = sent(client, "accept", *(row.reference for row in rows))
    assert "Đang làm trong nền" in page
    assert {fresh(row).state for row in rows} == {"submitted"}
    OutboxRow.objects.exclude(kind="bulk").delete()
    relay(tenant)
    job = BulkJob.objects.get()
    assert "Đã làm xong 4 hồ sơ" in client.get(f"{BULK}{job.pk}/").content.decode()
    assert {fresh(row).state for row in rows} == {"accepted"}
    bulk.run(job)  # a relay that came too late finds nothing
    assert {fresh(row).event_count for row in rows} == {2}


def test_a_job_that_broke_off_goes_on_where_it_stopped(
    offering: Offering, people: list[User], binh: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [filed(offering, person) for person in people[:3]]
    job = bulk.begin(binh, "accept", [row.reference for row in rows], "k")
    bulk._next(job)

    def broken(*_told: object) -> Any:
        raise RuntimeError("away")

    with monkeypatch.context() as away:
        away.setattr(intake, "accept", broken)
        with pytest.raises(RuntimeError):
            bulk.run(job)
    assert sorted(job.items.values_list("outcome", flat=True)) == [Outcome.DONE, Outcome.WAITING, Outcome.WAITING]
    bulk.run(job)
    assert {fresh(row).event_count for row in rows} == {2}


def test_results_go_out_together_only_where_nobody_signs(
    offering: Offering, door: Any, people: list[User], binh: User, chi: User, dung: User
) -> None:
    from procedures.actions import results

    rows = []
    for person, way in zip(people[:2], ("online", "counter"), strict=True):
        dossier = drafted(in_process(filed(offering, person), binh, "sign"), chi)
        results.decide(fresh(dossier), dung)
        dossier = fresh(dossier)
        dossier.delivery = way
        dossier.save(update_fields=["delivery"])
        rows.append(dossier)
    page = sent(door(binh), "hand_over", *(row.reference for row in rows))
    assert "Đã trả bản điện tử" in page
    assert "có chữ ký người nhận" in page
    assert [fresh(row).state for row in rows] == ["returned", "done"]


def test_an_item_of_a_stranger_is_refused_and_nothing_happens(
    offering: Offering, door: Any, an: User, binh: User, giang: User, other_tenant: Tenant, tenant: Tenant
) -> None:
    dossier = filed(offering, an)
    assert door(giang).post(BULK, {"deed": "accept", "chosen": dossier.reference}).status_code == 404
    page = sent(door(giang, other_tenant), "accept", dossier.reference)
    assert "không có quyền" in page
    assert fresh(dossier).state == "submitted"
    with inside(other_tenant):
        assert BulkItem.objects.get().dossier is None


def test_an_item_of_another_office_is_refused(door: Any, an: User, binh: User, tenant: Tenant) -> None:
    elsewhere = Office.objects.create(code="H58.31", name="Phường khác", kind="commune")
    dossier = filed(offered(elsewhere, "1.999002"), an)
    assert "không có quyền" in sent(door(binh), "accept", dossier.reference)
    assert fresh(dossier).state == "submitted"


def test_a_job_is_seen_by_whoever_began_it(offering: Offering, door: Any, an: User, binh: User, chi: User) -> None:
    job = bulk.begin(binh, "accept", [filed(offering, an).reference], "k")
    assert door(binh).get(f"{BULK}{job.pk}/").status_code == 200
    assert door(chi).get(f"{BULK}{job.pk}/").status_code == 404


def test_nothing_is_given_to_somebody_who_may_not_have_it(
    offering: Offering, door: Any, an: User, binh: User, giang: User
) -> None:
    dossier = in_process(filed(offering, an), binh)
    for to in (an, giang):
        assert "Người được chọn không xử lý được" in sent(door(binh), "assign", dossier.reference, to=str(to.pk))
    assert "Hãy chọn người nhận việc" in sent(door(binh), "assign", dossier.reference)
    assert fresh(dossier).assignee is None
