"""Letters to the citizen and notes among officials, written on the dossier's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import audit
from portal.models import User
from portal.permissions import permission
from procedures.actions import talk
from procedures.desk.forms import text
from procedures.desk.frame import official, shown
from procedures.desk.withdrawn import held_by, told_when_withdrawn
from procedures.models import Dossier
from procedures.queries.dossiers import desk_dossier
from procedures.queries.uploads import BadFile, CheckedFile, check_file
from procedures.workflow import NotAllowed

KINDS, MB, MOST = ("pdf", "jpg", "png", "docx"), 20, 5


class LetterForm(forms.Form):
    use_required_attribute = False
    body = text(gettext_lazy("Nội dung"), rows=4, most=4000)

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["body"].widget.attrs["class"] = "input"


def enclosed(uploads: "list[UploadedFile[bytes]]", form: forms.Form) -> list[CheckedFile]:
    """The files that came with a letter, judged; what is wrong with one is said on the form."""
    found = []
    for upload in uploads[:MOST]:
        try:
            found.append(check_file(upload, KINDS, MB))
        except BadFile as error:
            form.add_error(None, f"{(upload.name or '')[:80]}: {error}")
    return found


@dataclass(frozen=True)
class Written:
    """What is written on a dossier's page: a letter to the citizen, or a note among officials."""

    title: Any
    done: Any
    purpose: str
    place: str
    write: Callable[[Dossier, User, str, list[CheckedFile]], object]
    with_files: bool = False


LETTER = Written(
    gettext_lazy("Nhắn người nộp"), gettext_lazy("Đã gửi tin nhắn cho người nộp."), "letter", "trao-doi",
    talk.write, with_files=True,
)  # fmt: skip
NOTE = Written(
    gettext_lazy("Ghi chú nội bộ"), gettext_lazy("Đã lưu ghi chú nội bộ."), "dossier", "ghi-chu",
    lambda dossier, person, body, _files: talk.note_internally(dossier, person, body),
)  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_when_withdrawn(LetterForm)
@permission("dossier.talk")
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """To the citizen."""
    return _written(request, reference, LETTER)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_when_withdrawn(LetterForm)
@permission("dossier.talk")
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Among officials."""
    return _written(request, reference, NOTE)


def _written(request: HttpRequest, reference: str, what: Written) -> HttpResponse:
    """The page stands by itself where something is wrong with what was written."""
    person = official(request)
    dossier = desk_dossier(person, reference, "dossier.talk")
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _kept(request, dossier, form, what):
        messages.success(request, what.done)
        return redirect(f"{dossier_address(reference)}#{what.place}")
    audit.look(person, f"dossier:{dossier.reference}", what.purpose, dossier.owner)
    context = {
        "dossier": dossier, "form": form, "with_files": what.with_files, "title": what.title,
        "proof": held_by(person, dossier.reference),
    }  # fmt: skip
    return shown(request, "desk/letter.html", context)


def _kept(request: HttpRequest, dossier: Dossier, form: LetterForm, what: Written) -> bool:
    uploads = cast("list[UploadedFile[bytes]]", request.FILES.getlist("files")) if what.with_files else []
    files = enclosed(uploads, form)
    if form.errors:
        return False
    try:
        what.write(dossier, official(request), form.cleaned_data["body"], files)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def dossier_address(reference: str) -> str:
    return reverse("desk_dossier", args=[reference])
