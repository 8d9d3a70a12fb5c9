"""Keys that come in one write do what they would do one by one, every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.database import open_book
from tests.tui.conftest import TILL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Open
    from tests.e2e.terminal import Terminal

TIMES = 10
"""So often is each burst sent: where keys overtake each other, they do so more often than not."""


def burst(terminal: Terminal, *parts: str) -> None:
    """Send everything in one write; what is a key's name is that key, anything else is letters."""
    terminal.send(b"".join(terminal.keys.get(part, part.encode()) for part in parts))


def test_letters_overtake_no_backspace(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    for _ in range(TIMES):
        burst(terminal, "abc", *["backspace"] * 3, "jozef", "left", *["backspace"] * 2, "s", "right", "f2")
        terminal.wait_for("New Customer").press("escape").wait_gone("New Customer")
        terminal.wait_for("Regulars · Customers", "Find").settle(0.05)
        assert terminal.lines[1].split()[:2] == ["Find", "josf"]
        burst(terminal, *["backspace"] * 4)
        terminal.wait_for("5 customers")


def test_a_field_holds_what_was_typed_last(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    burst(terminal, "f2", *["tab"] * 6)
    for number in range(10, 10 + TIMES):
        burst(terminal, *["backspace"] * 12, "XYZ", *["backspace"] * 3, f"JQ{number}", "tab", "shift+tab")
        terminal.wait_for(lambda shown, number=number: f" JQ{number}\n" in f"{shown.text}\n")  # type: ignore[misc]


def test_letters_on_the_country_open_one_list_and_are_typed_in_it(start: Open) -> None:
    terminal = start(size=(80, 50)).wait_for("5 customers").press("f2").wait_for("New Customer")
    for _ in range(40):
        terminal.press("tab").settle(0.05)
        if "(type to find one)" in terminal.text:
            break
    for _ in range(TIMES):
        burst(terminal, "fra")
        terminal.wait_for(": fra_").press("escape").wait_gone(": fra_").wait_for("(type to find one)")
    burst(terminal, "germ", "enter", "tab")
    terminal.wait_gone("germ_").wait_for("Germany")
    # The one list is gone: Esc is the form's.
    terminal.press("escape").wait_for("Leave without saving?")


def test_whole_customers_are_typed_one_after_the_other(start: Open, book_path: Path) -> None:
    terminal = start().wait_for("5 customers")
    wanted = [(f"Bo{number}b", f"Zo{number}d", f"b{number}@example.com") for number in range(TIMES)]
    for first, last, email in wanted:
        burst(terminal, "f2", first, "tab", last + "x", "backspace", "tab", email, "ctrl+s")
    terminal.wait_for(f"{5 + TIMES} customers").press("f10")
    assert terminal.wait_end() == 0
    book = open_book(book_path, actor=TILL)
    rows = book.execute("SELECT first_name, last_name, email FROM customer ORDER BY id").fetchall()
    book.close()
    assert rows[5:] == wanted


def test_what_is_typed_after_a_save_is_searched_for(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    for number in range(TIMES // 2):
        burst(terminal, "f2", f"Bob{number}", "tab", "Zed", "tab", f"b{number}@example.com", "ctrl+s", f"bob{number}")
        terminal.wait_for(f"1 of {6 + number}", f" Find  bob{number} ")
        terminal.press("escape").wait_for(f"{6 + number} customers")


def test_a_scan_and_the_keys_after_it_go_to_the_customer_it_opens(start: Open) -> None:
    terminal = start().wait_for("5 customers")
    for _ in range(TIMES // 2):
        burst(terminal, "6001", "enter", "f4", "Q")
        terminal.wait_for("Edit Customer", lambda shown: "Q" in shown.lines[2]).press("escape")
        burst(terminal.wait_for("Leave without saving?"), "left", "enter")
        terminal.wait_gone("Edit Customer").press("escape").wait_for("5 customers")
        assert terminal.lines[1].split()[:2] == ["Find", "5"]


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (("ann", "enter"), ("Ann Baker", "Last Month Sales")),
        (("o", "down", "enter"), ("Last Month Sales",)),
        (("ann", "enter", "ctrl+u"), ("Ann Baker", "General")),
        (("ann", "delete", "left"), ("Delete this customer?",)),
        (("jos", "f6", "150", "tab", "Gift"), ("120 +30 = 150 points", "Gift")),
        (("ctrl+p", "new cust", "enter", "Maria"), ("New Customer", "Maria")),
        (("f5", "down", "space"), ("Show only",)),
    ],
)
def test_keys_after_one_that_opens_something_go_there(
    keys: tuple[str, ...], shown: tuple[str, ...], start: Open
) -> None:
    terminal = start().wait_for("5 customers")
    burst(terminal, *keys)
    terminal.wait_for(*shown)
