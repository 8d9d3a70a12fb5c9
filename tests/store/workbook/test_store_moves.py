"""Stores that become one: what is theirs moves a little at a time, and is never left half told."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import customers, store_moves, stores, upkeep
from store.database import Book, open_book
from store.records import Actor
from store.workbook import journal, store_steps
from store.workbook.apply import apply, recover
from store.workbook.stage import stages_of
from tests.store.workbook.importing import exported, run_import, staged
from tests.store.workbook.sharing import agreed, planned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANY, AT_ONCE = 11, 3


class CutOffError(Exception):
    """The importer is no more."""


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Book, Path]]:
    """A book with customers and receipts of two stores, and a workbook by which they are one."""
    with closing(open_book(tmp_path / "other.db", actor=Actor("Mia", "other"))) as other:
        mall = stores.ensure(other, "Mall")
        stores.rename(other, mall.id, "Main")
        path = exported(other, tmp_path / "other.xlsx")
    with closing(open_book(tmp_path / "book.db", actor=Actor("Mia", "till"))) as book:
        ids = {name: stores.ensure(book, name).id for name in ("Main", "Mall")}
        for name, store_id in ids.items():
            for at in range(MANY):
                given = {"first_name": f"{name}{at}", "last_name": "Ames", "email": f"{name}{at}@example.com"}
                customers.create(book, given | {"stores": ("Main", "Mall") if at == 0 else (name,)})
            with book.write():
                for at in range(AT_ONCE + 1):
                    book.execute(
                        "INSERT INTO receipt (store_id, number, paid_at) VALUES (?, ?, '2026-06-20T11:53:00Z')",
                        (store_id, f"{name}-{at}"),
                    )
        yield book, path


def in_stores(book: Book) -> list[tuple[str, int, int]]:
    return book.rows(
        "SELECT name, (SELECT count(*) FROM customer_store WHERE store_id = store.id), "
        "(SELECT count(*) FROM receipt WHERE store_id = store.id) FROM store"
    )


def assert_one(book: Book) -> None:
    assert in_stores(book) == [("Main", 2 * MANY, 2 * AT_ONCE + 2)]
    assert upkeep.check(book).faults == ()
    assert journal.running(book) == []
    assert book.rows("SELECT 1 FROM import_change WHERE kind = ?", (journal.RENAMING,)) == []


def test_no_transaction_moves_more_than_a_few(there: tuple[Book, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    book, path = there
    moved: list[int] = []
    for name in ("customers", "receipts"):
        whole = getattr(store_moves, name)

        def counted(*args: int, move: object = whole) -> int:
            moved.append(move(*args))  # type: ignore[operator]  # one of the two
            return moved[-1]

        monkeypatch.setattr(store_moves, name, counted)
    monkeypatch.setattr(store_steps, "MOST_MOVED", AT_ONCE)
    run_import(book, path)
    assert max(moved) == AT_ONCE
    assert moved[-2:] == [0, 0]  # for the names there is nothing left to be moved
    assert_one(book)


@pytest.mark.parametrize("is_lost", [False, True], ids=["with its stage", "without its stage"])
def test_who_is_cut_off_between_leaves_one_store(
    there: tuple[Book, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_lost: bool
) -> None:
    book, path = there
    plan = planned(book, path)
    stage = staged(book, path.name, plan)
    some, left = store_moves.some, [1, 1]

    def dying(*args: object) -> bool:
        if not left:
            raise CutOffError
        left.pop()
        return some(*args)  # type: ignore[arg-type]  # as it was called

    with monkeypatch.context() as patch:
        patch.setattr(store_steps, "MOST_MOVED", AT_ONCE)
        patch.setattr(store_moves, "some", dying)
        with pytest.raises(CutOffError):
            apply(book, stage, plan.report, lambda done, total: None)
    stage.close()
    assert {name for name, *_ in in_stores(book)} == {"Main", "Mall"}
    assert 2 * AT_ONCE in {abs(number - MANY - 1) for _, number, _ in in_stores(book)}
    if is_lost:
        for found in stages_of(book.path):
            found.unlink()
    recover(book)
    assert_one(book)
    run_import(book, path)
    assert_one(book)
    before = agreed(book)
    with closing(open_book(tmp_path / "third.db", actor=Actor("Mia", "third"))) as third:
        run_import(third, exported(book, tmp_path / "out.xlsx"))
        assert agreed(third)["stores"] == before["stores"]
