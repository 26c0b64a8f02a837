"""What people say about the service, and what we answer."""

from django.db import transaction

from portal import audit
from portal.models import Office, User
from portal.moments import now
from portal.text import random_code
from procedures.models import Feedback


def give(
    *,
    group: str,
    body: str,
    person: User | None,
    contact: str = "",
    dossier_reference: str = "",
    office: Office | None = None,
) -> Feedback:
    return Feedback.objects.create(
        reference=random_code(2), group=group, body=body, person=person, contact=contact,
        dossier_reference=dossier_reference.strip().upper()[:20], office=office, created_at=now(),
    )  # fmt: skip


@transaction.atomic
def answer(feedback: Feedback, official: User, text: str) -> Feedback:
    feedback.answer, feedback.answered_by, feedback.answered_at = text, official, now()
    feedback.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record(official, "feedback.answer", f"feedback:{feedback.reference}", subject=feedback.person)
    return feedback
