"""What each procedure lacks to reach the next level, where that is mended, and how the levels moved."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.queries import open_offices
from portal.streaming import pieces
from procedures.manage.frame import shown
from procedures.models import Procedure
from procedures.queries import exports, shortfalls
from procedures.queries.reasons import IN_THE_DEFINITION, LACKS
from procedures.queries.shortfalls import COLUMNS, Asked, Reason, Shortfall

PAGE = 40
LEVELS = (1, 2, 3, 4)
NAMES = ("q", "reason", "office", "sector", "level", "after")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Line:
    """A reason with the address at which it is mended."""

    text: str
    href: str


@never_cache
@require_safe
@permission("manage.view")
def levels(request: HttpRequest) -> HttpResponse:
    typed = {name: request.GET.get(name, "").strip()[:100] for name in NAMES}
    asked = _asked(typed)
    found = shortfalls.procedures_short(asked)
    rows = list(found.filter(code__gt=typed["after"])[: PAGE + 1])
    context = {
        "rows": [_row(one) for one in shortfalls.shortfalls(rows[:PAGE], asked.office)],
        "total": found.count(),
        "next": _with(typed, after=rows[PAGE - 1].code) if len(rows) > PAGE else "",
        "asked": typed,
        "query": _with(typed, after=""),
        "remedies": [(one, _with({}, reason=one.reason)) for one in shortfalls.remedies()],
        "shares": shortfalls.shares(),
        **_choices(),
    }
    return shown(request, "manage/levels.html", "manage_levels", **context)


def _asked(typed: dict[str, str]) -> Asked:
    reason = typed["reason"] if typed["reason"] in LACKS else ""
    level = int(typed["level"]) if typed["level"] in ("1", "2", "3", "4") else 0
    return Asked(typed["q"], reason, typed["office"], typed["sector"], level)


def _choices() -> dict[str, Any]:
    sectors = Procedure.objects.filter(current__isnull=False).order_by("sector").distinct("sector")
    return {
        "reasons": LACKS.items(),
        "levels": LEVELS,
        "offices": open_offices(),
        "sectors": sectors.only("sector", "sector_name", "sector_name_en"),
    }


def _with(typed: dict[str, str], **changed: str) -> str:
    return "?" + urlencode({name: value for name, value in {**typed, **changed}.items() if value})


def _row(one: Shortfall) -> dict[str, Any]:
    return {"short": one, "lines": [Line(why.text, mended_at(why, one.procedure)) for why in one.reasons]}


def mended_at(why: Reason, procedure: Procedure) -> str:
    """In the definition, among the accounts, or with the first of the offices (the others are listed there)."""
    if why.key in IN_THE_DEFINITION:
        return reverse("manage_draft", args=[procedure.code])
    if why.key == "fee_account":
        return f"{reverse('manage_account_open')}?{urlencode({'office': why.offices[0].pk})}"
    if len(why.offices) == 1:
        return reverse("manage_offering", args=[procedure.code, why.offices[0].code])
    return reverse("manage_procedure", args=[procedure.code])


@never_cache
@require_safe
@permission("manage.view")
def levels_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Every procedure, office and reason as a table."""
    asked = _asked({name: request.GET.get(name, "").strip()[:100] for name in NAMES})
    if kind == "xlsx":
        content = exports.as_xlsx(COLUMNS, shortfalls.table(asked), title="levels")
        return HttpResponse(content, content_type=SHEET, headers=_named(kind))
    if kind != "csv":
        raise Http404
    lines = pieces(lambda place: _piece(asked, place))
    streamed = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=_named(kind))
    return cast(HttpResponse, streamed)


def _piece(asked: Asked, place: str) -> tuple[str, str | None]:
    head = "" if place else exports.csv_head(COLUMNS)
    rows, following = shortfalls.table_after(asked, place)
    return head + exports.csv_lines(COLUMNS, rows), following


def _named(kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="muc-do.{kind}"'}
