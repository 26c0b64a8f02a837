"""A dossier in a line of a list: what it waits for, and how that stands, in a word and a tone."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from portal.moments import HERE, now, today
from portal.templatetags.ui import joined, money, tone, when
from procedures import clock
from procedures.models import Channel, Dossier
from procedures.models.lifecycle import FINAL, NOTES, RUNNING, STEPS, State
from procedures.queries.hands import away_shown
from procedures.queries.lists import step_name
from procedures.queries.wanted import COLUMNS, USUAL


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


# A page of a list holds up to two hundred rows and is asked for all day: they are drawn here, in a quarter of a template's time.
SUB = '<p class="sub {}">{}</p>'
BOX = '<td data-label="{0}"><input type="checkbox" name="chosen" value="{1}.{3}" aria-label="{0} {2}"></td>'
ROW, END = SafeString("<tr>"), SafeString("</tr>\n")
OPENING, CLOSING = '<td data-label="{}"><div>', SafeString("</div></td>")
LINK = '<a class="nowrap" href="{}">{}</a>{}{}'
BADGE = '<span class="badge badge-{}">{}</span>{}{}'
QUIET = '<span class="quiet">{}</span>'


@dataclass(frozen=True)
class Words:
    """What every row says, in the reader's language, said once; `news` tells what this reader has not seen."""

    columns: tuple[tuple[str, str], ...]
    # Column → how its cell begins; only what differs from row to row is put together for every row.
    openings: dict[str, SafeString]
    choose: str
    withdrawal: str
    unpaid: str
    states: dict[str, str]
    channels: dict[str, str]
    address: str
    language: str
    # Who is away today, by account, and until when, in words.
    away: dict[int, str]
    news: Mapping[int, int]


def words(columns: Iterable[str] = USUAL, news: Mapping[int, int] | None = None) -> Words:
    titles = tuple((name, str(COLUMNS[name])) for name in columns)
    return Words(
        columns=titles, openings={name: format_html(OPENING, title) for name, title in titles},
        choose=pgettext("dòng", "Chọn"), withdrawal=_("Đề nghị rút"), unpaid=_("Chưa nộp tiền"),
        states={str(state.value): str(state.label) for state in State}, language=get_language() or "vi",
        channels={str(one.value): str(one.label) for one in Channel}, address=reverse("desk_dossier", args=["REFERENCE"]), news=news or {},
        away={key: _("vắng đến %(day)s") % {"day": f"{one.last_day:%d/%m}"} for key, one in away_shown().items()},
    )  # fmt: skip


def drawn(dossiers: Iterable[Dossier], said: Words, *, choosable: bool) -> SafeString:
    """The rows of a list; a box to choose each where something can be done with several."""
    rows = (part for row in dossiers for part in (ROW, _box(row, said) if choosable else "", _cells(row, said), END))
    return joined(rows)


def _box(dossier: Dossier, said: Words) -> SafeString:
    return format_html(BOX, said.choose, dossier.reference, dossier, dossier.event_count)


def _cells(dossier: Dossier, said: Words) -> SafeString:
    return joined(
        part for name, opening in said.openings.items() for part in (opening, DRAWN[name](dossier, said), CLOSING)
    )


def _number(dossier: Dossier, said: Words) -> SafeString:
    asked_back = dossier.withdrawal_asked_at and dossier.state != State.WITHDRAWN
    href = said.address.replace("REFERENCE", dossier.reference)
    withdrawal = _sub(said.withdrawal, "soon") if asked_back else ""
    return format_html(LINK, href, dossier, withdrawal, _news(dossier, said.news.get(dossier.pk, 0)))


def _news(dossier: Dossier, count: int) -> SafeString | str:
    """What happened since this person looked: the last thing in words, and how many there are."""
    if not count:
        return ""
    title = STEPS[dossier.last_step].title if dossier.last_step in STEPS else NOTES.get(dossier.last_step, "")
    who = f" – {dossier.changed_by.full_name}" if dossier.changed_by else ""
    more = (ngettext("và %(n)s việc nữa", "và %(n)s việc nữa", count - 1) % {"n": count - 1}) if count > 1 else ""
    return format_html('<p class="sub news"><b>{}</b> {}{} {}</p>', _("Mới:"), title, who, more)


def _procedure(dossier: Dossier, said: Words) -> SafeString:
    return format_html("{}{}", dossier.procedure.title, _sub(dossier.office.title) if _alone("office", said) else "")


def _alone(name: str, said: Words) -> bool:
    """Whether this has no column of its own."""
    return name not in said.openings


def _state(dossier: Dossier, said: Words) -> SafeString:
    unpaid = dossier.state == State.SUBMITTED and dossier.fee_total and not dossier.fee_paid_at
    step = _sub(step_name(dossier, said.language))
    return format_html(
        BADGE, tone(dossier.state), said.states[dossier.state], step, _sub(said.unpaid, "soon") if unpaid else ""
    )


def _hands(dossier: Dossier, said: Words) -> SafeString | str:
    if dossier.assignee is None:
        return format_html(QUIET, "–")
    until = said.away.get(dossier.assignee.pk)
    return f"{dossier.assignee.full_name} ({until})" if until else dossier.assignee.full_name


def _moment(value: datetime.datetime | None) -> str | SafeString:
    return when(value, "short") if value else format_html(QUIET, "–")


DRAWN: dict[str, Callable[[Dossier, Words], str | SafeString]] = {
    "number": _number,
    "owner": lambda dossier, _said: dossier.owner_name,
    "procedure": _procedure,
    "state": _state,
    "due": lambda dossier, _said: format_html('<div class="nowrap">{}</div>', _due(standing_of(dossier))),
    "hands": _hands,
    "office": lambda dossier, _said: dossier.office.title,
    "submitted": lambda dossier, _said: _moment(dossier.submitted_at),
    "accepted": lambda dossier, _said: _moment(dossier.accepted_at),
    "changed": lambda dossier, _said: _moment(dossier.changed_at),
    "channel": lambda dossier, said: said.channels[dossier.channel],
    "fee": lambda dossier, _said: money(dossier.fee_total) if dossier.fee_total else format_html(QUIET, "–"),
}


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
