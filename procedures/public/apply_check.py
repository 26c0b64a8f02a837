"""Reading everything once more, filing once, and the receipt of what was received."""

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.models import User
from portal.permissions import permission
from procedures.actions import joint
from procedures.actions.money import open_items
from procedures.actions.submission import Incomplete
from procedures.models import Dossier
from procedures.models.form_messages import sentence
from procedures.models.lifecycle import State
from procedures.public.apply_drafts import draft_at, href, on_draft, way
from procedures.public.apply_forms import DeclareForm
from procedures.public.standing import standing
from procedures.queries.answers import fee_lines, required_papers
from procedures.queries.filing import (
    CHECK,
    CONTACT,
    OWNER,
    Page,
    mandates,
    owner_missing,
    page_key,
    pages_of,
    sections_of,
    wrong_answers,
)
from procedures.queries.form_fields import file_of, files_by_field, label_at
from procedures.queries.moves import newer_than
from procedures.queries.papers import submission_receipt
from procedures.queries.summaries import summary_rows
from procedures.schema.form import Field, Section
from procedures.schema.messages import Message
from procedures.workflow import NotAllowed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.file")
@on_draft
def apply_check(request: HttpRequest, draft: Dossier) -> HttpResponse:
    form = None if _declares(draft) else DeclareForm(request.POST if request.method == "POST" else None)
    wrong: list[dict[str, str]] = []
    if request.method == "POST":
        wrong = _filed(request, draft, form)
        if not wrong:
            return redirect("apply_done", draft.procedure.code, draft.reference)
    return render(request, "apply/check.html", _facts(draft, form, wrong))


def _declares(draft: Dossier) -> bool:
    """A form that has its own declaration does not ask for a second one."""
    return any(one.type == "declaration" for one in draft.version.parsed.form.index.values())


def _filed(request: HttpRequest, draft: Dossier, form: DeclareForm | None) -> list[dict[str, str]]:
    """File it; else what is in the way, each with the page where it is mended."""
    if form is not None and not form.is_valid():
        return [{"href": "#id_true", "text": str(form.errors["true"][0])}]
    if _owner_open(draft):
        return [{"href": href(draft, Page(OWNER, "")), "text": _("Chưa đủ thông tin chủ hồ sơ hoặc giấy ủy quyền.")}]
    if not draft.contact_phone:
        return [{"href": href(draft, Page(CONTACT, "")), "text": _("Hãy cho số điện thoại để chúng tôi liên hệ.")}]
    try:
        # The key is the draft's own: a second press, a reload or a lost answer is the same submission.
        joint.file(draft, cast(User, request.user), f"page-{draft.reference}")
    except Incomplete as error:
        return [
            *_wrong(draft),
            *({"href": "", "text": _("Còn thiếu: %(paper)s") % {"paper": name}} for name in error.papers),
        ]
    except NotAllowed as error:
        return [{"href": "", "text": str(error)}]
    return []


def _owner_open(draft: Dossier) -> bool:
    return any(page.key == OWNER for page in pages_of(draft)) and owner_missing(draft)


def _wrong(draft: Dossier) -> Iterator[dict[str, str]]:
    language = get_language() or "vi"
    for key, found in wrong_answers(draft).items():
        for section, path, message in found:
            text = sentence(cast(Message, message), label_at(section, path).read(language))
            yield {"href": f"{href(draft, Page(key, ''))}#id_{path.split('.')[0]}", "text": text}


def _facts(draft: Dossier, form: DeclareForm | None, wrong: list[dict[str, str]]) -> dict[str, Any]:
    files = files_by_field(draft)
    sections = sections_of(draft)
    return {
        **way(draft, CHECK), "form": form, "wrong": wrong, "newer": newer_than(draft),
        "parts": [{"title": one.title, "rows": summary_rows(draft, one, files, partial(_change, draft, one))} for one in sections],
        "owner_href": href(draft, Page(OWNER, "")) if draft.owner_kind != "citizen" or draft.owner_id != draft.submitter_id else "",
        "contact_href": href(draft, Page(CONTACT, "")), "mandates": [file_of(row) for row in mandates(draft)],
        "papers": required_papers(draft), "fees": fee_lines(draft), "time": draft.version.parsed.time_for("online", draft.case),
    }  # fmt: skip


def _change(draft: Dossier, section: Section, field: Field) -> str:
    """The page on which an answer is mended."""
    return href(draft, Page(page_key(section, field.key), ""))


@never_cache
@require_safe
@permission("dossier.file")
def apply_done(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """The receipt: what was received, to the byte, what comes next and by when, what is to be paid."""
    dossier = draft_at(request, code, reference)
    if dossier.state == State.DRAFT and dossier.joint_code:
        return redirect("my_joint", dossier.joint_code)
    if dossier.state == State.DRAFT:
        return redirect("apply_check", code, reference)
    receipt = submission_receipt(dossier)
    if receipt is None:
        raise Http404
    items = open_items(dossier)
    facts = {
        "dossier": dossier,
        "receipt": receipt,
        "files": receipt.data["files"],
        "items": items,
        "standing": standing(dossier),
    }
    return render(
        request, "apply/done.html", {**facts, "total": sum(item.amount for item in items), "section": "procedures"}
    )
