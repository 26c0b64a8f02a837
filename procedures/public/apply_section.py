"""One section of a form on one page: saved as it is, judged when one wants to go on, nothing typed is lost."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.permissions import permission
from portal.templatetags.ui import hour
from procedures.models import Dossier
from procedures.public.apply_drafts import href, on_draft, way
from procedures.public.apply_receive import Sent, keep_typed, receive, typed_answers
from procedures.queries.filing import Page, page_after, pages_of
from procedures.queries.form_fields import fields_of, sheet_of, summary_of
from procedures.queries.marks import marks
from procedures.schema.form import Section


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.file")
@on_draft
def apply_section(request: HttpRequest, draft: Dossier, section: str) -> HttpResponse:
    pages = pages_of(draft)
    part = _section(pages, section)
    if request.method != "POST":
        return _page(request, draft, part, Sent(), pages)
    sent = receive(request, draft, part)
    if sent.stays:
        return _page(request, draft, part, sent)
    if sent.command == "exit":
        messages.success(request, _("Đã lưu. Bạn có thể quay lại điền tiếp bất cứ lúc nào, trên máy nào cũng được."))
        return redirect("account")
    if sent.command == "tasks":
        return redirect("apply_tasks", draft.procedure.code, draft.reference)
    return redirect(href(draft, page_after(draft, section)))


@require_POST
@permission("dossier.file")
@on_draft
def apply_save(request: HttpRequest, draft: Dossier, section: str) -> HttpResponse:
    """What a script saves in passing: right answers are kept, nothing is judged; what another device changed is told."""
    part = _section(pages_of(draft), section)
    sent = Sent(typed_answers(part, request))
    keep_typed(request, draft, part, sent)
    labels = [one.label for one in part.fields if one.key in sent.elsewhere]
    told = {"saved": hour(draft.saved_at), "elsewhere": [_said(label) for label in labels]}
    return JsonResponse({**told, "seen": request.POST.get("seen", "") if labels else marks(part, draft.answers)})


def _said(label: Any) -> str:
    return str(label.read(get_language() or "vi"))


def _section(pages: list[Page], key: str) -> Section:
    found = next((page.section for page in pages if page.key == key), None)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, draft: Dossier, part: Section, sent: Sent, pages: list[Page] | None = None
) -> HttpResponse:
    has_files = any(one.type == "file" for one in part.fields)
    sheet = sheet_of(
        draft,
        sent.typed,
        sent.errors,
        rows=sent.rows,
        files=has_files,
        searched=sent.searched,
        elsewhere=sent.elsewhere,
    )
    errors = summary_of({**sent.errors, **_told(part, sent)})
    facts: dict[str, Any] = {
        **way(draft, part.key, pages), "part": part, "fields": fields_of(part, sheet), "errors": errors, "seen": marks(part, draft.answers),
    }  # fmt: skip
    return render(request, "apply/section.html", facts)


def _told(part: Section, sent: Sent) -> dict[str, str]:
    """A line of the summary for each answer that another device changed meanwhile."""
    labels = {one.key: _said(one.label) for one in part.fields if one.key in sent.elsewhere}
    return {
        key: _("“%(label)s” vừa được đổi trên máy hoặc trang khác; hãy xem cả hai.") % {"label": label}
        for key, label in labels.items()
    }
