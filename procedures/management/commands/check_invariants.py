from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import Tenant
from portal.queries import active_tenants
from portal.tenancy import inside
from procedures.queries.integrity import INVARIANTS, violations


class Command(BaseCommand):
    help = "Ask an authority's rows whether all holds that must hold (I2 to I6, I11 to I14); fails and names the rows otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", default="", help="slug of one authority; all of them without it")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["tenant"]
        tenants = [t for t in active_tenants() if not slug or t.slug == slug]
        if not tenants:
            raise CommandError(f"There is no authority {slug!r}.")
        found = sum(self._judged(tenant) for tenant in tenants)
        if found:
            raise CommandError(f"{found} violations.")

    def _judged(self, tenant: Tenant) -> int:
        with inside(tenant):
            broken = violations()
        for told in broken:
            self.stdout.write(f"{tenant.slug}: {told}")
        self.stdout.write(f"{tenant.slug}: {', '.join(INVARIANTS)}: {len(broken)} violations")
        return len(broken)
