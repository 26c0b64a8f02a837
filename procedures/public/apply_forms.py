"""The pages that every form has: for whom, how to be reached, what one declares."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import Office
from portal.moments import today
from procedures.models import Dossier
from procedures.models.form_messages import sentence
from procedures.schema import identity
from procedures.schema.messages import Invalid


def _text(label: Any, *, help_text: Any = "", required: bool = True, rows: int = 0, **attrs: str) -> forms.CharField:
    widget = (
        forms.Textarea(attrs={"class": "input", "rows": rows, **attrs})
        if rows
        else forms.TextInput(attrs={"class": "input", **attrs})
    )
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=300, widget=widget)


class Checked(forms.Form):
    """Fields judged by the same rules as those of a procedure, in the same words."""

    def judged(self, name: str, judge: Callable[[str], str]) -> str:
        value = str(self.cleaned_data.get(name) or "")
        if not value:
            return ""
        try:
            return judge(value)
        except Invalid as error:
            message = next(iter(error.messages.values()))
            raise forms.ValidationError(sentence(message, str(self.fields[name].label))) from error


class ContactForm(Checked):
    phone = _text(
        gettext_lazy("Số điện thoại"),
        help_text=gettext_lazy("Cán bộ gọi khi cần hỏi thêm."),
        autocomplete="tel",
        inputmode="tel",
    )
    email = _text(
        gettext_lazy("Thư điện tử"),
        required=False,
        help_text=gettext_lazy("Nhận thông báo mỗi khi hồ sơ có thay đổi."),
        autocomplete="email",
        inputmode="email",
    )
    delivery = forms.ChoiceField(label=gettext_lazy("Bạn muốn nhận kết quả thế nào?"), widget=forms.RadioSelect)
    return_office = forms.ChoiceField(
        label=gettext_lazy("Quầy nhận kết quả"), required=False, widget=forms.Select(attrs={"class": "input"}),
        help_text=gettext_lazy("Chỉ cần khi bạn nhận tại bộ phận một cửa: chọn quầy gần bạn nhất trong tỉnh."),
    )  # fmt: skip
    address = _text(
        gettext_lazy("Địa chỉ nhận qua bưu chính"), required=False, rows=2, autocomplete="street-address",
        help_text=gettext_lazy("Chỉ cần khi bạn chọn nhận qua bưu chính: số nhà, đường, xã hoặc phường, tỉnh hoặc thành phố."),
    )  # fmt: skip

    def __init__(self, *args: Any, online: bool, desks: list[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desks = {one.code: one for one in desks}
        places = cast(forms.ChoiceField, self.fields["return_office"])
        places.choices = [
            ("", _("Quầy của cơ quan tiếp nhận")),
            *((code, one.title) for code, one in self.desks.items()),
        ]
        ways = [one for one in Dossier.Delivery if online or one != Dossier.Delivery.ONLINE]
        cast(forms.ChoiceField, self.fields["delivery"]).choices = [(one.value, one.label) for one in ways]

    def clean_return_office(self) -> Office | None:
        return self.desks.get(self.cleaned_data["return_office"])

    def clean_phone(self) -> str:
        return self.judged("phone", identity.phone)

    def clean_email(self) -> str:
        return self.judged("email", identity.email)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("delivery") == Dossier.Delivery.POST and not found.get("address"):
            self.add_error("address", _("Hãy nhập địa chỉ để bưu chính phát kết quả."))
        return found


class OtherForm(Checked):
    name = _text(gettext_lazy("Họ và tên người có hồ sơ"), autocomplete="off")
    identity = _text(
        gettext_lazy("Số định danh của người đó"),
        autocomplete="off",
        inputmode="numeric",
        help_text=gettext_lazy("12 chữ số trên thẻ căn cước."),
    )

    def clean_identity(self) -> str:
        return self.judged("identity", lambda text: str(identity.person_id(text, this_year=today().year)))


class BusinessForm(Checked):
    identity = _text(
        gettext_lazy("Mã số thuế"), autocomplete="off", inputmode="numeric",
        help_text=gettext_lazy("Chúng tôi lấy tên và địa chỉ từ Cơ sở dữ liệu đăng ký doanh nghiệp."),
    )  # fmt: skip
    name = _text(
        gettext_lazy("Tên doanh nghiệp, hộ kinh doanh"), required=False, autocomplete="organization",
        help_text=gettext_lazy("Để trống cũng được; chỉ cần khi hệ thống chưa tra được mã số thuế."),
    )  # fmt: skip

    def clean_identity(self) -> str:
        return self.judged("identity", lambda text: str(identity.business_code(text, this_year=today().year)))


class OrganisationForm(Checked):
    name = _text(gettext_lazy("Tên cơ quan, tổ chức"), autocomplete="organization")
    identity = _text(gettext_lazy("Mã số thuế hoặc số quyết định thành lập"), autocomplete="off")


class DeclareForm(forms.Form):
    true = forms.BooleanField(
        label=gettext_lazy("Tôi cam đoan những điều khai trên là đúng sự thật và chịu trách nhiệm trước pháp luật."),
        error_messages={"required": gettext_lazy("Hãy đọc và đánh dấu cam đoan thì mới nộp được.")},
    )


class ReasonForm(forms.Form):
    reason = _text(gettext_lazy("Vì sao bạn rút hồ sơ?"), rows=3)
