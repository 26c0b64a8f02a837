"""Scans and descriptions of a dossier's papers after reception: each paper on a page of its own."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import audit
from portal.permissions import permission
from procedures.actions import scans
from procedures.desk.counter import SCAN, take_scans
from procedures.desk.counter_forms import draw
from procedures.desk.forms import text
from procedures.desk.frame import official, shown
from procedures.models import Dossier, GivenPaper
from procedures.queries.counter import Held, held_paper
from procedures.queries.dossiers import desk_dossier

OWNER_ID = re.compile(r"[0-9]{12}|[0-9]{10}(-[0-9]{3})?")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DescribeForm(forms.Form):
    """What a digital copy says of itself (Quyết định 125/QĐ-BNV): no more than that."""

    use_required_attribute = False
    title = text(gettext_lazy("Tên giấy tờ"), most=300)
    copy = forms.TypedChoiceField(label=gettext_lazy("Bản nhận"), choices=GivenPaper.Copy.choices, coerce=int)
    digital = forms.TypedChoiceField(
        label=gettext_lazy("Số hóa"), choices=GivenPaper.Digital.choices, coerce=int,
        help_text=gettext_lazy("Có bản quét thì hệ thống tự ghi là đã số hóa."),
    )  # fmt: skip
    code = text(
        gettext_lazy("Mã loại giấy tờ"),
        required=False,
        most=60,
        help_text=gettext_lazy("Theo danh mục kết quả, ví dụ KQ.G15.000031."),
    )
    owner_id = text(gettext_lazy("Số định danh của chủ giấy tờ"), required=False, most=20)
    summary = text(gettext_lazy("Trích yếu"), rows=2, required=False, most=500)
    valid_from = forms.DateField(label=gettext_lazy("Có giá trị từ"), required=False, widget=DAY)
    valid_until = forms.DateField(label=gettext_lazy("Đến hết ngày"), required=False, widget=DAY)
    scope = forms.ChoiceField(label=gettext_lazy("Phạm vi có giá trị"), choices=GivenPaper.Scope.choices)

    def __init__(self, row: GivenPaper, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(row, name) for name in self.base_fields})
        draw(self)

    def clean_owner_id(self) -> str:
        """Twelve digits of a person, or a business's code of ten to thirteen with its dash."""
        typed = str(self.cleaned_data["owner_id"]).strip()
        if typed and not OWNER_ID.fullmatch(typed):
            raise forms.ValidationError(_("Nhập 12 số định danh cá nhân hoặc mã số doanh nghiệp."))
        return typed

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("valid_from") and said.get("valid_until") and said["valid_until"] < said["valid_from"]:
            self.add_error("valid_until", _("Ngày hết giá trị phải sau ngày có giá trị."))
        return said


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.scan")
def paper(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    dossier = desk_dossier(official(request), reference, "dossier.scan")
    held = held_paper(dossier, part)
    row = held.given or scans.given_paper(dossier, part, held.title)
    form, refused = DescribeForm(row), ""
    if request.method == "POST":
        form = DescribeForm(row, request.POST)
        refused = take_scans(request, dossier, part, held.title, request.FILES.getlist(SCAN + part))
        if form.is_valid() and not refused:
            scans.describe(dossier, part, official(request), scans.Described(**form.cleaned_data))
            messages.success(request, _("Đã lưu giấy tờ “%(title)s”.") % {"title": form.cleaned_data["title"]})
            return redirect("desk_dossier", reference)
        held = held_paper(dossier, part)
    audit.look(official(request), f"dossier:{dossier.reference}", "papers", dossier.owner)
    return _page(request, dossier, held, form, refused)


def _page(request: HttpRequest, dossier: Dossier, held: Held, form: DescribeForm, refused: str) -> HttpResponse:
    context = {
        "dossier": dossier, "held": held, "form": form, "errors": [{"name": SCAN + held.key, "text": refused}] if refused else [],
        "paper": {"key": held.key, "name": held.title, "scans": held.files, "refused": refused},
    }  # fmt: skip
    return shown(request, "desk/scans.html", context)
