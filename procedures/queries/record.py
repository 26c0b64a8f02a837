"""The public record of a procedure as a page shows it: every fact that it holds, in the page's language."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.moments import today
from portal.templatetags.ui import day
from procedures.queries import prices, wording
from procedures.queries.wording import CHANNEL_NAMES, said
from procedures.schema.definition import Case, Definition, Fee, Paper
from procedures.schema.tariff import Rate

REGISTRIES: dict[str, str | Promise] = {
    "population": gettext_lazy(
        "Không phải nộp khi bạn đăng nhập bằng VNeID: cơ sở dữ liệu quốc gia về dân cư trả lời thay."
    ),
    "business": gettext_lazy("Không phải nộp khi đã có mã số: cơ sở dữ liệu đăng ký doanh nghiệp trả lời thay."),
}
MOMENTS: dict[str, str | Promise] = {
    "submission": gettext_lazy("Nộp cùng hồ sơ"),
    "request": gettext_lazy("Nộp khi cơ quan yêu cầu"),
    "return": gettext_lazy("Nộp khi nhận kết quả"),
}
KINDS: dict[str, str | Promise] = {"charge": gettext_lazy("lệ phí"), "fee": gettext_lazy("phí")}


@dataclass(frozen=True)
class PaperShown:
    name: str
    counts: str
    notes: list[str]
    only_if: str = ""
    present_only: bool = False
    optional: bool = False
    replaced: str | Promise = ""
    blank_form: bool = False


@dataclass(frozen=True)
class CaseShown:
    name: str
    papers: list[PaperShown]
    only_if: str = ""


@dataclass(frozen=True)
class TimeRow:
    case: str
    spans: list[tuple[str | Promise, str]]


@dataclass(frozen=True)
class FeeShown:
    name: str
    kind: str | Promise
    moment: str | Promise
    amounts: list[tuple[str | Promise, str]]
    reduction: int = 0
    only_if: str = ""
    exemptions: list[tuple[str, str]] = field(default_factory=list)
    laws: list[str] = field(default_factory=list)
    later: list[tuple[str, list[tuple[str | Promise, str]]]] = field(default_factory=list)


def channels_of(definition: Definition) -> list[tuple[str, str | Promise]]:
    return [(key, name) for key, name in CHANNEL_NAMES.items() if key in definition.channels]


def cases_of(definition: Definition) -> list[CaseShown]:
    """Papers by case; where all cases ask for the same, they are told once."""
    listed = {case.key: _papers_of(case, definition) for case in definition.cases}
    if len({tuple(keys) for keys in listed.values()}) < 2:
        keys = next(iter(listed.values()), [paper.key for paper in definition.papers])
        return [CaseShown("", _shown(keys, definition))]
    return [
        CaseShown(said(case.name), _shown(listed[case.key], definition), wording.condition(case.when, definition))
        for case in definition.cases
    ]


def _papers_of(case: Case, definition: Definition) -> list[str]:
    proofs = [one.proof for fee in definition.fees for one in fee.exempt if one.proof]
    listed = [paper.key for paper in definition.papers] if case.papers is None else [*case.papers, *proofs]
    return list(dict.fromkeys(listed))


def _shown(keys: list[str], definition: Definition) -> list[PaperShown]:
    proofs = {one.proof: said(one.name) for fee in definition.fees for one in fee.exempt if one.proof}
    return [_paper(definition.paper(key), definition, proofs.get(key, "")) for key in keys]


def _paper(paper: Paper, definition: Definition, proves: str) -> PaperShown:
    notes = [said(paper.note)] if paper.note else []
    if proves:
        notes.append(_("Chỉ cần khi xin miễn, giảm: %(group)s.") % {"group": proves})
    return PaperShown(
        name=said(paper.name),
        counts=_counts(paper),
        notes=notes,
        only_if=wording.condition(paper.when, definition),
        present_only=paper.present_only,
        optional=not paper.mandatory and not proves,
        replaced=REGISTRIES.get(paper.replaced_by or "", ""),
        blank_form=paper.blank_form,
    )


def _counts(paper: Paper) -> str:
    """1 bản chính, 2 bản sao."""
    if paper.present_only:
        return ""
    originals = _("%(n)s bản chính") % {"n": paper.originals} if paper.originals else ""
    copies = _("%(n)s bản sao") % {"n": paper.copies} if paper.copies else ""
    return ", ".join(filter(None, [originals, copies]))


def times_of(definition: Definition) -> list[TimeRow]:
    """Legal time by channel, a row for each case that has its own."""
    own = [case for case in definition.cases if case.times is not None]
    if not own:
        return [TimeRow("", _spans(definition, None))]
    return [TimeRow(said(case.name), _spans(definition, case.key)) for case in definition.cases]


def _spans(definition: Definition, case: str | None) -> list[tuple[str | Promise, str]]:
    return _joined([(name, wording.span(definition.time_for(key, case))) for key, name in channels_of(definition)])


def _joined(rows: list[tuple[str | Promise, str]]) -> list[tuple[str | Promise, str]]:
    """Where every channel has the same, it is told once."""
    if len(rows) > 1 and len({text for _channel, text in rows}) == 1:
        return [(_("Mọi cách nộp"), rows[0][1])]
    return rows


def usual_time(definition: Definition) -> str:
    """In one line for the head of the page: the first channel's time, with "from" where cases differ."""
    spans = [text for row in times_of(definition) for _channel, text in row.spans[:1]]
    return " · ".join(dict.fromkeys(spans))


def fees_of(definition: Definition) -> list[FeeShown]:
    return [_fee(fee, definition) for fee in definition.fees]


def _fee(fee: Fee, definition: Definition) -> FeeShown:
    """As it is today, with what changes later, so that nobody is surprised."""
    now = fee.rate(today())
    return FeeShown(
        name=said(fee.name),
        kind=KINDS[fee.kind],
        moment=MOMENTS[fee.when_due],
        amounts=_amounts(now, definition),
        reduction=reduction_of(fee),
        only_if=wording.condition(fee.when, definition),
        exemptions=[
            (prices.relief_said(one), said(definition.paper(one.proof).name) if one.proof else "")
            for one in fee.exempt
            if one.on(today())
        ],
        laws=prices.law(now.law if now else None),
        later=[
            (day(rate.since), _amounts(rate, definition)) for rate in fee.rates if rate.since and rate.since > today()
        ],
    )


def _amounts(rate: Rate | None, definition: Definition) -> list[tuple[str | Promise, str]]:
    found = [(name, rate.by(key) if rate else None) for key, name in channels_of(definition)]
    return _joined([(name, wording.amount(amount, definition)) for name, amount in found])


def reduction_of(fee: Fee) -> int:
    """By how many percent it is cheaper online than at the counter."""
    online, counter = fee.by("online", today()), fee.by("counter", today())
    if online is None or counter is None or online.formula is not None or online.bands:
        return 0
    paid, full = online.base + online.each, counter.base + counter.each
    return round(100 * (full - paid) / full) if 0 <= paid < full else 0


def usual_fee(definition: Definition) -> str:
    """In one line: the online amount where there is one. A record without amounts does not say that it is free."""
    channel = next((key for key, _name in channels_of(definition)), "counter")
    always = [fee for fee in definition.fees if fee.when is None] or definition.fees[:1]
    lines = [wording.amount(fee.by(channel, today()), definition) for fee in always]
    if lines:
        return " + ".join(dict.fromkeys(lines))
    note = said(definition.fee_note)
    return note if note and len(note) <= 60 else ""
