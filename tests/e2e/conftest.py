"""Terminals with the program in them, ended with the test; and a small book to open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from tests.books import Pattern
from tests.e2e.terminal import Terminal
from tests.tui.conftest import TILL, add_people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Open(Protocol):
    """Start the program; takes what `Terminal` takes, and opens the test's book when no arguments are given."""

    def __call__(self, *arguments: str, **options: object) -> Terminal: ...


@pytest.fixture(scope="session")
def pattern() -> Pattern:
    """What the test's book is copied from."""
    return Pattern(TILL, add_people)


@pytest.fixture
def book_path(tmp_path: Path, pattern: Pattern) -> Path:
    """A book with the customers of `PEOPLE`, closed."""
    path = tmp_path / "book.db"
    pattern.copy(path).close()
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
