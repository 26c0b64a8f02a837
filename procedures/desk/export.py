"""The list as a file: XLSX, or CSV that is sent while it is written. Each is in the journal; a look at people is theirs to see."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import audit
from portal.models import User
from portal.permissions import permission, roles_of
from portal.streaming import pieces
from procedures.desk.frame import official
from procedures.models import Dossier
from procedures.queries import exports, sheets
from procedures.queries import worklist as lists

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Saw = Callable[[list[Dossier]], None]


@never_cache
@require_safe
@permission("desk.view")
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Without names, ids, telephones and addresses: what an office counts and plans by."""
    return _file(request, kind, personal=False)


@never_cache
@require_POST
@permission("dossier.export_personal")
def export_personal(request: HttpRequest, kind: str) -> HttpResponse:
    """With them, for those who may, and who say for what: each person sees in their account that this was done."""
    if not request.POST.get("purpose", "").strip():
        messages.error(request, _("Hãy ghi mục đích xuất dữ liệu cá nhân."))
        return redirect(f"{reverse('worklist')}?{request.GET.urlencode()}")
    return _file(request, kind, personal=True)


def _file(request: HttpRequest, kind: str, *, personal: bool) -> HttpResponse:
    if kind not in ("csv", "xlsx"):
        raise Http404
    person, wanted = official(request), lists.wanted_of(request.GET.dict(), roles_of(official(request)))
    purpose = request.POST.get("purpose", "").strip()[:200]
    audit.record(
        person, "desk.export", f"list:{wanted.list.key}",
        filter=wanted.query(words=False), searched=bool(wanted.q), kind=kind, personal=personal, purpose=purpose,
    )  # fmt: skip
    saw = _note(person, purpose) if personal else lambda rows: None
    if kind == "xlsx":
        return _workbook(person, wanted, saw, personal=personal)
    return _table(person, wanted, saw, personal=personal)


def _note(person: User, purpose: str) -> Saw:
    """Each one's look, in the transaction in which the rows are read: nothing leaves unrecorded."""

    def saw(rows: list[Dossier]) -> None:
        owners = User.objects.only("pk").in_bulk({row.owner_id for row in rows if row.owner_id})
        told = [(f"dossier:{row.reference}", f"export: {purpose}", owners.get(row.owner_id or 0)) for row in rows]
        audit.looks(person, told)

    return saw


def _workbook(person: User, wanted: lists.Wanted, saw: Saw, *, personal: bool) -> HttpResponse:
    rows = sheets.whole(person, wanted, get_language() or "vi", personal=personal, saw=saw)
    content = exports.as_xlsx(sheets.headings(personal=personal), rows, title=str(wanted.list.title))
    return _named(HttpResponse(content, content_type=SHEET), "xlsx")


def _table(person: User, wanted: lists.Wanted, saw: Saw, *, personal: bool) -> HttpResponse:
    columns, language = sheets.headings(personal=personal), get_language() or "vi"

    def make(place: str) -> tuple[str, str | None]:
        person.__dict__.pop("_memberships_by_tenant", None)  # a role that ends while the file is sent ends it
        rows, following = sheets.piece(person, wanted, place)
        saw(rows)
        head = "" if place else exports.csv_head(columns)
        return head + exports.csv_lines(columns, sheets.lines(rows, language, personal=personal)), following

    answer = StreamingHttpResponse(pieces(make), content_type="text/csv; charset=utf-8")
    return _named(cast(HttpResponse, answer), "csv")


def _named(answer: HttpResponse, kind: str) -> HttpResponse:
    answer.headers["Content-Disposition"] = f'attachment; filename="ho-so.{kind}"'
    return answer
