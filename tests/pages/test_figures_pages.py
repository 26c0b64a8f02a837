"""Figures as pages and files, through the door."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.models import Office, Tenant, User
from procedures.actions import drafts, intake, submission
from procedures.models import Dossier
from procedures.queries.exports import as_csv, harmless
from tests.forms import offered

Door = Callable[..., Client]


@pytest.fixture
def accepted(tenant: Tenant, office: Office, an: User, binh: User) -> list[Dossier]:
    """Three dossiers accepted today, one of them filed with help."""
    offering = offered(office)
    found = []
    for number, channel in enumerate(["online", "online", "online_assisted"]):
        draft = drafts.start(offering, an, channel=channel)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        found.append(intake.accept(submission.submit(draft, an, f"key-{number}"), binh))
    return found


def test_everybody_may_read_the_figures(accepted: list[Dossier], door: Door) -> None:
    page = door().get("/so-lieu/")
    assert page.status_code == 200
    assert "Người dân tự nộp" in page.content.decode()
    assert "/quan-tri/" not in page.content.decode()


@pytest.mark.parametrize("period", ["", "2026-q3", "hello", "2026-13", "<script>"])
def test_a_period_that_is_none_shows_this_year_and_nothing_hostile(tenant: Tenant, door: Door, period: str) -> None:
    page = door().get("/so-lieu/", {"ky": period})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


def test_reports_come_as_csv_xlsx_and_json(accepted: list[Dossier], door: Door) -> None:
    client = door()
    rows = list(csv.DictReader(io.StringIO(client.get("/so-lieu/online.csv").content.decode("utf-8-sig"))))
    assert [(row["office"], row["received"], row["online_by_citizen"]) for row in rows] == [("H58.30", "3", "2")]
    told = json.loads(client.get("/so-lieu/online.json").content)
    assert told["total"]["online_rate_by_citizen"] == 2 / 3
    assert client.get("/so-lieu/online.xlsx").content.startswith(b"PK")
    assert client.get("/so-lieu/nothing.csv").status_code == 404


def test_every_figure_of_the_administrator_opens_to_as_many_dossiers(
    accepted: list[Dossier], en: User, door: Door
) -> None:
    client = door(en)
    page = client.get("/quan-tri/so-lieu/").content.decode()
    links = re.findall(r'<a href="(/quan-tri/so-lieu/ho-so/[^"]+)">([\d.]+)</a>', page)
    assert len(links) > 8
    for address, figure in links:
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        assert shown.count("/mot-cua/ho-so/") == int(figure), address


def test_a_stranger_finds_no_lists_and_a_visitor_is_asked_to_sign_in(
    accepted: list[Dossier], giang: User, door: Door
) -> None:
    assert door(giang).get("/quan-tri/so-lieu/ho-so/received/").status_code == 404
    assert door().get("/quan-tri/so-lieu/").status_code == 302


def test_the_page_costs_the_same_for_one_dossier_and_many(
    accepted: list[Dossier], office: Office, an: User, binh: User, en: User, door: Door
) -> None:
    client = door(en)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/quan-tri/so-lieu/")
        return len(caught)

    client.get("/quan-tri/so-lieu/")
    before = cost()
    for number in range(10):
        draft = drafts.start(offered(office, code=f"1.99900{number % 3 + 2}"), an)
        drafts.save_answers(draft, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
        intake.accept(submission.submit(draft, an, f"more-{number}"), binh)
    assert cost() == before


@pytest.mark.parametrize("text", ["=1+1", "+84", "-x", "@a", "\tx", "＝cmd"])
def test_no_text_becomes_a_formula(text: str) -> None:
    told: dict[str, Any] = {"name": text}
    assert harmless(text) == f"'{text}"
    assert f"'{text}" in as_csv(["name"], [told])
