"""Writing the next version of a procedure: part by part, by several administrators at once, nobody's words lost."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.actions import NotPossible
from portal.models import User
from portal.moments import now
from procedures.models import NationalDefinition, Procedure, ProcedureVersion, VersionDraft
from procedures.queries import versions
from procedures.schema import parts

Texts = Mapping[str, str]


class Stale(Exception):
    """Somebody else changed the part since it was shown: `now` is what it says today, None where it is gone."""

    def __init__(self, now: Any, by: User | None, at: datetime.datetime) -> None:
        super().__init__(_("Phần này vừa được người khác sửa."))
        self.now, self.by, self.at = now, by, at


@transaction.atomic
def begin(code: str, person: User) -> VersionDraft:
    """The draft that is being written, or a new one from what was published last."""
    known = versions.draft_of(code)
    if known is not None:
        return known
    base = versions.latest(code)
    if base is None:
        raise NotPossible(_("Không có thủ tục mang mã này."))
    return _begun(code, person, base.definition, base=base, procedure=base.procedure, national=base.national)


@transaction.atomic
def begin_new(code: str, name: Texts, sector: Mapping[str, Any], person: User) -> VersionDraft:
    """A procedure that was not there: nothing but its code, its name and its sector."""
    if Procedure.objects.filter(code=code).exists() or versions.draft_of(code) is not None:
        raise NotPossible(_("Đã có thủ tục hoặc bản soạn mang mã này."))
    told = {"code": code, "name": dict(name), "sector": dict(sector), "government_level": "commune"}
    return _begun(code, person, {**EMPTY, **told})


EMPTY: dict[str, Any] = {
    "audience": [], "channels": ["counter"], "cases": [], "papers": [], "form": {"sections": []}, "fees": [],
    "legal_basis": [], "results": [], "route": [],
}  # fmt: skip


@transaction.atomic
def adopt(national: NationalDefinition, person: User) -> VersionDraft:
    """Make a national definition one's own: a draft that begins as the ministry wrote it."""
    if versions.latest(national.code) is not None or versions.draft_of(national.code) is not None:
        raise NotPossible(_("Đã có thủ tục hoặc bản soạn mang mã này."))
    known = Procedure.objects.filter(code=national.code).first()
    return _begun(national.code, person, national.definition, procedure=known, national=national)


@transaction.atomic
def change(draft: VersionDraft, person: User, address: str, value: Any, seen: str) -> VersionDraft:
    """Write one part. `seen` is the fingerprint of the part as the page showed it; raises Stale where it is another now."""
    held = _held(draft)
    _agree(held, address, seen)
    _refuse_taken(held, address, value)
    return _keep(held, person, parts.put(held.definition, address, value), "draft.change", address)


@transaction.atomic
def add(draft: VersionDraft, person: User, list_address: str, value: Any) -> VersionDraft:
    """One more item at the end of a list; two who add at once both keep theirs."""
    held = _held(draft)
    key = value.get("key") if isinstance(value, dict) else None
    known = parts.find(held.definition, list_address) or []
    if key and any(isinstance(item, dict) and item.get("key") == key for item in known):
        raise NotPossible(_("Khóa “%(key)s” đã được dùng. Hãy chọn khóa khác.") % {"key": key})
    made = parts.append(held.definition, list_address, value)
    return _keep(held, person, made, "draft.add", f"{list_address}.{key or len(known)}")


@transaction.atomic
def remove(draft: VersionDraft, person: User, address: str, seen: str) -> VersionDraft:
    """Take a part out; raises Stale where it was changed since it was shown."""
    held = _held(draft)
    _agree(held, address, seen)
    if parts.find(held.definition, address) is None:
        return held
    return _keep(held, person, parts.remove(held.definition, address), "draft.remove", address)


@transaction.atomic
def move(draft: VersionDraft, person: User, address: str, before: str | None) -> VersionDraft:
    """Put an item of a list in front of another, or at the end; nothing happens where one of them is gone."""
    held = _held(draft)
    try:
        made = parts.move(held.definition, address, before)
    except parts.NoSuchPart as gone:
        raise NotPossible(_("Mục này không còn trong bản soạn. Hãy tải lại trang.")) from gone
    return _keep(held, person, made, "draft.move", address, before=before or "")


@transaction.atomic
def discard(draft: VersionDraft, person: User) -> None:
    """Throw a draft away; what is published stays as it is."""
    held = _held(draft)
    audit.record(person, "draft.discard", f"procedure:{held.code}", revision=held.revision)
    held.delete()


def _begun(code: str, person: User, definition: Mapping[str, Any], **from_what: Any) -> VersionDraft:
    """Two who begin at once get the same draft."""
    made, is_new = VersionDraft.objects.get_or_create(
        code=code, defaults={"definition": dict(definition), "changed_by": person, "changed_at": now(), **from_what}
    )
    if is_new:
        base: ProcedureVersion | None = made.base
        audit.record(person, "draft.begin", f"procedure:{code}", base=base.number if base else 0)
    return made


def _held(draft: VersionDraft) -> VersionDraft:
    """The draft as it is now, held until the transaction ends."""
    rows = VersionDraft.objects.select_for_update(of=("self",)).select_related("procedure", "base", "national")
    found: VersionDraft | None = rows.filter(pk=draft.pk).first()
    if found is None:
        raise NotPossible(_("Bản soạn này vừa được công bố hoặc bị bỏ."))
    return found


def _agree(draft: VersionDraft, address: str, seen: str) -> None:
    known = parts.find(draft.definition, address)
    if parts.fingerprint(known) != seen:
        raise Stale(known, *versions.last_change(draft, address))


def _refuse_taken(draft: VersionDraft, address: str, value: Any) -> None:
    """An item that takes another's key would hide it."""
    around, _dot, last = address.rpartition(".")
    beside = parts.find(draft.definition, around)
    key = value.get("key") if isinstance(value, dict) else None
    if not isinstance(beside, list) or not key or key == last:
        return
    if any(isinstance(item, dict) and item.get("key") == key for item in beside):
        raise NotPossible(_("Khóa “%(key)s” đã được dùng. Hãy chọn khóa khác.") % {"key": key})


def _keep(
    draft: VersionDraft, person: User, definition: dict[str, Any], act: str, address: str, **facts: Any
) -> VersionDraft:
    draft.definition, draft.revision = definition, draft.revision + 1
    draft.changed_by, draft.changed_at = person, now()
    draft.save(update_fields=["definition", "revision", "changed_by", "changed_at"])
    audit.record(person, act, f"procedure:{draft.code}", address=address, revision=draft.revision, **facts)
    return draft
