"""The API asks what the page asks: the same filters of a list, the same proof of who received a result."""

from typing import Any

import pytest
from django.urls import reverse
from rest_framework import serializers

from portal.models import Office, Tenant, User
from procedures.actions import results
from procedures.api.worklist import WorklistAsked
from procedures.models import Dossier, HandOver
from procedures.queries.wanted import FILTERS, wanted_of
from tests.api.calls import get, step
from tests.conftest import Door
from tests.forms import offered
from tests.pages.desk import drafted, filed, fresh, in_process

OWNER = {"how": "counter", "receiver": "Nguyễn Thị An", "receiver_id": "082190001234", "confirmed": True}


@pytest.fixture
def rows(tenant: Tenant, office: Office, an: User, cast: Any, binh: User, chi: User) -> list[Dossier]:
    """Three: just submitted, with nobody, with Chi."""
    offering = offered(office)
    made = [filed(offering, cast.people[name]) for name in ("an", "ha", "khoa")]
    return [made[0], in_process(made[1], binh), in_process(made[2], binh, to=chi)]


@pytest.fixture
def signed(tenant: Tenant, office: Office, an: User, binh: User, dung: User) -> Dossier:
    dossier = in_process(filed(offered(office), an), binh, step="sign", to=dung)
    return fresh(results.decide(drafted(dossier, dung), dung))


# ---- the worklist ----


def test_every_filter_of_the_page_is_one_of_the_api() -> None:
    assert {"list", "q", "sort", "rows", *FILTERS} == set(WorklistAsked().fields) - {"cursor"}
    assert not [name for name, field in WorklistAsked().fields.items() if field.required]
    assert isinstance(WorklistAsked().fields["from"], serializers.DateField)


@pytest.mark.parametrize(
    "query",
    [
        "list=running&state=processing", "list=running&state=accepted", "list=all&channel=online", "list=all&channel=counter",
        "list=all&from=2000-01-01&to=2000-12-31", "list=all&from=2000-01-01", "list=running&assignee={chi}", "list=all&sort=-submitted",
        "list=all&sort=submitted&rows=50", "list=running&step=examine&procedure=1.999001", "list=running&procedure=9.000000",
        "list=all&office=H58.30", "list=new&q={reference}",
    ],
)  # fmt: skip
def test_the_page_and_the_api_find_the_same_in_the_same_order(
    rows: list[Dossier], binh: User, chi: User, door: Door, query: str
) -> None:
    asked = query.format(chi=chi.pk, reference=rows[0].reference)
    page = door(binh).get(f"{reverse('worklist')}?{asked}").content.decode()
    places = {row.reference: page.find(f"/ho-so/{row.reference}/") for row in rows}
    told = [row["reference"] for row in get(door(binh), f"worklist/?{asked}").told["results"]]
    assert told == [one for one, at in sorted(places.items(), key=lambda place: place[1]) if at > 0]


def test_a_filter_narrows(rows: list[Dossier], binh: User, chi: User, door: Door) -> None:
    """The control: what the sameness above is about."""
    found = get(door(binh), f"worklist/?list=running&assignee={chi.pk}").told["results"]
    assert [(one["reference"], one["assignee_key"]) for one in found] == [(rows[2].reference, chi.pk)]
    assert len(get(door(binh), "worklist/?list=all").told["results"]) == 3
    assert get(door(binh), "worklist/?list=all&from=2000-01-01&to=2000-12-31").told["results"] == []


@pytest.mark.parametrize(
    "wrong", ["state=flying", "channel=owl", "from=tomorrow", "sort=fee", "rows=7", "assignee=me", "state=draft"]
)
def test_a_program_is_told_what_the_page_would_pass_over(
    rows: list[Dossier], binh: User, door: Door, wrong: str
) -> None:
    assert get(door(binh), f"worklist/?list=all&{wrong}").status_code == 400
    name, _is, value = wrong.partition("=")
    assert wanted_of({"list": "all", name: value}, ["clerk"]).filters() in ({}, {"state": "draft"})


def test_the_next_page_keeps_the_filters(
    rows: list[Dossier], binh: User, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.queries.wanted.PAGE", 1)
    told = get(door(binh), "worklist/?list=running&state=processing&sort=submitted").told
    assert "state=processing" in told["next"]
    again = get(door(binh), told["next"].removeprefix("/api/v1/")).told
    assert told["results"] != again["results"]
    assert again["results"][0]["state"] == "processing"


# ---- handing over ----


def faults(answer: Any) -> set[str]:
    assert answer.status_code == 422
    return {one["path"] for one in answer.told["errors"]}


def test_nothing_is_handed_over_without_the_receivers_identification(signed: Dossier, binh: User, door: Door) -> None:
    client, at = door(binh), signed.reference
    assert faults(step(client, at, "hand_over", how="counter", receiver="Nguyễn Thị An")) == {
        "receiver_id",
        "confirmed",
    }
    assert faults(step(client, at, "hand_over", **{**OWNER, "receiver_id": "082190009999"})) == {"receiver_id"}
    assert faults(step(client, at, "hand_over", **OWNER, who="authorised")) == {"mandate"}
    assert faults(step(client, at, "hand_over", **OWNER, proof="screen")) == {"proof"}
    assert faults(step(client, at, "hand_over", how="post")) == {"receiver", "phone", "street", "province"}
    assert fresh(signed).state == "done"
    assert not HandOver.objects.exists()


def test_who_received_it_is_kept_as_from_the_page(signed: Dossier, binh: User, door: Door) -> None:
    told = step(door(binh), signed.reference, "hand_over", **OWNER, proof="screen", strokes=[[[1, 1], [20, 30]]]).told
    assert told["state"] == "returned"
    kept = HandOver.objects.get()
    assert (kept.receiver_id, kept.clerk, kept.signature) == ("082190001234", binh, [[[1, 1], [20, 30]]])


def test_by_post_the_carrier_is_asked(signed: Dossier, binh: User, door: Door) -> None:
    told = {"receiver": "Nguyễn Thị An", "phone": "0912345678", "street": "1 Lê Lợi", "province": "Đồng Tháp"}
    assert step(door(binh), signed.reference, "hand_over", how="post", **told).told["state"] == "done"
    assert signed.consignments.get().receiver == told | {"commune": ""}
    again = step(door(binh), signed.reference, "hand_over", how="post", **told)
    assert again.status_code == 409
