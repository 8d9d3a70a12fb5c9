"""What triggers keep on a receipt is what its lines say, whatever is done to them."""

from __future__ import annotations

import shutil
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from store import demo, metrics, receipts
from store.book_file import MIGRATIONS
from store.database import Book, open_book
from store.payments import EFFECTS, Effect, effect
from store.receipt_records import Period

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer

WORDS = (*EFFECTS, "Success", "Pending", "", "unheard of")


def _kept(book: Book) -> list[tuple[Any, ...]]:
    return book.rows("SELECT id, taxes, refunded FROM receipt ORDER BY id")


def _said(book: Book) -> list[tuple[Any, ...]]:
    """The same, by the lines alone."""
    said = []
    for (receipt_id,) in book.rows("SELECT id FROM receipt ORDER BY id"):
        (taxes,) = book.rows("SELECT coalesce(sum(amount), 0) FROM receipt_tax WHERE receipt_id = ?", (receipt_id,))[0]
        lines = book.rows("SELECT status, amount FROM receipt_payment WHERE receipt_id = ?", (receipt_id,))
        back = sum(abs(amount) for status, amount in lines if effect(status) is Effect.BACK)
        nothing = lines and all(effect(status) is Effect.NONE for status, _ in lines)
        said.append((receipt_id, taxes, None if nothing else back))
    return said


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_to_lines_the_receipt_follows(book: Book, seed: int) -> None:
    rng = Random(seed)
    for number in range(12):
        book.execute("INSERT INTO receipt (number, paid_at, total) VALUES (?, '2026-01-01T00:00:00Z', 900)", (number,))

    def receipt() -> int:
        return rng.randint(1, 12)

    def word() -> str:
        status = rng.choice(WORDS)
        return rng.choice((status, status.upper(), f" {status} "))

    def amount() -> int:
        return rng.choice((0, 1, 250, -250, 10**12))

    tax, payment = "receipt_tax", "receipt_payment"
    changes: tuple[Callable[[], object], ...] = (
        lambda: book.execute(
            f"INSERT INTO {tax} (receipt_id, position, type, rate, amount) VALUES (?, 0, '', 0, ?)",
            (receipt(), amount()),
        ),
        lambda: book.execute(f"UPDATE {tax} SET amount = ? WHERE receipt_id = ?", (amount(), receipt())),
        lambda: book.execute(f"UPDATE {tax} SET receipt_id = ? WHERE receipt_id = ?", (receipt(), receipt())),
        lambda: book.execute(f"DELETE FROM {tax} WHERE receipt_id = ?", (receipt(),)),
        lambda: book.execute(
            f"INSERT INTO {payment} (receipt_id, number, status, amount) VALUES (?, 1, ?, ?)",
            (receipt(), word(), amount()),
        ),
        lambda: book.execute(f"UPDATE {payment} SET status = ? WHERE receipt_id = ?", (word(), receipt())),
        lambda: book.execute(f"UPDATE {payment} SET amount = ? WHERE receipt_id = ?", (amount(), receipt())),
        lambda: book.execute(f"UPDATE {payment} SET receipt_id = ? WHERE receipt_id = ?", (receipt(), receipt())),
        lambda: book.execute(f"DELETE FROM {payment} WHERE receipt_id = ?", (receipt(),)),
        lambda: book.execute("UPDATE receipt SET total = total + 1 WHERE id = ?", (receipt(),)),
    )
    for _ in range(120):
        rng.choice(changes)()
        assert _kept(book) == _said(book)
    book.execute("DELETE FROM receipt WHERE id < 7")
    assert _kept(book) == _said(book)


def test_a_book_from_before_learns_what_its_receipts_count_for(book_path: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.mkdir()
    for file in MIGRATIONS.glob("000[12]_*.py"):
        shutil.copy(file, older)
    with closing(open_book(book_path, migrations=older)) as book:
        demo.make_shop(book, customers=100, receipts=800)
        book.execute("UPDATE receipt_payment SET status = 'VOID ' WHERE receipt_id % 50 = 0")
    with closing(open_book(book_path)) as book:
        assert _kept(book) == _said(book)
        assert {None, 0} < {row[2] for row in _kept(book)}


def test_figures_and_pages_are_read_from_one_index(book: Book, add: Callable[..., Customer]) -> None:
    ann = add("Ann Lee").id
    asked: list[str] = []
    book.raw().set_trace_callback(asked.append)
    metrics.of(book, ann)
    receipts.how_many(book, ann)
    receipts.page(book, ann, Period(), offset=9000, limit=20)
    book.raw().set_trace_callback(None)
    steps = [row[-1] for sql in asked if "receipt" in sql for row in book.rows(f"EXPLAIN QUERY PLAN {sql}")]
    walks = [step for step in steps if "receipt" in step and "INTEGER PRIMARY KEY" not in step]
    assert len(walks) == 3
    assert all("SEARCH receipt USING COVERING INDEX receipt_customer_id_paid_at" in step for step in walks), steps
    assert not any("PART OF ORDER BY" in step or "LAST TERM" in step for step in steps), "the index is in their order"
