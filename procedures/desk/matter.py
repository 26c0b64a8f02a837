"""What is judged on a dossier's page: answers and their changes, papers and verdicts, evidence, the thread, notes."""

from collections.abc import Sequence
from typing import Any

from portal.models import User
from procedures.actions import talk as talking
from procedures.desk import facts
from procedures.desk.deeds import permitted
from procedures.desk.judging import VerdictForm
from procedures.desk.rows import row_of
from procedures.desk.talk import LetterForm
from procedures.desk.withdrawn import held_by
from procedures.models import Attachment, Dossier
from procedures.models.lifecycle import FINAL, State
from procedures.queries import evidence, judging, rounds, talk
from procedures.queries.counter import held_of
from procedures.queries.profiles import profile_of
from procedures.queries.supplements import open_proposal
from procedures.schema.paper_faults import Fault
from procedures.schema.settle import settle

Fact = dict[str, Any]


def matter_of(dossier: Dossier, person: User) -> Fact:
    """A fixed number of queries, however many papers, letters or rounds there are."""
    files, kept = judging.given(dossier), rounds.kept_rounds(dossier)
    answers = settle(dossier.version.parsed.form, rounds.filed_answers(dossier, kept), profile_of(dossier))
    changed = rounds.changes_of(dossier, kept)
    latest = {one.key: one for one in changed[0].changes} if changed else {}
    sent = facts.sent(dossier, files)
    by_field = facts.files_by_field(dossier, [row for row in sent if not row.letter_id])
    return {
        "sections": facts.sections_of(dossier, answers, by_field, latest),
        "rounds": [one for one in changed if one.changes],
        "evidence": evidence.evidence_of(dossier, answers),
        "look_ups": evidence.look_ups_of(dossier),
        "proposal": open_proposal(dossier) if dossier.supplement_count else None,
        "proof": held_by(person, dossier.reference),
        **_papers(dossier, person, sent),
        **_talk(dossier, person, files),
    }


def _papers(dossier: Dossier, person: User, files: Sequence[Attachment]) -> Fact:
    """Each paper once: what was found of it, its files, how it was handed in and digitised."""
    can_judge = permitted(person, "dossier.judge", dossier) and dossier.state not in FINAL
    items = judging.items_of(dossier, files, judging.verdicts_of(dossier))
    known = judging.all_faults()
    held = {one.key: one for one in held_of(dossier, files)}
    found = [{**_item(dossier, one, known, can_judge=can_judge), "held": held.pop(one.key, None)} for one in items]
    only_held = (judging.Item(one.key, one.title, to_submit=True, instead="paper") for one in held.values())
    return {
        "items": [
            *found,
            *({**_item(dossier, one, known, can_judge=False), "held": held[one.key]} for one in only_held),
        ],
        "open_items": sum(one.state == "open" and bool(one.files) for one in items) if can_judge else 0,
        "bad_items": sum(one.state == "bad" for one in items),
    }


def _item(dossier: Dossier, item: judging.Item, known: Sequence[Fault], *, can_judge: bool) -> Fact:
    offered = [one for one in known if one.active]
    return {
        "item": item,
        "files": [facts.file_fact(dossier, row) for row in item.files],
        "reason": judging.reason_of(item.verdict, known),
        "form": VerdictForm(offered=offered, item=item) if can_judge else None,
    }


def _talk(dossier: Dossier, person: User, files: Sequence[Attachment]) -> Fact:
    """The thread is read when its page is shown to somebody who may answer."""
    said = talk.thread_at_desk(dossier, files)
    may_talk = permitted(person, "dossier.talk", dossier)
    unread = talk.unread(said)
    if unread and may_talk:
        talking.see(dossier, person, said[-1].letter)
    letters = [
        {"letter": one.letter, "fresh": one.fresh, "files": [facts.file_fact(dossier, row) for row in one.files]} for one in said
    ]  # fmt: skip
    return {
        "letters": letters,
        "unread_letters": unread,
        "can_write": may_talk and talk.can_write(dossier),
        "can_note": may_talk,
        "letter_form": LetterForm(),
        "notes": talk.notes_of(dossier),
    }


def earlier_of(dossier: Dossier, others: Sequence[Dossier]) -> list[Fact]:
    """Other dossiers of the same person; one for the same procedure that is still open may be a duplicate."""
    return [
        {"row": row_of(one), "twin": one.procedure_id == dossier.procedure_id and one.state not in (*FINAL, State.DONE)}
        for one in others
    ]
