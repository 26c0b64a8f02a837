"""Whether the person at this browser proved a few minutes ago who they are: asked before something that binds is signed."""

from django.http import HttpRequest, QueryDict
from django_otp import devices_for_user

from portal import crypto
from portal.moments import now

MINUTES = 10
KEY = "confirmed_at"
TYPED = "typed_before_confirming"
# More than this nobody types; a session is no place for it.
LONGEST = 200_000


def note(request: HttpRequest) -> None:
    """Just proved: by the second factor or, without one, by signing in."""
    request.session[KEY] = now().timestamp()


def note_sign_in(request: HttpRequest) -> None:
    """Signing in is proof enough only for whom it is the only one."""
    if not has_device(request):
        note(request)


def has_device(request: HttpRequest) -> bool:
    return any(True for _device in devices_for_user(request.user))


def is_confirmed(request: HttpRequest) -> bool:
    return now().timestamp() - float(request.session.get(KEY, 0)) < MINUTES * 60


def keep_typed(request: HttpRequest, path: str) -> None:
    """What was just sent waits, sealed, until the person has confirmed and is back at this address."""
    typed = request.POST.urlencode()
    if len(typed) <= LONGEST:
        request.session[TYPED] = {"path": path, "typed": crypto.seal(typed, TYPED)}


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was sent to this address before confirming; given out once, and only to whom has confirmed."""
    kept = request.session.get(TYPED)
    if request.method != "GET" or not kept or kept["path"] != request.path or not is_confirmed(request):
        return None
    del request.session[TYPED]
    return QueryDict(crypto.unseal(kept["typed"], TYPED))
