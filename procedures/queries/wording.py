"""What a definition says in numbers and rules, said in a sentence of the page's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from portal.templatetags.ui import money, number
from procedures.schema.conditions import (
    Age,
    Choose,
    Comparison,
    Condition,
    Constant,
    Days,
    Every,
    Measured,
    Negation,
    Number,
    Operand,
    Operation,
    Quotient,
    Rows,
    Some,
    Tally,
)
from procedures.schema.definition import Amount, Definition, Field, Span, Text
from procedures.schema.nodes import THE_DAY
from procedures.schema.record import COPIES
from procedures.schema.tariff import Band

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
    "profile.age": gettext_lazy("Tuổi chủ hồ sơ"),
    "profile.birth_date": gettext_lazy("Ngày sinh chủ hồ sơ"),
    "profile.gender": gettext_lazy("Giới tính chủ hồ sơ"),
    "profile.province": gettext_lazy("Tỉnh, thành phố cư trú của chủ hồ sơ"),
    "profile.commune": gettext_lazy("Xã, phường cư trú của chủ hồ sơ"),
    "profile.nationality": gettext_lazy("Quốc tịch chủ hồ sơ"),
    "profile.office": gettext_lazy("Cơ quan giải quyết"),
    THE_DAY: gettext_lazy("Ngày nộp hồ sơ"),
}
GENDERS: dict[str, str | Promise] = {"male": gettext_lazy("Nam"), "female": gettext_lazy("Nữ")}
ORDERS: dict[str, str | Promise] = {
    "gt": gettext_lazy("“%(field)s” lớn hơn %(value)s"),
    "gte": gettext_lazy("“%(field)s” từ %(value)s trở lên"),
    "lt": gettext_lazy("“%(field)s” nhỏ hơn %(value)s"),
    "lte": gettext_lazy("“%(field)s” không quá %(value)s"),
}
MEASURES: dict[str, str | Promise] = {
    "is": gettext_lazy("%(left)s bằng %(right)s"),
    "is_not": gettext_lazy("%(left)s khác %(right)s"),
    "gt": gettext_lazy("%(left)s lớn hơn %(right)s"),
    "gte": gettext_lazy("%(left)s từ %(right)s trở lên"),
    "lt": gettext_lazy("%(left)s nhỏ hơn %(right)s"),
    "lte": gettext_lazy("%(left)s không quá %(right)s"),
}
ROUNDED: dict[str, str | Promise] = {
    "up": gettext_lazy("(%(a)s) : (%(b)s), làm tròn lên"),
    "down": gettext_lazy("(%(a)s) : (%(b)s), làm tròn xuống"),
    "half": gettext_lazy("(%(a)s) : (%(b)s), làm tròn đến số gần nhất"),
}
SIGNS = {"add": " + ", "subtract": " − ", "multiply": " × "}
Fields = Mapping[str, Field]


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
    if value.free:
        return _("Không thu")
    words = [money(value.base)] if value.base else []
    words += _priced(value, definition)
    if value.floor is not None:
        words.append(_("ít nhất %(money)s") % {"money": money(value.floor)})
    if value.cap is not None:
        words.append(_("tối đa %(money)s") % {"money": money(value.cap)})
    return ", ".join(words)


def _priced(value: Amount, definition: Definition) -> list[str]:
    if value.formula is not None:
        return [_("%(formula)s (đồng)") % {"formula": expression(value.formula, definition)}]
    if value.of is None:
        return []
    of = counted(value.of, definition.form.index)
    if value.bands:
        return [_("theo bậc của %(of)s: %(bands)s") % {"of": of, "bands": "; ".join(_bands(value.bands))}]
    return [_("%(money)s × %(of)s") % {"money": money(value.each), "of": of}]


def _bands(bands: tuple[Band, ...]) -> list[str]:
    """đến 10: 50.000 đồng; đến 50: 50.000 đồng và 1.000 đồng cho mỗi 1 trên 10; trên 50: …"""
    found, below = [], 0
    for band in bands:
        upper = _("đến %(to)s") % {"to": number(band.to)} if band.to is not None else ""
        reach = upper or (_("trên %(below)s") % {"below": number(below)} if below else _("mọi mức"))
        parts = [money(band.base)] if band.base or not band.each else []
        if band.each:
            words = {"each": money(band.each), "per": number(band.per), "below": number(below)}
            parts.append(_("%(each)s cho mỗi %(per)s phần vượt %(below)s") % words)
        found.append(f"{reach}: {' + '.join(parts)}")
        below = band.to or below
    return found


def condition(rule: Condition | None, definition: Definition) -> str:
    """“Chủ hộ là” là “Một người” và …; empty where there is no condition."""
    return _rule(rule, definition.form.index) if rule is not None else ""


def expression(number: Number, definition: Definition) -> str:
    """số phòng × 2.000.000"""
    return _sum(number, definition.form.index)


def _rule(rule: Condition, fields: Fields) -> str:  # noqa: PLR0911 - one line for each kind of condition
    match rule:
        case Every(parts):
            return _(" và ").join(_rule(part, fields) for part in parts)
        case Some(parts):
            return _(" hoặc ").join(_rule(part, fields) for part in parts)
        case Negation(part):
            return _("không phải trường hợp %(rule)s") % {"rule": _rule(part, fields)}
        case Measured(left, operator, right):
            return str(MEASURES[operator]) % {"left": _sum(left, fields), "right": _sum(right, fields)}
        case Rows(quantity, group, where):
            words = {"group": _label(group, fields), "rule": _rule(where, _columns(group, fields))}
            if quantity == "any_row":
                return _("trong “%(group)s” có dòng mà %(rule)s") % words
            return _("mọi dòng trong “%(group)s” đều có %(rule)s") % words
        case Comparison():
            return _compared(rule, fields)


def _columns(group: str, fields: Fields) -> Fields:
    inside = fields[group].fields if group in fields else ()
    return {**fields, **{one.key: one for one in inside}}


def _sum(formula: Number, fields: Fields) -> str:  # noqa: PLR0911 - one line for each kind of number
    match formula:
        case Constant(value):
            return number(value)
        case Operand(key):
            return counted(key, fields)
        case Operation("min" | "max" as operator, parts):
            words = ", ".join(_sum(part, fields) for part in parts)
            least = _("số nhỏ nhất trong (%(parts)s)") if operator == "min" else _("số lớn nhất trong (%(parts)s)")
            return least % {"parts": words}
        case Operation(operator, parts):
            return SIGNS[operator].join(_part(part, fields) for part in parts)
        case Quotient(dividend, divisor, rounding):
            return str(ROUNDED[rounding]) % {"a": _sum(dividend, fields), "b": _sum(divisor, fields)}
        case Choose(when, then, otherwise):
            words3 = {"then": _sum(then, fields), "rule": _rule(when, fields), "else": _sum(otherwise, fields)}
            return _("%(then)s nếu %(rule)s, nếu không thì %(else)s") % words3
        case Tally() | Age() | Days():
            return _counting(formula, fields)


def _part(part: Number, fields: Fields) -> str:
    said_so = _sum(part, fields)
    return f"({said_so})" if isinstance(part, Operation | Choose) else said_so


def _counting(formula: Tally | Age | Days, fields: Fields) -> str:
    match formula:
        case Tally(group, column, where):
            inside = _columns(group, fields)
            words = {"group": _label(group, fields), "column": _label(column or "", inside)}
            found = _("tổng “%(column)s” trong “%(group)s”") if column else _("số dòng trong “%(group)s”")
            only = _(" mà %(rule)s") % {"rule": _rule(where, inside)} if where is not None else ""
            return found % words + only
        case Age(of, on):
            return _("số tuổi tính từ “%(since)s” đến “%(to)s”") % {
                "since": _label(of, fields),
                "to": _label(on, fields),
            }
        case Days(since, to):
            return _("số ngày từ “%(since)s” đến “%(to)s”") % {"since": _label(since, fields), "to": _label(to, fields)}


def counted(key: str, fields: Fields) -> str:
    """What a rate is multiplied by, inside a sentence: số phòng."""
    if key == COPIES and key not in fields:
        return _("số bản")
    label = _label(key, fields)
    return label[:1].lower() + label[1:]


def _compared(asked: Comparison, fields: Fields) -> str:
    words = {"field": _label(asked.field, fields), "value": _values(asked, fields)}
    if asked.operator == "filled":
        return (_("có khai “%(field)s”") if asked.value else _("không khai “%(field)s”")) % words
    if asked.operator == "is_not":
        return _("“%(field)s” không phải là %(value)s") % words
    if asked.operator in ORDERS:
        return str(ORDERS[asked.operator]) % words
    return _("“%(field)s” là %(value)s") % words


def _label(key: str, fields: Fields) -> str:
    if key in PROFILE_NAMES:
        return str(PROFILE_NAMES[key])
    outer = key.partition(".")[0]
    return said(fields[outer].label) if outer in fields else key


def _values(asked: Comparison, fields: Fields) -> str:
    values = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    return _(" hoặc ").join(_value(asked.field, value, fields) for value in values)


def _value(key: str, value: str | int | bool, fields: Fields) -> str:
    if isinstance(value, bool):
        return _("“Có”") if value else _("“Không”")
    if isinstance(value, int):
        return number(value)
    names = {**CHANNEL_NAMES, **OWNER_KINDS, **GENDERS} if key in PROFILE_NAMES else _choices(key, fields)
    return f"“{names.get(value, value)}”"


def _choices(key: str, fields: Fields) -> dict[str, str | Promise]:
    found = fields.get(key)
    return {choice.value: said(choice.label) for choice in found.choices} if found else {}
