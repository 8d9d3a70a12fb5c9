"""The points ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from store import clock, customers, loyalty, upkeep
from store.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.customer_records import Customer
    from store.database import Book

    Add = Callable[..., Customer]


def test_a_new_balance_is_kept_as_its_difference(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, reason="Welcome")
    assert loyalty.adjust(book, ann.id, balance=65, reason="Correction") == 65
    after = customers.get(book, ann.id)
    assert (after.points, after.reason, after.version) == (65, "Correction", 2)
    newest, oldest = loyalty.ledger(book, ann.id)
    assert (newest.points, newest.reason, newest.employee, newest.till) == (-15, "Correction", "Mia", "till-1")
    assert (oldest.points, newest.customer_id) == (80, ann.id)
    assert abs((datetime.now(UTC) - newest.at).total_seconds()) < 60
    assert upkeep.check(book).faults == ()


def test_the_same_balance_adds_no_entry(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    loyalty.adjust(book, ann.id, balance=80, reason="Again")
    assert len(loyalty.ledger(book, ann.id)) == 1
    assert customers.get(book, ann.id).version == 1


@pytest.mark.parametrize(
    ("balance", "reason", "field"), [(-1, "x", "points"), (10**13, "x", "points"), (5, " ", "reason")]
)
def test_a_wrong_balance_or_no_reason_is_refused(book: Book, add: Add, balance: int, reason: str, field: str) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    with pytest.raises(FieldError) as caught:
        loyalty.adjust(book, ann.id, balance=balance, reason=reason)
    assert caught.value.field == field
    assert customers.get(book, ann.id).points == 80


def test_who_is_not_in_the_programme_gets_no_points(book: Book, add: Add) -> None:
    ann = add("Ann Lee")
    with pytest.raises(FieldError, match="switch Loyalty on"):
        loyalty.adjust(book, ann.id, balance=5, reason="x")


def test_an_entry_is_never_changed(book: Book, add: Add) -> None:
    add("Ann Lee", loyalty=True, points=80)
    with pytest.raises(Exception, match="never changed"):
        book.execute("UPDATE loyalty_entry SET points = 1000")


def test_times_are_read_in_utc() -> None:
    assert clock.read("2026-03-01T10:00:00Z") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert clock.read("2026-03-01 10:00:00") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert clock.read("2026-03-01T10:00:00+02:00") == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert clock.read(clock.now()).tzinfo is UTC
