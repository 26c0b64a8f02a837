"""The papers of a dossier as an official judges them: what was given for each, what was found of it, and by whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procedures.models import ONLINE_CHANNELS, Attachment, Dossier, PaperFault, Verdict
from procedures.queries.answers import file_fields, required_papers
from procedures.queries.filing import MANDATE
from procedures.schema.paper_faults import BUILT_IN, Fault
from procedures.schema.papers import RequiredPaper
from procedures.schema.reading import Text

OF_FIELD = "field:"


def all_faults() -> list[Fault]:
    """The authority's own reasons, and the built-in ones that it did not word anew; switched off ones among them."""
    own = {row.key: row for row in PaperFault.objects.all()}
    built_in = [one for one in BUILT_IN if one.key not in own]
    return sorted([*built_in, *map(_fault, own.values())], key=lambda one: (one.position, one.key))


def faults() -> list[Fault]:
    """The reasons that are offered."""
    return [one for one in all_faults() if one.active]


def _fault(row: PaperFault) -> Fault:
    return Fault(row.key, Text(row.name, row.name_en), Text(row.todo, row.todo_en), row.position, row.is_active)


def reason_of(verdict: Verdict | None, known: Iterable[Fault]) -> Text | None:
    """What the catalogue calls the reason of a verdict."""
    return next((one.name for one in known if verdict and one.key == verdict.fault), None)


@dataclass
class Item:
    """A paper: its files, oldest first, its verdicts, and whether it has to be there."""

    key: str
    name: str
    to_submit: bool = False
    # What stands for it where it has no file: the electronic form, or paper that was counted at the desk.
    instead: str = ""
    files: list[Attachment] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict | None:
        """The one that holds; none where something was given since."""
        last = self.verdicts[-1] if self.verdicts else None
        return None if last is None or self._renewed(last) else last

    def _renewed(self, verdict: Verdict) -> bool:
        return any(file.given_at > verdict.at for file in self.files)

    @property
    def state(self) -> str:
        """good, bad, open (to be judged) or absent (nothing to judge)."""
        if self.verdict is not None:
            return "good" if self.verdict.good else "bad"
        return "open" if self.files or self.to_submit else "absent"


def items_of(dossier: Dossier, files: Iterable[Attachment], verdicts: Iterable[Verdict]) -> list[Item]:
    """Every paper of the case, then files of no paper by their question, then what was asked for besides."""
    language = get_language() or "vi"
    items = {
        one.key: Item(one.key, one.name.read(language), one.to_submit, _instead(dossier, one))
        for one in required_papers(dossier)
        if not one.replaced
    }
    labels = {key: one.label.read(language) for key, one in dossier.version.parsed.form.index.items()}
    for file in files:
        key = key_of(file)
        if key:
            items.setdefault(key, Item(key, _name(key, labels))).files.append(file)
    for verdict in verdicts:
        items.setdefault(verdict.paper, Item(verdict.paper, _name(verdict.paper, labels))).verdicts.append(verdict)
    return list(items.values())


def _instead(dossier: Dossier, paper: RequiredPaper) -> str:
    if dossier.channel not in ONLINE_CHANNELS:
        return "paper"
    return "form" if paper.blank_form and dossier.answers and paper.key not in file_fields(dossier) else ""


def key_of(file: Attachment) -> str:
    """The paper that a file was given for; letters' files belong to none."""
    if file.letter_id:
        return ""
    return file.paper or (f"{OF_FIELD}{file.field_key}" if file.field_key else "")


def _name(key: str, labels: Mapping[str, str]) -> str:
    if key == MANDATE:
        return _("Giấy ủy quyền")
    return labels.get(key.removeprefix(OF_FIELD), key) if key.startswith(OF_FIELD) else key


def given(dossier: Dossier) -> list[Attachment]:
    """All files of a dossier that were not taken back, letters' among them."""
    return list(Attachment.objects.filter(dossier=dossier, removed_at=None))


def verdicts_of(dossier: Dossier) -> list[Verdict]:
    return list(Verdict.objects.filter(dossier=dossier).select_related("by"))


def judged(dossier: Dossier) -> list[Item]:
    """The same, asked of the database: two queries."""
    return items_of(dossier, given(dossier), verdicts_of(dossier))


def bad(items: Iterable[Item]) -> Iterator[Item]:
    return (one for one in items if one.state == "bad")
