"""Answers given to a draft for trial: carried from page to page by the pages themselves, kept nowhere."""

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.moments import today
from procedures.queries.conditions import settled
from procedures.queries.form_fields import Sheet, sentences
from procedures.queries.places import commune_provinces
from procedures.schema.fields import Context
from procedures.schema.form import Form, Section
from procedures.schema.input import from_post
from procedures.schema.settle import scope
from procedures.schema.validate import check

SALT = "a draft filled in for trial"
# Buttons that stay on the page; as on the citizens' own pages.
STAYING = ("add", "remove", "province", "upload", "remove_file")
OWNER_KINDS = ("citizen", "business", "organisation")


@dataclass
class Attempt:
    """What was answered so far, files by name and size only, and who files."""

    answers: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    owner_kind: str = "citizen"
    verified: bool = True

    @property
    def profile(self) -> dict[str, Any]:
        told = {"owner_kind": self.owner_kind, "verified": self.verified}
        return {"channel": "online", "day": today().isoformat(), **told}

    @property
    def kept(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    def sections(self, form: Form) -> list[Section]:
        seen = scope(self.answers, self.profile)
        return [one for one in form.sections if settled(one.when, (), seen) is True]


@dataclass
class Sent:
    """A page that was sent: what was typed, which button, and what is wrong for one who wants to go on."""

    typed: dict[str, Any] = field(default_factory=dict)
    command: str = ""
    about: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def stays(self) -> bool:
        return self.command in STAYING or bool(self.errors)


def begun(request: HttpRequest) -> Attempt:
    """What the page before brought along; a new one where nothing did, or where it was tampered with."""
    try:
        return Attempt(**signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=86400))
    except (signing.BadSignature, TypeError):
        kind = request.GET.get("owner_kind", "citizen")
        return Attempt(
            owner_kind=kind if kind in OWNER_KINDS else "citizen", verified=request.GET.get("verified") != "no"
        )


def receive(request: HttpRequest, attempt: Attempt, part: Section) -> Sent:
    """Read the page as the citizens' own is read, take over what is right, and say what is wrong."""
    command = next((name for name in STAYING if name in request.POST), "")
    about = request.POST.get(command, "") if command else ""
    _take_files(request, attempt, part, about if command == "remove_file" else "")
    sent = Sent(_typed(request, part, about if command == "remove" else ""), command, about)
    answers = {
        **attempt.answers,
        **sent.typed,
        **{key: [one["id"] for one in rows] for key, rows in attempt.files.items()},
    }
    found = check(part, answers, context=Context(today(), attempt.profile, commune_provinces()))
    here = {one.key for one in part.fields}
    attempt.answers = {key: value for key, value in attempt.answers.items() if key not in here}
    attempt.answers |= {key: value for key, value in found.answers.items() if key in here}
    sent.errors = {} if command else sentences(part, found.messages, get_language() or "vi")
    sent.rows = {about: _rows(request, about) + 1} if command == "add" else {}
    return sent


def _typed(request: HttpRequest, part: Section, without: str) -> dict[str, Any]:
    post = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    if without:
        post = {name: values for name, values in post.items() if not name.startswith(f"{without}-")}
    files = {one.key for one in part.fields if one.type == "file"}
    return {key: value for key, value in from_post(part, post).items() if key not in files}


def _take_files(request: HttpRequest, attempt: Attempt, part: Section, removed: str) -> None:
    """Only the name and the size of a file are remembered; its bytes go nowhere."""
    for one in part.fields:
        given = attempt.files.get(one.key, [])
        given = [row for row in given if row["id"] != removed]
        for file in request.FILES.getlist(one.key) if one.type == "file" else ():
            given.append(
                {
                    "id": f"{one.key}-{len(given) + 1}",
                    "name": file.name,
                    "size": file.size,
                    "state": "clean",
                    "error": "",
                }
            )
        if given or one.key in attempt.files:
            attempt.files[one.key] = given


def _rows(request: HttpRequest, group: str) -> int:
    shape = re.compile(rf"{re.escape(group)}-([0-9]{{1,6}})-")
    return len({found[1] for name in request.POST if (found := shape.match(name))})


def sheet(attempt: Attempt, sent: Sent) -> Sheet:
    return Sheet(
        kept=attempt.answers, profile=attempt.profile, typed=sent.typed, errors=sent.errors, files=attempt.files, rows=sent.rows,
    )  # fmt: skip


def without(attempt: Attempt, known: Collection[str]) -> None:
    """Answers of fields that the draft no longer has are forgotten."""
    attempt.answers = {key: value for key, value in attempt.answers.items() if key in known}
