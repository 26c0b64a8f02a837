"""What a clerk types for paper that was handed in: first what it is and who stands there, then the rest."""

import datetime
import uuid
from typing import Any, NoReturn

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.moments import HERE, now, today
from portal.tenancy import current_tenant
from procedures.desk.forms import text
from procedures.models import Channel, Dossier, Offering
from procedures.models.form_messages import sentence
from procedures.schema import identity
from procedures.schema.dates import WRITTEN_DATE
from procedures.schema.messages import Invalid

CARD_PARTS = 4
ON_PAPER = [(Channel.COUNTER.value, Channel.COUNTER.label), (Channel.POST.value, Channel.POST.label)]


def draw(form: forms.Form) -> None:
    """Text boxes look like all others."""
    for field in form.fields.values():
        if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxInput | forms.HiddenInput):
            field.widget.attrs["class"] = f"input {field.widget.attrs.get('class', '')}".strip()


class StartForm(forms.Form):
    """The procedure by code or words, the way it came, and the person by personal id."""

    use_required_attribute = False
    procedure = text(
        gettext_lazy("Thủ tục"), most=200, help_text=gettext_lazy("Gõ mã hoặc vài chữ trong tên, không cần dấu.")
    )
    office = forms.ChoiceField(label=gettext_lazy("Đơn vị giải quyết"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Cách nộp"), choices=ON_PAPER, initial=Channel.COUNTER, widget=forms.RadioSelect
    )
    personal_id = text(
        gettext_lazy("Số định danh cá nhân"),
        required=False,
        most=300,
        help_text=gettext_lazy("12 số, hoặc quét mã QR trên thẻ căn cước; để trống nếu không có."),
    )
    full_name = text(gettext_lazy("Họ và tên"), required=False, most=200)
    birth_date = text(gettext_lazy("Ngày sinh"), required=False, most=10, help_text=gettext_lazy("Ví dụ 12/5/1990"))

    # Pressed twice it is begun once; the next dossier of the same person names their visit; a called number its ticket.
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    visit = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    ticket = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, offerings: list[Offering], data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(_from_card(data) if data else data, initial={"key": uuid.uuid4().hex, **(initial or {})})
        self.offerings = offerings
        places = {str(o.office_id): o.office.title for o in offerings}
        self.fields["office"].choices = [("", pgettext_lazy("danh sách chọn", "Chọn")), *places.items()]  # type: ignore[attr-defined]
        if len(places) < 2:
            del self.fields["office"]
        for name, width in (("personal_id", "w-16"), ("birth_date", "w-8")):
            self.fields[name].widget.attrs = {"class": width, "inputmode": "numeric", "autocomplete": "off"}
        self.fields["procedure"].widget.attrs = {"list": "procedures", "autocomplete": "off", "autofocus": True}
        draw(self)

    def clean_personal_id(self) -> str:
        return _clean_id(self, "personal_id")

    def clean_birth_date(self) -> datetime.date | None:
        typed = self.cleaned_data["birth_date"].strip()
        if not typed:
            return None
        found = WRITTEN_DATE.fullmatch(typed)
        try:
            return datetime.date(int(found[3]), int(found[2]), int(found[1])) if found else _no_date(typed)
        except ValueError as wrong:
            raise forms.ValidationError(_("Nhập ngày sinh như 12/5/1990.")) from wrong


def _from_card(data: Any) -> dict[str, Any]:
    """What a reader types from the QR code of an identity card: id|old id|name|day of birth ddmmyyyy|sex|address|issued."""
    told = {name: data.get(name) for name in data}
    parts = str(told.get("personal_id") or "").split("|")
    if len(parts) >= CARD_PARTS and len(parts[3]) == len("ddmmyyyy"):
        born = f"{parts[3][:2]}/{parts[3][2:4]}/{parts[3][4:]}"
        told |= {"personal_id": parts[0], "full_name": told.get("full_name") or parts[2]}
        told["birth_date"] = told.get("birth_date") or born
    return told


def _no_date(typed: str) -> NoReturn:
    raise ValueError(typed)


def _clean_id(form: forms.Form, name: str) -> str:
    typed = form.cleaned_data[name].strip()
    try:
        return identity.person_id(typed, this_year=today().year) if typed else ""
    except Invalid as wrong:
        raise forms.ValidationError(sentence(wrong.messages[""], str(form.fields[name].label))) from wrong


class ReceivedForm(forms.Form):
    """Whose it is, how to reach them, when it happened, and whether the fee was taken."""

    use_required_attribute = False
    owner_name = text(gettext_lazy("Chủ hồ sơ"), most=200)
    owner_kind = forms.ChoiceField(
        label=gettext_lazy("Là"), choices=Dossier.OwnerKind.choices, initial=Dossier.OwnerKind.CITIZEN
    )
    personal_id = text(gettext_lazy("Số định danh cá nhân"), required=False, most=20)
    phone = text(gettext_lazy("Điện thoại"), required=False, most=20)
    email = forms.EmailField(label=gettext_lazy("Thư điện tử"), required=False)
    address = text(gettext_lazy("Địa chỉ liên hệ"), required=False, most=300)
    delivery = forms.ChoiceField(
        label=gettext_lazy("Nhận kết quả"), choices=Dossier.Delivery.choices, initial=Dossier.Delivery.COUNTER
    )
    fee_taken = forms.BooleanField(label=gettext_lazy("Đã thu đủ phí, lệ phí bằng tiền mặt"), required=False)
    happened_at = forms.DateTimeField(
        label=gettext_lazy("Nhận lúc"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Chỉ điền khi nhập sau thời điểm nhận giấy; để trống là bây giờ."),
    )  # fmt: skip
    late_reason = text(gettext_lazy("Lý do nhập sau"), required=False, most=300)
    another = forms.BooleanField(label=gettext_lazy("Đã xem, vẫn tiếp nhận hồ sơ mới"), required=False)

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, prefix="by")
        for name, width in (("personal_id", "w-16"), ("phone", "w-16"), ("happened_at", "w-16")):
            self.fields[name].widget.attrs["class"] = width
        draw(self)

    def clean_personal_id(self) -> str:
        return _clean_id(self, "personal_id")

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        try:
            return identity.phone(typed) if typed else ""
        except Invalid as wrong:
            raise forms.ValidationError(sentence(wrong.messages[""], str(self.fields["phone"].label))) from wrong

    def clean_happened_at(self) -> datetime.datetime | None:
        told: datetime.datetime | None = self.cleaned_data["happened_at"]
        if told is None:
            return None
        moment, days = told.astimezone(HERE), int(current_tenant().setting("entered_late_days"))
        if moment > now():
            raise forms.ValidationError(_("Thời điểm nhận không thể ở tương lai."))
        if moment < now() - datetime.timedelta(days=days):
            raise forms.ValidationError(_("Chỉ được nhập muộn tối đa %(days)s ngày.") % {"days": days})
        return moment

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("happened_at") and not said.get("late_reason"):
            self.add_error("late_reason", _("Nêu lý do nhập sau; lý do hiện trên diễn biến hồ sơ."))
        return said
