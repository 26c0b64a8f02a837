"""Starts everything, from nothing: services, stand-ins, demo data, web, worker and beat."""

import hashlib
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management.base import BaseCommand, CommandParser

from portal.embedded import group, processes, programs, services, state, valkey
from portal.embedded.postgres import Postgres
from portal.embedded.state import CannotStart

LEAST_FREE_MB = 500
PATIENCE = 120.0
LOCK_PATIENCE = 10.0
WELCOME = """
Một Cửa is ready.

  Tỉnh Đồng Tháp (province)                  http://dongthap.localhost:{port}/
  Bộ Văn hóa, Thể thao và Du lịch (ministry) http://vhttdl.localhost:{port}/
  Bảo hiểm xã hội Việt Nam (insurance)       http://bhxh.localhost:{port}/
  The platform itself                        http://localhost:{port}/
  Mail that was sent                         http://127.0.0.1:{mail}/

  Sign in there with the stand-in for VNeID, which lets you choose a person; nobody has a password:
    Nguyễn Thị An      citizen                               /tai-khoan/
    Trần Văn Bình      clerk at the one-stop desk            /mot-cua/
    Lê Thị Chi         officer who processes                 /mot-cua/
    Phạm Quốc Dũng     head who decides and signs            /mot-cua/
    Đặng Thu Hà        cashier                               /mot-cua/
    Mai Thị Lan        helper who files for others           /tai-khoan/
    Võ Thị Én          administrator of the province         /quan-tri/
    Bùi Anh Khoa       auditor                               /quan-tri/
    Hoàng Minh Giang   clerk at the ministry, not elsewhere  /mot-cua/
    Lý Quang Phúc      operator of the platform itself       /

Ctrl-C stops everything; the data stays. `make demo FRESH=1` starts over.
"""


class Command(BaseCommand):
    help = __doc__
    # Only the services that this command starts can be asked; the jobs run the checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="forget all data and start over")
        parser.add_argument("--with-parent", action="store_true", help="stop when the caller dies, as make may")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = state.folder()
        if options["with_parent"]:
            processes.stop_with_parent(signal.SIGTERM)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # One whose terminal was killed a moment ago may still be stopping.
            with services.lock(folder, patience=LOCK_PATIENCE):
                self._run(folder, fresh=options["fresh"])
        except CannotStart as reason:
            raise SystemExit(str(reason)) from reason
        except OSError as error:
            raise SystemExit(f"{error.strerror}: {error.filename or folder}") from error

    def _run(self, folder: Path, fresh: bool) -> None:
        supervisor = group.Group(folder, state.prepare(folder), self._say)
        supervisor.listen()
        try:
            self._prepare(supervisor, fresh)
            self._start(supervisor)
            supervisor.watch()
        except group.Stopped:
            self._say("Stopping …")
        finally:
            supervisor.stop()
        self._say("Everything is stopped.")

    def _prepare(self, supervisor: group.Group, fresh: bool) -> None:
        """Cleans up after a start that was killed, and finds out what would fail before anything is started."""
        folder, port = supervisor.folder, settings.PORT if os.environ.get("PORT") else state.WEB_PORT
        services.end_all(supervisor.known)
        _refuse_what_would_fail(folder, port, fresh)
        if fresh:
            services.forget(folder, supervisor.known)
            supervisor.known = state.prepare(folder)
        supervisor.known["port"] = port
        state.refresh_ports(supervisor.known)
        state.write(folder, supervisor.known)

    def _start(self, supervisor: group.Group) -> None:
        folder, known = supervisor.folder, supervisor.known
        surroundings = programs.environment(folder, known["port"])
        self._start_servers(supervisor)
        supervisor.launch(*programs.stand_ins(known, surroundings))
        self._say("Preparing the database …")
        supervisor.run(programs.management("migrate", "--verbosity=0", surroundings=surroundings))
        self._furnish(supervisor, surroundings)
        supervisor.launch(
            programs.web(known["port"], surroundings),
            programs.worker(surroundings),
            programs.beat(folder, surroundings),
        )
        if not supervisor.wait_until(lambda: programs.is_ready(known["port"]), PATIENCE):
            raise CannotStart(f"The web server does not get ready: {services.last_words(folder / 'log' / 'web.log')}")
        self._say(WELCOME.format(port=known["port"], mail=known["stand_ins"]["mail"]))

    def _furnish(self, supervisor: group.Group, surroundings: dict[str, str]) -> None:
        """What is done once: the demo data; and once for each state of the static files: compressing them."""
        known, jobs = supervisor.known, []
        database = _fingerprint(os.environ.get("DATABASE_URL", "embedded"))
        static = _fingerprint_of_static_files()
        if known.get("static") != static:
            jobs.append(programs.management("collectstatic", "--no-input", "--verbosity=0", surroundings=surroundings))
        if known.get("furnished") != database:
            self._say("Making the demo data (once) …")
            jobs.append(programs.management("demo_data", surroundings=surroundings))
        supervisor.run(*jobs)
        known.update(static=static, furnished=database)

    def _start_servers(self, supervisor: group.Group) -> None:
        folder, known = supervisor.folder, supervisor.known
        if not os.environ.get("DATABASE_URL"):
            server = Postgres(folder, known)
            known["place"] = str(server.place)
            self._say("Starting PostgreSQL …")
            supervisor.start(server.service())
            server.furnish()
        if not os.environ.get("CELERY_BROKER_URL"):
            self._say("Starting Valkey …")
            supervisor.start(valkey.service(folder, known["valkey"]))

    def _say(self, text: str) -> None:
        # Whoever read our words may be gone; stopping in good order matters more.
        with suppress(BrokenPipeError):
            self.stdout.write(text)
            self.stdout.flush()


def _refuse_what_would_fail(folder: Path, port: int, fresh: bool) -> None:
    free = shutil.disk_usage(folder).free // 2**20
    if free < LEAST_FREE_MB:
        raise CannotStart(f"Only {free} MB are free for {folder}; the demo needs {LEAST_FREE_MB} MB.")
    if not state.is_free(port):
        raise CannotStart(
            f"Port {port} is in use: stop what listens there, or choose another one with PORT={port + 1}."
        )
    if os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_OWNER"):
        raise CannotStart("With DATABASE_URL also set DATABASE_URL_OWNER and DATABASE_URL_PLATFORM (see README.md).")
    if os.environ.get("DATABASE_URL") and fresh:
        raise CannotStart("FRESH=1 does not touch the server of DATABASE_URL: empty its database yourself.")


def _fingerprint_of_static_files() -> str:
    """Compressing them takes seconds, and between two starts they seldom change."""
    found = [storage.path(name) for finder in get_finders() for name, storage in finder.list([])]
    facts = [(path, Path(path).stat().st_size, Path(path).stat().st_mtime_ns) for path in sorted(found)]
    return _fingerprint(repr(facts))


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
