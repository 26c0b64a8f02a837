"""Each measure is a predicate on a dossier (DESIGN.md "Figures"): counted by it, and listed by it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.moments import HERE
from portal.tenancy import current_tenant
from procedures.models import ONLINE_CHANNELS, Channel, Dossier, DueChange, Pause
from procedures.models.lifecycle import State
from procedures.queries.figures.periods import Period

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Grows with every change of what a measure means; every report names it.
DEFINITION_VERSION = "1"
Predicate = Callable[[Period], Q]


@dataclass(frozen=True)
class Measure:
    name: str
    title: "StrOrPromise"
    meaning: "StrOrPromise"
    predicate: Predicate


def _within(column: str) -> Predicate:
    return lambda p: Q(**{f"{column}__gte": p.begins, f"{column}__lt": p.ends})


def _before(column: str, moment: object) -> Q:
    return Q(**{f"{column}__lt": moment})


def _received(p: Period) -> Q:
    return _within("accepted_at")(p)


def _by(*channels: str) -> Predicate:
    return lambda p: _received(p) & Q(channel__in=channels)


def _standing(moment: object) -> Q:
    """Accepted before a moment, neither decided nor closed before it."""
    return _before("accepted_at", moment) & ~_over("decided_at", moment) & ~_over("closed_at", moment)


def _over(column: str, moment: object) -> Q:
    """`column < moment`, false where the column is empty: so that its negation is plain."""
    return Q(**{f"{column}__isnull": False}) & _before(column, moment)


def _settled(p: Period) -> Q:
    return _within("decided_at")(p) & Q(accepted_at__isnull=False)


def _early(p: Period) -> Q:
    return _settled(p) & _against_due("lt")


def _late(p: Period) -> Q:
    return _settled(p) & _against_due("gt")


def _against_due(than: str) -> Q:
    """By calendar day of decision against due day, or by the exact moment where the authority chose so.

    An earlier day is an earlier moment too: that is asked first, since the days of two moments cost far more.
    """
    moment = Q(due_at__isnull=False) & Q(**{f"decided_at__{than}": F("due_at")})
    by_day = current_tenant().setting("on_time_by") == "day"
    return moment & Q(**{f"decided_day__{than}": F("due_day")}) if by_day else moment


def _open(p: Period) -> Q:
    return _standing(p.seen_at)


def _overdue(p: Period) -> Q:
    return Q(due_then__isnull=False, due_then__lt=p.seen_at)


MEASURES: dict[str, Measure] = {}


def _measure(name: str, title: "StrOrPromise", meaning: "StrOrPromise", predicate: Predicate) -> None:
    MEASURES[name] = Measure(name, title, meaning, predicate)


_measure(
    "submitted",
    _("Nộp trực tuyến"),
    _("Hồ sơ nộp trực tuyến trong kỳ"),
    lambda p: _within("submitted_at")(p) & Q(channel__in=ONLINE_CHANNELS),
)
_measure(
    "refused_at_intake",
    pgettext_lazy("số liệu", "Từ chối tiếp nhận"),
    _("Hồ sơ bị từ chối tiếp nhận trong kỳ"),
    lambda p: _within("closed_at")(p) & Q(state=State.REFUSED),
)
_measure(
    "awaiting_acceptance", _("Chờ tiếp nhận"), _("Đã nộp trước cuối kỳ, chưa được tiếp nhận, từ chối hay rút"),
    lambda p: Q(channel__in=ONLINE_CHANNELS) & _before("submitted_at", p.seen_at) & ~_over("accepted_at", p.seen_at) & ~_over("closed_at", p.seen_at),
)  # fmt: skip
_measure("received", pgettext_lazy("số liệu", "Tiếp nhận"), _("Hồ sơ được tiếp nhận trong kỳ, mọi kênh"), _received)
_measure("online", _("Trực tuyến"), _("Tiếp nhận trong kỳ, nộp trực tuyến dưới mọi hình thức"), _by(*ONLINE_CHANNELS))
_measure("online_by_citizen", _("Người dân tự nộp"), _("Trực tuyến, chính người dân nộp"), _by(Channel.ONLINE))
_measure("online_assisted", _("Có người hỗ trợ"), _("Trực tuyến, người hỗ trợ nộp giúp"), _by(Channel.ONLINE_ASSISTED))
_measure("online_typed", _("Cán bộ nhập thay"), _("Trực tuyến, cán bộ nhập thay người dân"), _by(Channel.ONLINE_TYPED))
_measure("counter", _("Trực tiếp"), _("Tiếp nhận giấy tại quầy"), _by(Channel.COUNTER))
_measure("post", _("Bưu chính"), _("Tiếp nhận giấy qua bưu chính"), _by(Channel.POST))
_measure(
    "carried_over",
    _("Kỳ trước chuyển sang"),
    _("Tiếp nhận trước đầu kỳ, lúc đó chưa giải quyết xong"),
    lambda p: _standing(p.begins),
)
_measure("settled", _("Đã giải quyết"), _("Có quyết định trong kỳ"), _settled)
_measure("early", _("Trước hạn"), _("Quyết định trước ngày hẹn trả"), _early)
_measure(
    "on_time",
    _("Đúng hạn"),
    _("Quyết định đúng ngày hẹn trả, hoặc thủ tục không có thời hạn"),
    lambda p: _settled(p) & ~_early(p) & ~_late(p),
)
_measure("late", _("Quá hạn (đã giải quyết)"), _("Quyết định sau ngày hẹn trả"), _late)
_measure(
    "closed_other", _("Rút, kết thúc"), _("Rút hoặc kết thúc trong kỳ sau khi đã tiếp nhận"),
    lambda p: _within("closed_at")(p) & Q(accepted_at__isnull=False, decided_at__isnull=True),
)  # fmt: skip
_measure("open", _("Đang giải quyết"), _("Đã tiếp nhận, chưa quyết định hay đóng ở cuối kỳ"), _open)
_measure(
    "open_in_time",
    _("Đang giải quyết, trong hạn"),
    _("Đang giải quyết và chưa quá hạn ở cuối kỳ"),
    lambda p: _open(p) & Q(stands_still=False) & ~_overdue(p),
)
_measure(
    "overdue",
    _("Đang giải quyết, quá hạn"),
    _("Đang giải quyết và đã quá hạn ở cuối kỳ; hồ sơ tạm dừng không tính"),
    lambda p: _open(p) & Q(stands_still=False) & _overdue(p),
)
_measure(
    "paused",
    pgettext_lazy("số liệu", "Tạm dừng"),
    _("Chờ bổ sung, chờ nộp tiền hoặc tạm dừng ở cuối kỳ"),
    lambda p: _open(p) & Q(stands_still=True),
)
_measure("handed_over", _("Đã trả kết quả"), _("Trả kết quả trong kỳ"), _within("returned_at"))


def dossiers_for(period: Period) -> "QuerySet[Dossier]":
    """Dossiers with what the predicates ask for: days late, and pause and lateness as they were when looked at."""
    seen = period.seen_at
    standing = Pause.objects.filter(dossier=OuterRef("pk"), started_at__lt=seen).filter(
        Q(ended_at=None) | Q(ended_at__gte=seen)
    )
    last_due = (
        DueChange.objects.filter(dossier=OuterRef("pk"), since__lt=seen).order_by("-since", "-pk").values("due_at")[:1]
    )
    due: F | Subquery = F("due_at") if period.lasts else Subquery(last_due, output_field=DateTimeField())
    rows: QuerySet[Dossier] = Dossier.objects.exclude(state=State.DRAFT)
    return rows.filter(_of_interest(period)).annotate(
        decided_day=TruncDate("decided_at", tzinfo=HERE),
        due_day=TruncDate("due_at", tzinfo=HERE),
        stands_still=Exists(standing),
        due_then=due,
    )


def _of_interest(p: Period) -> Q:
    """What was decided and closed before the period, and not handed over in it, counts in no measure."""
    return _within("returned_at")(p) | (~_over("decided_at", p.begins) & ~_over("closed_at", p.begins))


def listed(measure: str, period: Period) -> "QuerySet[Dossier]":
    """Exactly the dossiers that a figure counts."""
    return dossiers_for(period).filter(MEASURES[measure].predicate(period))
