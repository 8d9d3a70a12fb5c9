"""What the list and its dialogs look like, at the size all is designed for and at a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import customers
from tui import gate
from tui.app import RegularsApp
from tui.terminal import TERMINAL, UTF_8

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book

SMALL, LARGE = (80, 24), (132, 43)


@pytest.fixture(autouse=True)
def _one_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal wherever the tests run."""
    monkeypatch.setattr(TERMINAL, "charset", UTF_8)
    monkeypatch.setattr(TERMINAL, "colors", "truecolor")
    monkeypatch.setattr(TERMINAL, "dark", True)
    monkeypatch.setattr(TERMINAL, "speaks", {})
    gate.forget_terminal()


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "132x43"])
@pytest.mark.parametrize(
    "press",
    [
        pytest.param(("down",), id="list"),
        pytest.param(("z", "o"), id="search"),
        pytest.param(("f5", "down", "down", "enter"), id="with-inactive"),
        pytest.param(("down", "f3"), id="actions"),
        pytest.param(("f9",), id="columns"),
        pytest.param(("f6", "9", "9"), id="points"),
    ],
)
def test_looks(book: Book, press: tuple[str, ...], size: tuple[int, int], snap_compare: Callable[..., bool]) -> None:
    customers.inactivate(book, 2)
    assert snap_compare(RegularsApp(book), press=press, terminal_size=size)


def test_an_empty_book_looks_inviting(empty_book: Book, snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(RegularsApp(empty_book), terminal_size=SMALL)


def test_the_smallest_screen(book: Book, snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(RegularsApp(book), press=("down",), terminal_size=(60, 15))
