"""What somebody sent when the session had just ended: nothing is done, and nothing that was typed is lost.

The page carries it back to the browser, to be sent once more; it is kept nowhere here. Files have to be chosen again.
"""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

SAFE = ("GET", "HEAD", "OPTIONS")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 – the name of a field


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the door, and from there to where one wanted to go; what was typed waits on a page beside it."""
    back = request.get_full_path() if request.method in SAFE else _page_before(request)
    door = f"{reverse('sign_in')}?{urlencode({'next': back})}"
    if request.method in SAFE or not _typed(request):
        return redirect(door)
    return _offer(request, door, status=401)


def token_failed(request: HttpRequest) -> HttpResponse:
    """A form that is older than the last sign-in. Only what our own page sent is offered again, never a stranger's form."""
    if request.headers.get("origin") == f"{request.scheme}://{request.get_host()}" and _typed(request):
        return _offer(request, "", status=403)
    return render(request, "403.html", status=403)


def _offer(request: HttpRequest, door: str, status: int) -> HttpResponse:
    facts = {"typed": _typed(request), "files": bool(request.FILES), "door": door}
    answer = render(request, "again.html", facts, status=status)
    add_never_cache_headers(answer)
    return answer


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in request.POST.lists() if name != TOKEN for value in values]


def _page_before(request: HttpRequest) -> str:
    """The page with the form; many an address that takes one shows nothing by itself."""
    came = urlsplit(request.headers.get("referer", ""))
    ours = came.netloc == request.get_host() and came.path.startswith("/")
    return (came.path + (f"?{came.query}" if came.query else "")) if ours else request.get_full_path()
