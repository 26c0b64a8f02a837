"""Results with an end: when they are renewed, where, and what is known already for the form."""

import datetime
from collections.abc import Iterable
from typing import Any

from portal.moments import today
from portal.tenancy import current_tenant
from procedures.models import Dossier, Offering, Paper, Renewal
from procedures.models.lifecycle import State
from procedures.queries.filing import online_offerings
from procedures.queries.results import in_force
from procedures.schema.form import Field, Form

# Typed by the person and still true until they say otherwise; files are given anew, and what is worked out is worked out.
NOT_CARRIED = ("file", "computed", "info", "declaration")
USUAL_DAYS = 30


def running_out(papers: Iterable[Paper]) -> Paper | None:
    """Of the papers of a dossier that was returned, the result in force that ends soon or has ended."""
    days = int(current_tenant().setting("renewal_days")) or USUAL_DAYS
    until = today() + datetime.timedelta(days=days)
    rows = (one for one in papers if one.kind == Paper.Kind.RESULT and one.revoked_at is None and one.valid_until)
    return next((one for one in rows if one.valid_until is not None and one.valid_until <= until), None)


def renewable(dossier: Dossier) -> Paper | None:
    """The result of this dossier that can be renewed now."""
    paper = in_force(dossier) if dossier.state == State.RETURNED else None
    return running_out([paper]) if paper else None


def where_to_renew(dossier: Dossier) -> Offering | None:
    """The same procedure at the same office; None where it is not filed online any more."""
    offerings = online_offerings(dossier.procedure.code)
    return next((one for one in offerings if one.office_id == dossier.office_id), None)


def known_answers(old: Dossier, form: Form) -> dict[str, Any]:
    """What was answered then, for the questions that both forms ask in the same way."""
    asked = old.version.parsed.form.index
    return {
        key: old.answers[key]
        for key, field in form.index.items()
        if key in old.answers and key in asked and _same(asked[key], field, old.answers[key])
    }


def _same(before: Field, now: Field, value: Any) -> bool:
    if now.type in NOT_CARRIED or before.type != now.type:
        return False
    if now.type == "group":
        return [(f.key, f.type) for f in before.fields] == [(f.key, f.type) for f in now.fields]
    if now.type in ("choice", "multi_choice"):
        offered = {one.value for one in now.choices}
        chosen = value if isinstance(value, list) else [value]
        return all((one.get("value") if isinstance(one, dict) else one) in offered for one in chosen)
    return True


def renews(dossier: Dossier) -> Paper | None:
    """The earlier result that a dossier renews; not asked where results have no end."""
    template = dossier.version.parsed.result_template
    if not template or not template.validity_months:
        return None
    rows = Renewal.objects.filter(dossier=dossier).select_related("paper__dossier").defer("paper__data")
    found: Renewal | None = rows.first()
    return found.paper if found else None
