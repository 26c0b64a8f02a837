"""The record of a draft, written by an administrator: texts, papers, cases, time, route and result."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Office, Tenant, User
from procedures.actions import drafting
from procedures.models import VersionDraft
from procedures.schema import parts
from tests.forms import offered

Door = Callable[..., Client]
CODE = "1.999001"
PAGES = (
    "manage_draft_record", "manage_draft_papers", "manage_draft_time", "manage_draft_route", "manage_draft_result", "manage_draft_checks",
)  # fmt: skip


@pytest.fixture
def draft(tenant: Tenant, office: Office, en: User) -> VersionDraft:
    offered(office, CODE)
    return drafting.begin(CODE, en)


def at(name: str, *more: str) -> str:
    return reverse(name, args=[CODE, *more])


def kept(draft: VersionDraft, address: str = "") -> Any:
    """What the draft says now at an address."""
    draft.refresh_from_db()
    return parts.find(draft.definition, address)


def seen(draft: VersionDraft, address: str) -> str:
    return parts.fingerprint(kept(draft, address))


@pytest.mark.parametrize("name", PAGES)
def test_the_parts_of_a_draft_are_read_by_auditors_and_written_by_administrators_alone(
    draft: VersionDraft, door: Door, cast: Any, name: str
) -> None:
    auditor, clerk = cast.people["khoa"], cast.people["binh"]
    page = door(auditor).get(at(name))
    assert page.status_code == 200 and page.content.decode().count("<h1") == 1
    assert "Lưu</button>" not in page.content.decode()
    assert door(clerk).get(at(name)).status_code in (403, 404)
    assert door(cast.people["en"]).get(at(name)).status_code == 200


@pytest.mark.parametrize(
    "address", [("manage_draft_record_edit", "chung"), ("manage_draft_record_edit", "noi-dung"), ("manage_draft_record_edit", "trinh-tu"),
                ("manage_draft_record_edit", "can-cu"), ("manage_draft_papers_add",), ("manage_draft_papers_edit", "request"),
                ("manage_draft_cases_add",), ("manage_draft_cases_edit", "default"), ("manage_draft_time_edit",), ("manage_draft_route_add",),
                ("manage_draft_route_edit", "sign"), ("manage_draft_result_edit",)],
)  # fmt: skip
def test_every_form_opens_and_an_auditor_does_not_get_in(
    draft: VersionDraft, door: Door, cast: Any, address: tuple[str, ...]
) -> None:
    page = door(cast.people["en"]).get(at(*address))
    assert page.status_code == 200 and "Lưu</button>" in page.content.decode()
    assert door(cast.people["khoa"]).post(at(*address)).status_code in (403, 404)
