"""What the tests of returned workbooks share: a faulty row or two, and how to look at what came back."""

from __future__ import annotations

import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.colors import Color
from openpyxl.worksheet.datavalidation import DataValidation

from store.workbook.headers import STATUS
from store.workbook.returned import ReturnedReport, write_returned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from store.database import Book

EVE = {"First Name": "Eve", "Last Name": "Adams", "E-Mail": "eve at example"}
TOM = {"First Name": "Tom", "Last Name": "Sawyer", "E-Mail": "tom@example.com", "Phone Number": "12"}
WHOLE_ROW = "The whole row is refused."
YELLOW = "FFFFEE00"
LOVELACE = {"B3": ("str", "LOVELACE")}


def back(book: Book, file: Path, name: str = "back.xlsx") -> tuple[Any, ReturnedReport]:
    """The marked workbook, and what was told of it."""
    out = file.with_name(name)
    report = write_returned(book, file, out)
    return openpyxl.load_workbook(out, rich_text=True), report


def statuses(sheet: Worksheet, header_row: int = 1) -> list[Any]:
    column = status_column(sheet, header_row)
    return [sheet.cell(row, column).value for row in range(header_row + 1, sheet.max_row + 1)]


def status_column(sheet: Worksheet, header_row: int = 1) -> int:
    (column,) = (cell.column for cell in sheet[header_row] if cell.value == STATUS)
    return int(column)


def said(sheet: Worksheet) -> dict[str, str]:
    """The comments by cell."""
    return {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}


def coloured(sheet: Worksheet) -> dict[str, str]:
    """The colours of filled cells, but for those of the status."""
    column = next((cell.column for cell in sheet[1] if cell.value == STATUS), 0)
    cells = (cell for row in sheet for cell in row if cell.column != column)
    return {cell.coordinate: cell.fill.fgColor.rgb for cell in cells if cell.fill.fill_type == "solid"}


def edited(path: Path, **cells: Any) -> Path:
    """The file as it is after somebody typed into cells of its first sheet."""
    book = openpyxl.load_workbook(path, rich_text=True, keep_vba=path.suffix == ".xlsm")
    for place, value in cells.items():
        book.worksheets[0][place] = value
    book.save(path)
    if book.vba_archive:
        book.vba_archive.close()
    return path


def decorated(path: Path) -> Path:
    """A workbook with everything that an office puts into one."""
    opened = openpyxl.Workbook()
    sheet = opened.active
    sheet.title = "Customers"
    sheet.append(["Our customers"])
    sheet.append(["First Name", "Last Name", "E-Mail", "Phone Number", "Date of Birth", "Notes"])
    sheet.append(["Ada", '=UPPER("lovelace")', "ada@example.com", 15550101555, date(1985, 3, 7), "=not a formula"])
    sheet.append(["Eve", "Adams", "eve at example", "12", date(2020, 1, 1), "A" * 300])
    sheet.append(["Tom", "Sawyer", "tom@example.com", "77", None, None])
    sheet["F3"].data_type = "s"
    sheet["F5"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
    sheet.merge_cells("A1:C1")
    sheet["E3"].number_format = "DD/MM/YYYY"
    sheet["A2"].font = Font(name="Courier New", bold=True, color="FF336699")
    sheet["C4"].fill = PatternFill("solid", fgColor=YELLOW)
    sheet["D4"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.39997558519241921))
    sheet["D4"].font = Font(color="FFFFFFFF")
    sheet["D4"].alignment = Alignment(horizontal="right")
    sheet["D4"].border = Border(top=Side(style="thick"))
    sheet["D4"].protection = Protection(locked=False)
    sheet["C4"].comment = Comment("Ask him\nfor another.", "Office")
    sheet["A4"].comment = Comment("A good customer", "Office")
    sheet.column_dimensions["C"].width = 33
    sheet.column_dimensions["E"].hidden = True
    sheet.column_dimensions["G"].width = 3
    sheet.column_dimensions["G"].min, sheet.column_dimensions["G"].max = 7, 16384
    sheet.column_dimensions["G"].hidden = True
    sheet.row_dimensions[4].height = 40
    sheet.row_dimensions[5].hidden = True
    sheet.freeze_panes = "B3"
    sheet.auto_filter.ref = "A2:F5"
    sheet.auto_filter.add_filter_column(0, ["Ada", "Eve"])
    rule = DataValidation(type="list", formula1='"Yes,No"')
    rule.add("F3:F99")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("D3:D9", CellIsRule(operator="lessThan", formula=["100"], font=Font(bold=True)))
    sheet.protection.set_password("office")
    sheet.protection.enable()
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.tabColor = "FF00FF00"
    for title, state in (("Notes of ours", "hidden"), ("_sync", "veryHidden"), ("Totals", "visible")):
        more = opened.create_sheet(title)
        more.sheet_state = state
        more["A1"] = f"{title}: _x001B_ " + "x" * 16_000
        more["A2"] = "=1+1"
        more["A2"].data_type = "s"
    opened.defined_names["area"] = openpyxl.workbook.defined_name.DefinedName("area", attr_text="Totals!$A$1")
    opened.save(path)
    given_results(path, LOVELACE)
    return path


def given_results(file: Path, results: dict[str, tuple[str, str]]) -> None:
    """Put results into the formulas of a workbook's first sheet, as a spreadsheet program does."""
    inside(file, {"xl/worksheets/sheet1.xml": lambda xml: _with_results(xml, results)})


def _with_results(xml: bytes, results: dict[str, tuple[str, str]]) -> bytes:
    text = xml.decode()
    for place, (kind, value) in results.items():
        start = text.index(f'<c r="{place}"')
        end = text.index("</c>", start)
        cell = text[start:end].replace("<v />", f"<v>{value}</v>").replace("<v></v>", f"<v>{value}</v>")
        text = text[:start] + cell.replace("><f>", f' t="{kind}"><f>', 1) + text[end:]
    return text.encode()


def inside(file: Path, changes: dict[str, Callable[[bytes], bytes]], **more: bytes) -> Path:
    """Change parts of a workbook's archive, and add some."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts |= {name: change(parts[name]) for name, change in changes.items()}
    parts |= {name.replace("__", "/"): data for name, data in more.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file


def column(file: Path, at: int) -> list[Any]:
    """A column's cells as an import reads them."""
    import python_calamine

    return [row[at] for row in python_calamine.CalamineWorkbook.from_path(file).get_sheet_by_index(0).iter_rows()]
