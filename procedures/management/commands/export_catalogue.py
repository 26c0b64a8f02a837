"""Write an authority's published procedures as one bundle to standard output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import Tenant
from portal.tenancy import inside
from procedures.actions import bundles


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--procedure", default="", metavar="CODE", help="only this one")

    def handle(self, *args: Any, tenant: str, procedure: str, **options: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no tenant {tenant}.")
        with inside(found):
            content = bundles.given_out(procedure)
        self.stdout.write(bundles.as_text(content), ending="")
