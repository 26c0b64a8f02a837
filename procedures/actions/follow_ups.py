"""What time does about results: reminds who did not collect one, puts it into the archive, reminds who has to renew.

Each is done once for a paper, under the dossier's lock, with its row in the same transaction: a beat may run twice, be
killed or be away for weeks, and then the gravest that has come is done, not everything that was missed.
"""

from portal import outbox
from portal.models import OutboxRow, Tenant
from portal.moments import now
from portal.tenancy import inside
from procedures import notifications, workflow
from procedures.actions import apart
from procedures.models import Dossier, FollowUp, Paper
from procedures.models.lifecycle import State
from procedures.queries import uncollected
from procedures.queries.results import in_force

Kind = FollowUp.Kind
FOLLOW_UP, MOST = "follow_up", 500


def carry_out(tenant: Tenant) -> int:
    """Everything that has come in a tenant; returns how many were told."""
    done = 0
    for kind, setting in uncollected.COLLECTING:
        with inside(tenant):
            waiting = uncollected.to_remind(kind, setting).exclude(pk__in=apart.handed_over(FOLLOW_UP, "dossier"))
            keys = list(waiting.values_list("pk", flat=True)[:MOST])
        done += sum(_one(tenant, key, kind) for key in keys)
    with inside(tenant):
        papers = uncollected.to_renew().exclude(dossier__in=apart.handed_over(FOLLOW_UP, "dossier"))
        keys = list(papers.values_list("dossier_id", flat=True)[:MOST])
    return done + sum(_one(tenant, key, Kind.RENEW) for key in keys)


def _one(tenant: Tenant, key: int, kind: str) -> bool:
    return apart.attempt(tenant, FOLLOW_UP, {"dossier": key, "what": kind}, lambda: _follow_up(key, kind))


def _follow_up(key: int, kind: str) -> bool:
    dossier = Dossier.objects.select_related("version", "procedure", "office", "receiving_office").get(pk=key)
    return renew(dossier) if kind == Kind.RENEW else collect(dossier, kind)


@outbox.handles("follow_up")
def follow_up_again(row: OutboxRow) -> None:
    _follow_up(row.payload["dossier"], row.payload["what"])


def collect(dossier: Dossier, kind: str) -> bool:
    """Remind the citizen of a result on the shelf, or put it into the archive, where it can still be collected."""
    workflow.lock(dossier)
    paper = in_force(dossier)
    if dossier.state != State.DONE or paper is None or _was(paper, *uncollected.COVERED[Kind(kind)]):
        return False
    _enter(paper, kind)
    days = (now() - dossier.decided_at).days if dossier.decided_at else 0
    archived = kind == Kind.ARCHIVE
    workflow.note(dossier, "archive" if archived else "remind", None, days=days)
    notifications.tell(dossier, "archived" if archived else "uncollected", days=days)
    return True


def renew(dossier: Dossier) -> bool:
    """Tell the citizen, before it happens, that a result runs out, and where it is renewed."""
    workflow.lock(dossier)
    paper = in_force(dossier)
    if dossier.state != State.RETURNED or paper is None or paper.valid_until is None or _was(paper, Kind.RENEW):
        return False
    _enter(paper, Kind.RENEW)
    workflow.note(dossier, "remind_renewal", None, paper=paper.number)
    notifications.tell(dossier, "renew", number=paper.number, title=paper.title, until=paper.valid_until)
    return True


def _was(paper: Paper, *kinds: str) -> bool:
    return FollowUp.objects.filter(paper=paper, kind__in=kinds).exists()


def _enter(paper: Paper, kind: str) -> None:
    FollowUp.objects.create(paper=paper, kind=kind, at=now())
