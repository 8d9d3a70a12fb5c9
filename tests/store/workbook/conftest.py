"""A book that nobody has touched yet, and two tills that exchange workbooks by a folder."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store.records import Actor
from tests.books import Pattern
from tests.store.workbook.folders import Till, imports_inside, make_till

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.database import Book


@pytest.fixture(scope="session")
def new_pattern() -> Pattern:
    """What `new_book` is copied from."""
    return Pattern(Actor("Mia", "till-1"))


@pytest.fixture
def new_book(tmp_path: Path, new_pattern: Pattern) -> Iterator[Book]:
    """A book without a single store."""
    with closing(new_pattern.copy(tmp_path / "new.db")) as book:
        yield book


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    """A till whose imports run in this process."""
    imports_inside(monkeypatch)
    return make_till(tmp_path, "till-1")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    """Another till on the same folder."""
    imports_inside(monkeypatch)
    return make_till(tmp_path, "till-2")
