"""Holding an answer against the API's own description."""

import re
from typing import Any

from jsonschema import Draft202012Validator

from procedures.api.description import described


def disagreements(method: str, path: str, answer: Any) -> list[str]:
    """What the description does not allow: an unknown status, another type of content, another shape."""
    operation = _operation(method.lower(), path)
    if operation is None:
        return []
    told = operation["responses"].get(str(answer.status_code))
    if told is None:
        return [f"{method} {path} answered {answer.status_code}, which is not described"]
    kinds = told.get("content", {})
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    if not kinds:
        return [] if not answer.content else [f"{method} {path} answered with a body that is not described"]
    if kind not in kinds:
        return [f"{method} {path} answered {kind}, described are {sorted(kinds)}"]
    return wrong_by_shape(kinds[kind]["schema"], answer.json())


def wrong_by_shape(shape: dict[str, Any], told: Any) -> list[str]:
    judge = Draft202012Validator({**shape, "components": described()["components"]})
    return [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(told)]


def _operation(method: str, path: str) -> Any:
    """The described operation behind an address; fixed addresses go before those with a name in braces."""
    for known, item in sorted(described()["paths"].items(), key=lambda pair: pair[0].count("{")):
        if method in item and re.fullmatch(re.sub(r"\{[a-z]+\}", "[^/]+", known), path.partition("?")[0]):
            return item[method]
    return None
