"""How the columns of a customer's receipts share a line."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from store.currency import Currency
from store.receipt_records import ReceiptRow
from tui.widgets.receipt_table import ReceiptTable

DOLLARS = Currency("USD", 2, "en_US")


def table(amount: str, number: str = "3-1001", store: str = "Downtown") -> ReceiptTable:
    made = ReceiptTable("receipts")
    row = ReceiptRow(1, number, store, datetime(2026, 3, 7, 23, 30, tzinfo=UTC), Decimal(amount))
    made._count, made._pages = 1, {0: (row,)}
    made.amount = DOLLARS.show
    made.with_stores = True
    return made


def text(made: ReceiptTable, width: int) -> str:
    return "".join(words for words, _ in made.line(0, width))


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_the_amount_ends_under_its_heading_and_nothing_is_too_wide(width: int) -> None:
    made = table("1234567.89")
    line, heading = text(made, width), made.heading(width)
    assert "07-Mar-2026" in line
    end = line.index("$1,234,567.89") + len("$1,234,567.89")
    assert heading[:end].endswith("Receipt Amount")
    assert len(line) <= width
    assert len(heading) == width
    assert ("Downtown" in line) == (width >= 80)


def test_half_an_amount_is_never_shown() -> None:
    line = text(table("-99999999999999999.99"), 40)
    assert "99" not in line
    assert "…" in line


def test_a_receipt_that_the_book_has_no_longer_is_an_empty_line() -> None:
    made = table("1")
    made._pages = {0: ()}
    assert text(made, 80) == ""


def test_what_a_number_holds_is_harmless() -> None:
    line = text(table("1", "\x1b[2J\x07" + "漢" * 40), 80)
    assert "\x1b" not in line
    assert "\x07" not in line
