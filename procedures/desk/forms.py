"""What an official tells with a step. Every form remembers how far the dossier had come when it was shown."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from portal.models import User
from procedures.actions import returning
from procedures.actions.processing import next_steps
from procedures.desk.people import at_dossier, colleague
from procedures.models import Dossier, HandOver
from procedures.queries.hands import office_of_step
from procedures.queries.results import in_force
from procedures.queries.units import desks
from procedures.schema.fields import one_line

BOXES = (forms.TextInput, forms.Textarea, forms.Select, forms.NumberInput, forms.DateInput, forms.EmailInput)


def text(label: Any, *, rows: int = 0, required: bool = True, help_text: Any = "", most: int = 2000) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    errors = {"required": gettext_lazy("Hãy nhập mục này.")}
    return forms.CharField(
        label=label, widget=widget, required=required, help_text=help_text, max_length=most, error_messages=errors
    )


class StepForm(forms.Form):
    """The ground of every step's form: about one dossier, by one person."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(self, dossier: Dossier, person: User, data: Any = None) -> None:
        super().__init__(data, initial={"seen": dossier.event_count})
        self.dossier, self.person = dossier, person
        for field in self.fields.values():
            if isinstance(field.widget, BOXES) and not isinstance(field.widget, forms.HiddenInput):
                field.widget.attrs["class"] = "input"
        self.arrange()

    def arrange(self) -> None:
        """Fill in choices and proposals from the dossier."""

    def told(self) -> dict[str, Any]:
        """What the action is told, by its own names."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ReasonForm(StepForm):
    reason = text(
        gettext_lazy("Lý do"),
        rows=4,
        help_text=gettext_lazy("Viết cho người dân hiểu được; lý do được ghi lại và không sửa được."),
    )


class RefuseForm(StepForm):
    reason = text(
        gettext_lazy("Lý do từ chối"),
        rows=4,
        help_text=gettext_lazy("Nêu cụ thể, người dân đọc được nguyên văn trên phiếu."),
    )
    clause = text(
        gettext_lazy("Căn cứ pháp lý"),
        most=500,
        help_text=gettext_lazy("Điều, khoản và số văn bản, ví dụ: khoản 2 Điều 9 Nghị định 118/2025/NĐ-CP."),
    )
    remedy = text(
        gettext_lazy("Cách khắc phục"),
        rows=3,
        help_text=gettext_lazy("Người dân cần làm gì, nộp ở đâu thì được giải quyết."),
    )

    def arrange(self) -> None:
        self.fields["clause"].widget.attrs["list"] = "clauses"
        self.clauses = clauses_of(self.dossier)


def clauses_of(dossier: Dossier) -> list[str]:
    """The laws of the procedure, to choose from."""
    return [f"{law.number} {law.title.read('vi')}".strip() for law in dossier.version.parsed.legal_basis]


class SupplyForm(StepForm):
    note = text(
        gettext_lazy("Đã nhận những gì"),
        rows=3,
        help_text=gettext_lazy("Ghi giấy tờ người dân vừa nộp tại quầy và số lượng."),
    )


class RouteForm(StepForm):
    step = forms.ChoiceField(label=gettext_lazy("Chuyển đến bước"), widget=forms.RadioSelect)
    to = forms.ChoiceField(label=gettext_lazy("Giao cho"), required=False)
    reason = text(gettext_lazy("Ý kiến chuyển"), rows=2, required=False)

    def arrange(self) -> None:
        language = get_language() or "vi"
        steps = next_steps(self.dossier)
        self.roles = {step.key: step.role for step in steps}
        self.fields["step"].choices = [(s.key, s.name.read(language)) for s in steps]  # type: ignore[attr-defined]
        self.offices = {step.key: office_of_step(self.dossier.office, step) for step in steps}
        people = at_dossier(self.dossier, offices=[one for one in self.offices.values() if one])
        self.fields["to"].choices = [("", _("Theo quy tắc phân công")), *people]  # type: ignore[attr-defined]
        if steps:
            self.initial["step"] = steps[0].key

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        role = self.roles.get(said.get("step", ""), "")
        if said.get("to") and said.get("step") and self._chosen(said["to"], said["step"], role) is None:
            self.add_error("to", _("Người này không giữ vai trò của bước đã chọn. Hãy chọn người khác."))
        return said

    def told(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"step_key": said["step"], "to": self._chosen(said["to"], said["step"]), "reason": said["reason"]}

    def _chosen(self, key: str, step: str, role: str = "") -> User | None:
        office = self.offices.get(step)
        return colleague(self.dossier, key, role, offices=[office] if office else [])


class AssignForm(StepForm):
    to = forms.ChoiceField(label=gettext_lazy("Giao cho"))
    reason = text(gettext_lazy("Ý kiến giao việc"), rows=2, required=False, most=300)

    def arrange(self) -> None:
        self.fields["to"].choices = [("", pgettext_lazy("danh sách chọn", "Chọn")), *at_dossier(self.dossier)]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        return {"to": colleague(self.dossier, self.cleaned_data["to"]), "reason": self.cleaned_data["reason"]}


class AskPaymentForm(StepForm):
    amount = text(gettext_lazy("Số tiền (đồng)"), most=20, help_text=gettext_lazy("Ví dụ 150.000"))
    reason = text(
        gettext_lazy("Khoản phải nộp"),
        most=300,
        help_text=gettext_lazy("Tên khoản phí, lệ phí hoặc nghĩa vụ tài chính, như ghi trên thông báo."),
    )

    def clean_amount(self) -> int:
        digits = one_line(self.cleaned_data["amount"]).replace(".", "").replace(",", "").replace(" ", "")
        if not digits.isascii() or not digits.isdigit() or not 0 < int(digits) <= 10**12:
            raise forms.ValidationError(_("Nhập số tiền bằng chữ số, lớn hơn 0, ví dụ 150.000."))
        return int(digits)


class DecisionForm(StepForm):
    """The draft of a decision: its outcome, the lines of the paper, or why it is refused."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Đề xuất"), choices=Dossier.Outcome.choices, widget=forms.RadioSelect
    )
    reason = text(gettext_lazy("Lý do không đồng ý"), rows=4, required=False)
    clause = text(
        gettext_lazy("Căn cứ pháp lý"),
        most=500,
        required=False,
        help_text=gettext_lazy("Điều, khoản và số văn bản mà quyết định dựa vào."),
    )
    remedy = text(gettext_lazy("Cách khắc phục"), rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("outcome") == Dossier.Outcome.REJECTED:
            for name, sentence in (
                ("reason", _("Nêu lý do không đồng ý.")),
                ("clause", _("Nêu căn cứ pháp lý.")),
                ("remedy", _("Nêu cách khắc phục.")),
            ):
                if not said.get(name):
                    self.add_error(name, sentence)
        return said


class SignForm(StepForm):
    device = forms.ChoiceField(
        label=gettext_lazy("Ký bằng"),
        widget=forms.RadioSelect,
        required=False,
        choices=[
            ("office", gettext_lazy("Khóa của cơ quan trên máy chủ")),
            ("outside", gettext_lazy("Thiết bị ở ngoài (USB token, ký số từ xa)")),
        ],
        initial="office",
    )


class RevokeForm(RefuseForm, SignForm):
    """A decision that revokes: why, by which law, and what the person can do."""

    field_order = ("reason", "clause", "remedy", "device")

    def __init__(self, dossier: Dossier, person: User, data: Any = None) -> None:
        super().__init__(dossier, person, data)
        self.fields["reason"].label = _("Lý do thu hồi")
        self.paper = in_force(dossier)


class ReturnForm(StepForm):
    office = forms.ChoiceField(label=gettext_lazy("Nơi nhận kết quả"))

    def arrange(self) -> None:
        self.desks = {one.code: one for one in desks()}
        self.fields["office"].choices = [(code, one.title) for code, one in self.desks.items()]  # type: ignore[attr-defined]
        self.initial["office"] = (self.dossier.return_office or self.dossier.receiving_office).code

    def told(self) -> dict[str, Any]:
        return {"office": self.desks[self.cleaned_data["office"]]}


class HandOverForm(StepForm):
    """Giving the result: into somebody's hand, who is identified and signs, or to the post, which is told by us."""

    how = forms.ChoiceField(
        label=gettext_lazy("Trả kết quả"),
        widget=forms.RadioSelect,
        choices=[("counter", gettext_lazy("Tại quầy, người nhận ký")), ("post", gettext_lazy("Qua bưu chính"))],
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Người nhận"),
        widget=forms.RadioSelect,
        required=False,
        choices=HandOver.Receiver.choices,
        initial=HandOver.Receiver.OWNER,
    )
    receiver = text(gettext_lazy("Họ tên người nhận"), required=False, most=200)
    receiver_id = text(
        gettext_lazy("Số giấy tờ tùy thân đã xem"),
        required=False,
        most=20,
        help_text=gettext_lazy("Ghi số trên thẻ căn cước hoặc hộ chiếu mà người nhận vừa xuất trình."),
    )
    mandate = text(
        gettext_lazy("Giấy ủy quyền"),
        required=False,
        most=300,
        help_text=gettext_lazy("Số, ngày và nơi chứng thực giấy ủy quyền mà bạn đã xem."),
    )
    proof = forms.ChoiceField(
        label=gettext_lazy("Người nhận đã ký"),
        widget=forms.RadioSelect,
        required=False,
        choices=HandOver.Proof.choices,
        initial=HandOver.Proof.PAPER,
    )
    strokes = forms.JSONField(required=False, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label=gettext_lazy("Tôi đã đối chiếu giấy tờ với người nhận và người nhận đã ký."), required=False
    )
    phone = text(gettext_lazy("Điện thoại người nhận bưu gửi"), required=False, most=20)
    street = text(gettext_lazy("Địa chỉ phát: số nhà, đường, ấp"), required=False, most=300)
    commune = text(gettext_lazy("Xã, phường"), required=False, most=100)
    province = text(gettext_lazy("Tỉnh, thành phố"), required=False, most=100)

    def arrange(self) -> None:
        self.initial["how"] = "post" if self.dossier.delivery == Dossier.Delivery.POST else "counter"
        self.initial["receiver"], self.initial["phone"] = self.dossier.owner_name, self.dossier.contact_phone
        places = [part.strip() for part in self.dossier.contact_address.split(",") if part.strip()]
        self.initial["province"] = places.pop() if len(places) > 1 else ""
        self.initial["commune"] = places.pop() if len(places) > 1 else ""
        self.initial["street"] = ", ".join(places)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "how" in said:
            for name, sentence in returning.lacking(self.dossier, **said).items():
                self.add_error(name, sentence)
        return said
