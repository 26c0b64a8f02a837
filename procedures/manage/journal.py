"""The journal of who did or saw what, whether its chain holds, and what people say about the service."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.models import AuditEntry
from portal.moments import midnight
from portal.permissions import permission
from procedures.manage.fields import DayField
from procedures.manage.frame import administrator, shown
from procedures.models import Feedback
from procedures.queries import oversight

PAGE = 50
ACTS: dict[str, str | Promise] = {
    "sign_in": _("Đăng nhập"),
    "look": _("Xem"),
    "journal.view": _("Xem nhật ký"),
    "person.add": _("Thêm người"),
    "person.lock": _("Khóa tài khoản"),
    "person.unlock": _("Mở lại tài khoản"),
    "role.give": _("Giao vai trò"),
    "role.withdraw": _("Rút vai trò"),
    "office.add": _("Thêm đơn vị"),
    "office.change": _("Sửa đơn vị"),
    "office.dissolve": _("Giải thể đơn vị"),
    "settings.change": _("Đổi thiết lập"),
    "calendar.change": _("Đổi lịch làm việc"),
    "procedure.publish": _("Công bố thủ tục"),
    "procedure.take_effect": _("Phiên bản có hiệu lực"),
    "procedure.call_off": _("Hủy phiên bản chờ hiệu lực"),
    "procedure.withdraw": _("Ngừng tiếp nhận thủ tục"),
    "draft.begin": _("Bắt đầu bản soạn"),
    "draft.change": _("Sửa bản soạn"),
    "draft.add": _("Thêm vào bản soạn"),
    "draft.remove": _("Bỏ khỏi bản soạn"),
    "draft.move": _("Đổi thứ tự trong bản soạn"),
    "draft.merge": _("Đưa nội dung của bộ vào bản soạn"),
    "draft.discard": _("Bỏ bản soạn"),
    "offering.change": _("Đổi dịch vụ tại đơn vị"),
    "form.own": _("Tải mẫu đơn điền sẵn"),
    "level.change": _("Mức độ thay đổi"),
    "level.day": _("Sang ngày mới"),
    "account.open": _("Mở tài khoản thu"),
    "account.close": _("Đóng tài khoản thu"),
    "outbox.retry": _("Làm lại việc nền"),
    "paper.make": _("Lập giấy tờ của hồ sơ"),
    "paper.again": _("Lập lại giấy tờ"),
    "book.make": _("Lấy sổ theo dõi hồ sơ"),
    "dossier.accept": _("Tiếp nhận hồ sơ"),
    "dossier.refuse": _("Từ chối tiếp nhận"),
    "dossier.decide": _("Quyết định hồ sơ"),
    "dossier.judge": _("Nhận xét giấy tờ"),
    "dossier.note": _("Ghi chú nội bộ"),
    "fault.add": _("Thêm lý do giấy tờ chưa đạt"),
    "fault.change": _("Sửa lý do giấy tờ chưa đạt"),
    "fault.on": _("Dùng lại lý do giấy tờ chưa đạt"),
    "fault.off": _("Ngừng dùng lý do giấy tờ chưa đạt"),
    "feedback.answer": _("Trả lời phản ánh"),
    "payment.settled": _("Ghi thu"),
    "payment.suspended": _("Tiền chờ xử lý"),
    "payment.cancelled": _("Hủy thanh toán"),
    "payment.refund_requested": _("Yêu cầu hoàn tiền"),
    "payment.refunded": _("Đã hoàn tiền"),
}


class JournalForm(forms.Form):
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    about = forms.IntegerField(required=False, widget=forms.HiddenInput)
    object = forms.CharField(label=_("Đối tượng"), max_length=120, required=False)
    action = forms.ChoiceField(label=_("Việc"), choices=[("", _("Tất cả")), *ACTS.items()], required=False)
    first = DayField(label=_("Từ ngày"), required=False)
    last = DayField(label=_("Đến hết ngày"), required=False)
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def asked(self) -> dict[str, Any]:
        """What the query knows; a filter that is not understood is told beside its field and filters nothing."""
        told = dict(self.cleaned_data)
        first, last = told.pop("first", None), told.pop("last", None)
        told["since"] = midnight(first) if first else None
        told["to"] = midnight(last + datetime.timedelta(days=1)) if last else None
        return told


@never_cache
@require_safe
@permission("audit.view")
def journal(request: HttpRequest) -> HttpResponse:
    """Who reads the journal stands in it, too."""
    form = JournalForm(request.GET)
    form.is_valid()
    found = list(oversight.audit_entries(form.asked())[: PAGE + 1])
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    context = {
        "form": form,
        "rows": [_row(entry) for entry in found[:PAGE]],
        "older": f"?{urlencode({**asked, 'before': found[PAGE - 1].number})}" if len(found) > PAGE else "",
        "narrowed": bool(asked),
    }
    audit.record(administrator(request), "journal.view", "journal", **asked)
    return shown(request, "manage/journal.html", "manage_audit", **context)


def _row(entry: AuditEntry) -> dict[str, Any]:
    facts = [f"{name}: {value}" for name, value in entry.facts.items() if value not in ("", None)]
    return {"entry": entry, "word": ACTS.get(entry.action, entry.action), "facts": ", ".join(facts)}


@never_cache
@require_safe
@permission("audit.view")
def chain(request: HttpRequest) -> HttpResponse:
    """Reads the whole journal: asked for by a link of its own."""
    head = AuditEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return shown(request, "manage/chain.html", "manage_audit", broken=audit.first_break(), head=head)


@never_cache
@require_safe
@permission("manage.view")
def feedback(request: HttpRequest) -> HttpResponse:
    """How much of it waits and since when; what people wrote is for those who answer it."""
    waiting = (
        Feedback.objects.filter(answered_at=None)
        .select_related("office")
        .defer("body", "contact")
        .order_by("created_at")
    )
    return shown(
        request, "manage/feedback.html", "manage_feedback", groups=oversight.feedback_by_group(), waiting=waiting[:PAGE]
    )
