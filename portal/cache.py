"""A cache that may be away: a page then costs its queries, nothing more."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)
            return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().add(*args, **kwargs))
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)
            return True

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().delete(*args, **kwargs))
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)
            return False

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """A counter that is away, or that has just run out, counts as new."""
        try:
            return int(super().incr(key, delta, version))
        except ValueError:
            return delta
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)
            return delta
