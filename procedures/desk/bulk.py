"""What is done to many dossiers at once: the job, and how far it is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.permissions import permission
from portal.tenancy import inside, short_transactions
from procedures.actions import bulk
from procedures.desk.frame import official, shown
from procedures.models import BulkItem, BulkJob

Outcome = BulkItem.Outcome


@never_cache
@require_POST
@permission("desk.view")
@short_transactions
def begin(request: HttpRequest) -> HttpResponse:
    """Each of the chosen dossiers in a transaction of its own: what went wrong with one does not undo the others."""
    deed, chosen = request.POST.get("deed", ""), request.POST.getlist("chosen")
    if deed not in bulk.DEEDS:
        raise Http404
    key = request.POST.get("key") or get_random_string(24)
    with inside(request.tenant):  # type: ignore[attr-defined]
        job = bulk.begin(official(request), deed, chosen, key, to=request.POST.get("to", ""))
        few = job.items.count() <= bulk.AT_ONCE
    if few:
        bulk.run(job)
    return redirect("desk_bulk_job", job.pk)


@never_cache
@require_safe
@permission("desk.view")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each; whoever began it sees it, and nobody else."""
    found = BulkJob.objects.filter(pk=pk, person=official(request)).first()
    if found is None:
        raise Http404
    items = list(found.items.select_related("dossier").only(*ITEM))
    count = {one: sum(item.outcome == one for item in items) for one in Outcome}
    context = {
        "job": found, "title": bulk.DEEDS[found.deed].title, "items": items, "waiting": count[Outcome.WAITING],
        "done": count[Outcome.DONE], "failed": count[Outcome.REFUSED] + count[Outcome.OVERTAKEN], "all": len(items),
    }  # fmt: skip
    return shown(request, "desk/bulk.html", context)


# Nothing sealed is opened for it.
ITEM = (
    "tenant_id", "job_id", "place", "reference", "outcome", "words", "dossier_id", "dossier__tenant_id", "dossier__reference",
    "dossier__number", "dossier__owner_name",
)  # fmt: skip
