"""Rules of assignment: made, changed, moved and dropped; each with what it was in the journal."""

from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.actions import NotPossible
from portal.models import Office, User
from portal.moments import now
from procedures.models import AssignmentRule, Procedure
from procedures.queries import hands
from procedures.queries.rules import placed, stamp


class Told(TypedDict):
    """What an administrator tells of a rule: a scope, and accounts by key."""

    role: str
    office: Office | None
    procedure: Procedure | None
    sector: str
    commune: str
    people: list[int]


@transaction.atomic
def add_rule(actor: User, **told: Unpack[Told]) -> AssignmentRule:
    """One rule for one scope; who is named there is looked up anew at every dossier, so a role that ends ends here too."""
    others = _held(told["role"])
    rule = AssignmentRule(**told, made_by=actor, made_at=now())
    _save(rule)
    _number(placed(rule, others))
    audit.record(actor, "rule.add", f"rule:{rule.pk}", **_facts(rule))
    return rule


@transaction.atomic
def change_rule(rule: AssignmentRule, actor: User, *, seen: str, **told: Unpack[Told]) -> AssignmentRule:
    """`seen` is the stamp of all rules as the page showed what the change does; it does not hold for other rules.

    With another scope it stands where a new one would.
    """
    _held(rule.role)
    _as_shown(seen)
    before, moved = _facts(rule), _scope(rule)
    for name, value in told.items():
        setattr(rule, name, value)
    _save(rule)
    if _scope(rule) != moved:
        _number(placed(rule, [one for one in _held(rule.role) if one.pk != rule.pk]))
    audit.record(actor, "rule.change", f"rule:{rule.pk}", before=before, after=_facts(rule))
    return rule


@transaction.atomic
def move_rule(rule: AssignmentRule, actor: User, *, by: int) -> None:
    """One place up (-1) or down (1) among the rules of its role; at the end it stays."""
    rows = _held(rule.role)
    at = next(place for place, one in enumerate(rows) if one.pk == rule.pk)
    to = min(max(at + by, 0), len(rows) - 1)
    if to == at:
        return
    rows.insert(to, rows.pop(at))
    _number(rows)
    audit.record(actor, "rule.move", f"rule:{rule.pk}", role=rule.role, place_before=at + 1, place=to + 1)


@transaction.atomic
def drop_rule(rule: AssignmentRule, actor: User) -> None:
    facts = _facts(rule)
    audit.record(actor, "rule.drop", f"rule:{rule.pk}", **facts)
    rule.delete()


def _held(role: str) -> list[AssignmentRule]:
    """The rules of a role in order; two who place rules at once do so one after the other."""
    list(AssignmentRule.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return [one for one in hands.rules() if one.role == role]


def _as_shown(seen: str) -> None:
    if stamp(hands.rules()) != seen:
        raise NotPossible(_("Trong lúc bạn xem, người khác đã đổi các quy tắc. Hãy xem lại sẽ thay đổi gì rồi lưu."))


def _save(rule: AssignmentRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise NotPossible(_("Đã có quy tắc cho đúng phạm vi này. Hãy bỏ quy tắc cũ trước.")) from error


def _number(rows: list[AssignmentRule]) -> None:
    """Written down only where a place differs."""
    moved = [one for place, one in enumerate(rows, start=1) if one.position != place]
    for place, one in enumerate(rows, start=1):
        one.position = place
    AssignmentRule.objects.bulk_update(moved, ["position"])


def _scope(rule: AssignmentRule) -> tuple[Any, ...]:
    return rule.role, rule.office_id, rule.procedure_id, rule.sector, rule.commune


def _facts(rule: AssignmentRule) -> dict[str, Any]:
    return {
        "role": rule.role, "office": rule.office.code if rule.office else "", "people": rule.people,
        "procedure": rule.procedure.code if rule.procedure else "", "sector": rule.sector, "commune": rule.commune,
    }  # fmt: skip
