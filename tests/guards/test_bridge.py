"""One bridge between authorities: nothing else in the procedures' code enters a scope that is not its own."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "procedures"
BRIDGE = "actions/crossings.py"
# Founding and made-up data walk through authorities; what `schema` calls inside is arithmetic.
COMMANDS = ("demo/", "management/", "schema/")
# The authority that one is at: the request's, the row's own, or the one whose turn it is in a round of all.
OWN = {"current_tenant()", "tenant", "here", "request.tenant", "book.tenant_id"}


def entered(source: str) -> set[str]:
    """Whose scope a source enters, in its own words."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args)
    return {
        ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) in ("inside", "knowing", "across_tenants")
    }


def foreign(source: str) -> set[str]:
    return entered(source) - OWN


def test_only_the_bridge_enters_another_authority() -> None:
    paths = [path for path in ROOT.rglob("*.py") if not path.relative_to(ROOT).as_posix().startswith(COMMANDS)]
    found = {path.relative_to(ROOT).as_posix(): foreign(path.read_text()) for path in paths}
    assert {place: names for place, names in found.items() if names} == {BRIDGE: {"partner"}}


@pytest.mark.parametrize(
    "planted",
    [
        "with inside(partner):\n    pass",
        "with inside(Tenant.objects.get(pk=2)):\n    pass",
        "with knowing(agreement.partner):\n    pass",
    ],
)
def test_another_bridge_would_be_found(planted: str) -> None:
    """The control."""
    assert foreign(planted)
