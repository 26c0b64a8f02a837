"""The code as text: its sizes, its one-sentence packages, calls that nobody makes, contracts between packages, settings."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import registry

from portal.checks import settings_are_safe

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("portal", "payments", "integrations", "procedures")
LINES, LONGEST, MOST = 400, 60, 25
# Packages that are more than a sentence: a port to a neighbour, or the list of what a package offers.
PORTS = {
    *(ROOT / "integrations").glob("*/__init__.py"),
    *(ROOT / part / "__init__.py" for part in ("portal/models", "procedures/models", "payments/actions")),
}
# A name, and the files that may have it all the same.
BANNED: dict[str, tuple[str, ...]] = {
    "csrf_exempt": ("portal/views.py", "payments/views/callbacks.py"),
    "mark_safe": ("portal/templatetags/ui.py", "portal/boxes/parts.py", "procedures/public/open_data.py"),
    "across_tenants": ("portal/tenancy.py", "portal/health.py", "portal/actions.py"),
    "TenantQuerySet": ("portal/tenancy.py",),
    "_base_manager": ("portal/checks.py",),
}
CALLS = {"raw", "extra", "eval", "exec"}
CLOCKS = {
    "django.utils.timezone.now",
    "timezone.now",
    "datetime.now",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
    "time.time",
}
MAY_ASK_THE_TIME = ("portal/moments.py",)


def python(*folders: str) -> list[Path]:
    found = (p for folder in folders for p in (ROOT / folder).rglob("*.py"))
    return sorted(p for p in found if "migrations" not in p.parts)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_a_few_screens() -> None:
    texts = [
        *python(*PACKAGES, "tests"),
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "portal" / "static").rglob("*.js"),
    ]
    assert [place(p) for p in texts if len(p.read_text().splitlines()) > LINES] == []


def test_functions_are_short() -> None:
    lengths = [
        (f"{place(p)}:{name}", length)
        for p in python(*PACKAGES)
        for name, length in functions(ast.parse(p.read_text()))
    ]
    assert [name for name, length in lengths if length > LONGEST] == []
    assert sum(length < MOST for _name, length in lengths) >= 0.9 * len(lengths)


def test_a_package_says_in_one_sentence_what_it_is() -> None:
    for path in [p for p in python(*PACKAGES) if p.name == "__init__.py" and p not in PORTS]:
        body = ast.parse(path.read_text()).body
        assert len(body) == 1, place(path)
        assert re.fullmatch(r".+\.", ast.get_docstring(ast.parse(path.read_text())) or ""), place(path)


def banned(source: str, path: str) -> list[str]:
    """What a source calls or names that it may not."""
    found = []
    for node in ast.walk(ast.parse(source)):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        called = isinstance(node, ast.Call) and ast.unparse(node.func)
        if isinstance(node, ast.Call) and _unpacks_a_request(node):
            found.append("filter(**request…)")
        if called in CLOCKS and path not in MAY_ASK_THE_TIME and not _is_apart(path):
            found.append(str(called))
        if isinstance(node, ast.Call) and name_of(node) in CALLS:
            found.append(name_of(node))
        elif name in BANNED and path not in BANNED[name]:
            found.append(name)
    return found


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _unpacks_a_request(call: ast.Call) -> bool:
    asks = name_of(call) in ("filter", "exclude", "get", "create", "update")
    return asks and any(keyword.arg is None and "request" in ast.unparse(keyword.value) for keyword in call.keywords)


def _is_apart(path: str) -> bool:
    """Stand-ins are others' servers, and the embedded services run before Django does."""
    return "stand_in" in path or path.startswith("portal/embedded/")


def test_nobody_calls_what_is_banned() -> None:
    assert [(place(p), found) for p in python(*PACKAGES) if (found := banned(p.read_text(), place(p)))] == []


@pytest.mark.parametrize(
    "source",
    [
        "rows.filter(**request.GET.dict())",
        "Model.objects.raw('SELECT 1')",
        "from django.utils import timezone\ntimezone.now()",
        "with across_tenants('curiosity'): pass",
        "@csrf_exempt\ndef view(request): pass",
        "eval(words)",
        "Dossier._base_manager.all()",
    ],
)
def test_what_is_banned_would_be_found(source: str) -> None:
    """The control."""
    assert banned(source, "procedures/planted.py")


def test_no_task_is_put_off_in_the_broker() -> None:
    """Due times stand in PostgreSQL: a broker that loses its memory loses nothing."""
    words = [place(p) for p in python(*PACKAGES) if re.search(r"\b(countdown|eta)\s*=", p.read_text())]
    assert words == []


PLANTS = {
    "the ground knows a storey above": ("portal/planted.py", "from procedures.models import Dossier\n"),
    "money knows dossiers": ("payments/planted.py", "import procedures.workflow\n"),
    "a query acts": ("procedures/queries/planted.py", "from procedures.actions import intake\n"),
    "the clock knows Django": ("procedures/schema/planted.py", "import django\n"),
    "a door opens a door": ("procedures/desk/planted.py", "from procedures.public import home\n"),
    "another client of the network": ("integrations/planted.py", "import requests\n"),
    "a folder that the sketch does not know": ("procedures/helpers.py", '"""Everything."""\n'),
}


def contracts_hold(folder: Path) -> bool:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"})  # fmt: skip
    assert "Analyzed" in done.stdout, done.stdout + done.stderr
    return done.returncode == 0


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "static", "fonts", "locale")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_packages_keep_their_contracts(copy: Path) -> None:
    assert contracts_hold(copy)


@pytest.mark.parametrize("plant", PLANTS)
def test_a_broken_contract_is_found(copy: Path, plant: str) -> None:
    """The control."""
    where, source = PLANTS[plant]
    (copy / where).write_text(source)
    try:
        assert not contracts_hold(copy)
    finally:
        (copy / where).unlink()


def environment() -> set[str]:
    """Every name that the settings read from the environment."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "portal" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            asks = ast.unparse(node.func)
            if asks.startswith(("env.", "os.environ.get")) or asks in (
                "_database",
                "_neighbour",
                "_whole_number",
                "_secret",
            ):
                found.add(str(node.args[0].value))
    return found


def test_every_setting_stands_in_the_readme() -> None:
    told = set(
        re.findall(
            r"`([A-Z][A-Z0-9_]+)`",
            "".join(line for line in (ROOT / "README.md").read_text().splitlines(True) if line.startswith("| `")),
        )
    )
    assert len(environment()) > 30
    assert environment() - told == set()
    assert told - environment() - {"WARNING"} == set()


def test_files_of_tests_go_with_the_tests() -> None:
    assert ROOT not in Path(settings.MEDIA_ROOT).resolve().parents


def test_the_checks_of_the_house_run_with_djangos_own() -> None:
    asked = {getattr(check, "__name__", "") for check in registry.registry.get_checks(include_deployment_checks=True)}
    assert asked >= {"models_have_an_owner", "routes_are_declared", "settings_are_safe"}


def test_outside_the_demo_nothing_may_be_left_open(settings: Any) -> None:
    assert settings_are_safe() == []
    settings.DEMO, settings.SECOND_FACTOR_REQUIRED, settings.SECURE_COOKIES, settings.DEBUG = False, False, True, True
    assert len(settings_are_safe()) == 2
