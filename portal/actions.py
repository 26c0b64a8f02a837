"""What an administrator changes at an authority: people and their roles, offices, settings, work that was given up."""

import datetime
import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from portal import audit, kept
from portal.models import Membership, Office, OfficeSuccession, OutboxRow, Tenant, User
from portal.moments import now, today
from portal.outbox import wake
from portal.roles import AUTHORITY_WIDE, Role
from portal.tenancy import across_tenants, current_tenant
from portal.text import fold

# An account that waits for its person: the first sign-in with that personal id takes it over (people.account_of).
AWAITED = "awaited"


class NotPossible(Exception):
    """A change that cannot be made: `str()` is a sentence fit for the person who tried."""


@transaction.atomic
def add_person(actor: User, *, personal_id: str, full_name: str) -> User:
    """The account of a person by personal id; one who never signed in gets one that the first sign-in takes over."""
    known = User.objects.by_personal_id(personal_id)
    if known is not None:
        if fold(known.full_name) != fold(full_name):
            raise NotPossible(_("Số định danh này thuộc về người mang tên khác. Kiểm tra lại số và họ tên."))
        return known
    person = User(issuer=AWAITED, subject=str(uuid.uuid4()), personal_id=personal_id, full_name=full_name)
    person.set_unusable_password()
    person.save()
    audit.record(actor, "person.add", f"user:{person.pk}", subject=person)
    return person


@transaction.atomic
def give_role(
    person: User, role: str, office: Office | None, *, actor: User, until: datetime.date | None = None, title: str = ""
) -> Membership:
    """Give a role until the end of a day or without end; given again, it is prolonged or shortened."""
    _refuse_misplaced(role, office, until)
    held = _lock_administrators()
    membership, _made = Membership.objects.update_or_create(
        user=person, role=role, office=office, defaults={"until": until, "title": title}
    )
    if role == Role.ADMINISTRATOR and until and person.pk in held:
        _refuse_losing_the_last(actor, person)
    facts = {"role": role, "office": office.code if office else "", "until": until}
    audit.record(actor, "role.give", f"user:{person.pk}", subject=person, **facts)
    return membership


def _refuse_misplaced(role: str, office: Office | None, until: datetime.date | None) -> None:
    if role in AUTHORITY_WIDE and office is not None:
        raise NotPossible(_("Vai trò này áp dụng cho toàn cơ quan, không gắn với một đơn vị."))
    if role not in AUTHORITY_WIDE and office is None:
        raise NotPossible(_("Vai trò này cần gắn với một đơn vị."))
    if office is not None and office.closed_on and office.closed_on <= today():
        raise NotPossible(_("Đơn vị này đã giải thể."))
    if until is not None and until < today():
        raise NotPossible(_("Ngày kết thúc đã qua."))


@transaction.atomic
def withdraw_role(membership: Membership, *, actor: User) -> None:
    """End a role at once: roles are asked for anew in every request. The row stays, to tell who held it until when."""
    _lock_administrators()
    membership.until = today() - datetime.timedelta(days=1)
    membership.save(update_fields=["until"])
    if membership.role == Role.ADMINISTRATOR:
        _refuse_losing_the_last(actor, membership.user)
    facts = {"role": membership.role, "office": membership.office.code if membership.office else ""}
    audit.record(actor, "role.withdraw", f"user:{membership.user_id}", subject=membership.user, **facts)


def _lock_administrators() -> set[int]:
    """Hold the authority's administrators, so that two who withdraw each other at once do not both succeed."""
    rows = Membership.objects.select_for_update(of=("self",)).filter(role=Role.ADMINISTRATOR).order_by("pk")
    return {row.user_id for row in rows}


def _refuse_losing_the_last(actor: User, person: User) -> None:
    """Nobody gives up their own last administration, and an authority always keeps somebody who administers it."""
    lasting = Membership.objects.filter(role=Role.ADMINISTRATOR, office=None, until=None, user__is_active=True)
    if person.pk == actor.pk and not lasting.filter(user=person).exists():
        raise NotPossible(
            _("Bạn không thể tự bỏ vai trò quản trị cuối cùng của mình. Hãy nhờ một người quản trị khác.")
        )
    if not lasting.exists():
        raise NotPossible(_("Cơ quan phải luôn có ít nhất một người quản trị không thời hạn."))


@transaction.atomic
def change_details(person: User, **told: str) -> None:
    """Where and in which language we write to a person; what it was and is stays out of the journal."""
    changed = [name for name, value in told.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, told[name])
    person.save(update_fields=changed)
    audit.record(person, "person.details", f"user:{person.pk}", subject=person, changed=", ".join(changed))


@transaction.atomic
def lock_account(person: User, *, actor: User) -> None:
    """Close a person's account, for one that fell into wrong hands: its sessions end with their next request."""
    if person.pk == actor.pk:
        raise NotPossible(_("Bạn không thể tự khóa tài khoản của mình."))
    if _works_elsewhere(person):
        raise NotPossible(_("Người này còn giữ vai trò ở cơ quan khác. Hãy báo đơn vị vận hành nền tảng."))
    _lock_administrators()
    person.is_active = False
    person.save(update_fields=["is_active"])
    _refuse_losing_the_last(actor, person)
    audit.record(actor, "person.lock", f"user:{person.pk}", subject=person)


@transaction.atomic
def unlock_account(person: User, *, actor: User) -> None:
    if _works_elsewhere(person):
        raise NotPossible(_("Người này còn giữ vai trò ở cơ quan khác. Hãy báo đơn vị vận hành nền tảng."))
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record(actor, "person.unlock", f"user:{person.pk}", subject=person)


def _works_elsewhere(person: User) -> bool:
    here = current_tenant()
    with across_tenants("may an account be locked by one authority"):
        held = Membership.objects.filter(user=person).exclude(tenant=here)
        return person.is_operator or held.filter(Q(until=None) | Q(until__gte=today())).exists()


@transaction.atomic
def add_office(actor: User, **told: Any) -> Office:
    office = Office.objects.create(**told)
    audit.record(actor, "office.add", f"office:{office.code}", **_plain(told))
    show_changes()
    return office


@transaction.atomic
def change_office(office: Office, actor: User, **told: Any) -> Office:
    """Change what an office is called and where it is; its code stays, since numbers of dossiers begin with it."""
    before = {name: getattr(office, name) for name in told}
    changed = {name: value for name, value in told.items() if before[name] != value}
    for name, value in changed.items():
        setattr(office, name, value)
    office.save(update_fields=list(changed))
    if changed:
        audit.record(actor, "office.change", f"office:{office.code}", **_plain(changed))
        show_changes()
    return office


@transaction.atomic
def dissolve_office(office: Office, actor: User, *, closed_on: datetime.date, successors: Collection[Office]) -> None:
    """Close an office from a day on and name who takes over its work; its past stays where it was."""
    if office.closed_on:
        raise NotPossible(_("Đơn vị này đã giải thể."))
    if office.pk in {one.pk for one in successors}:
        raise NotPossible(_("Đơn vị không thể tự kế thừa chính mình."))
    office.closed_on = closed_on
    office.save(update_fields=["closed_on"])
    for one in successors:
        OfficeSuccession.objects.get_or_create(office=office, successor=one)
    facts: dict[str, Any] = {"closed_on": closed_on, "successors": [one.code for one in successors]}
    audit.record(actor, "office.dissolve", f"office:{office.code}", **facts)
    show_changes()


@transaction.atomic
def change_settings(actor: User, *, settings: dict[str, Any], theme: dict[str, str]) -> Tenant:
    """Set what an administrator may set; what is not named stays."""
    tenant: Tenant = Tenant.objects.select_for_update().get(pk=current_tenant().pk)
    before = {**tenant.settings, **tenant.theme}
    tenant.settings = {**tenant.settings, **settings}
    tenant.theme = {**tenant.theme, **theme}
    tenant.save(update_fields=["settings", "theme"])
    changed = {name: value for name, value in {**settings, **theme}.items() if before.get(name) != value}
    if changed:
        audit.record(actor, "settings.change", f"tenant:{tenant.slug}", **changed)
        show_changes()
    return tenant


@transaction.atomic
def try_again(row: OutboxRow, *, actor: User) -> None:
    """Put work that was given up back in line."""
    row.given_up_at, row.attempts, row.due_at = None, 0, now()
    row.save(update_fields=["given_up_at", "attempts", "due_at"])
    audit.record(actor, "outbox.retry", f"outbox:{row.pk}", kind=row.kind)
    tenant_id = current_tenant().pk
    transaction.on_commit(lambda: wake(tenant_id), robust=True)


def show_changes() -> None:
    """Give the authority's public pages a new version, so that every process shows the change at once."""
    kept.forget()
    Tenant.objects.filter(pk=current_tenant().pk).update(version=F("version") + 1)


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """Rows told of by their code, in facts that are kept as JSON."""
    return {name: value.code if isinstance(value, Office) else value for name, value in told.items()}
