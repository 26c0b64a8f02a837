"""Founds the demonstration's authorities: tenants, offices, people, accounts, catalogue and what each office offers."""

import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from integrations.people import BY_KEY, PEOPLE
from payments.models import Account
from payments.stand_ins.vnpay import secret_of
from portal.models import Membership, Office, OfficeSuccession, Tenant, User
from portal.tenancy import inside
from procedures.actions import catalogue, levels
from procedures.demo import content, shelf
from procedures.models import Offering, Procedure

Raw = dict[str, Any]
OFFICE_COLUMNS = ("name", "name_en", "kind", "address", "phone", "email", "commune_code", "calendar")
OFFER_COLUMNS = ("blank_forms", "online_open", "pays_online", "returns_online")


def found_all() -> list[Tenant]:
    """Found what is not there yet; what is there stays as people may have changed it."""
    for person in PEOPLE:
        account_for({"subject": person.key})
    operator = account_for({"subject": "op", "full_name": "Vận hành nền tảng", "personal_id": "", "birth_date": ""})
    User.objects.filter(pk=operator.pk).update(is_operator=True)
    shelf.fill()
    founded = [_found(raw) for raw in content.organisation()["tenants"]]
    shelf.renew()
    return founded


def _found(raw: Raw) -> Tenant:
    known = Tenant.objects.filter(slug=raw["slug"]).first()
    if known is not None:
        return known
    named = {
        name: raw[name]
        for name in ("slug", "host", "code", "kind", "name", "name_en", "short_name", "theme", "settings")
    }
    tenant: Tenant = Tenant.objects.using("platform").create(**named)
    tenant.refresh_from_db(using="default")
    with inside(tenant):
        offices = _offices(raw)
        _people(raw, offices)
        _accounts(raw, offices)
        for bundle in content.bundles(tenant.slug):
            for definition in bundle["procedures"]:
                catalogue.publish(definition, national=shelf.national_of(definition["code"]))
        _offers(raw["offers"], offices)
        _offers(raw.get("past_offers", []), offices)
        levels.settle_all()
    return tenant


def _offices(raw: Raw) -> dict[str, Office]:
    made: dict[str, Office] = {}
    for row in raw["offices"]:
        days = {name: _day(row[name]) for name in ("opened_on", "closed_on")}
        told = {name: row[name] for name in OFFICE_COLUMNS}
        made[row["code"]] = Office.objects.create(code=row["code"], parent=made.get(row["parent"]), **told, **days)
    for row in raw["offices"]:
        for successor in row.get("successors", []):
            OfficeSuccession.objects.create(office=made[row["code"]], successor=made[successor])
    return made


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _people(raw: Raw, offices: dict[str, Office]) -> None:
    for row in raw["people"]:
        user = account_for(row)
        for held in row["memberships"]:
            Membership.objects.create(
                user=user, role=held["role"], office=offices.get(held["office"]), title=row["title"][:100]
            )
    for held in raw.get("past_memberships", []):
        user = account_for({"subject": held["subject"]})
        Membership.objects.create(
            user=user, role=held["role"], office=offices[held["office"]], until=_day(held["until"])
        )


def account_for(row: Raw) -> User:
    """The account that the stand-in identity provider will sign in; a demo person's data come from the demo's people."""
    known = User.objects.filter(issuer=settings.VNEID_ISSUER, subject=row["subject"]).first()
    if known is not None:
        return known
    person = BY_KEY.get(row["subject"])
    user = User(issuer=settings.VNEID_ISSUER, subject=row["subject"])
    if person is not None:
        user.full_name, user.personal_id, user.gender = person.full_name, person.personal_id, person.gender
        user.birth_date, user.phone, user.email = person.birth_date.isoformat(), person.phone, person.email
    else:
        user.full_name, user.personal_id, user.birth_date = row["full_name"], row["personal_id"], row["birth_date"]
        user.email = f"{row['subject']}@example.com"
    user.set_unusable_password()
    user.save()
    return user


def _accounts(raw: Raw, offices: dict[str, Office]) -> None:
    for row in raw["accounts"]:
        told = {**row, "office": offices[row["office"]]}
        secret = secret_of(row["terminal"]) if row["provider"] == "vnpay" else ""
        Account.objects.create(secret=secret, **told)


def _offers(rows: list[Raw], offices: dict[str, Office]) -> None:
    procedures = {p.code: p for p in _all_procedures()}
    for row in rows:
        opened = {name: row[name] for name in OFFER_COLUMNS}
        Offering.objects.create(procedure=procedures[row["procedure"]], office=offices[row["office"]], **opened)


def _all_procedures() -> QuerySet[Procedure]:
    return Procedure.objects.select_related("current")
