"""The same bytes without a question, with a session and a person; one committed INSERT; a form that takes a file and makes four rows."""

from functools import cache

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from bench.bare_address import files, pages


class Row(models.Model):
    key = models.CharField(max_length=40)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.key


@cache
def _lines(name: str) -> list[str]:
    return (pages() / f"{name}.html").read_text().splitlines()


def page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "lines", {"lines": _lines(name)})


def signed_in(request: HttpRequest, name: str) -> HttpResponse:
    assert request.user.is_authenticated
    return render(request, "lines", {"lines": _lines(name)})


def insert(request: HttpRequest) -> HttpResponse:
    Row._default_manager.create(key="one", text="x" * 200)
    return HttpResponse("ok")


def form(request: HttpRequest) -> HttpResponse:
    """The two requests of the barest submission there is."""
    if request.method != "POST":
        return render(request, "form", {"title": "Nộp", "names": [f"o-{number}" for number in range(20)]})
    sent = request.FILES["file"]
    assert isinstance(sent, UploadedFile)
    stored = FileSystemStorage(files()).save("file", sent)
    with transaction.atomic():
        for number in range(4):
            Row._default_manager.create(key=stored[:40], text=request.POST.get(f"o-{number}", "") * 20)
    return HttpResponse("ok")


urlpatterns = [
    path("page/<str:name>/", page),
    path("signed-in/<str:name>/", signed_in),
    path("insert/", insert),
    path("form/", form),
]
