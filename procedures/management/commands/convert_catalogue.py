"""Turn procedures as other systems hold them into a bundle for import_catalogue.

`yenbai`: a city's one-stop shop (JSON list with papers, steps with days, typed fields). `database`: whole records of the
national database (JSON). `national`: its list (CSV), as records of level 1. A record that cannot be read is refused
whole, with a sentence for each fault; whatever a definition has no place for is listed in the report, with the source's
own words and the reason.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procedures.actions.bundles import as_text
from procedures.queries.exports import as_csv
from procedures.schema.bundle import pack
from procedures.schema.conversion.convert import FORMATS, Converted, NotReadable, convert

COLUMNS = ("record", "code", "kind", "field", "words", "why")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", type=Path)
        parser.add_argument("--format", required=True, choices=FORMATS, dest="kind")
        parser.add_argument("--out", metavar="FILE", type=Path, help="the bundle; without it: standard output")
        parser.add_argument("--report", metavar="FILE", type=Path, help="what was not carried over, as CSV")
        parser.add_argument("--also-online", action="store_true", help="yenbai: open the online channel as well")

    def handle(
        self, *args: Any, source: Path, kind: str, out: Path | None, report: Path | None, **options: Any
    ) -> None:
        try:
            made = convert(source.read_text(encoding="utf-8-sig"), kind, also_online=options["also_online"])
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{source} cannot be read: {error}") from error
        except NotReadable as error:
            raise CommandError(f"{source}: {error}") from error
        bundle = as_text(pack([one.definition for one in made if one.definition is not None]))
        if out is None:
            self.stdout.write(bundle, ending="")
        else:
            out.write_text(bundle, encoding="utf-8")
        if report is not None:
            report.write_text(as_csv(COLUMNS, _rows(made)), encoding="utf-8", newline="")
        self._say(made)

    def _say(self, made: list[Converted]) -> None:
        for one in made:
            for place, sentence in one.faults:
                self.stderr.write(f"{one.number} {one.code} {place or '.'}: {sentence}")
        refused = sum(one.definition is None for one in made)
        notes = sum(len(one.notes) for one in made)
        self.stderr.write(
            f"{len(made) - refused} converted, {refused} refused, {notes} notes on what was not carried over."
        )


def _rows(made: list[Converted]) -> Iterable[dict[str, Any]]:
    for one in made:
        told = {"record": one.number, "code": one.code}
        for place, sentence in one.faults:
            yield {**told, "kind": "refused", "field": place, "words": "", "why": str(sentence)}
        for note in one.notes:
            kind = "not carried over" if note.words else "decided"
            yield {**told, "kind": kind, "field": note.field, "words": note.words, "why": str(note.why)}
