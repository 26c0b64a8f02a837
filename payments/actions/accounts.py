"""Opening and closing the accounts that fees are paid to."""

from typing import Any

from django.db import transaction

from payments.models import Account
from portal import audit
from portal.models import Office, User


@transaction.atomic
def open_account(actor: User, *, office: Office | None, provider: str, terminal: str = "", **told: Any) -> Account:
    """Open an account; the same one again gets its new data, its secret among them, and is open from now on."""
    rows = Account.objects.select_for_update()
    account, made = rows.get_or_create(office=office, provider=provider, terminal=terminal, defaults=told)
    if not made:
        for name, value in {**told, "is_active": True}.items():
            setattr(account, name, value)
        account.save()
    _tell(actor, "account.open", account)
    return account


@transaction.atomic
def close_account(account: Account, actor: User) -> None:
    """No new payment begins here; one that has begun can still be paid and refunded."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    _tell(actor, "account.close", account)


def _tell(actor: User, action: str, account: Account) -> None:
    """What can be told: never the secret, and of a bank account only where it is."""
    place = account.office.code if account.office else ""
    facts: dict[str, Any] = {
        "provider": account.provider,
        "terminal": account.terminal,
        "bank": account.bank_bin,
        "office": place,
    }
    audit.record(actor, action, f"account:{account.pk}", **facts)
