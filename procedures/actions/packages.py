"""Packages of linked procedures, kept by administrators: every write is checked against what the page had shown."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.actions import NotPossible, show_changes
from portal.models import User
from portal.moments import now
from procedures.models import Package, Procedure
from procedures.queries.package_levels import short_of
from procedures.queries.packages import ready, views_of


@transaction.atomic
def begin(procedure: Procedure, actor: User) -> Package:
    """The package whose one form is this procedure's."""
    made, _fresh = Package.objects.get_or_create(
        procedure=procedure, defaults={"changed_by": actor, "changed_at": now()}
    )
    audit.record(actor, "package.begin", f"procedure:{procedure.code}")
    return made


@transaction.atomic
def put_part(package: Package, actor: User, raw: Mapping[str, Any], *, seen: int) -> Package:
    """Add a part, or write one anew."""
    held = _held(package, seen)
    others = [one for one in held.parts if one["key"] != raw["key"]]
    place = next((number for number, one in enumerate(held.parts) if one["key"] == raw["key"]), len(others))
    held.parts = [*others[:place], dict(raw), *others[place:]]
    return _kept(held, actor, "package.part", part=raw["key"], procedure=raw.get("procedure", ""))


@transaction.atomic
def drop_part(package: Package, actor: User, key: str, *, seen: int) -> Package:
    held = _held(package, seen)
    held.parts = [_without(one, key) for one in held.parts if one["key"] != key]
    return _kept(held, actor, "package.drop_part", part=key)


def _without(raw: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Another part that waits for it no more, and takes no result of it."""
    takes = {name: field for name, field in (raw.get("takes") or {}).items() if name != key}
    return {**raw, "after": [name for name in raw.get("after", ()) if name != key], "takes": takes}


@transaction.atomic
def set_open(package: Package, actor: User, *, is_open: bool) -> Package:
    """Let people file by it, or let them file each procedure by itself again. What was filed goes on as it was filed."""
    held = _held(package, None)
    below = short_of(held) if is_open else []
    if below:
        codes = ", ".join(dict.fromkeys(one.code for one in below))
        raise NotPossible(
            _("Chưa mở được: %(codes)s chưa đạt mức độ 3 ở đơn vị liên quan; xem lý do ở dưới.") % {"codes": codes}
        )
    if is_open and not ready(views_of(held)):
        raise NotPossible(_("Nhóm thủ tục chưa đủ: hãy xem những chỗ còn thiếu ở từng phần."))
    held.is_open = is_open
    return _kept(held, actor, "package.open" if is_open else "package.close")


def _held(package: Package, seen: int | None) -> Package:
    held: Package = Package.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=package.pk)
    if seen is not None and held.revision != seen:
        raise NotPossible(_("Người khác vừa sửa nhóm thủ tục này; hãy xem lại rồi sửa tiếp."))
    return held


def _kept(held: Package, actor: User, act: str, **facts: Any) -> Package:
    held.revision, held.changed_by, held.changed_at = held.revision + 1, actor, now()
    held.save(update_fields=["parts", "is_open", "revision", "changed_by", "changed_at"])
    audit.record(actor, act, f"procedure:{held.procedure.code}", **facts)
    show_changes()
    return held
