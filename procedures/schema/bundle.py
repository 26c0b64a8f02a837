"""A bundle carries whole procedures between authorities: checked against the published JSON Schema and by the parser."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
CODE_SHOWN = 30

SENTENCES: Mapping[str, str] = {
    "required": gettext_noop("Thiếu một mục bắt buộc."),
    "additionalProperties": gettext_noop("Có mục không ai biết đến."),
    "type": gettext_noop("Giá trị không đúng loại."),
    "const": gettext_noop("Giá trị ở đây phải đúng như lược đồ quy định."),
    "enum": gettext_noop("Giá trị không nằm trong danh sách cho phép."),
    "pattern": gettext_noop("Giá trị không đúng dạng."),
}
OTHERWISE = gettext_noop("Không đúng lược đồ của gói (%(rule)s).")


def pack(definitions: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """The bundle of these raw definitions."""
    return {"format": FORMAT, "version": VERSION, "procedures": [dict(one) for one in definitions]}


@dataclass(frozen=True)
class Entry:
    """One procedure of a bundle as it was read: sound, or without definition and with everything that is wrong."""

    number: int
    code: str
    definition: Definition | None
    problems: tuple[Problem, ...] = ()


def read(data: object) -> tuple[list[Entry], list[Problem]]:
    """Each procedure for itself, so that one that is wrong spoils no other; and what is wrong with the bundle as such."""
    problems = list(_envelope_faults(data))
    if problems:
        return [], problems
    raw = data["procedures"] if isinstance(data, dict) else []
    return _once([_read_one(number, entry) for number, entry in enumerate(raw)]), []


def unpack(data: object) -> tuple[list[Definition], list[Problem]]:
    """The procedures that are sound, and every problem of the others."""
    entries, problems = read(data)
    sound = [entry.definition for entry in entries if entry.definition is not None]
    return sound, [*problems, *(problem for entry in entries for problem in entry.problems)]


def problems_of(data: object) -> list[Problem]:
    """Everything wrong with a bundle, with places; empty when it can be taken in."""
    return unpack(data)[1]


def _read_one(number: int, raw: object) -> Entry:
    path = f"procedures[{number}]"
    code = str(raw.get("code") or "")[:CODE_SHOWN] if isinstance(raw, dict) else ""
    try:
        definition = parse(raw)
    except DefinitionError as error:
        told = [Problem(f"{path}.{fault.path}".rstrip("."), fault.sentence) for fault in error.problems[:FAULT_LIMIT]]
        return Entry(number, code, None, tuple(told))
    # The parser is the stricter of the two; what only the schema refuses, another reader of the schema would refuse too.
    faults = tuple(_told(fault, path) for fault in _some(_procedure_schema().iter_errors(raw)))
    return Entry(number, code, None if faults else definition, faults)


def _once(entries: list[Entry]) -> list[Entry]:
    """Of two that bear the same code nobody knows which is meant: neither is taken."""
    count = Counter(entry.definition.code for entry in entries if entry.definition is not None)
    return [_repeated(entry) if entry.definition and count[entry.definition.code] > 1 else entry for entry in entries]


def _repeated(entry: Entry) -> Entry:
    pattern = gettext_noop("Mã thủ tục “%(code)s” xuất hiện hơn một lần trong gói.")
    problem = Problem(f"procedures[{entry.number}].code", Sentence(pattern, {"code": entry.code}))
    return Entry(entry.number, entry.code, None, (problem,))


def _envelope_faults(data: object) -> Iterator[Problem]:
    envelope = (
        {**data, "procedures": []} if isinstance(data, dict) and isinstance(data.get("procedures"), list) else data
    )
    for fault in _some(_bundle_schema().iter_errors(envelope)):
        yield _told(fault, "")


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
