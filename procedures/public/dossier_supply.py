"""Answering a supplement request: only what was asked for, papers and answers, in one page."""

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.models import User
from portal.moments import today
from portal.permissions import permission
from procedures.actions import drafts, supplements
from procedures.actions.submission import Incomplete
from procedures.models import Attachment, Dossier, SupplementRequest
from procedures.models.form_messages import sentence
from procedures.models.lifecycle import State
from procedures.public.apply_receive import STAYING
from procedures.public.own_dossiers import on_own
from procedures.public.uploading import remove_file, take_files, take_paper
from procedures.queries.answers import check_section
from procedures.queries.form_fields import fields_of, file_of, label_at, sentences, sheet_of, summary_of
from procedures.queries.judging import OF_FIELD, judged
from procedures.queries.supplements import in_words, kept_good
from procedures.schema.form import Field, Section
from procedures.schema.input import edited, from_post
from procedures.workflow import NotAllowed

Wanted = dict[str, Any]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("account")
@on_own
def my_supply(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    asked = SupplementRequest.objects.filter(dossier=dossier, answered_at=None).last()
    if dossier.state != State.SUPPLEMENT_REQUESTED or asked is None:
        messages.info(request, _("Hồ sơ này hiện không có yêu cầu bổ sung nào."))
        return redirect("my_dossier", dossier.reference)
    if request.method != "POST":
        return _page(request, dossier, asked, {}, {})
    typed, errors = _receive(request, dossier, asked)
    if errors or _command(request):
        return _page(request, dossier, asked, typed, errors)
    messages.success(request, _("Đã gửi bổ sung. Cơ quan tiếp tục giải quyết hồ sơ của bạn."))
    return redirect("my_dossier", dossier.reference)


def _receive(
    request: HttpRequest, dossier: Dossier, asked: SupplementRequest
) -> tuple[dict[str, object], dict[str, str]]:
    if "remove_file" in request.POST:
        remove_file(dossier, request.POST["remove_file"])
    errors = _take_papers(request, dossier, asked)
    typed = _take_answers(request, dossier, asked, errors)
    if _command(request):
        return typed, {path: text for path, text in errors.items() if path.startswith("paper-")}
    errors = {**_unanswered(dossier, asked), **errors}
    return typed, errors or _supplied(request, dossier)


def _command(request: HttpRequest) -> tuple[str, str] | None:
    """A button that changes the page and stays on it, and what it is about."""
    named = next((name for name in STAYING if name in request.POST), None)
    return (named, request.POST[named]) if named else None


def wanted_papers(dossier: Dossier, asked: SupplementRequest) -> list[Wanted]:
    """Each paper with a box of its own, what came for it in this round, and the form's field that it belongs to."""
    boxes = [one for one in dossier.version.parsed.form.index.values() if one.type == "file"]
    fields = {one.paper or f"{OF_FIELD}{one.key}": one for one in boxes}
    rows = list(Attachment.objects.filter(dossier=dossier, round=asked.round, removed_at=None))
    found: list[Wanted] = []
    for number, paper in enumerate(asked.papers):
        if paper.get("form"):  # mended on the form itself, further down the page
            continue
        key = paper.get("paper") or paper["name"][:100]
        files = [file_of(row) for row in rows if row.paper == key]
        told = in_words(dossier, paper, get_language() or "vi")
        found.append(
            {**told, "box": f"paper-{number}", "key": key, "files": files, "field": fields.get(paper.get("paper"))}
        )
    return found


def _take_papers(request: HttpRequest, dossier: Dossier, asked: SupplementRequest) -> dict[str, str]:
    errors = {}
    for paper in wanted_papers(dossier, asked):
        uploads = cast("list[UploadedFile[bytes]]", request.FILES.getlist(paper["box"]))
        said = take_paper(
            dossier, paper["key"], uploads, cast(User, request.user), cast("Field | None", paper["field"])
        )
        if said:
            errors[paper["box"]] = said
    return errors


def _unanswered(dossier: Dossier, asked: SupplementRequest) -> dict[str, str]:
    missing = (paper for paper in wanted_papers(dossier, asked) if not paper["files"])
    return {paper["box"]: _("Hãy đính kèm “%(name)s”.") % {"name": paper["name"]} for paper in missing}


def _sections(dossier: Dossier, asked: SupplementRequest) -> list[Section]:
    """The sections that hold a field which may be changed again."""
    named = set(asked.fields)
    return [one for one in dossier.version.parsed.sections if named & {inner.key for inner in one.fields}]


def _take_answers(
    request: HttpRequest, dossier: Dossier, asked: SupplementRequest, errors: dict[str, str]
) -> dict[str, object]:
    """Only the fields that were asked for are read, whatever else was sent."""
    sent = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    command, about = _command(request) or ("", "")
    post = edited(sent, command, about)
    typed: dict[str, object] = {}
    for section in _sections(dossier, asked):
        here = {
            key: value
            for key, value in from_post(section, post).items()
            if key in asked.fields and not _is_file(section, key)
        }
        errors.update(take_files(dossier, _only(section, asked), request.FILES, cast(User, request.user)))
        checked = check_section(dossier, section, here, today())
        said = {path: message for path, message in checked.messages.items() if path.split(".")[0] in here}
        right = {key: checked.answers[key] for key in here if key in checked.answers}
        emptied = tuple(key for key in here if key not in right and key not in {path.split(".")[0] for path in said})
        drafts.save_answers(dossier, right, drop=emptied)
        errors.update(sentences(section, said, get_language() or "vi"))
        typed |= here
    return typed


def _is_file(section: Section, key: str) -> bool:
    return any(one.key == key and one.type == "file" for one in section.fields)


def _only(section: Section, asked: SupplementRequest) -> Section:
    return replace(section, fields=tuple(one for one in section.fields if one.key in asked.fields))


def _supplied(request: HttpRequest, dossier: Dossier) -> dict[str, str]:
    try:
        supplements.supply(dossier, cast(User, request.user), note=request.POST.get("note", "")[:2000])
    except Incomplete as error:
        form, language = dossier.version.parsed.form, get_language() or "vi"
        said = {
            path: sentence(message, label_at(form.section_of(path.split(".")[0]), path).read(language))
            for path, message in error.messages.items()
        }
        return said | {
            f"-{number}": _("Còn thiếu: %(paper)s") % {"paper": name} for number, name in enumerate(error.papers)
        }
    except NotAllowed as error:
        return {"": str(error)}
    return {}


def _page(
    request: HttpRequest, dossier: Dossier, asked: SupplementRequest, typed: dict[str, object], errors: dict[str, str]
) -> HttpResponse:
    command, about = _command(request) or ("", "")
    searched = {about: request.POST.get(f"{about}-find", "")[:200]} if command == "find" else {}
    sheet = sheet_of(dossier, typed, errors, searched=searched)
    papers = [{**paper, "error": errors.get(paper["box"], "")} for paper in wanted_papers(dossier, asked)]
    fields = [one for section in _sections(dossier, asked) for one in fields_of(section, sheet, asked.fields)]
    boxes = {paper["box"] for paper in papers} | set(asked.fields)
    summary = [
        {**one, "name": one["name"] if one["name"].partition("-")[0] == "paper" or one["name"] in boxes else ""}
        for one in summary_of(errors)
    ]
    facts = {
        "dossier": dossier,
        "asked": asked,
        "papers": papers,
        "fields": fields,
        "errors": summary,
        "note": request.POST.get("note", ""),
        "good": kept_good(judged(dossier), asked.papers),
    }
    return render(request, "account/supply.html", facts)
