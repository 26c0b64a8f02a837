"""Tables as files: CSV and XLSX in which nothing that people wrote becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

# OWASP ASVS 1.2.10, with the full-width forms that spreadsheets also take for an operator.
DANGEROUS = tuple("=+-@\t\r＝＋－＠")


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def as_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """With a byte order mark, so that spreadsheets read Vietnamese right."""
    return csv_head(columns) + csv_lines(columns, rows)


def csv_head(columns: Sequence[str]) -> str:
    return "\ufeff" + csv_lines(columns, [{name: name for name in columns}])


def csv_lines(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """A piece of a file; for one that is written while it is sent."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    return "" if value is None else harmless(value)


def as_xlsx(columns: Sequence[str], rows: Iterable[dict[str, Any]], *, title: str) -> bytes:
    """Written row after row to a file beside, so that a long table takes no more memory than a short one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
        sheet.write_row(0, 0, columns, bold)
        for number, row in enumerate(rows, start=1):
            for place, name in enumerate(columns):
                _write(sheet, number, place, row.get(name))
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _write(sheet: Any, number: int, place: int, value: Any) -> None:
    if value is None:
        sheet.write_blank(number, place, None)
    elif isinstance(value, int | float):
        sheet.write_number(number, place, value)
    else:
        sheet.write_string(number, place, str(value))
