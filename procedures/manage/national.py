"""The national catalogue as an administrator sees it: what is not adopted, one definition, and a newer one led into a draft."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.actions import NotPossible
from portal.permissions import permission
from procedures.actions import drafting
from procedures.actions import national as shelf
from procedures.manage.drafting import draft_at, draft_page
from procedures.manage.frame import administrator, shown
from procedures.models import NationalDefinition
from procedures.queries import national as queries
from procedures.queries.comparisons import compare
from procedures.queries.national import PAGE


@never_cache
@require_safe
@permission("manage.view")
def national(request: HttpRequest) -> HttpResponse:
    """What is on the shelf and not adopted here; the first page and the ones after it cost the same."""
    words, after = (request.GET.get(name, "").replace("\x00", "").strip()[:200] for name in ("q", "after"))
    rows = list(queries.not_adopted(words, after)[: PAGE + 1])
    following = f"?{urlencode({'q': words, 'after': rows[PAGE - 1].code})}" if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "asked": words, "next": following}
    return shown(request, "manage/national.html", "manage_national", **context)


def _definition(code: str) -> NationalDefinition:
    found = queries.newest_of(code)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
@permission("manage.view")
def national_one(request: HttpRequest, code: str) -> HttpResponse:
    """One definition of the shelf, part by part."""
    found = _definition(code)
    adopted = not queries.not_adopted().filter(code=code).exists()
    context = {"found": found, "parts": compare({}, found.definition), "adopted": adopted}
    return shown(request, "manage/national_one.html", "manage_national", **context)


@require_POST
@permission("manage.change")
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Make it one's own: a draft that begins as the ministry wrote it."""
    try:
        drafting.adopt(_definition(code), administrator(request))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("manage_national")
    messages.success(request, _("Đã đưa vào bản soạn. Sửa những gì riêng của địa phương rồi công bố."))
    return redirect("manage_draft", code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def draft_national(request: HttpRequest, code: str) -> HttpResponse:
    """What the ministry changed since, held against the draft; one button takes it over where nothing was changed here."""
    draft = draft_at(code)
    found = queries.offered(draft)
    if request.method == "POST":
        return _led_in(request, code)
    context: dict[str, Any] = {"draft": draft, "offered": found}
    return draft_page(request, code, "manage/draft_national.html", "manage_draft_national", **context)


def _led_in(request: HttpRequest, code: str) -> HttpResponse:
    told = {name: request.POST.get(name, "") for name in ("revision", "number")}
    seen = {name: int(value) if value.isdecimal() and len(value) < 10 else 0 for name, value in told.items()}
    try:
        found = shelf.lead_in(draft_at(code), administrator(request), **seen)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("manage_draft_national", code)
    said = _("Đã đưa bản số %(n)s của bộ vào bản soạn.") % {"n": found.newer.number}
    kept = ", ".join(str(part.title) for part in found.both)
    messages.success(
        request, f"{said} {_('Giữ nguyên phần sửa tại đây: %(parts)s.') % {'parts': kept}}" if kept else said
    )
    return redirect("manage_draft", code)
