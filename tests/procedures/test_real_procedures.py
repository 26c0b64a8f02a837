"""The 96 real procedures through the whole thread: converted, published, offered, filled in, filed, paid for, accepted,
passed along every step, decided with a signed result, handed over; and the blank form of each.

Each goes by the channels that its record knows: those of the city's one-stop shop of 2013 over the counter, the others
online where they may be filed so. A few of the former go online too, with the channel that `--also-online` opens; with
SIZE=full all of them. Where a record leaves out for whom it is or who does it, an administrator has to say so before
anybody files (a record that is not complete stays at level 1): `completed` does that here, and the report says it.
"""

import datetime
import os
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from payments.actions import Traveller, leave
from payments.actions.callbacks import receive
from payments.models import Account
from payments.providers.base import Truth
from payments.providers.sandbox import sealed
from portal.models import Office, Tenant, User
from portal.moments import HERE, now, travel
from procedures.actions import bundles, catalogue, counter, drafts, intake, money, processing, results, submission
from procedures.models import Attachment, Dossier, Offering, Paper, Procedure
from procedures.queries.uploads import CheckedFile
from procedures.schema.definition import Definition, Field
from tests.answers import answers_for
from tests.conftest import Door
from tests.procedures.real import converted, needs_data, packed

pytestmark = needs_data

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
FULL = os.environ.get("SIZE") == "full"
PDF = b"%PDF-1.4\n"


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


def test_they_are_ninety_six() -> None:
    assert len(THE_96) == 96


@pytest.fixture
def thread(tenant: Tenant, office: Office, an: User, binh: User, chi: User, dung: User, en: User) -> "Thread":
    Account.objects.create(office=office, provider="sandbox", terminal="THU00001", secret="bi-mat")
    return Thread(office, {"citizen": an, "clerk": binh, "officer": chi, "head": dung, "administrator": en})


class Thread:
    """One procedure's way from the file to the citizen's hands."""

    def __init__(self, office: Office, people: dict[str, User]) -> None:
        self.office, self.people = office, people

    def offer(self, raw: dict[str, Any]) -> Offering:
        plan = bundles.take_in(packed(raw), self.people["administrator"])
        assert [entry.effect for entry in plan.entries] == ["new"], plan.all_faults
        procedure = Procedure.objects.select_related("current").get(code=raw["code"])
        catalogue.offer(procedure, self.office, online_open=True)
        return Offering.objects.select_related("procedure__current", "office").get(procedure=procedure)

    def file(self, offering: Offering) -> Dossier:
        assert offering.procedure.current is not None
        definition = offering.procedure.current.parsed
        return (
            self._online(offering, definition)
            if "online" in definition.channels
            else self._counter(offering, definition)
        )

    def _online(self, offering: Offering, definition: Definition) -> Dossier:
        citizen = self.people["citizen"]
        dossier = drafts.start(offering, citizen)

        def hand_in(field: Field) -> list[str]:
            name, upload = f"a.{field.accept[0]}", SimpleUploadedFile("a", PDF)
            return [str(drafts.attach(dossier, field, CheckedFile(upload, name, field.accept[0]), citizen).pk)]

        drafts.save_answers(dossier, answers_for(definition, hand_in))
        Attachment.objects.filter(dossier=dossier).update(status=Attachment.Status.CLEAN)
        return submission.submit(dossier, citizen, f"key-{dossier.pk}")

    def _counter(self, offering: Offering, definition: Definition) -> Dossier:
        counts = {
            paper.key: {"originals": max(1, paper.originals), "certified": 0, "copies": paper.copies}
            for paper in definition.papers
        }
        handed = counter.Handed(
            owner_name="Nguyễn Thị An", answers=answers_for(definition), personal_id=str(self.people["citizen"].personal_id),
            phone="0912345678", counts=counts, fee_taken=True,
        )  # fmt: skip
        return counter.register_paper(offering, self.people["clerk"], handed, f"key-{offering.pk}")

    def pay(self, dossier: Dossier) -> None:
        account = Account.objects.get(office=self.office)
        payment = money.begin_payment(dossier, self.people["citizen"], account)
        leave(payment.reference, traveller=Traveller("https://x.vn", "127.0.0.1", "vi"), now=now())
        receive("sandbox", sealed(payment.reference, payment.amount, Truth.PAID, "bi-mat"), now=now())
        money.note_payment(dossier.reference)

    def work(self, dossier: Dossier) -> None:
        """Accept, pass along the whole route with the people of each step, decide, hand over."""
        if dossier.state == "submitted":
            intake.accept(dossier, self.people["clerk"])
        holder = "clerk"
        for step in dossier.version.parsed.route:
            processing.route(dossier, self.people[holder], step.key)
            holder = step.role if step.role in self.people else "clerk"
        if dossier.state == "accepted":
            processing.route(dossier, self.people["clerk"], dossier.version.parsed.route[-1].key)
        results.prepare(dossier, self.people["officer"], outcome="granted", lines=[])
        results.decide(dossier, self.people["head"])
        results.hand_over(dossier, self.people["clerk"], how="counter", receiver="Nguyễn Thị An")


def walk(thread: Thread, raw: dict[str, Any]) -> Dossier:
    with travel(MONDAY):
        offering = thread.offer(raw)
        dossier = thread.file(offering)
        if dossier.state == "submitted" and dossier.fee_total:
            thread.pay(dossier)
            dossier.refresh_from_db()
    with travel(MONDAY + datetime.timedelta(hours=2)):
        thread.work(dossier)
    return Dossier.objects.get(pk=dossier.pk)


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
