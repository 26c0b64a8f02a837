"""The steps that officials can take through the API: permission, what is told, and the same action as the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.models import User
from portal.problems import Unprocessable
from portal.queries import offices_of
from procedures import workflow
from procedures.actions import hands, intake, processing, results, returning, supplements, withdrawals
from procedures.api import step_shapes as told
from procedures.models import Dossier
from procedures.models.lifecycle import RUNNING, State

Act = Callable[..., object]


@dataclass(frozen=True)
class ApiStep:
    """One address below `steps/`. `step` is the lifecycle's, where there is one."""

    key: str
    permission: str
    words: str
    act: Act
    shape: type[told.Told] = told.Told
    step: str = ""
    # It is a signature: by a device, outside of any transaction.
    signs: bool = False


def _ask(dossier: Dossier, official: User, *, reason: str, papers: Any = (), fields_open: Any = ()) -> object:
    index = dossier.version.parsed.form.index
    unknown = [{"path": "fields_open", "code": "unknown", "detail": key} for key in fields_open if key not in index]
    if unknown:
        raise Unprocessable(_("Biểu mẫu không có mục này."), unknown)
    wanted = [dict(one) for one in papers]
    if fields_open:
        labels = "; ".join(index[key].label.read(dossier.language) for key in fields_open)
        name = _("Thông tin trên đơn: %(labels)s") % {"labels": labels}
        wanted.append({"paper": "", "name": name, "wanted": _("sửa trên biểu mẫu"), "form": True})
    return supplements.ask(dossier, official, reason=reason, wanted=wanted, fields=list(fields_open))


def _route(dossier: Dossier, official: User, *, step: str, reason: str) -> object:
    return processing.route(dossier, official, step, reason=reason)


def _take(dossier: Dossier, official: User, *, reason: str = "") -> object:
    return hands.take_over(dossier, official, reason=reason, instead_of=dossier.assignee_id)


def _prepare(dossier: Dossier, official: User, *, lines: Any = (), **said: str) -> object:
    return results.prepare(dossier, official, lines=[dict(one) for one in lines], **said)


def _hand_over(dossier: Dossier, official: User, **said: Any) -> object:
    wrong = returning.lacking(dossier, **said)
    if wrong:
        faults = [{"path": name, "code": "wrong", "detail": words} for name, words in wrong.items()]
        raise Unprocessable(_("Chưa đủ để trả kết quả."), faults)
    return returning.give(dossier, official, **said)


API_STEPS = {
    one.key: one
    for one in (
        ApiStep("accept", "dossier.accept", "Accept: the dossier gets its number, the clock starts, Mẫu 01 is issued.", intake.accept, step="accept"),
        ApiStep("refuse", "dossier.refuse", "Refuse to accept, with reason, legal clause and remedy (Mẫu 03).", intake.refuse, told.RefusalTold, "refuse"),
        ApiStep("ask_supplement", "dossier.ask_supplement", "Ask for what is missing, in one complete list (Mẫu 02).", _ask, told.SupplementTold, "ask_supplement"),
        ApiStep("route", "dossier.route", "Pass on to a step of the procedure's route.", _route, told.RouteTold, "route"),
        ApiStep("take", "dossier.route", "Take the dossier over: one's own name stands on it. From a colleague only with a reason.", _take, told.TakeTold),
        ApiStep("prepare", "dossier.prepare", "Draft the decision; nothing is decided by it.", _prepare, told.ProposalTold),
        ApiStep("decide", "dossier.decide", "Sign the drafted decision; this moment stops the clock.", results.decide, step="decide", signs=True),
        ApiStep("suspend", "dossier.suspend", "Stop for a reason that the head answers for.", processing.suspend, told.ReasonTold, "suspend"),
        ApiStep("resume", "dossier.suspend", "Go on.", processing.resume, step="resume"),
        ApiStep("ask_payment", "dossier.ask_payment", "Ask for a fee that is due now; the clock pauses.", processing.ask_payment, told.PaymentTold, "ask_payment"),
        ApiStep("hand_over", "dossier.hand_over", "Hand over at the counter to somebody who showed an identity paper and signed, or have the carrier fetch it: handed over when the carrier has it.", _hand_over, told.HandOverTold, "hand_over"),
        ApiStep("send_back", "dossier.send_back", "Correct a result that nobody has received yet.", results.send_back, told.ReasonTold, "send_back"),
        ApiStep("confirm_withdrawal", "dossier.confirm_withdrawal", "Confirm that the person takes the dossier back.", withdrawals.confirm_withdrawal, step="withdraw"),
    )
}  # fmt: skip


def open_steps(dossier: Dossier, person: User) -> list[str]:
    """What this official can do with the dossier as it stands."""
    allowed = workflow.allowed(dossier, person)
    return [key for key, one in API_STEPS.items() if _permitted(person, one, dossier) and _fits(one, dossier, allowed)]


def _permitted(person: User, one: ApiStep, dossier: Dossier) -> bool:
    offices = offices_of(person, one.permission)
    return offices is None or bool(offices & dossier.offices)


def _fits(one: ApiStep, dossier: Dossier, allowed: set[str]) -> bool:
    """The lifecycle allows it, and what else must hold does."""
    holds = {
        "accept": not dossier.fee_total or dossier.fee_paid_at is not None,
        "decide": bool(dossier.proposal),
        "prepare": dossier.state == State.PROCESSING,
        "take": dossier.state in RUNNING,
        "confirm_withdrawal": dossier.withdrawal_asked_at is not None,
    }
    return (not one.step or one.step in allowed) and holds.get(one.key, True)
