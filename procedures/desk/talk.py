"""Letters to the citizen and notes among officials, written on the dossier's page."""

from typing import cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import audit
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_when_withdrawn(LetterForm)
@permission("dossier.talk")
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """To the citizen. The page stands by itself where something is wrong with what was written."""
    person = official(request)
    dossier = desk_dossier(person, reference, "dossier.talk")
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        files = enclosed(cast("list[UploadedFile[bytes]]", request.FILES.getlist("files")), form)
        try:
            if not form.errors:
                talk.write(dossier, person, form.cleaned_data["body"], files)
                messages.success(request, _("Đã gửi tin nhắn cho người nộp."))
                return redirect(f"{dossier_address(reference)}#trao-doi")
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    audit.look(person, f"dossier:{dossier.reference}", "letter", dossier.owner)
    return _asked(request, dossier, form, with_files=True, title=_("Nhắn người nộp"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_when_withdrawn(LetterForm)
@permission("dossier.talk")
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Among officials."""
    person = official(request)
    dossier = desk_dossier(person, reference, "dossier.talk")
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        talk.note_internally(dossier, person, form.cleaned_data["body"])
        messages.success(request, _("Đã lưu ghi chú nội bộ."))
        return redirect(f"{dossier_address(reference)}#ghi-chu")
    audit.look(person, f"dossier:{dossier.reference}", "dossier", dossier.owner)
    return _asked(request, dossier, form, with_files=False, title=_("Ghi chú nội bộ"))


def _asked(request: HttpRequest, dossier: Dossier, form: LetterForm, **more: object) -> HttpResponse:
    proof = held_by(official(request), dossier.reference)
    return shown(request, "desk/letter.html", {"dossier": dossier, "form": form, "proof": proof, **more})


def dossier_address(reference: str) -> str:
    return reverse("desk_dossier", args=[reference])
