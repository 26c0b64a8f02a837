"""What was done to dates is counted as what it was, and each count opens to exactly its dossiers."""

import datetime
import io
import json
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import apologies, deadlines, extensions
from procedures.models import Dossier
from procedures.queries.figures.periods import named
from procedures.queries.figures.told import DOINGS, counted, listed
from procedures.queries.integrity import due_columns_agree
from tests.forms import definition, offered
from tests.pages.desk import filed, fresh, in_process

Door = Callable[..., Client]
MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def next_friday() -> Iterator[None]:
    with travel(MONDAY + 11 * DAY):
        yield


@pytest.fixture
def told(tenant: Tenant, office: Office, an: User, binh: User, dung: User) -> list[Dossier]:
    """One extended, one apologised for in time, one overdue and left lying, one that nobody opened."""
    with travel(MONDAY):
        offering = offered(office, clock={**definition()["clock"], "max_extension": 3})
        made = [in_process(filed(offering, an), binh) for _number in range(3)]
    with travel(MONDAY + DAY):
        extensions.extend(fresh(made[0]), dung, amount=2, decision="45/QĐ-UBND", reason="Chờ xác minh")
        apologies.apologise(
            fresh(made[1]), dung, cause="people", reason="Hai người nghỉ ốm", office=office, new_day=datetime.date(2026, 11, 25)
        )  # fmt: skip
    with travel(MONDAY + 9 * DAY):
        made.append(filed(offering, an))
    deadlines.carry_out(tenant)
    return made


def test_every_count_is_its_list(told: list[Dossier]) -> None:
    period = named("2026-11")
    counts = counted(period, None)
    assert counts | {"extended": 1, "apologised": 1, "overdue": 3, "unopened": 1, "unanswered": 1} == counts
    for name in DOINGS:
        assert len(listed(name, period, None)) == counts[name]
    assert list(due_columns_agree()) == []


def test_the_head_and_the_auditor_see_counts_causes_and_lists(
    told: list[Dossier], door: Door, dung: User, en: User
) -> None:
    for who in (dung, en):
        page = door(who).get(reverse("manage_time"), {"ky": "2026-11"}).content.decode()
        for words in ("Gia hạn", "Xin lỗi, hẹn lại", "Thiếu người, quá tải", "16/11/2026"):
            assert words in page, words
        page = door(who).get(reverse("manage_time_list", args=["extended"]), {"ky": "2026-11"}).content.decode()
        assert fresh(told[0]).number in page and "45/QĐ-UBND" in page and fresh(told[1]).number not in page


def test_the_list_of_those_to_apologise_to_holds_whom_nobody_has(told: list[Dossier], door: Door, dung: User) -> None:
    page = door(dung).get(reverse("worklist"), {"list": "apologise"}).content.decode()
    numbers = [fresh(one).number for one in told[:3]]
    assert [number in page for number in numbers] == [True, False, True]


def test_a_list_costs_the_same_for_one_and_for_three(told: list[Dossier], door: Door, en: User) -> None:
    browser, counts = door(en), []
    browser.get(reverse("manage_time_list", args=["extended"]), {"ky": "2026-11"})
    for name in ("extended", "overdue"):
        with CaptureQueriesContext(connection) as seen:
            browser.get(reverse("manage_time_list", args=[name]), {"ky": "2026-11"})
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_report_of_causes(told: list[Dossier], office: Office) -> None:
    out = io.StringIO()
    call_command("report", "causes", "--tenant", "dongthap", "--from", "2026-11-01", "--to", "2026-12-01", stdout=out)
    report = json.loads(out.getvalue())
    row = {"week": "2026-11-16", "office": office.code, "cause": "people", "apologies": 1, "in_time": 1}
    assert report["rows"] == [row] and report["total"] == {"apologies": 1, "in_time": 1}
