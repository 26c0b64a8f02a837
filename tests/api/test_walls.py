"""Who may not: strangers, foreigners, forged requests; and what every answer has in common."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import middleware
from portal.models import Office, Tenant, User
from procedures.actions import submission
from procedures.models import Dossier
from tests.api.calls import ROOT, begun, get, post, step, submit
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import offered
from tests.pages.desk import filed as file_one

OWN = ["", "timeline/", "receipt/"]


@pytest.fixture(autouse=True)
def offering(tenant: Tenant, office: Office) -> None:
    offered(office)


@pytest.fixture
def reference(an: User, door: Door, office: Office) -> str:
    reference = begun(door(an), office.code)
    submit(door(an), reference)
    return reference


@pytest.mark.parametrize("rest", OWN)
def test_anothers_dossier_and_a_missing_one_are_the_same_bytes(
    reference: str, door: Door, cast: Cast, rest: str
) -> None:
    missing = door(cast.people["an"]).get(f"{ROOT}/dossiers/2222-2222-2222/{rest}")
    for stranger in (door(cast.people["giang"]), door(cast.people["binh"]), door(cast.people["an"], cast.other_tenant)):
        answer = stranger.get(f"{ROOT}/dossiers/{reference}/{rest}")
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert missing["Content-Type"] == "application/problem+json"


def test_who_is_not_signed_in_is_told_so(reference: str, door: Door) -> None:
    answer = get(door(), f"dossiers/{reference}/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Session realm="mot-cua"')
    assert get(door(), "worklist/").status_code == 401


def test_the_desk_does_not_exist_for_citizens_and_foreign_officials(
    reference: str, door: Door, an: User, giang: User, cast: Cast
) -> None:
    for client in (door(an), door(giang)):
        assert get(client, "worklist/").status_code == 404
        assert get(client, f"desk/dossiers/{reference}/").status_code == 404
        assert step(client, reference, "accept").status_code == 404
    assert get(door(giang, cast.other_tenant), f"desk/dossiers/{reference}/").status_code == 404
    assert get(door(giang, cast.other_tenant), "worklist/?list=all").told["results"] == []


def test_an_official_does_not_handle_a_dossier_of_their_own(door: Door, binh: User, office: Office) -> None:
    mine = begun(door(binh), office.code)
    submit(door(binh), mine)
    assert step(door(binh), mine, "accept").status_code == 404
    assert get(door(binh), "worklist/?list=all").told["results"] == []


def test_officials_need_their_second_factor_where_it_is_required(
    reference: str, door: Door, binh: User, an: User, settings: object
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True  # type: ignore[attr-defined]
    assert get(door(binh), "worklist/").status_code == 403
    assert get(door(an), f"dossiers/{reference}/").status_code == 200


def test_a_change_without_the_token_against_forged_requests_is_refused(an: User, door: Door, office: Office) -> None:
    signed_in = door(an)
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="dongthap.localhost")
    strict.cookies = signed_in.cookies
    answer = post(strict, "dossiers/", {"procedure": "1.999001", "office": office.code})
    assert answer.status_code == 403
    assert not Dossier.objects.exists()


def test_a_request_with_the_same_key_meanwhile_is_409(
    an: User, door: Door, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = begun(door(an), office.code)
    monkeypatch.setattr(submission, "claim", lambda *_: False)
    assert submit(door(an), reference).status_code == 409
    assert Dossier.objects.get(reference=reference).state == "draft"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ("[" * 100_000, 400),
        ('{"procedure": NaN}', 400),
        ('{"procedure": "\\u0000", "office": 1}', 400),
    ],
)
def test_what_is_not_a_json_object_is_400(an: User, door: Door, body: str, status: int) -> None:
    answer = door(an).post(f"{ROOT}/dossiers/", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_another_kind_of_body_is_415_and_too_long_a_one_413(an: User, door: Door) -> None:
    assert (
        door(an).post(f"{ROOT}/dossiers/", "a=b", content_type="application/x-www-form-urlencoded").status_code == 415
    )
    assert (
        door(an).post(f"{ROOT}/dossiers/", "[" + " " * 5_000_000 + "]", content_type="application/json").status_code
        == 413
    )


def test_a_method_that_is_not_there_is_405_with_those_that_are(an: User, door: Door) -> None:
    answer = door(an).put(f"{ROOT}/dossiers/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST, HEAD")


def test_nothing_of_a_persons_stays_in_a_cache(an: User, door: Door) -> None:
    assert "no-store" in door(an).get(f"{ROOT}/dossiers/")["Cache-Control"]


def test_somebody_who_asks_too_often_is_429(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.api.doors.PerPerson.rate", "2/min")
    client = door()
    assert [get(client, "provinces/").status_code for _ in range(3)] == [200, 200, 429]


def queries_of(client: Client, path: str) -> int:
    """On the second visit: a first one fills what is kept in memory."""
    client.get(f"{ROOT}/{path}")
    middleware._tenants.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{ROOT}/{path}").status_code == 200
    return len(asked)


@pytest.mark.parametrize(("who", "path"), [("an", "dossiers/"), ("binh", "worklist/?list=new")])
def test_a_list_costs_the_same_for_two_and_for_twenty(
    cast: Cast, door: Door, office: Office, who: str, path: str
) -> None:
    offering = offered(office)
    client = door(cast.people[who])
    for _ in range(2):
        file_one(offering, cast.people["an"])
    few = queries_of(client, path)
    for _ in range(18):
        file_one(offering, cast.people["an"])
    assert queries_of(client, path) == few


def test_lists_go_on_where_the_page_before_ended(
    cast: Cast, door: Door, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.api.dossiers.PER_PAGE", 2)
    monkeypatch.setattr("procedures.queries.wanted.PAGE", 2)
    filed = [file_one(offered(office), cast.people["an"]).reference for _ in range(5)]
    assert walked(door(cast.people["an"]), "dossiers/") == filed[::-1]
    assert sorted(walked(door(cast.people["binh"]), "worklist/?list=new")) == sorted(filed)


def walked(client: Client, path: str) -> list[str]:
    found, following = [], f"{ROOT}/{path}"
    while following:
        page = client.get(following).json()
        found += [row["reference"] for row in page["results"]]
        following = page["next"]
    return found


@pytest.mark.parametrize(
    "path",
    [
        "procedures/?q=a%00b",
        "procedures/?level=9",
        "procedures/?cursor=0",
        "procedures/?office=%00",
        "offices/?cursor=%00",
    ],
)
def test_a_query_that_makes_no_sense_is_400(door: Door, path: str) -> None:
    assert get(door(), path).status_code == 400


def test_places_and_offices_are_there_for_all(door: Door) -> None:
    assert len(get(door(), "provinces/").told["results"]) == 34
    assert "28306" in {row["code"] for row in get(door(), "provinces/82/communes/").told["results"]}
    assert get(door(), "provinces/00/communes/").status_code == 404
    assert [row["code"] for row in get(door(), "offices/").told["results"]] == ["H58.30"]
