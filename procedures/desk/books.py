"""Sổ theo dõi hồ sơ (Mẫu 06): an office and a period, at once where it is short, in the background where it is long."""

import datetime
import io
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.files import download, open_stored
from portal.models import Office, User
from portal.moments import today
from portal.permissions import permission
from portal.queries import offices_of
from procedures.actions import books as deeds
from procedures.desk.frame import official, shown
from procedures.models import Book
from procedures.queries import books as queries
from procedures.queries.books import AT_ONCE, Asked

KINDS = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LONGEST = datetime.timedelta(days=366)
SHOWN = 20


class _Offices(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {obj.title}"


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"})
    return forms.DateField(label=label, input_formats=["%Y-%m-%d", "%d/%m/%Y"], widget=widget)


class BookForm(forms.Form):
    """Which book; at most a year of it."""

    use_required_attribute = False
    office = _Offices(
        label=gettext_lazy("Đơn vị lập sổ"),
        queryset=None,
        empty_label=None,
        widget=forms.Select(attrs={"class": "input"}),
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Sổ gồm"), choices=Book.Side.choices, widget=forms.Select(attrs={"class": "input"})
    )
    first = _day(gettext_lazy("Từ ngày"))
    last = _day(gettext_lazy("Đến hết ngày"))

    def __init__(self, data: QueryDict | None, person: User) -> None:
        held = offices_of(person, "book.view")
        offices = Office.objects.order_by("code")
        mine = offices if held is None else offices.filter(pk__in=held)
        begin = {"side": Book.Side.RECEIVED, "first": today().replace(day=1), "last": today()}
        super().__init__(data, initial=begin)
        self.fields["office"].queryset = mine  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("first"), told.get("last")
        if first and last and first > last:
            self.add_error("last", _("Ngày cuối phải từ ngày đầu trở đi."))
        elif first and last and last - first > LONGEST:
            self.add_error("last", _("Mỗi sổ tối đa một năm."))
        return told

    def asked(self) -> Asked:
        told = self.cleaned_data
        return Asked(told["office"], told["first"], told["last"] + datetime.timedelta(days=1), told["side"])


def _form(request: HttpRequest, sent: QueryDict) -> BookForm:
    return BookForm(sent if "office" in sent else None, official(request))


@never_cache
@require_safe
@permission("book.view")
def books(request: HttpRequest) -> HttpResponse:
    """How many the book would hold, and the books that were made."""
    form = _form(request, request.GET)
    asked = form.asked() if form.is_valid() else None
    count = asked.dossiers().count() if asked else None
    context = {
        "form": form,
        "asked": asked,
        "count": count,
        "short": count is not None and count <= AT_ONCE,
        "query": request.GET.urlencode(),
        "made": list(queries.books_of(official(request))[:SHOWN]),
        "at_once": AT_ONCE,
    }
    return shown(request, "desk/books.html", context, current="desk_books", status=422 if form.errors else 200)


@never_cache
@require_safe
@permission("book.view")
def short_book(request: HttpRequest, kind: str) -> HttpResponse:
    """A short book at once; a longer one goes to the page where it can be had."""
    form = _form(request, request.GET)
    if kind not in KINDS or not form.is_valid():
        raise Http404
    asked = form.asked()
    count = asked.dossiers().count()
    if count > AT_ONCE:
        return redirect(f"/mot-cua/so-theo-doi/?{request.GET.urlencode()}")
    deeds.note_made(asked, official(request), kind, count)
    return _sent(_content(asked, kind, count), _name(asked, kind), kind, inline=kind == "pdf")


def _content(asked: Asked, kind: str, count: int) -> io.BytesIO:
    if kind == "pdf":
        return io.BytesIO(queries.as_pdf(asked, list(queries.whole(asked)), count=count))
    out = io.BytesIO()
    queries.write_xlsx(out, asked, queries.whole(asked))
    out.seek(0)
    return out


def _sent(content: Any, name: str, kind: str, *, inline: bool = False) -> HttpResponse:
    return cast(HttpResponse, download(content, name, KINDS[kind], inline=inline))


def _name(asked: Asked, kind: str, volume: int = 0) -> str:
    part = f"-quyen-{volume}" if volume else ""
    return f"so-theo-doi-{asked.office.code}-{asked.since:%Y%m%d}-{asked.last:%Y%m%d}{part}.{kind}"


@require_POST
@permission("book.view")
def ask(request: HttpRequest) -> HttpResponse:
    form, kind = _form(request, request.POST), request.POST.get("kind", "")
    if kind not in KINDS or not form.is_valid():
        messages.error(request, _("Chưa rõ sổ nào: hãy chọn đơn vị và khoảng ngày."))
        return redirect("desk_books")
    deeds.ask(form.asked(), official(request), kind)
    messages.success(request, _("Sổ đang được lập. Tải lại trang này để xem tiến độ và tải tệp."))
    return redirect("desk_books")


@never_cache
@require_safe
@permission("book.view")
def book_file(request: HttpRequest, key: int, volume: int) -> HttpResponse:
    book = queries.books_of(official(request)).filter(pk=key, state=Book.State.READY).first()
    if book is None or not 1 <= volume <= len(book.files):
        raise Http404
    asked = queries.asked_by(book)
    deeds.note_made(asked, official(request), book.kind, book.files[volume - 1]["rows"])
    name = _name(asked, book.kind, volume if len(book.files) > 1 else 0)
    return _sent(open_stored(book.files[volume - 1]["path"]), name, book.kind)


@never_cache
@require_safe
@permission("book.view")
def results(request: HttpRequest) -> HttpResponse:
    """Phiếu bàn giao kết quả of an office to the desk: what is decided and not yet returned."""
    form = BookForm(request.GET, official(request))
    form.is_valid()
    office = form.cleaned_data.get("office")
    if office is None:
        raise Http404
    day = datetime.timedelta(days=1)
    deeds.note_made(Asked(office, today(), today() + day, Book.Side.SETTLED), official(request), "results", 0)
    return _sent(io.BytesIO(queries.results_to_hand_over(office)), "ban-giao-ket-qua.pdf", "pdf", inline=True)
