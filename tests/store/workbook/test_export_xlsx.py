"""The workbook as spreadsheet programs see it: types, formats, locks, drop-downs, and sheets that go on."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.dom import minidom

import openpyxl
import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from store.workbook import xlsx
from store.workbook.parts import LISTS_SHEET
from store.workbook.writer import FIRST_SERIAL, Choices, Column, Sheet, Style, column_letters
from store.workbook.xlsx import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

COUNTRIES = tuple(f"Country number {number}" for number in range(60))
COLUMNS = (
    Column("Customer UID", Style.KEY, 36),
    Column("First Name", width=16),
    Column("Gender", choices=Choices(("Male", "Female", "Others"))),
    Column("Stores", choices=Choices(("Downtown", "Market, old", 'The "Mill"'), many=True)),
    Column("Country", choices=Choices(COUNTRIES)),
    Column("Date of Birth", Style.DATE),
    Column("Paid", Style.TIME),
    Column("Points", Style.WHOLE),
    Column("Amount", Style.MONEY),
    Column("Qty", Style.NUMBER),
    Column("Rate %", Style.RATE),
)
ROW = (
    "047a8387-cdde-4d51-a301-bbfca0c5154e",
    "0012",
    "Male",
    "Downtown; Market, old",
    "",
    31113,
    46193.5,
    80,
    172.6,
    0.13,
    6.25,
)
BLANK = ("u2", "", "", "", "", None, None, None, None, None, None)
OLD = ("u3", "Ada", "", "", "", "10-Dec-1875", None, -5, 0.0, 2.0, 8.875)


def written(*sheets: Sheet, **options: Any) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, sheets or [Sheet("Customers", COLUMNS, [[ROW, BLANK], [OLD]])], **options)
    return file.getvalue()


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_cells_are_of_their_kind() -> None:
    sheet = opened(written())["Customers"]
    assert [cell.value for cell in sheet[1]] == [column.header for column in COLUMNS]
    values = [cell.value for cell in sheet[2]]
    assert values[:5] == [*ROW[:4], None]
    assert values[5:7] == [datetime(1985, 3, 7), datetime(2026, 6, 20, 12, 0)]  # noqa: DTZ001  # a cell has no zone
    assert values[7:] == [80, 172.6, 0.13, 6.25]
    assert [cell.value for cell in sheet[3]][1:] == [None] * 10
    assert sheet["F4"].value == "10-Dec-1875"
    formats = ["@", "@", "@", "@", "General", "dd-mmm-yyyy", "dd-mmm-yyyy hh:mm", "0", "0.00", "General", "0.00##"]
    assert [cell.number_format for cell in sheet[2]] == formats


def test_the_first_unambiguous_serial_is_the_first_of_march_1900() -> None:
    data = written(Sheet("Customers", (Column("Born", Style.DATE),), [[(FIRST_SERIAL,)]]))
    assert opened(data)["Customers"]["A2"].value == datetime(1900, 3, 1)  # noqa: DTZ001  # a cell has no zone
    grid = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Customers").to_python()
    assert str(grid[1][0]) == "1900-03-01"


@pytest.mark.parametrize(("digits", "code"), [(0, "0"), (2, "0.00"), (3, "0.000")])
def test_amounts_show_the_decimals_of_the_currency(digits: int, code: str) -> None:
    assert opened(written(money_digits=digits))["Customers"]["I2"].number_format == code


def test_keys_are_hidden_and_locked_and_all_else_can_be_edited() -> None:
    sheet = opened(written())["Customers"]
    assert sheet.column_dimensions["A"].hidden
    assert not any(sheet.column_dimensions[letter].hidden for letter in "BCDEFGHIJK")
    assert sheet.protection.sheet
    assert not sheet.protection.password
    allowed = ("autoFilter", "sort", "insertRows", "deleteRows", "formatCells", "formatColumns")
    assert not any(getattr(sheet.protection, name) for name in allowed)
    assert sheet["A2"].protection.locked
    assert sheet["B1"].protection.locked
    assert not any(cell.protection.locked for cell in sheet[2][1:] if cell.value is not None)
    # An empty row below has the columns' own styles: it can be typed in, and a zip keeps its zeros.
    columns = sheet.column_dimensions
    assert [columns[letter].number_format for letter in "BF"] == ["@", "dd-mmm-yyyy"]
    assert not columns["B"].protection.locked


def test_a_sheet_without_keys_is_not_protected() -> None:
    assert not opened(written(Sheet("Stores", (Column("Store"),), [[("Harbor",)]])))["Stores"].protection.sheet


def test_header_is_frozen_and_filtered() -> None:
    data = written()
    sheet = opened(data)["Customers"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:K4"
    assert all(cell.font.b for cell in sheet[1])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "'Customers'!$A$1:$K$4</definedName>" in archive.read("xl/workbook.xml").decode()


def rules(data: bytes) -> dict[str, Any]:
    sheet = opened(data)["Customers"]
    return {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}


def test_drop_downs_are_offered_below_the_data_too_and_never_refuse() -> None:
    data = written()
    found = rules(data)
    assert set(found) == {"C2:C1048576", "D2:D1048576", "E2:E1048576"}
    assert found["C2:C1048576"].formula1 == '"Male,Female,Others"'
    for rule in found.values():
        assert rule.type == "list"
        assert rule.allow_blank
        assert rule.errorStyle == "warning" or not rule.showErrorMessage
    assert not found["D2:D1048576"].showErrorMessage, "a cell of several stores is no value of the list"


def test_long_lists_and_names_with_commas_stand_in_a_hidden_sheet() -> None:
    data = written()
    found = rules(data)
    lists = opened(data)[LISTS_SHEET]
    assert lists.sheet_state == "veryHidden"
    for place, values in (("D2:D1048576", COLUMNS[3].choices), ("E2:E1048576", COLUMNS[4].choices)):
        assert values is not None
        sheet, cells = found[place].formula1.split("!")
        assert sheet == LISTS_SHEET
        assert tuple(row[0].value for row in lists[cells.replace("$", "")]) == values.values


def test_no_list_no_hidden_sheet() -> None:
    assert opened(written(Sheet("Stores", (Column("Store"),), []))).sheetnames == ["Stores"]


def test_an_empty_sheet_has_its_header() -> None:
    sheet = opened(written(Sheet("Customers", COLUMNS, [])))["Customers"]
    assert sheet.max_row == 1
    assert sheet["B1"].value == "First Name"


def test_rows_beyond_a_sheets_last_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 6)
    chunks = [[(str(number),) for number in range(start, start + 4)] for start in (0, 4, 8)]
    file = io.BytesIO()
    result = write_xlsx(
        file, [Sheet("Receipt Items", (Column("Item"),), chunks), Sheet("Feedback", (Column("Rating"),), [])]
    )
    assert result.sheets == {"Receipt Items": 12, "Feedback": 0}
    book = opened(file.getvalue())
    assert book.sheetnames == ["Receipt Items", "Receipt Items part 2", "Receipt Items part 3", "Feedback"]
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in book.worksheets] == [
        ["Item", "0", "1", "2", "3", "4"],
        ["Item", "5", "6", "7", "8", "9"],
        ["Item", "10", "11"],
        ["Rating"],
    ]
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A1:A6", "A1:A6", "A1:A3", "A1:A1"]


def test_a_sheet_also_ends_before_its_xml_needs_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_BYTES", 3_000)
    data = written(Sheet("Customers", (Column("Notes"),), [[("a" * 1_500,)], [("b" * 1_500,)], [("c",)]]))
    assert opened(data).sheetnames == ["Customers", "Customers part 2"]


def test_the_same_rows_give_the_same_file() -> None:
    assert hashlib.sha256(written()).digest() == hashlib.sha256(written()).digest()


def test_every_part_is_well_formed_and_named_in_the_directory() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        for name in names:
            minidom.parseString(archive.read(name))
        types = minidom.parseString(archive.read("[Content_Types].xml"))
        listed = {part.getAttribute("PartName")[1:] for part in types.getElementsByTagName("Override")}
        assert listed <= names
        assert {name for name in names if name.startswith("xl/") and not name.endswith(".rels")} == listed


def test_calamine_sees_the_lists_as_hidden() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(written()))
    seen = {sheet.name: sheet.visible for sheet in book.sheets_metadata}
    assert seen == {"Customers": SheetVisibleEnum.Visible, LISTS_SHEET: SheetVisibleEnum.VeryHidden}


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(index: int, letters: str) -> None:
    assert column_letters(index) == letters


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_saves_the_same_again(tmp_path: Path) -> None:
    (tmp_path / "sent.xlsx").write_bytes(written())
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    subprocess.run([*command, "ods", "sent.xlsx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    subprocess.run(
        [*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", "back", "sent.ods"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    sent, back = opened(written()), openpyxl.load_workbook(tmp_path / "back" / "sent.xlsx")
    assert back.sheetnames == sent.sheetnames
    rows = [[cell.value for cell in row] for row in sent["Customers"].iter_rows()]
    assert [[cell.value for cell in row[: len(COLUMNS)]] for row in back["Customers"].iter_rows(max_row=4)] == rows
    sheet = back["Customers"]
    assert sheet.column_dimensions["A"].hidden
    assert sheet.protection.sheet
    assert not sheet["B2"].protection.locked
    assert sheet["F2"].number_format.lower() == "dd\\-mmm\\-yyyy"
    assert len(sheet.data_validations.dataValidation) == 3
