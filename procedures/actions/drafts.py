"""A dossier before it is filed: begun, filled in piece by piece, files given and taken back."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import outbox
from portal.crypto import keyed_hash
from portal.files import store
from portal.models import Office, User
from portal.moments import now
from portal.text import random_code
from procedures import workflow
from procedures.models import Attachment, Channel, Dossier, Offering, RegistryWord
from procedures.models.lifecycle import State
from procedures.queries.uploads import CheckedFile
from procedures.schema.definition import Field
from procedures.workflow import NotAllowed


@transaction.atomic
def start(
    offering: Offering, submitter: User, *, channel: str = Channel.ONLINE, receiving_office: Office | None = None
) -> Dossier:
    """Begin a dossier, or go on with the one begun before, on whatever device."""
    procedure = offering.procedure
    begun = Dossier.objects.filter(
        submitter=submitter,
        version_id=procedure.current_id,
        office=offering.office,
        state=State.DRAFT,
        channel=channel,
        joint_code="",
    )
    known: Dossier | None = begun.order_by("-created_at").first()
    if known is not None:
        return known
    made: Dossier = Dossier.objects.create(
        reference=random_code(), version=procedure.current, procedure=procedure, office=offering.office,
        receiving_office=receiving_office or offering.office, submitter=submitter, owner=submitter, channel=channel,
        owner_name=submitter.full_name, contact_id=submitter.personal_id, contact_phone=submitter.phone,
        contact_email=submitter.email, language=get_language() or "vi", created_at=now(), saved_at=now(),
    )  # fmt: skip
    return made


@transaction.atomic
def save_answers(dossier: Dossier, answers: Mapping[str, Any], *, drop: tuple[str, ...] = ()) -> None:
    """Keep what was answered so far, right or wrong is asked later; `drop` names answers that were emptied."""
    editable(dossier)
    dossier.answers = {key: value for key, value in {**dossier.answers, **answers}.items() if key not in drop}
    dossier.sources = {
        key: told for key, told in dossier.sources.items() if key not in drop and _still(dossier, answers, key, told)
    }
    dossier.saved_at = now()
    dossier.save(update_fields=["answers", "sources", "saved_at"])


def _still(dossier: Dossier, answers: Mapping[str, Any], key: str, told: Any) -> bool:
    """What a registry said stays marked as its word only while nobody typed something else."""
    return (
        key not in answers
        or answers[key] == (told.get("value") if isinstance(told, dict) else None)
        or told == "unverified"
    )


@transaction.atomic
def prefill(dossier: Dossier, answers: Mapping[str, Any], registry: str) -> None:
    """Put in what a registry answered where nothing stands yet, and remember whose word it is."""
    editable(dossier)
    fresh = {key: value for key, value in answers.items() if key not in dossier.answers}
    dossier.answers = {**dossier.answers, **fresh}
    dossier.sources = {
        **dossier.sources,
        **{key: {"registry": registry, "value": value} for key, value in fresh.items()},
    }
    dossier.save(update_fields=["answers", "sources"])
    if answers and registry != "account":
        RegistryWord.objects.create(dossier=dossier, registry=registry, said=dict(answers), at=now())


@transaction.atomic
def mark_unverified(dossier: Dossier, keys: list[str]) -> None:
    """The registry did not answer: the person types, and the field says that nobody has confirmed it yet."""
    editable(dossier)
    dossier.sources = {**dossier.sources, **{key: "unverified" for key in keys if key not in dossier.answers}}
    dossier.save(update_fields=["sources"])


@transaction.atomic
def set_owner(dossier: Dossier, kind: str, *, owner: User | None, name: str, identity: str) -> None:
    """For whom it is filed. What registries and the account said of somebody else is forgotten."""
    editable(dossier)
    if (dossier.owner_kind, dossier.owner_id) != (kind, owner.pk if owner else None):
        told = {
            key
            for key, word in dossier.sources.items()
            if isinstance(word, dict) and dossier.answers.get(key) == word.get("value")
        }
        dossier.answers = {key: value for key, value in dossier.answers.items() if key not in told}
        dossier.sources = {}
    dossier.owner_kind, dossier.owner, dossier.owner_name, dossier.contact_id = kind, owner, name, identity
    dossier.save(update_fields=["owner_kind", "owner", "owner_name", "contact_id", "answers", "sources"])


def editable(dossier: Dossier) -> None:
    """Only a draft, or what a supplement request opened again, can be changed."""
    workflow.lock(dossier)
    filed = dossier.joint_code == dossier.reference  # the form of a joint filing
    if filed or dossier.state not in (State.DRAFT, State.SUPPLEMENT_REQUESTED):
        raise NotAllowed(_("Hồ sơ đã nộp nên không sửa được nữa."))


@transaction.atomic
def attach(
    dossier: Dossier, field: Field | None, file: CheckedFile, giver: User | None, *, paper: str = ""
) -> Attachment:
    """Keep a file in quarantine and have it scanned; nobody at the desk sees it before it is clean."""
    editable(dossier)
    stored = store(file.content, "attachments", file.kind)
    attachment = Attachment.objects.create(
        dossier=dossier, field_key=field.key if field else "", paper=(field.paper if field else "") or paper, name=file.name, path=stored.path,
        size=stored.size, sha256=stored.sha256, kind=file.kind, given_by=giver, given_at=now(), round=dossier.supplement_count,
    )  # fmt: skip
    if field is not None:
        dossier.answers = {**dossier.answers, field.key: [*dossier.answers.get(field.key, []), str(attachment.pk)]}
        dossier.save(update_fields=["answers"])
    outbox.put("scan", f"attachment-{attachment.pk}", {"attachment": attachment.pk})
    return attachment


@transaction.atomic
def detach(dossier: Dossier, attachment: Attachment) -> None:
    """Take a file back before filing; what was filed stays."""
    editable(dossier)
    if attachment.round != dossier.supplement_count:
        raise NotAllowed(_("Tệp đã nộp nên không xóa được; bạn có thể nộp thêm tệp mới."))
    attachment.removed_at = now()
    attachment.save(update_fields=["removed_at"])
    if attachment.field_key:
        kept = [key for key in dossier.answers.get(attachment.field_key, []) if key != str(attachment.pk)]
        dossier.answers = {**dossier.answers, attachment.field_key: kept}
        dossier.save(update_fields=["answers"])


@transaction.atomic
def set_contact(
    dossier: Dossier,
    *,
    phone: str,
    email: str,
    delivery: str,
    address: str = "",
    owner_name: str = "",
    return_office: Office | None = None,
) -> None:
    """How to reach the person, and how they want the result."""
    editable(dossier)
    dossier.contact_phone, dossier.contact_email, dossier.delivery = phone, email, delivery
    dossier.contact_address = address or dossier.contact_address
    dossier.owner_name = owner_name or dossier.owner_name
    dossier.return_office = return_office or dossier.return_office
    dossier.save(
        update_fields=["contact_phone", "contact_email", "delivery", "contact_address", "owner_name", "return_office"]
    )


def index(dossier: Dossier) -> None:
    """Hashes to find by, kept beside what is encrypted."""
    dossier.contact_id_hash = keyed_hash(dossier.contact_id, "dossier_id") if dossier.contact_id else ""
    dossier.contact_phone_hash = keyed_hash(dossier.contact_phone, "dossier_phone") if dossier.contact_phone else ""
