"""Everything that an official can do with one dossier: who may, when it is offered, what is asked, what is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from portal.models import User
from portal.queries import offices_of
from procedures import workflow
from procedures.actions import (
    apologies,
    extensions,
    hands,
    intake,
    money,
    processing,
    results,
    returning,
    revocations,
    supplements,
    withdrawals,
)
from procedures.actions import opinions as opinion_deeds
from procedures.actions.desks import change_return
from procedures.desk import clock_forms, forms, hand_forms, opinions
from procedures.desk.drafting import ProposalForm, ReplacementForm
from procedures.desk.supplementing import AllowForm, SupplementForm, ask_supplement, is_proposed
from procedures.models import Dossier
from procedures.models.lifecycle import FINAL, State
from procedures.queries.results import in_force, is_posted

Act = Callable[..., object]
Offered = Callable[[Dossier, User], bool]


def _always(_dossier: Dossier, _person: User) -> bool:
    return True


@dataclass(frozen=True)
class Deed:
    """One thing to do. `step` is the lifecycle's, where there is one; `offered` says what else must hold."""

    key: str
    address: str
    permission: str
    title: Any
    done: Any
    act: Act
    step: str = ""
    form: type[forms.StepForm] = forms.StepForm
    offered: Offered = _always
    explain: Any = ""
    bad: bool = False
    # It has a page of its own at this address, in place of the common one.
    own_page: bool = False

    @property
    def name(self) -> str:
        """Its name among the addresses."""
        return f"desk_{self.key}"


def _unpaid(dossier: Dossier, _person: User) -> bool:
    return bool(dossier.fee_total and not dossier.fee_paid_at and dossier.state not in FINAL)


def _acceptable(dossier: Dossier, person: User) -> bool:
    return not _unpaid(dossier, person)


def _has_draft(dossier: Dossier, _person: User) -> bool:
    return bool(dossier.proposal)


def _running(dossier: Dossier, _person: User) -> bool:
    return dossier.state in (State.ACCEPTED, State.PROCESSING)


def _takeable(dossier: Dossier, person: User) -> bool:
    return _running(dossier, person) and dossier.assignee_id != person.pk


def _not_posted(dossier: Dossier, _person: User) -> bool:
    return not is_posted(dossier)


def _in_force(dossier: Dossier, person: User) -> bool:
    held = dossier.state == State.RETURNED and not workflow.is_own(dossier, person)
    return held and in_force(dossier) is not None


def _processing(dossier: Dossier, _person: User) -> bool:
    return dossier.state in (State.PROCESSING,)


def _withdrawal_asked(dossier: Dossier, _person: User) -> bool:
    return dossier.withdrawal_asked_at is not None


def _extendable(dossier: Dossier, _person: User) -> bool:
    return extensions.extendable(dossier)


def _owes_apology(dossier: Dossier, _person: User) -> bool:
    return apologies.owes_apology(dossier)


def _forward(dossier: Dossier, _person: User) -> bool:
    return bool(processing.next_steps(dossier))


def _returnable(dossier: Dossier, _person: User) -> bool:
    return dossier.state == State.PROCESSING and bool(processing.earlier_steps(dossier))


def _to_be_collected(dossier: Dossier, _person: User) -> bool:
    return (
        dossier.state not in FINAL and dossier.delivery == Dossier.Delivery.COUNTER and dossier.accepted_at is not None
    )


# In the order in which they are offered: the first that fits is the main one.
DEEDS = {
    one.key: one
    for one in (
        Deed(
            "withdrawal", "rut", "dossier.confirm_withdrawal", gettext_lazy("Xác nhận rút hồ sơ"), gettext_lazy("Hồ sơ đã được rút."),
            withdrawals.confirm_withdrawal, step="withdraw", offered=_withdrawal_asked,
            explain=gettext_lazy("Người nộp đề nghị rút hồ sơ. Khi xác nhận, hồ sơ kết thúc và không mở lại được."), bad=True,
        ),
        Deed(
            "accept", "tiep-nhan", "dossier.accept", gettext_lazy("Tiếp nhận"), gettext_lazy("Đã tiếp nhận, số hồ sơ %(number)s. Giấy tiếp nhận (Mẫu 01) ở mục Giấy tờ đã ban hành."),
            intake.accept, step="accept", offered=_acceptable,
            explain=gettext_lazy("Cấp số hồ sơ, lập Giấy tiếp nhận và hẹn trả kết quả, bắt đầu tính thời hạn."),
        ),
        Deed(
            "decide", "ky", "dossier.decide", gettext_lazy("Ký, ban hành kết quả"), gettext_lazy("Đã ký và ban hành. Người dân được báo để nhận kết quả."),
            results.decide, step="decide", form=forms.SignForm, offered=_has_draft, own_page=True,
            explain=gettext_lazy("Chữ ký số của cơ quan được đặt lên văn bản; thời hạn dừng ở giờ phút chữ ký về."),
        ),
        Deed(
            "hand_over", "tra-ket-qua", "dossier.hand_over", gettext_lazy("Trả kết quả"), gettext_lazy("Đã ghi nhận trả kết quả."),
            returning.give, step="hand_over", form=forms.HandOverForm, offered=_not_posted,
        ),
        Deed(
            "resume", "tiep-tuc", "dossier.suspend", gettext_lazy("Tiếp tục xử lý"), gettext_lazy("Hồ sơ được xử lý tiếp, đồng hồ chạy lại."),
            processing.resume, step="resume", explain=gettext_lazy("Lý do tạm dừng không còn; thời hạn được tính tiếp từ bây giờ."),
        ),
        Deed(
            "prepare", "du-thao", "dossier.prepare", gettext_lazy("Dự thảo kết quả"), gettext_lazy("Đã lưu dự thảo. Xem bản in trước khi trình ký."),
            results.prepare, form=ProposalForm, offered=_processing,
        ),
        Deed(
            "route", "chuyen", "dossier.route", gettext_lazy("Chuyển bước"), gettext_lazy("Đã chuyển bước."),
            processing.route, step="route", form=forms.RouteForm, offered=_forward,
        ),
        Deed(
            "cash_taken", "thu-tien", "payment.confirm", gettext_lazy("Thu tiền mặt"), gettext_lazy("Đã ghi thu tiền mặt."), money.take_cash,
            offered=_unpaid, explain=gettext_lazy("Ghi nhận người dân đã nộp đủ tiền mặt tại quầy."),
        ),
        Deed(
            "supply", "nhan-bo-sung", "dossier.supply_at_counter", gettext_lazy("Nhận bổ sung tại quầy"), gettext_lazy("Đã nhận bổ sung, hồ sơ được xử lý tiếp."),
            supplements.supply, step="supply", form=forms.SupplyForm,
        ),
        Deed(
            "take", "nhan-viec", "dossier.route", gettext_lazy("Nhận việc này"), gettext_lazy("Hồ sơ được giao cho bạn."), hands.take_over,
            form=hand_forms.TakeForm, offered=_takeable, explain=gettext_lazy("Tên bạn đứng ở người xử lý; đồng nghiệp thấy bạn đang làm."),
        ),
        Deed(
            "assign", "giao", "dossier.route", gettext_lazy("Giao người xử lý"), gettext_lazy("Đã giao người xử lý."), processing.assign,
            form=forms.AssignForm, offered=_running,
        ),
        Deed(
            "ask_opinion", "xin-y-kien", "opinion.ask", gettext_lazy("Xin ý kiến đơn vị khác"), gettext_lazy("Đã gửi yêu cầu cho ý kiến."),
            opinion_deeds.ask, form=opinions.AskForm, offered=_processing,
            explain=gettext_lazy("Mỗi đơn vị thấy nội dung hỏi và chỉ những gì bạn chọn dưới đây. Người nộp thấy đơn vị nào được hỏi."),
        ),
        Deed(
            "return_step", "tra-lai-buoc", "dossier.route", gettext_lazy("Trả lại bước trước"), gettext_lazy("Đã trả lại bước trước."),
            processing.route, step="route", form=hand_forms.ReturnForm, offered=_returnable,
            explain=gettext_lazy("Hồ sơ về lại người đã làm bước đó nếu người ấy còn làm việc. Thời hạn chung của hồ sơ vẫn chạy."),
        ),
        Deed(
            "supplement", "bo-sung", "dossier.ask_supplement", gettext_lazy("Yêu cầu bổ sung"), gettext_lazy("Đã gửi yêu cầu bổ sung (Mẫu 02) cho người nộp."),
            ask_supplement, step="ask_supplement", form=SupplementForm,
        ),
        Deed(
            "allow_supplement", "duyet-bo-sung", "dossier.allow_supplement", gettext_lazy("Duyệt yêu cầu bổ sung"), gettext_lazy("Đã gửi yêu cầu bổ sung (Mẫu 02) cho người nộp."),
            supplements.agree, step="ask_supplement", form=AllowForm, offered=is_proposed,
        ),
        Deed(
            "decline_supplement", "khong-duyet-bo-sung", "dossier.allow_supplement", gettext_lazy("Không duyệt yêu cầu bổ sung"), gettext_lazy("Đã trả lại yêu cầu bổ sung cho người lập."),
            supplements.decline, step="ask_supplement", form=forms.ReasonForm, offered=is_proposed, bad=True,
        ),
        Deed(
            "ask_payment", "yeu-cau-nop-tien", "dossier.ask_payment", gettext_lazy("Yêu cầu nộp tiền"), gettext_lazy("Đã gửi yêu cầu nộp tiền; đồng hồ dừng cho đến khi nhận được tiền."),
            processing.ask_payment, step="ask_payment", form=forms.AskPaymentForm,
        ),
        Deed(
            "extend", "gia-han", "dossier.extend", gettext_lazy("Gia hạn giải quyết"), gettext_lazy("Đã gia hạn. Người dân được báo hạn mới, lý do và văn bản quyết định."),
            extensions.extend, form=clock_forms.ExtendForm, offered=_extendable,
            explain=gettext_lazy("Chỉ gia hạn trước khi quá hạn và trong mức pháp luật cho phép. Hạn mới được tính lại và ghi là gia hạn, không thay hạn cũ trong lịch sử."),
        ),
        Deed(
            "apologise", "xin-loi", "dossier.apologise", gettext_lazy("Xin lỗi và hẹn lại"), gettext_lazy("Đã gửi Phiếu xin lỗi và hẹn lại (Mẫu 04) cho người dân."),
            apologies.apologise, form=clock_forms.ApologyForm, offered=_owes_apology,
            explain=gettext_lazy("Mỗi hồ sơ chỉ được xin lỗi và hẹn lại một lần. Hạn theo quy định không đổi: hồ sơ vẫn được tính là trễ."),
        ),
        Deed(
            "suspend", "tam-dung", "dossier.suspend", gettext_lazy("Tạm dừng xử lý"), gettext_lazy("Hồ sơ tạm dừng, đồng hồ dừng."),
            processing.suspend, step="suspend", form=forms.ReasonForm,
        ),
        Deed(
            "change_return", "noi-tra", "dossier.hand_over", gettext_lazy("Đổi nơi nhận kết quả"), gettext_lazy("Đã đổi nơi nhận kết quả."),
            change_return, form=forms.ReturnForm, offered=_to_be_collected,
            explain=gettext_lazy("Kết quả giấy được chuyển đến quầy mà người dân chọn; hạn giải quyết không đổi."),
        ),
        Deed(
            "send_back", "sua-ket-qua", "dossier.send_back", gettext_lazy("Thu hồi để sửa"), gettext_lazy("Kết quả đã thu hồi, hồ sơ về lại bước xử lý."),
            results.send_back, step="send_back", form=forms.ReasonForm, bad=True,
        ),
        Deed(
            "replace", "thay-the", "dossier.decide", gettext_lazy("Cấp bản thay thế"), gettext_lazy("Đã cấp bản thay thế."),
            revocations.replacement, form=ReplacementForm, offered=_in_force, own_page=True,
            explain=gettext_lazy("Bản mới mang số mới và ghi rõ nó thay bản nào; ai cầm bản cũ tra mã sẽ thấy đã được thay."),
        ),
        Deed(
            "revoke", "thu-hoi", "dossier.decide", gettext_lazy("Thu hồi kết quả đã trả"), gettext_lazy("Đã thu hồi."),
            revocations.revocation, form=forms.RevokeForm, offered=_in_force, own_page=True, bad=True,
            explain=gettext_lazy("Quyết định thu hồi có số và chữ ký số của cơ quan; từ lúc ký, ai tra mã của giấy cũ sẽ thấy đã bị thu hồi."),
        ),
        Deed(
            "refuse", "tu-choi", "dossier.refuse", gettext_lazy("Từ chối tiếp nhận"), gettext_lazy("Đã từ chối, Phiếu từ chối (Mẫu 03) đã gửi cho người nộp."),
            intake.refuse, step="refuse", form=forms.RefuseForm, bad=True,
        ),
    )
}  # fmt: skip


def permitted(person: User, permission: str, dossier: Dossier) -> bool:
    """Whether a person holds a role for this at one of the dossier's offices."""
    offices = offices_of(person, permission)
    return offices is None or bool(offices & dossier.offices)


def offers(dossier: Dossier, person: User) -> list[Deed]:
    """What this person can do with the dossier as it stands, the main deed first."""
    allowed = workflow.allowed(dossier, person)
    found = [
        deed
        for deed in DEEDS.values()
        if (not deed.step or deed.step in allowed)
        and permitted(person, deed.permission, dossier)
        and deed.offered(dossier, person)
    ]
    # What was drafted already is passed on rather than drafted again.
    return sorted(found, key=lambda deed: deed.key == "prepare") if dossier.proposal else found


def do(deed: Deed, dossier: Dossier, person: User, told: dict[str, Any]) -> str:
    """Do it; the sentence says what was done (the act's own, where it says one). Raises NotAllowed; changes nothing then."""
    said = deed.act(dossier, person, **told)
    words = said if isinstance(said, str) else str(deed.done)
    return words % {"number": dossier.number} if "%(" in words else words
