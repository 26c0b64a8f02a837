"""Where fees are paid to: opened, given a new secret, closed. A secret that was saved is never shown again."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments.models import Account, ProviderCode
from portal.permissions import permission
from procedures.actions import offices
from procedures.manage.fields import OfficeField, OfficeForm
from procedures.manage.frame import administrator, shown

# What each way to pay cannot do without.
NEEDED = {
    ProviderCode.VNPAY: ("terminal", "secret"),
    ProviderCode.VIETQR: ("bank_bin", "bank_account", "holder"),
    ProviderCode.NATIONAL: ("terminal", "secret", "endpoint"),
    ProviderCode.SANDBOX: (),
}
SECRET = {"autocomplete": "new-password", "spellcheck": "false"}


class AccountForm(OfficeForm):
    office = OfficeField(
        label=gettext_lazy("Đơn vị thu"), required=False, empty_label=gettext_lazy("Toàn cơ quan"),
        help_text=gettext_lazy("Đơn vị không có tài khoản riêng dùng tài khoản của đơn vị cấp trên gần nhất."),
    )  # fmt: skip
    provider = forms.ChoiceField(label=gettext_lazy("Cách thu"), choices=[], widget=forms.RadioSelect)
    terminal = forms.CharField(
        label=gettext_lazy("Mã đơn vị chấp nhận thanh toán"), max_length=40, required=False,
        help_text=gettext_lazy("VNPAY: vnp_TmnCode. Nền tảng quốc gia: MaDoiTac."),
    )  # fmt: skip
    secret = forms.CharField(
        label=gettext_lazy("Khóa bí mật"), max_length=200, required=False, widget=forms.PasswordInput(attrs=SECRET),
        help_text=gettext_lazy("Lưu ở dạng mã hóa và không bao giờ hiển thị lại. Nhập lại cùng mã đơn vị để thay khóa."),
    )  # fmt: skip
    endpoint = forms.URLField(
        label=gettext_lazy("Địa chỉ dịch vụ"), required=False, assume_scheme="https",
        help_text=gettext_lazy("Chỉ với Nền tảng thanh toán quốc gia."),
    )  # fmt: skip
    bank_bin = forms.RegexField(
        label=gettext_lazy("Mã ngân hàng (BIN)"), regex=r"^\d{6}$", required=False,
        help_text=gettext_lazy("Chỉ với VietQR. Sáu chữ số."),
    )  # fmt: skip
    bank_account = forms.RegexField(
        label=gettext_lazy("Số tài khoản"), regex=r"^[0-9A-Za-z]{4,19}$", required=False,
        help_text=gettext_lazy("Chỉ với VietQR."),
    )  # fmt: skip
    holder = forms.CharField(label=gettext_lazy("Tên chủ tài khoản"), max_length=200, required=False)

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        hidden = () if settings.DEMO or settings.TESTING else (ProviderCode.SANDBOX,)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ChoiceField)  # noqa: S101 -- declared above
        provider.choices = [choice for choice in ProviderCode.choices if choice[0] not in hidden]

    def clean_endpoint(self) -> str:
        """Money is asked for over TLS only."""
        address = str(self.cleaned_data["endpoint"])
        if address and not address.startswith("https://") and not settings.DEMO:
            raise forms.ValidationError(_("Địa chỉ phải bắt đầu bằng https://."))
        return address

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in NEEDED.get(told.get("provider", ""), ()):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("Cách thu này cần có mục này."))
        return told


@never_cache
@require_safe
@permission("manage.view")
def accounts(request: HttpRequest) -> HttpResponse:
    rows = Account.objects.select_related("office").order_by("-is_active", "office__code", "provider", "pk")
    return shown(request, "manage/accounts.html", "manage_accounts", rows=rows)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def account_open(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, initial={"office": request.GET.get("office")})
    if request.method == "POST" and form.is_valid():
        offices.open_account(administrator(request), **form.cleaned_data)
        messages.success(request, _("Đã mở tài khoản thu. Mức độ của các thủ tục đã được tính lại."))
        return redirect("manage_accounts")
    title = _("Mở tài khoản thu")
    return shown(request, "manage/form.html", "manage_accounts", form=form, title=title, back="manage_accounts")


@require_POST
@permission("manage.change")
def account_close(request: HttpRequest, key: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.select_related("office"), pk=key, is_active=True)
    offices.close_account(account, administrator(request))
    messages.success(request, _("Đã đóng tài khoản thu. Mức độ của các thủ tục đã được tính lại."))
    return redirect("manage_accounts")
