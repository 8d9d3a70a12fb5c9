"""A small book, filled, for the screens; and helpers to read what stands on them."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

import pytest

from store import customers, database, stores
from store.records import Actor
from tests.books import Pattern
from tests.tui import settling
from tui import announcing, gate
from tui.terminal import TERMINAL, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.app import App

    from store.database import Book

settling.install()

# The program also looks at what its process was started with, which a test cannot change.
for _known in fields(TERMINAL):
    setattr(TERMINAL, _known.name, getattr(read(os.environ), _known.name))

TILL = Actor("Kim", "Till 1")

PEOPLE: tuple[dict[str, object], ...] = (
    {
        "first_name": "José", "last_name": "García", "email": "jose@example.com", "phone": "+1 (555) 010-1001",
        "date_of_birth": date(1980, 2, 29), "id_number": "A100", "loyalty": True, "points": 120, "gift_card": "6001",
        "stores": ("Downtown",), "notes": "Likes the window seat.", "country": "US", "zip_code": "02134",
    },
    {"first_name": "Ann", "last_name": "Baker", "email": "ann@example.com", "phone": "555 010 1002"},
    {"first_name": "Özlem", "last_name": "Yılmaz", "email": "ozlem@example.com", "stores": ("Downtown", "Harbour")},
    {"first_name": "漢", "last_name": "王", "email": "wang@example.com", "loyalty": True, "points": 7},
    {"first_name": "Zoë", "last_name": "O'Brien", "email": "zoe@example.org", "phone": "555 010 1005"},
)  # fmt: skip
"""Five customers: accents, wide characters, with and without points and stores."""


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees what an earlier one's terminal looked like; no banner goes before a slow machine has looked.

    Nor does a save wait for the disk: what a power cut leaves behind is not the screens'.
    """
    gate.forget_terminal()
    settling.know_threads()
    monkeypatch.setattr(database, "_PRAGMAS", (*database._PRAGMAS, "PRAGMA synchronous=OFF"))
    monkeypatch.setattr(announcing, "NOTICE_SECONDS", 300.0)
    monkeypatch.setattr(announcing, "LONG_NOTICE_SECONDS", 300.0)
    yield
    settling.forget()


def add_stores(book: Book) -> None:
    """Two stores."""
    for name in ("Downtown", "Harbour"):
        stores.ensure(book, name)


def add_people(book: Book) -> None:
    """Two stores, and the customers of `PEOPLE`."""
    add_stores(book)
    for values in PEOPLE:
        customers.create(book, values)  # type: ignore[arg-type]  # a table of values of several types


def add_attacks(book: Book) -> None:
    """Two stores, and customers and stores that hold every attack, as a careless import could have left them."""
    from tests.tui.every_screen import fill_with_attacks

    add_stores(book)
    fill_with_attacks(book)


@pytest.fixture(scope="session")
def empty_pattern() -> Pattern:
    """What `empty_book` is copied from."""
    return Pattern(TILL, add_stores)


@pytest.fixture(scope="session")
def pattern() -> Pattern:
    """What `book` is copied from."""
    return Pattern(TILL, add_people)


@pytest.fixture(scope="session")
def hostile_pattern() -> Pattern:
    """What `hostile_book` is copied from."""
    return Pattern(TILL, add_attacks)


@pytest.fixture
def empty_book(tmp_path: Path, empty_pattern: Pattern) -> Iterator[Book]:
    """A book with two stores and nobody in it."""
    with closing(empty_pattern.copy(tmp_path / "book.db")) as book:
        yield book


@pytest.fixture
def book(tmp_path: Path, pattern: Pattern) -> Iterator[Book]:
    """A book with the customers of `PEOPLE`."""
    with closing(pattern.copy(tmp_path / "book.db")) as book:
        yield book


@pytest.fixture
def hostile_book(tmp_path: Path, hostile_pattern: Pattern) -> Iterator[Book]:
    """A book whose customers and stores hold every attack."""
    with closing(hostile_pattern.copy(tmp_path / "book.db")) as book:
        yield book


def screen_lines(app: App[object]) -> list[str]:
    """What stands on the screen, line by line, as it would be sent."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def screen_text(app: App[object]) -> str:
    """What stands on the screen."""
    return "\n".join(screen_lines(app))
