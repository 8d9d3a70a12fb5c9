"""A small book, filled, for the screens; and helpers to read what stands on them."""

from __future__ import annotations

import os
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

import pytest

from store import customers, stores
from store.database import Book, open_book
from store.records import Actor
from tui import announcing, gate
from tui.terminal import TERMINAL, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.app import App

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
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees what an earlier one's terminal looked like; no banner goes before a slow machine has looked."""
    gate.forget_terminal()
    monkeypatch.setattr(announcing, "NOTICE_SECONDS", 300.0)
    monkeypatch.setattr(announcing, "LONG_NOTICE_SECONDS", 300.0)


def new_book(path: Path) -> Book:
    """An empty book of two stores."""
    book = open_book(path, actor=TILL)
    for name in ("Downtown", "Harbour"):
        stores.ensure(book, name)
    return book


@pytest.fixture
def empty_book(tmp_path: Path) -> Iterator[Book]:
    """A book with two stores and nobody in it."""
    book = new_book(tmp_path / "book.db")
    yield book
    book.close()


@pytest.fixture
def book(empty_book: Book) -> Book:
    """A book with the customers of `PEOPLE`."""
    for values in PEOPLE:
        customers.create(empty_book, values)  # type: ignore[arg-type]  # a table of values of several types
    return empty_book


@pytest.fixture
def hostile_book(empty_book: Book) -> Book:
    """A book whose customers and stores hold every attack, as a careless import could have left them."""
    from tests.tui.every_screen import fill_with_attacks

    fill_with_attacks(empty_book)
    return empty_book


def screen_lines(app: App[object]) -> list[str]:
    """What stands on the screen, line by line, as it would be sent."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def screen_text(app: App[object]) -> str:
    """What stands on the screen."""
    return "\n".join(screen_lines(app))
