"""What conditions can ask about a filing besides its answers: how, where, when, for whom; never more than they ask."""

import datetime
from collections.abc import Mapping
from typing import Any

from portal.moments import HERE, today
from procedures.models import ONLINE_CHANNELS, Dossier
from procedures.queries.clocks import form_channel
from procedures.schema.evaluation import age

PERSON = ("birth_date", "gender", "province", "commune", "nationality")


def profile_of(dossier: Dossier) -> dict[str, Any]:
    """As conditions and fees see a dossier; its day is that of submission, today while it is not submitted."""
    definition, day = dossier.version.parsed, day_of_filing(dossier)
    profile: dict[str, Any] = {
        "channel": form_channel(dossier.channel),
        "owner_kind": dossier.owner_kind,
        "verified": bool(dossier.contact_id),
        "day": day.isoformat(),
    }
    if "profile.office" in definition.asks_profile:
        profile["office"] = dossier.office.code
    if definition.asks_profile & {"profile.age", *(f"profile.{name}" for name in PERSON)}:
        profile |= with_age(person_of(dossier), day)
    return profile


def day_of_filing(dossier: Dossier) -> datetime.date:
    return dossier.submitted_at.astimezone(HERE).date() if dossier.submitted_at else today()


def person_of(dossier: Dossier) -> dict[str, str]:
    """The owner as the population registry told it when the form was filled in, else as the sign-in vouches for."""
    if dossier.owner_kind != Dossier.OwnerKind.CITIZEN:
        return {}
    told = _told(dossier)
    place = told.get("residence")
    found: dict[str, Any] = {name: told.get(name) for name in ("birth_date", "gender", "nationality")}
    if isinstance(place, Mapping):
        found |= {"province": place.get("province"), "commune": place.get("commune")}
    if dossier.owner is not None and dossier.channel in ONLINE_CHANNELS:
        found["birth_date"] = found["birth_date"] or dossier.owner.birth_date
        found["gender"] = found["gender"] or dossier.owner.gender
    return {name: value for name, value in found.items() if value}


def _told(dossier: Dossier) -> dict[str, object]:
    """The registry's words, by what the form's fields are bound to."""
    fields = dossier.version.parsed.form.index
    found: dict[str, object] = {}
    for key, source in dossier.sources.items():
        registry, _dot, name = (fields[key].registry or "").partition(".") if key in fields else ("", "", "")
        if isinstance(source, dict) and registry == source.get("registry") == "population":
            found[name] = source.get("value")
    return found


def with_age(person: Mapping[str, Any], day: datetime.date) -> dict[str, Any]:
    years = age(person.get("birth_date"), day.isoformat())
    return dict(person) if years is None else {**person, "age": years}


def unfiled(channel: str = "online", **more: Any) -> dict[str, Any]:
    """The profile of somebody who has not begun: for prices before a form is filled in."""
    return {"channel": channel, "day": today().isoformat(), **more}
