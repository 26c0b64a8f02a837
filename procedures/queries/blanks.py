"""The blank form of a procedure from its definition: what a paper shows, and the fields that can be filled in on it.

Every kind of field of the schema has a shape here; one that is not known yet is a line to write on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portal.pdf_fields import COMBED, LINE, LINES, LIST, ONE_OF, TICK, Blank
from procedures.models import ProcedureVersion
from procedures.queries import results, wording
from procedures.queries.wording import said
from procedures.schema.conditions import Condition
from procedures.schema.definition import Choice, Definition, Field, Paper, Section

Values = Mapping[str, Any]
Shown = dict[str, Any]
MOST_BOXES = 20
EMPTY_ROWS, MOST_ROWS = 3, 20
ID_CELLS = 12
# Heights and widths in letters.
HEIGHTS = {"long_text": 6, "address": 3}
WIDTHS = {"date": 9, "money": 14, "number": 9, "decimal": 9, "phone": 12, "business_code": 12}
NOTHING: Values = {}


@dataclass(frozen=True)
class BlankForm:
    """What the template shows, and the fields to lay over it."""

    sections: list[Shown]
    papers: list[Shown]
    fields: list[Blank]


def blank_form(version: ProcedureVersion, values: Values = NOTHING) -> BlankForm:
    """In the language of the page; `values` are answers as a dossier keeps them, under the keys of the fields."""
    maker = _Maker(version.parsed, values)
    sections = [maker.section(section) for section in version.parsed.sections]
    papers = [maker.paper(one) for one in version.parsed.papers if not one.blank_form and not one.present_only]
    return BlankForm(sections, papers, maker.fields)


class _Maker:
    """Goes through a definition once; shows and fields are made together, so that neither lacks what the other has."""

    def __init__(self, definition: Definition, values: Values) -> None:
        self.definition, self.values = definition, values
        self.fields: list[Blank] = []

    def section(self, section: Section) -> Shown:
        made = [self.field(one) for one in section.fields if one.type not in ("file", "computed")]
        return {
            "title": said(section.title), "help": said(section.help), "only_if": self._only_if(section.when), "fields": made,
        }  # fmt: skip

    def paper(self, paper: Paper) -> Shown:
        name = said(paper.name)
        self.fields.append(Blank(f"papers/{paper.key}", _("Đã kèm: %(paper)s") % {"paper": name}, TICK))
        return {
            "name": name, "originals": paper.originals, "copies": paper.copies, "mark": f"papers/{paper.key}",
            "mandatory": paper.mandatory and paper.when is None,
        }  # fmt: skip

    def field(self, field: Field) -> Shown:
        shown: Shown = {
            "name": field.key, "label": said(field.label), "type": field.type, "required": field.required,
            "help": said(field.help), "only_if": self._only_if(field.when),
        }  # fmt: skip
        value = self.values.get(field.key)
        if field.type == "info":
            return {**shown, "kind": "none"}
        if field.type == "group":
            return {**shown, "kind": "rows", **self._rows(field, value if isinstance(value, list) else [])}
        if field.type in ("multi_choice", "choice", "yes_no") and len(_options(field)) <= MOST_BOXES:
            return {**shown, **self._marks(field, value)}
        return {**shown, **self._single(field, field.key, value)}

    def _only_if(self, when: Condition | None) -> str:
        rule = wording.condition(when, self.definition)
        return _("Chỉ điền khi %(rule)s.") % {"rule": rule} if rule else ""

    def _rows(self, group: Field, rows: list[Values]) -> Shown:
        columns = [one for one in group.fields if one.type not in ("file", "computed", "info")]
        count = min(MOST_ROWS, max(EMPTY_ROWS, group.min_items, len(rows)))
        for number in range(1, count + 1):
            row = rows[number - 1] if number <= len(rows) else NOTHING
            for column in columns:
                label = _("%(group)s, dòng %(n)s: %(field)s") % {
                    "group": said(group.label),
                    "n": number,
                    "field": said(column.label),
                }
                self._add(column, f"{group.key}/{number}/{column.key}", row.get(column.key), label, in_row=True)
        return {"rows": count, "fields": [{"name": one.key, "label": said(one.label)} for one in columns]}

    def _single(self, field: Field, name: str, value: Any) -> Shown:
        kind = self._add(field, name, value, said(field.label))
        unit = _("đồng") if field.type == "money" else said(field.unit) if getattr(field, "unit", None) else ""
        return {
            "kind": kind, "unit": unit, "cells": ID_CELLS, "height": HEIGHTS.get(field.type, 3), "width": WIDTHS.get(field.type),
        }  # fmt: skip

    def _add(self, field: Field, name: str, value: Any, label: str, *, in_row: bool = False) -> str:
        kind = _kind(field, in_row=in_row)
        options = tuple(_options(field)) if kind == LIST else ()
        shown: str | bool = bool(value) if kind == TICK else _chosen(value) if kind == LIST else written(field, value)
        self.fields.append(
            Blank(name, _told(field, label), kind, shown, options, field.required, ID_CELLS if kind == COMBED else 0)
        )
        return kind

    def _marks(self, field: Field, value: Any) -> Shown:
        """A box for each option; several can be ticked, or one."""
        label, several, options = _told(field, said(field.label)), field.type == "multi_choice", _options(field)
        chosen = [_chosen(one) for one in value] if several and isinstance(value, list) else [_chosen(value)]
        if not several:
            self.fields.append(Blank(field.key, label, ONE_OF, chosen[0], tuple(options), field.required))
        shown = []
        for number, (option, words) in enumerate(options):
            mark = f"{field.key}/{number}" if several else f"{field.key}#{number}"
            if several:
                self.fields.append(Blank(mark, f"{label}: {words}", TICK, option in chosen))
            shown.append({"mark": mark, "label": words, "own": self._own_words(field, number, words, value)})
        return {"kind": "ticks" if several else ONE_OF, "options": shown}

    def _own_words(self, field: Field, number: int, words: str, value: Any) -> str:
        """Room for one's own words beside an option that asks for them."""
        if not field.choices or not getattr(field.choices[number], "own_words", False):
            return ""
        name = f"{field.key}/own/{number}"
        self.fields.append(Blank(name, f"{said(field.label)}: {words}", LINE, _own(value, field.choices[number])))
        return name


def _kind(field: Field, *, in_row: bool) -> str:
    if field.type == "declaration":
        return TICK
    if field.type in ("choice", "yes_no"):
        return LIST
    if in_row:
        return LINE
    if field.type == "person_id" and not getattr(field, "accept_old", False):
        return COMBED
    return LINES if field.type in HEIGHTS or field.type == "multi_choice" else LINE


def _options(field: Field) -> list[tuple[str, str]]:
    if field.type == "yes_no":
        return [("yes", pgettext("answer", "Có")), ("no", pgettext("answer", "Không"))]
    return [(choice.value, said(choice.label)) for choice in field.choices]


def _chosen(value: Any) -> str:
    """The value of the option that was chosen; a tick is yes or no, and one with own words brings them along."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        value = value.get("value") or value.get("choice")
    return str(value) if value is not None else ""


def _own(value: Any, choice: Choice) -> str:
    entries = value if isinstance(value, list) else [value]
    for one in entries:
        if isinstance(one, Mapping) and _chosen(one) == choice.value:
            return str(one.get("words") or one.get("text") or "")
    return ""


def _told(field: Field, label: str) -> str:
    """The label as a screen reader says it, with what the eye sees around the field."""
    parts = [label]
    if field.type == "date":
        parts.append(_("ngày/tháng/năm"))
    if field.required:
        parts.append(_("bắt buộc"))
    return parts[0] if len(parts) == 1 else f"{parts[0]} ({', '.join(parts[1:])})"


def written(field: Field, value: Any) -> str:
    """An answer as one writes it by hand."""
    if value in (None, "", [], {}):
        return ""
    if field.type == "multi_choice" and isinstance(value, list):
        words = dict(_options(field))
        return ", ".join(words.get(_chosen(one), _chosen(one)) for one in value)
    text = results.shown(field, value, get_language() or "vi")
    return text.removesuffix(f" {_('đồng')}") if field.type == "money" else text
