"""The only bridge between authorities: a message is written here, carried over, and acted on inside the other's scope.

Nobody reads another's rows. The receiver keeps each message once, by its name, so that one that comes again (a lost answer,
a worker that died) changes nothing and gets the answer that the first one got. What it refuses it keeps and writes down.
"""

import datetime
import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.files import read_stored, store
from portal.models import OutboxRow, Tenant, User
from portal.moments import now
from portal.queries import active_tenants
from portal.tenancy import current_tenant, inside, knowing
from procedures.models import Crossing

log = logging.getLogger(__name__)
IN, OUT = Crossing.Direction.IN, Crossing.Direction.OUT
LONGEST_WAIT = datetime.timedelta(hours=1)
# After so many tries in vain (five hours) administrators of both sides are shown it; it is tried on, hourly, all the same.
STUCK_AFTER = 10
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
    if crossing.state != Crossing.State.WAITING:
        return
    try:
        letter = _letter(crossing, here)
        receipt = _handed(letter, crossing.partner)
        with inside(here):
            _settle(crossing, receipt)
    except Exception as error:  # noqa: BLE001 -- whatever fails is tried again, and shown when it keeps failing
        log.warning("crossing %s: %s", crossing.message, type(error).__name__)
        with inside(here):
            _try_again(crossing, _why(error))


def _letter(crossing: Crossing, here: Tenant) -> Letter:
    files = tuple(File(one["name"], one["kind"], one["field"], read_stored(one["path"])) for one in crossing.files)
    return Letter(crossing.message, here, crossing.agreement, crossing.kind, crossing.body, files)


class Away(Exception):
    """The receiver is not there today."""


def _why(error: Exception) -> str:
    """For administrators: what kind of trouble, never what the message says."""
    if isinstance(error, Away | OperationalError):
        return _("Cơ quan nhận chưa trả lời.")
    return _("Có lỗi khi xử lý thông điệp (%(kind)s).") % {"kind": type(error).__name__}


def _handed(letter: Letter, partner: Tenant) -> Receipt:
    """The receiver's answer. Where it fails over there, the receiver's administrators learn of it too."""
    if not active_tenants().filter(pk=partner.pk).exists():
        raise Away
    with knowing(partner):
        try:
            return deliver(letter, partner)
        except Exception as error:
            with suppress(OperationalError):
                _note_trouble(letter, partner, _why(error))
            raise


def _note_trouble(letter: Letter, partner: Tenant, why: str) -> None:
    with inside(partner):
        kept = _kept(letter)
        if kept.state == Crossing.State.WAITING:
            _count_try(kept, why)


def _kept(letter: Letter) -> Crossing:
    """The receiver's one row of a message, locked; a new one waits, since nothing is done yet."""
    facts = {"partner": letter.sender, "agreement": letter.agreement, "kind": letter.kind, "made_at": now()}
    Crossing.objects.get_or_create(direction=IN, message=letter.message, defaults=facts)
    rows = Crossing.objects.select_for_update(of=("self",))
    held: Crossing = rows.get(direction=IN, message=letter.message)
    return held


def deliver(letter: Letter, partner: Tenant) -> Receipt:
    """Enter the receiver's scope with what the letter says and nothing else; a letter that came before is not acted on."""
    with inside(partner):
        kept = _kept(letter)
        if kept.state != Crossing.State.WAITING:
            return Receipt(kept.state == Crossing.State.TAKEN, kept.reason)
        return _taken(kept, letter)


def _taken(kept: Crossing, letter: Letter) -> Receipt:
    kept.state, kept.reason, kept.settled_at = Crossing.State.TAKEN, "", now()
    kept.save(update_fields=["state", "reason", "settled_at"])
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


def _try_again(crossing: Crossing, why: str) -> None:
    """It failed, for an hour or for a week: we come again, at most an hour later, until there is an answer."""
    locked = Crossing.objects.select_for_update().get(pk=crossing.pk)
    if locked.state != Crossing.State.WAITING:
        return
    _count_try(locked, why)
    wait = min(LONGEST_WAIT, datetime.timedelta(seconds=30) * 2 ** min(locked.attempts, 10))
    outbox.put(ERRAND, f"{locked.pk}-{locked.attempts}", {"crossing": locked.pk}, due=now() + wait)


def _count_try(crossing: Crossing, why: str) -> None:
    crossing.attempts, crossing.tried_at, crossing.reason = crossing.attempts + 1, now(), why
    if crossing.attempts >= STUCK_AFTER and crossing.stuck_at is None:
        crossing.stuck_at = now()
    crossing.save(update_fields=["attempts", "tried_at", "reason", "stuck_at"])


@transaction.atomic
def again(crossing: Crossing, actor: User) -> None:
    """Try a message now: our own at once; for one that comes from another, that authority is asked to."""
    audit.record(actor, "crossing.again", _about(crossing), with_whom=crossing.partner.slug, kind=crossing.kind)
    if crossing.direction == OUT:
        _hurry(crossing.message, crossing.partner)
    else:
        send(crossing.partner, "crossing.again", {"message": crossing.message}, actor=actor)


@takes("crossing.again")
def _asked_again(letter: Letter) -> None:
    """The receiver asks for what it could not take before; only for a message that was written to it."""
    _hurry(letter.body["message"], letter.sender)


def _hurry(message: str, partner: Tenant) -> None:
    """Bring the next try of a message forward to now; one that was answered meanwhile stays as it is."""
    rows = Crossing.objects.filter(direction=OUT, message=message, partner=partner, state=Crossing.State.WAITING)
    found = rows.first()
    if found is None:
        return
    waiting = OutboxRow.objects.filter(kind=ERRAND, payload={"crossing": found.pk}, done_at=None)
    if waiting.update(due_at=now(), given_up_at=None):
        outbox.wake(current_tenant().pk)
    else:
        outbox.put(ERRAND, f"{found.pk}-{found.attempts}-{now():%y%m%d%H%M%S}", {"crossing": found.pk})


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
