"""A given file page by page beside its paper's verdict: some pages at a time, drawn here, each opening on record."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.models import User
from portal.page_images import NoPicture, count_pages, draw
from portal.permissions import may, permission
from procedures.desk.facts import SEEN_HERE, file_fact
from procedures.desk.frame import official, shown
from procedures.desk.judging import VerdictForm
from procedures.desk.withdrawn import held_by
from procedures.models import Attachment, Dossier
from procedures.models.lifecycle import FINAL
from procedures.queries.dossiers import desk_dossier
from procedures.queries.judging import Item, all_faults, judged, key_of, reason_of
from procedures.schema.paper_faults import Fault

ZOOMS = (50, 75, 100, 150, 200)
TURNS = (0, 90, 180, 270)
# Pages of one view: without scripts a browser fetches all of them at once.
AT_ONCE = 10
SALT, MINUTES = "desk.viewer", 60


@dataclass(frozen=True)
class View:
    """How a file is looked at, as the address says it."""

    first: int = 1
    zoom: int = 100
    turn: int = 0

    def address(self, base: str, **changed: int) -> str:
        told = {"tu": self.first, "phong": self.zoom, "xoay": self.turn, **changed}
        return f"{base}?{'&'.join(f'{name}={value}' for name, value in told.items())}"


def _view(request: HttpRequest, pages: int) -> View:
    def number(name: str, usual: int) -> int:
        said = request.GET.get(name, "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else usual

    zoom, turn = number("phong", 100), number("xoay", 0)
    first = min(max(number("tu", 1), 1), max(pages, 1))
    return View(first, zoom if zoom in ZOOMS else 100, turn if turn in TURNS else 0)


def clean_file(dossier: Dossier, pk: int) -> Attachment:
    """A file that was found clean; what is still in quarantine, or infected, nobody opens."""
    row = Attachment.objects.filter(dossier=dossier, pk=pk, removed_at=None, status=Attachment.Status.CLEAN).first()
    if row is None:
        raise Http404
    return row


@never_cache
@require_safe
@permission("dossier.view")
def view(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Some pages of a file. The look is recorded here; the pictures of its pages come only to whoever was here."""
    person = official(request)
    dossier = desk_dossier(person, reference)
    row = clean_file(dossier, pk)
    if row.kind not in SEEN_HERE:
        raise Http404
    audit.look(person, f"dossier:{dossier.reference}", "attachment", dossier.owner)
    try:
        pages = count_pages(row.path, row.kind)
    except NoPicture:
        pages = 0
    asked = _view(request, pages)
    items = judged(dossier)
    item, known = next((one for one in items if one.key == key_of(row)), None), all_faults()
    context = {
        "dossier": dossier, "file": file_fact(dossier, row), "pages": pages, "asked": asked, "item": item,
        "reason": reason_of(item.verdict, known) if item else None, "form": _verdict_form(dossier, person, item, known), "proof": held_by(person, dossier.reference), **_ways(dossier, row, asked, pages), "others": _others(dossier, items, row),
    }  # fmt: skip
    return shown(request, "desk/view.html", context)


def _verdict_form(dossier: Dossier, person: User, item: Item | None, known: list[Fault]) -> VerdictForm | None:
    if item is None or dossier.state in FINAL or not may(person, "dossier.judge"):
        return None
    return VerdictForm(offered=[one for one in known if one.active], item=item)


def _ways(dossier: Dossier, row: Attachment, asked: View, pages: int) -> dict[str, Any]:
    """Addresses of the pages in view and of every way to look at them otherwise."""
    base, key = reverse("desk_view", args=[dossier.reference, row.pk]), _key(dossier, row)
    last = min(asked.first + AT_ONCE - 1, pages)
    at = ZOOMS.index(asked.zoom)
    return {
        "last": last,
        "drawn": [
            {"number": number, "src": f"{reverse('desk_view_page', args=[dossier.reference, row.pk, number])}?k={key}&phong={asked.zoom}&xoay={asked.turn}"}
            for number in range(asked.first, last + 1)
        ],
        "larger": asked.address(base, phong=ZOOMS[at + 1]) if at + 1 < len(ZOOMS) else "",
        "smaller": asked.address(base, phong=ZOOMS[at - 1]) if at else "",
        "turned": asked.address(base, xoay=(asked.turn + 90) % 360),
        "before": asked.address(base, tu=max(asked.first - AT_ONCE, 1)) if asked.first > 1 else "",
        "after": asked.address(base, tu=last + 1) if last < pages else "",
    }  # fmt: skip


def _others(dossier: Dossier, items: list[Item], row: Attachment) -> dict[str, str]:
    """The files before and after this one, paper by paper, so that one goes through all of them."""
    files = [
        one for item in items for one in item.files if one.status == Attachment.Status.CLEAN and one.kind in SEEN_HERE
    ]
    at = next((number for number, one in enumerate(files) if one.pk == row.pk), None)
    if at is None:
        return {}
    around = {"previous": files[at - 1] if at else None, "following": files[at + 1] if at + 1 < len(files) else None}
    return {name: reverse("desk_view", args=[dossier.reference, one.pk]) for name, one in around.items() if one}


def _key(dossier: Dossier, row: Attachment) -> str:
    return signing.TimestampSigner(salt=SALT).sign_object([dossier.pk, row.pk])


@never_cache
@require_safe
@permission("dossier.view")
def page(request: HttpRequest, reference: str, pk: int, number: int) -> HttpResponse:
    """One page as a picture, for an hour after the file was opened and that look was recorded; else the file first."""
    dossier = desk_dossier(official(request), reference)
    row = clean_file(dossier, pk)
    if not _was_here(request.GET.get("k", ""), dossier, row):
        return redirect("desk_view", dossier.reference, row.pk)
    asked = _view(request, 1)
    try:
        content = draw(row.path, row.kind, number, zoom=asked.zoom, turn=asked.turn)
        response = HttpResponse(content, content_type="image/jpeg")
    except NoPicture:
        response = render(request, "desk/no_picture.xml", content_type="image/svg+xml", status=422)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _was_here(key: str, dossier: Dossier, row: Attachment) -> bool:
    try:
        known = signing.TimestampSigner(salt=SALT).unsign_object(key, max_age=MINUTES * 60)
    except signing.BadSignature:
        return False
    return bool(known == [dossier.pk, row.pk])
