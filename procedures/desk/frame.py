"""The officials' frame around every page: the lists with their counts, and what else there is to do."""

from collections.abc import Iterator
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.models import User
from portal.permissions import may, roles_of
from portal.roles import Role
from procedures.queries import worklist
from procedures.queries.opinions import waiting_count
from procedures.queries.paper_lists import counted_waiting
from procedures.queries.saved import forget_saved, saved_for

GROUPS = (
    (
        gettext_lazy("Cần làm"),
        ("changed", "new", "mine", "covered", "unassigned", "to_sign", "to_return", "withdrawal"),
    ),
    (gettext_lazy("Thời hạn"), ("overdue", "apologise", "today", "soon", "step_overdue")),
    (gettext_lazy("Đang chờ người dân"), ("supplement", "payment")),
    (gettext_lazy("Tất cả"), ("running", "suspended", "office", "closed")),
)
PAGES = (
    ("desk_register", gettext_lazy("Tiếp nhận tại quầy"), "dossier.register"),
    ("desk_queue", gettext_lazy("Hàng chờ"), "dossier.register"),
    ("desk_paper_lists", gettext_lazy("Bàn giao giấy tờ"), "papers.hand"),
    ("desk_to_sign", gettext_lazy("Ký số"), "dossier.decide"),
    ("desk_results", gettext_lazy("Sổ kết quả"), "results.view"),
    ("desk_uncollected", gettext_lazy("Kết quả chưa ai nhận"), "dossier.hand_over"),
    ("desk_cash", gettext_lazy("Thu tiền"), "payment.confirm"),
    ("desk_opinions", pgettext_lazy("danh mục", "Cho ý kiến"), "opinion.answer"),
    ("desk_hands", gettext_lazy("Nhân lực"), "work.own"),
    ("desk_books", gettext_lazy("Sổ theo dõi hồ sơ"), "book.view"),
    ("desk_feedback", gettext_lazy("Phản ánh, kiến nghị"), "feedback.answer"),
    ("manage_time", gettext_lazy("Thời hạn, xin lỗi"), "figures.drill"),
    ("manage", gettext_lazy("Quản trị"), "manage.view"),
)
# What waits elsewhere than in the lists.
COUNTED = {"desk_paper_lists": counted_waiting, "desk_opinions": waiting_count}
Item = dict[str, Any]


def official(request: HttpRequest) -> User:
    """The person at this page; the permission in front of the view made sure that there is one.

    Who does something sees the lists counted anew.
    """
    person = cast(User, request.user)
    if request.method == "POST":
        worklist.forget_counts(person)
        forget_saved(person)
    return person


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, current: str = "", status: int = 200
) -> HttpResponse:
    """A page of the desk in its frame."""
    person = official(request)
    counts = context.get("counts") or worklist.counts_for(person)
    held = roles_of(person)
    words = ", ".join(str(role.label) for role in Role if role in held)
    told = {**context, "counts": counts, "nav": list(navigation(person, counts, current)), "role_word": words}
    return render(request, template, told, status=status)


def navigation(person: User, counts: dict[str, int], current: str) -> Iterator[Item]:
    """The lists that were saved, every list of this official with how many wait in it, then the other pages."""
    at = reverse("worklist")
    yield from _saved(person, at)
    for title, keys in GROUPS:
        group: Any = title
        for key in keys:
            yield {"group": group, **_list_item(at, key, counts, current)}
            group = ""
    group = _("Việc khác")
    for name, title, permission in PAGES:
        if may(person, permission):
            count = COUNTED[name](person) or None if name in COUNTED else None
            yield {"group": group, "title": title, "href": reverse(name), "current": current == name, "count": count}
            group = ""


def _list_item(at: str, key: str, counts: dict[str, int], current: str) -> Item:
    return {
        "title": worklist.LISTS[key].title,
        "href": f"{at}?list={key}",
        "current": current == key,
        "count": counts.get(key) or None,
    }


def _saved(person: User, at: str) -> Iterator[Item]:
    group: Any = gettext_lazy("Danh sách của tôi")
    for name, query in saved_for(person):
        yield {"group": group, "title": name, "href": f"{at}?{query}", "current": False, "count": None}
        group = ""
