"""Rows whose Customer UID is gone: whose they are follows from the file's own state, where one person alone fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import customers, rows
from tests.store.workbook.importing import asked, columns_of, counts, exported, held, rows_of, run_import
from tests.store.workbook.sharing import (
    agreed,
    assert_says_nothing,
    named,
    office_workbook,
    planned,
    rewritten,
    several,
    taken,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet


FEW = 6


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that no other book has read."""
    return office_workbook(tmp_path_factory.mktemp("start"), FEW)


def without_column(sheet: Worksheet) -> None:
    sheet.delete_cols(columns_of(sheet)["Customer UID"])


def without_uids(sheet: Worksheet, value: Any = None) -> None:
    for row in sheet.iter_rows(min_row=2):
        row[0].value = value


LOST = {
    "the column": without_column,
    "the cells": without_uids,
    "the cells, overtyped": lambda sheet: without_uids(sheet, "Ada"),
}


@pytest.mark.parametrize("lost", LOST)
def test_people_without_their_uids_are_who_they_were(tmp_path: Path, start: Path, lost: str) -> None:
    """A book that lacks them makes each once, with their points; a book that has them sees no difference."""
    path = rewritten(start, LOST[lost], tmp_path / "lost.xlsx")
    with several(tmp_path, "ab", start) as (has, _), several(tmp_path, "c", path) as (lacks,):
        assert agreed(lacks) == agreed(has)
        assert [points for *_, points in agreed(lacks)["customers"]] == [80] * FEW
        assert asked(lacks) == []
        assert_says_nothing(has, path, FEW)
        assert_says_nothing(lacks, start, FEW)


def test_edits_of_a_row_without_its_uid_are_edits(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (one,):
        uid = named(one, "Cleo").uid
        cells = {"City": "Elsewhere", "Phone Number": None, "Loyalty Points": 95, "Gender": "Unknown"}

        def change(sheet: Worksheet) -> None:
            row, columns = rows_of(sheet)[uid], columns_of(sheet)
            for header, value in cells.items():
                sheet.cell(row, columns[header]).value = value
            without_column(sheet)

        path = rewritten(start, change, tmp_path / "lost.xlsx")
        report = run_import(one, path)
        assert (counts(report), held(report)) == ((0, 1, FEW - 1, 0), 1)
        assert [row.outcome for row in report.refused] == ["part:Gender", "held:Phone Number"]
        cleo = named(one, "Cleo")
        assert (cleo.uid, cleo.city, cleo.points) == (uid, "Elsewhere", 95)
        assert [kind for kind, *_ in asked(one)] == ["blank"]
        with several(tmp_path, "c", path) as (lacks,):
            assert agreed(lacks) == agreed(one)


@pytest.mark.parametrize("first", ["Ada", "Bo"])
def test_a_row_is_nobodys_whose_own_row_stands_there(tmp_path: Path, start: Path, first: str) -> None:
    """A row that was copied, without its UID: one of a list, and of somebody who is certainly the same."""

    def copy(sheet: Worksheet) -> None:
        values = [cell.value for cell in sheet[2 if first == "Ada" else 3]]  # Bo has an ID number
        values[columns_of(sheet)["City"] - 1] = "Elsewhere"
        sheet.append([None, *values[1:]])

    path = rewritten(start, copy, tmp_path / "copied.xlsx")
    with several(tmp_path, "a", start) as (has,), several(tmp_path, "b", path) as (lacks,):
        taken(has, path)
        for book in (has, lacks):
            assert len(agreed(book)["customers"]) == FEW
            assert named(book, first).points == 80
            assert {label for _, label, _, _ in asked(book)} == {"City"}


def test_two_rows_without_uids_of_one_person_are_one(tmp_path: Path, start: Path) -> None:
    def double(sheet: Worksheet) -> None:
        sheet.append([cell.value for cell in sheet[2]])
        without_column(sheet)

    with several(tmp_path, "a", start) as (book,):
        report = run_import(book, rewritten(start, double, tmp_path / "twice.xlsx"))
        assert (counts(report), [row.outcome for row in report.refused]) == (
            (0, 0, FEW, 1), ["error:duplicate of row 2"],
        )  # fmt: skip


def test_of_several_it_is_whose_cells_they_are(tmp_path: Path, start: Path) -> None:
    """A family with one e-mail and one phone; two of them are called the same."""
    with several(tmp_path, "ab", start) as (book, lacks):
        for first in ("Ann", "Ben", "Cy", "Cy"):
            home = {"email": "home@example.com", "phone": "030 12345", "last_name": "Lee"}
            customers.create(book, home | {"first_name": first})
        path = rewritten(exported(book, tmp_path / "all.xlsx"), without_column)
        report = run_import(lacks, path)
        assert [(row.outcome, "several people" in row.message) for row in report.refused] == [
            ("error:Customer UID", True)
        ] * 2
        assert agreed(lacks) == agreed(book), "the state has them all the same"
        edit_ann = rewritten(path, lambda sheet: city_of(sheet, "Ann", "Rome"))
        taken(lacks, edit_ann)
        assert (named(lacks, "Ann").city, named(lacks, "Ben").city) == ("Rome", "")


def city_of(sheet: Worksheet, first: str, city: str) -> None:
    columns = columns_of(sheet)
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, columns["First Name"]).value == first:
            sheet.cell(row, columns["City"]).value = city


@pytest.mark.parametrize("known", [True, False])
def test_an_id_number_of_the_files_own_people_makes_nobody_twice(tmp_path: Path, start: Path, known: bool) -> None:
    """The e-mail was edited as well as the UID deleted: the ID number tells; without one it is a list's row."""

    def change(sheet: Worksheet) -> None:
        columns = columns_of(sheet)
        for row, email in ((2, "new@example.com"), (3, "bo.new@example.com")):  # Ada has no ID number, Bo has one
            sheet.cell(row, columns["E-Mail"]).value = email
        without_column(sheet)

    path = rewritten(start, change, tmp_path / "lost.xlsx")
    with several(tmp_path, "a", start if known else path) as (book,):
        taken(book, path)
        emails = [row[1 + rows.COLUMNS.index("email")] for row in agreed(book)["customers"]]
        assert sorted(email for email in emails if email.startswith(("ada", "bo", "new"))) == [
            "ada@example.com", "bo.new@example.com", "new@example.com",
        ]  # fmt: skip
        assert planned(book, path).writes_nothing


def test_a_number_that_a_spreadsheet_made_of_an_id_number_tells_nobody(tmp_path: Path, start: Path) -> None:
    """00123, typed over as 123, is not 123."""
    with several(tmp_path, "ab", start) as (book, lacks):
        for first, number in (("Cy", "00123"), ("Di", "123")):
            customers.create(
                book, {"first_name": first, "last_name": "Lee", "email": f"{first}@example.com", "id_number": number}
            )

        def change(sheet: Worksheet) -> None:
            columns = columns_of(sheet)
            for row in (5, 7):  # by name: Ada, Bo, Cleo, Cy, Dan, Di
                sheet.cell(row, columns["Customer ID Number"]).value = 123
            without_column(sheet)

        path = rewritten(exported(book, tmp_path / "all.xlsx"), change)
        run_import(lacks, path)
        assert agreed(lacks) == agreed(book)
        assert_says_nothing(lacks, path, FEW + 2)


def test_a_row_that_was_deleted_and_typed_anew_is_an_edit(tmp_path: Path, start: Path) -> None:
    def type_anew(sheet: Worksheet) -> None:
        columns = columns_of(sheet)
        sheet.delete_rows(2)
        said = {"First Name": "Ada", "Last Name": "Ames", "E-Mail": "ADA@example.com", "City": "Elsewhere"}
        for header, value in said.items():
            sheet.cell(FEW + 1, columns[header]).value = value

    with several(tmp_path, "a", start) as (book,):
        report = run_import(book, rewritten(start, type_anew, tmp_path / "anew.xlsx"))
        assert (counts(report), held(report)) == ((0, 1, FEW - 1, 0), 1)
        assert (named(book, "Ada").city, named(book, "Ada").notes) == ("Elsewhere", "note 0")
        assert {kind for kind, *_ in asked(book)} == {"blank"}


def test_a_new_row_below_is_new(tmp_path: Path, start: Path) -> None:
    def add(sheet: Worksheet) -> None:
        columns = columns_of(sheet)
        for header, value in (("First Name", "Zoe"), ("Last Name", "Zorn"), ("E-Mail", "zoe@example.com")):
            sheet.cell(FEW + 2, columns[header]).value = value

    with several(tmp_path, "a", start) as (book,):
        assert taken(book, rewritten(start, add, tmp_path / "new.xlsx")) == (1, 0, FEW, 0)


def test_who_was_erased_does_not_come_back_without_the_uid(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        uid = named(book, "Dan").uid
        book.execute("INSERT INTO erased_person (uid, at) VALUES (?, 1)", (uid,))
        report = run_import(book, rewritten(start, without_column, tmp_path / "lost.xlsx"), dry_run=True)
        assert [(row.row, row.outcome) for row in report.refused] == [(5, "error:E-Mail")]
