"""The register of results: looked through, found by number, name, procedure, dates and state, taken out as a table."""

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.moments import HERE
from portal.permissions import permission, roles_of
from portal.roles import Role
from procedures.desk.frame import official, shown
from procedures.models import Paper
from procedures.queries import register as registers
from procedures.queries.exports import csv_head, csv_lines
from procedures.queries.results import standing_of

MOST = 10_000
STATES = {
    "valid": gettext_lazy("Còn giá trị"),
    "expired": gettext_lazy("Hết hạn"),
    "revoked": gettext_lazy("Đã thu hồi"),
    "replaced": gettext_lazy("Đã thay thế"),
}
TONES = {
    "valid": "verified",
    "expired": "suspended",
    "revoked": "refused",
    "replaced": "suspended",
    "unsigned": "pending",
}
# Who works with people's dossiers reads their names; who administers sees that there is one.
NAMED = {Role.CLERK, Role.OFFICER, Role.HEAD, Role.AUDITOR}


class FindForm(forms.Form):
    number = forms.CharField(label=pgettext_lazy("giấy tờ", "Số"), required=False, max_length=60)
    name = forms.CharField(label=gettext_lazy("Họ tên (từ đầu)"), required=False, max_length=100)
    procedure = forms.CharField(label=gettext_lazy("Mã thủ tục"), required=False, max_length=30)
    since = forms.DateField(label=gettext_lazy("Ký từ ngày"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=gettext_lazy("Đến ngày"), required=False, widget=forms.DateInput({"type": "date"}))
    state = forms.ChoiceField(
        label=gettext_lazy("Giá trị"), required=False, choices=[("", gettext_lazy("Tất cả")), *STATES.items()]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def asked(self, before: str = "") -> registers.Asked:
        """What was asked for, as far as it can be read."""
        said = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        moment, _comma, key = before.partition(",")
        at = _moment(moment)
        return registers.Asked(**said, before=(at, int(key)) if at is not None and key.isdecimal() else None)


def _moment(text: str) -> datetime.datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


@never_cache
@require_safe
@permission("results.view")
def register(request: HttpRequest) -> HttpResponse:
    person = official(request)
    form = FindForm(request.GET)
    form.is_valid()
    asked = form.asked(request.GET.get("before", ""))
    found, following = registers.page_of(person, asked)
    audit.record(person, "register.look", "register:results", found=len(found))
    said = {name: value for name, value in request.GET.items() if value and name != "before"}
    older = {**said, "before": f"{following[0].isoformat()},{following[1]}"} if following else None
    context = {
        "form": form, "rows": [_row(paper, is_named(request)) for paper in found], "asked": asked,
        "free": [] if asked.narrowed or asked.before else registers.free_numbers(person),
        "older": f"{reverse('desk_results')}?{urlencode(older)}" if older else None, "newer": None,
        "file": f"{reverse('desk_results_file')}?{urlencode(said)}",
    }  # fmt: skip
    return shown(request, "desk/results.html", context, current="desk_results")


def is_named(request: HttpRequest) -> bool:
    return bool(roles_of(official(request)) & NAMED)


def _row(paper: Paper, named: bool) -> dict[str, Any]:
    standing = standing_of(paper)
    word = STATES.get(standing, _("Chờ ký"))
    return {"paper": paper, "name": paper.dossier.owner_name if named else "•••", "word": word, "tone": TONES[standing]}


@never_cache
@require_safe
@permission("results.view")
def exported(request: HttpRequest) -> HttpResponse:
    """What was found as CSV, at most ten thousand lines, row by row."""
    form = FindForm(request.GET)
    form.is_valid()
    person, named = official(request), is_named(request)
    audit.record(person, "register.export", "register:results")
    found = list(registers.registered(person, form.asked())[:MOST])
    response = StreamingHttpResponse(_lines(found, named), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="so-ket-qua.csv"'
    return response  # type: ignore[return-value]


HEADS = (
    "so",
    "ngay_ky",
    "loai",
    "giay_to",
    "cap_cho",
    "thu_tuc",
    "ho_so",
    "nguoi_ky",
    "gia_tri_den",
    "tinh_trang",
    "thu_hoi_luc",
)


def _lines(found: list[Paper], named: bool) -> Iterator[str]:
    yield csv_head(HEADS)
    for paper in found:
        told = _row(paper, named)
        values = (
            paper.number, _when(paper.signed_at), paper.get_kind_display(), paper.title, told["name"], paper.dossier.procedure.code,
            paper.dossier.number, paper.signer, str(paper.valid_until or ""), str(told["word"]), _when(paper.revoked_at),
        )  # fmt: skip
        yield csv_lines(HEADS, [dict(zip(HEADS, values, strict=True))])


def _when(at: datetime.datetime | None) -> str:
    return f"{at.astimezone(HERE):%Y-%m-%d %H:%M}" if at else ""
