"""Files of one's dossier: given, taken back."""

import hashlib
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.problems import Unprocessable
from procedures.actions import drafts
from procedures.api.doors import fault
from procedures.api.dossier_shapes import AttachmentRow
from procedures.api.dossiers import OwnDoor
from procedures.models import Attachment, Dossier, SupplementRequest
from procedures.models.lifecycle import State
from procedures.queries.filing import MANDATE
from procedures.queries.uploads import BadFile, check_file
from procedures.schema.form import Field

PAPER_KINDS = ("pdf", "jpg", "png", "docx")
PAPER_MB = 20


@extend_schema_field({"type": "string", "contentMediaType": "application/octet-stream"})
class Upload(serializers.FileField):
    """The file itself; its kind is told by its content, never by its name."""


class NewAttachment(serializers.Serializer[Any]):
    file = Upload(allow_empty_file=True)
    field = serializers.CharField(required=False, max_length=100, help_text="Key of a file field of the form.")
    paper = serializers.CharField(
        required=False, max_length=100, help_text="Or the paper: what a supplement asks for, or `mandate`."
    )


class Attachments(OwnDoor):
    takes: ClassVar = {"POST": NewAttachment}
    gives: ClassVar = {"POST": {201: AttachmentRow}}
    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]

    def post(self, request: Request, reference: str) -> Response:
        """Attach a file to a field of the form or to a paper.

        The same bytes in the same place are kept once. Nobody at the desk sees a file before it is scanned.
        """
        dossier = self.own(reference)
        told = self._judged(NewAttachment, request.data)
        drafts.editable(dossier)
        field, paper = _place(dossier, told.get("field", ""), told.get("paper", ""))
        return self.answer(
            _kept(dossier, told["file"], field, paper) or self._attached(dossier, told["file"], field, paper), 201
        )

    def _attached(self, dossier: Dossier, upload: "UploadedFile[bytes]", field: Field | None, paper: str) -> Attachment:
        if (
            field
            and Attachment.objects.filter(dossier=dossier, field_key=field.key, removed_at=None).count()
            >= field.max_items
        ):
            raise BadFile(_("Mục này nhận nhiều nhất %(most)s tệp; hãy xóa bớt trước.") % {"most": field.max_items})
        checked = check_file(upload, field.accept if field else PAPER_KINDS, field.max_mb if field else PAPER_MB)
        return drafts.attach(dossier, field, checked, self.me, paper=paper)


def _place(dossier: Dossier, key: str, paper: str) -> tuple[Field | None, str]:
    """Where the file belongs, if that is open now."""
    form = dossier.version.parsed.form
    asked = SupplementRequest.objects.filter(dossier=dossier, answered_at=None).last()
    wanted = {one.get("paper") or one["name"][:100] for one in asked.papers} if asked else set()
    by_paper = next((one for one in form.index.values() if paper and one.type == "file" and one.paper == paper), None)
    named = form.index.get(key)
    if named is not None and named.type == "file" and (dossier.state == State.DRAFT or (asked and key in asked.fields)):
        return named, ""
    if paper in wanted or (paper == MANDATE and dossier.state == State.DRAFT):
        return by_paper, paper
    words = _("Hồ sơ không có mục tệp này, hoặc mục này hiện không mở.")
    raise Unprocessable(words, [fault("field" if key else "paper", "unknown", words)])


def _kept(dossier: Dossier, upload: "UploadedFile[bytes]", field: Field | None, paper: str) -> Attachment | None:
    """The same bytes in the same place, given before in this round."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    rows = Attachment.objects.filter(
        dossier=dossier, sha256=digest.hexdigest(), round=dossier.supplement_count, removed_at=None
    )
    return rows.filter(field_key=field.key if field else "").first()


class AttachmentDoor(OwnDoor):
    name = "Attachment"
    gives: ClassVar = {"DELETE": {204: None}}

    def delete(self, request: Request, reference: str, key: int) -> Response:
        """Take a file back before it is filed; taken back twice it is gone once."""
        dossier = self.own(reference)
        found = Attachment.objects.filter(dossier=dossier, pk=key).first()
        if found is None:
            raise Http404
        if found.removed_at is None:
            drafts.detach(dossier, found)
        return Response(status=204)
