"""Versions of a procedure: compared side by side, called off, brought back; and the end of a procedure."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.actions import NotPossible
from portal.permissions import permission
from procedures.actions import catalogue, publication
from procedures.manage.frame import administrator, shown, tried
from procedures.manage.publication import PublishForm, said
from procedures.models import Procedure, ProcedureVersion
from procedures.queries import moves
from procedures.queries.comparisons import compare


def _procedure(code: str) -> Procedure:
    return get_object_or_404(Procedure.objects.select_related("current"), code=code)


def _version(found: Procedure, number: str | int) -> ProcedureVersion:
    if not str(number).isdecimal() or len(str(number)) > 9:
        raise Http404
    made: ProcedureVersion = get_object_or_404(
        ProcedureVersion.objects.select_related("national"), procedure=found, number=number
    )
    made.procedure = found
    return made


@never_cache
@require_safe
@permission("manage.view")
def compared(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions side by side; without a choice, the two newest."""
    found = _procedure(code)
    numbers = list(found.versions.order_by("-number").values_list("number", flat=True))
    newest = [*numbers[:2][::-1], *numbers[:1]][:2] or [1, 1]
    old, new = (
        _version(found, request.GET.get(name) or usual) for name, usual in zip(("tu", "den"), newest, strict=True)
    )
    context = {
        "procedure": found, "old": old, "new": new, "numbers": numbers,
        "changes": compare(old.definition, new.definition),
    }  # fmt: skip
    return shown(request, "manage/versions_compared.html", "manage_procedures", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def restore(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Bring an older version back as the newest: with what differs, and the same choices as for any publication."""
    found = _procedure(code)
    version = _version(found, number)
    form = PublishForm(request.POST or None, open_now=moves.open_of(found))
    if request.method == "POST" and form.is_valid():
        back = tried(form, lambda: publication.restore(version, administrator(request), **form.told))
        if back is not None:
            messages.success(request, said(back))
            return redirect("manage_procedure", code)
    changes = compare(found.current.definition, version.definition) if found.current else []
    context = {"procedure": found, "version": version, "form": form, "changes": changes}
    return shown(request, "manage/version_restore.html", "manage_procedures", **context)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Vì sao ngừng tiếp nhận?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Người dân đọc câu này ở trang thủ tục, ví dụ: Bãi bỏ theo Quyết định số 1256/QĐ-UBND."),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Receive a procedure no longer, after seeing what is still open."""
    found = _procedure(code)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and tried(form, lambda: _withdrawn(request, found, form)):
        messages.success(request, _("Đã ngừng tiếp nhận thủ tục. Hồ sơ đã nộp vẫn được giải quyết."))
        return redirect("manage_procedure", code)
    context = {"procedure": found, "form": form, "open": moves.open_of(found)}
    return shown(request, "manage/procedure_withdraw.html", "manage_procedures", **context)


def _withdrawn(request: HttpRequest, found: Procedure, form: WithdrawForm) -> bool:
    catalogue.withdraw(found, administrator(request), reason=form.cleaned_data["reason"])
    return True


@require_POST
@permission("manage.change")
def call_off(request: HttpRequest, code: str) -> HttpResponse:
    """Take back the version that waits for its day."""
    found = _procedure(code)
    try:
        catalogue.call_off(found, administrator(request))
        messages.success(request, _("Đã hủy phiên bản chờ hiệu lực. Phiên bản đang dùng không đổi."))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("manage_procedure", code)


def rows_of(found: Procedure) -> list[dict[str, Any]]:
    """The versions of a procedure for its page, the newest first; one query however many there are."""
    rows = found.versions.defer("definition").select_related("published_by", "national").order_by("-number")
    return [{"version": one, "standing": _standing(one, found)} for one in rows]


def _standing(one: ProcedureVersion, found: Procedure) -> str:
    if one.pk == found.current_id:
        return "current"
    if one.is_scheduled:
        return "scheduled"
    if one.effective_from and one.took_effect_at is None:
        return "called_off"
    return "withdrawn" if one.withdrawn_at else "past"
