"""The life of a dossier, written out a second time and held against the code, the trigger, the deeds and the messages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django_fsm import can_proceed
from psycopg import sql

from procedures.models import Dossier
from procedures.models.lifecycle import FINAL, NATIONAL_STATUS, NOTES, STEPS, State, edges
from procedures.notifications import OCCASIONS
from tests.guards.conftest import Two
from tests.guards.planting import login

# step: from → to, who. DESIGN "The life of a dossier"; written by hand, so that a change is made twice or not at all.
TABLE = {
    "submit": ("draft", "submitted", "citizen helper clerk"),
    "register": ("draft", "accepted", "clerk"),
    "accept": ("submitted", "accepted", "clerk"),
    "refuse": ("submitted", "refused", "clerk"),
    "ask_supplement": ("submitted accepted processing", "supplement_requested", "clerk officer head"),
    "supply": ("supplement_requested", "submitted accepted processing", "citizen helper clerk"),
    "lapse": ("supplement_requested", "refused ended", "time"),
    "route": ("accepted processing", "processing", "clerk officer head time"),
    "ask_payment": ("accepted processing", "payment_due", "officer head"),
    "payment_received": ("payment_due", "accepted processing", "money"),
    "suspend": ("processing", "suspended", "head"),
    "resume": ("suspended", "processing", "head"),
    "decide": ("processing", "done", "head time"),
    "send_back": ("done", "processing", "head"),
    "hand_over": ("done", "returned", "citizen clerk"),
    "withdraw": (
        "submitted accepted processing supplement_requested payment_due suspended",
        "withdrawn",
        "citizen clerk",
    ),
}
# What people are told when a step is taken; None where it is nobody's news.
TOLD = {
    "submit": "submitted", "register": "accepted", "accept": "accepted", "refuse": "refused", "ask_supplement": "supplement_requested",
    "supply": "supplied", "lapse": "lapsed", "route": None, "ask_payment": "payment_requested", "payment_received": "payment_received",
    "suspend": "suspended", "resume": "resumed", "decide": "done", "send_back": None, "hand_over": "returned", "withdraw": "withdrawn",
}  # fmt: skip
ACTIONS = Path(settings.BASE_DIR) / "procedures" / "actions"
PASS = (
    "UPDATE procedures_dossier SET state = {to}, last_step = {step}, event_count = event_count + 1 WHERE id = {dossier}"
)
PUT = "UPDATE procedures_dossier SET state = {to} WHERE id = {dossier}"
Edge = tuple[str, str, str]


def written() -> set[Edge]:
    return {
        (step, a, b)
        for step, (sources, targets, _by) in TABLE.items()
        for a in sources.split()
        for b in targets.split()
    }


def test_the_table_in_the_code_is_this_one() -> None:
    assert {name: (" ".join(s.sources), " ".join(s.targets), set(s.by)) for name, s in STEPS.items()} == {
        name: (sources, targets, set(by.split())) for name, (sources, targets, by) in TABLE.items()
    }
    assert set(edges()) == written()


def test_only_final_states_lead_nowhere() -> None:
    assert set(State) - {source for _step, source, _to in written()} == set(FINAL)
    assert {to for _step, _source, to in written()} == set(State) - {State.DRAFT}
    assert set(NATIONAL_STATUS) == set(State) - {State.DRAFT}


def test_the_state_machine_starts_a_step_only_where_the_table_does() -> None:
    startable = {(step, state) for step in STEPS for state in State if can_proceed(getattr(Dossier(state=state), step))}
    assert startable == {(step, source) for step, source, _to in written()}


@pytest.fixture
def row(two: Two) -> Iterator[tuple[psycopg.Connection[tuple[int]], int]]:
    with login("owner", two.here.tenant) as owner:
        yield owner, two.here.rows[Dossier].pk


def statement(words: str, **values: object) -> sql.Composed:
    return sql.SQL(words).format(**{name: sql.Literal(value) for name, value in values.items()})


def put_in(owner: psycopg.Connection[tuple[int]], dossier: int, state: str) -> None:
    # What waits for the commit is asked at once: a table with questions pending cannot be altered.
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
    owner.execute("ALTER TABLE procedures_dossier DISABLE TRIGGER lifecycle")
    owner.execute(statement(PUT, to=state, dossier=dossier))
    owner.execute("ALTER TABLE procedures_dossier ENABLE TRIGGER lifecycle")


def passes(owner: psycopg.Connection[tuple[int]], dossier: int, step: str, to: str) -> bool:
    try:
        with owner.transaction(force_rollback=True):
            owner.execute(statement(PASS, to=to, step=step, dossier=dossier))
    except psycopg.errors.CheckViolation:
        return False
    return True


def test_the_trigger_lets_exactly_the_table_through(row: tuple[psycopg.Connection[tuple[int]], int]) -> None:
    owner, dossier = row
    let_through = set()
    for source in State.values:
        put_in(owner, dossier, source)
        let_through |= {
            (step, source, to) for step in (*STEPS, *NOTES) for to in State.values if passes(owner, dossier, step, to)
        }
    assert let_through == written() | {(note, state, state) for note in NOTES for state in State.values}


def test_without_the_trigger_everything_passes(row: tuple[psycopg.Connection[tuple[int]], int]) -> None:
    owner, dossier = row
    owner.execute("ALTER TABLE procedures_dossier DISABLE TRIGGER lifecycle")
    assert all(passes(owner, dossier, step, to) for step in STEPS for to in State.values)


def test_a_state_changes_only_with_its_event(row: tuple[psycopg.Connection[tuple[int]], int]) -> None:
    owner, dossier = row
    put_in(owner, dossier, "submitted")
    for words in (
        PUT,
        PUT.replace("state = {to}", "state = {to}, event_count = event_count + 1"),
        PUT.replace("{to}", "{to}, event_count = event_count + 2, last_step = 'accept'"),
    ):
        with pytest.raises(psycopg.errors.CheckViolation), owner.transaction():
            owner.execute(statement(words, to="accepted", dossier=dossier))


def calls(name: str, place: int) -> dict[str, set[str]]:
    """The literal at a place of every call of `workflow.take`, `notifications.tell`, … in the actions, by function."""
    found: dict[str, set[str]] = {}
    for path in ACTIONS.glob("*.py"):
        for function in [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)]:
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == name and len(call.args) > place:
                    literal = call.args[place]
                    if isinstance(literal, ast.Constant):
                        found.setdefault(f"{path.stem}.{function.name}", set()).add(str(literal.value))
    return found


def together(found: dict[str, set[str]]) -> set[str]:
    return set().union(*found.values())


def test_every_step_is_taken_by_an_action() -> None:
    assert together(calls("take", 1)) == set(TABLE)
    assert together(calls("note", 1)) <= set(NOTES)


LATER = {"silence.consent": "silence._certified"}


def test_every_step_tells_people_or_is_known_to_tell_nobody() -> None:
    """By the function that takes the step, or the one that it shares with others (accepting and registering).

    What time decides is told when its paper is signed: until then there is nothing to fetch.
    """
    assert set(TOLD) == set(TABLE)
    tells = calls("tell", 1)
    for function, steps in calls("take", 1).items():
        shared = "intake._accepted" if function.startswith("intake.") else LATER.get(function, "")
        news = tells.get(function, tells.get(shared, set()))
        wanted = {told for step in steps if (told := TOLD[step])}
        assert wanted <= news, (function, wanted)
    assert {told for told in TOLD.values() if told} <= set(OCCASIONS)
