"""A book in a file of its own, and people to put in it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, stores
from store.database import Book, open_book
from store.records import Actor
from tests.books import Pattern
from tests.store import office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.customer_records import Customer

ACTOR = Actor("Mia", "till-1")


def _add_stores(book: Book) -> None:
    for code, name in (("01", "Downtown"), ("02", "Airport"), ("03", "harbour")):
        stores.ensure(book, name, code)


@pytest.fixture(scope="session")
def pattern() -> Pattern:
    """What `book` is copied from."""
    return Pattern(ACTOR, _add_stores)


@pytest.fixture
def book_path(tmp_path: Path) -> Path:
    """Where the test's book is."""
    return tmp_path / "book.db"


@pytest.fixture
def book(book_path: Path, pattern: Pattern) -> Iterator[Book]:
    """A new book with three stores."""
    with closing(pattern.copy(book_path)) as opened:
        yield opened


@pytest.fixture
def add(book: Book) -> Callable[..., Customer]:
    """Add a customer by a name in one string and any other values."""

    def add_one(name: str = "Ann Lee", **values: Any) -> Customer:
        first, _, last = name.rpartition(" ")
        given = {"first_name": first, "last_name": last, "email": "ann@example.com"} | values
        return customers.create(book, given)

    return add_one


@pytest.fixture(scope="session")
def office_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The office's customers and receipts, imported; for all tests, to be read only."""
    with closing(open_book(office.imported(tmp_path_factory))) as opened:
        yield opened
