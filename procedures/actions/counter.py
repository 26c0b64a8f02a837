"""Paper at the counter or by post: typed in once by the clerk, judged like every other filing, accepted at once.

While it is typed in, its dossier is a draft that belongs to nobody, so that scans have a place and a lost network loses nothing.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import audit
from portal.models import User
from portal.moments import now
from portal.text import random_code
from procedures import notifications, workflow
from procedures.actions import intake, joint
from procedures.actions.desks import desk_of
from procedures.models import Attachment, Channel, CounterIntake, Dossier, GivenPaper, Offering, Ticket
from procedures.models.lifecycle import State
from procedures.queries.answers import required_papers
from procedures.workflow import NotAllowed

COUNTS = ("originals", "certified", "copies")
LONGEST_TITLE = 300


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


@dataclass(frozen=True)
class Begun:
    """How a typing-in begins: what is known of the person, in which visit, called from which number."""

    channel: str = Channel.COUNTER
    visit: str = ""
    ticket: Ticket | None = None
    # As a page would send it: name → values.
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    # "" where it answered or was not asked, "silent" where it was away, "unknown" where it knows nobody like that.
    registry: str = ""


def begin(offering: Offering, clerk: User, key: str, begun: Begun) -> CounterIntake:
    """Begin to type paper in, once for the same key of a clerk."""
    known = _known(clerk, key)
    if known is not None:
        return known
    try:
        return _begun(offering, clerk, key, begun)
    except IntegrityError:
        known = _known(clerk, key)
        if known is None:
            raise
        return known


def _known(clerk: User, key: str) -> CounterIntake | None:
    rows = CounterIntake.objects.select_related("dossier__version", "dossier__procedure", "dossier__office")
    return rows.filter(clerk=clerk, key=key).first()


@transaction.atomic
def _begun(offering: Offering, clerk: User, key: str, begun: Begun) -> CounterIntake:
    draft = Dossier.objects.create(
        reference=random_code(), version=offering.procedure.current, procedure=offering.procedure, office=offering.office,
        receiving_office=desk_of(clerk, offering), channel=begun.channel, created_at=now(), saved_at=now(),
    )  # fmt: skip
    made: CounterIntake = CounterIntake.objects.create(
        key=key, visit=begun.visit or key, clerk=clerk, dossier=draft, typed=dict(begun.typed), found=dict(begun.found),
        registry=begun.registry, ticket=begun.ticket, begun_at=now(), saved_at=now(),
    )  # fmt: skip
    return made


def keep_typed(one: CounterIntake, typed: Mapping[str, list[str]]) -> None:
    """Keep what was typed so far; nothing is judged."""
    one.typed, one.saved_at = dict(typed), now()
    one.save(update_fields=["typed", "saved_at"])


@transaction.atomic
def drop(one: CounterIntake) -> None:
    """Give up what was being typed: words and scans are forgotten, nothing was received."""
    workflow.lock(one.dossier)
    if one.dossier.state != State.DRAFT or one.dossier.joint_code:
        raise NotAllowed(_("Hồ sơ này đã được tiếp nhận."))
    Attachment.objects.filter(dossier=one.dossier, removed_at=None).update(removed_at=now())
    _forget(one)


def _forget(one: CounterIntake) -> None:
    one.typed, one.found, one.done_at = {}, {}, now()
    one.save(update_fields=["typed", "found", "done_at"])


@transaction.atomic
def register_paper(offering: Offering, clerk: User, handed: Handed, key: str) -> Dossier:
    """Register paper, once for the same key. Raises Incomplete and NotAllowed; changes nothing then.

    A person known by personal id sees the dossier in their account; somebody without an account is reached as they said.
    """
    one = begin(offering, clerk, key, Begun(channel=handed.channel))
    dossier: Dossier = one.dossier
    workflow.lock(dossier)
    if dossier.state != State.DRAFT or dossier.joint_code:
        return dossier
    if CounterIntake.objects.filter(pk=one.pk).exclude(done_at=None).exists():
        raise NotAllowed(_("Bản đang nhập này đã bỏ. Hãy bắt đầu lại."))
    _as_handed(dossier, offering, handed)
    counts = {name: dict(count) for name, count in handed.counts.items()}
    if joint.package_of(dossier) is not None:
        return _filed_jointly(one, clerk, handed, counts)
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
    note_papers(dossier, counts)
    notifications.text(dossier, "accepted")
    _forget(one)
    return dossier


def _filed_jointly(one: CounterIntake, clerk: User, handed: Handed, counts: Mapping[str, Mapping[str, int]]) -> Dossier:
    """Linked procedures: by the same action as online. Each part is accepted, and paid for, where it is settled."""
    if handed.occurred_at is not None:
        raise NotAllowed(_("Hồ sơ liên thông được nộp vào lúc nhập; không nhập sau được."))
    note_papers(one.dossier, counts)
    joint.file(one.dossier, clerk, one.key, counts=counts)
    notifications.text(one.dossier, "joint_filed")
    _forget(one)
    return one.dossier


def _as_handed(dossier: Dossier, offering: Offering, handed: Handed) -> None:
    person = User.objects.by_personal_id(handed.personal_id) if handed.personal_id else None
    dossier.version = offering.procedure.current  # type: ignore[assignment]
    dossier.owner = dossier.submitter = person
    dossier.channel, dossier.owner_kind, dossier.owner_name = handed.channel, handed.owner_kind, handed.owner_name
    dossier.contact_id, dossier.contact_phone, dossier.contact_email = handed.personal_id, handed.phone, handed.email
    dossier.contact_address, dossier.delivery = handed.address, handed.delivery
    dossier.answers, dossier.sources = dict(handed.answers), dict(handed.sources)
    dossier.saved_at = now()
    dossier.save()


def note_papers(dossier: Dossier, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Keep what was handed in, paper by paper, with what its digital copy will say of it."""
    language = get_language() or "vi"
    scanned = set(Attachment.objects.filter(dossier=dossier, removed_at=None).values_list("paper", flat=True))
    made = []
    for paper in required_papers(dossier):
        count = counts.get(paper.key, {})
        if not sum(count.values()) and paper.key not in scanned:
            continue
        made.append(new_paper(dossier, paper.key, paper.name.read(language), count, paper.key in scanned))
    GivenPaper.objects.bulk_create(made)


def new_paper(dossier: Dossier, key: str, title: str, count: Mapping[str, int], scanned: bool) -> GivenPaper:
    """A paper as handed in, not saved yet; what a clerk would type of its digital copy most often stands there already."""
    given = {name: count.get(name, 0) for name in COUNTS}
    kind = GivenPaper.Copy.ORIGINAL if given["originals"] or not sum(given.values()) else GivenPaper.Copy.COPY
    return GivenPaper(
        dossier=dossier, paper=key, title=title[:LONGEST_TITLE], owner_id=dossier.contact_id, copy=kind,
        digital=GivenPaper.Digital.SCANNED if scanned else GivenPaper.Digital.NO, **given,
    )  # fmt: skip


def look_at_draft(one: CounterIntake, clerk: User) -> None:
    """An official opens what a registry told of a person."""
    if one.found:
        audit.look(clerk, f"dossier:{one.dossier.reference}", "counter", None)
