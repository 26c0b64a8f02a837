"""A list as a table that leaves the house: without personal data, or with it for those who may and say why."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import User
from portal.templatetags.ui import short_moment
from procedures.models import Channel, Dossier
from procedures.models.lifecycle import State
from procedures.queries.lists import step_name
from procedures.queries.wanted import Wanted
from procedures.queries.worklist import page_of

# So many rows are read, named and written at a time.
PIECE = 200
# A workbook is written whole before it is sent; a longer list goes as CSV, which is sent while it is written.
MOST_IN_WORKBOOK = 20_000
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


def whole(person: User, wanted: Wanted, language: str, *, personal: bool, saw: Any) -> Iterator[dict[str, Any]]:
    """Piece after piece, as far as a workbook goes; `saw` is told every piece."""
    place: str | None = ""
    count = 0
    while place is not None and count < MOST_IN_WORKBOOK:
        rows, place = piece(person, wanted, place)
        count += len(rows)
        saw(rows)
        yield from lines(rows, language, personal=personal)
    if place is not None:
        yield {
            headings(personal=False)[0]: _("Còn nữa: tệp XLSX dừng ở %(most)s hồ sơ, hãy lọc bớt hoặc tải CSV.")
            % {"most": MOST_IN_WORKBOOK}
        }
