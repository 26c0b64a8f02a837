"""Filing at any desk for another office: which desk receives, and where the result is collected."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.models import Office, User
from portal.queries import memberships_of
from portal.roles import Role
from procedures import workflow
from procedures.models import Dossier, Offering
from procedures.models.lifecycle import FINAL
from procedures.queries.units import desks
from procedures.workflow import NotAllowed


def desk_of(clerk: User, offering: Offering) -> Office:
    """The desk at which a clerk receives: the competent office where the clerk sits there too, else the clerk's own."""
    held = [m for m in memberships_of(clerk) if m.role == Role.CLERK]
    if any(m.office_id in (None, offering.office_id) for m in held):
        return offering.office
    own = sorted((m.office for m in held if m.office is not None), key=lambda o: (o.kind != Office.Kind.CENTRE, o.code))
    return own[0] if own else offering.office


@transaction.atomic
def change_return(dossier: Dossier, official: User, *, office: Office) -> Dossier:
    """Let the result be collected at another desk; shown to everybody as what it is."""
    workflow.lock(dossier)
    if dossier.state in FINAL:
        raise NotAllowed(_("Hồ sơ đã khép lại."))
    if office.pk not in {one.pk for one in desks()}:
        raise NotAllowed(_("Đơn vị này không có quầy trả kết quả."))
    before = dossier.return_office or dossier.receiving_office
    if before.pk == office.pk:
        raise NotAllowed(_("Kết quả đã được trả ở đơn vị này."))
    workflow.note(dossier, "change_return", official, reason=f"{before.name} → {office.name}", to_office=office.code)
    dossier.return_office = office
    dossier.save(update_fields=["return_office"])
    return dossier
