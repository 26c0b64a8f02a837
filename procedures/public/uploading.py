"""Files that come with a page: each is judged, kept or refused with a sentence beside its field."""

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from portal.models import User
from procedures.actions import drafts
from procedures.models import Attachment, Dossier
from procedures.queries.uploads import BadFile, check_file
from procedures.schema.form import Field, Section

Files = MultiValueDict[str, "UploadedFile[bytes]"]
PAPER_KINDS = ("pdf", "jpg", "png", "docx")
PAPER_MB = 20


def take_files(draft: Dossier, part: Section, files: Files, giver: User) -> dict[str, str]:
    """Keep the files of this section's fields; returns the sentences of those that are refused, by field."""
    refused = {}
    for one in part.fields:
        if one.type == "file" and (said := _take(draft, one, files.getlist(one.key), giver)):
            refused[one.key] = said
    return refused


def _take(draft: Dossier, one: Field, uploads: list["UploadedFile[bytes]"], giver: User) -> str:
    said = []
    for upload in uploads:
        room = one.max_items - Attachment.objects.filter(dossier=draft, field_key=one.key, removed_at=None).count()
        try:
            if room <= 0:
                raise BadFile(_("Mục này nhận nhiều nhất %(most)s tệp; hãy xóa bớt trước.") % {"most": one.max_items})
            _keep(draft, one, upload, giver, "", one.accept, one.max_mb)
        except BadFile as error:
            said.append(_named(upload, error))
    return " ".join(said)


def take_paper(
    draft: Dossier, paper: str, uploads: list["UploadedFile[bytes]"], giver: User, one: Field | None = None
) -> str:
    """Keep files that belong to a paper; with the form's own field for it they go there."""
    said = []
    for upload in uploads:
        try:
            _keep(draft, one, upload, giver, paper, one.accept if one else PAPER_KINDS, one.max_mb if one else PAPER_MB)
        except BadFile as error:
            said.append(_named(upload, error))
    return " ".join(said)


def _named(upload: "UploadedFile[bytes]", error: BadFile) -> str:
    return f"{(upload.name or '')[:80]}: {error}"


def _keep(
    draft: Dossier,
    one: Field | None,
    upload: "UploadedFile[bytes]",
    giver: User,
    paper: str,
    accept: tuple[str, ...],
    max_mb: int,
) -> None:
    checked = check_file(upload, accept, max_mb)
    if not _is_here(draft, one.key if one else "", (one.paper if one else "") or paper, upload):
        drafts.attach(draft, one, checked, giver, paper=paper)


def _is_here(draft: Dossier, field_key: str, paper: str, upload: "UploadedFile[bytes]") -> bool:
    """The same bytes in the same place: a page sent twice keeps one."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    here = Attachment.objects.filter(dossier=draft, field_key=field_key, paper=paper, round=draft.supplement_count)
    return here.filter(sha256=digest.hexdigest(), removed_at=None).exists()


def remove_file(draft: Dossier, key: str) -> None:
    """Take back one's own file; a second press finds it gone, which is what was wanted."""
    if not key.isascii() or not key.isdigit():
        raise Http404
    found = Attachment.objects.filter(
        dossier=draft, pk=int(key[:18]), round=draft.supplement_count, letter=None
    ).first()
    if found is None:
        raise Http404
    if found.removed_at is None:
        drafts.detach(draft, found)
