"""Where a dossier stands, by its reference alone: state, due date and office, and nothing about a person."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from procedures.models import Dossier
from procedures.models.lifecycle import PAUSED, State
from procedures.queries.joint import whole
from procedures.queries.joint_desk import PartRow, rows_of, tracked_filing

NUMBER = re.compile(r"[0-9A-Z.]+-\d{6}-\d{4}")


@dataclass(frozen=True)
class Tracked:
    reference: str
    procedure: str
    code: str
    office: str
    state: str
    word: str
    sentence: str
    since: datetime | None
    due: datetime | None
    # Of a linked filing, each where it is.
    parts: tuple[PartRow, ...] = ()


def canonical(typed: str, groups: int = 3) -> str:
    """As codes are written (7K2M-9QPX-3D4F), however they were typed; at most so many groups of four."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())[: groups * 4 + 1]
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def is_number(typed: str) -> bool:
    """A dossier's number can be guessed, so nothing is told by it; people are sent to the reference."""
    return bool(NUMBER.fullmatch(typed.strip().upper()))


def tracked(reference: str) -> Tracked | None:
    rows = Dossier.objects.exclude(state=State.DRAFT).select_related("procedure", "office", "receiving_office")
    dossier = rows.filter(reference=reference).first()
    if dossier is None:
        return _tracked_filing(reference)
    office = dossier.receiving_office if dossier.state == State.SUBMITTED else dossier.office
    return Tracked(
        reference=dossier.reference,
        procedure=dossier.procedure.title,
        code=dossier.procedure.code,
        office=office.title,
        state=dossier.state,
        word=str(State(dossier.state).label),
        sentence=_sentence(dossier),
        since=dossier.submitted_at or dossier.accepted_at,
        due=_due(dossier),
    )


def _tracked_filing(reference: str) -> Tracked | None:
    filing = tracked_filing(reference)
    if filing is None:
        return None
    stands, form = whole(filing), filing.form
    over = filing.closed_at is not None
    return Tracked(
        reference=reference, procedure=form.procedure.title, code=form.procedure.code, office=form.office.title,
        state="done" if over else "processing", word=_("Đã xong") if over else _("Đang giải quyết"),
        sentence=_("Hồ sơ liên thông: mỗi phần là một hồ sơ riêng."), since=filing.filed_at,
        due=None if over else stands.expected, parts=tuple(rows_of(stands.parts)),
    )  # fmt: skip


def _due(dossier: Dossier) -> datetime | None:
    if dossier.state == State.SUBMITTED:
        return dossier.acceptance_due_at
    if dossier.state == State.SUPPLEMENT_REQUESTED:
        return dossier.supplement_due_at
    return (dossier.promised_at or dossier.due_at) if dossier.state in (State.ACCEPTED, State.PROCESSING) else None


def _sentence(dossier: Dossier) -> str:
    sentences = {
        State.SUBMITTED: _("Cơ quan đã nhận được và đang kiểm tra hồ sơ."),
        State.ACCEPTED: _("Hồ sơ hợp lệ, thời hạn giải quyết đang được tính."),
        State.PROCESSING: _("Hồ sơ đang được giải quyết."),
        State.SUPPLEMENT_REQUESTED: _("Cơ quan cần bạn bổ sung giấy tờ; thời hạn giải quyết tạm dừng."),
        State.PAYMENT_DUE: _("Cơ quan chờ bạn nộp tiền; thời hạn giải quyết tạm dừng."),
        State.SUSPENDED: _("Việc giải quyết đang tạm dừng; thời hạn không tính trong lúc này."),
        State.DONE: _("Đã có kết quả, đang chờ bạn nhận."),
        State.RETURNED: _("Kết quả đã được trả."),
        State.REFUSED: _("Hồ sơ không được tiếp nhận; lý do và cách khắc phục có trong phiếu gửi cho bạn."),
        State.WITHDRAWN: _("Hồ sơ đã được rút theo đề nghị của người nộp."),
        State.ENDED: _("Hồ sơ đã kết thúc và được trả lại."),
    }
    return sentences[State(dossier.state)]


def stands_still(found: Tracked) -> bool:
    return found.state in PAUSED
