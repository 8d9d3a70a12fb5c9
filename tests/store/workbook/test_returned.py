"""The sender's own file comes back marked: each fault coloured and said, and ready to be imported again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl

from store.demo.shop import make_shop
from store.exchange import CellFault, ExportRequest, RowOutcome
from store.workbook.exporter import export
from store.workbook.headers import STATUS
from store.workbook.returned import ReturnedReport
from store.workbook.returned_marking import OURS
from tests.store.workbook.importing import ADA, BOB, RECEIPTS, counts, customers, run_import, workbook
from tests.store.workbook.returning import (
    EVE,
    LOVELACE,
    TOM,
    WHOLE_ROW,
    back,
    coloured,
    decorated,
    edited,
    given_results,
    said,
    statuses,
)

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book


def test_each_row_has_its_status_and_each_faulty_cell_its_colour_and_comment(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE, BOB, TOM)
    marked, report = back(new_book, file)
    sheet = marked["Customers"]
    assert [cell.value for cell in sheet[1]] == ["First Name", "Last Name", "E-Mail", "Phone Number", STATUS]
    assert statuses(sheet) == [
        "Nothing at fault", "Refused: E-Mail: not a valid e-mail address", "Nothing at fault", "Refused: Phone Number: 6 to 28 digits",
    ]  # fmt: skip
    assert said(sheet) == {
        "C3": f"{OURS}Not a valid e-mail address. {WHOLE_ROW}",
        "D5": f"{OURS}6 to 28 digits. {WHOLE_ROW}",
    }
    assert set(coloured(sheet)) == {"C3", "D5"}
    assert sheet["E3"].fill.fgColor.rgb == sheet["C3"].fill.fgColor.rgb
    assert sheet["E2"].fill.fill_type is None
    assert sheet["C3"].value == "eve at example"
    assert report == ReturnedReport(str(tmp_path / "back.xlsx"), rows=2, cells=2, refused=2)


def test_nothing_is_written_to_the_book(new_book: Book, tmp_path: Path) -> None:
    changes = new_book.raw().total_changes
    back(new_book, customers(tmp_path / "a.xlsx", ADA, EVE))
    assert new_book.raw().total_changes == changes
    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == ["a.xlsx", "back.xlsx"]
    assert list(tmp_path.glob(".*")) == []


def test_a_file_without_faults_comes_back_as_it_was(new_book: Book, tmp_path: Path) -> None:
    marked, report = back(new_book, customers(tmp_path / "a.xlsx", ADA, BOB))
    assert [[cell.value for cell in row] for row in marked["Customers"]] == [
        ["First Name", "Last Name", "E-Mail"],
        ["Ada", "Lovelace", "ada@example.com"],
        ["Bob", "Marley", "bob@example.com"],
    ]
    assert (report.rows, report.cells, report.notes) == (0, 0, ())


def test_a_row_refused_as_a_whole_has_its_comment_on_the_first_cell_that_is_seen(
    new_book: Book, tmp_path: Path
) -> None:
    file = customers(tmp_path / "a.xlsx", {"Customer UID": None, **ADA}, {"Customer UID": None, **ADA})
    opened = openpyxl.load_workbook(file)
    opened["Customers"].column_dimensions["A"].hidden = True
    opened.save(file)
    sheet = back(new_book, file)[0]["Customers"]
    assert statuses(sheet) == ["Nothing at fault", "Refused: the same customer stands in row 2"]
    assert said(sheet) == {"B3": f"{OURS}The same customer stands in row 2. {WHOLE_ROW}"}
    assert set(coloured(sheet)) == {"B3"}


def test_other_words_and_another_order_of_columns_are_marked_where_they_are(new_book: Book, tmp_path: Path) -> None:
    rows = [
        ["List of May", None, None, None],
        ["Ref", "Mobile", "mail", "Name"],
        ["x", "12", "ada@example.com", "Ada Lovelace"],
        ["y", "555 0101 22", "nobody", "Cher"],
    ]
    sheet = back(new_book, workbook(tmp_path / "a.xlsx", {"Guests of May": rows}))[0]["Guests of May"]
    assert sheet["E2"].value == STATUS
    assert statuses(sheet, 2) == [
        "Refused: Phone Number: 6 to 28 digits",
        "Refused: Last Name: required; E-Mail: not a valid e-mail address",
    ]
    assert set(said(sheet)) == {"B3", "C4", "D4"}, "the last name stands in the column of both names"


def test_cells_far_from_the_corner_are_found(new_book: Book, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    opened = openpyxl.Workbook()
    sheet = opened.active
    for row, values in enumerate([list(EVE), list(EVE.values()), [], list(EVE.values())], 4):
        for column, value in enumerate(values, 3):
            sheet.cell(row, column, value)
    opened.save(file)
    marked = back(new_book, file)[0].active
    assert set(said(marked)) == {"E5", "E7"}
    assert [marked.cell(row, 6).value for row in range(4, 8)] == [STATUS, *statuses(marked, 4)]
    assert marked["F6"].value is None, "a blank row has no status"


def test_what_is_left_out_and_what_waits_are_told_apart(new_book: Book, tmp_path: Path) -> None:
    from store.workbook.reader import open_workbook
    from store.workbook.returned_copy import open_senders, save
    from store.workbook.returned_look import Colours
    from store.workbook.returned_marking import mark
    from store.workbook.returned_marks import tabs

    file = customers(tmp_path / "a.xlsx", TOM, {**ADA, "Phone Number": "1"}, {**BOB, "Phone Number": ""})
    outcomes = [
        RowOutcome("Customers", 2, "part:Phone Number", "12", "Phone Number: 6 to 28 digits",
                   (CellFault("Phone Number", "12", "6 to 28 digits"),)),
        RowOutcome("Customers", 2, "held:E-Mail", "", "E-Mail: empty now", (CellFault("E-Mail", "", "empty now"),)),
        RowOutcome("Customers", 3, "held:Gift Card Number", "", "Gift Card Number: empty now",
                   (CellFault("Gift Card Number", "", "empty now"),)),
        RowOutcome("Customers", 4, "error:changed meanwhile", "", "=HYPERLINK()\x1b", ()),
        RowOutcome("Customers", 0, "held:E-Mail", "", "somebody whom the file does not show", ()),
    ]  # fmt: skip
    copied = open_senders(file.read_bytes(), lambda part: None, macros=False)
    colours = Colours(copied.workbook)
    (tab,) = tabs(open_workbook(file).sheets.values(), outcomes)
    mark(copied.workbook["Customers"], tab, colours)
    with (tmp_path / "b.xlsx").open("wb") as out:
        save(copied, out, 0, lambda: None)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["Customers"]
    assert statuses(sheet) == [
        "Refused in part: Phone Number: 6 to 28 digits. The shop is asked: E-Mail: empty now",
        "The shop is asked: Gift Card Number: empty now",
        "Refused: =HYPERLINK()",
    ]
    assert said(sheet) == {
        "D2": f"{OURS}6 to 28 digits. This cell is refused; the rest of the row is not.",
        "C2": f"{OURS}Empty now. The shop is asked about this cell.",
        "A3": f"{OURS}Gift Card Number: empty now. The shop is asked about this cell.",
        "A4": f"{OURS}=HYPERLINK(). {WHOLE_ROW}",
    }
    fills = coloured(sheet)
    assert len({fills["D2"], fills["C2"], fills["A4"]}) == 3
    assert fills["C2"] == fills["A3"]
    assert sheet["E2"].fill.fgColor.rgb == fills["D2"]


def test_the_file_can_be_imported_again_without_a_word_about_the_status(new_book: Book, tmp_path: Path) -> None:
    back(new_book, customers(tmp_path / "a.xlsx", ADA, EVE))
    report = run_import(new_book, tmp_path / "back.xlsx")
    assert report.notes == []
    assert counts(report) == (1, 0, 0, 1)


def test_only_what_was_mended_does_anything(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE, BOB, TOM)
    assert counts(run_import(new_book, file)) == (2, 0, 0, 2)
    back(new_book, file)
    mended = edited(tmp_path / "back.xlsx", C3="eve@example.com")
    assert counts(run_import(new_book, mended)) == (1, 0, 2, 1)
    assert counts(run_import(new_book, mended)) == (0, 0, 3, 1)


def test_mended_rows_lose_their_marks_and_the_others_keep_one_of_each(new_book: Book, tmp_path: Path) -> None:
    file = decorated(tmp_path / "office.xlsx")
    back(new_book, file)
    edited(tmp_path / "back.xlsx", C4="eve@example.com", D4="555 0101 22")
    given_results(tmp_path / "back.xlsx", LOVELACE)
    sheet = back(new_book, tmp_path / "back.xlsx", "again.xlsx")[0]["Customers"]
    before = openpyxl.load_workbook(file)["Customers"]
    assert [sheet[f"G{row}"].value for row in (3, 4, 5)] == [
        "Nothing at fault",
        "Nothing at fault",
        "Refused: Phone Number: 6 to 28 digits",
    ]
    assert said(sheet) == {
        "A4": "A good customer", "C4": "Ask him\nfor another.", "D5": f"{OURS}6 to 28 digits. {WHOLE_ROW}",
    }  # fmt: skip
    for place in ("C4", "D4"):
        assert repr(sheet[place].fill) == repr(before[place].fill), "it has its own colour again"
    assert sheet["G4"].fill.fill_type is None
    assert sheet.max_column == 7
    assert sheet.auto_filter.ref == "A2:G5"


def test_a_file_that_is_mended_whole_shows_nothing_of_the_returns(new_book: Book, tmp_path: Path) -> None:
    file = decorated(tmp_path / "office.xlsx")
    back(new_book, file)
    edited(tmp_path / "back.xlsx", C4="eve@example.com", D4="555 0101 22", D5="555 0101 23")
    given_results(tmp_path / "back.xlsx", LOVELACE)
    marked, report = back(new_book, tmp_path / "back.xlsx", "again.xlsx")
    before, sheet = openpyxl.load_workbook(file)["Customers"], marked["Customers"]
    assert report.rows == 0
    assert (sheet.max_column, sheet.auto_filter.ref) == (6, "A2:F5")
    assert coloured(sheet) == coloured(before)
    assert said(sheet) == said(before)
    assert "G" not in sheet.column_dimensions
    assert list(marked.custom_doc_props.names) == []


def test_a_row_whose_cells_were_emptied_is_blank_whatever_its_status_says(new_book: Book, tmp_path: Path) -> None:
    back(new_book, customers(tmp_path / "a.xlsx", ADA, EVE))
    emptied = edited(tmp_path / "back.xlsx", A3=None, B3=None, C3=None)
    assert counts(run_import(new_book, emptied)) == (1, 0, 0, 0)


def test_a_sheet_in_parts_is_marked_in_each(new_book: Book, tmp_path: Path) -> None:
    header = list(EVE)
    file = workbook(
        tmp_path / "a.xlsx",
        {
            "Customers": [header, list(ADA.values()), list(EVE.values())],
            "Customers part 2": [header, list(BOB.values()), [], ["", "Nobody", "x@example.com"]],
            "Customers part 3": [header, ["Al", "One", "al@example.com"]],
        },
    )
    marked, report = back(new_book, file)
    assert report.rows == 2
    assert statuses(marked["Customers"]) == ["Nothing at fault", "Refused: E-Mail: not a valid e-mail address"]
    assert statuses(marked["Customers part 2"]) == ["Nothing at fault", None, "Refused: First Name: required"]
    assert set(said(marked["Customers part 2"])) == {"A4"}
    assert marked["Customers part 3"].max_column == 3, "a part without faults has no status"
    assert counts(run_import(new_book, tmp_path / "back.xlsx")) == (3, 0, 0, 2)


def test_every_sheet_has_its_own_faults(new_book: Book, tmp_path: Path) -> None:
    sheets = {
        "Customers": [list(ADA), list(ADA.values())],
        "Receipts": [
            list(RECEIPTS),
            ["1-1", None, "ada@example.com", None, None, "2026-01-02 10:00", "12.50"],
            ["1-2", None, "who@example.com", None, None, "2026-01-02 10:00", "12.50"],
            ["1-1", None, "ada@example.com", None, None, "2026-01-02 10:00", "12.50"],
        ],
        "Private": [["Anything"], ["stays"]],
    }
    marked, _ = back(new_book, workbook(tmp_path / "a.xlsx", sheets))
    assert marked["Customers"].max_column == 3
    assert statuses(marked["Receipts"])[0] == "Nothing at fault"
    assert "no such customer" in statuses(marked["Receipts"])[1]
    assert statuses(marked["Receipts"])[2] == "Refused: this receipt stands in row 2"
    assert set(said(marked["Receipts"])) == {"C3", "A4"}
    assert marked["Private"]["A2"].value == "stays"


def test_merged_cells_carry_the_mark_of_the_cell_that_stands_for_them(new_book: Book, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", {**ADA, "Phone Number": "12"}, {**BOB, "Phone Number": None})
    opened = openpyxl.load_workbook(file)
    opened["Customers"].merge_cells("A3:B3")
    opened.save(file)
    sheet = back(new_book, file)[0]["Customers"]
    assert set(said(sheet)) == {"D2", "A3"}


def test_an_export_that_the_office_edited_comes_back_and_is_read_as_the_same_edits(
    new_book: Book, tmp_path: Path
) -> None:
    make_shop(new_book, customers=8, receipts=4)
    file = tmp_path / "a.xlsx"
    export(new_book, file, ExportRequest())
    opened = openpyxl.load_workbook(file)
    sheet = opened["Customers"]
    at = {cell.value: cell.column_letter for cell in sheet[1]}
    mail, birth, city = (at[name] for name in ("E-Mail", "Date of Birth", "City"))
    sheet[f"{mail}3"], sheet[f"{birth}4"], sheet[f"{city}5"] = "broken", "3/7/1985", "Newtown"
    sheet["B6"] = None
    opened.save(file)
    marked, report = back(new_book, file)
    sheet = marked["Customers"]
    assert statuses(sheet)[:4] == [
        "Nothing at fault",
        "Refused in part: E-Mail: not a valid e-mail address",
        "Refused in part: Date of Birth: day or month first? Write it as 07-Mar-1985",
        "Nothing at fault",
    ]
    assert {f"{mail}3", f"{birth}4"} <= set(said(sheet))
    assert (report.refused, report.left_out) == (0, 3)
    assert (sheet.column_dimensions["A"].hidden, sheet.protection.sheet, sheet.freeze_panes) == (True, True, "A2")
    assert [cell.value for cell in marked["_sync"]["A"]] == [cell.value for cell in opened["_sync"]["A"]]
    assert counts(run_import(new_book, file)) == (0, 1, 7, 0)
    assert counts(run_import(new_book, tmp_path / "back.xlsx")) == (0, 0, 8, 0)
