"""What a definition says in numbers and rules, said in a sentence of the page's language."""

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from portal.templatetags.ui import money, number
from procedures.schema.conditions import Comparison, Condition, Every, Negation, Some
from procedures.schema.definition import Amount, Definition, Span, Text
from procedures.schema.record import COPIES

CHANNEL_NAMES: dict[str, str | Promise] = {
    "online": pgettext_lazy("cách nộp hồ sơ", "Trực tuyến"),
    "counter": pgettext_lazy("cách nộp hồ sơ", "Tại quầy"),
    "post": pgettext_lazy("cách nộp hồ sơ", "Bưu chính"),
}
OWNER_KINDS: dict[str, str | Promise] = {
    "citizen": gettext_lazy("cá nhân"),
    "business": gettext_lazy("doanh nghiệp, hộ kinh doanh"),
    "organisation": gettext_lazy("tổ chức"),
}
PROFILE_NAMES: dict[str, str | Promise] = {
    "profile.channel": gettext_lazy("Cách nộp"),
    "profile.owner_kind": gettext_lazy("Chủ hồ sơ"),
    "profile.verified": gettext_lazy("Chủ hồ sơ đã định danh điện tử"),
}
ORDERS: dict[str, str | Promise] = {
    "gt": gettext_lazy("“%(field)s” lớn hơn %(value)s"),
    "gte": gettext_lazy("“%(field)s” từ %(value)s trở lên"),
    "lt": gettext_lazy("“%(field)s” nhỏ hơn %(value)s"),
    "lte": gettext_lazy("“%(field)s” không quá %(value)s"),
}


def said(text: Text) -> str:
    return text.read(get_language() or "vi")


def span(value: Span | None) -> str:
    """3 ngày làm việc; none stated is said, because it is not the same as at once."""
    if value is None:
        return _("Không quy định")
    if not value.amount:
        return _("Trong ngày")
    words = {
        "working_day": ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", value.amount),
        "calendar_day": ngettext("%(n)s ngày", "%(n)s ngày", value.amount),
        "hour": ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", value.amount),
        "month": ngettext("%(n)s tháng", "%(n)s tháng", value.amount),
    }
    return words[value.unit] % {"n": number(value.amount)}


def amount(value: Amount | None, definition: Definition) -> str:
    """25.000 đồng; nothing stated is not free."""
    if value is None:
        return _("Chưa công bố")
    if not value.base and not value.each:
        return _("Không thu")
    words = [money(value.base)] if value.base else []
    if value.each:
        words.append(_("%(money)s × %(of)s") % {"money": money(value.each), "of": _counted(value.of or "", definition)})
    if value.cap is not None:
        words.append(_("tối đa %(money)s") % {"money": money(value.cap)})
    return ", ".join(words)


def _counted(key: str, definition: Definition) -> str:
    if key == COPIES and key not in definition.form.index:
        return _("số bản")
    label = said(definition.field(key).label)
    return label[:1].lower() + label[1:]


def condition(rule: Condition | None, definition: Definition) -> str:
    """“Chủ hộ là” là “Một người” và …; empty where there is no condition."""
    match rule:
        case None:
            return ""
        case Every(parts):
            return _(" và ").join(condition(part, definition) for part in parts)
        case Some(parts):
            return _(" hoặc ").join(condition(part, definition) for part in parts)
        case Negation(part):
            return _("không phải trường hợp %(rule)s") % {"rule": condition(part, definition)}
        case _:
            return _compared(rule, definition)


def _compared(asked: Comparison, definition: Definition) -> str:
    words = {"field": _label(asked.field, definition), "value": _values(asked, definition)}
    if asked.operator == "filled":
        return (_("có khai “%(field)s”") if asked.value else _("không khai “%(field)s”")) % words
    if asked.operator == "is_not":
        return _("“%(field)s” không phải là %(value)s") % words
    if asked.operator in ORDERS:
        return str(ORDERS[asked.operator]) % words
    return _("“%(field)s” là %(value)s") % words


def _label(key: str, definition: Definition) -> str:
    if key in PROFILE_NAMES:
        return str(PROFILE_NAMES[key])
    outer = key.partition(".")[0]
    return said(definition.form.index[outer].label) if outer in definition.form.index else key


def _values(asked: Comparison, definition: Definition) -> str:
    values = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    return _(" hoặc ").join(_value(asked.field, value, definition) for value in values)


def _value(key: str, value: str | int | bool, definition: Definition) -> str:
    if isinstance(value, bool):
        return _("“Có”") if value else _("“Không”")
    if isinstance(value, int):
        return number(value)
    names = {**CHANNEL_NAMES, **OWNER_KINDS} if key in PROFILE_NAMES else _choices(key, definition)
    return f"“{names.get(value, value)}”"


def _choices(key: str, definition: Definition) -> dict[str, str | Promise]:
    found = definition.form.index.get(key)
    return {choice.value: said(choice.label) for choice in found.choices} if found else {}
