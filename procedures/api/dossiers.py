"""A person's own dossiers: begun, filled in, followed."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from portal.moments import now, today
from portal.problems import Unprocessable
from procedures import prefill
from procedures.actions import drafts, moving
from procedures.api.doors import Door, answer_faults, fault
from procedures.api.dossier_shapes import DossierPage, DossierWhole, ReceiptShape, TimelineShape
from procedures.api.shapes import Paged, Words
from procedures.models import Dossier, Offering, SupplementRequest
from procedures.models.form_messages import sentence
from procedures.models.lifecycle import State
from procedures.queries.answers import context_for
from procedures.queries.clocks import due_of
from procedures.queries.dossiers import own_dossier, timeline_of
from procedures.queries.filing import online_offerings
from procedures.queries.own import PER_PAGE, visible
from procedures.queries.papers import submission_receipt
from procedures.schema import identity
from procedures.schema.messages import Invalid
from procedures.schema.validate import check
from procedures.workflow import NotAllowed

# Work inside the office that says nothing to the person.
UNTOLD = {"assign", "prepare"}
NOT_SENT = ("file", "computed", "info")


class NewDossier(serializers.Serializer[Any]):
    procedure = Words(max_length=30, help_text="Code of a procedure.")
    office = Words(max_length=35, help_text="Code of an office that takes it online.")


class ContactTold(serializers.Serializer[Any]):
    phone = Words(max_length=40, required=False)
    email = Words(max_length=254, required=False, allow_blank=True)
    address = Words(max_length=300, required=False, allow_blank=True)
    delivery = serializers.ChoiceField(Dossier.Delivery.choices, required=False)


class Changes(serializers.Serializer[Any]):
    """Answers by field key (null empties one), and how to reach the person; what is not named stays."""

    answers = serializers.DictField(child=serializers.JSONField(allow_null=True), required=False)
    contact = ContactTold(required=False)


class OwnDoor(Door):
    """Behind it lies one of the person's own dossiers; anything else does not exist."""

    permission = "account"
    tag = "dossiers"

    def own(self, reference: str) -> Dossier:
        """Drafts are the submitter's alone, filed ones also the owner's."""
        found = own_dossier(self.me, reference)
        if found.state == State.DRAFT and found.submitter_id != self.me.pk:
            raise Http404
        if self.request.method not in SAFE_METHODS:
            moving.lead_over_where_due(found)
        return found


class Dossiers(Door):
    permission = "dossier.file"
    tag = "dossiers"
    asks: ClassVar = {"GET": Paged}
    takes: ClassVar = {"POST": NewDossier}
    gives: ClassVar = {"GET": {200: DossierPage}, "POST": {201: DossierWhole, 200: DossierWhole}}

    def get(self, request: Request) -> Response:
        """List one's own dossiers at this authority, the newest first."""
        rows = visible(self.me).order_by("-pk")
        if cursor := self.asked().get("cursor"):
            rows = rows.filter(pk__lt=visible(self.me).filter(reference=cursor).order_by().values("pk")[:1])
        found = list(rows[: PER_PAGE + 1])
        return self.listed(found[:PER_PAGE], found[PER_PAGE - 1].reference if len(found) > PER_PAGE else None)

    def post(self, request: Request) -> Response:
        """Begin a dossier for oneself.

        201 for a new draft; 200 with the draft that was begun before for the same procedure and office.
        """
        told, before = self.told(), now()
        draft = drafts.start(_offering(told), self.me)
        drafts.prefill(draft, prefill.from_account(draft.version.parsed.form, self.me), "account")
        return self.answer(draft, 201 if draft.created_at >= before else 200)


def _offering(told: dict[str, Any]) -> Offering:
    found = next((one for one in online_offerings(told["procedure"]) if one.office.code == told["office"]), None)
    if found is None:
        words = _("Cơ quan này hiện không nhận thủ tục này trực tuyến.")
        raise Unprocessable(words, [fault("office", "not_offered", words)])
    return found


class DossierDoor(OwnDoor):
    name = "Dossier"
    takes: ClassVar = {"PATCH": Changes}
    gives: ClassVar = {"GET": {200: DossierWhole}, "PATCH": {200: DossierWhole}}

    def get(self, request: Request, reference: str) -> Response:
        """Read one's dossier: state, answers, files, fees, papers, what may be done now."""
        return self.answer(self.own(reference))

    def patch(self, request: Request, reference: str) -> Response:
        """Change answers or contact of a draft, or of the fields that a supplement request opened.

        All or nothing: one wrong answer and none is kept.
        """
        dossier, told = self.own(reference), self.told()
        drafts.editable(dossier)
        if "contact" in told:
            _contact(dossier, told["contact"])
        if "answers" in told:
            _answer(dossier, told["answers"])
        return self.answer(dossier)


def _answer(dossier: Dossier, given: dict[str, Any]) -> None:
    faults = list(_refused(dossier, given))
    refused = {one["path"] for one in faults}
    checked = check(dossier.version.parsed.form, {**dossier.answers, **given}, context=context_for(dossier, today()))
    filled = {key for key, value in given.items() if value is not None and key not in refused}
    faults += answer_faults(dossier, {path: m for path, m in checked.messages.items() if path.split(".")[0] in filled})
    named = {one["path"].split(".")[0] for one in faults}
    hidden = sorted(key for key in filled if key not in checked.answers and key not in named)
    faults += [fault(key, "hidden", _("Mục này không áp dụng với các câu trả lời hiện có.")) for key in hidden]
    if faults:
        raise Unprocessable(_("Có câu trả lời chưa đúng."), faults)
    drafts.save_answers(dossier, {key: checked.answers[key] for key in filled}, drop=tuple(set(given) - filled))


def _refused(dossier: Dossier, given: dict[str, Any]) -> Any:
    """Keys that the form does not have, that are not sent this way, or that are not open now."""
    index = dossier.version.parsed.form.index
    asked = SupplementRequest.objects.filter(dossier=dossier, answered_at=None).last()
    for key in given:
        if key not in index:
            yield fault(key, "unknown", _("Biểu mẫu không có mục này."))
        elif index[key].type in NOT_SENT:
            yield fault(key, "not_sent", _("Mục này không gửi cùng câu trả lời; tệp gửi ở địa chỉ riêng."))
        elif dossier.state != State.DRAFT and key not in (asked.fields if asked else ()):
            yield fault(key, "closed", _("Yêu cầu bổ sung không mở lại mục này."))


def _contact(dossier: Dossier, given: dict[str, Any]) -> None:
    if dossier.state != State.DRAFT:
        raise NotAllowed(_("Hồ sơ đã nộp nên không sửa được nữa."))
    kept = {
        "phone": dossier.contact_phone,
        "email": dossier.contact_email,
        "delivery": dossier.delivery,
        "address": dossier.contact_address,
    }
    told, faults = {**kept, **given}, []
    for name, judge in (("phone", identity.phone), ("email", identity.email)):
        try:
            told[name] = judge(told[name]) if told[name] else ""
        except Invalid as error:
            message = next(iter(error.messages.values()))
            faults.append(fault(f"contact.{name}", message.code, sentence(message, name)))
    faults += _delivery_faults(dossier, told)
    if faults:
        raise Unprocessable(_("Thông tin liên hệ chưa đúng."), faults)
    drafts.set_contact(dossier, **told)


def _delivery_faults(dossier: Dossier, told: dict[str, Any]) -> list[dict[str, str]]:
    if told["delivery"] == Dossier.Delivery.POST and not told["address"]:
        return [fault("contact.address", "required", _("Hãy nhập địa chỉ để bưu chính phát kết quả."))]
    online = Offering.objects.filter(procedure=dossier.procedure, office=dossier.office, returns_online=True)
    if told["delivery"] == Dossier.Delivery.ONLINE and not online.exists():
        return [
            fault("contact.delivery", "not_offered", _("Cơ quan này không trả kết quả trực tuyến cho thủ tục này."))
        ]
    return []


class Timeline(OwnDoor):
    gives: ClassVar = {"GET": {200: TimelineShape}}

    def get(self, request: Request, reference: str) -> Response:
        """Follow one's dossier: what happened, and the due date explained day by day."""
        dossier = self.own(reference)
        events = [event for event in timeline_of(dossier) if event.step not in UNTOLD]
        return self.answer({"events": events, "due": due_of(dossier)})


class Receipt(OwnDoor):
    gives: ClassVar = {"GET": {200: ReceiptShape}}

    def get(self, request: Request, reference: str) -> Response:
        """Read the receipt of the submission: name, size and SHA-256 of everything that was received."""
        return self.answer(receipt_of(self.own(reference)))


def receipt_of(dossier: Dossier) -> dict[str, Any]:
    """As it was kept, so that it reads the same whenever it is asked for."""
    paper = submission_receipt(dossier)
    if paper is None:
        raise Http404
    data: dict[str, Any] = paper.data
    return data
