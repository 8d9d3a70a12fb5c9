"""An exported workbook comes back: what programs do to it by themselves says nothing, and what people do is an edit."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import loyalty, review
from store.errors import WorkbookError
from store.review_records import Answer
from store.workbook.reading import too_many_strangers
from tests.store.workbook.importing import answer_all, asked, columns_of, counts, edit, exported, held, run_import
from tests.store.workbook.sharing import (
    MOST,
    agreed,
    assert_says_nothing,
    columns_agreed,
    named,
    person,
    planned,
    put_rows,
    rewritten,
    rows_in,
    saved,
    small_book,
    taken,
    update,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from store.database import Book

UNKNOWN = "0b0c846a-18b5-4780-a427-49da15fa80fc"
OFFICE = shutil.which("soffice")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A small book."""
    opened = small_book(tmp_path / "book.db")
    yield opened
    opened.close()


@pytest.fixture
def path(book: Book, tmp_path: Path) -> Path:
    """Its workbook, as it was exported."""
    return exported(book, tmp_path / "all.xlsx")


def sort(sheet: Worksheet, header: str, first: int = 0) -> None:
    """Sort by a column, as Excel does with the columns from `first` on selected: the others stay where they are."""
    head, *rows = rows_in(sheet)
    at = head.index(header)
    moved = sorted((row[first:] for row in rows), key=lambda row: str(row[at - first]), reverse=True)
    put_rows(sheet, [head, *[[*row[:first], *part] for row, part in zip(rows, moved, strict=True)]])


def hide(sheet: Worksheet) -> None:
    sheet.auto_filter.ref = sheet.dimensions
    for row in range(3, 9):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["D"].hidden = True


def turn_columns(sheet: Worksheet) -> None:
    put_rows(sheet, [row[::-1] for row in rows_in(sheet)])


def drop_columns(sheet: Worksheet) -> None:
    for header in ("Phone Number", "Notes", "Customer ID Number", "Loyalty Points", "Stores"):
        sheet.delete_cols(columns_of(sheet)[header])


def add_columns(sheet: Worksheet) -> None:
    for at, row in enumerate(sheet.iter_rows(), 1):
        sheet.cell(at, len(row) + 1).value = "Shoe Size" if at == 1 else 30 + at


def call_otherwise(sheet: Worksheet) -> None:
    aliases = {"Last Name": "SURNAME *", "E-Mail": " email", "Phone Number": "Mobile", "Date of Birth": "dob"}
    aliases |= {"ZipCode": "Postcode", "First Name": "first"}
    for cell in sheet[1]:
        cell.value = aliases.get(str(cell.value), cell.value)


HARMLESS: dict[str, Callable[[Worksheet], Any]] = {
    "saved again": lambda sheet: None,
    "sorted with all columns": lambda sheet: sort(sheet, "Phone Number"),
    "filtered, a column hidden": hide,
    "columns the other way round": turn_columns,
    "columns deleted": drop_columns,
    "a column more": add_columns,
    "other headers": call_otherwise,
    "a title above": lambda sheet: sheet.insert_rows(1, 2),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_is_done_to_the_sheet_as_a_whole_says_nothing(book: Book, path: Path, what: str) -> None:
    rewritten(path, HARMLESS[what])
    plan_notes = run_import(book, path, dry_run=True).notes
    assert [note for note in plan_notes if "Shoe Size" not in note] == []
    assert_says_nothing(book, path)


@pytest.mark.parametrize("what", HARMLESS)
def test_an_edit_is_found_whatever_else_was_done(book: Book, path: Path, what: str) -> None:
    before = agreed(book)
    edit(path, {named(book, "Hana").uid: {"City": "Elsewhere"}})
    rewritten(path, HARMLESS[what])
    assert taken(book, path) == (0, 1, MOST - 1, 0)
    assert named(book, "Hana").city == "Elsewhere"
    changed = [(was, now) for was, now in zip(before["customers"], columns_agreed(book), strict=True) if was != now]
    assert len(changed) == 1
    assert sum(old != new for old, new in zip(*changed[0], strict=True)) == 1
    assert_says_nothing(book, path)


def test_rows_that_are_missing_mean_nothing(book: Book, path: Path) -> None:
    before = agreed(book)
    rewritten(path, lambda sheet: sheet.delete_rows(3, 6))
    assert_says_nothing(book, path, MOST - 6)
    edit(path, {named(book, "Ada").uid: {"City": "Elsewhere"}})
    assert taken(book, path) == (0, 1, MOST - 7, 0)
    assert len(agreed(book)["customers"]) == len(before["customers"])


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_saves_what_was_edited_and_nothing_else(book: Book, path: Path, tmp_path: Path) -> None:
    edited = shutil.copy(path, tmp_path / "edited.xlsx")
    edit(edited, {named(book, "Eve").uid: {"City": "Elsewhere", "Loyalty Points": 95}})
    rewritten(edited, lambda sheet: sort(sheet, "Phone Number"))
    subprocess.run(
        [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods",
         "--outdir", "back", path.name, edited.name],
        cwd=tmp_path, check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert_says_nothing(book, tmp_path / "back" / "all.ods")
    assert taken(book, tmp_path / "back" / "edited.ods") == (0, 1, MOST - 1, 0)
    assert (named(book, "Eve").city, named(book, "Eve").points) == ("Elsewhere", 95)
    assert asked(book) == []
    assert taken(book, edited) == (0, 0, MOST, 0), "another save of the same edits"
    assert (named(book, "Eve").city, named(book, "Eve").points) == ("Elsewhere", 95)
    assert_says_nothing(book, edited)


# Rows that are somebody else's


def test_a_sheet_that_was_sorted_without_its_uids_is_refused_whole(book: Book, path: Path) -> None:
    rewritten(path, lambda sheet: sort(sheet, "Phone Number", first=1))
    before = agreed(book)
    with pytest.raises(WorkbookError, match=r"12 of 12 rows belong to other people .* sorted"):
        run_import(book, path)
    assert agreed(book) == before


def test_a_few_rows_of_somebody_else_are_held(book: Book, path: Path) -> None:
    def swap(sheet: Worksheet) -> None:
        head, *rows = rows_in(sheet)
        rows[0][1:], rows[1][1:] = rows[1][1:], rows[0][1:]
        put_rows(sheet, [head, *rows])

    before = columns_agreed(book)
    report = run_import(book, rewritten(path, swap))
    assert (counts(report), held(report)) == ((0, 0, MOST, 0), 2)
    assert [row.outcome for row in report.refused] == ["held:First Name"] * 2
    assert columns_agreed(book) == before
    assert {kind for kind, _, _, _ in asked(book)} == {"person"}
    answer_all(book, Answer.KEEP)
    assert (columns_agreed(book), asked(book)) == (before, [])


@pytest.mark.parametrize(
    ("strangers", "rows", "refused"), [(3, 12, False), (4, 12, True), (4, 200, False), (5, 200, True)]
)
def test_how_many_strangers_are_too_many(strangers: int, rows: int, refused: bool) -> None:
    assert too_many_strangers(strangers, rows) is refused


# Cells


def test_each_cell_of_a_row_counts_for_itself(book: Book, path: Path) -> None:
    """One cell is wrong, one was emptied, one cleared, one edited; and then the answer to the one that waits."""
    dan = named(book, "Dan")
    edit(path, {dan.uid: {"E-Mail": "no address", "Phone Number": None, "Notes": "<clear>", "City": "Elsewhere"}})
    report = run_import(book, path)
    assert (counts(report), held(report)) == ((0, 1, MOST - 1, 0), 1)
    assert [(row.row, row.outcome) for row in report.refused] == [(5, "part:E-Mail"), (5, "held:Phone Number")]
    assert report.refused[0].value == "no address"
    now = named(book, "Dan")
    assert (now.email, now.phone, now.notes, now.city) == (dan.email, dan.phone, "", "Elsewhere")
    assert asked(book) == [("blank", "Phone Number", dan.phone, "")]
    answer_all(book, Answer.TAKE)
    assert named(book, "Dan").phone == ""
    assert counts(run_import(book, path)) == (0, 0, MOST, 0)


def test_a_formula_that_fails_empties_nothing(book: Book, path: Path) -> None:
    edit(path, {named(book, "Dan").uid: {"Notes": "#N/A", "City": '=VLOOKUP("x",A1:A2,1,0)'}})
    before = columns_agreed(book)
    assert held(run_import(book, path)) == 1
    assert columns_agreed(book) == before
    assert [(kind, label, theirs) for kind, label, _, theirs in asked(book)] == [
        ("blank", "City", ""), ("blank", "Notes", ""),
    ]  # fmt: skip


# New rows


def append(path: Path, **cells: Any) -> Path:
    def write(sheet: Worksheet) -> None:
        row, at = sheet.max_row + 1, columns_of(sheet)
        for header, value in cells.items():
            sheet.cell(row, at[header.replace("_", " ").replace("E Mail", "E-Mail")]).value = value

    return rewritten(path, write)


def test_a_new_row_in_an_exported_file_is_a_new_customer(book: Book, path: Path) -> None:
    append(path, First_Name="Zoe", Last_Name="Zorn", E_Mail="zoe@example.com", Loyalty="YES", Loyalty_Points=7)
    assert taken(book, path) == (1, 0, MOST, 0)
    assert named(book, "Zoe").points == 7
    assert asked(book) == []
    assert_says_nothing(book, path, MOST + 1)


def test_a_new_row_with_a_fault_is_refused_whole(book: Book, path: Path) -> None:
    append(path, First_Name="Zoe", Last_Name="Zorn", E_Mail="no address", City="Rome")
    report = run_import(book, path)
    assert (counts(report), report.refused[0].outcome) == ((0, 0, MOST, 1), "error:E-Mail")


def test_a_row_with_a_uid_that_nobody_has_is_new_under_it(book: Book, path: Path) -> None:
    append(path, Customer_UID=UNKNOWN, First_Name="Zoe", Last_Name="Zorn", E_Mail="zoe@example.com")
    assert taken(book, path) == (1, 0, MOST, 0)
    assert named(book, "Zoe").uid == UNKNOWN


def test_a_new_row_of_somebody_who_is_known_only_asks(book: Book, path: Path) -> None:
    """Their own row stands there as well: nobody can tell what the writer of the new one had seen."""
    values = {"First_Name": "Ada", "Last_Name": "Ames", "E_Mail": "ADA@example.com", "City": "Elsewhere"}
    report = run_import(book, append(path, **values))
    assert (counts(report), held(report)) == ((0, 0, MOST + 1, 0), 1)
    assert named(book, "Ada").city == person(0)["city"]
    assert asked(book) == [("list", "City", person(0)["city"], "Elsewhere")]


def test_the_same_customer_twice_in_an_exported_file(book: Book, path: Path) -> None:
    def double(sheet: Worksheet) -> None:
        sheet.append([cell.value for cell in sheet[2]])

    report = run_import(book, rewritten(path, double))
    assert (counts(report), report.refused[0].outcome) == ((0, 0, MOST, 1), "error:duplicate of row 2")


def test_a_workbook_keeps_its_state_out_of_sight(path: Path) -> None:
    file = openpyxl.load_workbook(path)
    assert file["_sync"].sheet_state in {"hidden", "veryHidden"}
    assert file["Customers"].column_dimensions["A"].hidden


def test_questions_of_the_preview_are_those_of_the_review(book: Book, path: Path) -> None:
    edit(path, {named(book, first).uid: {"Phone Number": None, "Notes": None} for first in ("Ada", "Bo")})
    before = planned(book, path).questions
    run_import(book, path)
    assert sorted(map(str, review.questions(book))) == sorted(map(str, before))
    assert len(before) == 4


def test_numbers_that_are_shown_as_days_are_the_numbers_that_they_were(book: Book, tmp_path: Path) -> None:
    for first, points in (("Ada", 5), ("Bo", 59), ("Cleo", 43_831)):
        loyalty.adjust(book, named(book, first).id, balance=points, reason="Gift")
    update(book, "Ada", id_number="43831", gate_code="61")

    def as_days(sheet: Worksheet) -> None:
        at = columns_of(sheet)
        for row in range(2, sheet.max_row + 1):
            for header in ("Loyalty Points", "Customer ID Number", "Gate Code"):
                cell = sheet.cell(row, at[header])
                cell.value = int(cell.value) if str(cell.value or "").isdigit() else cell.value
                cell.number_format = "dd/mm/yyyy"

    path = rewritten(exported(book, tmp_path / "days.xlsx"), as_days)
    assert_says_nothing(book, path)
    edit(path, {named(book, "Ada").uid: {"Loyalty Points": 7}})
    [row] = planned(book, path).report.refused
    assert row.message == "Loyalty Points: a whole number, 0 or more; the cell is formatted as a day or a time"


def test_an_emptied_cell_is_of_the_time_at_which_the_file_was_saved(book: Book, path: Path) -> None:
    edit(path, {named(book, "Ada").uid: {"Phone Number": None}})
    [question] = planned(book, saved(path, 1_900_000_000)).questions
    assert question.at == "17-Mar-2030 17:46"
