"""How often one address may ask: references and codes are not to be found by trying."""

from django.core.cache import cache
from django.http import HttpRequest

SECONDS = 60


def too_many(request: HttpRequest, what: str, most: int) -> bool:
    """Whether this address asks for `what` more than `most` times a minute. Without a cache nobody is stopped."""
    key = f"limit:{what}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, SECONDS)
    return cache.incr(key) > most
