"""The internal route of a draft: its steps in order, the hours against the legal time, and who is there to take them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.models import Office
from portal.queries import open_offices
from portal.roles import Role
from portal.templatetags.ui import name_of
from procedures.manage.record_conditions import ConditionField, conditions_of
from procedures.manage.record_fields import WholeField, WordsField
from procedures.manage.record_forms import PartForm
from procedures.manage.record_rows import Kind, Row, rows_of
from procedures.models import VersionDraft
from procedures.queries import versions, wording
from procedures.queries.rehearsal import Staff, sound, staff_of
from procedures.queries.wording import CHANNEL_NAMES
from procedures.schema.definition import Definition, Span
from procedures.schema.record import ROLES

ROLE_NAMES = {name: Role(name).label for name in ROLES}
HOURS_A_DAY = 8
MOST_NAMED = 3


class StepForm(PartForm):
    name = WordsField(label=gettext_lazy("Tên bước"))
    role = forms.ChoiceField(label=gettext_lazy("Người làm"), choices=ROLE_NAMES.items(), widget=forms.RadioSelect)
    hours = WholeField(
        0, 100_000, label=gettext_lazy("Số giờ làm việc"), required=False, initial=0,
        help_text=gettext_lazy("Tám giờ là một ngày làm việc."),
    )  # fmt: skip
    excluded = forms.BooleanField(
        label=gettext_lazy("Không tính vào thời hạn"), required=False, initial=False,
        help_text=gettext_lazy("Ví dụ: chờ ý kiến của cơ quan khác, xác minh, kiểm tra thực địa."),
    )  # fmt: skip
    reason = WordsField(label=gettext_lazy("Vì sao không tính"), required=False)
    opinions_excluded = forms.BooleanField(
        label=gettext_lazy("Chờ ý kiến đơn vị khác không tính vào thời hạn"), required=False, initial=False,
        help_text=gettext_lazy("Đồng hồ dừng từ khi xin ý kiến ở bước này đến khi đủ trả lời, lâu nhất là đến hạn trả lời."),
    )  # fmt: skip
    four_eyes = forms.BooleanField(
        label=gettext_lazy("Hai người kiểm soát"), required=False, initial=False,
        help_text=gettext_lazy("Người dự thảo kết quả không được tự chuyển qua bước này hoặc tự ký: người thứ hai xem và ký."),
    )  # fmt: skip
    office = forms.ChoiceField(label=gettext_lazy("Đơn vị làm bước này"), required=False)
    office_kind = forms.ChoiceField(
        label=gettext_lazy("hoặc loại đơn vị"), required=False,
        choices=[("", gettext_lazy("Đơn vị giải quyết thủ tục")), *Office.Kind.choices],
    )  # fmt: skip
    when = ConditionField(label=gettext_lazy("Chỉ qua bước này khi"), required=False)

    def fit(self) -> None:
        rows = open_offices().order_by("code")
        self.offer(
            "office", [("", _("Đơn vị giải quyết thủ tục")), *((one.code, f"{one.code} – {one.title}") for one in rows)]
        )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("office") and told.get("office_kind"):
            self.add_error("office_kind", _("Chọn một đơn vị hoặc một loại đơn vị, không cả hai."))
        return told


@dataclass(frozen=True)
class Drawn:
    """A step as the picture shows it: where its bar begins and how wide it is, as shares of the whole."""

    row: Row
    role: str
    hours: int
    excluded: bool
    four_eyes: bool = False
    begins: float = 0
    width: float = 0
    people: str = ""
    where: str = ""
    when: str = ""
    lacking: list[str] = field(default_factory=list)
    more: int = 0


def picture(_request: HttpRequest, draft: VersionDraft, _form: Any) -> dict[str, Any]:
    problems = versions.problems_of(draft)
    steps = list(_drawn(rows_of(draft, "route", problems), staff_of(draft.code), conditions_of(draft.definition)))
    counted = sum(one.hours for one in steps if not one.excluded)
    read = sound(draft.definition).definition
    return {
        "boxes": steps, "counted": counted, "days": _days(counted), "sums": _sums(read, counted) if read else [],
        "excluded": sum(one.hours for one in steps if one.excluded),
    }  # fmt: skip


def _drawn(rows: list[Row], staff: Staff, said: Callable[[object], str]) -> Iterator[Drawn]:
    hours = [_hours(row) for row in rows]
    whole, so_far = max(sum(hours), 1), 0
    for row, one in zip(rows, hours, strict=True):
        role, place, kind = (str(row.part.get(name) or "") for name in ("role", "office", "office_kind"))
        found = staff.at(role, place, kind)
        lacking = [str(name_of(office)) for office, count in found if not count] if role in ROLE_NAMES else []
        yield Drawn(
            row=row, role=str(ROLE_NAMES.get(role, role)), hours=one, excluded=row.part.get("excluded") is True,
            four_eyes=row.part.get("four_eyes") is True,
            begins=so_far / whole, width=one / whole, people=_people([count for _office, count in found]),
            where=_where(place, kind, staff), when=said(row.part.get("when")),
            lacking=lacking[:MOST_NAMED], more=max(len(lacking) - MOST_NAMED, 0),
        )  # fmt: skip
        so_far += one


def _where(place: str, kind: str, staff: Staff) -> str:
    """The office of a step that is not the competent one."""
    named = next((str(name_of(office)) for office in staff.everywhere if office.code == place), place)
    return named or (str(Office.Kind(kind).label) if kind in Office.Kind.values else kind)


def _hours(row: Row) -> int:
    found = row.part.get("hours")
    return found if type(found) is int and 0 <= found <= 100_000 else 0


def _people(counts: list[int]) -> str:
    """At one office how many people; at several, from how many to how many."""
    if not counts:
        return ""
    least, most = min(counts), max(counts)
    if least == most:
        return ngettext("%(n)s người", "%(n)s người", most) % {"n": most}
    return _("%(least)s đến %(most)s người ở mỗi đơn vị") % {"least": least, "most": most}


def _days(hours: int) -> str:
    days, rest = divmod(hours, HOURS_A_DAY)
    return wording.span(Span(days, "working_day")) if days and not rest else ""


def _sums(definition: Definition, counted: int) -> list[dict[str, Any]]:
    """The steps' hours against each legal time that is stated in working days or hours; other units cannot be compared."""
    told: dict[tuple[str, str], list[str]] = {}
    limits: dict[tuple[str, str], int | None] = {}
    for case in [None, *(one for one in definition.cases if one.times)]:
        for channel in definition.channels:
            span = definition.time_for(channel, case.key if case else None)
            key = (wording.said(case.name) if case else "", wording.span(span))
            told.setdefault(key, []).append(str(CHANNEL_NAMES[channel]))
            limits[key] = _in_hours(span)
    return [
        {"case": case, "span": span, "channels": ", ".join(told[case, span]), "limit": limit,
         "over": limit is not None and counted > limit, "by": counted - (limit or 0)}
        for (case, span), limit in limits.items()
    ]  # fmt: skip


def _in_hours(span: Span | None) -> int | None:
    if span is None or span.unit not in ("working_day", "hour"):
        return None
    return max(span.amount, 1) * HOURS_A_DAY if span.unit == "working_day" else span.amount


ROUTE = Kind(
    "route", "manage_draft_route", gettext_lazy("Quy trình nội bộ"), StepForm, gettext_lazy("Thêm bước"),
    listing="manage/draft/route.html", around=picture,
)  # fmt: skip
