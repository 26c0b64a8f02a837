"""Papers from hand to hand: the giver makes a list and so signs it, the receiver answers each line and so signs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.models import Office, User
from portal.moments import HERE, now
from procedures import workflow
from procedures.actions.numbers import next_number
from procedures.models import Dossier, PaperList, PaperListItem
from procedures.queries.paper_lists import items_of, papers_on
from procedures.workflow import NotAllowed


@dataclass(frozen=True)
class Answer:
    """What the receiver says of one dossier's papers; refused ones with a reason."""

    taken: bool
    reason: str = ""


@transaction.atomic
def give(
    dossiers: Sequence[Dossier], giver: User, *, from_office: Office, to_office: Office, note: str = ""
) -> PaperList:
    """Make a list. Papers that are on an open list already cannot go on another; then nothing is made."""
    if not dossiers:
        raise NotAllowed(_("Chọn ít nhất một hồ sơ để bàn giao."))
    rows, at = sorted(dossiers, key=lambda one: one.pk), now()
    told = papers_on(list(rows))
    number = _number(from_office)
    made: PaperList = PaperList.objects.create(
        number=number, from_office=from_office, to_office=to_office, given_by=giver, given_at=at, note=note
    )
    for dossier in rows:
        _put_on(made, dossier, told.get(dossier.pk, []))
        workflow.note(
            dossier, "give_papers", giver, list=number, from_office=from_office.name, to_office=to_office.name
        )
    audit.record(giver, "papers.give", f"paper_list:{number}", dossiers=[one.reference for one in rows])
    return made


def _number(office: Office) -> str:
    day = now().astimezone(HERE).strftime("%y%m%d")
    return f"BG-{office.code}-{day}-{next_number(f'papers:{office.code}:{day}'):03d}"


def _put_on(made: PaperList, dossier: Dossier, papers: list[dict[str, object]]) -> None:
    try:
        with transaction.atomic():
            PaperListItem.objects.create(paper_list=made, dossier=dossier, papers=papers)
    except IntegrityError as there:
        raise NotAllowed(
            _("Giấy tờ của hồ sơ %(dossier)s đang ở một phiếu bàn giao chưa xác nhận.") % {"dossier": dossier}
        ) from there


@transaction.atomic
def answer(paper_list: PaperList, receiver: User, answers: Mapping[int, Answer]) -> PaperList:
    """Confirm what came and refuse what did not, line by line; once, by somebody else than the giver."""
    locked = PaperList.objects.select_for_update(of=("self",)).get(pk=paper_list.pk)
    if locked.received_at is not None:
        raise NotAllowed(_("Phiếu này đã được xác nhận lúc khác; hãy xem lại."))
    if locked.given_by_id == receiver.pk:
        raise NotAllowed(_("Người giao không tự xác nhận đã nhận; cần người của bên nhận."))
    locked.received_by, locked.received_at = receiver, now()
    locked.save(update_fields=["received_by", "received_at"])
    for item in items_of(locked):
        _answered(locked, item, receiver, answers.get(item.pk))
    audit.record(receiver, "papers.take", f"paper_list:{locked.number}")
    return locked


def _answered(paper_list: PaperList, item: PaperListItem, receiver: User, said: Answer | None) -> None:
    if said is None or (not said.taken and not said.reason):
        raise NotAllowed(_("Mỗi dòng cần được xác nhận, hoặc không nhận và nêu lý do."))
    item.state = PaperListItem.State.TAKEN if said.taken else PaperListItem.State.REFUSED
    item.reason = "" if said.taken else said.reason
    item.save(update_fields=["state", "reason"])
    step = "take_papers" if said.taken else "refuse_papers"
    workflow.note(item.dossier, step, receiver, reason=item.reason, list=paper_list.number)
