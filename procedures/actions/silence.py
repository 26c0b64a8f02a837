"""Consent by silence: time decides at the due moment and takes a number; the office's key signs after that commit.

While the device works, or fails, the dossier is decided and its paper waits: the head sees it and may have it signed, the
outbox asks again. Who signs and how often it is asked changes nothing of the decision or its moment.
"""

import dataclasses

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.files import Stored
from portal.models import OutboxRow
from portal.moments import now
from portal.signing_device import Device
from portal.tenancy import current_tenant, inside
from procedures import notifications, workflow
from procedures.actions import results, signing
from procedures.models import Dossier, Paper, Signing
from procedures.models.lifecycle import State
from procedures.queries.clocks import terms_of
from procedures.queries.signing import is_unsigned_consent
from procedures.workflow import NotAllowed


@transaction.atomic
def consent(dossier: Dossier) -> Dossier:
    """Where the law says that silence is consent, the end of the term decides: time itself takes the step."""
    workflow.lock(dossier)
    if dossier.due_at is None or dossier.due_at > now() or not terms_of(dossier).silence_is_consent:
        raise NotAllowed(_("Chưa đến lúc im lặng được coi là đồng ý."))
    due = dossier.due_at
    if dossier.state == State.ACCEPTED:
        workflow.take(dossier, "route", None, step="", silence=True)
    workflow.take(dossier, "decide", None, occurred_at=due, outcome=Dossier.Outcome.GRANTED, silence=True)
    dossier.decided_at, dossier.outcome = due, Dossier.Outcome.GRANTED
    dossier.save(update_fields=["decided_at", "outcome"])
    signing.begin(dossier, None, certificate(dossier))
    outbox.put("sign_silence", f"dossier-{dossier.pk}-{dossier.event_count}", {"dossier": dossier.pk})
    return dossier


def certificate(dossier: Dossier) -> signing.Draft:
    """What the office's key signs: no head stands at a device here."""
    proposal = {"outcome": Dossier.Outcome.GRANTED, "lines": []}
    said = results.drafted(dossier, proposal, "", dossier.office.name.upper())

    def written(number: str, code: str) -> dict[str, object]:
        _refuse_signed(dossier)
        return said.written(number, code)

    return dataclasses.replace(said, purpose=Signing.Purpose.SILENCE, written=written)


def sign(key: int, device: Device | None = None) -> Paper | None:
    """Sign the paper of a consent, if nobody did. Raises DeviceFailed, and NotAllowed where it is to be tried again."""
    with inside(current_tenant()):
        dossier = Dossier.objects.select_related("version", "procedure", "office").get(pk=key)
        draft = certificate(dossier)
        if not is_unsigned_consent(dossier):
            return None
    try:
        return signing.through(dossier, None, draft, device)
    except NotAllowed:
        with inside(current_tenant()):
            if is_unsigned_consent(Dossier.objects.get(pk=key)):
                raise
        return None


def _refuse_signed(dossier: Dossier) -> None:
    """Asked under the dossier's lock: whoever comes second takes no number and enters no paper."""
    if not is_unsigned_consent(dossier):
        raise NotAllowed(_("Kết quả này đã được ký hoặc đã rút lại để sửa."))


@signing.effect(Signing.Purpose.SILENCE)
def _certified(row: Signing, stored: Stored) -> Paper:
    """The decision stands since its moment; now it has its paper, and the citizen is told."""
    dossier = row.dossier
    _refuse_signed(dossier)
    paper = results.enter(row, stored, at=now(), outcome=dossier.outcome)
    notifications.tell(dossier, "done", outcome=dossier.outcome, silence=True)
    return paper


@outbox.handles("sign_silence", outside=True)
def sign_in_background(row: OutboxRow) -> None:
    """A device that is away is asked again, ever more seldom; given up, the head and the administrators see it."""
    sign(row.payload["dossier"])
