"""A returned workbook is the sender's own: its cells, its look, and what nobody sees of it."""

from __future__ import annotations

import zipfile
from copy import copy
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from store.workbook.headers import STATUS
from store.workbook.returned_marking import OURS
from tests.store.workbook.importing import ADA, BOB, customers, run_import
from tests.store.workbook.returning import (
    EVE,
    WHOLE_ROW,
    back,
    coloured,
    column,
    decorated,
    edited,
    given_results,
    inside,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from store.database import Book
    from store.workbook.returned import ReturnedReport


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, ReturnedReport, Path]:
    """The decorated workbook before and after."""
    from store.database import open_book

    folder = tmp_path_factory.mktemp("look")
    file = decorated(folder / "office.xlsx")
    book = open_book(folder / "book.db")
    try:
        marked, report = back(book, file)
    finally:
        book.close()
    return openpyxl.load_workbook(file, rich_text=True), marked, report, folder / "back.xlsx"


MARKED = {"C4", "D4", "D5"}


def test_every_cell_and_its_look_are_kept(shown: tuple[Any, Any, ReturnedReport, Path]) -> None:
    before, after, report, _ = shown
    assert report.rows == 2
    assert after.sheetnames == before.sheetnames
    for old in before:
        new = after[old.title]
        assert new.sheet_state == old.sheet_state
        for row in old:
            for cell in row:
                same = new[cell.coordinate]
                assert (same.value, same.data_type) == (cell.value, cell.data_type)
                look = ["font", "alignment", "border", "number_format", "protection"]
                look += [] if cell.coordinate in MARKED else ["fill"]
                assert all(repr(getattr(same, part)) == repr(getattr(cell, part)) for part in look), cell.coordinate
    assert after["Customers"]["F3"].data_type == "s"


def test_the_sheet_around_the_cells_is_kept(shown: tuple[Any, Any, ReturnedReport, Path]) -> None:
    old, new = (book["Customers"] for book in shown[:2])
    assert {key: span.width for key, span in old.column_dimensions.items() if key < "G"} == {
        key: span.width for key, span in new.column_dimensions.items() if key < "G"
    }
    assert new.column_dimensions["E"].hidden
    assert (new.row_dimensions[4].height, new.row_dimensions[5].hidden) == (40, True)
    assert new.freeze_panes == "B3"
    assert new.auto_filter.filterColumn == old.auto_filter.filterColumn
    assert [(rule.formula1, str(rule.sqref)) for rule in new.data_validations.dataValidation] == [
        ('"Yes,No"', "F3:F99")
    ]
    assert [str(area.sqref) for area in new.conditional_formatting] == ["D3:D9"]
    assert new.protection.sheet
    assert new.protection.password == old.protection.password
    assert new.page_setup.orientation == "landscape"
    assert new.sheet_properties.tabColor.rgb == "FF00FF00"
    assert [str(area) for area in new.merged_cells.ranges] == ["A1:C1"]
    assert "area" in shown[1].defined_names


def test_the_status_stands_after_the_last_column_and_is_seen(shown: tuple[Any, Any, ReturnedReport, Path]) -> None:
    sheet = shown[1]["Customers"]
    assert sheet["G2"].value == STATUS
    assert repr(sheet["G2"].font) == repr(sheet["F2"].font)
    assert [sheet[f"G{row}"].value for row in (1, 3)] == [None, "Nothing at fault"]
    assert not sheet.column_dimensions["G"].hidden
    assert sheet.column_dimensions["G"].width > 17
    assert (sheet.column_dimensions["H"].min, sheet.column_dimensions["H"].max) == (8, 16384)
    assert sheet.column_dimensions["H"].hidden
    assert sheet.auto_filter.ref == "A2:G5", "the filter finds the refused rows"


def test_a_width_that_columns_share_is_shared_no_more_with_the_status(new_book: Book, tmp_path: Path) -> None:
    """Two spans that overlap are a damaged file to Excel."""
    file = customers(tmp_path / "a.xlsx", ADA, EVE)
    opened = openpyxl.load_workbook(file)
    span = opened["Customers"].column_dimensions["B"]
    span.width, span.min, span.max = 21, 2, 16384
    opened.save(file)
    sheet = back(new_book, file)[0]["Customers"]
    spans = sorted((span.min, span.max, span.width) for span in sheet.column_dimensions.values())
    assert [(first, last) for first, last, _ in spans] == [(2, 3), (4, 4), (5, 16384)]
    assert [width for *_, width in spans] == [21, 45, 21]


def test_the_senders_own_comments_stay(shown: tuple[Any, Any, ReturnedReport, Path]) -> None:
    sheet = shown[1]["Customers"]
    assert said(sheet) == {
        "A4": "A good customer",
        "C4": f"Ask him\nfor another.\n\n{OURS}Not a valid e-mail address. {WHOLE_ROW}",
        "D4": f"{OURS}6 to 28 digits. {WHOLE_ROW}",
        "D5": f"{OURS}6 to 28 digits. {WHOLE_ROW}",
    }
    assert sheet["C4"].comment.author == "Office"


def brightness(colour: str) -> int:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (2, 4, 6))
    return (299 * red + 587 * green + 114 * blue) // 1000


def test_marked_cells_can_be_read_whatever_colour_their_text_has(
    shown: tuple[Any, Any, ReturnedReport, Path],
) -> None:
    sheet = shown[1]["Customers"]
    assert brightness(sheet["D4"].fill.fgColor.rgb) < 100, "white text"
    assert brightness(sheet["C4"].fill.fgColor.rgb) > 190, "black text"
    assert sheet["D4"].font.color.rgb == "FFFFFFFF"


def test_formulas_keep_the_results_that_they_had(new_book: Book, tmp_path: Path) -> None:
    """Nobody works a formula out between the return and the next import."""
    file = customers(tmp_path / "a.xlsx", ADA, {**BOB, "Loyalty Points": "=40+2"}, EVE)
    given_results(file, {"D3": ("n", "42")})
    sheet = back(new_book, file)[0]["Customers"]
    assert sheet["D3"].value == "=40+2"
    shown = openpyxl.load_workbook(tmp_path / "back.xlsx", data_only=True)["Customers"]
    assert shown["D3"].value == 42
    run_import(new_book, tmp_path / "back.xlsx")
    assert new_book.rows("SELECT points FROM customer WHERE first_name = 'Bob'") == [(42,)]


NEWER = (
    b'<ignoredErrors><ignoredError sqref="A1:A9" numberStoredAsText="1"/></ignoredErrors><extLst>'
    b'<ext uri="{CCE6A557-97bc-4b89-ADB6-D9C93CAAB3DF}" '
    b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    b'<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    b'<x14:dataValidation type="list"><x14:formula1><xm:f>_lists!$A$1:$A$9</xm:f></x14:formula1>'
    b"<xm:sqref>C2:C99</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    b'<ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"><slicers/></ext></extLst></worksheet>'
)


@pytest.mark.filterwarnings("ignore:Data Validation extension")
def test_what_openpyxl_has_no_place_for_is_kept_or_named(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE)
    inside(
        file,
        {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"</worksheet>", NEWER)},
        xl__slicers__slicer1=b"<slicers/>",
    )
    report = back(new_book, file)[1]
    assert report.notes == ("Not in the marked copy: slicers. The sender's own file still has them.",)
    xml = zipfile.ZipFile(tmp_path / "back.xlsx").read("xl/worksheets/sheet1.xml")
    assert b"_lists!$A$1:$A$9" in xml
    assert b"numberStoredAsText" in xml
    assert b"A8765BA9" not in xml
    assert xml.index(b"ignoredErrors") < xml.index(b"legacyDrawing") < xml.index(b"extLst")


def test_times_and_texts_keep_every_digit_and_sign(new_book: Book, tmp_path: Path) -> None:
    notes = ["_x001B_", "_x005F_", "x005F_", "a\x1bb", "  two  ", "=1+1", "#N/A", "0012", "😀"]
    file = customers(tmp_path / "a.xlsx", {**EVE, "Date of Birth": 1, "Notes": "n", "Mark": None})
    opened = openpyxl.load_workbook(file)
    sheet = opened["Customers"]
    sheet["D2"].number_format = "DD.MM.YYYY"
    for row, note in enumerate(notes, 3):
        sheet.cell(row, 5)._value, sheet.cell(row, 5).data_type = written(note), "s"
    opened.save(file)
    inside(file, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"<v>1</v>", b"<v>31113.12345678901</v>")})
    back(new_book, file)
    assert b"<v>31113.12345678901</v>" in zipfile.ZipFile(tmp_path / "back.xlsx").read("xl/worksheets/sheet1.xml")
    assert column(tmp_path / "back.xlsx", 4) == ["Notes", "n", *notes]


def written(text: str) -> str:
    from store.workbook.xlsx import spelled

    return spelled(text)


def test_the_exporters_own_state_and_the_time_of_saving_come_through(new_book: Book, tmp_path: Path) -> None:
    from store.workbook.reader import open_workbook
    from store.workbook.sync_sheet import pack

    file = customers(tmp_path / "a.xlsx", ADA, EVE, _sync=[[cell] for cell in pack(b"state" * 9000, None)])
    opened = openpyxl.load_workbook(file)
    opened["_sync"].sheet_state = "veryHidden"
    opened.save(file)
    marked, _ = back(new_book, file)
    assert marked["_sync"].sheet_state == "veryHidden"
    before, after = open_workbook(file), open_workbook(tmp_path / "back.xlsx")
    assert after.sync == before.sync != ()
    assert after.saved_at == before.saved_at > 0


def test_charts_and_pictures_are_kept(new_book: Book, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (4, 4), "red").save(tmp_path / "red.png")
    file = customers(tmp_path / "a.xlsx", {**ADA, "Loyalty Points": 3}, EVE)
    opened = openpyxl.load_workbook(file)
    sheet = opened["Customers"]
    sheet.add_image(openpyxl.drawing.image.Image(tmp_path / "red.png"), "F2")
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=4, min_row=2, max_row=3))
    sheet.add_chart(chart, "H2")
    opened.save(file)
    marked = back(new_book, file)[0]["Customers"]
    assert (len(marked._images), len(marked._charts)) == (1, 1)


def test_the_senders_colours_are_no_marks_of_ours(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE)
    marked = back(new_book, file)[0]["Customers"]
    opened = openpyxl.load_workbook(file)
    opened["Customers"]["A2"].fill = copy(marked["C3"].fill)
    opened.save(file)
    assert set(coloured(back(new_book, file)[0]["Customers"])) == {"A2", "C3"}


def test_more_looks_than_there_are_shades_do_no_harm(new_book: Book, tmp_path: Path) -> None:
    rows: Sequence[dict[str, Any]] = [{**EVE, "E-Mail": f"nobody {number}"} for number in range(70)]
    file = customers(tmp_path / "a.xlsx", *rows)
    opened = openpyxl.load_workbook(file)
    for number in range(70):
        opened["Customers"].cell(2 + number, 3).fill = PatternFill("solid", fgColor=f"FF{number * 9999:06X}")
    opened.save(file)
    back(new_book, file)
    mended = edited(tmp_path / "back.xlsx", **{f"C{2 + number}": f"eve{number}@example.com" for number in range(70)})
    sheet = back(new_book, mended, "again.xlsx")[0]["Customers"]
    assert sheet["C3"].fill.fgColor.rgb == "FF00270F"
    told = openpyxl.load_workbook(tmp_path / "back.xlsx").custom_doc_props["Regulars Marks"].value
    assert len(told) <= 255, "Excel keeps no more"
    assert len(coloured(sheet)) < 70
