"""Tables as files: CSV and XLSX in which nothing that people wrote becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, BinaryIO

import xlsxwriter

# OWASP ASVS 1.2.10, with the full-width forms that spreadsheets also take for an operator.
ROWS_OF_SHEET = 1_000_000
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
    """A short table at once."""
    out = io.BytesIO()
    write_xlsx(out, columns, rows, title=title)
    return out.getvalue()


def write_xlsx(target: str | BinaryIO, columns: Sequence[str], rows: Iterable[dict[str, Any]], *, title: str) -> None:
    """Each row goes to a file beside when the next one comes (`constant_memory`): a long table takes no more memory than a short one."""
    with xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        for number, row in enumerate(chain([{}], rows)):
            # A sheet holds so many rows and no more; `number` 0 is no row, so that an empty table has its head.
            if number == 0 or (number > 1 and (number - 1) % ROWS_OF_SHEET == 0):
                sheet = _sheet(book, columns, bold, title, number // ROWS_OF_SHEET)
            if number:
                _line(sheet, (number - 1) % ROWS_OF_SHEET + 1, columns, row)


def _sheet(book: Any, columns: Sequence[str], bold: Any, title: str, before: int) -> Any:
    sheet = book.add_worksheet(f"{title[:25]} {before + 1}" if before else title[:31])
    sheet.write_row(0, 0, columns, bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _line(sheet: Any, at: int, columns: Sequence[str], row: dict[str, Any]) -> None:
    for place, name in enumerate(columns):
        _write(sheet, at, place, row.get(name))


def write_csv(path: str, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """The same bytes as those that are sent while they are written."""
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(csv_head(columns))
        for row in rows:
            out.write(csv_lines(columns, [row]))


def _write(sheet: Any, number: int, place: int, value: Any) -> None:
    if value is None:
        sheet.write_blank(number, place, None)
    elif isinstance(value, int | float):
        sheet.write_number(number, place, value)
    else:
        sheet.write_string(number, place, str(value))
