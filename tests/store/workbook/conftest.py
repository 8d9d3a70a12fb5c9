"""A book that nobody has touched yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.database import Book, open_book
from store.records import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def new_book(tmp_path: Path) -> Iterator[Book]:
    """A book without a single store."""
    book = open_book(tmp_path / "new.db", actor=Actor("Mia", "till-1"))
    yield book
    book.close()
