"""Publish a bundle of procedures at an authority, each whole or not at all: one that is refused stops no other.

A line for each procedure: its code, its version, and new, changed, same or refused with the reasons. What was published
before is the same, so an import that was broken off is simply started again.

With --national they are put on the national shelf instead, from which every authority adopts them.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import Tenant
from portal.tenancy import inside
from procedures.actions import bundles
from procedures.actions import national as shelf
from procedures.actions.bundles import Entry, Plan


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--tenant", metavar="SLUG")
        where.add_argument("--national", action="store_true", help="put them on the national shelf, as the platform")
        parser.add_argument("--issued-by", default="", metavar="WORDS", help="the ministry, for --national")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and change nothing")
        parser.add_argument("--all-or-nothing", action="store_true", help="change nothing if one procedure is refused")

    def handle(self, *args: Any, file: Path, national: bool, issued_by: str, **options: Any) -> None:
        if national:
            self._shelve(_text(file), issued_by, options["dry_run"])
        else:
            self._take_in(file, options["tenant"], options["dry_run"], options["all_or_nothing"])

    def _shelve(self, text: str, issued_by: str, dry_run: bool) -> None:
        """All or nothing: what a ministry publishes is whole."""
        try:
            rows = shelf.take_in(text, issued_by, dry_run=dry_run)
        except bundles.Unsound as unsound:
            raise CommandError(f"Nothing was put on the shelf:\n{unsound}") from unsound
        for shelved in rows:
            self.stdout.write(f"{shelved.code} n{shelved.number} {bundles.NEW if shelved.is_new else bundles.SAME}")

    def _take_in(self, file: Path, tenant: str, dry_run: bool, all_or_nothing: bool) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no tenant {tenant}.")
        text = _text(file)
        with inside(found):
            plan = self._whole(text) if all_or_nothing and not dry_run else bundles.plan_for(text)
        if plan.faults:
            raise CommandError(f"This is no bundle:\n{bundles.Unsound(plan)}")
        if not (dry_run or all_or_nothing):
            self._publish(found, plan)
        for entry in plan.entries:
            self._say(entry)
        if plan.refused:
            raise CommandError(f"{len(plan.refused)} of {len(plan.entries)} procedures were refused.")

    def _whole(self, text: str) -> Plan:
        try:
            return bundles.take_in(text, None, whole=True)
        except bundles.Unsound as unsound:
            raise CommandError(f"Nothing was taken in:\n{unsound}") from unsound

    def _publish(self, tenant: Tenant, plan: Plan) -> None:
        """Part by part, each in a transaction of its own: what was done before a break stays."""
        for part in bundles.in_parts(plan.to_publish):
            with inside(tenant):
                bundles.publish(part, None)

    def _say(self, entry: Entry) -> None:
        if entry.effect != bundles.REFUSED:
            self.stdout.write(f"{entry.code} v{entry.version} {entry.effect}")
        for fault in entry.faults:
            self.stdout.write(f"{entry.code or '-'} {entry.effect} {fault.place}: {fault.sentence}")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
