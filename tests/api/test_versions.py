"""A program that fills in meets a newer version, and the end of a procedure."""

from typing import Any

import pytest
from django.test import Client

from portal.tenancy import inside
from procedures.actions import catalogue
from procedures.models import Dossier, Procedure
from tests.api.calls import get, patch, post
from tests.cast import Cast
from tests.conftest import Door
from tests.forms import definition, offered, text

CODE = "1.999001"
NOTE = {"key": "note", "label": text("Ghi chú"), "type": "text", "required": True}


@pytest.fixture
def client(cast: Cast, door: Door) -> Client:
    with inside(cast.tenant):
        offered(cast.office)
    return door(cast.people["an"])


def begun(client: Client, cast: Cast) -> str:
    answer = post(client, "dossiers/", {"procedure": CODE, "office": cast.office.code})
    reference = str(answer.told["reference"])
    patch(client, f"dossiers/{reference}/", {"answers": {"full_name": "Nguyễn Thị An", "purpose": "loan"}})
    return reference


def newer(cast: Cast, how: str) -> None:
    raw: dict[str, Any] = definition()
    raw["form"]["sections"][0]["fields"].append(NOTE)
    with inside(cast.tenant):
        catalogue.publish(raw, open_dossiers=how)


def version_of(cast: Cast, reference: str) -> int:
    with inside(cast.tenant):
        return int(Dossier.objects.select_related("version").get(reference=reference).version.number)


def test_a_change_is_judged_by_the_version_that_it_is_led_over_to(client: Client, cast: Cast) -> None:
    reference = begun(client, cast)
    newer(cast, "move")
    assert get(client, f"dossiers/{reference}/").status_code == 200 and version_of(cast, reference) == 1
    answer = patch(client, f"dossiers/{reference}/", {"answers": {"note": "Gấp"}})
    assert answer.status_code == 200 and version_of(cast, reference) == 2
    assert answer.told["answers"]["full_name"] == "Nguyễn Thị An" and answer.told["answers"]["note"] == "Gấp"


def test_a_kept_draft_stays_on_its_version(client: Client, cast: Cast) -> None:
    """The control."""
    reference = begun(client, cast)
    newer(cast, "keep")
    answer = patch(client, f"dossiers/{reference}/", {"answers": {"note": "Gấp"}})
    assert answer.status_code == 422 and version_of(cast, reference) == 1


def test_what_has_ended_is_not_filed(client: Client, cast: Cast) -> None:
    reference = begun(client, cast)
    with inside(cast.tenant):
        catalogue.withdraw(Procedure.objects.get(code=CODE), cast.people["en"], reason="Bãi bỏ")
    patch(client, f"dossiers/{reference}/", {"contact": {"phone": "0912345678"}})
    answer = post(client, f"dossiers/{reference}/submission/", {"declared": True}, Idempotency_Key="k")
    assert answer.status_code == 409
    assert post(client, "dossiers/", {"procedure": CODE, "office": cast.office.code}).status_code == 422
