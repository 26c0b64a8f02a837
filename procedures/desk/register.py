"""Registering paper."""
from django.http import HttpRequest, HttpResponse
from portal.permissions import permission


@permission("dossier.register")
def register(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
