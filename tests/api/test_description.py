"""The API agrees with its own description, whoever asks whatever, and people can read it."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from portal.models import Office, Tenant, User
from portal.roles import PERMISSIONS, Role
from portal.wsgi import application
from procedures.actions import drafts
from procedures.api.description import described
from procedures.api.step_table import API_STEPS
from tests.api.agreement import wrong_by_shape
from tests.cast import Cast, open_door
from tests.conftest import Door
from tests.forms import offered
from tests.pages.desk import drafted, filed, in_process

HOST = "http://dongthap.localhost"
EXAMPLES = 6
SHUT = (401, 404)
DESK = {"binh": Role.CLERK, "chi": Role.OFFICER, "dung": Role.HEAD}
CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance,
    checks.response_headers_conformance, checks.negative_data_rejection, checks.missing_required_header,
]  # fmt: skip


def with_cookies(environ: dict[str, Any], start_response: Any) -> Any:
    """The caller keeps cookies by its own rules and would drop those of a session that it did not begin."""
    environ["HTTP_COOKIE"] = environ.pop("HTTP_X_COOKIES", "")
    return application(environ, start_response)


def unlocked(description: dict[str, Any]) -> dict[str, Any]:
    """Without its locks: who may ask is this test's own part."""
    made = copy.deepcopy(description)
    del made["components"]["securitySchemes"]
    for item in made["paths"].values():
        for one in item.values():
            one.pop("security", None)
    return made


schemathesis_schema = schemathesis.openapi.from_dict(unlocked(described()))
schemathesis_schema.app = with_cookies
OPERATIONS: dict[str, Any] = {found.ok().label: found.ok() for found in schemathesis_schema.get_all_operations()}  # type: ignore[union-attr]

# Takes nothing, so that nothing can be sent against its description.
NOTHING_TO_BREAK = [("GET /api/v1/provinces/", GenerationMode.NEGATIVE)]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The test's own transaction is what the application sees: its connection stays open, as under Django's test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(tenant: Tenant, office: Office, an: User, cast: Cast) -> dict[str, list[Any]]:
    """What really is there, so that requests get past the first door."""
    offering, people = offered(office), cast.people
    dossiers = [
        filed(offering, an),
        drafted(in_process(filed(offering, an), people["binh"]), people["chi"]),
        drafts.start(offering, an),
    ]
    return {"reference": [one.reference for one in dossiers], "code": [offering.procedure.code], "province": ["82"]}


def signed_in(person: User | None, tenant: Tenant) -> dict[str, str]:
    """The session's cookie and the token against forged requests, as a browser would send them."""
    plain = {"Accept-Encoding": "identity"}
    if person is None:
        return plain
    token = "t" * 32
    cookies = {name: one.value for name, one in open_door(tenant, person).cookies.items()} | {"csrftoken": token}
    return plain | {"X-Cookies": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": token}


@pytest.mark.parametrize(
    ("label", "mode"),
    [(label, mode) for label in OPERATIONS for mode in GenerationMode if (label, mode) not in NOTHING_TO_BREAK],
)
def test_every_operation_does_what_its_description_says(
    label: str, mode: GenerationMode, known: dict[str, list[Any]], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.api.doors.PerPerson.rate", None)
    operation = OPERATIONS[label]
    locked = bool(described()["paths"][operation.path][operation.method].get("security"))
    fitting = mode is GenerationMode.POSITIVE
    people = [signed_in(cast.people[name] if name else None, cast.tenant) for name in askers(label, fitting=fitting)]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), who=st.sampled_from(people), pick=st.integers(0, 7))
    def asked(case: Case[Any], who: dict[str, str], pick: int) -> None:
        if fitting and pick:
            case.path_parameters |= {
                name: known[name][pick % (2 if "/desk/" in label and name == "reference" else len(known[name]))]
                for name in case.path_parameters
                if name in known
            }
        with transaction.atomic():
            answer = case.call(base_url=HOST, headers=who)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)
        assert "X-Cookies" in who or answer.status_code in SHUT or not locked

    asked()


def askers(label: str, *, fitting: bool) -> list[str]:
    """Who asks: those whom the address is made for; for requests that do not fit also strangers and nobody."""
    if "/steps/" in label and fitting:
        wanted = PERMISSIONS[API_STEPS[label.rstrip("/").rpartition("/")[2]].permission]
        return [name for name, role in DESK.items() if role in wanted]
    if "/desk/" in label or "worklist" in label:
        return list(DESK) if fitting else [*DESK, "an", "giang", ""]
    return ["an"] if fitting else ["an", "binh", ""]


def test_the_description_is_openapi_31_and_served_to_all(door: Door) -> None:
    answer = door().get("/api/v1/schema/")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json"
    told = answer.json()
    assert told["openapi"].startswith("3.1")
    assert {f"/api/v1/{path}" for path in ("procedures/", "dossiers/", "worklist/")} <= set(told["paths"])


def test_every_operation_has_words_and_a_name_of_its_own() -> None:
    operations = [one for item in described()["paths"].values() for one in item.values()]
    assert all(one["summary"] and one["tags"] for one in operations)
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))


def test_every_schema_of_the_description_is_one() -> None:
    for schema in described()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_a_shape_that_is_not_as_described_is_noticed() -> None:
    shape = {"$ref": "#/components/schemas/Named"}
    assert wrong_by_shape(shape, {"code": "1", "name": "Một"}) == []
    assert wrong_by_shape(shape, {"code": 1}) != []


def test_the_page_for_people_lists_every_operation(door: Door) -> None:
    page = door().get("/api/v1/docs/").content.decode()
    for item in described()["paths"].values():
        for one in item.values():
            assert f'id="{one["operationId"]}"' in page
    assert page.count("<h1") == 1
    assert "<script>" not in page and "style=" not in page
