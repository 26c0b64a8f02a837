"""Liên thông: agreements with other authorities, offered, answered and ended here, and the messages that crossed."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.moments import today
from portal.permissions import permission
from procedures.actions import agreements, crossings
from procedures.manage.fields import DayField
from procedures.manage.frame import administrator, ask, shown
from procedures.models import Agreement, Crossing
from procedures.queries import packages as known
from procedures.queries.joint import forms_of, questions_of
from procedures.schema.record import CODE

BACK = (
    ("due", gettext_lazy("Thời hạn và các mốc ngày")),
    ("number", gettext_lazy("Số hồ sơ")),
    ("reason", gettext_lazy("Lý do từ chối, dừng, yêu cầu")),
    ("result", gettext_lazy("Kết quả đã ký")),
)
MOST_CODES = 20


class OfferForm(forms.Form):
    partner = forms.ChoiceField(label=gettext_lazy("Cơ quan nhận hồ sơ"))
    procedures = forms.CharField(
        label=gettext_lazy("Mã các thủ tục bên nhận giải quyết"), max_length=600,
        help_text=gettext_lazy("Cách nhau bằng dấu phẩy hoặc dấu cách. Bên nhận sẽ cho biết mẫu đơn hỏi gì khi chấp thuận."),
    )  # fmt: skip
    since = DayField(label=gettext_lazy("Có hiệu lực từ ngày"))
    tells_back = forms.MultipleChoiceField(
        label=gettext_lazy("Bên nhận báo lại, ngoài trạng thái"), choices=BACK, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    tells_siblings = forms.BooleanField(
        label=gettext_lazy("Cho bên nhận biết trạng thái các phần khác của cùng hồ sơ liên thông"), required=False
    )
    purpose = forms.CharField(
        label=gettext_lazy("Mục đích, căn cứ pháp lý"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self.partners = {one.slug: one for one in known.partners()}
        self.fields["partner"].choices = [(slug, one.title) for slug, one in self.partners.items()]  # type: ignore[attr-defined]

    def clean_procedures(self) -> list[str]:
        codes = list(dict.fromkeys(self.cleaned_data["procedures"].replace(",", " ").replace(";", " ").split()))
        wrong = [code for code in codes if not CODE.fullmatch(code)]
        if wrong:
            raise ValidationError(_("Không phải mã thủ tục: %(codes)s.") % {"codes": ", ".join(wrong[:5])})
        if len(codes) > MOST_CODES:
            raise ValidationError(_("Mỗi thỏa thuận tối đa %(most)s thủ tục.") % {"most": MOST_CODES})
        return codes

    def clean_since(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["since"]
        if day < today():
            raise ValidationError(_("Thỏa thuận không có hiệu lực về trước."))
        return day


class AcceptForm(forms.Form):
    """For each procedure, the questions of our own form that may be answered from the other side."""

    def __init__(self, *args: Any, agreement: Agreement, **told: Any) -> None:
        super().__init__(*args, **told)
        for number, (code, definition) in enumerate(forms_of(agreement.procedures).items()):
            asked = questions_of(definition)
            label = _("Dữ liệu được nhận cho %(code)s %(name)s") % {"code": code, "name": definition.name()}
            self.fields[f"p{number}"] = forms.MultipleChoiceField(
                label=label, choices=[(one["key"], one["label"]["vi"]) for one in asked], required=False,
                initial=[one["key"] for one in asked], widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
            self.fields[f"p{number}"].widget.attrs["data-code"] = code
        self.codes = list(forms_of(agreement.procedures))

    def chosen(self) -> dict[str, list[str]]:
        return {code: self.cleaned_data[f"p{number}"] for number, code in enumerate(self.codes)}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@never_cache
@require_safe
@permission("manage.view")
def joint(request: HttpRequest) -> HttpResponse:
    context = {
        "agreements": known.agreements(),
        "packages": known.packages(),
        "crossings": known.crossings(),
        "stuck": known.stuck(),
    }
    return shown(request, "manage/joint.html", "manage_joint", **context)


@require_POST
@permission("manage.change")
def crossing_again(request: HttpRequest, key: int) -> HttpResponse:
    """Pressed twice, or by both sides, it is tried now, once; what was answered meanwhile says so."""
    found = known.crossing_by(key)
    if found is None:
        raise Http404
    if found.state != Crossing.State.WAITING:
        messages.info(request, _("Thông điệp này không còn chờ nữa."))
    else:
        crossings.again(found, administrator(request))
        messages.success(request, _("Thông điệp được chuyển lại ngay; kết quả hiện ở đây sau ít phút."))
    return redirect("manage_joint")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def agreement_offer(request: HttpRequest) -> HttpResponse:
    first = {"since": today(), "tells_back": ["due", "reason", "result"], "tells_siblings": True}
    form = OfferForm(request.POST or None, initial=first)
    title, send = _("Đề nghị thỏa thuận liên thông"), _("Gửi đề nghị")
    return ask(
        request, form, lambda: _offered(request, form), "manage_joint", title=title, back="manage_joint", send=send
    )


def _offered(request: HttpRequest, form: OfferForm) -> HttpResponse:
    said = dict(form.cleaned_data)
    made = agreements.offer(administrator(request), form.partners[said.pop("partner")], **said)
    messages.success(request, _("Đã gửi đề nghị. Thỏa thuận có hiệu lực khi bên kia chấp thuận."))
    return redirect("manage_agreement", made.code)


@never_cache
@require_safe
@permission("manage.view")
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    held = _held(code)
    tells = [label for name, label in BACK if name in held.tells_back]
    context = {"agreement": held, "tells": tells, "crossings": known.crossings(held), "fields": list(_fields(held))}
    return shown(request, "manage/agreement.html", "manage_joint", **context)


def _fields(held: Agreement) -> list[dict[str, Any]]:
    """Each procedure with the questions that may be answered from the other side, by their labels where they are known."""
    own = {} if held.sends else forms_of(held.procedures)
    rows = []
    for code in held.procedures:
        told = held.described.get(code) or {}
        asked = told.get("questions") or (questions_of(own[code]) if code in own else [])
        labels = {one["key"]: one["label"] for one in asked}
        name = told.get("name") or ({"vi": own[code].name("vi"), "en": own[code].name("en")} if code in own else None)
        keys = held.fields.get(code, ())
        rows.append({"code": code, "name": name, "labels": [labels.get(key, {"vi": key}) for key in keys]})
    return rows


def _held(code: str) -> Agreement:
    found = known.agreement_by(code)
    if found is None:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def agreement_accept(request: HttpRequest, code: str) -> HttpResponse:
    held = _held(code)
    form = AcceptForm(request.POST if request.method == "POST" else None, agreement=held)

    def accept() -> Agreement:
        return agreements.accept(held, administrator(request), form.chosen())

    said = (_("Chấp thuận thỏa thuận với %(who)s"), _("Chấp thuận"), _("Thỏa thuận có hiệu lực theo ngày đã ghi."))
    return _answered(request, form, held, accept, said)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def agreement_decline(request: HttpRequest, code: str) -> HttpResponse:
    words = (_("Từ chối thỏa thuận với %(who)s"), _("Từ chối"), _("Đã từ chối; bên kia được báo."))
    return _with_reason(request, code, agreements.decline, words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def agreement_end(request: HttpRequest, code: str) -> HttpResponse:
    said = _("Đã chấm dứt. Không hồ sơ mới nào được chuyển; hồ sơ đã chuyển vẫn được báo đến khi xong.")
    return _with_reason(
        request, code, agreements.end, (_("Chấm dứt thỏa thuận với %(who)s"), _("Chấm dứt thỏa thuận"), said)
    )


def _with_reason(
    request: HttpRequest, code: str, act: Callable[..., Agreement], words: tuple[str, str, str]
) -> HttpResponse:
    held, form = _held(code), ReasonForm(request.POST or None)
    return _answered(request, form, held, lambda: act(held, administrator(request), **form.cleaned_data), words)


def _answered(
    request: HttpRequest, form: forms.Form, held: Agreement, act: Callable[[], Agreement], words: tuple[str, str, str]
) -> HttpResponse:
    """`words`: the title, the button, and what is said when it is done."""

    def deed() -> HttpResponse:
        act()
        messages.success(request, words[2])
        return redirect("manage_agreement", held.code)

    title = words[0] % {"who": held.partner.title}
    back = {"back": "manage_agreement", "back_to": held.code}
    return ask(request, form, deed, "manage_joint", title=title, send=words[1], **back)
