"""What the bare server and those who measure agree on; free of Django, since each side has settings of its own."""

from pathlib import Path

from portal.embedded import state

SESSION = "b" * 32


def pages() -> Path:
    return state.folder() / "bare"


def files() -> Path:
    return state.folder() / "bare-files"
