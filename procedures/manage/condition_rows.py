"""A condition as rows that anybody can read: field, comparison, value; joined by “all” or “any”, with groups one level deep."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from procedures.queries.places import provinces
from procedures.queries.wording import CHANNEL_NAMES, GENDERS, OWNER_KINDS, PROFILE_NAMES, said
from procedures.schema.definition import Definition
from procedures.schema.form import Field

Word = str | Promise
Choices = list[tuple[str, Any]]
JOINS: Mapping[str, Word] = {"all": gettext_lazy("tất cả"), "any": gettext_lazy("một trong")}
OTHER = {"all": "any", "any": "all"}
IS, FILLED = ("is", "is_not"), ("filled", "empty")
ORDERS = ("gt", "gte", "lt", "lte")
HOWS: Mapping[str, Word] = {
    "is": pgettext_lazy("so sánh", "là"),
    "is_not": pgettext_lazy("so sánh", "không là"),
    "in": pgettext_lazy("so sánh", "là một trong"),
    "gt": pgettext_lazy("so sánh", "lớn hơn"),
    "gte": pgettext_lazy("so sánh", "từ … trở lên"),
    "lt": pgettext_lazy("so sánh", "nhỏ hơn"),
    "lte": pgettext_lazy("so sánh", "không quá"),
    "filled": pgettext_lazy("so sánh", "có trả lời"),
    "empty": pgettext_lazy("so sánh", "không trả lời"),
}
DAY_HOWS: Mapping[str, Word] = {
    "gt": pgettext_lazy("so sánh ngày", "sau ngày"),
    "gte": pgettext_lazy("so sánh ngày", "từ ngày"),
    "lt": pgettext_lazy("so sánh ngày", "trước ngày"),
    "lte": pgettext_lazy("so sánh ngày", "đến hết ngày"),
}
COUNT_HOWS: Mapping[str, Word] = {
    "gt": pgettext_lazy("so sánh", "có nhiều hơn"),
    "gte": pgettext_lazy("so sánh", "có ít nhất"),
    "lt": pgettext_lazy("so sánh", "có ít hơn"),
    "lte": pgettext_lazy("so sánh", "có nhiều nhất"),
}
# What a kind of field can be asked.
ASKED: Mapping[str, tuple[str, ...]] = {
    "choice": (*IS, "in", *FILLED),
    "multi_choice": (*IS, "in", *FILLED),
    "yes_no": ("is", *FILLED),
    "declaration": ("is", "empty"),
    "date": ("is", *ORDERS, *FILLED),
    "group": (*FILLED, *ORDERS),
    "file": (*FILLED, *ORDERS),
    "address": FILLED,
}
NUMBERS = ("number", "decimal", "money", "computed", "group", "file")
MANY = 12
ROW = re.compile(r"(i-[0-9]{1,4}(?:-r-[0-9]{1,4})?)-field")
GROUP = re.compile(r"(i-[0-9]{1,4})-join")


@dataclass(frozen=True)
class Asked:
    """A field that a condition can ask: its key, what it is called, its kind, and its answers where they are known."""

    key: str
    name: Any
    kind: str
    choices: Choices = made_by(default_factory=list)
    under: Any = ""

    @property
    def hows(self) -> Choices:
        words = {**HOWS, **(DAY_HOWS if self.kind == "date" else COUNT_HOWS if self.kind in ("group", "file") else {})}
        usual = (*IS, *ORDERS, *FILLED) if self.kind in NUMBERS else (*IS, *FILLED)
        return [(how, words[how]) for how in ASKED.get(self.kind, usual)]


@dataclass
class Row:
    field: str = ""
    how: str = ""
    values: list[str] = made_by(default_factory=list)
    error: str = ""


@dataclass
class Group:
    join: str = "any"
    rows: list[Row] = made_by(default_factory=list)


@dataclass
class Rule:
    join: str = "all"
    items: list[Row | Group] = made_by(default_factory=list)


def asked_fields(read: Definition, but: str = "", columns: Sequence[Field] = ()) -> list[Asked]:
    """Everything that a condition can ask about, in the order of the form; not the field `but` itself."""
    found = [_asked(one, "") for one in columns if one.key != but]
    for section in read.sections:
        for one in section.fields:
            if one.answered and one.key and one.key != but:
                found.append(_asked(one, section.title))
                found += [_province(one, section.title)] if one.type == "address" else []
    return [*found, *_profile(read)]


def _profile(read: Definition) -> list[Asked]:
    """What is known of the filing itself: how, by whom, and what the population registry says of the owner."""
    choices: Mapping[str, Choices] = {
        "profile.channel": [(key, CHANNEL_NAMES[key]) for key in read.channels],
        "profile.owner_kind": list(OWNER_KINDS.items()), "profile.gender": list(GENDERS.items()), "profile.province": _provinces(),
    }  # fmt: skip
    kinds = {"profile.verified": "yes_no", "profile.age": "number", "profile.birth_date": "date"}
    asked = ("channel", "owner_kind", "verified", "age", "birth_date", "gender", "province")
    return [
        Asked(key, PROFILE_NAMES[key], kinds.get(key, "choice"), list(choices.get(key, [])))
        for key in (f"profile.{name}" for name in asked)
    ]


def _provinces() -> Choices:
    return sorted(provinces().items(), key=lambda pair: pair[1])


def _asked(one: Field, under: Any) -> Asked:
    choices: Choices = [(choice.value, said(choice.label)) for choice in one.choices]
    return Asked(one.key, said(one.label) or one.key, one.type, choices, said(under) if under else "")


def _province(one: Field, under: Any) -> Asked:
    return Asked(
        f"{one.key}.province", f"{said(one.label)}: {_('tỉnh, thành phố')}", "choice", _provinces(), said(under)
    )


def rule_of(when: object) -> Rule | None:
    """The condition as rows; None where it says more than rows can."""
    if when is None:
        return Rule()
    if not isinstance(when, Mapping):
        return None
    for join in JOINS:
        if isinstance(when.get(join), list) and len(when) == 1:
            items = [_item(part, OTHER[join]) for part in when[join]]
            return (
                None if any(item is None for item in items) else Rule(join, [one for one in items if one is not None])
            )
    rows = _rows(when)
    return None if rows is None else Rule("all", list(rows))


def _item(part: object, inner: str) -> Row | Group | None:
    if not isinstance(part, Mapping):
        return None
    if isinstance(part.get(inner), list) and len(part) == 1:
        rows = [_rows(one) for one in part[inner]]
        if any(found is None or len(found) != 1 for found in rows):
            return None
        return Group(inner, [found[0] for found in rows if found])
    found = _rows(part)
    return None if found is None or (len(found) > 1 and inner == "all") else _whole(found)


def _whole(found: list[Row]) -> Row | Group:
    return found[0] if len(found) == 1 else Group("all", found)


def _rows(leaf: object) -> list[Row] | None:
    """`{"field": "age", "gte": 18, "lt": 60}` is two rows."""
    if not isinstance(leaf, Mapping) or not isinstance(leaf.get("field"), str):
        return None
    asked = [name for name in leaf if name != "field"]
    if not asked or any(name not in HOWS or name == "empty" for name in asked):
        return None
    return [_row(str(leaf["field"]), name, leaf[name]) for name in asked]


def _row(key: str, how: str, value: object) -> Row:
    if how == "filled":
        return Row(key, "filled" if value is not False else "empty")
    return Row(key, how, [_written(one) for one in value] if isinstance(value, list) else [_written(value)])


def _written(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def sent(post: Any) -> Rule:
    """The rows as they were typed."""
    rule = Rule(post.get("join") if post.get("join") in JOINS else "all")
    names = [str(found[1]) for key in post if (found := ROW.fullmatch(key) or GROUP.fullmatch(key))]
    groups: dict[str, Group] = {}
    for name in sorted(dict.fromkeys(names), key=_numbers):
        outer = name.partition("-r-")[0]
        if f"{outer}-join" in post and outer not in groups:
            groups[outer] = Group(post[f"{outer}-join"] if post[f"{outer}-join"] in JOINS else "any")
            rule.items.append(groups[outer])
        if f"{name}-field" in post:
            row = Row(post[f"{name}-field"], post.get(f"{name}-how", ""), post.getlist(f"{name}-value"))
            (groups[outer].rows if outer in groups else rule.items).append(row)
    return rule


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("-") if part.isdigit())


def pressed(rule: Rule, button: str) -> None:
    """What a button of the page does to the rows: add, add-group, i-2:add, i-2:remove, i-2-r-0:remove."""
    name, _colon, deed = button.rpartition(":")
    place = _numbers(name)
    if button == "add":
        rule.items.append(Row())
    elif button == "add-group":
        rule.items.append(Group(OTHER[rule.join], [Row(), Row()]))
    elif place and place[0] < len(rule.items):
        item = rule.items[place[0]]
        if deed == "add" and isinstance(item, Group):
            item.rows.append(Row())
        elif deed == "remove" and len(place) == 2 and isinstance(item, Group) and place[1] < len(item.rows):
            item.rows.pop(place[1])
        elif deed == "remove" and len(place) == 1:
            rule.items.pop(place[0])


def tidied(rule: Rule, fields: Mapping[str, Asked]) -> None:
    """A comparison that its field does not know becomes the first that it knows; values that are none of its answers go."""
    for row in all_rows(rule):
        asked = fields.get(row.field)
        if asked is None:
            continue
        if row.how not in dict(asked.hows):
            row.how = asked.hows[0][0]
        if asked.choices and row.how not in FILLED:
            known = [value for value in row.values if value in dict(asked.choices)]
            row.values = known if row.how == "in" else known[:1]


def all_rows(rule: Rule) -> Iterator[Row]:
    for item in rule.items:
        yield from item.rows if isinstance(item, Group) else [item]


def raw_of(rule: Rule, fields: Mapping[str, Asked]) -> Any:
    """The condition as the definition writes it; None where there are no rows."""
    made = [_raw_item(item, fields) for item in rule.items]
    found = [one for one in made if one is not None]
    return {rule.join: found} if len(found) > 1 else next(iter(found), None)


def _raw_item(item: Row | Group, fields: Mapping[str, Asked]) -> Any:
    if isinstance(item, Row):
        return _raw_row(item, fields)
    return raw_of(Rule(item.join, list(item.rows)), fields)


def _raw_row(row: Row, fields: Mapping[str, Asked]) -> Any:
    asked = fields.get(row.field)
    if asked is None:
        return None
    if row.how in FILLED:
        return {"field": row.field, "filled": row.how == "filled"}
    values = [_value(asked, value) for value in row.values]
    return {"field": row.field, row.how: values if row.how == "in" else next(iter(values), "")}


def _value(asked: Asked, text: str) -> Any:
    if asked.kind in ("yes_no", "declaration"):
        return text == "yes"
    plain = re.sub(r"[.\s]", "", text)
    if asked.kind in NUMBERS and re.fullmatch(r"-?[0-9]{1,15}", plain):
        return int(plain)
    return text.strip()
