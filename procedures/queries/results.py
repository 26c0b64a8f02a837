"""Results: what a draft proposes to say, and finding an issued paper by its code."""

from typing import Any

from procedures.models import Dossier, Paper
from procedures.queries.places import communes, provinces
from procedures.schema.definition import Field

OWN = {"owner_name": lambda d: d.owner_name, "number": lambda d: d.number, "office": lambda d: d.office.name}


def proposed_lines(dossier: Dossier) -> list[dict[str, Any]]:
    """The lines of the result template filled from the answers."""
    template = dossier.version.parsed.result_template
    lines = template.lines if template else ()
    return [{"label": line.label.read("vi"), "value": _value(dossier, line.value)} for line in lines if _value(dossier, line.value)]


def _value(dossier: Dossier, name: str) -> Any:
    if name in OWN:
        return OWN[name](dossier)
    index = dossier.version.parsed.form.index
    return shown(index[name], dossier.answers.get(name)) if name in index else ""


def shown(field: Field, value: Any, language: str = "vi") -> str:
    """An answer in words, for papers and pages."""
    if value in (None, "", []):
        return ""
    if field.type == "choice":
        return next((choice.label.read(language) for choice in field.choices if choice.value == value), str(value))
    if field.type in ("yes_no", "declaration"):
        return {True: {"vi": "Có", "en": "Yes"}, False: {"vi": "Không", "en": "No"}}[bool(value)][language]
    if field.type == "date":
        return "/".join(reversed(str(value).split("-")))
    if field.type in ("money", "number", "computed"):
        return f"{value:,}".replace(",", "." if language == "vi" else ",") + (" đồng" if field.type == "money" else "")
    if field.type == "address":
        return address_line(value)
    if field.type == "group":
        return "; ".join(", ".join(filter(None, (shown(f, row.get(f.key), language) for f in field.fields))) for row in value)
    return str(value)


def address_line(value: dict[str, str]) -> str:
    commune = communes().get(value.get("commune", ""), ("", ""))[0]
    return ", ".join(filter(None, [value.get("street", ""), commune, provinces().get(value.get("province", ""), "")]))


def paper_by_code(code: str) -> Paper | None:
    """A signed paper of this authority by the code printed on it; asked by anyone."""
    rows = Paper.objects.select_related("dossier__office", "dossier__procedure").exclude(verification_code="")
    return rows.filter(verification_code=code.strip().upper()).first()
