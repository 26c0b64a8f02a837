"""One procedure's way from the file to the citizen's hands, by the actions that every door uses."""

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from payments.actions import Traveller, leave
from payments.actions.callbacks import receive
from payments.models import Account
from payments.providers.base import Truth
from payments.providers.sandbox import sealed
from portal.models import Office, User
from portal.moments import HERE, now, travel
from procedures.actions import bundles, catalogue, counter, drafts, intake, money, processing, results, submission
from procedures.models import Attachment, Dossier, Offering, Procedure
from procedures.queries.uploads import CheckedFile
from procedures.schema.definition import Definition, Field
from tests.answers import answers_for
from tests.procedures.real import packed

MONDAY = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=HERE)
PDF = b"%PDF-1.4\n"


class Thread:
    """The people of an office, and what they do with one dossier."""

    def __init__(self, office: Office, people: dict[str, User]) -> None:
        self.office, self.people = office, people
        Account.objects.get_or_create(office=office, provider="sandbox", terminal="THU00001", secret="bi-mat")

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
    done: Dossier = Dossier.objects.get(pk=dossier.pk)
    return done
