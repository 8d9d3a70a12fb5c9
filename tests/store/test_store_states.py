"""A store that is renamed among many customers whose states are kept whole: no till waits, and nobody reads old names."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import customers, review, rows, store_states, stores, upkeep
from store.database import Book, open_book
from store.records import Actor
from store.workbook.apply import recover
from tests.store.workbook.importing import exported, run_import, workbook
from tests.store.workbook.sharing import agreed, planned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANY, AT_ONCE = 11, 3
HEADER = ["First Name", "Last Name", "E-Mail", "City", "Stores"]


def people(city: str) -> list[list[str]]:
    return [HEADER, *([f"Ada{at}", "Ames", f"a{at}@example.com", city, "Main"] for at in range(MANY))]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """A book of customers about each of whom it is asked, so that their states are kept whole."""
    monkeypatch.setattr(store_states, "LARGEST_SLICE", AT_ONCE)
    monkeypatch.setattr(store_states, "FIRST_SLICE", AT_ONCE)
    with closing(open_book(tmp_path / "book.db", actor=Actor("Mia", "till"))) as book:
        stores.ensure(book, "Main")
        for at, city in enumerate(("Rome", "Oslo")):
            run_import(book, workbook(tmp_path / f"{at}.xlsx", {"Customers": people(city)}))
        assert left(book) == MANY
        yield book


def left(book: Book) -> int:
    """How many states still have the old name."""
    return len(book.rows("SELECT 1 FROM row_state WHERE state LIKE '%\"Main\"%'"))


def started(book: Book, monkeypatch: pytest.MonkeyPatch, rewritten: int = 1) -> None:
    """Rename the store, and be cut off after so many slices."""
    with monkeypatch.context() as patch:
        patch.setattr(store_states, "finish", lambda of: None)
        stores.rename(book, stores.named(book, "Main").id, "Hall")
    slices = store_states.slices(book)
    for _ in range(rewritten):
        next(slices)
    slices.close()


def test_no_transaction_rewrites_more_than_a_few(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    started(book, monkeypatch, 0)
    with closing(open_book(book.path, actor=Actor("Mia", "other"), recover=False)) as other:
        now = customers.get(other, 1)
        sizes = []
        for size in store_states.slices(book):
            sizes.append(size)
            now = customers.update(other, 1, {"notes": f"{size} {len(sizes)}"}, now.version, base=now)
            assert now.stores == ("Hall",)
    assert max(sizes) <= AT_ONCE
    assert left(book) == 0
    assert store_states.noted(book) == {}
    assert upkeep.check(book).faults == ()


def test_who_reads_meanwhile_reads_the_name_of_now(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(book, monkeypatch)
    assert 0 < left(book) < MANY
    said = [person.rows for person in rows.by_id(book, range(1, MANY + 1)).values()]
    before, asked = agreed(book), review.questions(book)
    path = exported(book, tmp_path / "meanwhile.xlsx")
    assert planned(book, path).writes_nothing
    recover(book)
    assert left(book) == 0
    assert [person.rows for person in rows.by_id(book, range(1, MANY + 1)).values()] == said
    assert (agreed(book), review.questions(book)) == (before, asked)
    with closing(open_book(tmp_path / "third.db", actor=Actor("Mia", "third"))) as third:
        run_import(third, path)
        assert agreed(third) == before


def test_who_opens_the_book_next_finishes(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    started(book, monkeypatch)
    with closing(open_book(book.path, actor=Actor("Mia", "other"))) as other:
        assert left(other) == 0
    assert upkeep.check(book).faults == ()


@pytest.mark.parametrize("name", ["Yard", "Main"])
def test_what_is_renamed_again_or_had_the_name_before_waits_for_it(
    book: Book, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    started(book, monkeypatch)
    stores.rename(book, stores.named(book, "Hall").id, name)
    again = stores.ensure(book, "Hall")
    assert {value for person in rows.by_id(book, range(1, MANY + 1)).values() for value in stores_in(person)} == {name}
    assert again.name == "Hall"
    assert store_states.noted(book) == {}


def stores_in(person: rows.Person) -> set[str]:
    offers = person.view.offers["stores"]
    return {name for offer in offers for name in offer.value or ()}  # type: ignore[union-attr]  # a tuple


def test_names_that_change_places_are_rewritten_at_once(book: Book) -> None:
    stores.ensure(book, "Hall")
    now = customers.get(book, 1)
    customers.update(book, 1, {"stores": ("Hall",)}, now.version, base=now)
    with book.write():
        store_states.begin(book, {"main": "Hall", "hall": "Main"})
    assert store_states.noted(book) == {}
    assert left(book) == 1


def test_an_import_renames_in_slices_too(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_book(tmp_path / "other.db", actor=Actor("Mia", "other"))) as other:
        stores.rename(other, stores.ensure(other, "Main").id, "Hall")
        path = exported(other, tmp_path / "other.xlsx")
    rewritten: list[int] = []
    rewrite = store_states._rewrite
    monkeypatch.setattr(
        store_states, "_rewrite", lambda of, some, names: (rewritten.append(len(some)), rewrite(of, some, names))
    )
    run_import(book, path)
    assert sum(rewritten) == MANY
    assert max(rewritten) <= AT_ONCE
    assert left(book) == 0
