"""Fills an empty deployment with the demonstration: authorities, people, catalogue, and two years of dossiers."""

import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.moments import midnight, travel
from procedures.demo import linking
from procedures.demo.founding import found_all
from procedures.demo.past import live_through

# The authorities were there before their first dossier, so what they offer has held since then.
FOUNDED = midnight(datetime.date(2024, 7, 1))


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--thin", action="store_true", help="a tenth of the ordinary dossiers, for tests")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("Demo data belong into a demo: set DEMO=1.")
        with travel(FOUNDED):
            tenants = found_all()
        for tenant in tenants:
            made = live_through(tenant, thin=options["thin"])
            self.stdout.write(f"{tenant.host}: {f'{made} dossiers made' if made else 'is there already'}")
        linking.live({tenant.slug: tenant for tenant in tenants})
