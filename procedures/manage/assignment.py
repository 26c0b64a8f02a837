"""Rules of assignment: who gets what, in the order in which they are asked, and a try-out that writes nothing."""

import hashlib
from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.models import User
from portal.permissions import permission
from procedures.actions import rules as deeds
from procedures.manage.assignment_forms import RuleForm, ScopeForm, TryForm, communes, sectors
from procedures.manage.frame import administrator, shown, tried
from procedures.models import AssignmentRule
from procedures.models.hands import ROLES
from procedures.queries import hands
from procedures.queries.rules import Change, changed, covering, stamp, with_changed, would_change


@never_cache
@require_safe
@permission("manage.view")
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in the order in which they are asked, and who would get a dossier now."""
    form = TryForm(request.GET if "procedure" in request.GET else None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    steps = hands.foreseen(told["procedure"], told["office"], told["commune"]) if told else []
    context = {"rows": _rows(hands.rules()), "form": form, "tried": bool(told), "steps": steps}
    return shown(request, "manage/assignment.html", "manage_assignment", **context)


def _rows(found: list[AssignmentRule]) -> list[dict[str, Any]]:
    people = User.objects.only("full_name").in_bulk({key for one in found for key in one.people})
    fields, places, gone = dict(sectors()), dict(communes()), hands.away(people)
    hidden = covering(found)
    numbers = _numbers(found)
    return [
        {
            "rule": one, "sector": fields.get(one.sector, one.sector), "commune": places.get(one.commune, one.commune),
            "people": [(people[key].full_name, gone.get(key)) for key in one.people if key in people],
            "number": numbers[one.pk], "hidden_by": numbers.get(hidden[one.pk].pk) if one.pk in hidden else None,
            "first": numbers[one.pk] == 1, "last": one.pk == {other.role: other.pk for other in found}[one.role],
        }
        for one in found
    ]  # fmt: skip


def _numbers(found: list[AssignmentRule]) -> dict[int, int]:
    """The place of each among the rules of its role, from one."""
    count: Counter[str] = Counter()
    return {one.pk: count.update([one.role]) or count[one.role] for one in found}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def rule_add(request: HttpRequest) -> HttpResponse:
    """Role and office first (they say who can be named), then the rest."""
    scope = _scope(request)
    if not (scope.is_bound and scope.is_valid()):
        return shown(request, "manage/assignment_scope.html", "manage_assignment", form=scope)
    form = _rule_form(request, scope.cleaned_data, {})
    if form.is_valid() and tried(form, lambda: deeds.add_rule(administrator(request), **form.cleaned_data)) is not None:
        messages.success(request, _("Đã thêm quy tắc. Hồ sơ đến bước từ bây giờ được giao theo quy tắc này."))
        return redirect("manage_assignment")
    return _form_shown(request, form, scope.cleaned_data)


def _scope(request: HttpRequest, initial: dict[str, Any] | None = None) -> ScopeForm:
    asked = request.POST or request.GET
    return ScopeForm(asked if "role" in asked else None, initial=initial)


def _rule_form(request: HttpRequest, scope: dict[str, Any], initial: dict[str, Any]) -> RuleForm:
    staff = hands.holders(scope["role"], scope["office"].pk) if scope["office"] else []
    return RuleForm(request.POST or None, staff=staff, initial={**initial, **scope})


def _form_shown(request: HttpRequest, form: RuleForm, scope: dict[str, Any], **more: Any) -> HttpResponse:
    context = {"form": form, "role": dict(ROLES)[scope["role"]], "office": scope["office"], **more}
    return shown(request, "manage/assignment_rule.html", "manage_assignment", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def rule_change(request: HttpRequest, key: int) -> HttpResponse:
    """First shows what would change; saved is only what was shown, while no other rule changed."""
    rule = _rule(key)
    asked, standing = _scope(request), {"role": rule.role, "office": rule.office}
    if "scope" in request.GET or (asked.is_bound and not asked.is_valid()):
        form = asked if asked.is_bound else ScopeForm(initial=standing)
        return shown(request, "manage/assignment_scope.html", "manage_assignment", form=form, rule=rule)
    scope = asked.cleaned_data if asked.is_bound else standing
    form = _rule_form(request, scope, _typed(rule))
    if not form.is_valid():
        return _form_shown(request, form, scope, rule=rule)
    if _agreed(request, form) and _changed(request, rule, form):
        return redirect("manage_assignment")
    return _form_shown(request, form, scope, **_foretold(_rule(key), form))


def _typed(rule: AssignmentRule) -> dict[str, Any]:
    told = {name: getattr(rule, name) for name in ("sector", "commune", "people")}
    return {**told, "procedure": rule.procedure.code if rule.procedure else ""}


def _agreed(request: HttpRequest, form: RuleForm) -> bool:
    """What is saved is what was shown: the same words again, with the stamp of that page."""
    return "save" in request.POST and request.POST.get("shown") == _digest(form)


def _digest(form: RuleForm) -> str:
    return hashlib.sha256(repr(sorted(form.cleaned_data.items(), key=str)).encode()).hexdigest()[:16]


def _changed(request: HttpRequest, rule: AssignmentRule, form: RuleForm) -> bool:
    seen = request.POST.get("seen", "")
    made = tried(form, lambda: deeds.change_rule(rule, administrator(request), seen=seen, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("Đã sửa quy tắc. Hồ sơ đã giao vẫn ở người đang giữ."))
    return made is not None


def _foretold(rule: AssignmentRule, form: RuleForm) -> dict[str, Any]:
    """What the change would do, and the marks by which the next press is known to mean it."""
    standing, after = hands.rules(), changed(rule, form.cleaned_data)
    then = with_changed(standing, after)
    found = would_change(standing, then, {rule.role, after.role})
    hidden = covering(then)
    return {
        "rule": rule, "changes": _told(found), "seen": stamp(standing), "shown_as": _digest(form), "foretold": True,
        "number": _numbers(then)[after.pk], "never": after.pk in hidden,
    }  # fmt: skip


def _told(found: list[Change]) -> list[dict[str, Any]]:
    """Each with its rules as rows of the list are told."""
    before = _by_key([one.before for one in found if one.before])
    after = _by_key([one.after for one in found if one.after])
    return [
        {
            "before": before[one.before.pk] if one.before else None,
            "after": after[one.after.pk] if one.after else None,
            "offerings": one.offerings,
        }
        for one in found
    ]


def _by_key(found: list[AssignmentRule]) -> dict[int, dict[str, Any]]:
    return {row["rule"].pk: row for row in _rows(found)}


def _rule(key: int) -> AssignmentRule:
    return get_object_or_404(AssignmentRule.objects.select_related("office", "procedure"), pk=key)


@require_POST
@permission("manage.change")
def rule_move(request: HttpRequest, key: int) -> HttpResponse:
    """Up or down by a button: no pointer is needed. The page opens where the rule now stands."""
    deeds.move_rule(_rule(key), administrator(request), by=-1 if request.POST.get("to") == "up" else 1)
    return redirect(f"{reverse('manage_assignment')}#quy-tac-{key}")


@require_POST
@permission("manage.change")
def rule_drop(request: HttpRequest, key: int) -> HttpResponse:
    deeds.drop_rule(_rule(key), administrator(request))
    messages.success(request, _("Đã bỏ quy tắc. Hồ sơ đã giao vẫn ở người đang giữ."))
    return redirect("manage_assignment")
