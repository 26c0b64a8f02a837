"""One dossier on one page: everything that is known of it, and what this official can do next."""

from io import BytesIO
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.files import download, open_stored
from portal.permissions import permission
from procedures.actions import desk
from procedures.desk import facts, matter
from procedures.desk.came_from import place_of
from procedures.desk.deeds import offers, permitted
from procedures.desk.frame import official, shown
from procedures.desk.rows import standing_of
from procedures.desk.viewer import clean_file
from procedures.models import Dossier, Paper
from procedures.queries import papers as paper_files
from procedures.queries.dossiers import desk_dossier
from procedures.queries.joint import family_of
from procedures.queries.opinions import opinions_at
from procedures.queries.paper_lists import lists_of
from procedures.queries.post import parcels_of
from procedures.queries.renewals import renews
from procedures.queries.signing import begun_at
from procedures.queries.three_clocks import faces_of
from procedures.queries.units import is_elsewhere, units_of
from procedures.queries.worklist import earlier_dossiers, step_name

SEEN_INLINE = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


@never_cache
@require_safe
@permission("dossier.view")
def dossier_page(request: HttpRequest, reference: str) -> HttpResponse:
    person = official(request)
    dossier = desk_dossier(person, reference)
    others = earlier_dossiers(person, dossier)
    audit.looks(person, _looks(dossier, others))
    desk.seen(person, [dossier])
    context = {
        "dossier": dossier,
        "standing": standing_of(dossier),
        "step": step_name(dossier, get_language() or "vi"),
        "deeds": offers(dossier, person),
        "paper_lists": lists_of(dossier),
        "can_scan": permitted(person, "dossier.scan", dossier),
        "can_hand": permitted(person, "papers.hand", dossier),
        "papers": facts.papers_of(dossier),
        "money": facts.money_of(dossier),
        "supplements": facts.supplements_of(dossier),
        "timeline": facts.timeline_of(dossier),
        "earlier": matter.earlier_of(dossier, others),
        "clock": faces_of(dossier),
        "renews": renews(dossier),
        "parcels": parcels_of(dossier, desk=True),
        "place": place_of(request, person, dossier),
        **matter.matter_of(dossier, person),
        "opinions": opinions_at(dossier),
        "signing": begun_at(dossier),
        "family": family_of(dossier),
        "units": units_of(dossier) if is_elsewhere(dossier) else (),
    }
    return shown(request, "desk/dossier.html", context)


def _looks(dossier: Dossier, others: list[Dossier]) -> list[audit.Look]:
    """The dossier itself, and those of the same person that its page names."""
    named = [(f"dossier:{one.reference}", "earlier", None) for one in others]
    return [(f"dossier:{dossier.reference}", "dossier", dossier.owner), *named]


@never_cache
@require_safe
@permission("dossier.view")
def attachment(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A file that was found clean; what is still in quarantine, or infected, nobody opens."""
    dossier = desk_dossier(official(request), reference)
    row = clean_file(dossier, pk)
    audit.look(official(request), f"dossier:{dossier.reference}", "attachment", dossier.owner)
    kind = SEEN_INLINE.get(row.kind, "application/octet-stream")
    return _sent(open_stored(row.path), row.name, kind, inline=row.kind in SEEN_INLINE and "tai-ve" not in request.GET)


@never_cache
@require_safe
@permission("dossier.view")
def paper(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A paper that the authority issued, as PDF."""
    dossier = desk_dossier(official(request), reference)
    row = Paper.objects.select_related("dossier").filter(dossier=dossier, pk=pk).first()
    if row is None:
        raise Http404
    audit.look(official(request), f"dossier:{dossier.reference}", "paper", dossier.owner)
    return _sent(
        BytesIO(paper_files.pdf_of(row)),
        paper_files.file_name(row),
        "application/pdf",
        inline="tai-ve" not in request.GET,
    )


def _sent(content: Any, name: str, kind: str, *, inline: bool) -> HttpResponse:
    return cast(HttpResponse, download(content, name, kind, inline=inline))
