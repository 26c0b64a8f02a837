"""What the scanner said about a file."""

from django.db import transaction

from integrations.scanning import State, Verdict
from procedures.actions.scans import settle_digital
from procedures.models import Attachment


@transaction.atomic
def note_verdict(attachment: Attachment, verdict: Verdict) -> None:
    """Clean opens the file to the desk, infected shuts it for ever; not scanned leaves it in quarantine."""
    if verdict.state is State.CLEAN:
        attachment.status = Attachment.Status.CLEAN
    elif verdict.state is State.INFECTED:
        attachment.status, attachment.finding = Attachment.Status.INFECTED, verdict.what[:100]
    attachment.save(update_fields=["status", "finding"])
    if attachment.paper:
        settle_digital(attachment.dossier, attachment.paper)
