"""The life of a dossier: every legal state and step on one screen. `workflow.take` is the only door; a trigger in the
database, made from this table, lets nothing else through. Legal states are code; the route inside an office is data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE, transition

from portal.roles import Role
from portal.states import StateField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class State(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Mới đăng ký")
    REFUSED = "refused", _("Không được tiếp nhận")
    ACCEPTED = "accepted", _("Được tiếp nhận")
    PROCESSING = "processing", _("Đang xử lý")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Yêu cầu bổ sung giấy tờ")
    PAYMENT_DUE = "payment_due", _("Yêu cầu thực hiện nghĩa vụ tài chính")
    SUSPENDED = "suspended", _("Dừng xử lý")
    DONE = "done", _("Đã xử lý xong")
    RETURNED = "returned", _("Đã trả kết quả")
    WITHDRAWN = "withdrawn", _("Công dân rút hồ sơ")
    ENDED = "ended", _("Kết thúc, trả lại hồ sơ")


# The national portal's numbers (DOMAIN.md §3): what others are told.
NATIONAL_STATUS = {
    State.SUBMITTED: 1, State.ACCEPTED: 2, State.REFUSED: 3, State.PROCESSING: 4, State.SUPPLEMENT_REQUESTED: 5,
    State.PAYMENT_DUE: 6, State.WITHDRAWN: 7, State.SUSPENDED: 8, State.ENDED: 8, State.DONE: 9, State.RETURNED: 10,
}  # fmt: skip
FINAL = {State.REFUSED, State.WITHDRAWN, State.ENDED, State.RETURNED}
PAUSED = {State.SUPPLEMENT_REQUESTED, State.PAYMENT_DUE, State.SUSPENDED}
RUNNING = {State.ACCEPTED, State.PROCESSING}
_OPEN = [State.SUBMITTED, State.ACCEPTED, State.PROCESSING]
_WITHDRAWABLE = [
    State.SUBMITTED,
    State.ACCEPTED,
    State.PROCESSING,
    State.SUPPLEMENT_REQUESTED,
    State.PAYMENT_DUE,
    State.SUSPENDED,
]

CITIZEN, HELPER, CLERK, OFFICER, HEAD = Role.CITIZEN, Role.HELPER, Role.CLERK, Role.OFFICER, Role.HEAD
TIME = "time"
MONEY = "money"


@dataclass(frozen=True)
class Step:
    """One row of the table: who may take it (roles, `time`, or the payment itself) and what it must carry."""

    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    by: frozenset[str]
    must_tell: tuple[str, ...]
    title: "StrOrPromise"


STEPS: dict[str, Step] = {}


Body = TypeVar("Body", bound=Callable[..., object])


def _step(
    sources: list[State], targets: list[State], by: set[str], title: "StrOrPromise", must_tell: tuple[str, ...] = ()
) -> Callable[[Body], Body]:
    """Declare a step: more than one target means that the step's own body chooses among them."""

    def declare(body: Body) -> Body:
        names = tuple(s.value for s in sources), tuple(t.value for t in targets)
        STEPS[body.__name__] = Step(body.__name__, *names, by=frozenset(by), must_tell=must_tell, title=title)
        target = targets[0] if len(targets) == 1 else RETURN_VALUE(*targets)
        return cast(Body, transition(field="state", source=list(sources), target=target)(body))

    return declare


class DossierLifecycle(models.Model):
    """Bodies are empty but for their sentence; consequences live in the actions."""

    state = StateField(max_length=24, choices=State.choices, default=State.DRAFT, protected=True)
    # Where a paused dossier goes back to.
    resumes_to = models.CharField(max_length=24, blank=True)

    class Meta:
        abstract = True

    @_step([State.DRAFT], [State.SUBMITTED], {CITIZEN, HELPER, CLERK}, pgettext_lazy("việc đã xảy ra", "Nộp hồ sơ"))
    def submit(self) -> None:
        """Filed online; the clock for accepting or refusing starts."""

    @_step([State.DRAFT], [State.ACCEPTED], {CLERK}, pgettext_lazy("việc đã xảy ra", "Tiếp nhận tại quầy"))
    def register(self) -> None:
        """Paper at the counter or by post: complete, so accepted at once."""

    @_step([State.SUBMITTED], [State.ACCEPTED], {CLERK}, pgettext_lazy("việc đã xảy ra", "Tiếp nhận"))
    def accept(self) -> None:
        """Complete; the number is issued and the clock starts."""

    @_step(
        [State.SUBMITTED],
        [State.REFUSED],
        {CLERK},
        pgettext_lazy("việc đã xảy ra", "Từ chối tiếp nhận"),
        ("reason", "clause", "remedy"),
    )
    def refuse(self) -> None:
        """Not for us or not lawful; Mẫu 03 says why and what can be done."""

    @_step(
        _OPEN,
        [State.SUPPLEMENT_REQUESTED],
        {CLERK, OFFICER, HEAD},
        pgettext_lazy("việc đã xảy ra", "Yêu cầu bổ sung"),
        ("reason", "papers"),
    )
    def ask_supplement(self) -> None:
        """One complete list; Mẫu 02. The clock pauses, or will restart."""

    @_step(
        [State.SUPPLEMENT_REQUESTED], _OPEN, {CITIZEN, HELPER, CLERK}, pgettext_lazy("việc đã xảy ra", "Bổ sung hồ sơ")
    )
    def supply(self) -> str:
        """Back to where it was; in restart mode an accepted one starts again."""
        return self.resumes_to

    @_step([State.SUPPLEMENT_REQUESTED], [State.REFUSED, State.ENDED], {TIME}, _("Hết hạn bổ sung"))
    def lapse(self) -> str:
        """Nothing came in time: refused if never accepted, else ended."""
        return State.REFUSED if self.resumes_to == State.SUBMITTED else State.ENDED

    @_step([State.ACCEPTED, State.PROCESSING], [State.PROCESSING], {CLERK, OFFICER, HEAD, TIME}, _("Chuyển bước xử lý"))
    def route(self) -> None:
        """Along the procedure's own route; time takes it only on the way to a consent by silence."""

    @_step(
        [State.ACCEPTED, State.PROCESSING],
        [State.PAYMENT_DUE],
        {OFFICER, HEAD},
        pgettext_lazy("việc đã xảy ra", "Yêu cầu nộp tiền"),
        ("reason",),
    )
    def ask_payment(self) -> None:
        """A fee that is due now; the clock pauses."""

    @_step([State.PAYMENT_DUE], [State.ACCEPTED, State.PROCESSING], {MONEY}, _("Đã nhận tiền"))
    def payment_received(self) -> str:
        """The money itself moves the dossier back to where it was."""
        return self.resumes_to

    @_step(
        [State.PROCESSING], [State.SUSPENDED], {HEAD}, pgettext_lazy("việc đã xảy ra", "Tạm dừng xử lý"), ("reason",)
    )
    def suspend(self) -> None:
        """Stopped for a reason that the head answers for; the clock pauses."""

    @_step([State.SUSPENDED], [State.PROCESSING], {HEAD}, pgettext_lazy("việc đã xảy ra", "Tiếp tục xử lý"))
    def resume(self) -> None:
        """The reason is gone; the clock goes on."""

    @_step([State.PROCESSING], [State.DONE], {HEAD, TIME}, _("Quyết định, ký kết quả"), ("outcome",))
    def decide(self) -> None:
        """A signed result or a reasoned refusal. This moment says early, on time or late."""

    @_step([State.DONE], [State.PROCESSING], {HEAD}, _("Sửa kết quả chưa trả"), ("reason",))
    def send_back(self) -> None:
        """A correction before the result is returned, shown as one."""

    @_step([State.DONE], [State.RETURNED], {CITIZEN, CLERK}, pgettext_lazy("việc đã xảy ra", "Trả kết quả"))
    def hand_over(self) -> None:
        """Online, at the counter with a signature, or by post."""

    @_step(
        _WITHDRAWABLE, [State.WITHDRAWN], {CITIZEN, CLERK}, pgettext_lazy("việc đã xảy ra", "Rút hồ sơ"), ("reason",)
    )
    def withdraw(self) -> None:
        """At once before acceptance; afterwards with the clerk's confirmation."""


# What happens without a change of state, and is told all the same.
NOTES = {
    "ask_withdrawal": _("Đề nghị rút hồ sơ"),
    "assign": _("Phân công"),
    "prepare": pgettext_lazy("việc đã xảy ra", "Dự thảo kết quả"),
    "cash": _("Nộp tiền tại quầy"),
    "correct": _("Đính chính"),
    "apologise": pgettext_lazy("việc đã xảy ra", "Xin lỗi và hẹn lại"),
    "scan": pgettext_lazy("việc đã xảy ra", "Số hóa giấy tờ"),
    "give_papers": pgettext_lazy("việc đã xảy ra", "Bàn giao giấy tờ"),
    "take_papers": pgettext_lazy("việc đã xảy ra", "Nhận bàn giao giấy tờ"),
    "refuse_papers": pgettext_lazy("việc đã xảy ra", "Không nhận bàn giao giấy tờ"),
    "extend": _("Gia hạn giải quyết"),
    "overdue": _("Quá hạn trả kết quả"),
    "unanswered": _("Quá hạn tiếp nhận"),
    "return_overdue": _("Quá hạn trả kết quả ở nơi nhận"),
    "unopened": _("Chưa ai mở hồ sơ, đã báo lãnh đạo"),
    "paid": pgettext_lazy("việc đã xảy ra", "Đã nộp tiền"),
    "move": _("Chuyển sang phiên bản mới của thủ tục"),
    "join": _("Thuộc nhóm thủ tục liên thông"),
    "change_return": _("Đổi nơi nhận kết quả"),
    "take_over": _("Nhận việc thay đồng nghiệp"),
    "ask_opinion": pgettext_lazy("việc đã xảy ra", "Xin ý kiến đơn vị khác"),
    "give_opinion": pgettext_lazy("việc đã xảy ra", "Cho ý kiến"),
    "recall_opinion": pgettext_lazy("việc đã xảy ra", "Rút yêu cầu cho ý kiến"),
    "opinion_late": _("Quá hạn cho ý kiến"),
    "letter": pgettext_lazy("việc đã xảy ra", "Trao đổi"),
    "propose_supplement": _("Trình lãnh đạo duyệt yêu cầu bổ sung"),
    "decline_supplement": _("Lãnh đạo không duyệt yêu cầu bổ sung"),
    "revoke": _("Thu hồi kết quả"),
    "replace": _("Cấp kết quả thay thế"),
    "send_post": _("Gửi kết quả qua bưu chính"),
    "remind": _("Nhắc nhận kết quả"),
    "archive": _("Lưu kho kết quả chưa nhận"),
    "remind_renewal": _("Nhắc gia hạn"),
}


def edges() -> list[tuple[str, str, str]]:
    """Every allowed (step, from, to): what the trigger in the database is made of."""
    return sorted((s.name, a, b) for s in STEPS.values() for a in s.sources for b in s.targets)
