"""Fields that the administrators' forms share: days, offices, personal ids."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.models import Office
from portal.moments import today
from portal.queries import open_offices
from procedures.models.form_messages import sentence
from procedures.schema import identity
from procedures.schema.messages import Invalid


class DayField(forms.DateField):
    """A day, by the browser's own calendar or typed as 27/11/2026."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **told: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **told)


class OfficeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An office that is there today, by code and name; `refresh` reads them when the form is made."""

    def __init__(self, **told: Any) -> None:
        super().__init__(queryset=None, **told)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {obj.title}"


class OfficesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, **told: Any) -> None:
        super().__init__(queryset=None, widget=forms.CheckboxSelectMultiple, **told)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {obj.title}"


class PersonIdField(forms.CharField):
    """Twelve digits; written with spaces or dots as people do."""

    def __init__(self, **told: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(label=_("Số định danh cá nhân"), max_length=20, widget=forms.TextInput(attrs=attrs), **told)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        try:
            return identity.person_id(text, this_year=today().year) if text else ""
        except Invalid as wrong:
            raise ValidationError([sentence(one, str(self.label)) for one in wrong.messages.values()]) from wrong


class OfficeForm(forms.Form):
    """A form whose choices of an office are those that are open when it is shown."""

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        for field in self.fields.values():
            if isinstance(field, OfficeField | OfficesField):
                field.queryset = self.offices()

    def offices(self) -> Any:
        return open_offices()


def office_named(code: str) -> Office | None:
    """For filters in an address: an unknown code filters nothing."""
    return Office.objects.filter(code=code).first() if code else None
