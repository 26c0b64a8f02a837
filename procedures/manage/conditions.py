"""When something is asked, as sentences: rows on a page of their own, for any part of a draft that can have a condition."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.actions import NotPossible
from portal.permissions import permission
from procedures.actions import drafting
from procedures.manage.condition_rows import (
    JOINS,
    Asked,
    Group,
    Row,
    Rule,
    all_rows,
    asked_fields,
    pressed,
    raw_of,
    rule_of,
    sent,
    tidied,
)
from procedures.manage.drafting import (
    draft_at,
    draft_page,
    kept,
    link_of,
    new_faults,
    part_at,
    part_of,
    read_of,
    seen_of,
    two_texts,
)
from procedures.manage.frame import administrator
from procedures.manage.record_conditions import ConditionField, fields_told
from procedures.manage.sentences import only_if
from procedures.models import VersionDraft
from procedures.models.form_messages import problem_sentence
from procedures.schema import parts
from procedures.schema.conditions import read_condition
from procedures.schema.definition import Definition
from procedures.schema.form import Field
from procedures.schema.reading import Node

# Parts that may have a condition.
HOLDERS = ("form", "papers", "cases", "fees", "route")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def condition(request: HttpRequest, code: str, address: str) -> HttpResponse:
    draft = draft_at(code)
    if address.partition(".")[0] not in HOLDERS or not isinstance(part_at(draft, address), Mapping):
        raise Http404
    fields = _fields(draft, address)
    rule, faults = _typed(request, draft, address, fields)
    value = raw_of(rule, fields)
    if "line" in request.POST:
        value, faults = _line(request)
    if request.method == "POST" and "row" not in request.POST and not faults:
        answer, faults = _saved(request, draft, address, value)
        if answer is not None:
            return answer
    return _page(request, draft, address, rule, fields, faults)


def _line(request: HttpRequest) -> tuple[Any, list[dict[str, str]]]:
    """What was written in one line, or why it cannot be read."""
    try:
        return ConditionField(required=False).clean(request.POST["line"]), []
    except ValidationError as error:
        return None, [{"name": "line", "text": str(text)} for text in error.messages]


def _fields(draft: VersionDraft, address: str) -> dict[str, Asked]:
    """What this condition may ask: not its own field, and for a column also the others of its row."""
    read, steps = read_of(draft), address.split(".")
    is_column = steps[:2] == ["form", "sections"] and len(steps) > 6
    own = steps[-1] if steps[:2] == ["form", "sections"] and len(steps) > 3 else ""
    columns = _columns(read, steps[4]) if is_column else ()
    return {one.key: one for one in asked_fields(read, own, columns)}


def _columns(read: Definition, key: str) -> Sequence[Field]:
    found = read.form.index.get(key)
    return found.fields if found else ()


def _typed(
    request: HttpRequest, draft: VersionDraft, address: str, fields: Mapping[str, Asked]
) -> tuple[Rule, list[dict[str, str]]]:
    """The rows as they are kept, or as they were sent, with what is missing in them when they are to be kept."""
    if request.method != "POST":
        known = rule_of(part_at(draft, f"{address}.when"))
        return (known or Rule()) if known is None or known.items else Rule("all", [Row()]), []
    rule = sent(request.POST)
    pressed(rule, request.POST.get("row", ""))
    tidied(rule, fields)
    return rule, [] if "row" in request.POST else _lacking(rule, fields)


def _lacking(rule: Rule, fields: Mapping[str, Asked]) -> list[dict[str, str]]:
    """Rows that are begun and not finished; rows that were never begun are left out."""
    found = []
    for name, row in _named(rule):
        if row.field and row.field not in fields:
            row.error = _("Trường “%(key)s” không còn trong biểu mẫu.") % {"key": row.field}
        elif row.field and row.how not in ("filled", "empty") and not any(value.strip() for value in row.values):
            row.error = _("Hãy cho biết “%(field)s” so với giá trị nào.") % {"field": fields[row.field].name}
        if row.error:
            found.append({"name": f"{name}-field", "text": row.error})
    return found


def _named(rule: Rule) -> list[tuple[str, Row]]:
    found = []
    for n, item in enumerate(rule.items):
        rows = (
            [(f"i-{n}-r-{m}", row) for m, row in enumerate(item.rows)]
            if isinstance(item, Group)
            else [(f"i-{n}", item)]
        )
        found += rows
    return found


def _saved(
    request: HttpRequest, draft: VersionDraft, address: str, value: Any
) -> tuple[HttpResponse | None, list[dict[str, str]]]:
    """Kept, unless it would break something: a circle, a value that is never an answer."""
    when, seen = f"{address}.when", request.POST.get("seen", "")
    around = part_at(draft, address)
    after = {**around, "when": value} if value is not None else {k: v for k, v in around.items() if k != "when"}
    wrong = new_faults(draft, parts.put(draft.definition, address, after))
    if wrong:
        return None, [{"name": "", "text": problem_sentence(one)} for one in wrong]
    done = redirect(link_of(draft.code, address))
    try:
        if value is None and around.get("when") is not None:
            drafting.remove(draft, administrator(request), when, seen)
            return done, []
    except drafting.Stale as stale:
        return two_texts(request, draft, when, value, stale), []
    except NotPossible as refusal:
        return None, [{"name": "", "text": str(refusal)}]
    return (kept(request, draft, when, value, seen) if value is not None else None) or done, []


def _page(
    request: HttpRequest,
    draft: VersionDraft,
    address: str,
    rule: Rule,
    fields: Mapping[str, Asked],
    faults: list[dict[str, str]],
) -> HttpResponse:
    read, around = read_of(draft), part_at(draft, address)
    raw, line = around.get("when"), request.POST.get("line")
    told = {
        "draft": draft, "title": around.get("label") or around.get("title") or around.get("name") or address, "rule": rule, "joins": JOINS.items(),
        "items": [_drawn(f"i-{n}", item, fields) for n, item in enumerate(rule.items)], "errors": faults,
        "offered": _by_section(fields), "seen": request.POST.get("seen") or seen_of(draft, f"{address}.when"),
        "kept": only_if(read_condition(Node(raw, "", [])), read), "back": link_of(draft.code, address),
        "typed": only_if(read_condition(Node(raw_of(rule, fields), "", [])), read) if request.method == "POST" else "",
        "too_much": raw is not None and rule_of(raw) is None, "is_form": address.startswith("form."),
        "line": line if line is not None else ConditionField().line(raw) if raw else "", "told": fields_told(draft.definition), "by_line": line is not None,
        "some": any(row.field for row in all_rows(rule)),
    }  # fmt: skip
    return draft_page(request, draft.code, "manage/condition.html", part_of(address), **told)


def _drawn(name: str, item: Row | Group, fields: Mapping[str, Asked]) -> dict[str, Any]:
    if isinstance(item, Group):
        return {
            "name": name,
            "join": item.join,
            "rows": [_drawn(f"{name}-r-{m}", row, fields) for m, row in enumerate(item.rows)],
        }
    asked = fields.get(item.field)
    return {
        "name": name, "row": item, "asked": asked, "hows": asked.hows if asked else [], "value": next(iter(item.values), ""),
        "control": _control(asked, item.how) if asked else "",
    }  # fmt: skip


def _control(asked: Asked, how: str) -> str:
    """How the value is given: the kind of box that fits the field."""
    if how in ("filled", "empty"):
        return ""
    if asked.kind in ("yes_no", "declaration"):
        return "yes_no"
    if asked.choices:
        return "many" if how == "in" else "one"
    if asked.kind == "date":
        return "date"
    return "number" if asked.kind in ("number", "decimal", "money", "computed", "group", "file") else "text"


def _by_section(fields: Mapping[str, Asked]) -> list[tuple[str, list[Asked]]]:
    found: dict[str, list[Asked]] = {}
    for one in fields.values():
        found.setdefault(
            str(one.under) or (_("Hồ sơ") if one.key.startswith("profile.") else _("Cùng dòng")), []
        ).append(one)
    return list(found.items())
