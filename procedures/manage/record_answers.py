"""Answers typed by an administrator to try a draft: its own form on one page, read and cleaned as a citizen's would be."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language

from portal.moments import today
from procedures.manage.record_forms import Data
from procedures.queries.form_fields import Sheet, fields_of, sentences
from procedures.queries.places import commune_provinces
from procedures.schema.conditions import Condition, Every
from procedures.schema.definition import Definition
from procedures.schema.fields import Context
from procedures.schema.form import Field, Section
from procedures.schema.input import from_post
from procedures.schema.reading import NO_TEXT
from procedures.schema.validate import check

LEFT_OUT = ("file", "declaration", "info")
# Buttons inside the fields, which send the page without keeping anything.
BUTTONS = ("add", "remove", "copy", "find", "province")


@dataclass(frozen=True)
class Tried:
    """The fields of a draft with answers: from a page (`data`), else as kept. `only` narrows them to some."""

    definition: Definition
    profile: Mapping[str, Any]
    kept: Mapping[str, Any] = field(default_factory=dict)
    data: Data | None = None
    only: Collection[str] | None = None

    @property
    def whole(self) -> Section:
        """All sections as one, so that conditions between them hold on this page."""
        fields = tuple(one for one in _joined(self.definition.sections) if self.only is None or one.key in self.only)
        return Section("all", NO_TEXT, fields=fields)

    @property
    def typed(self) -> dict[str, object]:
        if self.data is None:
            return dict(self.kept)
        gone = self.data.get("remove")
        start = f"{gone}-" if gone else None
        post = {name: self.data.getlist(name) for name in self.data if start is None or not name.startswith(start)}
        return self._copied(from_post(self.whole, post), self.data.get("copy") or "")

    def _copied(self, typed: dict[str, object], asked: str) -> dict[str, object]:
        """With a row of a group once more, where its button was pressed: `members-2`."""
        group, _dash, number = asked.rpartition("-")
        rows = typed.get(group)
        if not isinstance(rows, list) or not number.isdecimal() or int(number) >= len(rows):
            return typed
        return {**typed, group: [*rows, dict(rows[int(number)])]}

    def read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The answers fit to try, and what is wrong with others. Nothing is required: a trial may leave anything open."""
        context = Context(today=today(), profile=self.profile, communes=commune_provinces())
        found = check(self.whole, self.typed, context=context)
        wrong = {path: one for path, one in found.messages.items() if not _is_open(one.code)}
        return dict(found.answers), sentences(self.whole, wrong, get_language() or "vi")

    def sections(self, errors: Mapping[str, str]) -> list[dict[str, Any]]:
        """Titles with their fields, as the page draws them."""
        adding = self.data.get("add") if self.data is not None else None
        rows = {str(adding): self._rows(str(adding)) + 1} if adding else {}
        about = str(self.data.get("find") or "") if self.data is not None else ""
        searched = {about: str(self.data.get(f"{about}-find") or "")[:200]} if about and self.data is not None else {}
        sheet = Sheet(kept=self.typed, profile=self.profile, errors=errors, rows=rows, searched=searched)
        drawn = {one["name"]: {**one, "required": False} for one in fields_of(self.whole, sheet)}
        made = (
            {"title": part.title, "fields": [drawn[one.key] for one in part.fields if one.key in drawn]}
            for part in self.definition.sections
        )
        return [section for section in made if section["fields"]]

    def _rows(self, group: str) -> int:
        shape = re.compile(rf"{re.escape(group)}-([0-9]{{1,6}})-")
        return len({found[1] for name in self.data or () if (found := shape.match(name))})


def _is_open(code: str) -> bool:
    """What only says that something is still missing."""
    return code.startswith("required") or code in ("declaration", "rows_min", "files_min")


def _joined(sections: tuple[Section, ...]) -> Iterator[Field]:
    """Every field with its section's condition as well as its own."""
    for section in sections:
        for one in section.fields:
            if one.type not in LEFT_OUT:
                both: tuple[Condition, ...] = tuple(when for when in (section.when, one.when) if when is not None)
                yield replace(one, when=Every(both) if len(both) == 2 else (both[0] if both else None))
