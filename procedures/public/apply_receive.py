"""What came with a page of a form: read, kept as far as it is right, judged when one wants to go on; nothing is lost."""

import re
from dataclasses import dataclass, field
from typing import cast

from django.http import HttpRequest
from django.utils.translation import get_language

from portal.models import User
from portal.moments import today
from procedures.actions import drafts
from procedures.models import Dossier
from procedures.public.uploading import remove_file, take_files
from procedures.queries.answers import check_section
from procedures.queries.form_fields import sentences
from procedures.queries.marks import newer
from procedures.queries.results import shown
from procedures.schema.form import Section
from procedures.schema.input import edited, from_post
from procedures.schema.validate import Checked

# Buttons that change the page and stay on it; what they carry is the field, row or file that they are about.
STAYING = ("add", "copy", "remove", "province", "find", "upload", "remove_file")


@dataclass
class Sent:
    """What was typed, what is wrong with it, what another page changed meanwhile, and what the person wants now."""

    typed: dict[str, object] = field(default_factory=dict)
    command: str = "next"
    about: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    # The answers that another device wrote since this page was shown and that this page would undo, in words.
    elsewhere: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    searched: dict[str, str] = field(default_factory=dict)

    @property
    def stays(self) -> bool:
        return self.command in STAYING or bool(self.errors or self.elsewhere)


def receive(request: HttpRequest, draft: Dossier, part: Section) -> Sent:
    """Keep what is right and the files that came along; say what is wrong only to those who want to go on."""
    command, about = _command(request)
    sent = Sent(typed_answers(part, request, command, about), command, about)
    if command == "add":
        sent.rows = {about: rows_sent(request, about) + 1}
    if command == "find":
        sent.searched = {about: request.POST.get(f"{about}-find", "")[:200]}
    if command == "remove_file":
        remove_file(draft, about)
    refused = take_files(draft, part, request.FILES, cast(User, request.user))
    checked = keep_typed(request, draft, part, sent)
    if command == "next":
        wrong = {path: said for path, said in checked.messages.items() if path.split(".")[0] not in sent.elsewhere}
        sent.errors = sentences(part, wrong, get_language() or "vi")
    sent.errors |= refused
    return sent


def _command(request: HttpRequest) -> tuple[str, str]:
    named = next((name for name in STAYING if name in request.POST), None)
    return (named, request.POST[named]) if named else (request.POST.get("go", "next"), "")


def typed_answers(part: Section, request: HttpRequest, command: str = "", about: str = "") -> dict[str, object]:
    """Everything typed on the page but files, which go their own way; rows are copied or taken out before they are read."""
    post = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    files = {one.key for one in part.fields if one.type == "file"}
    return {key: value for key, value in from_post(part, edited(post, command, about)).items() if key not in files}


def rows_sent(request: HttpRequest, group: str) -> int:
    """How many rows of a group the page showed, empty ones too."""
    shape = re.compile(rf"{re.escape(group)}-([0-9]{{1,6}})-")
    return len({found[1] for name in request.POST if (found := shape.match(name))})


def keep_typed(request: HttpRequest, draft: Dossier, part: Section, sent: Sent) -> Checked:
    """Keep what is right. What another page wrote since this one was shown stays, and is told where this one differs."""
    drafts.editable(draft)
    checked = check_section(draft, part, sent.typed, today())
    fields = {one.key: one for one in part.fields}
    for key, differs in newer(part, request.POST.get("seen", ""), draft.answers, checked.answers).items():
        if differs:
            sent.elsewhere[key] = shown(fields[key], draft.answers.get(key), get_language() or "vi") or "–"
        else:
            sent.typed.pop(key, None)
    right = {key: value for key, value in checked.answers.items() if key in sent.typed and key not in sent.elsewhere}
    right |= {
        key: value
        for key, value in checked.answers.items()
        if key in fields and fields[key].type in ("computed", "file")
    }
    emptied = (key for key in sent.typed if key not in right and key not in sent.elsewhere and key in draft.answers)
    drafts.save_answers(draft, right, drop=tuple(emptied))
    return checked
