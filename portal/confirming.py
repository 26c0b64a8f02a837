"""Whether the person at this browser proved a few minutes ago who they are: asked before something that binds is signed."""

from django.http import HttpRequest
from django_otp import devices_for_user

from portal.moments import now

MINUTES = 10
KEY = "confirmed_at"


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
