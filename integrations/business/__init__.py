"""The national business registry (CSDLQG về đăng ký doanh nghiệp): what a tax code stands for, asked on the record."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations.unavailable import Unavailable

if TYPE_CHECKING:
    from portal.models import User

__all__ = ["Business", "Unavailable", "check", "look_up"]


@dataclass(frozen=True)
class Business:
    """What the registry tells of an enterprise."""

    tax_code: str
    name: str
    kind: str
    status: str
    address: str
    representative: str


def look_up(
    tax_code: str, *, purpose: str, asked_by: "User | None", about: "User | None" = None, dossier_reference: str = ""
) -> Business | None:
    """The enterprise of a tax code, or None; raises Unavailable within two seconds. Not inside a transaction."""
    from integrations import look_ups, models  # the stand-in imports this package without a database
    from integrations.business import live

    row = models.LookUp(
        neighbour=models.LookUp.Neighbour.BUSINESS,
        purpose=purpose,
        asked_by=asked_by,
        about=about,
        dossier_reference=dossier_reference,
    )
    return look_ups.recorded(row, lambda: live.look_up(tax_code))


def check() -> str:
    """Reach the registry as far as its access token; raises Unavailable."""
    from integrations.business import live

    return live.check()
