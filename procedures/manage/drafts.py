"""Version drafts as wholes: begun, seen at a glance, filled with another procedure's parts, discarded."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.permissions import permission
from procedures.actions import drafting
from procedures.manage.differences import merged
from procedures.manage.drafting import PARTS, draft_at, draft_page, kept, part_at, seen_of
from procedures.manage.frame import administrator, shown, tried
from procedures.models import Procedure, ProcedureVersion
from procedures.queries import versions
from procedures.queries.national import newer_than
from procedures.schema.record import CODE


@never_cache
@require_safe
@permission("manage.view")
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a procedure; where there is none yet, what it would begin from."""
    found = versions.draft_of(code)
    if found is None:
        procedure = get_object_or_404(Procedure.objects.select_related("current"), code=code)
        return shown(request, "manage/draft_begin.html", "manage_procedures", procedure=procedure)
    return draft_page(
        request,
        code,
        "manage/draft_overview.html",
        "manage_draft",
        draft=found,
        base=found.base,
        newer=newer_than(found),
    )


@require_POST
@permission("manage.change")
def begin(request: HttpRequest, code: str) -> HttpResponse:
    get_object_or_404(Procedure, code=code)
    drafting.begin(code, administrator(request))
    return redirect("manage_draft", code)


class NewForm(forms.Form):
    code = forms.RegexField(
        label=gettext_lazy("Mã thủ tục"), regex=CODE, max_length=30,
        help_text=gettext_lazy("Mã quốc gia, ví dụ 1.001612. Người dân thấy mã này trong địa chỉ trang."),
        error_messages={"invalid": gettext_lazy("Mã gồm chữ không dấu, số, dấu chấm và gạch nối, ví dụ 1.001612.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Tên thủ tục"), max_length=1200, widget=forms.Textarea(attrs={"rows": 2}))
    sector = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"), choices=[])

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        rows = Procedure.objects.order_by("sector_name").values_list("sector", "sector_name").distinct()
        self.sectors = dict(rows)
        self.fields["sector"].choices = [("", "–"), *self.sectors.items()]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Procedure.objects.filter(code=code).exists() or versions.draft_of(code) is not None:
            raise forms.ValidationError(_("Đã có thủ tục hoặc bản soạn mang mã này."))
        return code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def new(request: HttpRequest) -> HttpResponse:
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        name, sector = {"vi": told["name"]}, {"key": told["sector"], "name": {"vi": form.sectors[told["sector"]]}}
        if tried(form, lambda: drafting.begin_new(told["code"], name, sector, administrator(request))) is not None:
            return redirect("manage_draft", told["code"])
    context = {"form": form, "title": _("Soạn thủ tục mới"), "back": "manage_procedures", "send": _("Bắt đầu soạn")}
    return shown(request, "manage/form.html", "manage_procedures", **context)


@require_POST
@permission("manage.change")
def discard(request: HttpRequest, code: str) -> HttpResponse:
    found = draft_at(code)
    drafting.discard(found, administrator(request))
    messages.success(request, _("Đã bỏ bản soạn."))
    return redirect("manage_procedure", code) if found.procedure_id else redirect("manage_procedures")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """Whole parts of another procedure in place of this draft's own."""
    found = draft_at(code)
    other = _published(request.GET.get("from", "").strip())
    if request.method == "POST" and other is not None:
        return _copied(request, code, other)
    rows = [] if other is None else _copyable(other.definition)
    context = {"draft": found, "other": other, "rows": rows, "asked": request.GET.get("from", "")}
    return draft_page(request, code, "manage/draft_copy.html", "manage_draft", **context)


def _published(code: str) -> ProcedureVersion | None:
    found = Procedure.objects.select_related("current").filter(code=code).first()
    return found.current if found else None


def _copyable(raw: dict[str, Any]) -> list[dict[str, Any]]:
    own = ("code", "name", "decision_no")
    return [
        {"key": name, "title": title, "names": names}
        for name, title, starts in PARTS
        if (names := [start for start in starts if start in raw and start not in own])
    ]


def _copied(request: HttpRequest, code: str, other: ProcedureVersion) -> HttpResponse:
    chosen = set(request.POST.getlist("part"))
    found = draft_at(code)
    for row in _copyable(other.definition):
        for name in row["names"] if row["key"] in chosen else ():
            drafting.change(found, administrator(request), name, other.definition[name], seen_of(found, name))
            found = draft_at(code)
    messages.success(
        request, _("Đã lấy %(n)s phần từ thủ tục %(code)s.") % {"n": len(chosen), "code": other.procedure.code}
    )
    return redirect("manage_draft", code)


@require_POST
@permission("manage.change")
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """What somebody chose between two texts of the same part; if a third text came meanwhile, one chooses again."""
    found, address = draft_at(code), request.POST.get("address", "")
    try:
        mine = json.loads(request.POST.get("mine", ""))
    except ValueError:
        return redirect("manage_draft", code)
    of_mine = {
        name.removeprefix("at:") for name, choice in request.POST.items() if name.startswith("at:") and choice == "mine"
    }
    value, back = merged(mine, part_at(found, address), of_mine), _safe(request, request.POST.get("back", ""))
    again = kept(request, found, address, value, request.POST.get("seen", ""), back=back)
    return again if again is not None else redirect(back or "manage_draft", *([] if back else [code]))


def _safe(request: HttpRequest, address: str) -> str:
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""
