"""What was done to moments in a period, counted as what it was: entered late, corrected, extended, apologised for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Office
from portal.moments import HERE, now
from portal.tenancy import current_tenant
from procedures.models import Apology, DossierEvent
from procedures.models.dossier import ABOUT_TIME
from procedures.queries.figures.measures import DEFINITION_VERSION
from procedures.queries.figures.periods import Period

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LATE = Q(occurred_at__lt=F("recorded_at"), actor__isnull=False)
BY_CALENDAR = Q(step="correct", facts__what="calendar")


@dataclass(frozen=True)
class Doing:
    """One kind of event about time: its list and its count are the same question."""

    name: str
    title: "StrOrPromise"
    meaning: "StrOrPromise"
    holds: Q


DOINGS = {
    one.name: one
    for one in (
        Doing("entered_late", _("Nhập sau"), _("Việc xảy ra trên giấy trước khi được ghi vào hệ thống"), LATE),
        Doing("extended", _("Gia hạn"), _("Hạn mới theo quyết định của lãnh đạo"), Q(step="extend")),
        Doing("apologised", _("Xin lỗi, hẹn lại"), _("Đã gửi Phiếu xin lỗi (Mẫu 04)"), Q(step="apologise")),
        Doing("sent_back", _("Thu hồi kết quả để sửa"), _("Quyết định đã ký được thu hồi trước khi trả"), Q(step="send_back")),
        Doing("by_calendar", _("Hạn đổi theo lịch làm việc"), _("Lịch làm việc thay đổi, có văn bản căn cứ"), BY_CALENDAR),
        Doing("corrected", pgettext_lazy("số liệu", "Đính chính khác"), _("Thông tin khác được sửa lại"), Q(step="correct") & ~BY_CALENDAR),
        Doing("overdue", _("Quá hạn trả kết quả"), _("Đã qua hạn trả mà chưa có quyết định"), Q(step="overdue")),
        Doing("unanswered", _("Quá hạn tiếp nhận"), _("Đã qua hạn tiếp nhận mà chưa được trả lời"), Q(step="unanswered")),
        Doing("return_overdue", _("Trả kết quả muộn"), _("Nơi trả kết quả khác nơi tiếp nhận đã qua hạn trả"), Q(step="return_overdue")),
        Doing("unopened", _("Không ai mở"), _("Không ai mở trong thời gian quy định, đã báo lãnh đạo"), Q(step="unopened")),
    )
}  # fmt: skip


def events(period: Period, offices: set[int] | None) -> QuerySet[DossierEvent]:
    """Every event about time that was written in the period, at these offices (None: everywhere)."""
    rows = DossierEvent.objects.filter(recorded_at__gte=period.begins, recorded_at__lt=period.ends)
    rows = rows.filter(Q(step__in=ABOUT_TIME) | Q(occurred_at__lt=F("recorded_at")))
    return rows if offices is None else rows.filter(dossier__office__in=offices)


def counted(period: Period, offices: set[int] | None) -> dict[str, int]:
    counts = {name: Count("pk", filter=doing.holds) for name, doing in DOINGS.items()}
    return dict(events(period, offices).order_by().aggregate(**counts))


def listed(name: str, period: Period, offices: set[int] | None) -> QuerySet[DossierEvent]:
    """Exactly the events that the count counted, newest first."""
    rows = events(period, offices).filter(DOINGS[name].holds)
    return rows.select_related("dossier__procedure", "dossier__office", "actor").order_by("-pk")


def by_week(period: Period, offices: set[int] | None) -> list[dict[str, Any]]:
    """Apologies by week, office and cause; how many came before the date that they take back."""
    rows = Apology.objects.filter(made_at__gte=period.begins, made_at__lt=period.ends)
    if offices is not None:
        rows = rows.filter(office__in=offices)
    found: Counter[tuple[str, str, str]] = Counter()
    in_time: Counter[tuple[str, str, str]] = Counter()
    told = rows.annotate(week=TruncWeek("made_at", tzinfo=HERE)).select_related("office")
    for row in told.iterator(chunk_size=1000):
        key = (row.week.date().isoformat(), row.office.code, row.cause)
        found[key] += 1
        in_time[key] += row.in_time
    return [
        {"week": week, "office": office, "cause": cause, "apologies": found[week, office, cause], "in_time": in_time[week, office, cause]}
        for week, office, cause in sorted(found, key=lambda key: (key[0], -found[key], key), reverse=False)
    ]  # fmt: skip


def causes(period: Period, office: Office | None = None) -> dict[str, Any]:
    """The report `causes`: why dates were missed, week by week, in the shape of the other reports."""
    rows = by_week(period, {office.pk} if office else None)
    return {
        "report": "causes",
        "definition_version": DEFINITION_VERSION,
        "tenant": current_tenant().slug,
        "from": period.since.isoformat(),
        "to": period.to.isoformat(),
        "computed_at": now().isoformat(),
        "rows": rows,
        "total": {name: sum(row[name] for row in rows) for name in ("apologies", "in_time")},
        "warnings": list(_warnings(period)),
    }


def _warnings(period: Period) -> Iterator[dict[str, str]]:
    if period.lasts:
        yield {"code": "period_not_over", "text": str(_("Kỳ chưa kết thúc: số liệu tính đến thời điểm hiện tại."))}
