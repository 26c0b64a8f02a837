"""A bundle carries whole procedures between authorities: checked against the published JSON Schema and by the parser."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from procedures.schema.definition import Definition, parse
from procedures.schema.reading import DefinitionError, Problem, Sentence, gettext_noop

FORMAT = "motcua-bundle"
VERSION = 1
SCHEMA = Path(__file__).with_name("bundle.schema.json")
FAULT_LIMIT = 200

SENTENCES: Mapping[str, str] = {
    "required": gettext_noop("Thiếu một mục bắt buộc."),
    "additionalProperties": gettext_noop("Có mục không ai biết đến."),
    "type": gettext_noop("Giá trị không đúng loại."),
    "const": gettext_noop("Giá trị ở đây phải đúng như lược đồ quy định."),
    "enum": gettext_noop("Giá trị không nằm trong danh sách cho phép."),
    "pattern": gettext_noop("Giá trị không đúng dạng."),
}
OTHERWISE = gettext_noop("Không đúng lược đồ của gói (%(rule)s).")


def pack(definitions: list[Mapping[str, object]]) -> dict[str, object]:
    """The bundle of these raw definitions."""
    return {"format": FORMAT, "version": VERSION, "procedures": [dict(one) for one in definitions]}


def unpack(data: object) -> tuple[list[Definition], list[Problem]]:
    """The procedures that are sound, and every problem of the others: one bad procedure does not spoil the rest."""
    problems = list(_envelope_faults(data))
    if problems:
        return [], problems
    sound: list[Definition] = []
    entries = data["procedures"] if isinstance(data, dict) else []
    for number, entry in enumerate(entries):
        definition, found = _unpack_one(entry, f"procedures[{number}]")
        problems += found
        if definition is not None:
            sound.append(definition)
    return sound, [*problems, *_repeated(sound)]


def problems_of(data: object) -> list[Problem]:
    """Everything wrong with a bundle, with places; empty when it can be taken in."""
    return unpack(data)[1]


def _unpack_one(entry: object, path: str) -> tuple[Definition | None, list[Problem]]:
    try:
        definition = parse(entry)
    except DefinitionError as error:
        return None, [Problem(f"{path}.{fault.path}".rstrip("."), fault.sentence) for fault in error.problems]
    # The parser is the stricter of the two; what only the schema refuses, another reader of the schema would refuse too.
    faults = [_told(fault, path) for fault in _some(_procedure_schema().iter_errors(entry))]
    return (None if faults else definition), faults


def _envelope_faults(data: object) -> Iterator[Problem]:
    envelope = (
        {**data, "procedures": []} if isinstance(data, dict) and isinstance(data.get("procedures"), list) else data
    )
    for fault in _some(_bundle_schema().iter_errors(envelope)):
        yield _told(fault, "")


def _repeated(definitions: list[Definition]) -> Iterator[Problem]:
    seen: set[str] = set()
    for definition in definitions:
        if definition.code in seen:
            pattern = gettext_noop("Mã thủ tục “%(code)s” xuất hiện hơn một lần trong gói.")
            yield Problem("procedures", Sentence(pattern, {"code": definition.code}))
        seen.add(definition.code)


def _told(fault: ValidationError, prefix: str) -> Problem:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.absolute_path)
    path = f"{prefix}{steps}".lstrip(".")
    rule = str(fault.validator)
    return Problem(path, Sentence(SENTENCES[rule], {}) if rule in SENTENCES else Sentence(OTHERWISE, {"rule": rule}))


def _some(faults: Iterator[ValidationError]) -> Iterator[ValidationError]:
    for _, fault in zip(range(FAULT_LIMIT), faults, strict=False):
        yield fault


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12)."""
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


@cache
def _bundle_schema() -> Draft202012Validator:
    return Draft202012Validator(schema())


@cache
def _procedure_schema() -> Draft202012Validator:
    return Draft202012Validator({"$ref": "#/$defs/procedure", "$defs": schema()["$defs"]})
