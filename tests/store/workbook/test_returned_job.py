"""`regulars returned` and its child process: what they answer, and that hostile files end in a sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from store import cli
from store.database import open_book
from store.errors import ExportError, StoreError, WorkbookError, WrongEndingError
from store.exchange import Progress
from store.records import Actor
from store.workbook.headers import STATUS
from store.workbook.returned import ReturnedJob, ReturnedReport
from store.workbook.returned_marking import OURS
from tests.store.workbook.importing import ADA, BOB, customers, workbook
from tests.store.workbook.returning import EVE, TOM, coloured, inside, said, statuses

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

MEI = Actor("Mei", "Till 1")


@pytest.fixture
def book_path(tmp_path: Path) -> Path:
    path = tmp_path / "book.db"
    open_book(path).close()
    return path


def outcome(job: ReturnedJob) -> list[Any]:
    job.start()
    events: list[Any] = []
    deadline = time.monotonic() + 60
    while job.running and time.monotonic() < deadline:
        events += job.poll()
        time.sleep(0.01)
    return events


def returned(*words: object) -> int:
    return cli.main(["returned", *map(str, words)])


def test_the_job_tells_progress_and_then_its_report(book_path: Path, tmp_path: Path) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE, TOM)
    *progress, report = outcome(ReturnedJob(book_path, file, tmp_path / "b.xlsx", MEI))
    assert progress
    assert all(isinstance(event, Progress) for event in progress)
    assert report == ReturnedReport(str(tmp_path / "b.xlsx"), rows=2, cells=2, refused=2)
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("name", "out", "kind", "words"),
    [
        ("a.xlsx", "b.xls", WrongEndingError, "End the name with .xlsx"),
        ("a.xlsx", "a.xlsx", ExportError, "the sender's own file"),
        ("gone.xlsx", "b.xlsx", WorkbookError, "There is no file"),
        ("a.pdf", "b.xlsx", WorkbookError, "not a kind of file"),
    ],
)
def test_a_refusal_comes_as_its_own_kind(
    book_path: Path, tmp_path: Path, name: str, out: str, kind: type[StoreError], words: str
) -> None:
    customers(tmp_path / "a.xlsx", EVE)
    (tmp_path / "a.pdf").write_text("%PDF")
    (error,) = [
        event
        for event in outcome(ReturnedJob(book_path, tmp_path / name, tmp_path / out, MEI))
        if not isinstance(event, Progress)
    ]
    assert type(error) is kind
    assert words in str(error)


def test_a_sheet_that_would_grow_without_end_is_refused(book_path: Path, tmp_path: Path) -> None:
    """One merged range of all cells is a line in the file, and 17 thousand million cells in memory."""
    file = customers(tmp_path / "a.xlsx", ADA, EVE)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="E1:XFD1048576"/></mergeCells>'
    inside(file, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"</sheetData>", merged)})
    *_, error = outcome(ReturnedJob(book_path, file, tmp_path / "b.xlsx", MEI, memory=320 * 1024**2))
    assert type(error) is WorkbookError
    assert "needs more memory than marking may take" in str(error)
    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == ["a.xlsx"]


def test_one_that_never_ends_is_stopped(book_path: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"Customers": [list(ADA), *[list(ADA.values())] * 3000]})
    *_, error = outcome(ReturnedJob(book_path, file, tmp_path / "b.xlsx", MEI, quiet_seconds=0.01))
    assert type(error) is ExportError
    assert "Nothing was written" in str(error)
    assert list(tmp_path.glob(".*")) == []


def test_the_command_says_what_is_marked(book_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, EVE)
    assert returned(file, tmp_path / "b.xlsx", "--db", book_path) == cli.PARTLY
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'b.xlsx'}: 1 row marked (1 refused).\n"
    assert returned(file, tmp_path / "b.xlsx", "--db", book_path, "--json") == cli.PARTLY
    assert json.loads(capsys.readouterr().out) == {
        "path": str(tmp_path / "b.xlsx"), "rows": 1, "cells": 1, "refused": 1, "left_out": 0, "waiting": 0, "notes": [],
    }  # fmt: skip
    assert openpyxl.load_workbook(tmp_path / "b.xlsx")["Customers"]["D1"].value == STATUS


def test_the_command_ends_with_0_when_nothing_is_at_fault(
    book_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = customers(tmp_path / "a.xlsx", ADA, BOB)
    (tmp_path / "out").mkdir()
    assert returned(file, tmp_path / "out", "--db", book_path) == cli.OK
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'out' / 'a returned.xlsx'}: there is nothing to mark.\n"


def test_the_command_refuses_in_words(book_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = customers(tmp_path / "a.xlsx", EVE)
    (tmp_path / "bad.xlsx").write_text("no workbook")
    cases = {
        (tmp_path / "bad.xlsx", tmp_path / "b.xlsx"): (cli.REFUSED, "plain text"),
        (tmp_path / "gone.xlsx", tmp_path / "b.xlsx"): (cli.REFUSED, "There is no file"),
        (file, tmp_path / "b.ods"): (cli.REFUSED, "End the name with .xlsx"),
        (file, file): (cli.FAILED, "the sender's own file"),
        (file, tmp_path / "nowhere" / "b.xlsx"): (cli.FAILED, "There is no folder"),
    }
    for words, (code, sentence) in cases.items():
        assert returned(*words, "--db", book_path, "--json") == code
        told = capsys.readouterr()
        assert sentence in json.loads(told.out)["error"]
        assert sentence in told.err


def test_without_a_book_there_is_nothing_to_compare_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = customers(tmp_path / "a.xlsx", ADA)
    assert returned(file, tmp_path / "b.xlsx", "--db", tmp_path / "none.db", "--json") == cli.FAILED
    told = capsys.readouterr()
    assert "There is no book at" in told.err
    assert "There is no book at" in json.loads(told.out)["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_one_who_stops_it_leaves_nothing(
    book_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(job: ReturnedJob) -> list[Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(ReturnedJob, "poll", interrupt)
    file = customers(tmp_path / "a.xlsx", EVE)
    assert returned(file, tmp_path / "b.xlsx", "--db", book_path) == cli.STOPPED
    assert "Nothing was written" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir() if "b.xlsx" in path.name or path.suffix == ".part") == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_what_was_mended_there_is_seen(new_book: Book, tmp_path: Path) -> None:
    from store.workbook.returned import write_returned

    file = customers(tmp_path / "a.xlsx", ADA, EVE, TOM)
    opened = openpyxl.load_workbook(file)
    sheet = opened["Customers"]
    for place, colour in (("C3", "FFFFEE00"), ("D4", "FF00EEFF")):
        sheet[place].fill = openpyxl.styles.PatternFill("solid", fgColor=colour)
    sheet["C3"].comment = openpyxl.comments.Comment("Ask him", "Office")
    opened.save(file)
    write_returned(new_book, file, tmp_path / "b.xlsx")
    saved = tmp_path / "saved"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(saved), str(tmp_path / "b.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    through = openpyxl.load_workbook(saved / "b.xlsx")
    sheet = through["Customers"]
    assert statuses(sheet)[1:] == [
        "Refused: E-Mail: not a valid e-mail address", "Refused: Phone Number: 6 to 28 digits",
    ]  # fmt: skip
    assert said(sheet)["C3"].startswith(f"Ask him\n\n{OURS}Not a valid")
    sheet["C3"], sheet["D4"] = "eve@example.com", "555 0101 22"
    through.save(saved / "b.xlsx")
    write_returned(new_book, saved / "b.xlsx", tmp_path / "c.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx")["Customers"]
    assert coloured(sheet) == {"C3": "FFFFEE00", "D4": "FF00EEFF"}
    assert said(sheet) == {"C3": "Ask him"}
    assert STATUS not in [cell.value for cell in sheet[1]]
