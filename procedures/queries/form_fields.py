"""Fields of a form as templates/parts/field.html wants them: definition, answers, messages, files and sources put together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from procedures.models import Attachment, Dossier
from procedures.models.form_messages import sentence
from procedures.queries.answers import profile_of
from procedures.queries.conditions import live_sum, settled
from procedures.queries.places import communes_of, provinces
from procedures.schema.fields import ADDRESS_PARTS
from procedures.schema.form import Field, Section
from procedures.schema.messages import Message
from procedures.schema.settle import compute, scope

PLAIN = ("label", "help", "required", "max_length", "min", "max", "accept", "max_mb", "autocomplete")
STATES = {
    Attachment.Status.QUARANTINED: "scanning",
    Attachment.Status.CLEAN: "clean",
    Attachment.Status.INFECTED: "refused",
}


@dataclass(frozen=True)
class Sheet:
    """Everything that a page of fields is drawn from. `typed` goes before what is kept; `errors` are sentences by path."""

    kept: Mapping[str, object]
    profile: Mapping[str, object] = field(default_factory=dict)
    typed: Mapping[str, object] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    # The group that shows one more, empty row; groups that show at least so many.
    adding: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)

    def value(self, key: str) -> object:
        return self.typed[key] if key in self.typed else self.kept.get(key)

    @property
    def seen(self) -> dict[str, object]:
        return scope({**self.kept, **self.typed}, self.profile)


def sheet_of(
    dossier: Dossier,
    typed: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    rows: Mapping[str, int] | None = None,
) -> Sheet:
    """A dossier's answers, files and sources, with what was just typed and what is wrong with it."""
    return Sheet(
        kept=dossier.answers, profile=profile_of(dossier), typed=typed or {}, errors=errors or {},
        sources=dossier.sources, files=files_by_field(dossier), rows=rows or {},
    )  # fmt: skip


def fields_of(section: Section, sheet: Sheet, only: Collection[str] | None = None) -> list[dict[str, Any]]:
    """The fields of a section in the order of the page, without those that other pages have already ruled out."""
    here = {one.key for one in section.fields if only is None or one.key in only}
    seen = sheet.seen
    shown = (one for one in section.fields if one.key in here)
    drawn = (_drawn(one, sheet, here, seen) for one in shown if settled(section.when, (), seen) is True)
    return [one for one in drawn if one is not None]


def sentences(section: Section, messages: Mapping[str, Message], language: str) -> dict[str, str]:
    """What is wrong, by path, in the reader's words."""
    return {path: sentence(message, label_at(section, path).read(language)) for path, message in messages.items()}


def label_at(section: Section, path: str) -> Any:
    """The label of the field that a path leads to: `members.0.full_name`, `residence.commune`."""
    steps = path.split(".")
    found = next(one for one in section.fields if one.key == steps[0])
    inner = next((one for one in found.fields if one.key == steps[2]), None) if len(steps) > 2 else None
    return (inner or found).label


def summary_of(errors: Mapping[str, str]) -> list[dict[str, str]]:
    """The lines of parts/error_summary.html; each leads to its box."""
    return [{"name": anchor(path), "text": text} for path, text in errors.items()]


def anchor(path: str) -> str:
    """The first box of an address carries the field's own name; every other path becomes the box's name."""
    outer, _dot, last = path.rpartition(".")
    return (outer if last == ADDRESS_PARTS[0] and outer else path).replace(".", "-")


def _drawn(
    one: Field, sheet: Sheet, here: Collection[str], seen: Mapping[str, object], prefix: str = "", path: str = ""
) -> dict[str, Any] | None:
    when = settled(one.when, here, seen)
    if when is False:
        return None
    path = path or one.key
    drawn: dict[str, Any] = {name: getattr(one, name) for name in PLAIN}
    drawn |= {"name": prefix + one.key, "type": one.type, "when": None if when is True else when}
    drawn |= {"value": _shown(one, sheet.value(one.key)), "error": _error(one, path, sheet.errors)}
    drawn |= _source(one, sheet) if not prefix else {}
    return drawn | _more(one, sheet, here, seen, prefix, path)


def _more(
    one: Field, sheet: Sheet, here: Collection[str], seen: Mapping[str, object], prefix: str, path: str
) -> dict[str, Any]:
    """What only some types have."""
    if one.type == "choice":
        return {"choices": [{"value": choice.value, "label": choice.label} for choice in one.choices]}
    if one.type == "address":
        return _places(sheet.value(one.key))
    if one.type == "group":
        return _rows(one, sheet, here, seen)
    if one.type == "file":
        return {"files": sheet.files.get(one.key, [])}
    if one.type == "computed":
        return {"value": compute(one, seen), "formula": live_sum(one.formula, here, seen)}
    return {}


def _shown(one: Field, value: object) -> object:
    if one.type == "money" and type(value) is int:
        return f"{value:,}".replace(",", ".")
    return str(value) if type(value) is int else value


def _error(one: Field, path: str, errors: Mapping[str, str]) -> str:
    """A field's own sentence; the parts of an address speak through it, a group's rows each for themselves."""
    if one.type != "address":
        return errors.get(path, "")
    parts = (errors.get(f"{path}.{part}", "") for part in ADDRESS_PARTS)
    return " ".join(filter(None, (errors.get(path, ""), *parts)))


def _source(one: Field, sheet: Sheet) -> dict[str, Any]:
    told = sheet.sources.get(one.key)
    if told == "unverified":
        return {"unverified": True}
    if isinstance(told, dict) and told.get("value") == sheet.kept.get(one.key):
        return {"source": told["registry"], "verified": True}
    return {}


def _places(value: object) -> dict[str, Any]:
    province = str(value.get("province") or "") if isinstance(value, Mapping) else ""
    listed = sorted(provinces().items(), key=lambda pair: pair[1])
    return {
        "provinces": listed,
        "communes": communes_of(province) if province else [],
        "communes_url": reverse("communes", urlconf="portal.urls"),
    }


def _rows(group: Field, sheet: Sheet, here: Collection[str], seen: Mapping[str, object]) -> dict[str, Any]:
    value = sheet.value(group.key)
    rows: list[Any] = list(value) if isinstance(value, list | tuple) else []
    wanted = max(
        len(rows) + (sheet.adding == group.key),
        sheet.rows.get(group.key, 0),
        group.min_items,
        1 if group.required else 0,
    )
    rows += [{}] * (min(wanted, group.max_items) - len(rows))
    return {
        "rows": [_row(group, number, row, sheet, here, seen) for number, row in enumerate(rows)],
        "can_add": len(rows) < group.max_items,
        "can_remove": len(rows) > max(group.min_items, 1 if group.required else 0),
    }


def _row(
    group: Field,
    number: int,
    row: Mapping[str, object],
    sheet: Sheet,
    here: Collection[str],
    seen: Mapping[str, object],
) -> Sequence[dict[str, Any]]:
    inside = Sheet(kept=row, errors=sheet.errors)
    columns = {one.key for one in group.fields} | set(here)
    around = {**seen, **row}
    drawn = (
        _drawn(one, inside, columns, around, f"{group.key}-{number}-", f"{group.key}.{number}.{one.key}")
        for one in group.fields
    )
    return [one for one in drawn if one is not None]


def files_by_field(dossier: Dossier) -> dict[str, list[dict[str, Any]]]:
    """The files given so far, by field, as parts/upload_list.html wants them; those of no field under their paper."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in Attachment.objects.filter(dossier=dossier, removed_at=None):
        found.setdefault(row.field_key or row.paper, []).append(file_of(row))
    return found


def file_of(row: Attachment) -> dict[str, Any]:
    infected = row.status == Attachment.Status.INFECTED
    return {
        "id": row.pk, "name": row.name, "size": row.size, "sha256": row.sha256, "state": STATES[Attachment.Status(row.status)],
        "error": _("Tệp này bị chặn vì có mã độc. Hãy xóa và gửi tệp khác.") if infected else "", "round": row.round,
    }  # fmt: skip
