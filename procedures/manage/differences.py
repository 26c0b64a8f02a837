"""Two texts of the same part of a definition: where they differ, place by place, and the text made by choosing."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

ABSENT = object()
NAMES: Mapping[str, str | Promise] = {
    "label": gettext_lazy("Câu hỏi, nhãn"),
    "title": gettext_lazy("Tên"),
    "name": gettext_lazy("Tên"),
    "help": gettext_lazy("Hướng dẫn"),
    "note": gettext_lazy("Ghi chú"),
    "type": pgettext_lazy("trường", "Loại"),
    "required": gettext_lazy("Bắt buộc"),
    "choices": gettext_lazy("Các lựa chọn"),
    "when": gettext_lazy("Điều kiện"),
    "fields": gettext_lazy("Các trường"),
    "min": gettext_lazy("Nhỏ nhất"),
    "max": gettext_lazy("Lớn nhất"),
    "max_length": gettext_lazy("Số ký tự tối đa"),
    "formula": gettext_lazy("Công thức"),
    "registry": gettext_lazy("Lấy từ cơ sở dữ liệu"),
    "paper": gettext_lazy("Là giấy tờ"),
    "vi": gettext_lazy("tiếng Việt"),
    "en": gettext_lazy("tiếng Anh"),
}


def differences(mine: Any, theirs: Any) -> list[dict[str, Any]]:
    """Rows of [{path, name, mine, theirs}]: objects are compared place by place, lists and words as wholes."""
    return [
        {"path": "/".join(path), "name": [NAMES.get(key, key) for key in path], "mine": _said(a), "theirs": _said(b)}
        for path, a, b in _differing(mine, theirs, ())
    ]


def _differing(mine: Any, theirs: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        for key in dict.fromkeys([*theirs, *mine]):
            yield from _differing(mine.get(key, ABSENT), theirs.get(key, ABSENT), (*path, str(key)))
    elif mine is ABSENT or theirs is ABSENT or mine != theirs:
        yield path, mine, theirs


def _said(value: Any) -> str:
    if value is ABSENT or value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def merged(mine: Any, theirs: Any, of_mine: set[str]) -> Any:
    """Theirs, with mine at the places named in `of_mine` (paths as `differences` tells them)."""
    return _merged(mine, theirs, of_mine, ())


def _merged(mine: Any, theirs: Any, of_mine: set[str], path: tuple[str, ...]) -> Any:
    if not (isinstance(mine, Mapping) and isinstance(theirs, Mapping)):
        return mine if "/".join(path) in of_mine else theirs
    keys = dict.fromkeys([*theirs, *mine])
    chosen = {
        key: _merged(mine.get(key, ABSENT), theirs.get(key, ABSENT), of_mine, (*path, str(key)))
        if mine.get(key, ABSENT) != theirs.get(key, ABSENT)
        else theirs[key]
        for key in keys
    }
    return {key: value for key, value in chosen.items() if value is not ABSENT}
