"""Set-up with nothing but Python: the virtual environment, and for tests and measurements browser and npm packages.

Run as a script by the Makefile, before anything is installed; each step is done once for each state of its lock file.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
PACKAGES = ("portal", "payments", "integrations", "procedures")


class CannotInstall(Exception):
    """Something a person has to do first; the text is one sentence for them."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=["demo", "test", "bench"])
    purpose = parser.parse_args().purpose
    try:
        install_python(PROJECT / ("requirements.lock" if purpose == "demo" else "requirements-dev.lock"))
        if purpose != "demo":
            install_debian({"chromium": "chromium", "npm": "npm"})
            install_node(everything=purpose == "bench")
    except CannotInstall as reason:
        say(str(reason))
        return 1
    return 0


def install_python(lock: Path) -> None:
    if not PYTHON.exists():
        make_environment()
    stamp = VENV / f".installed-{lock.stem}"
    if is_current(stamp, lock):
        return
    say(f"Installing the packages of {lock.name} …")
    uv = VENV / "bin" / "uv"
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-compile"]
    if uv.exists():
        pip = [uv, "pip", "install", "--quiet", f"--python={PYTHON}"]
    run([*pip, "--require-hashes", "--requirement", lock], "The Python packages could not be installed")
    compile_modules()
    mark(stamp, lock)


def compile_modules() -> None:
    """On all processors, so that the first start is quick; a module that is no Python of ours to mend is passed over."""
    folders = [VENV / "lib", *(PROJECT / name for name in PACKAGES)]
    subprocess.run([PYTHON, "-m", "compileall", "-qq", "-j", "0", *folders], check=False)  # noqa: S603


def make_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        install_debian({}, missing=[f"python3.{sys.version_info.minor}-venv"])
    say("Making the virtual environment .venv …")
    run([sys.executable, "-m", "venv", VENV], "The virtual environment could not be made")


def install_debian(programs: dict[str, str], missing: Sequence[str] = ()) -> None:
    """Installs Debian packages whose programs are missing; only root can, others are told the line to run."""
    names = [*missing, *(package for program, package in programs.items() if not shutil.which(program))]
    if not names:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotInstall(f"Run this first: sudo apt-get install -y --no-install-recommends {' '.join(names)}")
    say(f"Installing the Debian packages {' '.join(names)} …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    run([*quiet, "update"], "apt-get update failed", environment)
    run([*quiet, "install", "-y", "--no-install-recommends", *names], "apt-get install failed", environment)


def install_node(everything: bool) -> None:
    """axe-core for the tests; lighthouse, which is big, only for the measurements."""
    lock = PROJECT / "package-lock.json"
    modules = PROJECT / "node_modules"
    stamp = modules / ".installed-bench"
    if is_current(stamp, lock):
        return
    if not everything:
        stamp = modules / ".installed-test"
        if is_current(stamp, lock):
            return
    say("Installing the packages of package-lock.json …")
    quiet = [
        "npm",
        "ci",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--ignore-scripts",
        "--include=dev",
        "--loglevel=error",
    ]
    run([*quiet, *([] if everything else ["--omit=optional"])], "The npm packages could not be installed")
    mark(stamp, lock)


def is_current(stamp: Path, lock: Path) -> bool:
    return stamp.exists() and stamp.read_text() == fingerprint(lock)


def mark(stamp: Path, lock: Path) -> None:
    stamp.write_text(fingerprint(lock))


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def run(command: Sequence[str | Path], complaint: str, environment: dict[str, str] | None = None) -> None:
    """Runs a program whose own words go to the person; its standard output may be wanted for results."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=PROJECT, env=environment, stdout=sys.stderr, check=False)  # noqa: S603
    if done.returncode:
        raise CannotInstall(f"{complaint} (see the lines above): {words[0]}")


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
