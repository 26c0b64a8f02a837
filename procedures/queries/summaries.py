"""Answers to read: question and answer, in the order of the form, in words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from django.utils.translation import get_language

from procedures.models import Dossier
from procedures.queries.conditions import settled
from procedures.queries.profiles import profile_of
from procedures.queries.results import shown
from procedures.schema.form import Field, Section
from procedures.schema.money_words import in_words
from procedures.schema.settle import compute, scope

Change: TypeAlias = Callable[[Field], str]


def summary_rows(
    dossier: Dossier, section: Section, files: Mapping[str, list[dict[str, Any]]], change: Change | None = None
) -> list[dict[str, Any]]:
    """Rows of parts/summary_list.html for a section; `change` tells the page where a field's answer is mended."""
    seen = scope(dossier.answers, profile_of(dossier))
    asked = (one for one in section.fields if one.answered and settled(one.when, (), seen) is True)
    return [
        _row(one, compute(one, seen) if one.type == "computed" else dossier.answers.get(one.key), files, change)
        for one in asked
    ]


def _row(
    one: Field, value: Any, files: Mapping[str, list[dict[str, Any]]], change: Change | None = None
) -> dict[str, Any]:
    language = get_language() or "vi"
    given = files.get(one.key, []) if one.type == "file" else []
    table = _table(one, value, language) if one.type == "group" and value else None
    text = "" if one.type in ("file", "group") else shown(one, value, language)
    return {
        "label": one.label, "value": text, "files": given, "table": table, "missing": not (text or given or table),
        "words": in_words(value) if one.kind == "money" and type(value) is int else "",
        "change_href": f"{change(one)}#id_{one.key}" if change and one.type != "computed" else "",
    }  # fmt: skip


def _table(group: Field, rows: Any, language: str) -> dict[str, Any]:
    """The rows under one head; a column that nobody filled in is left out."""
    cells = [[shown(one, row.get(one.key), language) for one in group.fields] for row in rows]
    used = [number for number in range(len(group.fields)) if any(row[number] for row in cells)]
    return {
        "head": [group.fields[number].label for number in used],
        "rows": [[(group.fields[number].label, row[number]) for number in used] for row in cells],
    }


def answers_of(dossier: Dossier, files: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The whole form to read: the sections that apply with their rows."""
    seen = scope(dossier.answers, profile_of(dossier))
    sections = [one for one in dossier.version.parsed.sections if settled(one.when, (), seen) is True]
    return [{"title": one.title, "rows": summary_rows(dossier, one, files)} for one in sections]
