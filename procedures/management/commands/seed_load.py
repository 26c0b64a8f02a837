"""Makes load beside the demo's authorities, the same every time: tai-1, tai-2, … with dossiers of two years (by seed and day), or,
with --procedures, danh-muc-1, danh-muc-2, … with catalogues."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from procedures.demo import load, load_catalogue


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenants", type=int, default=1, help="how many authorities")
        parser.add_argument("--dossiers", type=int, default=10_000, help="how many dossiers, over all of them")
        parser.add_argument(
            "--procedures", type=int, default=0, help="how many procedures in each of them, instead of dossiers"
        )
        parser.add_argument("--offices", type=int, default=40, help="how many offices offer each of the procedures")
        parser.add_argument(
            "--recent",
            type=float,
            default=load.RECENT,
            help="which part came in the last four weeks; a quarter of it is open",
        )
        parser.add_argument("--seed", type=int, default=1, help="another number gives other dossiers")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("Made-up load belongs into a demo or a bench: set DEMO=1.")
        if options["tenants"] < 1 or options["dossiers"] < 1 or options["seed"] < 0:
            raise CommandError("--tenants and --dossiers are at least 1, --seed at least 0.")
        if not 0 < options["recent"] < 1:
            raise CommandError("--recent lies between 0 and 1.")
        if options["procedures"]:
            for slug, made in load_catalogue.make(options["tenants"], options["procedures"], options["offices"]):
                self.stdout.write(f"{slug}: {f'{made} procedures made' if made else 'is there already'}")
            return
        for slug, made in load.make(options["tenants"], options["dossiers"], options["seed"], options["recent"]):
            self.stdout.write(f"{slug}: {f'{made} dossiers made' if made else 'is there already'}")
