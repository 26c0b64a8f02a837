"""The tracking book (Mẫu 06): dossiers of an office and a period, read in pieces, as paper volumes or as a table."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import pdf
from portal.models import Office, User
from portal.moments import HERE, midnight, now
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures.models import Book, Dossier, DossierEvent
from procedures.models.lifecycle import State
from procedures.queries.exports import harmless

# A paper volume; more would make the typesetter take hundreds of megabytes.
VOLUME = 500
# Made while one waits for the page; more goes to the background.
AT_ONCE = 200
COLUMNS = (
    "tenant_id", "reference", "number", "book_order", "sets", "state", "owner_name", "contact_address", "contact_phone", "accepted_at", "due_at", "promised_at",
    "returned_at", "closed_at", "delivery", "outcome", "procedure__tenant_id", "procedure__name", "office__tenant_id", "office__name",
)  # fmt: skip
TOLD = ("register", "accept", "hand_over", "apologise")
HEADS = {
    "no": "STT", "number": "Mã hồ sơ", "procedure": "Tên TTHC", "sets": "Số lượng (bộ)", "owner": "Tên chủ hồ sơ", "contact": "Địa chỉ, số điện thoại",
    "settled_by": "Cơ quan chủ trì giải quyết", "received_at": "Ngày tiếp nhận", "due_at": "Ngày hẹn trả", "returned_at": "Ngày trả kết quả",
    "how": "Phương thức nhận kết quả", "signed": "Ký nhận", "note": "Ghi chú",
}  # fmt: skip
WIDTHS = {"no": 6, "number": 24, "procedure": 44, "sets": 8, "owner": 26, "contact": 40, "settled_by": 30, "note": 30}
Entry = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Whose book, of which days (the last one excluded), and by which side of the office."""

    office: Office
    since: datetime.date
    to: datetime.date
    side: str = Book.Side.RECEIVED

    @property
    def last(self) -> datetime.date:
        return self.to - datetime.timedelta(days=1)

    def dossiers(self) -> QuerySet[Dossier]:
        rows: QuerySet[Dossier] = Dossier.objects.filter(
            accepted_at__gte=midnight(self.since), accepted_at__lt=midnight(self.to)
        )
        mine = Q(receiving_office=self.office) if self.side == Book.Side.RECEIVED else Q(office=self.office)
        return rows.filter(mine).order_by("accepted_at", "pk")

    def told(self) -> dict[str, Any]:
        """For the journal, and for everybody whose dossier stands in the book."""
        return {"since": self.since, "to": self.to, "side": self.side}


def asked_by(book: Book) -> Asked:
    return Asked(book.office, book.since, book.to, book.side)


def books_of(person: User) -> QuerySet[Book]:
    """Books that a person may open: those of the offices whose books they may see."""
    offices = offices_of(person, "book.view")
    rows: QuerySet[Book] = Book.objects.select_related("office", "asked_by")
    return rows if offices is None else rows.filter(office_id__in=offices)


def piece(asked: Asked, after: Dossier | None = None, most: int = VOLUME) -> list[Dossier]:
    """The next dossiers in the order of the book; two queries with their events, however many there are."""
    rows = asked.dossiers().select_related("procedure", "office").only(*COLUMNS)
    if after is not None:
        rows = rows.filter(Q(accepted_at__gt=after.accepted_at) | Q(accepted_at=after.accepted_at, pk__gt=after.pk))
    return list(rows[:most])


def entries(asked: Asked, rows: list[Dossier], before: int) -> list[Entry]:
    """What the book says of each; `before` were told already. A dossier without a place of its own is counted."""
    events: dict[int, dict[str, DossierEvent]] = {}
    for event in DossierEvent.objects.filter(dossier__in=rows, step__in=TOLD).order_by("number"):
        events.setdefault(event.dossier_id, {})[event.step] = event
    with override("vi"):
        return [
            _entry(dossier, events.get(dossier.pk, {}), _place(asked, dossier, before + number))
            for number, dossier in enumerate(rows, start=1)
        ]


def _place(asked: Asked, dossier: Dossier, counted: int) -> int:
    return dossier.book_order if asked.side == Book.Side.RECEIVED and dossier.book_order else counted


def _entry(dossier: Dossier, events: dict[str, DossierEvent], place: int) -> Entry:
    given = events.get("hand_over")
    return {
        "no": place,
        "number": str(dossier),
        "procedure": dossier.procedure.name,
        "sets": dossier.sets,
        "owner": dossier.owner_name,
        "contact": ", ".join(filter(None, [dossier.contact_address, dossier.contact_phone])),
        "settled_by": dossier.office.name,
        "received_at": dossier.accepted_at,
        "due_at": dossier.promised_at or dossier.due_at,
        "returned_at": dossier.returned_at,
        "how": str(Dossier.Delivery(dossier.delivery).label),
        "signed": _signed(given) if given else "",
        "note": _note(dossier, events),
    }


def _signed(given: DossierEvent) -> str:
    """Whoever received it, or how it is proved without a hand's signature."""
    if given.facts.get("how") == Dossier.Delivery.ONLINE:
        return _("Nhận trên cổng")
    consignment = given.facts.get("consignment")
    return ", ".join(
        filter(None, [given.facts.get("receiver"), consignment and _("vận đơn %(n)s") % {"n": consignment}])
    )


def _note(dossier: Dossier, events: dict[str, DossierEvent]) -> str:
    taken = events.get("register") or events.get("accept")
    said = [
        _("Nhập muộn") if taken and taken.entered_late else "",
        _("Đã xin lỗi, hẹn lại") if "apologise" in events else "",
        str(Dossier.Outcome.REJECTED.label) if dossier.outcome == Dossier.Outcome.REJECTED else "",
        "" if dossier.state == State.RETURNED else str(dossier.get_state_display()),
    ]
    return ". ".join(filter(None, said))


def as_pdf(asked: Asked, rows: list[Entry], *, count: int, volume: int = 0, volumes: int = 0) -> bytes:
    """One volume on A4 landscape, its head on every page; Vietnamese, as the form is."""
    with override("vi"):
        side = str(Book.Side(asked.side).label)
    data = {
        "agency": {"parent": current_tenant().name.upper(), "name": asked.office.name.upper()},
        "place": asked.office.address.rpartition(",")[2].strip() or current_tenant().short_name,
        "issued_at": now(),
        "office": asked.office.name,
        "since": asked.since,
        "last": asked.last,
        "side": side,
        "volume": volume if volumes > 1 else None,
        "volumes": volumes,
        "count": count,
        "rows": rows,
    }
    return pdf.render("slip_06", data)


def write_xlsx(out: IO[bytes] | str, asked: Asked, rows: Iterable[Entry]) -> None:
    """Row after row to the file: a long book takes no more memory than a short one. Prints on A4 with its head on each page."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet("Mẫu 06"), book.add_format({"bold": True, "text_wrap": True, "border": 1})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _set_page(sheet, asked)
        sheet.write_string(0, 0, f"SỔ THEO DÕI HỒ SƠ – {asked.office.name}")
        sheet.write_string(1, 0, f"Từ {asked.since:%d/%m/%Y} đến hết {asked.last:%d/%m/%Y}")
        sheet.write_row(2, 0, HEADS.values(), bold)
        for number, row in enumerate(rows, start=3):
            for place, name in enumerate(HEADS):
                _write(sheet, number, place, row[name], moment, wrapped)


def _set_page(sheet: Any, asked: Asked) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    sheet.set_footer(f"&L{asked.office.name.replace('&', '&&')}&RTrang &P/&N")
    for place, name in enumerate(HEADS):
        sheet.set_column(place, place, WIDTHS.get(name, 17))


def _write(sheet: Any, number: int, place: int, value: Any, moment: Any, wrapped: Any) -> None:
    if isinstance(value, datetime.datetime):
        sheet.write_datetime(number, place, value.astimezone(HERE), moment)
    elif isinstance(value, int):
        sheet.write_number(number, place, value, wrapped)
    else:
        sheet.write_string(number, place, harmless(value or ""), wrapped)


def whole(asked: Asked) -> Iterator[Entry]:
    """A short book in one piece, for whoever waits."""
    yield from entries(asked, piece(asked, most=AT_ONCE), 0)


def results_to_hand_over(office: Office) -> bytes:
    """Phiếu bàn giao kết quả: what an office decided and the desk is to return."""
    waiting = (
        Dossier.objects.filter(office=office, state=State.DONE).select_related("procedure").prefetch_related("papers")
    )
    rows = [_result(dossier) for dossier in waiting.order_by("decided_at", "pk")[:VOLUME]]
    data = {
        "agency": {"parent": current_tenant().name.upper(), "name": office.name.upper()},
        "issued_at": now(),
        "number": f"KQ-{office.code}-{now().astimezone(HERE):%y%m%d-%H%M}",
        "giver": {"office": office.name},
        "taker": {"office": "Bộ phận Tiếp nhận và Trả kết quả"},
        "rows": rows,
    }
    return pdf.render("hand_over_list", data)


def _result(dossier: Dossier) -> Entry:
    given = [one for one in dossier.papers.all() if one.kind in ("result", "refusal") and one.revoked_at is None]
    return {
        "number": dossier.number,
        "owner": dossier.owner_name,
        "procedure": dossier.procedure.name,
        "due_at": dossier.promised_at or dossier.due_at,
        "result": "\n".join(f"{one.title}, số {one.number}" for one in given),
    }
