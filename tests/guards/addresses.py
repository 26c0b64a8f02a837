"""Every address of the resolver with something to ask for there: one's own, another authority's, and what nobody has."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern
from django.urls.resolvers import RoutePattern

from payments.actions import open_payment
from payments.models import Account, Payment, Receipt
from payments.money import Item
from portal.checks import declared, routes
from portal.files import store
from portal.models import Membership, Office, OutboxRow, Tenant, User
from portal.moments import now, today
from portal.outbox import put
from portal.roles import FOR_EVERY_ACCOUNT, PUBLIC, Role
from portal.tenancy import current_tenant, inside
from portal.text import random_code
from procedures import workflow
from procedures.actions import (
    batches,
    counter,
    drafting,
    drafts,
    feedback,
    intake,
    national,
    paper_lists,
    papers,
    processing,
    results,
    signing,
    submission,
)
from procedures.models import (
    Absence,
    Agreement,
    Appointment,
    AssignmentRule,
    Book,
    BulkJob,
    CalendarChange,
    CalendarDay,
    Crossing,
    Dossier,
    JointFiling,
    JointPart,
    ListFile,
    Message,
    NationalDefinition,
    Opinion,
    Package,
    Paper,
    Reception,
    SavedView,
    Signing,
    WorkTransfer,
)
from procedures.queries.uploads import CheckedFile
from procedures.schema.definition import parse
from tests.cast import Cast
from tests.forms import definition, offered

Ids = dict[str, Any]
MISSING: Ids = {
    "procedure": "9.999999", "draft": "ZZZZ-2222-ZZZZ", "dossier": "ZZZZ-3333-ZZZZ", "decided": "ZZZZ-4444-ZZZZ", "feedback": "ZZZZ-ZZ22", "payment": "TT260101ZZZZ22223333",
    "verification": "ZZZZ-5555-6666", "message": 999001, "paper": 999002, "attachment": 999003, "job": 999004, "person": 999005, "membership": 999006,
    "day": 999007, "account": 999008, "office": "Z99.99", "number": 99, "national": "9.888888", "joint": "ZZZZ-6666-ZZZZ", "agreement": "ZZZZ-9999", "intake": "zzzz", "paper_list": 999009, "appointment": "ZZZZ-7777-ZZZZ",
    "signing": 999021, "crossing": 999041, "batch": "khong-co",
    "change": 999052, "rule": 999010, "absence": 999011, "book": 999013, "transfer": 999012, "opinion": 999014, "bulk_job": 999030, "list_file": 999032, "saved_view": 999031,
}  # fmt: skip
# What stands for a route's argument: by the beginning of the route's name, the longest first, then for all others.
ARGUMENTS: dict[str, dict[str, str]] = {
    "code": {"manage_agreement": "agreement", "booking_one": "appointment", "booking_change": "appointment", "booking_office": "office", "queue_board": "office", "desk_kiosk": "office", "manage_office": "office", "manage_national": "national", "verify": "verification", "": "procedure"},
    "reference": {"my_joint": "joint", "desk_joint": "joint", "payment": "payment", "cashier": "payment", "feedback": "feedback", "desk_feedback": "feedback", "apply_done": "dossier", "apply": "draft", "my_result": "decided", "": "dossier"},
    "key": {"desk_counter": "intake", "my_message": "message", "my_paper": "paper", "my_file": "attachment", "api_attachment": "attachment", "manage_job": "job", "manage_crossing": "crossing", "manage_day": "day", "manage_calendar": "change", "desk_book_file": "book", "manage_account": "account", "manage_rule": "rule", "desk_absence_off": "absence", "desk_transfer_result": "transfer", "desk_opinion": "opinion", "desk_batch": "batch", "": "person"},
    "pk": {"desk_signing": "signing", "desk_paper": "paper", "desk_paper_list": "paper_list", "desk_bulk_job": "bulk_job", "desk_list_file": "list_file", "desk_saved": "saved_view", "": "attachment"},
    "role": {"": "membership"},
    "office": {"": "office"},
    "number": {"": "number"},
}  # fmt: skip
FIXED: Ids = {
    "version": 1,
    "volume": 1,
    "section": "owner",
    "shelf": "civil_status",
    "field": "members",
    "column": "name",
    "address": "form.sections.owner",
    "group": "chung",
    "part": "request",
    "joint_part": "birth",
    "measure": "received",
    "report_name": "levels",
    "kind": "csv",
    "province": "82",
    "fault": "expired",
}

# What an expression of a route matches.
PLACES = {"figures_file": "so-lieu/levels.csv", "api_nowhere": "api/v1/nowhere/"}


@dataclass(frozen=True)
class Address:
    name: str
    pattern: URLPattern
    route: str
    permission: str

    @property
    def is_public(self) -> bool:
        return self.permission == PUBLIC

    @property
    def is_staff(self) -> bool:
        return not self.is_public and self.permission not in FOR_EVERY_ACCOUNT

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    @property
    def methods(self) -> tuple[str, ...]:
        return ("GET", "POST", "PATCH", "DELETE") if self.is_api else ("GET", "POST")

    @property
    def arguments(self) -> list[str]:
        """Of the whole way to it, so that what an `include` asks for counts too."""
        if not isinstance(self.pattern.pattern, RoutePattern):
            return list(self.pattern.pattern.converters)
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    @property
    def identifiers(self) -> list[str]:
        return [name for name in self.arguments if name in ARGUMENTS]

    def things(self) -> dict[str, str]:
        """What each identifier in the address names."""
        return {name: _thing(self.name, name) for name in self.identifiers}

    def url(self, ids: Ids) -> str:
        """The address with these things in it."""
        things = self.things()
        values = {name: str(ids[things[name]] if name in things else FIXED[name]) for name in self.arguments}
        return "/" + _filled(self.route, self.pattern, values)


def _thing(route: str, argument: str) -> str:
    fitting = [start for start in ARGUMENTS[argument] if route.startswith(start)]
    return ARGUMENTS[argument][max(fitting, key=len)]


def _filled(route: str, pattern: URLPattern, values: dict[str, str]) -> str:
    if not isinstance(pattern.pattern, RoutePattern):
        return PLACES[str(pattern.name)]
    for name, value in values.items():
        before, _open, rest = route.partition(f"{name}>")
        route = f"{before.rpartition('<')[0]}{value}{rest}"
    return route


def addresses() -> list[Address]:
    return [Address(str(p.name), p, route, min(declared(p.callback), default="")) for route, p in routes("portal.urls")]


def live(tenant: Tenant, office: Office, citizen: User, officials: dict[Role, User], code: str) -> Ids:
    """Something of everything at an authority, made by the real deeds."""
    with inside(tenant):
        offering = offered(office, code)
        for role, person in officials.items():
            Membership.objects.get_or_create(user=person, office=office, role=role)
        _drafted(code, officials[Role.HEAD])
        decided = _decided(drafts.start(offering, citizen), citizen, officials)
        dossier = _filed(drafts.start(offering, citizen), citizen)
        attached = dossier.attachments.get()
        draft = drafts.start(offering, citizen)
        workflow.note(draft, "move", None, reason="?", before=1, after=1, lost=[], fresh=[])
        account = Account.objects.create(office=office, provider="sandbox", terminal=code)
        payment = open_payment(
            dossier.reference, [Item("fee", "Phí", 1000)], account=account, payer=citizen, return_url="/", now=now()
        )
        Receipt.objects.create(payment=payment, year=now().year, number=1, amount=1000, issued_at=now())
        Payment.objects.filter(pk=payment.pk).update(paid_at=now())
        put("guard", code)
        OutboxRow.objects.filter(kind="guard", key=code).update(given_up_at=now())
        intake.accept(dossier, officials[Role.CLERK])
        processing.route(dossier, officials[Role.CLERK], "examine")
        results.prepare(dossier, officials[Role.HEAD], outcome="granted", lines=[])
        clerk, head = officials[Role.CLERK], officials[Role.HEAD]
        absence = Absence.objects.create(person=clerk, entered_by=clerk, first_day=today(), last_day=today())
        asked = Opinion.objects.create(
            dossier=dossier,
            office=office,
            question="?",
            files=[attached.pk],
            days=1,
            asked_by=head,
            due_at=now(),
            file_name="a.pdf",
            file_path=attached.path,
            file_kind="pdf",
            file_status="clean",
        )
        transfer = WorkTransfer.objects.create(person=clerk, to=[head.pk], reason="?", asked_by=head)
        return {
            "appointment": _appointment(office).code,
            "paper_list": paper_lists.give([dossier], officials[Role.CLERK], from_office=office, to_office=office).pk,
            "intake": counter.begin(offering, officials[Role.CLERK], f"key-{code}", counter.Begun()).key,
            "rule": AssignmentRule.objects.create(role="cashier").pk, "absence": absence.pk, "transfer": transfer.pk, "opinion": asked.pk,
            "procedure": code, "draft": draft.reference, "dossier": dossier.reference, "decided": decided.reference, "office": office.code, "number": 1,
            "feedback": feedback.give(group="other", body="?", person=citizen, office=office).reference, "payment": payment.reference,
            "verification": Paper.objects.get(dossier=decided, kind="result").verification_code, "message": Message.objects.filter(recipient=citizen).latest("pk").pk,
            "book": _book(office, officials[Role.CLERK]),
            "paper": Paper.objects.filter(dossier=dossier).latest("pk").pk, "attachment": attached.pk, "job": OutboxRow.objects.get(kind="guard", key=code).pk,
            "person": officials[Role.CLERK].pk, "membership": Membership.objects.get(user=officials[Role.CLERK], role=Role.CLERK).pk,
            "list_file": _list_file(officials[Role.CLERK]),
            "bulk_job": BulkJob.objects.create(person=officials[Role.CLERK], key=code, deed="accept").pk, "saved_view": SavedView.objects.create(person=officials[Role.CLERK], name="?", query="list=new").pk,
            "joint": _jointly(drafts.start(offering, citizen), officials[Role.HEAD]), "agreement": _agreed(tenant), "crossing": Crossing.objects.create(message=code, direction="in", partner=tenant, kind="?").pk,
            "change": CalendarChange.objects.create(told="?", first=today(), source="?", made_by=head, ended_at=now()).pk,
            "day": CalendarDay.objects.create(day=today(), kind="off", name="?", source="?").pk, "account": account.pk,
            "signing": _begun(dossier, officials[Role.HEAD]).pk, "batch": batches.confirm(officials[Role.HEAD], f"batch-{code}", {}, []).key,
        }  # fmt: skip


def _book(office: Office, clerk: User) -> Any:
    """A tracking book that was made, with its file."""
    file = {"path": store(b"%PDF-1.7", "books", "pdf").path, "size": 8, "sha256": "", "rows": 1}
    told = {"since": today(), "to": today() + datetime.timedelta(days=1), "asked_by": clerk}
    return Book.objects.create(office=office, state=Book.State.READY, files=[file], **told).pk


def _list_file(clerk: User) -> Any:
    """A list that was written, with its file."""
    path = store(b"?", "lists", "csv").path
    return ListFile.objects.create(person=clerk, kind="csv", query="list=new", title="?", state="ready", path=path).pk


def _begun(dossier: Dossier, head: User) -> Signing:
    """A paper whose hash is out."""
    return signing.prepare(signing.begin(dossier, head, results.decision(dossier, head)))


def _appointment(office: Office) -> Appointment:
    Reception.objects.create(office=office, numbers_open=True, booking_open=True)
    return Appointment.objects.create(code=random_code(), office=office, starts_at=now(), name="?")


def _jointly(form: Dossier, person: User) -> str:
    """A joint filing of one part, and the package that it was filed by."""
    parts = [{"key": "birth", "title": {"vi": "Khai sinh", "en": "Birth"}, "procedure": form.procedure.code}]
    Package.objects.create(procedure=form.procedure, parts=parts, changed_by=person)
    form.joint_code = form.reference
    form.save(update_fields=["joint_code"])
    filing = JointFiling.objects.create(form=form, parts=parts, taken_by=person)
    papers.issue_submission_receipt(form, person, submitted_at=filing.filed_at)
    JointPart.objects.create(filing=filing, key="birth", partner=current_tenant())
    return form.reference


def _agreed(tenant: Tenant) -> str:
    partner = Tenant.objects.exclude(pk=tenant.pk).order_by("pk")[0]
    code = f"{tenant.code}-2222"
    Agreement.objects.create(code=code, partner=partner, sends=True, since=today(), purpose="?", offered_by="?")
    return code


def _drafted(code: str, person: User) -> None:
    """The next version, being written: with a table, so that columns have an address."""
    column = {"key": "name", "label": {"vi": "Tên"}, "type": "text"}
    table = {"key": "members", "label": {"vi": "Thành viên"}, "type": "group", "fields": [column]}
    drafting.add(drafting.begin(code, person), person, "form.sections.owner.fields", table)


def _filed(draft: Dossier, citizen: User) -> Dossier:
    drafts.save_answers(draft, {"full_name": citizen.full_name, "purpose": "loan"})
    proof = draft.version.parsed.form.index["proof"]
    attached = drafts.attach(
        draft, proof, CheckedFile(SimpleUploadedFile("a.pdf", b"%PDF-1.4"), "a.pdf", "pdf"), citizen
    )
    attached.status = "clean"
    attached.save()
    return submission.submit(draft, citizen, f"key-{draft.reference}")


def _decided(draft: Dossier, citizen: User, officials: dict[Role, User]) -> Dossier:
    dossier = _filed(draft, citizen)
    intake.accept(dossier, officials[Role.CLERK])
    processing.route(dossier, officials[Role.CLERK], "sign")
    results.prepare(dossier, officials[Role.HEAD], outcome="granted", lines=[])
    results.decide(dossier, officials[Role.HEAD])
    return dossier


def both(cast: Cast) -> tuple[Ids, Ids]:
    """An's things at the two authorities: what is hers here, and what is hers elsewhere."""
    people = cast.people
    here = live(
        cast.tenant, cast.office, people["an"], {Role.CLERK: people["binh"], Role.HEAD: people["dung"]}, "1.999001"
    )
    there = live(
        cast.other_tenant,
        cast.other_office,
        people["an"],
        {Role.CLERK: people["giang"], Role.HEAD: people["lan"]},
        "1.999777",
    )
    # The national shelf is everybody's: nothing on it is another's.
    return {**here, "national": _shelved()}, {**there, "number": 99, "national": MISSING["national"]}


def _shelved(code: str = "7.999001") -> str:
    """On the national shelf for good, as the platform puts it there: by a connection of its own."""
    if not NationalDefinition.objects.filter(code=code).exists():
        with ThreadPoolExecutor(1) as alone:
            alone.submit(_shelve, code).result()
    return code


def _shelve(code: str) -> None:
    try:
        national.put_on_shelf([parse(definition(code))], "Bộ Tư pháp")
    finally:
        connections.close_all()


def ask(client: Client, method: str, url: str) -> HttpResponse:
    """One request whose effects are taken back; a failure is an answer, as it is to a browser."""
    assert connection.in_atomic_block
    client.raise_request_exception = False
    with transaction.atomic():
        kept = copy(client.cookies)
        answer = _asked(client, method, url)
        # The test client closes a stream when it is read to its end, and leaves the database's connection alone.
        _body = b"".join(answer) if answer.streaming else answer.content
        client.cookies = kept
        transaction.set_rollback(True)
    return cast(HttpResponse, answer)


def _asked(client: Client, method: str, url: str) -> Any:
    if method == "GET" or not url.startswith("/api/"):
        return getattr(client, method.lower())(url)
    return client.generic(method, url, "{}", "application/json")
