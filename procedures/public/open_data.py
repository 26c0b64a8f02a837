"""The catalogue for programs: linked data of one procedure and of all, a table, and the page that names them."""

import json
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import condition, require_safe

from portal.models import Tenant
from portal.moments import today
from portal.permissions import permission
from portal.roles import PUBLIC
from portal.streaming import pieces
from portal.tenancy import current_tenant, short_transactions
from procedures.models import Procedure
from procedures.notifications import origin
from procedures.public.caching import SECONDS_IN_BROWSERS, public_page
from procedures.queries import catalogue, linked
from procedures.queries.exports import csv_head, csv_lines

LINKED_DATA = "application/ld+json"
AT_ONCE = 100
COLUMNS = ("code", "name", "name_en", "sector", "sector_name", "level", "version", "published_at", "url", "linked_data")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MEDIA = "http://www.iana.org/assignments/media-types/"


@permission(PUBLIC)
@require_safe
@public_page()
def procedure_data(request: HttpRequest, code: str) -> HttpResponse:
    found = catalogue.procedure_by_code(code)
    return _linked(linked.document(found, current_tenant(), origin()))


def _linked(content: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type=LINKED_DATA)


def in_page(found: Procedure, *, online: bool) -> SafeString:
    """What search engines read, as a block of data that no browser runs; nothing in it can end the block."""
    version = found.current
    assert version is not None  # noqa: S101 -- a page is made of a published one
    told = linked.for_search_engines(found, version, current_tenant(), origin(), online)
    text = json.dumps(told, ensure_ascii=False).translate({ord(one): f"\\u{ord(one):04X}" for one in "<>&"})
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 -- escaped just above


@permission(PUBLIC)
@require_safe
@public_page()
def data(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, and since when."""
    context = {
        "section": "data",
        "files": FILES,
        "licence": LICENCE,
        "count": _published().count(),
        "since": _changed(),
    }
    return render(request, "public/open_data.html", context)


# Route, media type and standard of each file.
FILES = (
    ("open_data_linked", LINKED_DATA, "CPSV-AP 3.2, JSON-LD"),
    ("open_data_table", "text/csv", "CSV (UTF-8)"),
    ("api_procedures", "application/json", "API, JSON"),
    ("catalogue_feed", "application/atom+xml", "Atom"),
)


def _published() -> Any:
    return Procedure.objects.filter(current__isnull=False)


def _changed() -> Any:
    """When the catalogue was published last."""
    rows = _published().order_by("-current__published_at").values_list("current__published_at", flat=True)
    return rows.first()


@permission(PUBLIC)
@require_safe
@public_page()
def data_catalogue(request: HttpRequest) -> HttpResponse:
    """DCAT: this authority's open data as programs look for it."""
    base, tenant = origin(), current_tenant()
    place, since = f"{base}{reverse('open_data')}", _changed()
    name = {"vi": "Danh mục thủ tục hành chính", "en": "Catalogue of administrative procedures"}
    dataset: dict[str, Any] = {
        "id": f"{place}#thu-tuc", "type": "Dataset", "name": name, "licence": LICENCE,
        "description": {"vi": f"Mọi thủ tục hành chính đang tiếp nhận của {tenant.name}.", "en": f"Every administrative procedure of {tenant.name_en or tenant.name}."},
        "publisher": linked.publisher(tenant, base), "landingPage": {"id": place, "type": "Document"},
        "distribution": [
            {"id": f"{place}#{route}", "type": "Distribution", "name": {"vi": words}, "accessURL": f"{base}{reverse(route)}", "downloadURL": f"{base}{reverse(route)}", "mediaType": f"{MEDIA}{kind}", "licence": LICENCE}
            for route, kind, words in FILES
        ],
    }  # fmt: skip
    if since:
        dataset["modified"] = since.isoformat()
    whole = {"id": place, "type": "Catalog", "name": name, "description": dataset["description"], "publisher": linked.publisher(tenant, base), "dataset": [dataset]}  # fmt: skip
    return _linked({"@context": linked.context(), **whole})


def _version(request: HttpRequest, **kwargs: object) -> str:
    """The whole catalogue is the same as long as the authority's version is, and the day, which fees may depend on."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return f'"{tenant.pk}-{tenant.version}-{today()}-{getattr(request, "LANGUAGE_CODE", "vi")}"'


@permission(PUBLIC)
@require_safe
@short_transactions
@condition(etag_func=_version)
def linked_file(request: HttpRequest) -> HttpResponse:
    """Every procedure, written while it is sent; a program that has it already is told so."""
    return _file(pieces(_linked_piece), LINKED_DATA, "thu-tuc.jsonld")


@permission(PUBLIC)
@require_safe
@short_transactions
@condition(etag_func=_version)
def table_file(request: HttpRequest) -> HttpResponse:
    return _file(pieces(_table_piece), "text/csv; charset=utf-8", "thu-tuc.csv")


def _file(content: Any, kind: str, name: str) -> HttpResponse:
    response = StreamingHttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, public=True, max_age=SECONDS_IN_BROWSERS)
    return cast(HttpResponse, response)


def _next(place: str) -> tuple[list[Procedure], str | None]:
    """The procedures after a code, and from where to go on."""
    rows = list(_published().filter(code__gt=place).select_related("current").order_by("code")[:AT_ONCE])
    return rows, rows[-1].code if len(rows) == AT_ONCE else None


def _linked_piece(place: str) -> tuple[str, str | None]:
    rows, following = _next(place)
    tenant, base = current_tenant(), origin()
    nodes = [json.dumps(linked.service(row, tenant, base), ensure_ascii=False) for row in rows]
    head = "" if place else f'{{"@context": {json.dumps(linked.context())},\n"@graph": [\n'
    between, foot = ",\n" if place and nodes else "", "" if following else "\n]}\n"
    return head + between + ",\n".join(nodes) + foot, following


def _table_piece(place: str) -> tuple[str, str | None]:
    rows, following = _next(place)
    return ("" if place else csv_head(COLUMNS)) + csv_lines(COLUMNS, [_line(row) for row in rows]), following


def _line(row: Procedure) -> dict[str, Any]:
    version, base = row.current, origin()
    assert version is not None  # noqa: S101 -- published
    return {
        "code": row.code, "name": row.name, "name_en": row.name_en, "sector": row.sector, "sector_name": row.sector_name,
        "level": row.level, "version": version.number, "published_at": version.published_at.isoformat() if version.published_at else "",
        "url": f"{base}{reverse('procedure', args=[row.code])}", "linked_data": f"{base}{reverse('procedure_data', args=[row.code])}",
    }  # fmt: skip
