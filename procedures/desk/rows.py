"""A dossier in a line of a list: what it waits for, and how that stands, in a word and a tone."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from portal.moments import HERE, now, today
from portal.templatetags.ui import tone, when
from procedures import clock
from procedures.models import Dossier
from procedures.models.lifecycle import FINAL, RUNNING, State
from procedures.queries.hands import away_shown
from procedures.queries.worklist import step_name


@dataclass(frozen=True)
class Standing:
    """The moment that counts now, what it is, and how far away: `tone` is late, soon or nothing."""

    moment: datetime.datetime | None
    what: str
    words: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    dossier: Dossier
    standing: Standing
    step: str


# A page of a list holds thirty rows and is asked for all day: they are drawn here, in a quarter of a template's time.
SUB = '<p class="sub {}">{}</p>'
BOX = '<td data-label="{0}"><input type="checkbox" name="chosen" value="{1}" aria-label="{0} {2}"></td>'
CELLS = (
    '<td data-label="{}"><div><a class="nowrap" href="{}">{}</a>{}</div></td><td data-label="{}">{}</td>'
    '<td data-label="{}"><div>{}<p class="sub">{}</p></div></td>'
    '<td data-label="{}"><div><span class="badge badge-{}">{}</span>{}{}</div></td>'
    '<td data-label="{}"><div class="nowrap">{}</div></td><td data-label="{}">{}</td>'
)
QUIET = '<span class="quiet">{}</span>'


@dataclass(frozen=True)
class Words:
    """What every row says, in the reader's language, said once."""

    columns: tuple[str, ...]
    choose: str
    withdrawal: str
    unpaid: str
    states: dict[str, str]
    address: str
    language: str
    # Who is away today, by account, and until when, in words.
    away: dict[int, str]


def words() -> Words:
    return Words(
        columns=(_("Số hồ sơ"), _("Chủ hồ sơ"), _("Thủ tục"), _("Trạng thái"), _("Thời hạn"), _("Người xử lý")),
        choose=pgettext("dòng", "Chọn"), withdrawal=_("Đề nghị rút"), unpaid=_("Chưa nộp tiền"),
        states={str(state.value): str(state.label) for state in State}, language=get_language() or "vi",
        address=reverse("desk_dossier", args=["REFERENCE"]),
        away={key: _("vắng đến %(day)s") % {"day": f"{one.last_day:%d/%m}"} for key, one in away_shown().items()},
    )  # fmt: skip


def drawn(dossiers: Iterable[Dossier], said: Words, *, choosable: bool) -> SafeString:
    """The rows of a list; a box to choose each where something can be done with several."""
    rows = ((_box(dossier, said) if choosable else "", _cells(dossier, said)) for dossier in dossiers)
    return format_html_join("\n", "<tr>{}{}</tr>", rows)


def _box(dossier: Dossier, said: Words) -> SafeString:
    return format_html(BOX, said.choose, dossier.reference, dossier)


def _cells(dossier: Dossier, said: Words) -> SafeString:
    number, owner, procedure, state, due, hands = said.columns
    asked_back = dossier.withdrawal_asked_at and dossier.state != State.WITHDRAWN
    unpaid = dossier.state == State.SUBMITTED and dossier.fee_total and not dossier.fee_paid_at
    step = step_name(dossier, said.language)
    return format_html(
        CELLS,
        number, said.address.replace("REFERENCE", dossier.reference), dossier, _sub(said.withdrawal, "soon") if asked_back else "",
        owner, dossier.owner_name, procedure, dossier.procedure.title, dossier.office.title,
        state, tone(dossier.state), said.states[dossier.state], _sub(step), _sub(said.unpaid, "soon") if unpaid else "",
        due, _due(standing_of(dossier)), hands, _hands(dossier, said),
    )  # fmt: skip


def _hands(dossier: Dossier, said: Words) -> SafeString | str:
    if dossier.assignee is None:
        return format_html(QUIET, "–")
    until = said.away.get(dossier.assignee.pk)
    return f"{dossier.assignee.full_name} ({until})" if until else dossier.assignee.full_name


def _sub(text: str, tone: str = "") -> SafeString | str:
    return format_html(SUB, tone, text) if text else ""


def _due(standing: Standing) -> SafeString:
    if standing.moment is None:
        return format_html(QUIET, standing.what)
    return format_html("{}{}", when(standing.moment, "short"), _sub(standing.words or standing.what, standing.tone))


def row_of(dossier: Dossier) -> Row:
    return Row(dossier, standing_of(dossier), step_name(dossier, get_language() or "vi"))


def standing_of(dossier: Dossier) -> Standing:
    """Which moment an official looks at, by the state."""
    if dossier.state in RUNNING:
        return (
            _towards(dossier.due_at, _("Hạn trả kết quả"))
            if dossier.due_at
            else Standing(None, _("Không tính thời hạn"))
        )
    if dossier.state == State.SUBMITTED:
        return _towards(dossier.acceptance_due_at, _("Hạn tiếp nhận"))
    if dossier.state == State.SUPPLEMENT_REQUESTED:
        return Standing(dossier.supplement_due_at, _("Chờ bổ sung đến"), _("đồng hồ dừng"))
    if dossier.state == State.DONE:
        return Standing(dossier.decided_at, _("Ký lúc"), _("chờ trả"))
    if dossier.state in FINAL:
        return Standing(dossier.closed_at, _("Xong lúc"))
    return Standing(None, _("Đồng hồ dừng"))


def _towards(due: datetime.datetime | None, what: str) -> Standing:
    tone = {"overdue": "late", "due_soon": "soon"}.get(clock.state(due, now(), paused=False), "")
    return Standing(due, what, distance(due) if due else "", tone)


def distance(due: datetime.datetime) -> str:
    """Còn 2 ngày, hết hạn hôm nay, quá hạn 3 ngày: by the calendar, as people say it."""
    days = (due.astimezone(HERE).date() - today()).days
    if due < now():
        return (
            ngettext("quá hạn %(n)s ngày", "quá hạn %(n)s ngày", -days) % {"n": -days} if days else _("quá hạn hôm nay")
        )
    return ngettext("còn %(n)s ngày", "còn %(n)s ngày", days) % {"n": days} if days else _("hết hạn hôm nay")
