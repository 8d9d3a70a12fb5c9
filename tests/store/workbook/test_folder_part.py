"""Workbooks of the office that are taken in part: faulty cells come back marked, and what waits for an answer is said."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import openpyxl
import pytest

from store.cli import main
from store.errors import ForgedError
from store.exchange import ImportResult, RowOutcome, SheetCounts
from store.workbook import folder_notes, folder_words
from store.workbook.folder_files import Found, export_name
from store.workbook.folder_records import FileWaiting, Gap, Outcome, Place
from store.workbook.folder_standing import standing
from store.workbook.session import _error
from tests.store.workbook.folders import Till, edited, make_till, meet, names, offices
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def back(one: Till) -> Path:
    """A workbook of the office that was an export: a date of birth and an e-mail are at fault, the city is not."""
    one.add("Ann Lee")
    one.sync()
    return edited(
        one.exports()[0], one.folder / "inbox" / "back.xlsx", Date_of_Birth="1/2/2003", E_Mail="not an email", City="Salem"
    )  # fmt: skip


def test_faulty_cells_come_back_marked_and_the_rest_is_taken(one: Till, back: Path) -> None:
    report = one.sync()
    (taken,) = report.taken
    assert (taken.outcome, taken.updated, taken.refused, taken.left_out) == (Outcome.PART, 1, 0, 1)
    assert not report.is_whole
    assert [row[3:6] for row in one.people()] == [("ann@example.com", "", "Salem")]
    assert offices(names(one.folder / "done"), one) == ["back.xlsx"]
    (marked,) = names(one.folder / "refused")
    assert marked.startswith("back ")
    assert marked.endswith(" returned.xlsx")
    with closing(openpyxl.load_workbook(one.folder / "refused" / marked)) as workbook:
        sheet = workbook["Customers"]
        columns = {cell.value: cell.column for cell in sheet[1]}
        assert sheet.cell(2, columns["Date of Birth"]).comment is not None
        assert sheet.cell(2, columns["E-Mail"]).comment is not None
        assert sheet.cell(2, columns["City"]).comment is None
    with closing(one.open()) as book:
        assert [(line.outcome, line.refused, line.left_out) for line in standing(book).taken] == [(Outcome.PART, 0, 1)]


def test_faulty_cells_end_the_command_with_three_and_are_said(
    one: Till, back: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sync = ["sync", "--db", str(one.path)]
    back.rename(one.folder / "away.xlsx")
    assert main(sync) == 0
    (one.folder / "away.xlsx").rename(back)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.workbook.folder.Rules", lambda days: one.rules)
        assert main([*sync, "--dry-run"]) == 3
        said = capsys.readouterr()
        assert "back.xlsx: faulty cells of 1 row would be left out." in said.err
        assert main(sync) == 3
    said = capsys.readouterr()
    assert "Took back.xlsx: 0 created, 1 updated, 0 refused, faulty cells of 1 row left out." in said.out
    assert "back.xlsx: faulty cells of 1 row were left out; they are marked in the folder refused." in said.err


def test_what_waits_for_an_answer_is_said_and_is_no_fault(one: Till) -> None:
    one.add("Ann Lee", city="Salem", notes="Regular")
    one.sync()
    edited(one.exports()[0], one.folder / "inbox" / "back.xlsx", City="", Notes="")
    report = one.sync()
    (taken,) = report.taken
    assert (taken.outcome, taken.left_out, taken.questions) == (Outcome.TAKEN, 0, 2)
    assert report.is_whole
    assert names(one.folder / "refused") == []
    assert next(folder_words.done(report)).endswith("0 refused; 2 wait for an answer.")


def test_what_another_tills_export_was_refused_for_is_said(one: Till) -> None:
    """Nothing of it is marked: the office would mend what no office wrote."""
    one.sync()
    rows = [*(("E-Mail", f"a{at}@example.com") for at in range(4)), ("First Name", "Ada")]
    path = one.folder / "outbox" / export_name("till-9", "9" * 8, 1)
    sheet(path, *({"Last Name": "Lee", header: value} for header, value in rows))
    (taken,) = one.sync().taken
    assert (taken.place, taken.outcome, taken.refused) == (Place.OUTBOX, Outcome.PART, 5)
    why = "Customers: First Name: required (4 rows). Customers: E-Mail: required (1 row)."
    assert next(folder_words.wrong(one.reports[-1])) == f"{path.name}: 5 rows were refused. {why}"
    assert names(one.folder / "refused") == []
    with closing(one.open()) as book:
        assert [line.message for line in standing(book).taken] == [why]


def test_many_reasons_are_the_commonest_and_a_count() -> None:
    said = ["no such customer"] * 417 + ["the receipt in row 3 was refused", "the receipt in row 1,004 was refused"]
    said += ["a", "b", "c", "c"]
    rows = [RowOutcome("Receipts", at, "error:Customer UID", "", message) for at, message in enumerate(said)]
    rows.append(RowOutcome("Customers", 2, "held:City", "", "the book has Rome"))
    assert folder_notes.reasons(ImportResult("f", SheetCounts(), {}, tuple(rows))) == (
        "Receipts: no such customer (417 rows). Receipts: the receipt in another row was refused (2 rows). "
        "Receipts: c (2 rows). 2 other reasons."
    )
    assert folder_notes.reasons(ImportResult("f", SheetCounts(), {}, tuple(rows[-1:]))) == ""


def test_rows_and_cells_are_said_together(one: Till, back: Path) -> None:
    with closing(openpyxl.load_workbook(back)) as workbook:
        workbook["Customers"].append([None] * 3)
        sheet = workbook["Customers"]
        columns = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(3, columns["First Name"]).value = "Bob"
        sheet.cell(3, columns["E-Mail"]).value = "nobody"
        workbook.save(back)
    report = one.sync()
    assert list(folder_words.wrong(report)) == [
        "back.xlsx: 1 row was refused, faulty cells of 1 row were left out; they are marked in the folder refused."
    ]
    assert "1 row refused, faulty cells of 1 row left out" in folder_words.summary(report)


def test_a_file_that_cannot_be_marked_has_its_rows_and_cells_named_each_under_its_words() -> None:
    refused = (
        RowOutcome("Customers", 2, "error:E-Mail", "x", "no e-mail"),
        RowOutcome("Customers", 3, "part:Phone", "x", "no phone"),
        RowOutcome("Customers", 4, "held:City", "", "waits"),
    )
    result = ImportResult("list.xls", SheetCounts(), {}, refused)
    text = folder_notes._in_words(Found(Place.INBOX, "list.xls", 1, 1), result)
    refused_at, part_at, held_at = (text.index(words) for words in ("not taken", "left out", "wait for an answer"))
    assert refused_at < text.index("row 2: no e-mail") < part_at < text.index("row 3: no phone") < held_at
    assert held_at < text.index("row 4: waits")


def test_tills_of_one_name_are_told_apart(tmp_path: Path, one: Till, two: Till) -> None:
    two.name = one.name = "vm"
    meet(one, two)
    assert "exports are named regulars-vm-0123abcd: regulars --db PATH sync --everything." in folder_words.gap(
        Gap("vm", "0123abcd" * 4, 2, 2)
    )
    assert "Number 2 of till-0123abcd is missing" in folder_words.gap(Gap("", "0123abcd" * 4, 2, 2))
    (one.folder / "inbox" / "list.csv").write_text("First Name,Last Name,E-Mail\nAda,Lovelace,ada@example.com\n")
    assert one.sync().waiting == (FileWaiting("list.csv", (f"vm-{two.origin[:8]}",)),)
    third = make_till(tmp_path, "till-3")
    third.sync()
    assert f"vm-{two.origin[:8]}" in str(third.sync().waiting)


def test_what_is_not_signed_is_told_from_what_cannot_be_read_by_an_imports_child_too() -> None:
    assert isinstance(_error("ForgedError", "list.csv is not signed."), ForgedError)
