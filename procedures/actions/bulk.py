"""One thing done to many dossiers: each in a transaction of its own, with an outcome of its own, and only once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal import outbox
from portal.models import User
from portal.moments import now
from portal.queries import offices_of
from portal.tenancy import current_tenant, inside
from procedures import workflow
from procedures.actions import intake, processing, results
from procedures.actions.submission import Incomplete
from procedures.models import BulkItem, BulkJob, Dossier
from procedures.models.lifecycle import NOTES, STEPS
from procedures.queries.dossiers import desk_dossier
from procedures.workflow import NotAllowed

MOST_AT_ONCE = 500
# So many are done while the person waits; more are done in the background, and the page tells how far it is.
AT_ONCE = 10
Outcome = BulkItem.Outcome
Act = Callable[[Dossier, User, User | None], str]


@dataclass(frozen=True)
class Deed:
    """What can be done to many. `act` does it to one and says what it did; NotAllowed says why not."""

    title: Any
    permission: str
    act: Act


def _accept(dossier: Dossier, person: User, _to: User | None) -> str:
    return _("Đã tiếp nhận, số %(number)s") % {"number": intake.accept(dossier, person).number}


def _route(dossier: Dossier, person: User, to: User | None) -> str:
    steps = processing.next_steps(dossier)
    if not steps:
        raise NotAllowed(_("Thủ tục này không có bước tiếp theo."))
    processing.route(dossier, person, steps[0].key, to=to)
    return _("Đã chuyển đến bước “%(step)s”") % {"step": steps[0].name.read(translation.get_language() or "vi")}


def _assign(dossier: Dossier, person: User, to: User | None) -> str:
    if to is None:
        raise NotAllowed(_("Hãy chọn người nhận việc."))
    processing.assign(dossier, person, to)
    return _("Đã giao cho %(name)s") % {"name": to.full_name}


def _hand_over(dossier: Dossier, person: User, _to: User | None) -> str:
    """Only what goes out by itself: at the counter somebody signs, and a consignment has its number."""
    if dossier.delivery != Dossier.Delivery.ONLINE:
        raise NotAllowed(_("Người nộp chọn nhận bản giấy: trả từng hồ sơ, có chữ ký người nhận hoặc số vận đơn."))
    results.hand_over(dossier, person, how=Dossier.Delivery.ONLINE)
    return _("Đã trả bản điện tử")


DEEDS = {
    "accept": Deed(gettext_lazy("Tiếp nhận nhiều hồ sơ"), "dossier.accept", _accept),
    "route": Deed(gettext_lazy("Chuyển bước nhiều hồ sơ"), "dossier.route", _route),
    "assign": Deed(gettext_lazy("Giao nhiều hồ sơ"), "dossier.route", _assign),
    "hand_over": Deed(gettext_lazy("Trả kết quả nhiều hồ sơ"), "dossier.hand_over", _hand_over),
}


@transaction.atomic
def begin(person: User, deed: str, chosen: list[str], key: str, *, to: str = "") -> BulkJob:
    """Write down what is to be done; the same key again, from a second press or a reload, is the same job.

    Each of the chosen is `REFERENCE` or `REFERENCE.events`, as the list showed it. Few are done by `run`, more by the outbox.
    """
    job, made = BulkJob.objects.get_or_create(
        person=person, key=key[:40],
        defaults={"deed": deed, "options": {"to": to}, "language": translation.get_language() or "vi", "made_at": now()},
    )  # fmt: skip
    if made:
        rows = list(dict.fromkeys(chosen))[:MOST_AT_ONCE]
        BulkItem.objects.bulk_create(_item(job, place, one) for place, one in enumerate(rows))
        if len(rows) > AT_ONCE:
            outbox.put("bulk", str(job.pk), {"job": job.pk})
    return job


def _item(job: BulkJob, place: int, told: str) -> BulkItem:
    reference, _dot, seen = told.partition(".")
    return BulkItem(
        job=job,
        place=place,
        reference=reference[:20].upper(),
        seen=int(seen) if seen.isdigit() and len(seen) < 9 else None,
    )


def run(job: BulkJob) -> None:
    """Do what waits, one after the other; two who run the same job share it. Call it outside a transaction."""
    with translation.override(job.language):
        while _next(job):
            pass


def _next(job: BulkJob) -> bool:
    """Effect and outcome in one transaction, under the item's lock: broken off, it is done anew; twice started, once done."""
    with inside(current_tenant()):
        item = job.items.select_for_update(skip_locked=True, of=("self",)).filter(outcome=Outcome.WAITING).first()
        if item is None:
            return False
        item.outcome, item.words, item.dossier = _outcome(job, item)
        item.save(update_fields=["outcome", "words", "dossier"])
        return True


def _outcome(job: BulkJob, item: BulkItem) -> tuple[str, str, Dossier | None]:
    person, deed = User.objects.get(pk=job.person_id), DEEDS[job.deed]
    try:
        dossier = desk_dossier(person, item.reference, deed.permission)
    except Http404:
        return Outcome.REFUSED, _("Không có hồ sơ này, hoặc bạn không có quyền làm việc này với nó."), None
    try:
        with transaction.atomic():
            workflow.lock(dossier)
            if item.seen is not None and item.seen != dossier.event_count:
                return Outcome.OVERTAKEN, _overtaken(dossier), dossier
            return Outcome.DONE, deed.act(dossier, person, _colleague(dossier, job)), dossier
    except NotAllowed as refusal:
        return Outcome.REFUSED, str(refusal)[:500], dossier
    except Incomplete as lacking:
        return Outcome.REFUSED, " ".join([str(lacking), *lacking.papers])[:500], dossier


def _overtaken(dossier: Dossier) -> str:
    """Lê Thị Chi vừa làm “Chuyển bước xử lý”; chưa làm gì thêm với hồ sơ."""
    event = dossier.events.select_related("actor").order_by("-number")[0]
    title = STEPS[event.step].title if event.step in STEPS else NOTES[event.step]
    who = event.actor.full_name if event.actor else pgettext("ai làm", "Hệ thống")
    told = {"who": who, "what": title}
    return (_("%(who)s vừa làm “%(what)s” trong lúc bạn xem danh sách; hồ sơ được giữ nguyên.") % told)[:500]


def _colleague(dossier: Dossier, job: BulkJob) -> User | None:
    """The one who was chosen, if that one may handle this dossier."""
    key = str(job.options.get("to") or "")
    if not key.isdigit():
        return None
    person: User | None = User.objects.filter(pk=int(key), is_active=True).first()
    offices = offices_of(person, "dossier.route") if person else set()
    if person is None or workflow.is_own(dossier, person) or not (offices is None or offices & dossier.offices):
        raise NotAllowed(_("Người được chọn không xử lý được hồ sơ này."))
    return person
