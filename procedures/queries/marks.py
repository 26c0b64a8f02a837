"""What a page showed of the answers, as short marks: by them an older page is told apart that would undo newer answers."""

import hashlib
import json
from collections.abc import Mapping

from procedures.schema.form import Section

LENGTH = 6
UNTYPED = ("info", "computed", "file")


def mark(value: object) -> str:
    """Of an answer as it is kept; what is empty has one mark, however it is empty."""
    told = json.dumps(value or None if not isinstance(value, bool | int) else value, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(told.encode(), digest_size=LENGTH // 2).hexdigest()


def typed_keys(section: Section) -> list[str]:
    return [one.key for one in section.fields if one.type not in UNTYPED]


def marks(section: Section, answers: Mapping[str, object]) -> str:
    """One after another, in the order of the page."""
    return "".join(mark(answers.get(key)) for key in typed_keys(section))


def shown_marks(section: Section, told: str) -> dict[str, str]:
    """By field, as the page tells them; nothing where it tells none, or those of another form."""
    keys = typed_keys(section)
    if len(told) != LENGTH * len(keys):
        return {}
    return {key: told[at * LENGTH : (at + 1) * LENGTH] for at, key in enumerate(keys)}


def newer(section: Section, told: str, kept: Mapping[str, object], typed: Mapping[str, object]) -> dict[str, bool]:
    """Answers that changed elsewhere since the page was shown: True where this page would write something else, False
    where it did not touch them. `typed` are the answers of the page as they would be kept."""
    found = {}
    for key, before in shown_marks(section, told).items():
        now, wish = mark(kept.get(key)), mark(typed.get(key))
        if now not in (before, wish):
            found[key] = wish != before
    return found
