"""Where a dossier stands in plain words: what happens next, by when, and what the person has to do now."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.moments import now
from procedures.models import Dossier
from procedures.models.lifecycle import State

WORDS = {
    State.DRAFT: gettext_lazy("Đang soạn, chưa nộp"),
    State.SUBMITTED: gettext_lazy("Đã nộp, chờ tiếp nhận"),
    State.REFUSED: gettext_lazy("Không được tiếp nhận"),
    State.ACCEPTED: gettext_lazy("Đã tiếp nhận"),
    State.PROCESSING: gettext_lazy("Đang giải quyết"),
    State.SUPPLEMENT_REQUESTED: gettext_lazy("Cần bổ sung"),
    State.PAYMENT_DUE: gettext_lazy("Chờ nộp tiền"),
    State.SUSPENDED: gettext_lazy("Tạm dừng"),
    State.DONE: gettext_lazy("Có kết quả"),
    State.RETURNED: pgettext_lazy("state of a dossier", "Đã trả kết quả"),
    State.WITHDRAWN: gettext_lazy("Đã rút"),
    State.ENDED: gettext_lazy("Đã kết thúc"),
}


@dataclass(frozen=True)
class Todo:
    """What the person has to do now: in a few words, where, and by when."""

    title: str
    action: str
    href: str
    by: datetime.datetime | None = None


@dataclass(frozen=True)
class Standing:
    """`state` and `word` for a badge, a sentence about what happens next, the moment that it names, what is to be done."""

    state: str
    word: str
    text: str
    by_title: str = ""
    by: datetime.datetime | None = None
    todo: Todo | None = None


def standing(dossier: Dossier) -> Standing:
    """Without a query of its own, so that lists can ask for every row."""
    state = State(dossier.state)
    told: dict[str, Any] = {"state": dossier.state, "word": str(WORDS[state])}
    return Standing(**{**told, **SAID.get(state, _plain)(dossier)})


def owes(dossier: Dossier) -> bool:
    """Money is due now: the fee of filing, or one that an officer asked for."""
    return (
        bool(dossier.fee_total)
        and dossier.fee_paid_at is None
        and dossier.state in (State.SUBMITTED, State.PAYMENT_DUE)
    )


def _at(name: str, dossier: Dossier) -> str:
    return reverse(name, args=[dossier.reference])


def _draft(dossier: Dossier) -> dict[str, Any]:
    href = reverse("apply_go_on", args=[dossier.procedure.code, dossier.reference])
    return {"text": _("Bạn chưa nộp hồ sơ này."), "todo": Todo(_("Điền tiếp và nộp"), _("Điền tiếp"), href)}


def _pay(dossier: Dossier) -> Todo:
    return Todo(_("Nộp phí, lệ phí"), _("Nộp tiền"), _at("my_payment", dossier))


def _submitted(dossier: Dossier) -> dict[str, Any]:
    if owes(dossier):
        return {"text": _("Hồ sơ được tiếp nhận sau khi bạn nộp phí, lệ phí."), "todo": _pay(dossier)}
    text = _("Bộ phận một cửa đang kiểm tra hồ sơ của bạn.")
    return {"text": text, "by_title": _("Trả lời bạn chậm nhất"), "by": dossier.acceptance_due_at}


def _running(dossier: Dossier) -> dict[str, Any]:
    if dossier.apologised_at and dossier.promised_at:
        late = bool(dossier.due_at and dossier.due_at < now())
        text = _("Cơ quan đã xin lỗi vì trễ hẹn và hẹn lại với bạn một ngày; Phiếu xin lỗi ở phần giấy tờ bên dưới.")
        told = {"text": text, "by_title": _("Hẹn lại, trả kết quả chậm nhất"), "by": dossier.promised_at}
        return {**told, "state": "overdue", "word": _("Quá hạn")} if late else told
    if dossier.due_at and dossier.due_at < now():
        text = _("Cơ quan đã trễ hẹn và có trách nhiệm xin lỗi, hẹn lại với bạn. Bạn có thể gọi hoặc gửi phản ánh.")
        return {
            "state": "overdue",
            "word": _("Quá hạn"),
            "text": text,
            "by_title": _("Lẽ ra trả kết quả"),
            "by": dossier.due_at,
        }
    text = (
        _("Bạn đã đề nghị rút hồ sơ; bộ phận một cửa sẽ xác nhận.")
        if dossier.withdrawal_asked_at
        else _("Cơ quan đang giải quyết. Hiện bạn chưa phải làm gì.")
    )
    return {"text": text, "by_title": _("Hẹn trả kết quả"), "by": dossier.due_at}


def _supplement(dossier: Dossier) -> dict[str, Any]:
    todo = Todo(_("Bổ sung hồ sơ"), _("Bổ sung"), _at("my_supply", dossier), dossier.supplement_due_at)
    text = _("Cơ quan cần thêm giấy tờ hoặc thông tin. Đồng hồ đứng yên cho đến khi bạn gửi.")
    return {"text": text, "by_title": _("Gửi bổ sung trước"), "by": dossier.supplement_due_at, "todo": todo}


def _payment(dossier: Dossier) -> dict[str, Any]:
    return {"text": _("Cơ quan giải quyết tiếp ngay khi nhận được tiền."), "todo": _pay(dossier)}


def _done(dossier: Dossier) -> dict[str, Any]:
    if dossier.delivery == Dossier.Delivery.ONLINE:
        todo = Todo(_("Nhận kết quả"), _("Nhận kết quả"), f"{_at('my_dossier', dossier)}#ket-qua")
        return {"text": _("Kết quả đã ký, sẵn sàng để bạn nhận tại đây."), "todo": todo}
    if dossier.delivery == Dossier.Delivery.POST:
        return {"text": _("Kết quả đã ký và sẽ gửi đến bạn qua bưu chính.")}
    return {"text": _("Kết quả đã ký. Mời bạn đến bộ phận một cửa để nhận, mang theo giấy tờ tùy thân.")}


def _plain(dossier: Dossier) -> dict[str, Any]:
    return {"text": str(ENDS.get(State(dossier.state), ""))}


ENDS = {
    State.REFUSED: gettext_lazy("Hồ sơ không được tiếp nhận. Lý do và cách khắc phục ở bên dưới; bạn có thể nộp lại."),
    State.SUSPENDED: gettext_lazy("Cơ quan tạm dừng giải quyết; lý do ở phần diễn biến. Bạn chưa phải làm gì."),
    State.RETURNED: gettext_lazy("Hồ sơ đã xong. Kết quả được giữ ở trang này."),
    State.WITHDRAWN: gettext_lazy("Bạn đã rút hồ sơ này."),
    State.ENDED: gettext_lazy("Hồ sơ đã khép lại vì không được bổ sung trong thời hạn. Bạn có thể nộp hồ sơ mới."),
}
SAID = {
    State.DRAFT: _draft,
    State.SUBMITTED: _submitted,
    State.ACCEPTED: _running,
    State.PROCESSING: _running,
    State.SUPPLEMENT_REQUESTED: _supplement,
    State.PAYMENT_DUE: _payment,
    State.DONE: _done,
}
