"""The shape of every error (RFC 9457)."""

from typing import Any

from rest_framework import serializers


class Fault(serializers.Serializer[Any]):
    """One thing wrong: where, what kind, and a sentence for the person."""

    path = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """What went wrong; `errors` by path where something sent is wrong, `papers` that are missing."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = Fault(many=True, required=False)  # type: ignore[assignment]
    papers = serializers.ListField(child=serializers.CharField(), required=False)
