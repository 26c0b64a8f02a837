"""A protected state that many threads may read anew at once."""

import threading
from typing import Any

from django_fsm import FSMField, FSMModelMixin


class StateField(FSMField):
    """A state that only its transitions write.

    The library lifts the protection while it reads a row anew, by its own way for all threads of the process: another one
    that reads at that moment fails. Here it is lifted for the thread that reads.
    """

    _lifted = threading.local()

    @property
    def protected(self) -> bool:
        return self.__dict__.get("_protected", False) and not getattr(self._lifted, "now", False)

    @protected.setter
    def protected(self, value: bool) -> None:
        if "_protected" in self.__dict__:
            self._lifted.now = not value
        else:
            self.__dict__["_protected"] = value

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        """The same column to migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django_fsm.FSMField", list(args), kwargs


class ReadsAnew(FSMModelMixin):
    """A row that is gone when it is read anew leaves no state unprotected."""

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().refresh_from_db(*args, **kwargs)
        finally:
            StateField._lifted.now = False
