"""The 96 real procedures through the whole thread: converted, published, offered, filled in, filed, paid for, accepted,
passed along every step, decided with a signed result, handed over; and the blank form of each.

Each goes by the channels that its record knows: those of the city's one-stop shop of 2013 over the counter, the others
online where they may be filed so. A few of the former go online too, with the channel that `--also-online` opens; with
SIZE=full all of them. Where a record leaves out for whom it is or who does it, an administrator has to say so before
anybody files (a record that is not complete stays at level 1): `completed` does that here, and the report says it.
"""

import os
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Office, Tenant, User
from portal.moments import travel
from procedures.actions import drafts, submission
from procedures.models import Dossier, Paper
from tests.answers import answers_for
from tests.conftest import Door
from tests.procedures.real import converted, needs_data
from tests.thread import MONDAY, Thread, walk

pytestmark = needs_data

FULL = os.environ.get("SIZE") == "full"


def all_of(kind: str, *, also_online: bool = False, step: int = 1) -> list[Any]:
    found = converted(kind, also_online=also_online)[::step] if not needs_data.args[0] else ()
    ids = "-online" if also_online else ""
    return [pytest.param(completed(one.definition or {}), id=f"{kind}{ids}-{one.code}") for one in found]


def completed(raw: dict[str, Any]) -> dict[str, Any]:
    """What the administrator adds where the source says nothing."""
    done_by = {"competent": {"vi": "Ủy ban nhân dân phường Gò Công"}}
    return {**raw, "audience": raw.get("audience") or ["citizen"], "agencies": raw.get("agencies") or done_by}


THE_96 = [*all_of("yenbai"), *all_of("database")]
ONLINE_TOO = all_of("yenbai", also_online=True, step=1 if FULL else 10)


@pytest.fixture
def thread(tenant: Tenant, office: Office, an: User, binh: User, chi: User, dung: User, en: User) -> Thread:
    return Thread(office, {"citizen": an, "clerk": binh, "officer": chi, "head": dung, "administrator": en})


def test_they_are_ninety_six() -> None:
    assert len(THE_96) == 96


def holds(dossier: Dossier, raw: dict[str, Any]) -> None:
    """What must have come of it, for every procedure alike."""
    assert dossier.state == "returned" and dossier.number.startswith("H58.30-261116-")
    paper = Paper.objects.get(dossier=dossier, kind="result")
    assert paper.signed_at and paper.sha256 and paper.verification_code
    routed = [event.facts["step"] for event in dossier.events.filter(step="route")]
    assert [step["key"] for step in raw["route"]] == routed
    definition = dossier.version.parsed
    channel = "online" if dossier.channel == "online" else "counter"
    assert (dossier.promised_at is None) == (definition.time_for(channel, dossier.case) is None)
    assert bool(dossier.fee_total) == any(fee.when_due == "submission" for fee in definition.fees)
    assert dossier.fee_paid_at if dossier.fee_total else True


@pytest.mark.parametrize("raw", THE_96)
def test_a_real_procedure_goes_from_the_file_to_the_citizens_hands(
    thread: Thread, raw: dict[str, Any], door: Door
) -> None:
    dossier = walk(thread, raw)
    holds(dossier, raw)
    _blank_form(door(), raw)


@pytest.mark.parametrize("raw", ONLINE_TOO)
def test_one_of_the_one_stop_shop_goes_online_when_that_is_opened(thread: Thread, raw: dict[str, Any]) -> None:
    dossier = walk(thread, raw)
    assert dossier.channel == "online"
    holds(dossier, raw)


def _blank_form(browser: Client, raw: dict[str, Any]) -> None:
    """To print, where there is a form; the one procedure of 2013 without fields has none."""
    answer = browser.get(reverse("blank_form_pdf", args=[raw["code"]]))
    if "form" not in raw:
        assert answer.status_code == 404
        return
    content = answer.content
    assert answer.status_code == 200 and content.startswith(b"%PDF")


def test_a_wrong_answer_would_be_found(thread: Thread) -> None:
    """The control: the generator's answers are judged, not waved through."""
    raw = next(one.definition for one in converted("database") if one.code == "1.001193")
    with travel(MONDAY):
        offering = thread.offer(dict(raw or {}))
        dossier = drafts.start(offering, thread.people["citizen"])
        drafts.save_answers(dossier, {**answers_for(dossier.version.parsed), "nyc_so_dinh_danh": "123"})
        with pytest.raises(submission.Incomplete) as refused:
            submission.submit(dossier, thread.people["citizen"], "key")
    assert "nyc_so_dinh_danh" in refused.value.messages
