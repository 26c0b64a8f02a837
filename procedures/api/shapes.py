"""Shapes that several addresses share: words, lists, references to things by their code."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class Words(serializers.CharField):
    """Text that was sent as text: a number is not quietly turned into words."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A whole number that was sent as one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Yes(serializers.BooleanField):
    """True, and nothing that merely looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if data is not True:
            raise serializers.ValidationError(_("Cần cam đoan: giá trị true."), code="declaration")
        return True


class Named(serializers.Serializer[Any]):
    """Something known by its code."""

    code = serializers.CharField()
    name = serializers.CharField(source="title")


def page_of(row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a page of a list: its rows, and the address of the next page or null."""
    fields = {
        "results": row(many=True),
        "next": serializers.CharField(allow_null=True, help_text="The next page; null on the last."),
        "__doc__": f"A page of {row.__name__}.",
        "__module__": __name__,
    }
    return type(f"{row.__name__}Page", (serializers.Serializer,), fields)


class Paged(serializers.Serializer[Any]):
    """Where a page begins: what `next` of the page before says."""

    cursor = serializers.CharField(required=False, max_length=80)
