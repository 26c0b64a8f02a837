"""Conditions on the pages of the record: read as sentences, written in one line or, once kept, as rows on their own page."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.models.form_messages import problem_sentence
from procedures.queries import wording
from procedures.schema.conditions import read_condition, read_number
from procedures.schema.definition import glance
from procedures.schema.notation import NotationError, parse_condition, parse_number
from procedures.schema.notation_print import written
from procedures.schema.reading import Node, Problem


class NotationField(forms.CharField):
    """Something of the one-line language; what is typed wrongly is told with its column."""

    def __init__(self, rows: int = 1, **told: Any) -> None:
        attrs = {
            "rows": str(rows),
            "class": "input notation",
            "spellcheck": "false",
            "autocapitalize": "off",
            "lang": "en",
        }
        super().__init__(widget=forms.Textarea(attrs=attrs), max_length=10_000, **told)

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def line(self, value: object) -> str:
        """The line that says this; what no line says is shown as it stands."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else self.line(value)

    def clean(self, value: Any) -> Any:
        text = " ".join(str(super().clean(value) or "").split())
        try:
            return self.read(text) if text else None
        except NotationError as error:
            said = problem_sentence(Problem("", error.sentence))
            raise ValidationError(_("Cột %(column)s: %(said)s") % {"column": error.column, "said": said}) from error

    def means_same(self, one: object, other: object) -> bool:
        return self.line(one) == self.line(other)


class ConditionField(NotationField):
    def read(self, text: str) -> Any:
        return parse_condition(text)

    def line(self, value: object) -> str:
        problems: list[Problem] = []
        read = read_condition(Node(value, "", problems))
        return json.dumps(value, ensure_ascii=False) if problems or read is None else written(read)


class FormulaField(NotationField):
    def read(self, text: str) -> Any:
        return parse_number(text)

    def line(self, value: object) -> str:
        problems: list[Problem] = []
        read = read_number(Node(value, "", problems))
        return json.dumps(value, ensure_ascii=False) if problems else written(read)


def conditions_of(raw: Mapping[str, Any]) -> Callable[[object], str]:
    """What says the conditions of this definition in words."""
    read = glance(raw)

    def said(value: object) -> str:
        return wording.condition(read_condition(Node(value, "", [])), read)

    return said


def fields_told(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The names that a line may use, and what each is."""
    read = glance(raw)
    asked = [(key, wording.said(one.label)) for key, one in read.form.index.items() if one.answered]
    return [*asked, *((key, str(name)) for key, name in wording.PROFILE_NAMES.items())]
