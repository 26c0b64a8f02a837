"""Our own files, named by their content so that browsers may keep them for ever."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """In tests and before collectstatic, plain names serve: a page never fails for want of a manifest."""

    manifest_strict = False

    def url(self, name: str | None, force: bool = False) -> str:
        if settings.TESTING:
            return f"{settings.STATIC_URL}{name}"
        return str(super().url(name, force))
