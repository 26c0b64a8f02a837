"""How the API describes itself (OpenAPI 3.1): from the doors' own declarations and the docstrings of their methods."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from portal.roles import PUBLIC
from procedures.api.problem import Problem

PROBLEM = "application/problem+json"
CHANGES = ("POST", "PATCH", "DELETE")
SESSION, TOKEN = "session", "csrfToken"


class Described(AutoSchema):
    """Reads a Door."""

    @property
    def _door(self) -> Any:
        return self.view

    def get_summary(self) -> str:
        return self._words()[0]

    def get_description(self) -> str:  # type: ignore[override]
        return "\n\n".join(self._words()[1:])

    def _words(self) -> list[str]:
        """The docstring's paragraphs, each on one line."""
        told = getattr(self.view, "words", None) or getattr(self.view, self.method.lower()).__doc__ or ""
        return [" ".join(paragraph.split()) for paragraph in told.strip().split("\n\n")]

    def get_tags(self) -> list[str]:
        return [self._door.tag]

    def get_operation_id(self) -> str:
        name = getattr(self.view, "name", None) or type(self.view).__name__
        return f"{self.method.lower()}{name}"

    def get_auth(self) -> list[dict[str, list[str]]]:
        if self._door.permission == PUBLIC:
            return []
        return [{SESSION: [], TOKEN: []}] if self.method in CHANGES else [{SESSION: []}]

    def get_override_parameters(self) -> list[Any]:
        asked = self._door.asks.get(self.method)
        headers = [
            OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description=words)
            for name, words in getattr(self.view, "headers_of", {}).items()
            if self.method == "POST"
        ]
        return [*([asked] if asked else []), *headers]

    def get_request_serializer(self) -> Any:
        return self._door.takes.get(self.method)

    def get_response_serializers(self) -> dict[Any, Any]:  # type: ignore[override]
        given: dict[Any, Any] = dict(self._door.gives[self.method])
        return {**given, **{(status, PROBLEM): Problem for status in self._problems()}}

    def _problems(self) -> list[int]:
        found = {429}
        if "{" in self.path:
            found |= {404}
        if self._door.permission != PUBLIC:
            found |= {401, 403, 404}
        if self.method in self._door.asks:
            found |= {400}
        if self.method in CHANGES:
            found |= {400, 409, 413, 415, 422}
        return sorted(found)
