"""Prove that no money disappeared: received = applied + refunded + in suspense, for every payment and for the authority."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments import queries
from payments.models import LedgerEntry
from portal.models import Tenant
from portal.tenancy import inside


class Command(BaseCommand):
    help = "Kiểm tra sổ thu: đã nhận = đã ghi thu + đã hoàn + chờ xử lý. Checks the ledger of one authority."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--strict", action="store_true", help="fail when anything does not fit")

    def handle(self, *args: Any, tenant: str, strict: bool, **options: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"Không có cơ quan {tenant} (no tenant {tenant}).")
        with inside(found):
            whole = queries.balance(LedgerEntry.objects.all())
            wrong = queries.contradictions()
        self.stdout.write(
            f"received {whole.received} = applied {whole.applied} + refunded {whole.refunded} + suspense {whole.suspense}"
            f" ; difference {whole.difference}"
        )
        for sentence in wrong:
            self.stdout.write(sentence)
        if strict and (wrong or whole.difference):
            raise CommandError(f"{len(wrong)} chỗ không khớp (contradictions).")
