"""Errors of the API as problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Conflict(APIException):
    status_code = 409
    default_detail = "The request meets another one that is not finished, or a state that does not allow it."
    default_code = "conflict"


class AlwaysJson(BaseContentNegotiation):
    """One format; a caller that asks for another still understands a JSON error."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        wanted = (request.content_type or "").split(";")[0]
        return next((p for p in parsers if p.media_type == wanted), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    response = exception_handler(error, context)
    if response is None:
        return None
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    response.data = problem(error, response)
    response.content_type = "application/problem+json"
    return response


def problem(error: Exception, response: Response) -> dict[str, Any]:
    title = HTTPStatus(response.status_code).phrase
    told: dict[str, Any] = {"type": "about:blank", "title": title, "status": response.status_code}
    if isinstance(error, ValidationError):
        told["errors"] = response.data
    elif isinstance(error, APIException) and not isinstance(error, NotFound | Http404 | PermissionDenied):
        told["detail"] = str(error.detail)
    return told
