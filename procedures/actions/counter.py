"""Paper at the counter or by post: typed in once by the clerk, judged like every other filing, accepted at once."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from portal.models import User
from portal.moments import now
from portal.text import random_code
from procedures import workflow
from procedures.actions import intake
from procedures.actions.submission import fingerprint
from procedures.models import Channel, Dossier, Offering, Submission


@dataclass(frozen=True)
class Handed:
    """What was handed in, by whom, and when it happened if it is entered late."""

    owner_name: str
    answers: Mapping[str, Any]
    channel: str = Channel.COUNTER
    owner_kind: str = Dossier.OwnerKind.CITIZEN
    personal_id: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    delivery: str = Dossier.Delivery.COUNTER
    sources: Mapping[str, Any] = field(default_factory=dict)
    # Paper key → {"originals", "certified", "copies"}.
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    occurred_at: datetime.datetime | None = None
    late_reason: str = ""
    fee_taken: bool = False


def register_paper(offering: Offering, clerk: User, handed: Handed, key: str) -> Dossier:
    """Register paper, once for the same key. Raises Incomplete and NotAllowed; changes nothing then.

    A person known by personal id sees the dossier in their account; somebody without an account is reached as they said.
    """
    known = _known(clerk, key)
    if known is not None:
        return known
    try:
        return _registered(offering, clerk, handed, key)
    except IntegrityError:
        known = _known(clerk, key)
        if known is None:
            raise
        return known


def _known(clerk: User, key: str) -> Dossier | None:
    found = Submission.objects.filter(person=clerk, key=key).select_related("dossier").first()
    return found.dossier if found else None


@transaction.atomic
def _registered(offering: Offering, clerk: User, handed: Handed, key: str) -> Dossier:
    dossier = _draft(offering, handed)
    Submission.objects.create(person=clerk, key=key, fingerprint=fingerprint(dossier), dossier=dossier, at=now())
    counts = {name: dict(count) for name, count in handed.counts.items()}
    intake.register(
        dossier,
        clerk,
        occurred_at=handed.occurred_at,
        counts=counts,
        reason=handed.late_reason,
        fee_taken=handed.fee_taken,
    )
    if handed.fee_taken and dossier.fee_total:
        workflow.note(dossier, "cash", clerk, amount=dossier.fee_total)
    return dossier


def _draft(offering: Offering, handed: Handed) -> Dossier:
    person = User.objects.by_personal_id(handed.personal_id) if handed.personal_id else None
    made: Dossier = Dossier.objects.create(
        reference=random_code(), version=offering.procedure.current, procedure=offering.procedure, office=offering.office,
        receiving_office=offering.office, owner=person, submitter=person, channel=handed.channel, owner_kind=handed.owner_kind,
        owner_name=handed.owner_name, contact_id=handed.personal_id, contact_phone=handed.phone, contact_email=handed.email,
        contact_address=handed.address, delivery=handed.delivery, answers=dict(handed.answers), sources=dict(handed.sources),
        created_at=now(), saved_at=now(),
    )  # fmt: skip
    return made
