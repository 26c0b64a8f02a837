"""Fills an empty deployment with the demonstration's authorities; what is there already stays."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procedures.demo.founding import found_all


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("Demo data belong into a demo: set DEMO=1.")
        founded = found_all()
        self.stdout.write(f"The authorities are there: {', '.join(tenant.host for tenant in founded)}.")
