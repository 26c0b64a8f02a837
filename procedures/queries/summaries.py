"""Answers to read: question and answer, in the order of the form, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from procedures.models import Dossier
from procedures.queries.answers import profile_of
from procedures.queries.conditions import settled
from procedures.queries.results import shown
from procedures.schema.form import Field, Section
from procedures.schema.settle import compute, scope


def summary_rows(
    dossier: Dossier, section: Section, files: Mapping[str, list[dict[str, Any]]], change: str = ""
) -> list[dict[str, Any]]:
    """Rows of parts/summary_list.html for a section; `change` is the page where its answers are mended."""
    seen = scope(dossier.answers, profile_of(dossier))
    asked = (one for one in section.fields if one.answered and settled(one.when, (), seen) is True)
    return [
        _row(one, compute(one, seen) if one.type == "computed" else dossier.answers.get(one.key), files, change)
        for one in asked
    ]


def _row(one: Field, value: Any, files: Mapping[str, list[dict[str, Any]]], change: str) -> dict[str, Any]:
    text = _text(one, value)
    given = files.get(one.key, []) if one.type == "file" else []
    href = f"{change}#id_{one.key}" if change and one.type != "computed" else ""
    return {"label": one.label, "value": text, "files": given, "missing": not text and not given, "change_href": href}


def _text(one: Field, value: Any) -> str:
    language = get_language() or "vi"
    if one.type == "file":
        return ""
    if one.type == "group" and isinstance(value, list):
        return "\n".join(_line(one, row, language) for row in value)
    return shown(one, value, language)


def _line(group: Field, row: Mapping[str, Any], language: str) -> str:
    told = ((one.label.read(language), shown(one, row.get(one.key), language)) for one in group.fields)
    return "; ".join(f"{label}: {value}" for label, value in told if value)


def answers_of(dossier: Dossier, files: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The whole form to read: the sections that apply with their rows."""
    seen = scope(dossier.answers, profile_of(dossier))
    sections = [one for one in dossier.version.parsed.sections if settled(one.when, (), seen) is True]
    return [{"title": one.title, "rows": summary_rows(dossier, one, files)} for one in sections]
