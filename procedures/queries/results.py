"""Results: what a draft proposes to say, and finding an issued paper by its code."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.moments import today
from procedures.models import Consignment, Dossier, Paper
from procedures.models.lifecycle import State
from procedures.queries.places import communes, provinces
from procedures.schema import dates
from procedures.schema.definition import Field
from procedures.schema.numbers import localised

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
    if value in (None, "", [], {}):
        return ""
    say = WORDS.get(field.kind)
    return say(field, value, language) if say else str(value)


def _choice(field: Field, value: Any, language: str) -> str:
    """The label, with the own words after it."""
    told = value if isinstance(value, Mapping) else {"value": value}
    said = next(
        (one.label.read(language) for one in field.choices if one.value == told.get("value")), str(told.get("value"))
    )
    return f"{said}: {told['words']}" if told.get("words") else said


def _choices(field: Field, value: Any, language: str) -> str:
    return "; ".join(_choice(field, one, language) for one in value)


def _yes_no(field: Field, value: Any, language: str) -> str:
    return {True: {"vi": "Có", "en": "Yes"}, False: {"vi": "Không", "en": "No"}}[bool(value)][language]


def _day(field: Field, value: Any, language: str) -> str:
    """12/05/1950, 05/1950 or 1950: as much as is known."""
    return dates.shown(str(value))


def _number(field: Field, value: Any, language: str) -> str:
    digits = f"{value:,}".replace(",", "." if language == "vi" else ",")
    unit = ("đồng" if language == "vi" else "VND") if field.kind == "money" else field.unit.read(language)
    return f"{digits} {unit}".strip()


def _decimal(field: Field, value: Any, language: str) -> str:
    return f"{localised(str(value), english=language != 'vi')} {field.unit.read(language)}".strip()


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
    "multi_choice": _choices,
    "yes_no": _yes_no,
    "declaration": _yes_no,
    "date": _day,
    "money": _number,
    "number": _number,
    "decimal": _decimal,
    "address": _address,
    "group": _rows,
}


def address_line(value: dict[str, str]) -> str:
    commune = communes().get(value.get("commune", ""), ("", ""))[0]
    return ", ".join(filter(None, [value.get("street", ""), commune, provinces().get(value.get("province", ""), "")]))


def paper_by_code(code: str) -> Paper | None:
    """A signed paper of this authority by the code printed on it; asked by anyone."""
    rows = Paper.objects.select_related("dossier__office", "dossier__procedure", "replaced_by")
    return rows.exclude(verification_code="").filter(verification_code=code.strip().upper()).first()


def in_force(dossier: Dossier) -> Paper | None:
    """The result or refusal that holds now: signed, neither revoked nor replaced."""
    rows = Paper.objects.filter(dossier=dossier, kind__in=[Paper.Kind.RESULT, Paper.Kind.REFUSAL], revoked_at=None)
    return rows.exclude(signed_at=None).order_by("-signed_at", "-pk").first()


def standing_of(paper: Paper) -> str:
    """What anybody is told of a paper: replaced, revoked, not signed yet, expired or valid."""
    if paper.replaced_by_id is not None:
        return "replaced"
    if paper.revoked_at is not None:
        return "revoked"
    if paper.signed_at is None:
        return "unsigned"
    return "expired" if paper.valid_until is not None and paper.valid_until < today() else "valid"


def is_posted(dossier: Dossier) -> bool:
    """Whether a result is on its way to the post: asked for, and not refused."""
    if dossier.state != State.DONE:
        return False
    return Consignment.objects.filter(dossier=dossier, state=Consignment.State.WAITING).exists()
