"""A paper goes through a signing device: words and number first, then its hash goes out, then the signature comes back.

Only then is anything decided. While the device works, the dossier is as it was, nothing is locked and no transaction is
open; a device that fails leaves everything to be tried again or given up, and a number given up is the next one given out.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, pdf, signing_device
from portal.files import Stored, discard, read_stored, store
from portal.models import User
from portal.moments import now
from portal.signing_device import Device, DeviceFailed, Prepared
from portal.signing_keys import SigningKey, signing_key
from portal.templatetags.ui import short_moment
from portal.tenancy import current_tenant, inside
from portal.text import fold
from procedures import workflow
from procedures.actions import papers
from procedures.actions.numbers import register_of, register_place, result_number
from procedures.models import Dossier, Paper, Signing
from procedures.workflow import NotAllowed

TEMPLATES = {Paper.Kind.RESULT: "result", Paper.Kind.REFUSAL: "refusal_decision", Paper.Kind.REVOCATION: "revocation"}
# The paper shows when it was made ready: a signature that comes later than this is for a paper made anew.
PATIENCE = datetime.timedelta(minutes=15)
READY = ("path", "certificate", "place_start", "place_end", "document_digest", "attributes")

__all__ = ["DeviceFailed", "Draft", "ask", "begin", "effect", "finish", "give_up", "prepare", "through"]


@dataclass(frozen=True)
class Draft:
    """What is to be signed: `written` makes its words from a number and a verification code."""

    purpose: str
    kind: str
    written: Callable[[str, str], dict[str, Any]]
    about: Paper | None = None
    reason: str = ""


Effect = Callable[[Signing, Stored], Paper]
EFFECTS: dict[str, Effect] = {}


def effect(purpose: str) -> Callable[[Effect], Effect]:
    """Register what a signature of this purpose brings about, in the transaction that keeps the sealed paper."""

    def register(act: Effect) -> Effect:
        EFFECTS[purpose] = act
        return act

    return register


def begin(dossier: Dossier, head: User | None, draft: Draft) -> Signing:
    """Take a number and write the words. Begun before by the same head it goes on, under the number that it has."""
    with inside(current_tenant()):
        workflow.lock(dossier)
        row = _open_one(dossier, head, draft)
        if row is not None and row.state == Signing.State.WAITING and _is_fresh(row, dossier):
            return row
        row = row or _numbered(dossier, draft)
        row.head, row.about, row.reason = head, draft.about, draft.reason
        row.data, row.made_from = draft.written(row.number, row.verification_code), dossier.event_hash
        row.state, row.begun_at, row.error = Signing.State.RESERVED, now(), ""
        row.save()
        return row


def _open_one(dossier: Dossier, head: User | None, draft: Draft) -> Signing | None:
    """What was begun and not ended; another's is waited for, and one for something else is given up."""
    row = Signing.objects.select_for_update(of=("self",)).filter(dossier=dossier, state__in=Signing.OPEN).first()
    if row is None:
        return None
    row.dossier = dossier
    if head is not None and row.head_id not in (None, head.pk) and now() - row.begun_at < PATIENCE:
        told = {"name": row.head.full_name if row.head else "", "at": short_moment(row.begun_at)}
        raise NotAllowed(_("%(name)s đang ký văn bản của hồ sơ này, từ %(at)s.") % told)
    wanted = (draft.purpose, draft.kind, register_of(dossier.office, now()))
    if (row.purpose, row.kind, row.series) != wanted:
        _drop(row, _("Bắt đầu việc khác."))
        return None
    return row


def _numbered(dossier: Dossier, draft: Draft) -> Signing:
    series = register_of(dossier.office, now())
    place = register_place(series)
    return Signing(
        dossier=dossier, purpose=draft.purpose, kind=draft.kind, series=series, place=place,
        number=result_number(series, place), verification_code=papers.new_verification_code(),
    )  # fmt: skip


def _is_fresh(row: Signing, dossier: Dossier) -> bool:
    return row.made_from == dossier.event_hash and now() - row.begun_at < PATIENCE


def prepare(row: Signing) -> Signing:
    """Print the paper with an empty place for its signature; from here on its hash may go out. Holds nothing."""
    if row.state == Signing.State.WAITING:
        return row
    key = _key(row)
    printed = pdf.render(TEMPLATES[Paper.Kind(row.kind)], row.data, language="vi")
    ready = signing_device.prepare(
        printed, certificate=key.certificate, name=key.name, reason=row.number, location=row.dossier.office.name
    )
    before, row.path = row.path, store(ready.pdf, "signing", "pdf").path
    row.certificate, row.place_start, row.place_end = key.certificate.decode(), ready.start, ready.end
    row.document_digest, row.attributes = ready.document_digest.hex(), ready.attributes.hex()
    _handed_out(row)
    if before:
        discard(before)
    return row


def _handed_out(row: Signing) -> None:
    """From reserved to waiting; what was given up or begun anew meanwhile stays as it is."""
    told = {name: getattr(row, name) for name in READY}
    with inside(current_tenant()):
        own = Signing.objects.filter(pk=row.pk, state=Signing.State.RESERVED, begun_at=row.begun_at)
        if not own.update(state=Signing.State.WAITING, **told):
            discard(row.path)
            raise NotAllowed(_("Văn bản này đã được lập lại hoặc đã bỏ, ở một nơi khác."))
    row.state = Signing.State.WAITING


def ask(row: Signing, device: Device | None = None) -> bytes:
    """Have the device sign, the office's own key unless another is named; raises DeviceFailed and notes it."""
    try:
        return (device or office_device(row))(bytes.fromhex(row.attributes))
    except (DeviceFailed, OSError) as error:
        _failed(row, error)
        raise DeviceFailed(str(error)) from error


def office_device(row: Signing) -> Device:
    return signing_device.office_key(_key(row))


def finish(row: Signing, signature: bytes) -> Paper:
    """The signature came back: seal the paper, and then what it decides is decided, at this moment.

    Raises DeviceFailed for a signature that does not fit (it may be tried again), NotAllowed where it comes too late:
    then the number is free again.
    """
    try:
        sealed = signing_device.seal(_prepared(row), certificate=row.certificate.encode(), signature=signature)
    except DeviceFailed as error:
        _failed(row, error)
        raise
    stored = store(sealed, "results", "pdf")
    try:
        with inside(current_tenant()):
            paper = _settle(row, stored)
    except NotAllowed:
        discard(stored.path)
        give_up(row, None, _("Chữ ký về khi hồ sơ đã khác."))
        raise
    discard(row.path)
    return paper


def _settle(row: Signing, stored: Stored) -> Paper:
    dossier = row.dossier
    workflow.lock(dossier)
    known = _held(row)
    if known.state != Signing.State.WAITING or known.attributes != row.attributes:
        raise NotAllowed(_("Văn bản này đã được ký hoặc đã bỏ, ở một nơi khác."))
    if not _is_fresh(known, dossier):
        raise NotAllowed(_("Trong lúc chờ chữ ký, hồ sơ đã thay đổi hoặc đã quá lâu. Hãy xem lại rồi ký."))
    paper = EFFECTS[row.purpose](row, stored)
    row.state, row.ended_at = Signing.State.SEALED, now()
    row.save(update_fields=["state", "ended_at"])
    return paper


def _held(row: Signing) -> Signing:
    """The row as it is now, until the transaction ends."""
    return Signing.objects.select_for_update(of=("self",)).get(pk=row.pk)


def through(dossier: Dossier, head: User | None, draft: Draft, device: Device | None = None) -> Paper:
    """The whole way in one go, for a device that answers at once."""
    row = prepare(begin(dossier, head, draft))
    return finish(row, ask(row, device))


def give_up(row: Signing, actor: User | None, why: str = "") -> None:
    """Not signed after all: the dossier is as it was and the number is free. What was ended meanwhile stays ended."""
    with inside(current_tenant()):
        known = _held(row)
        if known.state in Signing.OPEN and known.attributes == row.attributes:
            known.dossier = row.dossier
            _drop(known, why)
            audit.record(actor, "signing.give_up", f"dossier:{row.dossier.reference}", number=row.number, why=why)
            row.state = known.state


def _drop(row: Signing, why: str) -> None:
    row.state, row.is_free, row.ended_at, row.error = Signing.State.GIVEN_UP, True, now(), why[:300]
    row.save(update_fields=["state", "is_free", "ended_at", "error"])
    if row.path:
        transaction.on_commit(lambda: discard(row.path), robust=True)


def _failed(row: Signing, error: Exception) -> None:
    with inside(current_tenant()):
        row.tries, row.error = row.tries + 1, str(error)[:300]
        Signing.objects.filter(pk=row.pk, state__in=Signing.OPEN).update(tries=row.tries, error=row.error)


def _key(row: Signing) -> SigningKey:
    return signing_key(current_tenant().name, row.dossier.office.name)


def _prepared(row: Signing) -> Prepared:
    digest, attributes = bytes.fromhex(row.document_digest), bytes.fromhex(row.attributes)
    return Prepared(read_stored(row.path), row.place_start, row.place_end, digest, attributes)


def issue(row: Signing, stored: Stored, *, at: datetime.datetime, **columns: Any) -> Paper:
    """Enter the sealed paper into the register."""
    dossier, head = row.dossier, row.head
    return papers.issue(
        dossier, row.kind, head, row.data, title=row.data.get("title", ""), number=row.number, path=stored.path,
        size=stored.size, sha256=stored.sha256, verification_code=row.verification_code, signed_at=at,
        signer=head.full_name if head else dossier.office.name, office=dossier.office,
        holder=fold(dossier.owner_name)[:200], **columns,
    )  # fmt: skip
