"""What an authority says of itself, its colours, and the rules that it may choose."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import actions
from portal.colours import GRAPHICS, INK, TEXT, WHITE, contrast
from portal.models import Office, Tenant
from portal.permissions import permission
from portal.templatetags.ui import text
from portal.tenancy import current_tenant
from procedures.manage.frame import administrator, shown, summary

PALETTE = {"brand": "#1c4a80", "brand_ink": "#ffffff", "brand_soft": "#eef3f9", "accent": "#b7791f"}
SETTINGS = (
    "hotline", "email", "address", "hours", "entered_late_days", "on_time_by", "dossier_warning_percent", "unopened_hours", "unopened_hours_of",
    "uncollected_first_days", "uncollected_second_days", "uncollected_archive_days", "renewal_days",
)  # fmt: skip
ON_TIME = [
    ("day", gettext_lazy("Theo ngày: xong trong ngày đến hạn là đúng hạn")),
    ("moment", gettext_lazy("Theo giờ: xong sau giờ hẹn là trễ")),
]
# What is read on what, and how well it has to be told apart.
PAIRS = (
    ("brand_ink", "brand", TEXT, gettext_lazy("Chữ trên nền màu chính")),
    ("brand", WHITE, TEXT, gettext_lazy("Màu chính trên nền trắng")),
    ("brand", "brand_soft", TEXT, gettext_lazy("Màu chính trên nền nhạt")),
    (INK, "brand_soft", TEXT, gettext_lazy("Chữ trên nền nhạt")),
    ("accent", WHITE, GRAPHICS, gettext_lazy("Màu nhấn trên nền trắng")),
)


class ColourField(forms.RegexField):
    widget = forms.TextInput(attrs={"type": "color"})

    def __init__(self, **told: Any) -> None:
        wrong = {"invalid": gettext_lazy("Màu viết dạng #1c4a80.")}
        super().__init__(regex=r"^#[0-9a-fA-F]{6}$", error_messages=wrong, **told)


class DaysField(forms.IntegerField):
    """After or before so many days; nought is never, and what is left empty stays as it is."""

    def __init__(self, **told: Any) -> None:
        super().__init__(min_value=0, max_value=3650, required=False, help_text=gettext_lazy("0 là không làm."), **told)


class HoursByOfficeField(forms.CharField):
    """One office a line, `H58.30 = 2`: kept as hours by code."""

    def __init__(self, **told: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **told)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{code} = {hours}" for code, hours in value.items()) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        lines = [line.partition("=") for line in str(super().clean(value) or "").splitlines() if line.strip()]
        told = {code.strip(): hours.strip() for code, _sign, hours in lines}
        known = set(Office.objects.filter(code__in=told).values_list("code", flat=True))
        if any(code not in known or not hours.isdigit() or int(hours) > 400 for code, hours in told.items()):
            raise forms.ValidationError(_("Mỗi dòng một đơn vị: mã = số giờ từ 0 đến 400, ví dụ H58.30 = 2."))
        return {code: int(hours) for code, hours in told.items()}


class SettingsForm(forms.Form):
    hotline = forms.CharField(label=gettext_lazy("Đường dây nóng"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("Thư điện tử"), required=False)
    address = forms.CharField(label=gettext_lazy("Địa chỉ"), max_length=300, required=False)
    hours = forms.CharField(
        label=gettext_lazy("Giờ tiếp dân"), max_length=200, required=False,
        help_text=gettext_lazy("Ví dụ: Thứ Hai đến thứ Sáu, 7:00–11:30 và 13:30–17:00."),
    )  # fmt: skip
    entered_late_days = forms.IntegerField(
        label=gettext_lazy("Nhập muộn hồ sơ giấy tối đa (ngày)"), min_value=0, max_value=30,
        help_text=gettext_lazy("Việc đã xảy ra trên giấy chỉ được nhập trong chừng ấy ngày, và luôn ghi rõ là nhập sau."),
    )  # fmt: skip
    on_time_by = forms.ChoiceField(
        label=gettext_lazy("Hồ sơ đúng hạn được tính"), widget=forms.RadioSelect,
        choices=ON_TIME,
    )  # fmt: skip
    dossier_warning_percent = forms.IntegerField(
        label=gettext_lazy("Nhắc khi đã dùng bao nhiêu phần trăm thời hạn"), min_value=10, max_value=99, required=False
    )
    unopened_hours = forms.IntegerField(
        label=gettext_lazy("Báo lãnh đạo khi không ai mở hồ sơ sau (giờ làm việc)"), min_value=0, max_value=400, required=False,
        help_text=gettext_lazy("Người nộp cũng được báo. 0 là không theo dõi."),
    )  # fmt: skip
    unopened_hours_of = HoursByOfficeField(label=gettext_lazy("Số giờ ấy, riêng cho từng đơn vị"))
    uncollected_first_days = DaysField(label=gettext_lazy("Nhắc nhận kết quả lần 1 sau (ngày)"))
    uncollected_second_days = DaysField(label=gettext_lazy("Nhắc nhận kết quả lần 2 sau (ngày)"))
    uncollected_archive_days = DaysField(label=gettext_lazy("Lưu kho kết quả chưa ai nhận sau (ngày)"))
    renewal_days = DaysField(label=gettext_lazy("Nhắc gia hạn trước khi kết quả hết giá trị (ngày)"))
    brand = ColourField(label=gettext_lazy("Màu chính"))
    brand_ink = ColourField(label=gettext_lazy("Chữ trên màu chính"))
    brand_soft = ColourField(label=gettext_lazy("Nền nhạt"))
    accent = ColourField(label=gettext_lazy("Màu nhấn"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        days = [told.get(f"uncollected_{name}_days") for name in ("first", "second", "archive")]
        later = [day for day in days if day]
        if later != sorted(set(later)):
            self.add_error(
                "uncollected_second_days", _("Lần nhắc 1, lần nhắc 2 và lưu kho phải theo thứ tự ngày tăng dần.")
            )
        if all(name in told for name in PALETTE):
            for row in readable(told):
                if not row["enough"] and row["field"]:
                    self.add_error(
                        row["field"], _("%(pair)s: độ tương phản %(ratio)s, cần ít nhất %(least)s để đọc được.") % row
                    )
        return told


def readable(colours: dict[str, str]) -> list[dict[str, Any]]:
    """Each pair of colours that meet on a page, how far apart they are, and whether that is enough."""
    rows = []
    for one, other, least, pair in PAIRS:
        ratio = contrast(colours.get(one, one), colours.get(other, other))
        field = one if one in colours else other
        rows.append(
            {
                "field": field,
                "pair": str(pair),
                "ratio": f"{ratio:.1f}",
                "least": f"{least:.1f}",
                "enough": ratio >= least,
            }
        )
    return rows


@never_cache
@require_safe
@permission("manage.view")
def settings(request: HttpRequest) -> HttpResponse:
    known = _known()
    rows = summary(*((SettingsForm.base_fields[name].label, _said(name, known[name])) for name in SETTINGS))
    colours = {name: str(known[name]) for name in PALETTE}
    return shown(
        request, "manage/settings.html", "manage_settings", rows=rows, colours=colours, pairs=readable(colours)
    )


def _known() -> dict[str, Any]:
    """Read anew: the tenant that came with the request may be a second old."""
    tenant = Tenant.objects.get(pk=current_tenant().pk)
    return {**{name: tenant.setting(name) for name in SETTINGS}, **PALETTE, **tenant.theme}


def _said(name: str, value: Any) -> Any:
    if name == "unopened_hours_of":
        return ", ".join(f"{code}: {hours}" for code, hours in value.items())
    return dict(ON_TIME).get(value, value) if name == "on_time_by" else text(value)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def settings_change(request: HttpRequest) -> HttpResponse:
    known = _known()
    initial = {name: value if name == "unopened_hours_of" else text(value) for name, value in known.items()}
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _save(request, form.cleaned_data)
        return redirect("manage_settings")
    return shown(request, "manage/settings_change.html", "manage_settings", form=form)


def _save(request: HttpRequest, told: dict[str, Any]) -> None:
    chosen = {name: told[name] for name in SETTINGS if told[name] is not None}
    actions.change_settings(administrator(request), settings=chosen, theme={name: told[name] for name in PALETTE})
    messages.success(request, _("Đã lưu thiết lập. Các trang công khai hiển thị theo trong một giây."))
