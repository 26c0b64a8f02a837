"""Results of the demonstration after the signature: one given to the post now, one on the shelf that was reminded of."""

from datetime import timedelta

from portal.moments import now, travel
from portal.roles import Role
from procedures.actions import follow_ups, returning
from procedures.demo.world import HOUR, World
from procedures.models import Dossier
from procedures.models.lifecycle import State
from procedures.queries import uncollected

WARD, PROVINCE = "H58.30", "Đồng Tháp"


def arrange(world: World) -> None:
    """Only where the cast works. The worker tells the post, whose stand-in then carries it, a step every two minutes."""
    if WARD not in world.offices:
        return
    rows = Dossier.objects.filter(state=State.DONE, office=world.offices[WARD])
    rows = rows.select_related("version", "procedure", "office", "receiving_office", "owner", "submitter")
    for dossier in rows.filter(delivery=Dossier.Delivery.POST):
        _post(world, dossier)
    first = timedelta(days=uncollected.days_of("uncollected_first_days"))
    for dossier in rows.filter(decided_at__lt=now() - first - HOUR).exclude(delivery=Dossier.Delivery.POST):
        with travel((dossier.decided_at or now()) + first + HOUR):
            follow_ups.collect(dossier, uncollected.Kind.FIRST)


def _post(world: World, dossier: Dossier) -> None:
    to = {"receiver": dossier.owner_name, "phone": dossier.contact_phone, "street": dossier.contact_address}
    with travel(now() - HOUR / 2):
        returning.by_post(
            dossier, world.official(dossier.receiving_office, Role.CLERK, dossier), **to, province=PROVINCE
        )
