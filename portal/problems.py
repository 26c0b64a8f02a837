"""Errors of the API as problem+json (RFC 9457)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Conflict(APIException):
    status_code = 409
    default_detail = "The request meets another one that is not finished, or a state that does not allow it."
    default_code = "conflict"


class TooLarge(APIException):
    status_code = 413
    default_detail = "The request is larger than this address takes."
    default_code = "too_large"


class Unprocessable(APIException):
    """Well formed, but wrong in what it says: `errors` are {"path", "code", "detail"}; `more` are members of its own."""

    status_code = 422
    default_code = "unprocessable"

    def __init__(self, detail: str, errors: list[dict[str, str]] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.errors, self.more = errors or [], more


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    response = exception_handler(error, context)
    if response is None:
        return None
    # A view that opens its own short transactions has rolled them back already.
    is_whole = not getattr(context["view"], "short_transactions", False)
    if is_whole and transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    response.data = problem(error, response)
    response.content_type = "application/problem+json"
    return response


def problem(error: Exception, response: Response) -> dict[str, Any]:
    title = HTTPStatus(response.status_code).phrase
    told: dict[str, Any] = {"type": "about:blank", "title": title, "status": response.status_code}
    if isinstance(error, ValidationError):
        told["errors"] = list(_flat(error.get_full_details()))
    elif isinstance(error, Unprocessable):
        told |= {"detail": str(error.detail), "errors": error.errors, **error.more}
    elif isinstance(error, APIException) and not isinstance(error, NotFound | Http404 | PermissionDenied):
        told["detail"] = str(error.detail)
    return told


def _flat(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """What is wrong, one by one, by path: `papers.0.name`."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        yield {"path": path, "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, Mapping):
        for key, inner in details.items():
            yield from _flat(inner, path if key == "non_field_errors" else f"{path}.{key}".lstrip("."))
    elif isinstance(details, list):
        for number, inner in enumerate(details):
            leaf = isinstance(inner, Mapping) and set(inner) == {"message", "code"}
            yield from _flat(inner, path if leaf else f"{path}.{number}".lstrip("."))
