"""News from below, and outbox rows that act: receivers only write rows, handlers do what the rows say."""

import logging
from typing import Any, BinaryIO, cast

from django.db.models.signals import post_save
from django.dispatch import receiver

from integrations import carrier, messaging, scanning
from payments.models import Payment
from payments.signals import payment_settled
from portal import outbox
from portal.files import open_stored
from portal.models import OutboxRow
from portal.moments import now
from portal.tenancy import current_tenant, inside
from procedures import notifications
from procedures.actions import (  # noqa: F401 -- `joint` and `silence` hear by being imported
    batches,
    books,
    bulk,
    crossings,
    deadlines,
    joint,
    list_files,
    opinions,
    parts,
    returning,
    sealing,
    silence,
    transfers,
)
from procedures.actions.money import note_payment
from procedures.actions.scanning import note_verdict
from procedures.models import Attachment, BulkJob, DossierEvent, Message, Opinion

log = logging.getLogger(__name__)


class NotScanned(RuntimeError):
    """The scanner is away: the file stays in quarantine, and is tried again."""


@receiver(payment_settled)
def payment_was_settled(sender: Any, payment: Payment, **_: Any) -> None:
    outbox.put("payment_settled", payment.reference, {"subject": payment.subject})


@outbox.handles("payment_settled")
def carry_payment_on(row: OutboxRow) -> None:
    note_payment(row.payload["subject"])


@outbox.handles("move_dossiers", outside=True)
def lead_dossiers_over(row: OutboxRow) -> None:
    """What a publication left behind; the sweep of deadlines finds what comes later."""
    deadlines.lead_over(current_tenant())


@outbox.handles("consign", outside=True)
def consign_result(row: OutboxRow) -> None:
    """Tell the carrier; one that is away is told again, under the same number."""
    returning.order(row.payload["consignment"])


@outbox.handles("track", outside=True)
def track_result(row: OutboxRow) -> None:
    """A post that is away is asked again when the beat comes round."""
    try:
        returning.follow(row.payload["consignment"])
    except carrier.Unavailable as error:
        log.info("post not asked about %s: %s", row.key, error)


@outbox.handles("sign", outside=True)
def sign_paper(row: OutboxRow) -> None:
    """One paper of a confirmed batch; a device that is away is asked again."""
    batches.sign(row.payload["item"], is_last_try=row.attempts >= batches.TRIES)


@outbox.handles("bulk", outside=True)
def do_to_many(row: OutboxRow) -> None:
    """Each item in a transaction of its own; whoever comes second finds nothing left to do."""
    with inside(current_tenant()):
        job = BulkJob.objects.get(pk=row.payload["job"])
    bulk.run(job)


@outbox.handles("scan", outside=True)
def scan_attachment(row: OutboxRow) -> None:
    with inside(current_tenant()):
        attachment = Attachment.objects.get(pk=row.payload["attachment"])
    with open_stored(attachment.path) as file:
        verdict = scanning.scan(cast(BinaryIO, file))
    if verdict.state is scanning.State.NOT_SCANNED:
        raise NotScanned(verdict.what)
    with inside(current_tenant()):
        note_verdict(attachment, verdict)


@outbox.handles("seal_paper", outside=True)
def seal_paper(row: OutboxRow) -> None:
    sealing.seal(row.payload["paper"])


@outbox.handles("sms", outside=True)
def send_text(row: OutboxRow) -> None:
    """A number that the gateway will never serve is not asked again; the message stands in the portal and on paper."""
    with inside(current_tenant()):
        message = Message.objects.select_related("dossier__procedure").get(pk=row.payload["message"])
        phone, words = message.dossier.contact_phone, notifications.text_of(message)
    if message.texted_at or not phone:
        return
    try:
        messaging.send_sms(phone, words)
    except messaging.NotAccepted as refusal:
        log.warning("text message %s was refused: %s", row.key, refusal)
        return
    with inside(current_tenant()):
        message.texted_at = now()
        message.save(update_fields=["texted_at"])


@outbox.handles("opinion_due")
def remind_of_opinion(row: OutboxRow) -> None:
    """Once before the deadline and once when it is past, however late the sweep comes."""
    opinions.come_due(row.payload["opinion"], row.payload["what"])


@outbox.handles("scan_opinion", outside=True)
def scan_opinion(row: OutboxRow) -> None:
    with inside(current_tenant()):
        answer = Opinion.objects.get(pk=row.payload["opinion"])
    with open_stored(answer.file_path) as file:
        verdict = scanning.scan(cast(BinaryIO, file))
    if verdict.state is scanning.State.NOT_SCANNED:
        raise NotScanned(verdict.what)
    with inside(current_tenant()):
        opinions.note_verdict(answer.pk, verdict)


@outbox.handles("transfer_work", outside=True)
def hand_work_over(row: OutboxRow) -> None:
    """A person's open work to colleagues, a hundred at a time."""
    transfers.carry_on(row.payload["transfer"], row.payload["after"])


@outbox.handles("make_book", outside=True)
def make_book(row: OutboxRow) -> None:
    books.write(row.payload["book"], lambda: outbox.prolong(row))


@outbox.handles("drop_book", outside=True)
def drop_book(row: OutboxRow) -> None:
    books.drop(row.payload["book"])


@outbox.handles("write_list", outside=True)
def write_list(row: OutboxRow) -> None:
    list_files.write(row.payload["file"], lambda: outbox.prolong(row))


@outbox.handles("drop_list", outside=True)
def drop_list(row: OutboxRow) -> None:
    list_files.drop(row.payload["file"])


@receiver(post_save, sender=DossierEvent)
def part_went_on(sender: Any, instance: DossierEvent, created: bool, **_: Any) -> None:
    """A dossier that is part of a joint filing: whoever took the filing in is told, after the commit."""
    dossier = instance.dossier
    if created and dossier.joint_code:
        outbox.put("part_told", f"{dossier.pk}-{instance.number}", {"dossier": dossier.pk})


@outbox.handles("part_told")
def tell_of_part(row: OutboxRow) -> None:
    parts.tell_back(row.payload["dossier"])


@outbox.handles(crossings.ERRAND, outside=True)
def carry_over(row: OutboxRow) -> None:
    crossings.carry(row.payload["crossing"])
