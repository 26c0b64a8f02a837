"""Provinces and communes, for answers that are addresses: for everybody."""

from typing import Any, ClassVar

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procedures.api.doors import OpenDoor
from procedures.api.shapes import page_of
from procedures.queries.places import communes_of, provinces


class Place(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


PlacePage = page_of(Place)


class Provinces(OpenDoor):
    tag = "places"
    gives: ClassVar = {"GET": {200: PlacePage}}

    def get(self, request: Request) -> Response:
        """List the provinces (34 since 1 July 2025)."""
        return self.listed([{"code": code, "name": name} for code, name in provinces().items()], None)


class Communes(OpenDoor):
    tag = "places"
    gives: ClassVar = {"GET": {200: PlacePage}}

    def get(self, request: Request, province: str) -> Response:
        """List the communes, wards and special zones of a province."""
        if province not in provinces():
            raise Http404
        return self.listed([{"code": code, "name": name} for code, name in communes_of(province)], None)
