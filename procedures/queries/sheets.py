"""A list as a table that leaves the house: without personal data, or with it for those who may and say why."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from portal.models import User
from portal.templatetags.ui import short_moment
from procedures.models import Channel, Dossier
from procedures.models.lifecycle import State
from procedures.queries.lists import step_name
from procedures.queries.wanted import Wanted
from procedures.queries.worklist import page_of, rows_of

# So many rows are read, named and written at a time.
PIECE = 200
# A workbook of so many dossiers is made while the person waits; a longer one by a worker (actions/list_files.py).
AT_ONCE = 2_000
PLAIN: dict[str, Any] = {
    "number": gettext_lazy("Số hồ sơ"), "reference": gettext_lazy("Mã tra cứu"), "procedure_code": gettext_lazy("Mã thủ tục"),
    "procedure": gettext_lazy("Thủ tục"), "office": gettext_lazy("Đơn vị"), "state": gettext_lazy("Trạng thái"), "step": gettext_lazy("Bước"),
    "assignee": gettext_lazy("Người xử lý"), "channel": gettext_lazy("Cách nộp"), "submitted": gettext_lazy("Ngày nộp"),
    "accepted": gettext_lazy("Ngày tiếp nhận"), "due": gettext_lazy("Hạn trả"), "decided": gettext_lazy("Ký lúc"),
    "closed": gettext_lazy("Xong lúc"), "fee": gettext_lazy("Phí, lệ phí (đồng)"),
}  # fmt: skip
PERSONAL: dict[str, Any] = {
    "owner": gettext_lazy("Chủ hồ sơ"), "personal_id": gettext_lazy("Số định danh"), "phone": gettext_lazy("Điện thoại"),
    "email": gettext_lazy("Thư điện tử"), "address": gettext_lazy("Địa chỉ"),
}  # fmt: skip
SEALED = ("contact_id", "contact_phone", "contact_email", "contact_address")


def headings(*, personal: bool) -> list[str]:
    return [str(title) for title in (PLAIN | PERSONAL if personal else PLAIN).values()]


def piece(person: User, wanted: Wanted, after: str) -> tuple[list[Dossier], str | None]:
    """Some rows of the list and where to go on; None at the end."""
    page = page_of(person, Wanted(**{**vars(wanted), "rows": PIECE, "after": after, "before": ""}))
    return page.rows, page.following


def lines(rows: list[Dossier], language: str, *, personal: bool) -> Iterator[dict[str, Any]]:
    sealed = Dossier.objects.only("tenant_id", *SEALED).in_bulk([row.pk for row in rows]) if personal else {}
    for row in rows:
        yield _plain(row, language) | (_personal(row, sealed[row.pk]) if personal else {})


def _plain(row: Dossier, language: str) -> dict[str, Any]:
    told = (
        row.number, row.reference, row.procedure.code, row.procedure.title, row.office.title, State(row.state).label, step_name(row, language),
        row.assignee.full_name if row.assignee else "", Channel(row.channel).label,
        *(short_moment(at) if at else "" for at in (row.submitted_at, row.accepted_at, row.due_at, row.decided_at, row.closed_at)), row.fee_total,
    )  # fmt: skip
    return dict(zip(headings(personal=False), [one if isinstance(one, int) else str(one) for one in told], strict=True))


def _personal(row: Dossier, sealed: Dossier) -> dict[str, str]:
    told = (row.owner_name, *(getattr(sealed, name) for name in SEALED))
    return dict(zip([str(title) for title in PERSONAL.values()], told, strict=True))


def is_long(person: User, wanted: Wanted) -> bool:
    """Counted no further than it takes to know."""
    return rows_of(person, wanted).order_by()[: AT_ONCE + 1].count() > AT_ONCE


def whole(person: User, wanted: Wanted, language: str, *, personal: bool, saw: Any) -> Iterator[dict[str, Any]]:
    """Piece after piece in one transaction, for a short list; `saw` is told every piece."""
    place: str | None = ""
    while place is not None:
        rows, place = piece(person, wanted, place)
        saw(rows)
        yield from lines(rows, language, personal=personal)
