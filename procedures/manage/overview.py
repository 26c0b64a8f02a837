"""What needs attention today, how the neighbours are, and work that was given up."""

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from integrations import status
from integrations.status import Condition, Neighbour
from portal import actions
from portal.models import OutboxRow
from portal.permissions import permission
from portal.tenancy import inside, short_transactions
from procedures.manage.frame import administrator, shown
from procedures.queries import oversight, packages, shortfalls

HEALTH_KEPT = 30
MOST_SHOWN = 8
PAGE = 50


@never_cache
@require_safe
@permission("manage.view")
@short_transactions
def overview(request: HttpRequest) -> HttpResponse:
    """The neighbours are asked before the authority's rows are opened."""
    neighbours = _neighbours()
    with inside(request.tenant):  # type: ignore[attr-defined]
        unmanned = oversight.unmanned()
        context = {
            "lacking": shortfalls.counted_by_reason(),
            "unmanned": unmanned[:MOST_SHOWN],
            "more_unmanned": len(unmanned) - MOST_SHOWN,
            "ending": oversight.ending_roles()[:MOST_SHOWN],
            "given_up": oversight.given_up().count(),
            "late": oversight.late_dossiers(),
            "feedback": oversight.waiting_feedback(),
            "stuck": len(packages.stuck()),
            "down": [one for one in neighbours if one.condition is Condition.DOWN],
        }
        return shown(request, "manage/overview.html", "manage", **context)


@never_cache
@require_safe
@permission("manage.view")
@short_transactions
def links(request: HttpRequest) -> HttpResponse:
    neighbours = _ask()
    with inside(request.tenant):  # type: ignore[attr-defined]
        return shown(request, "manage/links.html", "manage_links", neighbours=neighbours)


def _neighbours() -> list[Neighbour]:
    """At most half a minute old: the overview is opened often, and asking the silent ones takes seconds."""
    kept: list[Neighbour] | None = cache.get("neighbours")
    return kept if kept is not None else _ask()


def _ask() -> list[Neighbour]:
    told = status.check()
    cache.set("neighbours", told, HEALTH_KEPT)
    return told


@never_cache
@require_safe
@permission("manage.view")
def jobs(request: HttpRequest) -> HttpResponse:
    rows = oversight.named(list(oversight.given_up()[: PAGE + 1]))
    return shown(request, "manage/jobs.html", "manage_jobs", rows=rows[:PAGE], more=len(rows) > PAGE)


@require_POST
@permission("manage.change")
def job_again(request: HttpRequest, key: int) -> HttpResponse:
    row = get_object_or_404(OutboxRow, pk=key, given_up_at__isnull=False)
    actions.try_again(row, actor=administrator(request))
    messages.success(request, _("Việc này sẽ được làm lại ngay."))
    return redirect("manage_jobs")
