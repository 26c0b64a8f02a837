"""What happens at an office that the catalogue feels: it closes, a procedure is opened or closed there, money can be paid."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction

from payments.actions import accounts
from payments.models import Account
from portal import actions, audit
from portal.models import Office, User
from procedures.actions import levels
from procedures.models import Offering, Procedure

SWITCHES = ("online_open", "blank_forms", "pays_online", "returns_online")


@transaction.atomic
def dissolve(office: Office, actor: User, *, closed_on: datetime.date, successors: Collection[Office]) -> None:
    """Levels are the lowest among the offices that are still there."""
    actions.dissolve_office(office, actor, closed_on=closed_on, successors=successors)
    levels.settle_all(levels.Cause("office.dissolve", f"office:{office.code}", actor))


@transaction.atomic
def change_offering(procedure: Procedure, office: Office, actor: User, **opened: bool) -> Offering:
    """Open or close what an office offers of a procedure; the level follows."""
    known = Offering.objects.filter(procedure=procedure, office=office).first()
    before = {name: getattr(known, name) for name in SWITCHES} if known else {}
    offering, _made = Offering.objects.update_or_create(procedure=procedure, office=office, defaults=opened)
    levels.settle(procedure, levels.Cause("offering.change", f"procedure:{procedure.code} {office.code}", actor))
    actions.show_changes()
    offering.refresh_from_db()
    changed = {name: value for name, value in opened.items() if before.get(name) != value}
    if changed:
        facts: dict[str, Any] = {"office": office.code, "level": offering.level, **changed}
        audit.record(actor, "offering.change", f"procedure:{procedure.code}", **facts)
    return offering


@transaction.atomic
def open_account(actor: User, **told: Any) -> Account:
    account = accounts.open_account(actor, **told)
    levels.settle_all(levels.Cause("account.open", _named(account), actor))
    return account


@transaction.atomic
def close_account(account: Account, actor: User) -> None:
    accounts.close_account(account, actor)
    levels.settle_all(levels.Cause("account.close", _named(account), actor))


def _named(account: Account) -> str:
    return f"account:{account.pk} {account}"
