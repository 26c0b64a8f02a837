"""The API's description of itself, for programs (OpenAPI 3.1) and for people."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.api.described import SESSION, TOKEN

BUNDLE = Path(__file__).resolve().parent.parent / "schema" / "bundle.schema.json"
HERE = "#/components/schemas/"
GROUPS = {
    "catalogue": gettext_lazy("Thủ tục, biểu mẫu, cơ quan"),
    "places": gettext_lazy("Tỉnh, xã, phường"),
    "dossiers": gettext_lazy("Hồ sơ của tôi"),
    "desk": gettext_lazy("Cán bộ xử lý hồ sơ"),
}
METHODS = ("get", "post", "patch", "delete")


@permission(PUBLIC)
@require_safe
@cache_control(public=True, max_age=300)
def description(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, the same for everybody."""
    return JsonResponse(described(), content_type="application/vnd.oai.openapi+json")


@permission(PUBLIC)
@require_safe
@cache_control(public=True, max_age=300)
def reader(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"groups": grouped(described()), "section": ""})


@cache
def described() -> dict[str, Any]:
    """Made once in each process, in Vietnamese: it does not depend on who asks."""
    with override("vi"):
        generator: Any = SchemaGenerator(urlconf="portal.urls")  # type: ignore[no-untyped-call]
        made: dict[str, Any] = generator.get_schema(request=None, public=True)
    made["components"]["schemas"] |= bundle_parts()
    made["components"]["securitySchemes"] = {
        SESSION: {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        TOKEN: {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    }
    return made


def bundle_parts() -> dict[str, Any]:
    """The parts of a procedure as bundles have them, so that one description serves both."""
    parts = json.loads(BUNDLE.read_text())["$defs"]
    found: dict[str, Any] = _moved(parts)
    found["form"] = copy.deepcopy(found["procedure"]["properties"]["form"]["anyOf"][0])
    return found


def _moved(node: Any) -> Any:
    """References from `#/$defs/` to where OpenAPI keeps schemas."""
    if isinstance(node, dict):
        return {key: value.replace("#/$defs/", HERE) if key == "$ref" else _moved(value) for key, value in node.items()}
    return [_moved(item) for item in node] if isinstance(node, list) else node


def grouped(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Operations by noun, in the order in which one comes to need them."""
    groups: dict[str, list[dict[str, Any]]] = {tag: [] for tag in GROUPS}
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                groups[item[method]["tags"][0]].append(_operation(path, method, item[method]))
    return [{"tag": tag, "title": GROUPS[tag], "operations": told} for tag, told in groups.items()]


def _operation(path: str, method: str, told: dict[str, Any]) -> dict[str, Any]:
    bodies = told.get("requestBody", {}).get("content", {})
    return {
        "id": told["operationId"], "steps": path.strip("/").split("/"), "method": method.upper(),
        "summary": told.get("summary", ""), "description": told.get("description", ""), "is_open": not told.get("security"),
        "asked": [one for one in told.get("parameters", []) if one["in"] != "path"], "body": [(kind, _fields(one["schema"])) for kind, one in bodies.items()],
        "answers": sorted(told["responses"]),
    }  # fmt: skip


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Name, type and whether it must be there, of the body's own fields."""
    found = described()["components"]["schemas"].get(schema.get("$ref", "").removeprefix(HERE), schema)
    needed = found.get("required", ())
    return [
        {"name": name, "type": _type(one), "required": name in needed, "description": one.get("description", "")}
        for name, one in found.get("properties", {}).items()
    ]


def _type(one: dict[str, Any]) -> str:
    kind = one.get("type") or one.get("$ref", "").removeprefix(HERE)
    return ", ".join(kind) if isinstance(kind, list) else str(kind or "object")
