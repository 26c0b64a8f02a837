"""What a person sees of their own: dossiers here and elsewhere, messages, who looked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from integrations.models import LookUp
from portal.models import AuditEntry, Office, Tenant, User
from portal.moments import HERE
from portal.roles import Role
from portal.tenancy import as_person
from procedures.models import Dossier, Message, Paper
from procedures.models.lifecycle import FINAL, State
from procedures.queries.dossiers import own_dossiers

PER_PAGE = 20
RESULTS = (Paper.Kind.RESULT, Paper.Kind.REFUSAL, Paper.Kind.REVOCATION)
# What an official looked for, in words of the person whose dossier it is; the journal keeps the short name.
PURPOSES: dict[str, str | Promise] = {
    "dossier": gettext_lazy("Xem hồ sơ"),
    "earlier": gettext_lazy("Thấy tên hồ sơ khi xem hồ sơ khác của bạn"),
    "judge": gettext_lazy("Nhận xét giấy tờ"),
    "letter": gettext_lazy("Nhắn người nộp"),
    "allow_supplement": gettext_lazy("Duyệt yêu cầu bổ sung"),
    "decline_supplement": gettext_lazy("Không duyệt yêu cầu bổ sung"),
    "attachment": gettext_lazy("Mở tệp đính kèm"),
    "book.make": gettext_lazy("Lấy sổ theo dõi hồ sơ của đơn vị"),
    "uncollected": gettext_lazy("Xem danh sách kết quả chưa ai nhận"),
    "paper": gettext_lazy("Mở giấy tờ đã ban hành"),
    "preview": gettext_lazy("Xem dự thảo kết quả"),
    "accept": gettext_lazy("Tiếp nhận"),
    "refuse": gettext_lazy("Từ chối tiếp nhận"),
    "supplement": gettext_lazy("Yêu cầu bổ sung"),
    "ask_supplement": gettext_lazy("Yêu cầu bổ sung"),
    "supply": gettext_lazy("Nhận bổ sung tại quầy"),
    "take": gettext_lazy("Nhận xử lý hồ sơ"),
    "assign": gettext_lazy("Giao người xử lý"),
    "route": gettext_lazy("Chuyển bước"),
    "ask_payment": gettext_lazy("Yêu cầu nộp tiền"),
    "cash_taken": gettext_lazy("Thu tiền mặt"),
    "suspend": gettext_lazy("Tạm dừng xử lý"),
    "resume": gettext_lazy("Tiếp tục xử lý"),
    "prepare": gettext_lazy("Dự thảo kết quả"),
    "decide": gettext_lazy("Ký, ban hành kết quả"),
    "send_back": gettext_lazy("Thu hồi để sửa"),
    "hand_over": gettext_lazy("Trả kết quả"),
    "revoke": gettext_lazy("Thu hồi kết quả đã trả"),
    "replace": gettext_lazy("Cấp bản thay thế"),
    "change_return": gettext_lazy("Đổi nơi nhận kết quả"),
    "withdrawal": gettext_lazy("Xác nhận rút hồ sơ"),
    "confirm_withdrawal": gettext_lazy("Xác nhận rút hồ sơ"),
}


def visible(person: User) -> QuerySet[Dossier]:
    """One's own; what another began in one's name is seen once it is filed."""
    return own_dossiers(person).exclude(~Q(submitter=person), state=State.DRAFT)


def drafts_of(person: User) -> list[Dossier]:
    return list(visible(person).filter(state=State.DRAFT, joint_code="").order_by("-saved_at")[:PER_PAGE])


def filed_of(person: User, before: int | None = None) -> tuple[list[Dossier], int | None]:
    """The filed ones, newest first, and where the next page begins."""
    rows = visible(person).exclude(state=State.DRAFT).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PER_PAGE + 1])
    return found[:PER_PAGE], (found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)


def waiting_of(person: User) -> list[Dossier]:
    """Those in which the person may have something to do."""
    states = [State.SUBMITTED, State.SUPPLEMENT_REQUESTED, State.PAYMENT_DUE, State.DONE]
    return list(visible(person).filter(state__in=states).order_by("supplement_due_at", "pk")[:PER_PAGE])


def elsewhere_of(person: User, here: Tenant) -> list[dict[str, Any]]:
    """One's open dossiers at other authorities: as much as one's own rows say, with the authority's address."""
    columns = ("reference", "state", "due_at", "submitted_at", "tenant__name", "tenant__name_en", "tenant__host")
    with as_person(person):
        rows = (
            Dossier.objects.exclude(tenant_id=here.pk)
            .exclude(state__in=FINAL)
            .exclude(~Q(submitter=person), state=State.DRAFT)
            .exclude(~Q(joint_code=""), state=State.DRAFT)
        )
        return list(rows.order_by("tenant__name", "-pk").values(*columns)[:PER_PAGE])


def unread_by_dossier(person: User) -> dict[int, int]:
    rows = (
        Message.objects.filter(recipient=person, read_at=None)
        .order_by()
        .values("dossier_id")
        .annotate(count=Count("pk"))
    )
    return {row["dossier_id"]: row["count"] for row in rows}


def messages_of(person: User, dossier: Dossier) -> list[Message]:
    return list(Message.objects.filter(recipient=person, dossier=dossier))


def papers_of(dossier: Dossier) -> list[Paper]:
    """Papers that the person may open: results only once they were handed over."""
    rows = Paper.objects.filter(dossier=dossier)
    return list(rows if dossier.state == State.RETURNED else rows.exclude(kind__in=RESULTS))


@dataclass(frozen=True)
class Seen:
    """One look at one's data: when, which body in which role, what for."""

    at: datetime
    who: str
    purpose: str


def looks_at(dossier: Dossier) -> list[Seen]:
    """Every official look at a dossier and every question to a registry for it, newest first."""
    looks = AuditEntry.objects.filter(object=f"dossier:{dossier.reference}", action="look").order_by("-number")[:100]
    asked = LookUp.objects.filter(dossier_reference=dossier.reference).order_by("-at")[:100]
    offices = _office_names()
    found = [Seen(row.at, _looker(row, offices), _purpose(row)) for row in [*looks, *_books_with(dossier)]]
    found += [Seen(row.at, row.get_neighbour_display(), _(row.purpose) if row.purpose else "") for row in asked]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _books_with(dossier: Dossier) -> list[AuditEntry]:
    """Tracking books that were taken and in which this dossier stands, with its owner's address and telephone."""
    if dossier.accepted_at is None:
        return []
    day = dossier.accepted_at.astimezone(HERE).date().isoformat()
    theirs = {f"book:{office.code}" for office in (dossier.office, dossier.receiving_office)}
    taken = AuditEntry.objects.filter(object__in=theirs, action="book.make").order_by("-number")[:100]
    return [row for row in taken if row.facts.get("since", "") <= day < row.facts.get("to", "")]


def _purpose(row: AuditEntry) -> str:
    said = row.facts.get("purpose", "") or ("book.make" if row.action == "book.make" else "")
    return str(PURPOSES.get(said, said) or _("Giải quyết hồ sơ"))


def _office_names() -> dict[str, str]:
    """The journal keeps the names of offices as they were; English readers get the English ones that are known."""
    english = (get_language() or "vi").startswith("en")
    return dict(Office.objects.exclude(name_en="").values_list("name", "name_en")) if english else {}


def _looker(row: AuditEntry, offices: dict[str, str]) -> str:
    role = str(Role(row.actor_role).label) if row.actor_role in Role.values else row.actor_role
    return f"{role}, {offices.get(row.office, row.office)}" if row.office else role
