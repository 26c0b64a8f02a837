"""From what a registry or the account knows to the answers of a form, by the bindings that its fields declare."""

from typing import Any

from integrations.business import Business
from integrations.population import Address, Person
from portal.models import User
from procedures.schema.form import Form


def bound(form: Form, source: str) -> dict[str, str]:
    """Field key → what it takes from this source: `population.full_name` → `full_name`."""
    pairs = ((key, (one.registry or "").partition(".")) for key, one in form.index.items())
    return {key: name for key, (registry, _dot, name) in pairs if registry == source}


def _filled(form: Form, source: str, known: dict[str, Any]) -> dict[str, Any]:
    return {key: known[name] for key, name in bound(form, source).items() if known.get(name)}


def from_population(form: Form, person: Person) -> dict[str, Any]:
    return _filled(form, "population", {
        "full_name": person.full_name, "personal_id": person.personal_id, "gender": person.gender,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "residence": _address(person.residence),
    })  # fmt: skip


def from_business(form: Form, business: Business) -> dict[str, Any]:
    """An address comes as one line, so it fills fields of text only."""
    known: dict[str, Any] = {
        name: getattr(business, name) for name in ("tax_code", "name", "address", "representative")
    }
    return {key: value for key, value in _filled(form, "business", known).items() if form.index[key].type != "address"}


def from_account(form: Form, user: User) -> dict[str, Any]:
    return _filled(form, "account", {"phone": user.phone, "email": user.email})


def _address(place: Address | None) -> dict[str, str] | None:
    return {"province": place.province, "commune": place.commune, "street": place.street} if place else None
