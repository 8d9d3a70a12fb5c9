"""While an import is under way, or was cut off: no part of the book passes for the whole of it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from store import cli
from store.database import open_book
from store.errors import ExportError
from store.exchange import ExportRequest, ExportResult, Progress
from store.workbook import journal
from store.workbook.export_job import ExportJob
from store.workbook.exporter import export
from store.workbook.meter import Meter
from store.workbook.whole_book import whole_book
from tests.store.workbook.importing import ADA, BOB, customers, cut_off, run_import, under_way

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

WAITING = "waiting for the import of big.xlsx to end"


def test_an_export_waits_for_the_end_of_an_import(book: Book, tmp_path: Path) -> None:
    run_import(book, customers(tmp_path / "a.xlsx", ADA))
    told: list[Progress] = []
    target = tmp_path / "all.xlsx"

    def hear(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 3:
            assert not target.exists()
            journal.end(book, run, journal.APPLIED, {})

    with under_way(book, "big.xlsx", 37_345, 100_000) as run:
        result = export(book, target, ExportRequest(), report=hear)
    assert told[:3] == [Progress(WAITING, 37_345, 100_000)] * 3
    assert result.sheets["Customers"] == 1


def test_an_export_from_the_screen_says_what_it_waits_for(book: Book, tmp_path: Path) -> None:
    job = ExportJob(book.path, tmp_path / "all.xlsx", ExportRequest(), book.actor)
    with under_way(book, "big.xlsx", 1, 2):
        job.start()
        until = time.monotonic() + 30
        events = []
        while not events and time.monotonic() < until:
            events += job.poll()
            time.sleep(0.01)
        assert events[0] == Progress(WAITING, 1, 2)
        assert not (tmp_path / "all.xlsx").exists()
    while job.running and time.monotonic() < until:
        events += job.poll()
        time.sleep(0.01)
    assert isinstance(events[-1], ExportResult)


def test_an_import_that_stands_still_is_not_waited_for_without_end(book: Book) -> None:
    sentence = "The import of big.xlsx is under way in this book and stands still at 1 of 2 rows"
    with (
        under_way(book, "big.xlsx", 1, 2),
        pytest.raises(ExportError, match=sentence),
        whole_book(book, lambda _: None, still_seconds=0.3),
    ):
        raise AssertionError("a part of the book was read")


def test_the_command_waits_too(book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with under_way(book, "big.xlsx", 1, 2) as run:
        other = open_book(book.path, recover=False)
        started = time.monotonic()

        def end() -> None:
            with other.connection():
                journal.end(other, run, journal.APPLIED, {})

        ending = threading.Timer(0.8, end)
        ending.start()
        assert cli.main(["export", str(tmp_path / "all.xlsx"), "--db", str(book.path)]) == 0
        assert time.monotonic() - started > 0.7
        ending.join()
        other.close()
    assert "Wrote" in capsys.readouterr().out


def test_an_export_finishes_what_a_dead_importer_left(book: Book, tmp_path: Path) -> None:
    cut_off(book, customers(tmp_path / "big.xlsx", ADA, BOB))
    result = export(book, tmp_path / "all.xlsx", ExportRequest())
    assert result.sheets["Customers"] == 2
    assert journal.running(book) == []


def test_opening_says_what_it_finishes_from_the_beginning_on(book: Book, tmp_path: Path) -> None:
    many = [ADA | {"Last Name": f"L{at}", "E-Mail": f"a{at}@example.com"} for at in range(300)]
    cut_off(book, customers(tmp_path / "big [x].xlsx", *many))
    (run,) = journal.running(book)
    assert 0 < run.cursor < run.steps == 300
    told: list[Progress] = []
    open_book(book.path, report=told.append).close()
    phase = "finishing the import of big [x].xlsx that was cut off"
    assert told[0] == Progress(phase, run.cursor, 300)
    assert told[-1] == Progress(phase, 300, 300)
    assert journal.running(book) == []


def test_a_second_import_says_which_is_under_way(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = customers(tmp_path / "a.xlsx", ADA)
    with under_way(book, "big.xlsx", 37_345, 100_000):
        assert cli.main(["import", str(path), "--db", str(book.path)]) == cli.REFUSED
    told = capsys.readouterr().err
    assert "The import of big.xlsx is under way in this book (37,345 of 100,000 rows). Wait until it has ended" in told
    assert book.rows("SELECT count(*) FROM customer") == [(0,)]


def test_the_record_of_an_import_keeps_its_counts(book: Book, tmp_path: Path) -> None:
    run_import(book, customers(tmp_path / "a.xlsx", ADA, BOB))
    counted = book.rows(
        "SELECT json_extract(counts, '$.steps'), json_extract(counts, '$.sheets.Customers.created') FROM import_run"
    )
    assert counted == [(2, 2)]


def test_the_meter_shows_names_as_they_are_and_harms_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    meter = Meter()
    meter(Progress("finishing the import of \x1b[31mBIG.xlsx that was cut off", 3, 1000))
    meter(Progress("finishing the import of \x1b[31mBIG.xlsx that was cut off", 4, 1000))
    meter(Progress("reading", 0, 0))
    meter.clear()
    told = capsys.readouterr().err
    assert "Finishing the import of \\x1b[31mBIG.xlsx that was cut off... 3 of 1,000" in told
    assert "4 of" not in told
    assert "Reading..." in told
    assert "\x1b" not in told
