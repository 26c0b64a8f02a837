"""A field drawn whole, by its type; rows of the same fields one under another."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from portal.boxes import several, single
from portal.boxes.parts import Parts, done, fieldset, json_of, name_of, words

FEW = 2


def draw(field: Parts) -> SafeString:
    """One field; what it may hold is told in templates/parts/field.html."""
    return done(_drawn(field))


def draw_all(fields: Iterable[Parts]) -> SafeString:
    return done("".join(_drawn(field) for field in fields))


def _drawn(field: Parts) -> str:
    bad = " field-bad" if field.get("error") else ""
    rule = f' data-when="{json_of(field["when"])}"' if field.get("when") else ""
    kind = f' data-kind="{field["type"]}"' if field["type"] in KEPT_APART else ""
    return f'<div class="field{bad}"{rule}{kind}>{BOXES.get(field["type"], single.line)(field)}</div>\n'


def group(field: Parts) -> str:
    """Rows to open and close; adding, copying and removing are submit buttons, so they work without scripts."""
    rows = "".join(_row(field, number, row) for number, row in enumerate(field.get("rows") or ()))
    add = (
        f'<button type="submit" class="button button-second" name="add" value="{name_of(field)}" formnovalidate>'
        f"{words()['add_row']}</button>"
        if field.get("can_add")
        else ""
    )
    return fieldset(field, rows + add, f' id="id_{name_of(field)}" tabindex="-1"')


def _row(field: Parts, number: int, row: Any) -> str:
    """A row that is filled in and right shows itself in a line when there are many; the others lie open."""
    name, told = name_of(field), words()
    titles = field.get("titles") or ()
    title = escape(titles[number]) if number < len(titles) else ""
    is_open = not title or len(field["rows"]) <= FEW or _wants_a_look(row)
    at = f"id_{name}-{number}_title"
    summary = (
        f'<summary id="{at}"><strong>{told["row"] % {"n": number + 1}}</strong>'
        f'{f" <span>{title}</span>" if title else ""} <span class="edit">{told["edit_row"]}</span></summary>'
    )
    inside = "".join(_drawn(one) for one in row)
    return (
        f'<details class="row-box" data-row="{name}-{number}-" role="group" aria-labelledby="{at}"{" open" if is_open else ""}>'
        f"{summary}<div>{inside}{_row_buttons(field, number)}</div></details>"
    )


def _wants_a_look(row: Iterable[Mapping[str, Any]]) -> bool:
    return any(one.get("error") for one in row)


def _row_buttons(field: Parts, number: int) -> str:
    told, value = words(), f"{name_of(field)}-{number}"
    asked = [("copy", "copy_row")] * bool(field.get("can_add")) + [("remove", "remove_row")] * bool(
        field.get("can_remove")
    )
    buttons = (
        f'<button type="submit" class="button button-link" name="{name}" value="{value}" formnovalidate>'
        f"{told[said] % {'n': number + 1}}</button>"
        for name, said in asked
    )
    return " ".join(buttons)


BOXES: Mapping[str, Callable[[Parts], str]] = {
    "text": single.line, "long_text": single.lines, "money": single.amount, "number": single.figure, "decimal": single.figure,
    "person_id": single.digits, "business_code": single.digits, "phone": single.phone, "email": single.email,
    "declaration": single.declaration, "info": single.information, "computed": single.computed,
    "choice": several.choice, "multi_choice": several.multi_choice, "yes_no": several.yes_no, "date": several.date,
    "address": several.address, "file": several.file, "group": group,
}  # fmt: skip
# What scripts have to read otherwise than as plain text.
KEPT_APART = ("decimal", "multi_choice", "money", "number")
