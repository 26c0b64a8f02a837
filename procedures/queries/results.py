"""Results: what a draft proposes to say, and finding an issued paper by its code."""

from collections.abc import Callable
from typing import Any

from procedures.models import Dossier, Paper
from procedures.queries.places import communes, provinces
from procedures.schema.definition import Field

OWN = {"owner_name": lambda d: d.owner_name, "number": lambda d: d.number, "office": lambda d: d.office.name}


def proposed_lines(dossier: Dossier) -> list[dict[str, Any]]:
    """The lines of the result template filled from the answers."""
    template = dossier.version.parsed.result_template
    lines = template.lines if template else ()
    return [
        {"label": line.label.read("vi"), "value": _value(dossier, line.value)}
        for line in lines
        if _value(dossier, line.value)
    ]


def _value(dossier: Dossier, name: str) -> Any:
    if name in OWN:
        return OWN[name](dossier)
    index = dossier.version.parsed.form.index
    return shown(index[name], dossier.answers.get(name)) if name in index else ""


def shown(field: Field, value: Any, language: str = "vi") -> str:
    """An answer in words, for papers and pages."""
    if value in (None, "", []):
        return ""
    say = WORDS.get(field.type)
    return say(field, value, language) if say else str(value)


def _choice(field: Field, value: Any, language: str) -> str:
    return next((choice.label.read(language) for choice in field.choices if choice.value == value), str(value))


def _yes_no(field: Field, value: Any, language: str) -> str:
    return {True: {"vi": "Có", "en": "Yes"}, False: {"vi": "Không", "en": "No"}}[bool(value)][language]


def _day(field: Field, value: Any, language: str) -> str:
    return "/".join(reversed(str(value).split("-")))


def _number(field: Field, value: Any, language: str) -> str:
    digits = f"{value:,}".replace(",", "." if language == "vi" else ",")
    return f"{digits} {'đồng' if language == 'vi' else 'VND'}" if field.type == "money" else digits


def _rows(group: Field, rows: Any, language: str) -> str:
    return "; ".join(
        ", ".join(filter(None, (_cell(f, row.get(f.key), language) for f in group.fields))) for row in rows
    )


def _cell(field: Field, value: Any, language: str) -> str:
    """In a row, "yes" is said by the question itself and "no" by silence."""
    if field.type in ("yes_no", "declaration"):
        return field.label.read(language).lower() if value else ""
    return shown(field, value, language)


def _address(field: Field, value: Any, language: str) -> str:
    return address_line(value)


WORDS: dict[str, Callable[[Field, Any, str], str]] = {
    "choice": _choice,
    "yes_no": _yes_no,
    "declaration": _yes_no,
    "date": _day,
    "money": _number,
    "number": _number,
    "computed": _number,
    "address": _address,
    "group": _rows,
}


def address_line(value: dict[str, str]) -> str:
    commune = communes().get(value.get("commune", ""), ("", ""))[0]
    return ", ".join(filter(None, [value.get("street", ""), commune, provinces().get(value.get("province", ""), "")]))


def paper_by_code(code: str) -> Paper | None:
    """A signed paper of this authority by the code printed on it; asked by anyone."""
    rows = Paper.objects.select_related("dossier__office", "dossier__procedure").exclude(verification_code="")
    return rows.filter(verification_code=code.strip().upper()).first()
