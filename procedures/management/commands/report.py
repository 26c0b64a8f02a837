import datetime
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.models import Office, Tenant
from portal.tenancy import inside
from procedures.queries.exports import as_csv, as_xlsx
from procedures.queries.figures.periods import Period
from procedures.queries.figures.reports import REPORTS, report
from procedures.queries.figures.told import causes

# Named by the design, built with later issues; said plainly instead of a table of nothing.
LATER = ("index766", "portal_score")


class Command(BaseCommand):
    help = "Figures of an authority for a period, [from, to): as JSON, CSV or XLSX on standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=[*REPORTS, "causes", *LATER])
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--from", dest="since", required=True, type=datetime.date.fromisoformat)
        parser.add_argument("--to", required=True, type=datetime.date.fromisoformat)
        parser.add_argument("--office")
        parser.add_argument("--format", choices=["json", "csv", "xlsx"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] in LATER:
            raise CommandError(f"Báo cáo {options['name']} chưa có (the report {options['name']} is not there yet).")
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"Không có cơ quan {options['tenant']} (no such tenant).")
        try:
            period = Period(options["since"], options["to"])
        except ValueError as error:
            raise CommandError("--to phải sau --from (--to must be after --from).") from error
        with inside(tenant):
            office = self._office(options["office"])
            found = causes(period, office) if options["name"] == "causes" else report(options["name"], period, office)
        self._write(found, options["format"])

    def _office(self, code: str | None) -> Office | None:
        if code is None:
            return None
        office: Office | None = Office.objects.filter(code=code).first()
        if office is None:
            raise CommandError(f"Không có đơn vị {code} (no such office).")
        return office

    def _write(self, found: dict[str, Any], kind: str) -> None:
        if kind == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        columns = list(found["total"]) if not found["rows"] else list(found["rows"][0])
        rows = [*found["rows"], {**dict.fromkeys(columns), columns[0]: "total", **found["total"]}]
        if kind == "csv":
            self.stdout.write(as_csv(columns, rows), ending="")
        else:
            sys.stdout.buffer.write(as_xlsx(columns, rows, title=found["report"]))
