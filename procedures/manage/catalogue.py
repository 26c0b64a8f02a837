"""Procedures as they are administered: the level at each office and what it lacks, what is open, versions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.models import Office
from portal.permissions import permission
from portal.queries import open_offices
from procedures.actions import bundles, offices
from procedures.manage.acts import ACTS
from procedures.manage.fields import OfficeField, OfficeForm
from procedures.manage.frame import administrator, shown
from procedures.manage.versions import rows_of
from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.queries import national, oversight, shortfalls
from procedures.queries.moves import withdrawn
from procedures.queries.reasons import LACKS, lacks_of
from procedures.queries.shortfalls import Moved
from procedures.queries.versions import draft_of, in_hand

PAGE, MOST_DRAFTS = 40, 20
LEVELS = (1, 2, 3, 4)


class OfferingForm(OfficeForm):
    blank_forms = forms.BooleanField(label=gettext_lazy("Có mẫu đơn để tải (mức độ 2)"), required=False)
    online_open = forms.BooleanField(label=gettext_lazy("Nhận hồ sơ trực tuyến (mức độ 3)"), required=False)
    pays_online = forms.BooleanField(
        label=gettext_lazy("Thu phí, lệ phí trực tuyến (mức độ 4)"), required=False,
        help_text=gettext_lazy("Cần có tài khoản thu của đơn vị hoặc của đơn vị cấp trên."),
    )  # fmt: skip
    returns_online = forms.BooleanField(label=gettext_lazy("Trả kết quả trực tuyến (toàn trình)"), required=False)


class NewOfferingForm(OfferingForm):
    office = OfficeField(label=gettext_lazy("Đơn vị"), empty_label="–")
    field_order = ("office",)

    def __init__(self, *args: Any, procedure: Procedure, **told: Any) -> None:
        self.procedure = procedure
        super().__init__(*args, **told)

    def offices(self) -> Any:
        return open_offices().exclude(offerings__procedure=self.procedure)


@never_cache
@require_safe
@permission("manage.view")
def procedures(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "lacks", "office", "level", "after")}
    level = int(asked["level"]) if asked["level"] in ("1", "2", "3", "4") else 0
    found = oversight.procedures_shown(asked["q"], asked["lacks"], asked["office"], level)
    rows = list(found.filter(code__gt=asked["after"])[: PAGE + 1])
    context = {
        "rows": _rows(rows[:PAGE]),
        "total": found.count(),
        "next": _next(request, rows),
        "asked": asked,
        "lacks": LACKS.items(),
        "levels": LEVELS,
        "drafts": in_hand()[:MOST_DRAFTS],
        "offices": open_offices(),
    }
    return shown(request, "manage/procedures.html", "manage_procedures", **context)


def _next(request: HttpRequest, rows: list[Procedure]) -> str:
    if len(rows) <= PAGE:
        return ""
    asked = request.GET.copy()
    asked["after"] = rows[PAGE - 1].code
    return f"?{asked.urlencode()}"


def _rows(found: list[Procedure]) -> list[dict[str, Any]]:
    offered = oversight.offerings_by_procedure(found)
    return [{"procedure": one, "offices": len(offered[one.pk]), "lacks": _lacks(offered[one.pk])} for one in found]


def _lacks(offerings: list[Offering]) -> list[tuple[str, str, int]]:
    """Each reason once, with at how many offices it holds."""
    counted = {key: sum(key in lacks_of(one) for one in offerings) for key in LACKS}
    return [(key, str(LACKS[key]), count) for key, count in counted.items() if count]


def _words(offering: Offering) -> str:
    return "; ".join(str(LACKS[key]) for key in lacks_of(offering))


def _cause(moved: Moved) -> str:
    """What moved the level, as the journal names the act."""
    if moved.cause is None:
        return ""
    act = str(ACTS.get(moved.cause.facts["cause"], moved.cause.facts["cause"]))
    return f"{act} ({moved.cause.actor.full_name})" if moved.cause.actor else act


def _procedure(code: str) -> Procedure:
    return get_object_or_404(Procedure.objects.select_related("current"), code=code)


@never_cache
@require_safe
@permission("manage.view")
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    found = _procedure(code)
    rows = found.offerings.select_related("office").order_by("office__code")
    context = {
        "procedure": found,
        "offerings": [{"offering": one, "lacks": _words(one)} for one in rows],
        "versions": rows_of(found),
        "draft": draft_of(code),
        "ended": withdrawn(found),
        **_sources(found),
        "changes": [(one, _cause(one)) for one in shortfalls.history(found)],
    }
    return shown(request, "manage/procedure.html", "manage_procedures", **context)


def _sources(found: Procedure) -> dict[str, Any]:
    """Where its parts come from, where it follows a national definition."""
    current = found.current
    if current is None or current.national is None:
        return {}
    origins, newer = national.origins(current.national, current.definition), national.newer_than(current)
    return {"national": current.national, "origins": origins, "newer": newer}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def offering(request: HttpRequest, code: str, office: str) -> HttpResponse:
    found = get_object_or_404(
        Offering.objects.select_related("procedure", "office"), procedure__code=code, office__code=office
    )
    known = {name: getattr(found, name) for name in offices.SWITCHES}
    form = OfferingForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        return _saved(request, found.procedure, found.office, form.cleaned_data)
    context = {
        "form": form,
        "title": found.office.title,
        "lead": found.procedure,
        "lacks": _words(found),
        "level": found.level,
    }
    return shown(request, "manage/offering.html", "manage_procedures", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def offering_add(request: HttpRequest, code: str) -> HttpResponse:
    found = _procedure(code)
    form = NewOfferingForm(request.POST or None, procedure=found, initial={"blank_forms": True})
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        return _saved(request, found, told.pop("office"), told)
    context = {"form": form, "title": _("Thêm đơn vị thực hiện"), "lead": found}
    return shown(request, "manage/offering.html", "manage_procedures", **context)


def _saved(request: HttpRequest, found: Procedure, office: Office, opened: dict[str, bool]) -> HttpResponse:
    kept = offices.change_offering(found, office, administrator(request), **opened)
    said = _("Đã lưu. %(office)s: mức độ %(level)s.") % {"office": office.title, "level": kept.level}
    if kept.lacks:
        said = f"{said} {_words(kept)}."
    messages.success(request, said)
    return redirect("manage_procedure", found.code)


@never_cache
@require_safe
@permission("manage.view")
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    found = get_object_or_404(ProcedureVersion.objects.select_related("procedure"), procedure__code=code, number=number)
    context = {
        "version": found,
        "procedure": found.procedure,
        "definition": found.parsed,
        "text": bundles.as_text(found.definition),
    }
    return shown(request, "manage/version.html", "manage_procedures", **context)


@never_cache
@require_safe
@permission("manage.view")
def bundle_file(request: HttpRequest, code: str = "") -> HttpResponse:
    """What is published, as a bundle: the whole catalogue or one procedure."""
    content = bundles.given_out(code)
    if code and not content["procedures"]:
        raise Http404
    response = HttpResponse(bundles.as_text(content), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code or "catalogue"}.json"'
    return response


class BundleForm(forms.Form):
    MOST_MB = 2
    file = forms.FileField(
        label=gettext_lazy("Tệp gói thủ tục (JSON)"), widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=gettext_lazy("Tối đa 2 MB. Tệp chỉ được kiểm tra; chưa có gì thay đổi cho đến khi bạn công bố."),
    )  # fmt: skip

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > self.MOST_MB * 1024 * 1024:
            told = _("Tệp lớn hơn %(mb)s MB. Nhờ người vận hành nạp bằng lệnh import_catalogue, hoặc chia nhỏ gói.")
            raise forms.ValidationError(told % {"mb": self.MOST_MB})
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Tệp không phải là văn bản UTF-8.")) from error


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def bundle(request: HttpRequest) -> HttpResponse:
    """A file is checked first; what was checked is sent back with the page and published from there."""
    if request.method == "POST" and "checked" in request.POST:
        return _publish(request, request.POST["checked"])
    form = BundleForm(request.POST or None, request.FILES or None) if request.method == "POST" else BundleForm()
    if request.method != "POST" or not form.is_valid():
        return shown(request, "manage/bundle.html", "manage_bundle", form=form)
    text = form.cleaned_data["file"]
    return shown(
        request, "manage/bundle.html", "manage_bundle", form=BundleForm(), plan=bundles.plan_for(text), text=text
    )


def _publish(request: HttpRequest, text: str) -> HttpResponse:
    try:
        plan = bundles.take_in(text, administrator(request))
    except bundles.Unsound as unsound:
        return shown(request, "manage/bundle.html", "manage_bundle", form=BundleForm(), plan=unsound.plan, text=text)
    messages.success(request, _("Đã công bố %(n)s thủ tục.") % {"n": len(plan.to_publish)})
    if plan.refused:
        messages.warning(request, _("Không nhận %(n)s thủ tục có chỗ sai.") % {"n": len(plan.refused)})
    return redirect("manage_procedures")
