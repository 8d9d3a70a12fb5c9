"""The points ledger."""

from __future__ import annotations

import multiprocessing
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest

from store import clock, customers, fields, loyalty, programme, settings, upkeep
from store.database import open_book
from store.errors import (
    AlreadyReversedError,
    BalanceMovedError,
    FieldError,
    InactiveCustomerError,
    InvalidCustomerError,
    ProgrammeOffError,
    ReversalError,
    UnknownCustomerError,
    UnknownEntryError,
)
from store.exchange import ExportRequest
from store.loyalty_records import Programme
from store.records import Actor
from store.workbook.exporter import export
from tests.store.workbook.importing import run_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book

    Add = Callable[..., Customer]


def test_a_new_balance_is_kept_as_its_difference(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, reason="Welcome")
    assert loyalty.adjust(book, ann.id, balance=65, reason="Correction") == 65
    after = customers.get(book, ann.id)
    assert (after.points, after.reason, after.version) == (65, "Correction", 2)
    newest, oldest = loyalty.lines(book, ann.id, offset=0, limit=99)
    assert (newest.points, newest.reason, newest.employee, newest.till) == (-15, "Correction", "Mia", "till-1")
    assert oldest.points == 80
    assert abs((datetime.now(UTC) - newest.at).total_seconds()) < 60
    assert upkeep.check(book).faults == ()


def test_the_same_balance_adds_no_entry(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    loyalty.adjust(book, ann.id, balance=80, reason="Again")
    assert len(loyalty.lines(book, ann.id, offset=0, limit=99)) == 1
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


def test_an_inactive_customers_points_stay_until_they_are_restored(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, reason="Welcome")
    [entry] = loyalty.lines(book, ann.id, offset=0, limit=9)
    gone = customers.inactivate(book, ann.id)
    with pytest.raises(InactiveCustomerError, match=r"inactive\. Restore the customer first"):
        loyalty.adjust(book, ann.id, balance=90, reason="Gift")
    with pytest.raises(InactiveCustomerError):
        loyalty.reverse(book, entry.uid)
    with pytest.raises(InvalidCustomerError, match="Restore the customer first"):
        customers.update(book, ann.id, {"points": 90, "reason": "Gift"}, gone.version, base=gone)
    assert customers.get(book, ann.id).points == 80
    customers.restore(book, ann.id)
    assert loyalty.adjust(book, ann.id, balance=90, reason="Gift") == 90


def test_more_points_at_once_than_anybody_means_are_refused(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, reason="Welcome")
    with pytest.raises(FieldError, match="at most 9,999,999 more or less") as refused:
        loyalty.adjust(book, ann.id, balance=80 + loyalty.MOST_AT_ONCE + 1, reason="Gift")
    assert refused.value.field == "points"
    with pytest.raises(InvalidCustomerError, match="at most 9,999,999 more or less"):
        customers.update(book, ann.id, {"points": 99_999_999, "reason": "Gift"}, ann.version, base=ann)
    assert loyalty.adjust(book, ann.id, balance=80 + loyalty.MOST_AT_ONCE, reason="Gift") == 10_000_079
    with pytest.raises(FieldError, match="9,999,999"):
        loyalty.adjust(book, ann.id, balance=0, reason="Correction")
    assert loyalty.adjust(book, ann.id, balance=80, reason="Correction") == 80


def test_an_entry_is_never_changed(book: Book, add: Add) -> None:
    add("Ann Lee", loyalty=True, points=80)
    with pytest.raises(Exception, match="never changed"):
        book.execute("UPDATE loyalty_entry SET points = 1000")


def test_times_are_read_in_utc() -> None:
    assert clock.read("2026-03-01T10:00:00Z") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert clock.read("2026-03-01 10:00:00") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert clock.read("2026-03-01T10:00:00+02:00") == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert clock.read(clock.now()).tzinfo is UTC


def test_a_balance_that_moved_is_told_and_nothing_is_written(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    assert loyalty.adjust(book, ann.id, balance=65, reason="Correction", seen=80) == 65
    with pytest.raises(BalanceMovedError) as caught:
        loyalty.adjust(book, ann.id, balance=90, reason="Correction", seen=80)
    assert caught.value.now == 65
    assert loyalty.how_many(book, ann.id) == 2
    assert customers.get(book, ann.id).points == 65


def test_no_points_are_changed_while_the_programme_is_off(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    settings.put(book, "loyalty_on", False)
    (line,) = loyalty.lines(book, ann.id, offset=0, limit=9)
    for change in (
        lambda: loyalty.adjust(book, ann.id, balance=5, reason="x"),
        lambda: loyalty.reverse(book, line.uid),
    ):
        with pytest.raises(ProgrammeOffError, match="Settings"):
            change()
    with pytest.raises(InvalidCustomerError, match="Settings"):
        customers.update(book, ann.id, {"points": 5}, ann.version, base=ann)
    with pytest.raises(InvalidCustomerError, match="Settings"):
        add("Bob Ray", loyalty=True, points=5)
    assert customers.get(book, ann.id).points == 80
    assert add("Bob Ray", loyalty=True).points == 0


def _adjust_by_turns(path: Path, who: int, gate: object, cares: bool) -> None:
    """Change the balance 5 times by `who` points, each from what was read a moment ago; with `cares`, only if so."""
    gate.wait()  # type: ignore[attr-defined]  # a Barrier
    with closing(open_book(path, actor=Actor("", f"till-{who}"), busy_seconds=120)) as book:
        for turn in range(5):
            while True:
                now = customers.get(book, 1).points
                time.sleep(0)
                try:
                    loyalty.adjust(book, 1, balance=now + who, reason=f"turn {turn}", seen=now if cares else None)
                except BalanceMovedError:
                    continue
                break


@pytest.mark.parametrize("cares", [True, False])
def test_twenty_tills_at_once_lose_no_points(book: Book, add: Add, book_path: Path, cares: bool) -> None:
    assert add("Ann Lee", loyalty=True, points=1000).id == 1
    started = multiprocessing.get_context("spawn")
    gate = started.Barrier(4)
    tills = [started.Process(target=_tills, args=(book_path, first, gate, cares)) for first in (1, 6, 11, 16)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
        assert till.exitcode == 0
    after = customers.get(book, 1)
    entries = book.rows("SELECT points, till FROM loyalty_entry WHERE customer_id = 1 ORDER BY id")
    balances = list(accumulate(points for points, _ in entries))
    assert after.points == balances[-1]
    assert upkeep.check(book).faults == ()
    if cares:  # every change was made on what its till had seen
        assert len({till for _, till in entries[1:]}) == 20
        assert after.points == 1000 + 5 * sum(range(1, 21))
        assert sorted(points for points, _ in entries[1:]) == sorted(list(range(1, 21)) * 5)


def _tills(path: Path, first: int, gate: object, cares: bool) -> None:
    """Five tills, each a thread with a book of its own, in one of four processes."""
    at_once = threading.Barrier(5, action=gate.wait)  # type: ignore[attr-defined]  # a Barrier
    failed: list[BaseException] = []

    def till(who: int) -> None:
        try:
            _adjust_by_turns(path, who, at_once, cares)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=till, args=(first + at,)) for at in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_enrolling_gives_the_sign_up_points_once_for_ever(book: Book, add: Add) -> None:
    programme.choose(book, Programme(sign_up_points=25))
    ann = add("Ann Lee", loyalty=True)
    assert (ann.points, ann.reason) == (25, "Sign-up")
    typed = add("Bob Ray", loyalty=True, points=10, reason="Moved here")
    assert (typed.points, typed.reason) == (35, "Moved here")
    later = add("Carl Sagan")
    assert later.points == 0
    for loyal in (True, False, True):
        later = customers.update(book, later.id, {"loyalty": loyal}, later.version, base=later)
        assert later.points == 25
    assert loyalty.how_many(book, later.id) == 1
    assert loyalty.lines(book, later.id, offset=0, limit=1)[0].reason == "Sign-up"
    assert upkeep.check(book).faults == ()


def test_no_points_are_given_above_the_largest_balance(book: Book, add: Add) -> None:
    programme.choose(book, Programme(sign_up_points=25))
    assert add("Ann Lee", loyalty=True, points=fields.MOST_POINTS - 5).points == fields.MOST_POINTS
    bob = add("Bob Ray", loyalty=True, points=5)
    loyalty.adjust(book, bob.id, balance=0, reason="Redeemed")
    redeemed = loyalty.lines(book, bob.id, offset=0, limit=1)[0]
    with book.write():
        loyalty.enter(book, bob.id, fields.MOST_POINTS, "Import")
    with pytest.raises(ReversalError, match="No balance is above"):
        loyalty.reverse(book, redeemed.uid)


def test_who_was_in_the_programme_before_gets_no_sign_up_points(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    out = customers.update(book, ann.id, {"loyalty": False}, ann.version, base=ann)
    programme.choose(book, Programme(sign_up_points=25))
    assert customers.update(book, ann.id, {"loyalty": True}, out.version, base=out).points == 80


def test_sign_up_points_are_not_given_by_an_import_nor_while_the_programme_is_off(
    book: Book, add: Add, tmp_path: Path
) -> None:
    add("Ann Lee", loyalty=True)
    export(book, tmp_path / "all.xlsx", ExportRequest())
    programme.choose(book, Programme(on=False, sign_up_points=25))
    assert add("Bob Ray", loyalty=True).points == 0
    with closing(open_book(tmp_path / "other.db")) as other:
        programme.choose(other, Programme(sign_up_points=25))
        run_import(other, tmp_path / "all.xlsx")
        assert other.rows("SELECT loyalty, points FROM customer") == [(1, 0)]


def test_two_tills_enroll_one_customer_by_the_same_entry(book: Book, add: Add, tmp_path: Path) -> None:
    ann = add("Ann Lee")
    export(book, tmp_path / "all.xlsx", ExportRequest())
    with closing(open_book(tmp_path / "other.db")) as other:
        run_import(other, tmp_path / "all.xlsx")
        for till in (book, other):
            programme.choose(till, Programme(sign_up_points=25))
            there = customers.get(till, 1)
            customers.update(till, 1, {"loyalty": True}, there.version, base=there)
        export(book, tmp_path / "all.xlsx", ExportRequest())
        report = run_import(other, tmp_path / "all.xlsx")
        assert not report.refused
        assert customers.get(other, 1).points == 25
        assert [entry.uid for entry in loyalty.lines(other, 1, offset=0, limit=99)] == [
            entry.uid for entry in loyalty.lines(book, ann.id, offset=0, limit=99)
        ]


def test_a_wrong_entry_is_taken_back_by_another(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, reason="Welcome")
    loyalty.adjust(book, ann.id, balance=180, reason="Birthday")
    wrong = loyalty.lines(book, ann.id, offset=0, limit=1)[0]
    assert loyalty.reverse(book, wrong.uid) == 80
    newest, birthday, welcome = loyalty.lines(book, ann.id, offset=0, limit=9)
    assert (newest.points, newest.reason, newest.balance) == (-100, "Reversal of Birthday", 80)
    assert [(line.reversal, line.reversed) for line in (newest, birthday, welcome)] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip
    after = customers.get(book, ann.id)
    assert (after.points, after.reason, after.version) == (80, "Reversal of Birthday", 3)
    with pytest.raises(AlreadyReversedError):
        loyalty.reverse(book, wrong.uid)
    with pytest.raises(ReversalError, match="anew"):
        loyalty.reverse(book, newest.uid)
    with pytest.raises(UnknownEntryError):
        loyalty.reverse(book, "no such entry")
    assert loyalty.reverse(book, welcome.uid, reason="A mistake") == 0
    assert loyalty.lines(book, ann.id, offset=0, limit=1)[0].reason == "A mistake"
    assert upkeep.check(book).faults == ()


def test_a_reversal_never_takes_more_than_there_is(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80)
    (welcome,) = loyalty.lines(book, ann.id, offset=0, limit=1)
    loyalty.adjust(book, ann.id, balance=79, reason="Redeemed")
    with pytest.raises(ReversalError, match="79"):
        loyalty.reverse(book, welcome.uid)
    assert customers.get(book, ann.id).points == 79


def test_a_reversals_reason_fits_its_field(book: Book, add: Add) -> None:
    ann = add("Ann Lee", loyalty=True, points=80, reason="x" * fields.LINE_LIMIT)
    (welcome,) = loyalty.lines(book, ann.id, offset=0, limit=1)
    loyalty.reverse(book, welcome.uid)
    assert len(customers.get(book, ann.id).reason) == fields.LINE_LIMIT
    loyalty.adjust(book, ann.id, balance=1, reason="x")
    last = loyalty.lines(book, ann.id, offset=0, limit=1)[0]
    with pytest.raises(FieldError):
        loyalty.reverse(book, last.uid, reason="x" * (fields.LINE_LIMIT + 1))


def test_lines_are_newest_first_with_the_balance_after_each(book: Book, add: Add) -> None:
    settings.put(book, "time_zone", "America/New_York")
    ann = add("Ann Lee", loyalty=True)
    add("Bob Ray", loyalty=True, points=9)
    amounts = [(at * 37) % 101 - 40 for at in range(1, 301)]
    with book.write():
        for at, points in enumerate(amounts):  # two a minute, so that the second of them is told by its id
            loyalty.enter(book, ann.id, points, f"{at}", at=f"2026-06-01T{at // 120:02}:{at // 2 % 60:02}:00Z")
    balances = list(accumulate(amounts))
    assert loyalty.how_many(book, ann.id) == 300
    for offset, limit in ((0, 64), (64, 64), (1, 1), (299, 64), (300, 64), (0, 300)):
        told = loyalty.lines(book, ann.id, offset=offset, limit=limit)
        expected = list(zip(amounts, balances, strict=True))[::-1][offset : offset + limit]
        assert [(line.points, line.balance) for line in told] == expected
    assert loyalty.lines(book, ann.id, offset=299, limit=1)[0].at.isoformat() == "2026-05-31T20:00:00-04:00"


def test_the_entries_of_nobody_are_told_as_such(book: Book) -> None:
    with pytest.raises(UnknownCustomerError):
        loyalty.how_many(book, 5)
    assert loyalty.lines(book, 5, offset=0, limit=9) == ()


def test_a_page_of_ten_thousand_entries_reads_the_index_alone(book: Book, add: Add) -> None:
    """Yardstick: the sum of the same entries."""
    ann = add("Ann Lee", loyalty=True)
    with book.write():
        for at in range(10_000):
            loyalty.enter(book, ann.id, 1, "Visit", at=f"2026-06-01T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}Z")
    plan = " ".join(
        row[3]
        for row in book.rows(
            "EXPLAIN QUERY PLAN SELECT id, at, points FROM loyalty_entry WHERE customer_id = ? ORDER BY at DESC, id DESC",
            (ann.id,),
        )
    )
    assert "COVERING INDEX" in plan
    assert "TEMP B-TREE" not in plan
    assert loyalty.lines(book, ann.id, offset=9_990, limit=64)[-1].balance == 1
    assert loyalty.lines(book, ann.id, offset=0, limit=64)[0].balance == 10_000
