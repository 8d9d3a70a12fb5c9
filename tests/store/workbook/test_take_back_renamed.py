"""Taking back an import whose customer is known by another uid since, and how long nobody else can write."""

from __future__ import annotations

from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from store import customers, identity, past_imports, rows
from store.database import open_book
from store.records import Actor
from store.workbook.take_back_made import MERGED
from tests.store.workbook.importing import customers as listed
from tests.store.workbook.importing import exported, run_import
from tests.store.workbook.taking_back import run_of, sound, whole

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

LOWER, HIGHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def of_one(folder: Path, uid: str) -> Path:
    """What another till exports that knows one customer, by this uid."""
    with closing(open_book(folder / f"{uid[:4]}.db", actor=Actor("Bo", uid[:4]))) as other:
        row = {"Customer UID": uid, "First Name": "Ann", "Last Name": "Ames", "E-Mail": "ann@example.com"}
        run_import(other, listed(folder / f"list-{uid[:4]}.xlsx", row))
        return exported(other, folder / f"{uid[:4]}.xlsx")


@pytest.mark.parametrize("uids", permutations([LOWER, HIGHER]))
def test_who_was_put_together_with_another_of_a_later_file_is_named(
    book: Book, tmp_path: Path, uids: tuple[str, str]
) -> None:
    before, runs = whole(book), []
    for uid in uids:
        run_import(book, of_one(tmp_path, uid))
        runs.append(run_of(book))
    told = past_imports.take_back(book, runs[0])
    assert (told.restored, told.removed, len(told.kept)) == (0, 0, 1)
    if uids == (HIGHER, LOWER):
        assert told.kept == (MERGED.format("Ann Ames"),)
    assert customers.by_uid(book, LOWER)
    assert past_imports.take_back(book, runs[1]).restored == 1
    assert [uid for (uid,) in book.rows("SELECT uid FROM customer")] == [uids[0]]
    assert sound(book)
    assert before["customer"] == []


def test_whose_records_there_are_is_read_while_others_may_write(book: Book, tmp_path: Path) -> None:
    people = [{"First Name": f"Ann{at}", "Last Name": "Ames", "E-Mail": f"ann{at}@example.com"} for at in range(3)]
    path = listed(tmp_path / "list.xlsx", *people)
    with closing(open_book(tmp_path / "other.db", actor=Actor("Bo", "till-2"))) as other:
        for till in (book, other):
            run_import(till, path)
        before = whole(book)
        with other.write():
            identity.one(other, list(rows.by_id(other, [1, 2]).values()), rows.dot(other))
        run_import(book, exported(other, tmp_path / "other.xlsx"))
    begun: list[str] = []
    book.raw().set_trace_callback(lambda said: begun.append(said) if "BEGIN" in said or "json_each" in said else None)
    past_imports.take_back(book, run_of(book))
    book.raw().set_trace_callback(None)
    reading = [at for at, said in enumerate(begun) if "json_each" in said and "'$.rows'" in said]
    assert reading
    assert all(begun[at - 1] == "BEGIN DEFERRED" for at in reading)
    assert whole(book) == before
