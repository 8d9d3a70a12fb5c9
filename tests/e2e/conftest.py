"""Terminals with the program in them, ended with the test; and a small book to open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from store import customers
from tests.e2e.terminal import Terminal
from tests.tui.conftest import PEOPLE, new_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Open(Protocol):
    """Start the program; takes what `Terminal` takes, and opens the test's book when no arguments are given."""

    def __call__(self, *arguments: str, **options: object) -> Terminal: ...


@pytest.fixture
def book_path(tmp_path: Path) -> Path:
    """A book with the customers of `PEOPLE`, closed."""
    path = tmp_path / "book.db"
    book = new_book(path)
    for values in PEOPLE:
        customers.create(book, values)  # type: ignore[arg-type]  # a table of values of several types
    book.close()
    return path


@pytest.fixture
def start(book_path: Path) -> Iterator[Open]:
    """Starts the program on a terminal."""
    terminals: list[Terminal] = []

    def begin(*arguments: str, **options: object) -> Terminal:
        terminal = Terminal(*(arguments or ("--db", str(book_path))), **options)  # type: ignore[arg-type]  # as they are
        terminals.append(terminal)
        return terminal

    yield begin
    for terminal in terminals:
        terminal.close()
