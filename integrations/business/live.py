"""Speaks to the business registry: JSON through the data platform."""

from typing import Any

from django.conf import settings

from integrations import data_platform
from integrations.business import Business
from integrations.unavailable import Unavailable
from portal import http

SECONDS = 2.0
PATH = "/dkdn/chiTietDoanhNghiep"


def look_up(tax_code: str) -> Business | None:
    budget = data_platform.Budget.of(SECONDS)
    try:
        answer = data_platform.with_tokens(settings.BUSINESS_URL, lambda: _exchange(tax_code, budget))
        return _business(answer)
    except (http.Unreachable, http.Refused, LookupError, TypeError, AttributeError) as error:
        raise Unavailable("business") from error


def check() -> str:
    try:
        data_platform.access_token(settings.BUSINESS_URL, data_platform.Budget.of(SECONDS))
    except (http.Unreachable, http.Refused) as error:
        raise Unavailable("business") from error
    return ""


def _exchange(tax_code: str, budget: data_platform.Budget) -> Any:
    token = data_platform.access_token(settings.BUSINESS_URL, budget)
    headers = {"Authorization": f"Bearer {token}"}
    return http.get_json(
        f"{settings.BUSINESS_URL}{PATH}", params={"msdn": tax_code}, headers=headers, timeout=budget.left
    )


def _business(answer: dict[str, Any]) -> Business | None:
    if "warning" in answer:
        return None
    main = answer["MainInformation"]
    people = answer.get("Representatives") or []
    # One representative comes bare, several as a list.
    first = people if isinstance(people, dict) else (people or [{}])[0]
    return Business(
        tax_code=str(main["ENTERPRISE_GDT_CODE"]),
        name=str(main["NAME"]),
        kind=str(main.get("ENTERPRISE_TYPE_NAME", "")),
        status=str(main.get("ENTERPRISE_STATUS_NAME", "")),
        # So spelt by the registry.
        address=str((answer.get("HOAdress") or {}).get("AddressFullText", "")),
        representative=str(first.get("FULL_NAME", "")),
    )
