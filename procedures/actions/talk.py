"""Talking about a dossier: letters between the citizen and the desk, and notes among officials. Both only grow."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.files import store
from portal.models import User
from portal.moments import now
from procedures import notifications, workflow
from procedures.models import Attachment, Dossier, InternalNote, Letter, Message, ThreadSeen
from procedures.models.lifecycle import FINAL, State
from procedures.queries.uploads import CheckedFile
from procedures.workflow import NotAllowed

DESK, CITIZEN = "desk", "citizen"


@transaction.atomic
def write(dossier: Dossier, author: User, body: str, files: Sequence[CheckedFile] = ()) -> Letter:
    """A letter to the other side; its files wait in quarantine. The citizen is told by mail that there is one, not what."""
    workflow.lock(dossier)
    is_open(dossier)
    from_desk = not workflow.is_own(dossier, author)
    event = workflow.note(dossier, "letter", author, written_by=DESK if from_desk else CITIZEN, files=len(files))
    letter = Letter.objects.create(
        dossier=dossier,
        from_desk=from_desk,
        author=author,
        author_role=event.actor_role,
        body=body,
        at=event.recorded_at,
    )
    for file in files:
        _enclose(letter, file)
    see(dossier, author, letter)
    if from_desk:
        notifications.tell(dossier, "letter")
    return letter


def is_open(dossier: Dossier) -> None:
    """A thread ends with its dossier."""
    if dossier.state in FINAL or dossier.state == State.DRAFT:
        raise NotAllowed(_("Hồ sơ đã kết thúc nên không gửi trao đổi được nữa. Bạn có thể gửi phản ánh, kiến nghị."))


def _enclose(letter: Letter, file: CheckedFile) -> None:
    stored = store(file.content, "attachments", file.kind)
    attachment = Attachment.objects.create(
        dossier=letter.dossier, field_key="", name=file.name, path=stored.path, size=stored.size, sha256=stored.sha256, kind=file.kind,
        given_by=letter.author, given_at=letter.at, round=letter.dossier.supplement_count, letter=letter,
    )  # fmt: skip
    outbox.put("scan", f"attachment-{attachment.pk}", {"attachment": attachment.pk})


@transaction.atomic
def see(dossier: Dossier, person: User, letter: Letter) -> None:
    """The person has read up to this letter."""
    ThreadSeen.objects.update_or_create(dossier=dossier, person=person, defaults={"letter": letter, "at": now()})


@transaction.atomic
def open_message(message: Message, person: User) -> None:
    """Who a message was written to has opened it. The first time counts, of two tabs as well."""
    if Message.objects.filter(pk=message.pk, recipient=person, read_at=None).update(read_at=now()):
        audit.record(person, "message.read", f"dossier:{message.dossier.reference}", subject=person, message=message.pk)


@transaction.atomic
def note_internally(dossier: Dossier, official: User, body: str) -> InternalNote:
    """A note among officials: in the journal as what it is, never among what the citizen is shown."""
    workflow.lock(dossier)
    roles = workflow.roles_at(dossier, official)
    if not roles or workflow.is_own(dossier, official):
        raise NotAllowed(_("Bạn không có quyền thực hiện bước này với hồ sơ."))
    made = InternalNote.objects.create(dossier=dossier, author=official, author_role=roles[0], body=body, at=now())
    audit.record(official, "dossier.note", f"dossier:{dossier.reference}", subject=dossier.owner, note=made.pk)
    return made
