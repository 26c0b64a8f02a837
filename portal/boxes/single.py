"""Types that are one box: texts, numbers, numbers of people and businesses, a tick, a figure, a word to read."""

from django.utils.html import escape, linebreaks

from portal.boxes.parts import (
    Parts,
    completed,
    described,
    fixed,
    json_of,
    label,
    name_of,
    notes,
    said,
    shown,
    tied,
    words,
)
from portal.templatetags.ui import day, money, number, text

NARROW = ' class="input w-8"'
NUMBERED = ' class="input w-16"'
WHOLE = ' class="input"'


def _box(field: Parts, kind: str, look: str = WHOLE, more: str = "") -> str:
    return f'<input{look} type="{kind}"{more} {described(field)} value="{shown(field)}"{fixed(field)}>'


def line(field: Parts) -> str:
    return f"{label(field)}{notes(field)}{_box(field, 'text', more=completed(field))}"


def lines(field: Parts) -> str:
    most = field.get("max_length")
    count = f' data-count="{most}"' if most else ""
    area = f'<textarea class="input" rows="5" {described(field)}{count}{fixed(field)}>\n{shown(field)}</textarea>'
    return f"{label(field)}{notes(field)}{area}{_count(field, most) if most else ''}"


def _count(field: Parts, most: int) -> str:
    told = words()
    says = f'data-left="{told["left"]}" data-over="{told["over"]}"'
    return f'<p class="count" data-count-for="id_{name_of(field)}" {says}>{told["most"] % {"n": most}}</p>'


def _unit(box: str, unit: str) -> str:
    return f'<div class="unit">{box}<span aria-hidden="true">{unit}</span></div>' if unit else box


def amount(field: Parts) -> str:
    """Money, with its words below: one nought too many is seen in words."""
    told = words()
    box = _box(field, "text", more=' inputmode="numeric" autocomplete="off" data-money')
    said_in_words = escape(field.get("in_words") or "")
    hidden = "" if said_in_words else " hidden"
    below = (
        f'<p class="hint" lang="vi" data-words-for="id_{name_of(field)}"{hidden}>'
        f"{told['in_words']} <span>{said_in_words}</span></p>"
    )
    return f"{label(field)}{notes(field)}{_unit(box, told['dong'])}{below}"


def figure(field: Parts) -> str:
    mode = "decimal" if field["type"] == "decimal" else "numeric"
    box = _box(field, "text", NARROW, f' inputmode="{mode}"{completed(field, "off")}')
    return f"{label(field)}{notes(field)}{_unit(box, said(field['unit']) if field.get('unit') else '')}"


def digits(field: Parts) -> str:
    more = f' inputmode="numeric" spellcheck="false"{completed(field, "off")}'
    return f"{label(field)}{notes(field)}{_box(field, 'text', NUMBERED, more)}"


def phone(field: Parts) -> str:
    return f"{label(field)}{notes(field)}{_box(field, 'tel', NUMBERED, completed(field, 'tel'))}"


def email(field: Parts) -> str:
    more = f' spellcheck="false"{completed(field, "email")}'
    return f"{label(field)}{notes(field)}{_box(field, 'email', more=more)}"


def declaration(field: Parts) -> str:
    """A statement that one makes by ticking it; never ticked beforehand."""
    ticked = " checked" if field.get("value") in (True, "yes") else ""
    box = f'<input type="checkbox" {described(field)} value="yes"{ticked}>'
    return f'{notes(field)}<label class="check">{box} <span>{said(field["label"])}</span></label>'


def information(field: Parts) -> str:
    title = said(field.get("label"))
    head = f'<p class="notice-title">{title}</p>' if title else ""
    return f'<div class="notice notice-info">{head}{linebreaks(said(field.get("help")))}</div>'


def computed(field: Parts) -> str:
    """What follows from other answers; worked out anew by the server whatever the page shows."""
    name, live = name_of(field), ""
    for key in ("formula", "joined", "later"):
        if field.get(key) is not None:
            live += f' data-{key}="{json_of(field[key])}"'
    gives = field.get("gives") or "number"
    unit = f' data-unit="{said(field["unit"])}"' if field.get("unit") else ""
    return (
        f'<span class="label" id="id_{name}_label">{said(field["label"])}</span>{notes(field)}'
        f'<output class="computed" id="id_{name}" name="{name}" aria-labelledby="id_{name}_label"{tied(field)}'
        f' data-gives="{escape(gives)}"{live}{unit}>{_worked_out(field, gives)}</output>'
    )


def _worked_out(field: Parts, gives: str) -> str:
    value = field.get("value")
    if value is None or value == "":
        return "–"
    made = {"money": money, "date": day, "number": number}.get(gives, str)(value)
    unit = text(field["unit"]) if field.get("unit") else ""
    return escape(f"{made} {unit}".strip())
