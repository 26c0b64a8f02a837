"""The catalogue as linked data: a procedure as a PublicService of CPSV-AP 3.2, and, smaller, as schema.org tells it.

Addresses begin with the authority's own (`base`, without a slash at the end): what a thing is called stays as long as its
procedure's code. Durations are ISO 8601; a working day is a day there, the words beside it say which.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from portal.models import Tenant
from portal.moments import today
from procedures.models import Procedure, ProcedureVersion
from procedures.queries import wording
from procedures.queries.catalogue import AUDIENCES, LIFE_EVENTS
from procedures.schema.definition import Definition, Fee, Paper, Span, Text

Node = dict[str, Any]
FILE = Path(__file__).resolve().parent.parent / "schema" / "cpsv-context.json"
LANGUAGES = "http://publications.europa.eu/resource/authority/language"
VIETNAM = "http://publications.europa.eu/resource/authority/country/VNM"
CURRENCY = "http://publications.europa.eu/resource/authority/currency/VND"
ACTIVE = "http://purl.org/adms/status/Completed"
PROFILE = "https://semiceu.github.io/CPSV-AP/releases/3.2.0/"
OF_BUSINESS = frozenset({"doing_business"})


@cache
def context() -> Node:
    """Kept with the program: nobody has to fetch anything to read our data."""
    found: Node = json.loads(FILE.read_text())
    return found


def document(procedure: Procedure, tenant: Tenant, base: str) -> Node:
    """One procedure by itself."""
    return {"@context": context(), **service(procedure, tenant, base)}


def service(procedure: Procedure, tenant: Tenant, base: str) -> Node:
    version = procedure.current
    assert version is not None  # noqa: S101 -- asked for only while it is published
    definition, place = version.parsed, f"{base}/thu-tuc/{procedure.code}/"
    found: Node = {
        "id": f"{place}#dich-vu",
        "type": ["PublicService", "GovernmentService"],
        "identifier": definition.code,
        "name": _both(definition.title),
        "description": _both(definition.summary) or _both(definition.title),
        "keyword": {"vi": list(definition.keywords)},
        "status": _concept(ACTIVE, {"vi": "Đang áp dụng", "en": "In force"}),
        "language": [{"id": f"{LANGUAGES}/VIE", "type": "LinguisticSystem"}],
        "spatial": _territory(tenant, base),
        "sector": _concept(f"{base}/thu-tuc/?linh-vuc={definition.sector.key}", _both(definition.sector.name)),
        "audience": [_concept(f"{base}/thu-tuc/?doi-tuong={key}", _said(AUDIENCES[key])) for key in definition.audience if key in AUDIENCES],
        "hasCompetentAuthority": _authority(definition, tenant, base, place),
        "hasChannel": [_channel(definition, key, place) for key in definition.channels],
        "hasCost": list(_costs(definition, place)),
        "hasInputType": [_evidence(paper, place) for paper in definition.papers],
        "hasLegalResource": list(_laws(definition, place)),
        "produces": [
            {"id": f"{place}#ket-qua-{one.key}", "type": "Output", "identifier": one.code or f"{definition.code}/{one.key}", "name": _both(one.name)}
            for one in definition.results
        ],
        "isGroupedBy": [_event(key, base) for key in definition.life_events],
        "modified": version.published_at.isoformat() if version.published_at else None,
    }  # fmt: skip
    usual = _usual_time(definition)
    if usual:
        found["processingTime"] = usual
    return {key: value for key, value in found.items() if value not in (None, [], {}, {"vi": []})}


def _both(text: Text) -> dict[str, str]:
    """In the languages that there are."""
    return {language: words for language, words in (("vi", text.vi), ("en", text.en)) if words}


def _said(word: str | Promise) -> dict[str, str]:
    found = {}
    for language in ("vi", "en"):
        with override(language):
            found[language] = str(word)
    return found


def _concept(address: str, label: Mapping[str, str]) -> Node:
    return {"id": address, "type": "Concept", "label": dict(label)}


def _territory(tenant: Tenant, base: str) -> Node:
    """A ministry's services are the country's."""
    if tenant.kind == Tenant.Kind.MINISTRY:
        return {"id": VIETNAM, "type": ["Location", "Territory"], "label": {"vi": "Việt Nam", "en": "Viet Nam"}}
    return {
        "id": f"{base}/#dia-ban",
        "type": ["Location", "Territory"],
        "identifier": tenant.code,
        "label": _names(tenant),
    }


def _names(tenant: Tenant) -> dict[str, str]:
    return {"vi": tenant.name, **({"en": tenant.name_en} if tenant.name_en else {})}


def publisher(tenant: Tenant, base: str) -> Node:
    return {
        "id": f"{base}/#co-quan", "type": ["PublicOrganisation", "Agent"], "identifier": tenant.code,
        "name": _names(tenant), "label": _names(tenant), "spatial": _territory(tenant, base),
    }  # fmt: skip


def _authority(definition: Definition, tenant: Tenant, base: str, place: str) -> Node:
    """As the record names it; where it names none, the authority that publishes it."""
    named = _both(definition.agencies.competent) or _both(definition.agencies.performing)
    if not named:
        return publisher(tenant, base)
    return {
        "id": f"{place}#co-quan-co-tham-quyen", "type": "PublicOrganisation", "label": named, "spatial": _territory(tenant, base),
    }  # fmt: skip


def _channel(definition: Definition, key: str, place: str) -> Node:
    span = definition.time_for(key)
    found: Node = {
        "id": f"{place}#kenh-{key}", "type": "Channel", "identifier": f"{definition.code}/{key}",
        "concept": _concept(f"{place}#loai-kenh-{key}", _said(wording.CHANNEL_NAMES[key])),
    }  # fmt: skip
    if span is not None:
        found["processingTime"] = duration(span)
        found["description"] = {language: _spoken(span, language) for language in ("vi", "en")}
    return found


def _spoken(span: Span, language: str) -> str:
    with override(language):
        return wording.span(span)


def duration(span: Span) -> str:
    """ISO 8601. "Within the day" is a day."""
    if span.unit == "hour":
        return f"PT{span.amount}H"
    return f"P{span.amount}M" if span.unit == "month" else f"P{span.amount or 1}D"


def _usual_time(definition: Definition) -> str | None:
    """The longest of its channels: nobody is promised less than what may happen."""
    spans = [span for key in definition.channels if (span := definition.time_for(key)) is not None]
    weights = {"hour": 1, "working_day": 24, "calendar_day": 24, "month": 720}
    longest = max(spans, key=lambda span: span.amount * weights[span.unit], default=None)
    return duration(longest) if longest else None


def _costs(definition: Definition, place: str) -> Iterator[Node]:
    """A cost for each fee and channel; an amount only where it is one number for everybody."""
    for fee in definition.fees:
        for key in definition.channels:
            amount = fee.by(key, today())
            if amount is None:
                continue
            cost: Node = {
                "id": f"{place}#phi-{fee.key}-{key}", "type": "Cost", "identifier": f"{definition.code}/{fee.key}/{key}",
                "description": _told(fee, key, definition), "currency": _concept(CURRENCY, {"vi": "đồng", "en": "dong"}),
                "ifAccessedThrough": {"id": f"{place}#kenh-{key}", "type": "Channel", "identifier": f"{definition.code}/{key}"},
            }  # fmt: skip
            fixed = not (amount.each or amount.formula is not None or amount.bands)
            yield {**cost, "hasValue": f"{float(amount.base)}"} if fixed else cost


def _told(fee: Fee, channel: str, definition: Definition) -> dict[str, str]:
    found = {}
    for language in ("vi", "en"):
        with override(language):
            found[language] = f"{fee.name.read(language)}: {wording.amount(fee.by(channel, today()), definition)}"
    return found


def _evidence(paper: Paper, place: str) -> Node:
    found: Node = {
        "id": f"{place}#giay-to-{paper.key}", "type": "EvidenceType", "identifier": paper.key, "name": _both(paper.name),
    }  # fmt: skip
    return {**found, "description": _both(paper.note)} if paper.note else found


def _laws(definition: Definition, place: str) -> Iterator[Node]:
    for number, law in enumerate(definition.legal_basis, start=1):
        named = _both(law.title) or {"vi": law.number}
        yield {"id": f"{place}#can-cu-{number}", "type": "LegalResource", "identifier": law.number, "name": named}


def _event(key: str, base: str) -> Node:
    kind = "BusinessEvent" if key in OF_BUSINESS else "LifeEvent"
    name = _said(LIFE_EVENTS[key]) if key in LIFE_EVENTS else {"vi": key}
    return {"id": f"{base}/thu-tuc/?su-kien={key}", "type": [kind, "Event"], "identifier": key, "name": name}


def for_search_engines(
    procedure: Procedure, version: ProcedureVersion, tenant: Tenant, base: str, online: bool
) -> Node:
    """schema.org GovernmentService: small enough to stand in the page, in the page's language."""
    definition, place = version.parsed, f"{base}/thu-tuc/{procedure.code}/"
    channel: Node = {
        "@type": "ServiceChannel",
        "serviceUrl": f"{place}nop/" if online else place,
        "availableLanguage": "vi",
    }
    usual = _usual_time(definition)
    if usual:
        channel["processingTime"] = usual
    found: Node = {
        "@context": "https://schema.org", "@type": "GovernmentService", "@id": f"{place}#dich-vu", "url": place,
        "identifier": definition.code, "name": procedure.title, "serviceType": procedure.sector_title,
        "provider": {"@type": "GovernmentOrganization", "name": tenant.title, "url": f"{base}/"},
        "areaServed": {"@type": "AdministrativeArea", "name": tenant.title}, "availableChannel": channel,
    }  # fmt: skip
    summary = wording.said(definition.summary)
    return {**found, "description": summary} if summary else found
