"""Figures against an oracle that reads only events, and against their own lists."""

import datetime
import random
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from portal.files import Stored
from portal.models import Office, Tenant, User
from portal.moments import HERE, travel
from procedures.actions import drafts, intake, processing, results, submission, supplements, withdrawals
from procedures.models import Dossier, DossierEvent, Offering, Signing
from procedures.queries.figures.measures import MEASURES, listed
from procedures.queries.figures.periods import Period, month, named, quarter, whole_year
from procedures.queries.figures.reports import report, totals
from tests.forms import given, offered

BEGIN = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=HERE)
DAY = datetime.timedelta(days=1)


class Life:
    """One dossier, brought as far as chance says by the real steps."""

    def __init__(self, offering: Offering, people: dict[str, User], dice: random.Random, number: int) -> None:
        self.offering, self.people, self.dice, self.number = offering, people, dice, number
        self.moment = BEGIN + DAY * dice.randrange(60) + datetime.timedelta(minutes=dice.randrange(300))

    def wait(self, most: int) -> datetime.datetime:
        self.moment += DAY * self.dice.randrange(most) + datetime.timedelta(minutes=self.dice.randrange(1, 90))
        return self.moment

    def live(self) -> None:
        with travel(self.moment):
            dossier = drafts.start(
                self.offering,
                self.people["an"],
                channel=self.dice.choice(["online", "online_assisted", "online_typed"]),
            )
            drafts.save_answers(dossier, {"full_name": "Nguyễn Thị An", "purpose": "loan"})
            submission.submit(dossier, self.people["an"], f"key-{self.number}")
        end = self.dice.choice(
            ["submitted", "refused", "accepted", "withdrawn", "paused", "processing", "done", "returned", "returned"]
        )
        for step in ("intake", "supplement", "work"):
            if getattr(self, step)(dossier, end):
                return

    def intake(self, dossier: Dossier, end: str) -> bool:
        if end == "submitted":
            return True
        with travel(self.wait(3)):
            if end == "refused":
                intake.refuse(dossier, self.people["binh"], reason="a", clause="b", remedy="c")
                return True
            intake.accept(dossier, self.people["binh"])
        return end == "accepted"

    def supplement(self, dossier: Dossier, end: str) -> bool:
        if end != "paused" and self.dice.random() < 0.6:
            return False
        with travel(self.wait(4)):
            supplements.ask(
                dossier, self.people["binh"], reason="x", wanted=[{"paper": "", "name": "Bản rõ", "wanted": ""}]
            )
        if end == "paused":
            return True
        with travel(self.wait(6)):
            given(dossier, self.people["an"], "Bản rõ")
            supplements.supply(dossier, self.people["an"])
        return False

    def work(self, dossier: Dossier, end: str) -> bool:
        with travel(self.wait(2)):
            processing.route(dossier, self.people["binh"], "examine")
        if end == "withdrawn":
            with travel(self.wait(3)):
                withdrawals.ask_withdrawal(dossier, self.people["an"], reason="đổi ý")
                withdrawals.confirm_withdrawal(dossier, self.people["binh"])
        if end in ("done", "returned"):
            with travel(self.wait(6)):
                results.prepare(dossier, self.people["chi"], outcome="granted", lines=[])
                results.decide(dossier, self.people["dung"])
        if end == "returned":
            with travel(self.wait(4)):
                results.hand_over(dossier, self.people["an"], how="online")
        return True


@pytest.fixture
def lives(
    tenant: Tenant, office: Office, an: User, binh: User, chi: User, dung: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty lives; signing is proved elsewhere and left out for speed."""
    unsigned(monkeypatch)
    dice, people = random.Random(7), {"an": an, "binh": binh, "chi": chi, "dung": dung}
    with travel(BEGIN - DAY):
        offering = offered(office)
    for number in range(40):
        Life(offering, people, dice, number).live()


def unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(dossier: Dossier, head: User) -> None:
        results._decided(Signing(dossier=dossier, head=head, kind="result"), Stored("", 0, ""))

    monkeypatch.setattr("procedures.actions.signing.issue", lambda *_, **_columns: None)
    monkeypatch.setattr(results, "decide", at_once)


def told_by_events(period: Period) -> Counter[str]:
    """The same measures from nothing but events, in plain Python."""
    found: Counter[str] = Counter()
    stories: dict[int, list[DossierEvent]] = {}
    for event in DossierEvent.objects.order_by("dossier_id", "number"):
        stories.setdefault(event.dossier_id, []).append(event)
    for story in stories.values():
        at = {event.step: event.occurred_at for event in story}
        accepted, decided = at.get("accept"), at.get("decide")
        closed = decided or at.get("withdraw")
        found["received"] += accepted is not None and period.begins <= accepted < period.ends
        found["submitted"] += period.begins <= at["submit"] < period.ends
        found["refused_at_intake"] += "refuse" in at and period.begins <= at["refuse"] < period.ends
        found["settled"] += decided is not None and period.begins <= decided < period.ends
        found["closed_other"] += "withdraw" in at and period.begins <= at["withdraw"] < period.ends
        found["carried_over"] += (
            accepted is not None and accepted < period.begins and not (closed and closed < period.begins)
        )
        standing = accepted is not None and accepted < period.ends and not (closed and closed < period.ends)
        found["open"] += standing
        paused = [e for e in story if e.step in ("ask_supplement", "supply") and e.occurred_at < period.ends]
        found["paused"] += bool(standing and paused and paused[-1].step == "ask_supplement")
        found["handed_over"] += "hand_over" in at and period.begins <= at["hand_over"] < period.ends
    return found


PERIODS = [
    month(2026, 3),
    month(2026, 4),
    Period(datetime.date(2026, 3, 10), datetime.date(2026, 3, 17)),
    quarter(2026, 2),
    whole_year(2026),
]


def test_figures_equal_what_events_alone_tell(lives: None) -> None:
    for period in PERIODS:
        ours, theirs = totals(period), told_by_events(period)
        assert {name: ours[name] for name in theirs} == dict(theirs), period


def test_the_identities_hold_in_every_period(lives: None) -> None:
    for period in PERIODS:
        told = totals(period)
        assert told["carried_over"] + told["received"] == told["settled"] + told["closed_other"] + told["open"]
        assert told["settled"] == told["early"] + told["on_time"] + told["late"]
        assert told["open"] == told["open_in_time"] + told["overdue"] + told["paused"]
        assert told["received"] == told["online"] + told["counter"] + told["post"]
        assert told["online"] == told["online_by_citizen"] + told["online_assisted"] + told["online_typed"]
        assert "identity" not in {warning["code"] for warning in report("progress", period)["warnings"]}


def test_a_figure_counts_exactly_the_dossiers_of_its_list(lives: None) -> None:
    told = totals(PERIODS[0])
    assert {name: listed(name, PERIODS[0]).count() for name in MEASURES} == {name: told[name] for name in MEASURES}
    assert sum(told[name] for name in MEASURES) > 100


def test_a_period_takes_its_first_moment_and_leaves_its_last(
    tenant: Tenant, office: Office, an: User, binh: User
) -> None:
    with travel(datetime.datetime(2026, 4, 1, 0, 0, tzinfo=HERE)):
        draft = drafts.start(offered(office), an)
        drafts.save_answers(draft, {"full_name": "An", "purpose": "loan"})
        submission.submit(draft, an, "k")
    assert totals(month(2026, 4))["submitted"] == 1
    assert totals(month(2026, 3))["submitted"] == 0


@pytest.mark.parametrize("name", ["2026-13", "2026-q5", "26", "hello", "2026-02-01_2026-01-01", "2026-01-01_"])
def test_a_period_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        named(name)


def test_a_report_that_is_not_built_says_so(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="chưa có"):
        call_command("report", "index766", "--tenant", "dongthap", "--from", "2026-01-01", "--to", "2027-01-01")
