"""What the officials of the demonstration keep at their desks: lists under a name, and what they have looked at."""

import datetime

from django.conf import settings

from portal.models import Office, User
from portal.moments import now
from procedures.actions import desk
from procedures.models import SavedView
from procedures.queries.worklist import rows_for

CAST = ("binh", "chi", "dung", "giang")
# Up to the day before yesterday everybody had looked at everything.
LOOKED = datetime.timedelta(days=2)
LISTS = (
    ("Gấp nhất của phường", "list=office&sort=due&columns=number%2Cdue%2Cowner%2Cprocedure%2Chands", True),
    ("Nộp qua bưu chính", "list=office&channel=post&columns=number%2Csubmitted%2Cowner%2Cprocedure%2Cstate", False),
)


def arrange() -> None:
    """At the current authority; done once."""
    people = User.objects.filter(issuer=settings.VNEID_ISSUER, subject__in=CAST)
    for person in people:
        old = rows_for(person).filter(changed_at__lt=now() - LOOKED, changed_at__gte=now() - 8 * LOOKED)
        desk.seen(person, old.only("tenant_id", "event_count"))
    for clerk in people.filter(subject="binh"):
        _keep_lists(clerk)


def _keep_lists(clerk: User) -> None:
    office = Office.objects.filter(memberships__user=clerk).first()
    if office is not None and not SavedView.objects.exists():
        for name, query, shared in LISTS:
            desk.save_view(clerk, name, query, office=office if shared else None)
