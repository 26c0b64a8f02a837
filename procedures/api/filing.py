"""What a person does with a dossier: file it once, supply what is missing, take it back, receive the result."""

import re
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from portal.problems import Conflict, Unprocessable
from procedures.actions import joint, results, submission, supplements, withdrawals
from procedures.actions.submission import Incomplete, OtherRequest
from procedures.api.doors import fault, incomplete
from procedures.api.dossier_shapes import DossierWhole, ReceiptShape
from procedures.api.dossiers import OwnDoor, receipt_of
from procedures.api.shapes import Words, Yes
from procedures.models import Dossier
from procedures.models.lifecycle import State
from procedures.queries.filing import OWNER, owner_missing, pages_of
from procedures.workflow import NotAllowed

KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEY_WORDS = "Your own key of this request: the same key again gives the first answer again, and files nothing twice."


class Declaration(serializers.Serializer[Any]):
    """What is said above is true, and I answer for it before the law."""

    declared = Yes()


class SubmissionDoor(OwnDoor):
    name = "Submission"
    headers_of: ClassVar = {"Idempotency-Key": KEY_WORDS}
    takes: ClassVar = {"POST": Declaration}
    gives: ClassVar = {"POST": {201: ReceiptShape}}

    def post(self, request: Request, reference: str) -> Response:
        """File the dossier, once. A package of linked procedures is filed as that: its dossier then tells of the parts.

        Needs an Idempotency-Key: without one 400, while the first request still runs 409, with the key of another
        dossier 422. Whoever asks again gets the first receipt.
        """
        dossier, key = self.own(reference), self._key()
        self.told()
        if not submission.claim(self.me, key):
            raise Conflict(_("Yêu cầu trước với cùng khóa này còn đang được xử lý."))
        if dossier.state == State.DRAFT and not dossier.joint_code:
            _ready(dossier)
        self._submit(dossier, key)
        return self.answer(receipt_of(dossier), 201)

    def _key(self) -> str:
        key = self.request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            raise ParseError(_("Cần tiêu đề Idempotency-Key: 1 đến 255 ký tự ASCII, không có khoảng trống."))
        return key

    def _submit(self, dossier: Dossier, key: str) -> None:
        try:
            joint.file(dossier, self.me, key)
        except Incomplete as lacking:
            raise incomplete(dossier, lacking) from lacking
        except OtherRequest as error:
            words = _("Khóa này đã dùng cho một yêu cầu khác.")
            raise Unprocessable(words, [fault("Idempotency-Key", "key_reused", words)]) from error


def _ready(dossier: Dossier) -> None:
    """What the pages ask for beside the form: whose dossier it is, and how to reach the person."""
    faults = []
    if any(page.key == OWNER for page in pages_of(dossier)) and owner_missing(dossier):
        faults.append(fault("owner", "required", _("Chưa đủ thông tin chủ hồ sơ hoặc giấy ủy quyền.")))
    if not dossier.contact_phone:
        faults.append(fault("contact.phone", "required", _("Hãy cho số điện thoại để chúng tôi liên hệ.")))
    if faults:
        raise Unprocessable(_("Hồ sơ còn thiếu hoặc chưa đúng."), faults)


class Supply(serializers.Serializer[Any]):
    note = Words(required=False, allow_blank=True, max_length=2000)


class SupplementDoor(OwnDoor):
    name = "Supplement"
    takes: ClassVar = {"POST": Supply}
    gives: ClassVar = {"POST": {200: DossierWhole}}

    def post(self, request: Request, reference: str) -> Response:
        """Hand in what was asked for, after attaching the papers and changing the answers; the clock goes on."""
        dossier, told = self.own(reference), self.told()
        _is_asked(dossier)
        try:
            supplements.supply(dossier, self.me, note=told.get("note", ""))
        except Incomplete as lacking:
            raise incomplete(dossier, lacking) from lacking
        return self.answer(dossier)


def _is_asked(dossier: Dossier) -> None:
    if dossier.state != State.SUPPLEMENT_REQUESTED:
        raise NotAllowed(_("Hồ sơ này hiện không có yêu cầu bổ sung nào."))


class Reason(serializers.Serializer[Any]):
    reason = Words(max_length=300)


class WithdrawalDoor(OwnDoor):
    name = "Withdrawal"
    takes: ClassVar = {"POST": Reason}
    gives: ClassVar = {"POST": {200: DossierWhole}}

    def post(self, request: Request, reference: str) -> Response:
        """Take the dossier back: at once before acceptance, afterwards when the clerk confirms."""
        dossier, told = self.own(reference), self.told()
        if dossier.withdrawal_asked_at:
            raise NotAllowed(_("Bạn đã đề nghị rút hồ sơ này."))
        return self.answer(withdrawals.ask_withdrawal(dossier, self.me, reason=told["reason"]))


class ResultDoor(OwnDoor):
    name = "Result"
    gives: ClassVar = {"POST": {200: DossierWhole}}

    def post(self, request: Request, reference: str) -> Response:
        """Receive the signed result online; its paper then stands among the dossier's papers."""
        return self.answer(results.hand_over(self.own(reference), self.me, how=Dossier.Delivery.ONLINE))
