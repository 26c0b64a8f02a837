"""People and their roles: who may do what at which office, until when."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import actions
from portal.models import Membership, User
from portal.moments import today
from portal.permissions import permission
from portal.queries import officials, open_offices
from portal.roles import Role
from procedures.manage.fields import DayField, OfficeField, OfficeForm, PersonIdField, office_named
from procedures.manage.frame import administrator, shown, tried
from procedures.queries import hands

PAGE = 50
ROLES = [(role.value, role.label) for role in Role if role not in (Role.CITIZEN, Role.OPERATOR)]


class RoleForm(OfficeForm):
    role = forms.ChoiceField(label=gettext_lazy("Vai trò"), choices=[("", "–"), *ROLES])
    office = OfficeField(
        label=gettext_lazy("Đơn vị"),
        required=False,
        empty_label=gettext_lazy("Toàn cơ quan"),
        help_text=gettext_lazy("Quản trị và kiểm tra, giám sát là của toàn cơ quan. Vai trò khác gắn với một đơn vị."),
    )
    title = forms.CharField(label=gettext_lazy("Chức vụ"), max_length=100, required=False)
    until = DayField(
        label=gettext_lazy("Đến hết ngày"), required=False, help_text=gettext_lazy("Để trống nếu không có thời hạn.")
    )


class PersonForm(RoleForm):
    personal_id = PersonIdField()
    full_name = forms.CharField(
        label=gettext_lazy("Họ và tên"),
        max_length=200,
        help_text=gettext_lazy("Như trên thẻ căn cước."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("personal_id", "full_name", "role", "office", "title", "until")


@never_cache
@require_safe
@permission("manage.view")
def people(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "role", "office")}
    office = office_named(asked["office"])
    found = officials(asked["q"], asked["role"], office.pk if office else None)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "total": len(found), "asked": asked, "roles": ROLES, "offices": open_offices()}
    gone = hands.away([one.pk for one, _held in page])
    context["people"] = [(one, held, gone.get(one.pk)) for one, held in page]
    return shown(request, "manage/people.html", "manage_people", **context, **_beside(request, page))


def _beside(request: HttpRequest, page: Page[Any]) -> dict[str, str]:
    """Addresses of the pages before and after."""

    def address(number: int) -> str:
        asked = request.GET.copy()
        asked["page"] = str(number)
        return f"?{asked.urlencode()}"

    return {
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "following": address(page.next_page_number()) if page.has_next() else "",
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def person_add(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = tried(form, lambda: _add(request, form.cleaned_data))
        if person is not None:
            messages.success(request, _("Đã thêm %(name)s.") % {"name": person.full_name})
            return redirect("manage_person", person.pk)
    return shown(request, "manage/person_add.html", "manage_people", form=form)


def _add(request: HttpRequest, told: dict[str, Any]) -> User:
    actor = administrator(request)
    person = actions.add_person(actor, personal_id=told["personal_id"], full_name=told["full_name"])
    _give(actor, person, told)
    return person


def _give(actor: User, person: User, told: dict[str, Any]) -> Membership:
    return actions.give_role(
        person, told["role"], told["office"], actor=actor, until=told["until"], title=told["title"]
    )


@never_cache
@require_safe
@permission("manage.view")
def person(request: HttpRequest, key: int) -> HttpResponse:
    return _person(request, _official(key), RoleForm())


@require_POST
@permission("manage.change")
def role_give(request: HttpRequest, key: int) -> HttpResponse:
    found, form = _official(key), RoleForm(request.POST)
    if form.is_valid() and tried(form, lambda: _give(administrator(request), found, form.cleaned_data)) is not None:
        messages.success(request, _("Đã giao vai trò. Vai trò có hiệu lực ngay."))
        return redirect("manage_person", found.pk)
    return _person(request, found, form)


def _official(key: int) -> User:
    """Somebody who holds or held a role here; other people's accounts are not this authority's business."""
    return get_object_or_404(User.objects.filter(pk__in=Membership.objects.values("user_id")), pk=key)


def _person(request: HttpRequest, found: User, form: forms.Form) -> HttpResponse:
    rows = list(_roles(found))
    current = [row for row in rows if row.until is None or row.until >= today()]
    context = {
        "person": found,
        "current": current,
        "past": [row for row in rows if row not in current],
        "id_end": found.personal_id[-4:],
        "waits": found.issuer == actions.AWAITED,
        "is_self": found.pk == administrator(request).pk,
        "form": form,
        "absences": hands.absences_of([found.pk]),
        "load": hands.load_of([found.pk]).get(found.pk, 0),
    }
    return shown(request, "manage/person.html", "manage_people", **context)


def _roles(found: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=found).select_related("office").order_by("role", "office__code", "pk")


def _done(request: HttpRequest, found: User, deed: Callable[[], object], said: str) -> HttpResponse:
    """Do it and say so, or say why it cannot be done; back to the person's page."""
    try:
        deed()
        messages.success(request, said)
    except actions.NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("manage_person", found.pk)


@require_POST
@permission("manage.change")
def role_withdraw(request: HttpRequest, key: int, role: int) -> HttpResponse:
    row = get_object_or_404(Membership.objects.select_related("user", "office"), pk=role, user_id=key)
    return _done(
        request, row.user, lambda: actions.withdraw_role(row, actor=administrator(request)), _("Đã rút vai trò.")
    )


@require_POST
@permission("manage.change")
def person_lock(request: HttpRequest, key: int) -> HttpResponse:
    found, actor = _official(key), administrator(request)
    if request.POST.get("deed") == "unlock":
        return _done(request, found, lambda: actions.unlock_account(found, actor=actor), _("Đã mở lại tài khoản."))
    return _done(request, found, lambda: actions.lock_account(found, actor=actor), _("Đã khóa tài khoản."))
