"""Which papers a dossier needs by its answers, and which of them a registry has made unnecessary."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from procedures.schema.conditions import Answers, holds
from procedures.schema.definition import Definition, Paper, Text
from procedures.schema.fees import reliefs
from procedures.schema.settle import NOTHING, scope, settle


@dataclass(frozen=True)
class RequiredPaper:
    """A paper as this dossier needs it; `replaced` when a registry has answered, so that nobody hands it in or shows it
    (decree 45/2020: data that the State holds are not asked for again)."""

    key: str
    name: Text
    note: Text
    originals: int
    copies: int
    mandatory: bool
    present_only: bool
    replaced_by: str | None
    replaced: bool
    blank_form: bool

    @property
    def to_submit(self) -> bool:
        """Does the dossier lack something without it?"""
        return self.mandatory and not self.present_only and not self.replaced


def papers_for(
    definition: Definition, answers: Answers, registry_answers: Collection[str] = (), *, profile: Answers = NOTHING
) -> tuple[RequiredPaper, ...]:
    """The papers of the case that applies, in the order of the record; `registry_answers` names registries that answered."""
    seen = scope(settle(definition.form, answers, profile), profile)
    proofs = set(_proofs(definition, seen))
    case = definition.case_for(answers, profile)
    listed = (
        case.papers if case is not None and case.papers is not None else tuple(one.key for one in definition.papers)
    )
    return tuple(
        _required(paper, paper.key in proofs, registry_answers)
        for paper in definition.papers
        if paper.key in proofs or (paper.key in listed and holds(paper.when, seen))
    )


def _proofs(definition: Definition, seen: Answers) -> Iterator[str]:
    """Papers that prove an exemption or reduction which these answers claim: those that count in the fee itself."""
    for fee in definition.fees:
        for claimed in reliefs(fee, seen) if holds(fee.when, seen) else ():
            if claimed.proof:
                yield claimed.proof


def _required(paper: Paper, is_proof: bool, registry_answers: Collection[str]) -> RequiredPaper:
    return RequiredPaper(
        key=paper.key,
        name=paper.name,
        note=paper.note,
        originals=paper.originals,
        copies=paper.copies,
        mandatory=paper.mandatory or is_proof,
        present_only=paper.present_only,
        replaced_by=paper.replaced_by,
        replaced=paper.replaced_by is not None and paper.replaced_by in registry_answers,
        blank_form=paper.blank_form,
    )
