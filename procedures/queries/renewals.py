"""Results with an end: when they are renewed, where, and what is known already for the form."""

import datetime
from collections.abc import Iterable
from typing import Any

from portal.kept import by_version
from portal.moments import today
from portal.tenancy import current_tenant
from procedures.models import Dossier, Offering, Paper, ProcedureVersion, Renewal
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


def renewing_code(dossier: Dossier) -> str:
    """The procedure that renews its result: the one that the authority names now, else the same."""
    current = dossier.procedure.current
    template = current.parsed.result_template if current else None
    return (template.renewed_by if template else "") or dossier.procedure.code


def where_to_renew(dossier: Dossier) -> Offering | None:
    """At the same office, or where another procedure has one office only; None where it is not filed online there."""
    code = renewing_code(dossier)
    offerings = online_offerings(code)
    found = next((one for one in offerings if one.office_id == dossier.office_id), None)
    if found is None and code != dossier.procedure.code and len(offerings) == 1:
        return offerings[0]
    return found


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
    """The earlier result that a dossier renews; not asked where neither its own results have an end nor others name it."""
    template = dossier.version.parsed.result_template
    if not (template and template.validity_months) and dossier.procedure.code not in _named_for_renewal():
        return None
    rows = Renewal.objects.filter(dossier=dossier).select_related("paper__dossier").defer("paper__data")
    found: Renewal | None = rows.first()
    return found.paper if found else None


def _named_for_renewal() -> frozenset[str]:
    """The procedures that any version ever named: a dossier filed then still says what it renews."""
    return by_version("named_for_renewal", _named)


def _named() -> frozenset[str]:
    at = "definition__result_template__renewed_by"
    rows = ProcedureVersion.objects.filter(**{f"{at}__isnull": False}).values_list(at, flat=True)
    return frozenset(one for one in rows if isinstance(one, str))
