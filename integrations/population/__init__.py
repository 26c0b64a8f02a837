"""The national population registry (CSDLQG về dân cư): who somebody is, asked with a purpose and on the record."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from integrations.unavailable import Unavailable

if TYPE_CHECKING:
    from portal.models import User

__all__ = ["Address", "Person", "Relative", "Unavailable", "check", "look_up"]


@dataclass(frozen=True)
class Address:
    """A place by the codes of province and commune, as the fields of a form hold it."""

    province: str
    commune: str
    street: str


@dataclass(frozen=True)
class Relative:
    """As much of a relative as the registry tells: name and, where known, personal id."""

    full_name: str
    personal_id: str


@dataclass(frozen=True)
class Person:
    """What the registry knows of a person; a field that it leaves empty is None or ""."""

    personal_id: str
    full_name: str
    birth_date: date | None
    gender: str
    ethnicity: str
    nationality: str
    marital_status: str
    hometown: Address | None
    residence: Address | None
    current_residence: Address | None
    spouse: Relative | None
    father: Relative | None
    mother: Relative | None


def look_up(
    personal_id: str,
    full_name: str,
    birth_date: date,
    *,
    purpose: str,
    asked_by: "User | None",
    about: "User | None" = None,
    dossier_reference: str = "",
) -> Person | None:
    """The person whose id, name and birth date all match, or None; raises Unavailable within two seconds.

    Call it where the tenant is known and no transaction is open (a view with `@short_transactions`).
    """
    from integrations import look_ups, models  # the stand-in imports this package without a database
    from integrations.population import live

    row = models.LookUp(
        neighbour=models.LookUp.Neighbour.POPULATION,
        purpose=purpose,
        asked_by=asked_by,
        about=about or look_ups.person_of(personal_id),
        dossier_reference=dossier_reference,
    )
    officer = asked_by.subject if asked_by else ""
    return look_ups.recorded(row, lambda: live.look_up(personal_id, full_name, birth_date, officer))


def check() -> str:
    """Reach the registry as far as its access token; raises Unavailable."""
    from integrations.population import live

    return live.check()
