"""Fields of a form as templates/parts/field.html wants them: definition, answers, messages, files and sources put together."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procedures.models import Attachment, Dossier
from procedures.models.form_messages import sentence
from procedures.queries.conditions import live_date, live_sum, live_text, settled
from procedures.queries.place_search import search
from procedures.queries.places import communes_of, provinces_by_name
from procedures.queries.profiles import profile_of
from procedures.queries.results import shown
from procedures.schema.dates import parts_of
from procedures.schema.fields import ADDRESS_PARTS
from procedures.schema.form import CHOOSING, NUMERIC, TEXTUAL, Field, Section
from procedures.schema.messages import Message
from procedures.schema.money_words import in_words
from procedures.schema.numbers import KEPT, localised
from procedures.schema.settle import compute, scope

PLAIN = ("label", "help", "required", "max_length", "accept", "max_mb", "autocomplete", "unit", "precision")
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
    # By the name of an address's boxes: what was searched for. By path: what another device wrote meanwhile, in words.
    searched: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

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
    files: bool = True,
    **more: Any,
) -> Sheet:
    """A dossier's answers, files (unless the page has no box for any) and sources, with what was just typed and what
    is wrong with it."""
    return Sheet(
        kept=dossier.answers, profile=profile_of(dossier), typed=typed or {}, errors=errors or {},
        sources=dossier.sources, files=files_by_field(dossier) if files else {}, **more,
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
    inner = next((one for one in found.fields if len(steps) > 2 and one.key == steps[2]), None)
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
    value = sheet.value(one.key)
    drawn |= {"name": prefix + one.key, "type": one.type, "when": None if when is True else when}
    drawn |= {"value": _shown(one, value), "error": _error(one, path, sheet.errors)}
    drawn["elsewhere"] = sheet.elsewhere.get(path, "")
    drawn |= _source(one, sheet) if not prefix else {}
    more = MORE.get(one.type)
    return drawn | more(one, value, Place(sheet, here, seen, drawn["name"])) if more else drawn


class Place(NamedTuple):
    """Where a field is drawn: with what, beside which fields, seeing which answers, under which name."""

    sheet: Sheet
    here: Collection[str]
    seen: Mapping[str, object]
    name: str


def _choices(one: Field, value: object, place: Place) -> dict[str, Any]:
    return {"choices": [choice._asdict() for choice in one.choices]}


def _files(one: Field, value: object, place: Place) -> dict[str, Any]:
    return {"files": place.sheet.files.get(one.key, [])}


def _money(one: Field, value: object, place: Place) -> dict[str, Any]:
    return {"in_words": in_words(value) if type(value) is int else ""}


def _computed(one: Field, value: object, place: Place) -> dict[str, Any]:
    """What it comes to now, and what a script can work out while other boxes of the page change."""
    _sheet, here, seen, _name = place
    found = compute(one, seen)
    english = (get_language() or "vi").startswith("en")
    told = localised(found, english=english) if one.gives == "decimal" and isinstance(found, str) else found
    live: dict[str, Any] = {"formula": live_sum(one.formula, here, seen)}
    if one.gives == "text":
        live = {"joined": live_text(one.joined, here, seen)}
    elif one.gives == "date" and one.starts:
        live = {"later": live_date(one.starts, one.days, here, seen)}
    return {"value": told, "gives": one.gives, **live}


def _shown(one: Field, value: object) -> object:
    """What stands in the box: numbers as people write them, a date in its three parts."""
    if one.type == "money" and type(value) is int:
        return f"{value:,}".replace(",", ".")
    if one.type == "decimal" and isinstance(value, str) and KEPT.fullmatch(value):
        return localised(value, grouped=False)
    if one.type == "date" and isinstance(value, str):
        return parts_of(value) or value
    return str(value) if type(value) is int else value


def _error(one: Field, path: str, errors: Mapping[str, str]) -> str:
    """A field's own sentence; the parts of an address and own words speak through it, a group's rows each for themselves."""
    if not errors or one.type not in ("address", *CHOOSING):
        return errors.get(path, "")
    parts = (said for at, said in errors.items() if at.startswith(f"{path}."))
    return " ".join(filter(None, (errors.get(path, ""), *parts)))


def _source(one: Field, sheet: Sheet) -> dict[str, Any]:
    told = sheet.sources.get(one.key)
    if told == "unverified":
        return {"unverified": True}
    if isinstance(told, dict) and told.get("value") == sheet.kept.get(one.key):
        return {"source": told["registry"], "verified": True}
    return {}


def _address(one: Field, value: object, place: Place) -> dict[str, Any]:
    province = str(value.get("province") or "") if isinstance(value, Mapping) else ""
    asked = place.sheet.searched.get(place.name)
    found = search(asked, province) if asked is not None else None
    return {
        "provinces": provinces_by_name(), "communes": communes_of(province) if province else [],
        "communes_url": address_of("communes"), "search_url": address_of("find_place"), "asked": asked, "found": found,
    }  # fmt: skip


@cache
def address_of(name: str) -> str:
    return reverse(name, urlconf="portal.urls")


def _rows(group: Field, value: object, place: Place) -> dict[str, Any]:
    sheet = place.sheet
    rows: list[Any] = list(value) if isinstance(value, list | tuple) else []
    wanted = max(
        len(rows) + (sheet.adding == group.key),
        sheet.rows.get(group.key, 0),
        group.min_items,
        1 if group.required else 0,
    )
    rows += [{}] * (min(wanted, group.max_items) - len(rows))
    return {
        "rows": [_row(group, number, row, place) for number, row in enumerate(rows)],
        "titles": [_title(group, row) for row in rows],
        "can_add": len(rows) < group.max_items,
        "can_remove": len(rows) > max(group.min_items, 1 if group.required else 0),
    }


def _title(group: Field, row: Mapping[str, object]) -> str:
    """A row in a few words: its first answers, as they are kept or as they were typed."""
    language = get_language() or "vi"
    told = (_cell(one, row.get(one.key), language) for one in group.fields)
    return " · ".join(islice(filter(None, told), 3))


def _cell(one: Field, value: object, language: str) -> str:
    if type(value) is int or (one.type == "choice" and isinstance(value, str)):
        return shown(one, value, language)
    return value if isinstance(value, str) and one.type in (*TEXTUAL, *NUMERIC) else ""


def _row(group: Field, number: int, row: Mapping[str, object], place: Place) -> Sequence[dict[str, Any]]:
    sheet, here, seen, _name = place
    inside = Sheet(kept=row, errors=sheet.errors, searched=sheet.searched)
    columns = {one.key for one in group.fields} | set(here)
    around = {**seen, **row}
    drawn = (
        _drawn(one, inside, columns, around, f"{group.key}-{number}-", f"{group.key}.{number}.{one.key}")
        for one in group.fields
    )
    return [one for one in drawn if one is not None]


MORE: Mapping[str, Callable[[Field, Any, Place], dict[str, Any]]] = {
    "choice": _choices,
    "multi_choice": _choices,
    "money": _money,
    "address": _address,
    "group": _rows,
    "file": _files,
    "computed": _computed,
}


def files_by_field(dossier: Dossier, rows: Iterable[Attachment] | None = None) -> dict[str, list[dict[str, Any]]]:
    """The files given so far, by field, as parts/upload_list.html wants them; those of no field under their paper."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in Attachment.objects.filter(dossier=dossier, removed_at=None) if rows is None else rows:
        found.setdefault(row.field_key or row.paper, []).append(file_of(row))
    return found


def file_of(row: Attachment) -> dict[str, Any]:
    infected = row.status == Attachment.Status.INFECTED
    return {
        "id": row.pk, "name": row.name, "size": row.size, "sha256": row.sha256, "state": STATES[Attachment.Status(row.status)],
        "error": _("Tệp này bị chặn vì có mã độc. Hãy xóa và gửi tệp khác.") if infected else "", "round": row.round,
    }  # fmt: skip
