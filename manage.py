#!/usr/bin/env python
"""Django's commands; without a database they say so in one sentence."""

import os
import sys
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, connections

from portal.embedded import processes, state


class NoDatabase(OperationalError):
    """Neither a demo runs nor does DATABASE_URL name a server."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("DEMO", "on")
    try:
        if not os.environ.get("DATABASE_URL") and not _postgres_runs():
            _close_connections()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, NoDatabase, PermissionError) as reason:
        sys.exit(str(reason))
    except OperationalError as reason:
        if getattr(reason.__cause__, "sqlstate", None):
            raise
        # The server was never reached, or went away: it had no chance to give its own reason.
        sys.exit(f"The database does not answer: {' '.join(str(reason).split())}")


def _postgres_runs() -> bool:
    known = state.read()
    return known is not None and processes.alive(known["processes"].get("postgres"))


def _close_connections() -> None:
    """Commands that need no database work; the others end with a sentence instead of a time-out."""

    def refuse() -> NoReturn:
        raise NoDatabase("No database: start the demo with `make demo`, or set DATABASE_URL.")

    for connection in connections.all():
        vars(connection)["connect"] = refuse


if __name__ == "__main__":
    main()
