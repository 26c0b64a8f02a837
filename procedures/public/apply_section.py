"""One section of a form on one page: saved as it is, judged when one wants to go on, nothing typed is lost."""

import re
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.models import User
from portal.moments import today
from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.actions import drafts
from procedures.models import Dossier
from procedures.public.apply_drafts import href, on_draft, way
from procedures.public.uploading import remove_file, take_files
from procedures.queries.answers import check_section
from procedures.queries.filing import page_after, pages_of
from procedures.queries.form_fields import fields_of, sentences, sheet_of, summary_of
from procedures.queries.places import communes_of
from procedures.schema.form import Section
from procedures.schema.input import from_post
from procedures.schema.validate import Checked

# Buttons that change the page and stay on it; what they carry is the field, row or file that they are about.
STAYING = ("add", "remove", "province", "upload", "remove_file")


@dataclass
class Sent:
    """What came with a page: what was typed, what is wrong with it, and what the person wants now."""

    typed: dict[str, object]
    command: str = "next"
    about: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def stays(self) -> bool:
        return self.command in STAYING or bool(self.errors)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.file")
@on_draft
def apply_section(request: HttpRequest, draft: Dossier, section: str) -> HttpResponse:
    part = _section(draft, section)
    if request.method != "POST":
        return _page(request, draft, part, Sent({}))
    sent = receive(request, draft, part)
    if sent.stays:
        return _page(request, draft, part, sent)
    if sent.command == "exit":
        messages.success(request, _("Đã lưu. Bạn có thể quay lại điền tiếp bất cứ lúc nào, trên máy nào cũng được."))
        return redirect("account")
    return redirect(href(draft, page_after(draft, section)))


@require_POST
@permission("dossier.file")
@on_draft
def apply_save(request: HttpRequest, draft: Dossier, section: str) -> HttpResponse:
    """What a script saves in passing: right answers are kept, nothing is judged."""
    part = _section(draft, section)
    typed = typed_answers(part, request)
    keep(draft, part, typed, check_section(draft, part, typed, today()))
    return HttpResponse(status=204)


def _section(draft: Dossier, key: str) -> Section:
    found = next((page.section for page in pages_of(draft) if page.key == key), None)
    if found is None:
        raise Http404
    return found


def receive(request: HttpRequest, draft: Dossier, part: Section) -> Sent:
    """Keep what is right and the files that came along; say what is wrong only to those who want to go on."""
    command, about = _command(request)
    sent = Sent(typed_answers(part, request, about if command == "remove" else ""), command, about)
    user = cast(User, request.user)
    if command == "remove_file":
        remove_file(draft, about)
    refused = take_files(draft, part, request.FILES, user)
    checked = check_section(draft, part, sent.typed, today())
    keep(draft, part, sent.typed, checked)
    if command == "next":
        sent.errors = sentences(part, checked.messages, get_language() or "vi")
    sent.errors |= refused
    return sent


def _command(request: HttpRequest) -> tuple[str, str]:
    named = next((name for name in STAYING if name in request.POST), None)
    return (named, request.POST[named]) if named else (request.POST.get("go", "next"), "")


def typed_answers(part: Section, request: HttpRequest, without_row: str = "") -> dict[str, object]:
    """Everything typed on the page but files, which go their own way; a row that is taken out goes before it is read."""
    post = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    if without_row:
        post = {name: values for name, values in post.items() if not name.startswith(f"{without_row}-")}
    files = {one.key for one in part.fields if one.type == "file"}
    return {key: value for key, value in from_post(part, post).items() if key not in files}


def rows_sent(request: HttpRequest, group: str) -> int:
    """How many rows of a group the page showed, empty ones too."""
    shape = re.compile(rf"{re.escape(group)}-([0-9]{{1,6}})-")
    return len({found[1] for name in request.POST if (found := shape.match(name))})


def keep(draft: Dossier, part: Section, typed: dict[str, object], checked: Checked) -> None:
    here = {one.key for one in part.fields}
    right = {key: value for key, value in checked.answers.items() if key in here}
    emptied = tuple(key for key in typed if key not in right and key in draft.answers)
    drafts.save_answers(draft, right, drop=emptied)


def _page(request: HttpRequest, draft: Dossier, part: Section, sent: Sent) -> HttpResponse:
    rows = {sent.about: rows_sent(request, sent.about) + 1} if sent.command == "add" else {}
    sheet = sheet_of(draft, sent.typed, sent.errors, rows=rows)
    facts: dict[str, Any] = {
        **way(draft, part.key), "part": part, "fields": fields_of(part, sheet), "errors": summary_of(sent.errors),
    }  # fmt: skip
    return render(request, "apply/section.html", facts)


@require_safe
@permission(PUBLIC)
@cache_control(public=True, max_age=86400)
def communes(request: HttpRequest) -> HttpResponse:
    """The communes of a province as [code, name], for the list that changes without a reload."""
    return JsonResponse(communes_of(request.GET.get("province", "")), safe=False)
