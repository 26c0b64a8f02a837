"""What an official asked to see, as the address of the page says it: list, words, filters, order, columns."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from portal.moments import midnight
from procedures.models import Channel
from procedures.models.lifecycle import State
from procedures.queries.lists import LISTS, List, first_list

PAGE = 25
SIZES = (25, 50, 100, 200)
MOST_COLUMNS = 12
# A column of the list: the first is always there.
COLUMNS: dict[str, Any] = {
    "number": _("Số hồ sơ"), "owner": _("Chủ hồ sơ"), "procedure": _("Thủ tục"), "state": _("Trạng thái"), "due": _("Thời hạn"),
    "hands": _("Người xử lý"), "office": _("Đơn vị"), "submitted": _("Ngày nộp"), "accepted": _("Ngày tiếp nhận"),
    "changed": _("Thay đổi gần nhất"), "channel": _("Cách nộp"), "fee": _("Phí, lệ phí"),
}  # fmt: skip
USUAL = ("number", "owner", "procedure", "state", "due", "hands")
# By which moments a list can be read; what is closed is only read by when it came, since there are a million.
ORDERS: dict[str, tuple[str, Any]] = {
    "due": ("due_at", _("Hạn trả, gần nhất trước")), "-due": ("due_at", _("Hạn trả, xa nhất trước")),
    "submitted": ("submitted_at", _("Ngày nộp, cũ nhất trước")), "-submitted": ("submitted_at", _("Ngày nộp, mới nhất trước")),
    "changed": ("changed_at", _("Thay đổi, cũ nhất trước")), "-changed": ("changed_at", _("Thay đổi, mới nhất trước")),
}  # fmt: skip
BY_COMING = ("submitted", "-submitted")
FILTERS = ("office", "procedure", "step", "state", "assignee", "channel", "from", "to")


@dataclass(frozen=True)
class Wanted:
    list: List
    q: str = ""
    office: str = ""
    procedure: str = ""
    step: str = ""
    state: str = ""
    assignee: str = ""
    channel: str = ""
    since: str = ""
    until: str = ""
    sort: str = ""
    columns: tuple[str, ...] = USUAL
    rows: int = 0
    after: str = ""
    before: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.filters())

    @property
    def size(self) -> int:
        return self.rows or PAGE

    @property
    def by(self) -> str:
        return ORDERS[self.sort][0] if self.sort else self.list.by

    @property
    def newest_first(self) -> bool:
        return self.sort.startswith("-") if self.sort else self.list.newest_first

    @property
    def orders(self) -> tuple[str, ...]:
        return tuple(ORDERS) if self.list.is_open else BY_COMING if self.list.key != "changed" else ()

    def filters(self) -> dict[str, str]:
        told = {name: getattr(self, ATTRIBUTES.get(name, name)) for name in FILTERS}
        return {name: value for name, value in told.items() if value}

    def asked(self, *, words: bool = True) -> dict[str, str]:
        """The address, without the page: what a saved view keeps (without words, which may name a person)."""
        told = {"list": self.list.key, **({"q": self.q} if words and self.q else {}), **self.filters()}
        if self.sort:
            told["sort"] = self.sort
        if self.columns != USUAL:
            told["columns"] = ",".join(self.columns)
        return told | ({"rows": str(self.rows)} if self.rows else {})

    def query(self, *, words: bool = True, **more: str) -> str:
        return urlencode({**self.asked(words=words), **more})


ATTRIBUTES = {"from": "since", "to": "until"}


def wanted_of(asked: Mapping[str, str], roles: Iterable[str]) -> Wanted:
    """What cannot be understood is not asked for."""
    q = asked.get("q", "").strip()[:200]
    key = asked.get("list") or ("all" if q else first_list(roles))
    one = LISTS.get(key, LISTS["running"])
    told = {name: asked.get(name, "").strip()[:100] for name in ("office", "procedure", "step", "after", "before")}
    return Wanted(
        one, q=q, **told, **_known(asked), sort=_order(asked.get("sort", ""), one),
        columns=columns_of(asked.get("columns", "").split(",")), rows=_size(asked.get("rows", "")),
    )  # fmt: skip


def _known(asked: Mapping[str, str]) -> dict[str, str]:
    state, channel, assignee = (asked.get(name, "") for name in ("state", "channel", "assignee"))
    return {
        "state": state if state in State.values else "",
        "channel": channel if channel in Channel.values else "",
        "assignee": assignee if assignee.isdigit() and len(assignee) < 18 else "",
        "since": asked.get("from", "") if _day(asked.get("from", "")) else "",
        "until": asked.get("to", "") if _day(asked.get("to", "")) else "",
    }


def _order(sort: str, one: List) -> str:
    return sort if sort in Wanted(one).orders else ""


def _size(rows: str) -> int:
    return int(rows) if rows in map(str, SIZES[1:]) else 0


def columns_of(asked: Iterable[str]) -> tuple[str, ...]:
    """Known columns in the order asked, each once, behind the number that opens the dossier."""
    known = [name for name in dict.fromkeys(asked) if name in COLUMNS and name != "number"]
    return ("number", *known[:MOST_COLUMNS]) if known else USUAL


def _day(text: str) -> datetime.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def narrowing(wanted: Wanted, office_id: int | None, procedure_id: int | None) -> Q:
    """The filters as conditions; office and procedure come as keys, so that nothing is joined. An unknown one holds nothing."""
    found = Q()
    for value, condition in (
        (wanted.office, Q(office_id=office_id)),
        (wanted.procedure, Q(procedure_id=procedure_id)),
        (wanted.step, Q(step_key=wanted.step)),
        (wanted.state, Q(state=wanted.state)),
        (wanted.channel, Q(channel=wanted.channel)),
        (wanted.assignee, Q(assignee_id=int(wanted.assignee or 0))),
    ):
        if value:
            found &= condition
    return found & _between(_day(wanted.since), _day(wanted.until))


def _between(since: datetime.date | None, until: datetime.date | None) -> Q:
    """Both days count."""
    found = Q(submitted_at__gte=midnight(since)) if since else Q()
    return found & Q(submitted_at__lt=midnight(until + datetime.timedelta(days=1))) if until else found
