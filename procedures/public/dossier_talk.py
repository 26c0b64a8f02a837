"""The citizen's side of a dossier's thread: reading it on the dossier's page, writing into it."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.models import User
from portal.permissions import permission
from procedures.actions import talk as talking
from procedures.models import Attachment, Dossier
from procedures.public.own_dossiers import on_own
from procedures.public.uploading import PAPER_KINDS, PAPER_MB
from procedures.queries import talk
from procedures.queries.form_fields import file_of
from procedures.queries.uploads import BadFile, CheckedFile, check_file
from procedures.workflow import NotAllowed

MOST = 5


class LetterForm(forms.Form):
    use_required_attribute = False
    body = forms.CharField(
        label=gettext_lazy("Nội dung"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        error_messages={"required": gettext_lazy("Hãy nhập nội dung tin nhắn.")},
    )  # fmt: skip


def thread_of(dossier: Dossier, me: User, files: Sequence[Attachment]) -> dict[str, Any]:
    """What stands on the dossier's page; what is shown there counts as read."""
    said = talk.thread_of(dossier, me, files)
    if talk.unread(said):
        talking.see(dossier, me, said[-1].letter)
    letters = [
        {"letter": one.letter, "fresh": one.fresh, "files": [_file(dossier, row) for row in one.files]} for one in said
    ]
    return {"thread": letters, "unread_letters": talk.unread(said), "can_write": talk.can_write(dossier)}


def _file(dossier: Dossier, row: Attachment) -> dict[str, Any]:
    """A file of the desk's is opened once it was scanned; one's own always."""
    address = reverse("my_file", args=[dossier.reference, row.pk]) if row.status == Attachment.Status.CLEAN else ""
    return {**file_of(row), "url": address}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("account")
@on_own
def my_letter(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        files = _enclosed(request, form)
        try:
            if not form.errors:
                talking.write(dossier, cast(User, request.user), form.cleaned_data["body"], files)
                messages.success(request, _("Đã gửi tin nhắn cho cơ quan giải quyết hồ sơ."))
                return redirect(f"{reverse('my_dossier', args=[dossier.reference])}#trao-doi")
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return render(request, "account/letter.html", {"dossier": dossier, "form": form, "open": talk.can_write(dossier)})


def _enclosed(request: HttpRequest, form: forms.Form) -> list[CheckedFile]:
    found = []
    for upload in cast("list[UploadedFile[bytes]]", request.FILES.getlist("files"))[:MOST]:
        try:
            found.append(check_file(upload, PAPER_KINDS, PAPER_MB))
        except BadFile as error:
            form.add_error(None, f"{(upload.name or '')[:80]}: {error}")
    return found
