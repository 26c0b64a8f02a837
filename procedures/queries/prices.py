"""How a dossier's amounts came about, in sentences; and who pays less, as the record says it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.templatetags.ui import money, number
from procedures.queries.wording import said
from procedures.schema.definition import Exemption, Law
from procedures.schema.fees import FeeLine, FeePart

# What is added or taken away, by the kind of part; rates by unit and reliefs have sentences of their own.
STEPS: dict[str, str | Promise] = {
    "base": gettext_lazy("Mức cố định: %(amount)s"),
    "formula": gettext_lazy("Tính theo công thức: %(amount)s"),
    "floor": gettext_lazy("Chưa đến mức tối thiểu nên cộng thêm %(amount)s"),
    "cap": gettext_lazy("Vượt mức tối đa nên bớt %(amount)s"),
}


def came_about(line: FeeLine) -> list[str]:
    """How the amount came about, a sentence for each step, and the law that says so."""
    if not line.complete:
        return [_("Tính được khi bạn điền đủ tờ khai."), *law(line.law)]
    steps = [part for part in line.parts if part.kind != "base" or len(line.parts) > 1]
    return [*(_step(part) for part in steps), *law(line.law)]


def _step(part: FeePart) -> str:
    if part.relief is not None:
        return _relief(part, part.relief)
    words = {"amount": money(abs(part.amount)), "n": number(part.quantity or 0), "what": _what(part)}
    if part.kind == "each":
        return _("%(n)s %(what)s × %(rate)s = %(amount)s") % {**words, "rate": money(part.rate or 0)}
    if part.kind == "band":
        return _("Bậc của %(n)s %(what)s: %(amount)s") % words
    return str(STEPS[part.kind]) % words


def _what(part: FeePart) -> str:
    """Số phòng is said "(số phòng)" after the number."""
    label = said(part.what) if part.what else _("số bản")
    return f"({label[:1].lower()}{label[1:]})"


def _relief(part: FeePart, relief: Exemption) -> str:
    words = {"who": said(relief.name), "amount": money(-part.amount), "share": relief.share}
    if part.kind == "exempt":
        told = _("Được miễn: %(who)s, bớt %(amount)s") % words
    elif relief.off:
        told = _("Được giảm: %(who)s, bớt %(amount)s") % words
    else:
        told = _("Được giảm %(share)s %%: %(who)s, bớt %(amount)s") % words
    return " ".join([told, *(f"({basis})" for basis in law(relief.law))])


def law(basis: Law | None) -> list[str]:
    if basis is None:
        return []
    title = said(basis.title)
    number_and_title = f"{basis.number}, {title}" if title else basis.number
    return [_("Căn cứ: %(law)s.") % {"law": number_and_title}]


def relief_said(one: Exemption) -> str:
    """Who pays less, by how much and by which law, as the record says it."""
    words = {"who": said(one.name), "share": one.share, "off": money(one.off)}
    if one.whole:
        told = _("%(who)s: miễn") % words
    elif one.off:
        told = _("%(who)s: giảm %(off)s") % words
    else:
        told = _("%(who)s: giảm %(share)s %%") % words
    return " ".join([told, *(f"({basis})" for basis in law(one.law))])
