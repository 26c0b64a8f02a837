"""Addresses of the public pages and of the citizen's own."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.permissions import permission
from portal.roles import PUBLIC


@permission(PUBLIC)
def coming(request: HttpRequest, **_: str) -> HttpResponse:
    """Stands in for an address whose page is being built."""
    return HttpResponse("…")


urlpatterns = [
    path("", coming, name="home"),
    path("thu-tuc/", coming, name="catalogue"),
    path("tra-cuu/", coming, name="track"),
    path("xac-thuc/<str:code>/", coming, name="verify"),
    path("phan-anh/", coming, name="feedback"),
    path("so-lieu/", coming, name="figures"),
    path("kha-nang-tiep-can/", coming, name="accessibility"),
    path("tai-khoan/", coming, name="account"),
    path("tai-khoan/ho-so/<str:reference>/", coming, name="my_dossier"),
]
