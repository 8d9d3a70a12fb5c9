"""A customer's story by keys alone: from the list to the figures, a receipt, its mail and its ticket, and the ledger."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from store import loyalty, outbox
from store.database import open_book
from tests.tui.conftest import TILL
from tests.tui.receipts_filled import add_receipt

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Open

TERMINALS = ("xterm-256color", "linux", "vt100", "screen")
CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
CLIPBOARDS = frozenset({"xterm-256color", "screen"})
"""Terminals that are asked to copy."""


@pytest.fixture
def story_path(book_path: Path) -> Path:
    """The small book, in which Ann bought something today and has points."""
    book = open_book(book_path, actor=TILL)
    book.execute("UPDATE customer SET loyalty = 1 WHERE first_name = 'Ann'")
    customer = int(book.rows("SELECT id FROM customer WHERE first_name = 'Ann'")[0][0])
    receipt_id = add_receipt(book, customer=customer)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    book.execute("UPDATE receipt SET paid_at = ? WHERE id = ?", (now, receipt_id))
    loyalty.adjust(book, customer, balance=70, reason="Welcome")
    book.close()
    return book_path


@pytest.mark.parametrize("term", TERMINALS)
def test_the_customers_story(term: str, start: Open, story_path: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    terminal = start("--db", str(story_path), term=term, home=home)

    terminal.wait_for("Ann Baker").type("ann").wait_for("1 of 5").press("enter")
    terminal.wait_for("Number of", "Sale Amount", "$103.49", "Last Month Sales")
    terminal.press("left").wait_for(lambda shown: shown.text.count("$97.40") > 0)

    terminal.press("ctrl+k").wait_for("Receipt Amount", "3-1001").press("enter")
    terminal.wait_for("Receipt 3-1001", "Receipt Number", "Linen shirt", "0.485")

    terminal.press("ctrl+a").wait_for("Send receipt 3-1001", "ann@example.com", "No mail server is set up")
    terminal.press("enter").wait_for("Receipt queued for ann@example.com.", "Queued for ann@example.com,")

    terminal.press("end", "up").wait_for("Enter Ticket").press("enter")
    terminal.wait_for("Save the ticket of payment 2", "ticket-3-1001-2.pdf").press("ctrl+s")
    terminal.wait_for("PDF saved", "~/ticket-3-1001-2.pdf")
    saved = home / "ticket-3-1001-2.pdf"
    assert saved.read_bytes().startswith(b"%PDF-")
    copied = [base64.b64decode(text).decode() for text in CLIPBOARD.findall(terminal.raw)]
    assert copied == ([str(saved)] if term in CLIPBOARDS else [])

    terminal.press("left").wait_for("Number of", "3-1001")
    terminal.press("f6").wait_for("Ledger", "70").press("ctrl+u")
    terminal.wait_for("Welcome", "+70")
    terminal.press("escape").wait_for("New balance").press("escape").wait_gone("New balance")
    terminal.press("escape").wait_for("1 of 5").press("f10")
    assert terminal.wait_end() == 0

    book = open_book(story_path, actor=TILL)
    assert [mail.recipient for mail in outbox.mails(book, offset=0, limit=9)] == ["ann@example.com"]
    book.close()
