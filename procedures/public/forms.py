"""What visitors fill in on public pages."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.models import Feedback
from procedures.queries.tracking import canonical, is_number

MEGABYTE = 1024 * 1024


class TrackForm(forms.Form):
    ma = forms.CharField(
        label=gettext_lazy("Mã tra cứu"),
        max_length=60,
        help_text=gettext_lazy(
            "12 chữ và số trên biên nhận nộp hồ sơ, ví dụ 7K2M-9QPX-3D4F. Viết liền, viết thường đều được."
        ),
        widget=forms.TextInput(
            attrs={"class": "input", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Hãy nhập mã tra cứu.")},
    )

    def clean_ma(self) -> str:
        typed = self.cleaned_data["ma"]
        if is_number(typed):
            raise forms.ValidationError(
                _("Đây là số hồ sơ. Hãy nhập mã tra cứu, ghi trên biên nhận nộp hồ sơ; mã này không ai đoán được.")
            )
        return _full(typed, 3)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Mã xác thực"),
        max_length=60,
        help_text=gettext_lazy("12 chữ và số in cạnh mã QR trên giấy tờ, ví dụ 7K2M-9QPX-3D4F."),
        widget=forms.TextInput(
            attrs={"class": "input", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Hãy nhập mã xác thực.")},
    )

    def clean_code(self) -> str:
        return _full(self.cleaned_data["code"], 3)


def _full(typed: str, groups: int) -> str:
    """The code as it is written, when it has all its letters."""
    code = canonical(typed, groups)
    letters = len(code.replace("-", ""))
    if letters != groups * 4:
        raise forms.ValidationError(
            _("Mã có %(all)s chữ và số; bạn đã nhập %(got)s. Hãy xem lại từng nhóm bốn ký tự.")
            % {"all": groups * 4, "got": _counted(typed)}
        )
    return code


def _counted(typed: str) -> int:
    return sum(character.isalnum() for character in typed)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Tệp PDF bạn nhận được"),
        help_text=gettext_lazy("Tệp chỉ được so với bản đã cấp rồi bỏ đi, không được lưu lại."),
        widget=forms.FileInput(attrs={"class": "input", "accept": ".pdf"}),
        error_messages={
            "required": gettext_lazy("Hãy chọn tệp PDF cần kiểm tra."),
            "empty": gettext_lazy("Tệp trống. Hãy tải lại tệp rồi chọn lần nữa."),
        },
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        if (given.size or 0) > settings.UPLOAD_MAX_MB * MEGABYTE:
            raise forms.ValidationError(
                _("Tệp lớn hơn %(most)s MB, nên không phải là bản đã cấp.") % {"most": settings.UPLOAD_MAX_MB}
            )
        return given


class FeedbackForm(forms.Form):
    group = forms.ChoiceField(
        label=gettext_lazy("Điều làm khó bạn"),
        choices=Feedback.Group.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn một mục gần nhất với điều bạn gặp.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Chuyện đã xảy ra"),
        max_length=4000,
        help_text=gettext_lazy("Kể bằng lời của bạn. Đừng ghi số giấy tờ, mật khẩu hay mã OTP."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 7, "data-count": 4000}),
        error_messages={
            "required": gettext_lazy("Hãy viết vài dòng về điều bạn gặp."),
            "max_length": gettext_lazy("Nội dung dài quá 4.000 ký tự. Hãy viết ngắn lại."),
        },
    )
    dossier_reference = forms.CharField(
        label=gettext_lazy("Mã tra cứu hồ sơ"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Nếu chuyện này về một hồ sơ đã nộp."),
        widget=forms.TextInput(attrs={"class": "input w-16", "autocomplete": "off"}),
        error_messages={"max_length": gettext_lazy("Mã tra cứu chỉ có 12 chữ và số.")},
    )
    contact = forms.CharField(
        label=gettext_lazy("Điện thoại hoặc thư điện tử của bạn"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Chỉ dùng để trả lời bạn. Bỏ trống cũng được: bạn xem câu trả lời bằng mã sẽ nhận sau khi gửi."
        ),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "email"}),
    )

    def clean_dossier_reference(self) -> str:
        typed = self.cleaned_data["dossier_reference"]
        return _full(typed, 3) if typed else ""


class AnswerForm(forms.Form):
    ma = forms.CharField(
        label=gettext_lazy("Mã phản ánh"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Hãy nhập mã phản ánh.")},
    )

    def clean_ma(self) -> str:
        return _full(self.cleaned_data["ma"], 2)

    def __init__(self, data: QueryDict | dict[str, str] | None = None) -> None:
        super().__init__(data, auto_id="answer_%s")
