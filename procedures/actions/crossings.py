"""The only bridge between authorities: a message is written here, carried over, and acted on inside the other's scope.

Nobody reads another's rows. The receiver keeps each message once, by its name, so that one that comes again (a lost answer,
a worker that died) changes nothing and gets the answer that the first one got. What it refuses it keeps and writes down.
"""

import datetime
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.files import read_stored, store
from portal.models import Tenant, User
from portal.moments import now
from portal.queries import active_tenants
from portal.tenancy import current_tenant, inside, knowing
from procedures.models import Crossing

log = logging.getLogger(__name__)
IN, OUT = Crossing.Direction.IN, Crossing.Direction.OUT
LONGEST_WAIT = datetime.timedelta(hours=1)
ERRAND = "crossing"


class Refused(Exception):
    """What the receiver will not do: `str()` is a sentence that goes back to the sender."""


@dataclass(frozen=True)
class File:
    """A file on its way: its bytes, not where it lies."""

    name: str
    kind: str
    field: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A message between two authorities. Who sends it is told by the bridge, never by the message."""

    message: str
    sender: Tenant
    agreement: str
    kind: str
    body: dict[str, Any]
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Receipt:
    taken: bool
    reason: str = ""


Taking = Callable[[Letter], None]
Answered = Callable[[Crossing, Receipt], None]
_takers: dict[str, Taking] = {}
_answered: dict[str, Answered] = {}


def takes(kind: str) -> Callable[[Taking], Taking]:
    """Register what a message does where it arrives; it runs in the receiver's scope, in one transaction with its record."""

    def register(act: Taking) -> Taking:
        _takers[kind] = act
        return act

    return register


def hears(kind: str) -> Callable[[Answered], Answered]:
    """Register what the sender does with the answer."""

    def register(act: Answered) -> Answered:
        _answered[kind] = act
        return act

    return register


def send(
    partner: Tenant, kind: str, body: dict[str, Any], *, agreement: str = "", files: Sequence[dict[str, str]] = (),
    actor: User | None = None, message: str = "",
) -> Crossing:  # fmt: skip
    """Write a message in the current transaction; it is carried after the commit, and again until it is answered.

    `message` names it where writing it twice must be once.
    """
    name = message or uuid.uuid4().hex
    made, fresh = Crossing.objects.get_or_create(
        direction=OUT, message=name,
        defaults={"partner": partner, "agreement": agreement, "kind": kind, "body": body, "files": list(files), "made_at": now()},
    )  # fmt: skip
    if fresh:
        audit.record(actor, "crossing.send", _about(made), to=partner.slug, kind=kind, tells=sorted(body))
        outbox.put(ERRAND, f"{made.pk}", {"crossing": made.pk})
    return made


def _about(crossing: Crossing) -> str:
    return f"agreement:{crossing.agreement}" if crossing.agreement else f"crossing:{crossing.message}"


def carry(key: int) -> None:
    """Take one message over. Inside no transaction: three short ones, here, there, and here again."""
    here = current_tenant()
    with inside(here):
        crossing = Crossing.objects.select_related("partner").get(pk=key)
        letter = _letter(crossing, here)
    if crossing.state != Crossing.State.WAITING:
        return
    receipt = _handed(letter, crossing.partner)
    with inside(here):
        if receipt is None:
            _try_again(crossing)
        else:
            _settle(crossing, receipt)


def _letter(crossing: Crossing, here: Tenant) -> Letter:
    files = tuple(File(one["name"], one["kind"], one["field"], read_stored(one["path"])) for one in crossing.files)
    return Letter(crossing.message, here, crossing.agreement, crossing.kind, crossing.body, files)


def _handed(letter: Letter, partner: Tenant) -> Receipt | None:
    """The receiver's answer; None where it is away."""
    if not active_tenants().filter(pk=partner.pk).exists():
        return None
    try:
        with knowing(partner):
            return deliver(letter, partner)
    except OperationalError as error:
        log.warning("crossing %s: the receiver is away (%s)", letter.message, type(error).__name__)
        return None


def deliver(letter: Letter, partner: Tenant) -> Receipt:
    """Enter the receiver's scope with what the letter says and nothing else; a letter that came before is not acted on."""
    with inside(partner):
        kept, fresh = Crossing.objects.get_or_create(
            direction=IN, message=letter.message,
            defaults={"partner": letter.sender, "agreement": letter.agreement, "kind": letter.kind, "state": Crossing.State.TAKEN, "made_at": now(), "settled_at": now()},
        )  # fmt: skip
        if not fresh:
            return Receipt(kept.state == Crossing.State.TAKEN, kept.reason)
        return _taken(kept, letter)


def _taken(kept: Crossing, letter: Letter) -> Receipt:
    try:
        with transaction.atomic():
            if letter.kind not in _takers:
                raise Refused(_("Thông điệp không được hỗ trợ."))
            _takers[letter.kind](letter)
    except Refused as refusal:
        kept.state, kept.reason = Crossing.State.REFUSED, str(refusal)
        kept.save(update_fields=["state", "reason"])
        audit.record(None, "crossing.refuse", _about(kept), of=letter.sender.slug, kind=letter.kind, reason=kept.reason)
        return Receipt(False, kept.reason)
    audit.record(None, "crossing.take", _about(kept), of=letter.sender.slug, kind=letter.kind, told=sorted(letter.body))
    return Receipt(True)


def _try_again(crossing: Crossing) -> None:
    """The receiver is away, for an hour or for a week: we come again, at most an hour later, until it answers."""
    crossing.attempts += 1
    crossing.save(update_fields=["attempts"])
    wait = min(LONGEST_WAIT, datetime.timedelta(seconds=30) * 2 ** min(crossing.attempts, 10))
    outbox.put(ERRAND, f"{crossing.pk}-{crossing.attempts}", {"crossing": crossing.pk}, due=now() + wait)


def _settle(crossing: Crossing, receipt: Receipt) -> None:
    """Note the answer once, and act on it."""
    locked = Crossing.objects.select_for_update().get(pk=crossing.pk)
    if locked.state != Crossing.State.WAITING:
        return
    locked.state = Crossing.State.TAKEN if receipt.taken else Crossing.State.REFUSED
    locked.reason, locked.settled_at, locked.attempts = receipt.reason, now(), locked.attempts + 1
    locked.save(update_fields=["state", "reason", "settled_at", "attempts"])
    if not receipt.taken:
        facts: dict[str, Any] = {"to": crossing.partner.slug, "kind": locked.kind, "reason": receipt.reason}
        audit.record(None, "crossing.refused", _about(locked), **facts)
    if locked.kind in _answered:
        _answered[locked.kind](locked, receipt)


def kept_here(file: File, folder: str) -> dict[str, str]:
    """Keep a file that came over, in this authority's own store, as a message would name it."""
    stored = store(file.content, folder, file.kind)
    return {"name": file.name, "kind": file.kind, "field": file.field, "path": stored.path}
