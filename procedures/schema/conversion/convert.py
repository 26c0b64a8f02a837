"""Files of other systems as definitions: each record whole or not at all, with everything that was not carried over."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from procedures.schema import bundle
from procedures.schema.completeness import ESSENTIAL, gaps
from procedures.schema.conversion import database, national, yenbai
from procedures.schema.conversion.source import Note, Source, Unreadable
from procedures.schema.reading import Problem, Sentence, gettext_noop, is_too_deep

Converter = Callable[[Source], dict[str, object]]
FORMATS = ("yenbai", "database", "national")


class NotReadable(Exception):
    """The file is none of this format: `str()` says in one sentence why."""


@dataclass(frozen=True)
class Converted:
    """One record: its definition, or the faults for which it has none; what was not carried over; where the rest went."""

    number: int
    code: str
    definition: dict[str, object] | None
    notes: tuple[Note, ...] = ()
    faults: tuple[Problem, ...] = ()
    used: Mapping[str, str] = field(default_factory=dict)


def convert(text: str, kind: str, *, also_online: bool = False) -> list[Converted]:
    """Every record of a file of this format. Raises NotReadable where the file has no records at all."""
    converters: dict[str, Converter] = {
        "yenbai": partial(yenbai.convert, also_online=also_online),
        "database": database.convert,
        "national": national.convert,
    }
    turn = converters[kind]
    records = _rows(text) if kind == "national" else _records(text)
    made: list[Converted] = []
    codes: set[str] = set()
    for number, record in enumerate(records, start=1):
        one = _one(number, record, turn)
        made.append(_once(one, codes))
        codes.add(one.code)
    return made


def _one(number: int, record: object, turn: Converter) -> Converted:
    if not isinstance(record, Mapping) or is_too_deep(record):
        return _refused(
            number, "", Problem("", Sentence(gettext_noop("Bản ghi này không phải là một đối tượng { }."), {}))
        )
    source = Source(record)
    code = str(record.get("code") or "")[:60]
    try:
        definition = turn(source)
    except Unreadable as error:
        return _refused(number, code, Problem(error.place, error.sentence))
    source.finish()
    sound, problems = bundle.unpack(bundle.pack([definition]))
    for part in gaps(sound[0]) if sound else ():
        if part in ESSENTIAL:
            source.remark(part, gettext_noop("Nguồn không có mục này: hồ sơ công khai chưa đủ, mức độ chưa lên được."))
    if problems:
        inner = [Problem(path.partition(".")[2], sentence) for path, sentence in problems]
        return _refused(number, code, *inner)
    return Converted(number, code, definition, tuple(source.notes), (), source.used)


def _refused(number: int, code: str, *faults: Problem) -> Converted:
    return Converted(number, code, None, (), faults)


def _once(one: Converted, codes: set[str]) -> Converted:
    if one.definition is None or one.code not in codes:
        return one
    pattern = gettext_noop("Mã “%(code)s” đã có ở một bản ghi trước trong tệp này.")
    return _refused(one.number, one.code, Problem("code", Sentence(pattern, {"code": one.code})))


def _records(text: str) -> list[object]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NotReadable(Sentence(gettext_noop("Tệp không phải là JSON hợp lệ."), {})) from None
    found = data.get("procedures") if isinstance(data, dict) else data
    if not isinstance(found, list):
        raise NotReadable(Sentence(gettext_noop("Tệp không có danh sách thủ tục."), {}))
    return found


def _rows(text: str) -> Iterator[object]:
    try:
        reader = csv.reader(io.StringIO(text), strict=True)
        columns = next(reader, [])
        if missing := [name for name in national.COLUMNS if name not in columns]:
            raise NotReadable(Sentence(gettext_noop("Tệp thiếu cột: %(columns)s."), {"columns": ", ".join(missing)}))
        rows = list(reader)
    except csv.Error:
        raise NotReadable(Sentence(gettext_noop("Tệp không phải là CSV hợp lệ."), {})) from None
    return (dict(zip(columns, row, strict=True)) if len(row) == len(columns) else None for row in rows if row)
