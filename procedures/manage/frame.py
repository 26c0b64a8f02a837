"""The administrators' frame around every page: what there is to administer, and whether this person may change it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from portal.actions import NotPossible
from portal.models import User
from portal.permissions import may, roles_of
from portal.roles import Role

# Group, then name of the address and title.
PAGES = (
    (gettext_lazy("Theo dõi"), "manage", gettext_lazy("Tổng quan")),
    ("", "manage_figures", gettext_lazy("Số liệu")),
    ("", "manage_time", gettext_lazy("Thời hạn, xin lỗi")),
    ("", "manage_feedback", gettext_lazy("Phản ánh")),
    ("", "manage_links", gettext_lazy("Kết nối")),
    ("", "manage_jobs", gettext_lazy("Việc nền")),
    (gettext_lazy("Tổ chức"), "manage_people", gettext_lazy("Người và vai trò")),
    ("", "manage_offices", pgettext_lazy("danh mục", "Đơn vị")),
    ("", "manage_assignment", pgettext_lazy("danh mục", "Phân công")),
    ("", "manage_calendar", gettext_lazy("Lịch làm việc")),
    ("", "manage_settings", gettext_lazy("Thiết lập")),
    (pgettext_lazy("danh mục", "Thủ tục"), "manage_procedures", gettext_lazy("Thủ tục và mức độ")),
    ("", "manage_joint", gettext_lazy("Liên thông")),
    ("", "manage_levels", gettext_lazy("Lên mức độ tiếp theo")),
    ("", "manage_national", gettext_lazy("Danh mục quốc gia")),
    ("", "manage_bundle", gettext_lazy("Công bố từ gói")),
    ("", "manage_faults", gettext_lazy("Lý do giấy tờ chưa đạt")),
    ("", "manage_accounts", gettext_lazy("Tài khoản thu")),
    (gettext_lazy("Giám sát"), "manage_audit", gettext_lazy("Nhật ký")),
    ("", "desk_books", gettext_lazy("Sổ theo dõi hồ sơ")),
)
T = TypeVar("T")
TO_CHANGE = ("manage_bundle",)
OUR_ROLES = (Role.ADMINISTRATOR, Role.AUDITOR)


def administrator(request: HttpRequest) -> User:
    """The person at this page; the permission in front of the view made sure that there is one."""
    return cast(User, request.user)


def shown(request: HttpRequest, template: str, current: str, /, **context: Any) -> HttpResponse:
    """A page of the administration in its frame; `current` is the address name of the part it belongs to."""
    person = administrator(request)
    held = roles_of(person)
    told = {
        **context,
        "nav": navigation(current, can_change=may(person, "manage.change")),
        "role_word": ", ".join(str(role.label) for role in OUR_ROLES if role in held),
        "can_change": may(person, "manage.change"),
    }
    return render(request, template, told)


def navigation(current: str, *, can_change: bool) -> list[dict[str, Any]]:
    return [
        {"group": str(group), "title": title, "href": reverse(name), "current": name == current, "count": None}
        for group, name, title in PAGES
        if can_change or name not in TO_CHANGE
    ]


def summary(*rows: tuple[Any, Any]) -> list[dict[str, Any]]:
    """Rows for parts/summary_list.html; what is empty says so."""
    return [
        {"label": label, "value": str(value) if value else pgettext("thiết lập", "Chưa có")} for label, value in rows
    ]


def ask(
    request: HttpRequest, form: forms.Form, deed: Callable[[], HttpResponse], current: str, /, **words: Any
) -> HttpResponse:
    """A page of one form that is tried: shown until the deed can be done, then wherever that leads.

    `words`: title, back (the name of the address one goes back to), back_to (its argument), send (the button).
    """
    done = tried(form, deed) if request.method == "POST" and form.is_valid() else None
    return done or shown(request, "manage/form.html", current, form=form, **words)


def tried(form: forms.Form, deed: Callable[[], T]) -> T | None:
    """What came of a deed, or None where it cannot be done; the form then says why."""
    try:
        return deed()
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return None
