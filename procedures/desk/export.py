"""The list as a file: CSV is sent while it is written, a short XLSX at once, a long one by a worker. Each is in the journal."""

from typing import cast
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.files import download, open_stored
from portal.models import User
from portal.permissions import permission, roles_of
from portal.streaming import pieces
from procedures.actions import list_files
from procedures.desk.frame import official, shown
from procedures.models import Dossier, ListFile
from procedures.queries import exports, sheets
from procedures.queries import worklist as lists

KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
SHOWN = 20


def _asked(request: HttpRequest) -> tuple[User, lists.Wanted]:
    person = official(request)
    return person, lists.wanted_of(request.GET.dict(), roles_of(person))


@never_cache
@require_safe
@permission("desk.view")
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Without names, ids, telephones and addresses: what an office counts and plans by."""
    person, wanted = _asked(request)
    if kind == "xlsx" and sheets.is_long(person, wanted):
        return redirect(f"{reverse('desk_list_files')}?{wanted.query()}")
    return _file(person, wanted, kind)


@never_cache
@require_POST
@permission("dossier.export_personal")
def export_personal(request: HttpRequest, kind: str) -> HttpResponse:
    """With them, for those who may, and who say for what: each person sees in their account that this was done."""
    person, wanted = _asked(request)
    purpose = request.POST.get("purpose", "").strip()[:200]
    if not purpose:
        messages.error(request, _("Hãy ghi mục đích xuất dữ liệu cá nhân."))
        return redirect(f"{reverse('worklist')}?{wanted.query()}")
    if kind == "xlsx" and sheets.is_long(person, wanted):
        list_files.ask(person, wanted, kind, personal=True, purpose=purpose)
        return redirect("desk_list_files")
    return _file(person, wanted, kind, purpose=purpose)


def _file(person: User, wanted: lists.Wanted, kind: str, *, purpose: str = "") -> HttpResponse:
    """At once. Who gives a purpose gets what is personal."""
    if kind not in KINDS:
        raise Http404
    list_files.note_made(person, wanted, kind, personal=bool(purpose), purpose=purpose)
    made = _workbook(person, wanted, purpose) if kind == "xlsx" else _table(person, wanted, purpose)
    made.headers["Content-Disposition"] = f'attachment; filename="ho-so.{kind}"'
    return made


def _workbook(person: User, wanted: lists.Wanted, purpose: str) -> HttpResponse:
    def saw(rows: list[Dossier]) -> None:
        if purpose:
            list_files.note_people(person, rows, purpose)

    rows = sheets.whole(person, wanted, get_language() or "vi", personal=bool(purpose), saw=saw)
    content = exports.as_xlsx(sheets.headings(personal=bool(purpose)), rows, title=str(wanted.list.title))
    return HttpResponse(content, content_type=KINDS["xlsx"])


def _table(person: User, wanted: lists.Wanted, purpose: str) -> HttpResponse:
    columns, language = sheets.headings(personal=bool(purpose)), get_language() or "vi"

    def make(place: str) -> tuple[str, str | None]:
        person.__dict__.pop("_memberships_by_tenant", None)  # a role that ends while the file is sent ends it
        rows, following = sheets.piece(person, wanted, place)
        if purpose:
            list_files.note_people(person, rows, purpose)
        head = "" if place else exports.csv_head(columns)
        return head + exports.csv_lines(columns, sheets.lines(rows, language, personal=bool(purpose))), following

    return cast(HttpResponse, StreamingHttpResponse(pieces(make), content_type=KINDS["csv"]))


# ---- by a worker ----


@never_cache
@require_safe
@permission("desk.view")
def files(request: HttpRequest) -> HttpResponse:
    """One's own files, how far each is, and the list that one came from, to have it written."""
    person, wanted = _asked(request)
    made = list(ListFile.objects.filter(person=person)[:SHOWN])
    context = {
        "wanted": wanted if request.GET else None,
        "here": wanted.query(),
        "made": [{"file": one, "list": _list_of(one), "mine": list_files.is_theirs(person, one)} for one in made],
        "waiting": sum(one.state == ListFile.State.WAITING for one in made),
        "at_once": sheets.AT_ONCE,
        "days": list_files.KEPT.days,
    }
    return shown(request, "desk/list_files.html", context)


def _list_of(file: ListFile) -> str:
    """What the list is called in the reader's language; its words and filters are not told."""
    asked = dict(parse_qsl(file.query))
    return str(lists.LISTS[asked["list"]].title) if asked.get("list") in lists.LISTS else file.title


@require_POST
@permission("desk.view")
def ask(request: HttpRequest) -> HttpResponse:
    """Have a list written, without personal data."""
    person, wanted = _asked(request)
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    list_files.ask(person, wanted, kind)
    messages.success(request, _("Tệp đang được lập. Bạn có thể làm việc khác trong lúc chờ."))
    return redirect("desk_list_files")


def _own(request: HttpRequest, pk: int) -> ListFile:
    found = ListFile.objects.filter(pk=pk, person=official(request), state=ListFile.State.READY).first()
    if found is None or not list_files.is_theirs(official(request), found):
        raise Http404
    return found


@never_cache
@require_safe
@permission("desk.view")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """To whoever asked for it, while the rights last that it was asked by; nobody else."""
    found = _own(request, pk)
    list_files.note_taken(found, official(request))
    return cast(HttpResponse, download(open_stored(found.path), f"ho-so.{found.kind}", KINDS[found.kind]))


@require_POST
@permission("desk.view")
def file_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Before its time is over."""
    list_files.drop(_own(request, pk).pk)
    messages.success(request, _("Đã xóa tệp."))
    return redirect("desk_list_files")
