"""Publish a bundle of procedures at an authority: all of it, or nothing when anything is wrong."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import Tenant
from portal.tenancy import inside
from procedures.actions import bundles


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and change nothing")

    def handle(self, *args: Any, file: Path, tenant: str, dry_run: bool, **options: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no tenant {tenant}.")
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        with inside(found):
            try:
                plan = bundles.plan_for(text) if dry_run else bundles.take_in(text, None)
            except bundles.Unsound as unsound:
                raise CommandError(f"Nothing was taken in:\n{unsound}") from unsound
        if not plan.is_sound:
            raise CommandError(f"This bundle cannot be taken in:\n{bundles.Unsound(plan)}")
        for entry in plan.entries:
            self.stdout.write(f"{entry.definition.code} v{entry.version} {entry.effect}")
