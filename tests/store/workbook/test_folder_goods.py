"""What travels by the folder beside customers: receipts, feedback, stores, verdicts, and what is signed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from store import erasure, exchange_key, review, rows, stores
from store.workbook.folder_records import Gap, Outcome, Rules
from tests.store.workbook.folders import Till, make_till, meet
from tests.store.workbook.importing import dump

if TYPE_CHECKING:
    from pathlib import Path

GOODS = ("store", "receipt", "receipt_item", "feedback", "customer_store", "entry")


def goods(till: Till) -> dict[str, list[tuple[object, ...]]]:
    """All but the customers themselves."""
    with closing(till.open()) as book:
        said = dump(book)
    return {name: said[name] for name in GOODS}


def _sell(till: Till, uid: str, number: str) -> None:
    with closing(till.open()) as book, book.write():
        row = book.execute(
            "INSERT INTO receipt (number, store_id, customer_id, paid_at, total) "
            "SELECT ?, 1, id, '2026-03-01T10:00:00Z', 500 FROM customer WHERE uid = ?",
            (number, uid),
        )
        book.execute(
            "INSERT INTO receipt_item (receipt_id, position, item, price, quantity, amount) VALUES (?, 1, 'Tea', 500, 1000, 500)",
            (row.lastrowid,),
        )


def test_receipts_travel_with_their_lines_and_bring_their_customer(one: Till, two: Till, tmp_path: Path) -> None:
    ann = one.add("Ann Lee")
    meet(one, two)
    _sell(one, ann.uid, "1-1001")
    sent = one.sync().sent
    assert sent is not None
    assert sent.customers == 1
    two.sync()
    assert goods(two) == goods(one)
    three = make_till(tmp_path, "till-3")
    one.exports()[0].unlink()  # the customer alone was in this one
    assert three.sync().taken[0].refused == 0
    assert goods(three)["receipt"] == goods(one)["receipt"]


def test_a_changed_line_sends_its_receipt_and_no_other(one: Till, two: Till) -> None:
    ann = one.add("Ann Lee")
    for number in ("1-1001", "1-1002"):
        _sell(one, ann.uid, number)
    meet(one, two)
    with closing(one.open()) as book:
        book.execute("UPDATE receipt_item SET item = 'Coffee' WHERE receipt_id = 2")
    one.sync()
    (taken,) = two.sync().taken
    assert (taken.outcome, taken.updated) == (Outcome.TAKEN, 0)
    assert goods(two) == goods(one)


def test_feedback_and_stores_travel(one: Till, two: Till) -> None:
    ann = one.add("Ann Lee", stores=("Downtown",))
    _sell(one, ann.uid, "1-1001")
    meet(one, two)
    with closing(one.open()) as book:
        stores.ensure(book, "Airport", "02")
        book.execute(
            "INSERT INTO feedback (uid, customer_id, receipt_id, positive, comment) VALUES ('f', 1, 1, 1, 'Fine')"
        )
    one.sync()
    two.sync()
    got, had = goods(two), goods(one)
    assert [row[1:] for row in got.pop("feedback")] == [row[1:] for row in had.pop("feedback")] != []
    assert got == had


def test_a_store_alone_is_worth_an_export(one: Till, two: Till) -> None:
    meet(one, two)
    with closing(one.open()) as book:
        stores.ensure(book, "Airport", "02")
    assert one.sync().sent is not None
    two.sync()
    assert goods(two)["store"] == goods(one)["store"]


def test_customers_who_are_one_become_one_everywhere(one: Till, two: Till) -> None:
    one.add("Ann Lee", email="ann@example.com")
    one.add("Ann Lea", email="lea@example.com")
    meet(one, two)
    with closing(one.open()) as book, book.write():
        found = rows.by_uid(book, [uid for (uid,) in book.rows("SELECT uid FROM customer")])
        review.say(book, list(found.values()), rows.dot(book), same=True)
    one.sync()
    two.sync()
    assert len(two.people()) == 1
    assert two.people() == one.people()
    assert two.sync().sent is None


def test_who_is_erased_is_erased_everywhere_and_stays_so(one: Till, two: Till) -> None:
    one.add("Ann Lee")
    one.add("Bob May")
    meet(one, two)
    with closing(one.open()) as book:
        erasure.erase(book, 1)
    assert one.sync().sent is not None
    two.sync()
    assert "Ann" not in str(two.people())
    meet(one, two)
    assert "Ann" not in str(one.people())
    assert one.sync().sent is None
    assert two.sync().sent is None


def test_what_is_signed_with_another_key_is_refused_until_the_keys_agree(one: Till, two: Till) -> None:
    two.rules = Rules(settle=0.0, unreadable=0.0, again=0.0)
    with closing(one.open()) as book:
        code = exchange_key.make(book)
    with closing(two.open()) as book:
        exchange_key.make(book)
    one.add("Ann Lee")
    one.sync()
    report = two.sync()
    assert [file.outcome for file in report.taken] == [Outcome.REFUSED]
    assert "another exchange key" in report.taken[0].message
    assert report.gaps == (Gap("till-1", one.origin, 1, 1),)
    assert len(one.exports()) == 1
    with closing(two.open()) as book:
        exchange_key.set_code(book, code, force=True)
    report = two.sync()
    assert [file.outcome for file in report.taken] == [Outcome.TAKEN]
    assert report.gaps == ()
    assert two.people() == one.people()


def test_a_refused_export_is_not_tried_again_at_once(one: Till, two: Till) -> None:
    for till in (one, two):
        with closing(till.open()) as book:
            exchange_key.make(book)
    one.sync()
    assert len(two.sync().taken) == 1
    assert two.sync().taken == ()
