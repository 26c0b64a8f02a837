"""Four eyes: where the route asks for it, whoever prepared the draft does not lead it past that step nor sign it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.models import User
from procedures.models import Dossier
from procedures.schema.record import RouteStep
from procedures.workflow import NotAllowed


def refuse_same_hands(dossier: Dossier, official: User, steps: Iterable[RouteStep]) -> None:
    """Raises where one of these steps asks for a second person and this is the first. A draft's last hand counts:
    who changes it prepares it."""
    wanting = next((one for one in steps if one.four_eyes), None)
    if wanting is not None and dossier.proposal.get("by_id") == official.pk:
        told = {"step": wanting.name.vi}
        raise NotAllowed(
            _("Bước “%(step)s” cần hai người kiểm soát: bạn đã dự thảo kết quả nên người khác phải xem và ký.") % told
        )
