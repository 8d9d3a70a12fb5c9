"""The imports that ended: what is listed of them, which can be taken back, and how long their record is kept."""

from __future__ import annotations

import os
import time
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from store import past_imports
from store.database import open_book
from store.errors import BusyBookError, TakeBackError
from store.records import Actor
from store.workbook import journal, old_records
from store.workbook.stage import stages_of
from tests.store.workbook.importing import ADA, BOB, run_import, under_way
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.taking_back import exported, sound

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book


def imported(book: Book, folder: Path, count: int) -> None:
    """That many imports, each of one new customer."""
    start = len(list(folder.glob("*.xlsx")))
    for at in range(start, start + count):
        row = {"First Name": f"N{at}", "Last Name": "Fox", "E-Mail": f"n{at}@example.com"}
        run_import(book, sheet(folder / f"{at}.xlsx", row))


def possible(book: Book) -> list[int]:
    return [past.id for past in past_imports.listed(book) if past.can_be_taken_back]


def recorded(book: Book) -> set[int]:
    return {run_id for (run_id,) in book.rows("SELECT DISTINCT run_id FROM import_change")}


def test_imports_are_listed_newest_first_with_the_counts_of_customers_and_of_other_rows(
    book: Book, tmp_path: Path
) -> None:
    stores = [["Store Code", "Store"], ["M", "Mill"]]
    run_import(book, sheet(tmp_path / "a.xlsx", ADA, BOB, {"First Name": "Cy"}, Stores=stores))
    run_import(book, sheet(tmp_path / "b.xlsx", ADA | {"Notes": "tall"}))
    newest, oldest = past_imports.listed(book)
    assert (oldest.id, oldest.file_name, oldest.employee, oldest.till) == (1, "a.xlsx", "Mia", "till-1")
    assert (oldest.created, oldest.updated, oldest.refused, oldest.others) == (2, 0, 1, 1)
    assert (newest.id, newest.file_name, newest.created, newest.updated) == (2, "b.xlsx", 0, 1)
    assert past_imports.in_words(oldest) == "2 customers created, 0 updated, 1 row of other sheets, 1 row refused"
    assert newest.started_at >= oldest.started_at
    assert {past.state for past in (newest, oldest)} == {journal.APPLIED}
    assert newest.can_be_taken_back
    assert oldest.can_be_taken_back
    assert past_imports.listed(book, limit=1) == (newest,)
    past_imports.take_back(book, 1)
    assert [(past.id, past.state, past.can_be_taken_back) for past in past_imports.listed(book)] == [
        (2, journal.APPLIED, True), (1, journal.TAKEN_BACK, False),
    ]  # fmt: skip


def test_one_that_runs_is_not_among_them(book: Book, tmp_path: Path) -> None:
    imported(book, tmp_path, 1)
    with under_way(book, "big.xlsx", 5, 10):
        assert [past.id for past in past_imports.listed(book)] == [1]


def test_there_is_no_taking_back_twice_nor_of_what_there_is_not(book: Book, tmp_path: Path) -> None:
    imported(book, tmp_path, 1)
    past_imports.take_back(book, 1)
    for run_id, sentence in ((1, "The import of 0.xlsx was taken back before."), (9, "There is no import 9")):
        with pytest.raises(TakeBackError, match=sentence):
            past_imports.take_back(book, run_id)
    book.execute("INSERT INTO import_run (uid, file_name, file_digest, started_at, finished_at, state) "
                 "VALUES ('x', 'empty.xlsx', '', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'applied')")  # fmt: skip
    with pytest.raises(TakeBackError, match=r"The import of empty.xlsx left nothing that could be taken back."):
        past_imports.take_back(book, 2)
    assert stages_of(book.path) == [], "nothing is left beside the book"
    assert journal.running(book) == []


def test_the_record_of_the_last_imports_is_kept_and_no_more(book: Book, tmp_path: Path) -> None:
    imported(book, tmp_path, past_imports.KEPT)
    assert possible(book) == [5, 4, 3, 2, 1]
    imported(book, tmp_path, 1)
    assert possible(book) == [6, 5, 4, 3, 2]
    assert recorded(book) == {2, 3, 4, 5, 6}
    with pytest.raises(TakeBackError, match=r"0.xlsx cannot be taken back any more: .* the last 5 imports"):
        past_imports.take_back(book, 1)
    past_imports.take_back(book, 6)
    assert possible(book) == [5, 4, 3, 2], "and what is dropped stays so"
    imported(book, tmp_path, 1)
    assert possible(book) == [7, 5, 4, 3, 2]
    sound(book)


def test_a_record_that_is_dropped_in_part_passes_for_none(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The book is too busy: what is left of the record goes when the next import ends."""
    rows = [ADA, BOB]
    run_import(book, sheet(tmp_path / "first.xlsx", *rows))
    monkeypatch.setattr(old_records, "FIRST_SLICE", 1)

    def stop(_: float) -> None:
        raise BusyBookError

    imported(book, tmp_path, past_imports.KEPT - 1)
    with monkeypatch.context() as stopping:
        stopping.setattr(old_records, "time", SimpleNamespace(sleep=stop, perf_counter=time.perf_counter))
        imported(book, tmp_path, 1)
    assert book.rows("SELECT count(*) FROM import_change WHERE run_id = 1") == [(1,)]
    newest = past_imports.listed(book)[0].id
    past_imports.take_back(book, newest)
    assert 1 not in possible(book)
    with pytest.raises(TakeBackError, match="any more"):
        past_imports.take_back(book, 1)
    imported(book, tmp_path, 2)
    assert 1 not in recorded(book)


def test_a_record_that_is_needed_for_points_is_not_dropped(book: Book, tmp_path: Path) -> None:
    imported(book, tmp_path, 1)
    book.execute("UPDATE import_run SET award_cursor = 0 WHERE id = 1")
    imported_before = recorded(book)
    old_records.drop(book)
    assert recorded(book) == imported_before
    for at in range(2, 9):
        book.execute("INSERT INTO import_run (uid, file_name, file_digest, started_at, state) "
                     "VALUES (?, 'x', '', '2026-01-01T00:00:00Z', 'applied')", (str(at),))  # fmt: skip
    old_records.drop(book)
    assert recorded(book) == {1}
    book.execute("UPDATE import_run SET award_cursor = NULL WHERE id = 1")
    old_records.drop(book)
    assert recorded(book) == set()


def test_what_went_out_since_may_come_back_and_it_is_said(book: Book, tmp_path: Path) -> None:
    run_import(book, sheet(tmp_path / "a.xlsx", ADA))
    assert not past_imports.one(book, 1).went_out
    file = exported(book, tmp_path / "out.xlsx")
    # the book's times are whole seconds
    os.utime(book.path.with_name(f".{book.path.name}.sent"), (4e9, 4e9))
    assert past_imports.one(book, 1).went_out
    with closing(open_book(tmp_path / "other.db", actor=Actor("Bo", "till-2"))) as other:
        run_import(other, file)
        done = past_imports.take_back(book, 1)
        assert done.notes == (past_imports.WENT_OUT,)
        assert book.rows("SELECT first_name FROM customer") == []
        run_import(book, exported(other, tmp_path / "back.xlsx"))
    assert book.rows("SELECT first_name FROM customer") == [("Ada",)]


def test_a_book_of_before_has_imports_that_cannot_be_taken_back(book: Book) -> None:
    """Their record was another; an update of the book has dropped it."""
    book.execute("INSERT INTO import_run (uid, file_name, file_digest, started_at, finished_at, state, counts) VALUES "
                 "('x', 'old.xlsx', '', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'applied', '{}')")  # fmt: skip
    [past] = past_imports.listed(book)
    assert (past.created, past.can_be_taken_back) == (0, False)
