"""Taking back what an import did to receipts, their lines, feedback, stores, and the reasons of points."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store import rows
from store.workbook.receipt_records import LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.database import Book
    from store.workbook.take_back_work import Record, Work

LINE_TABLES = tuple(lines.table for lines in LINES.values())
RECEIPT_STAYS = "Receipt {} stays as it is: a later import changed it."
TAKEN_OUT = "{}: {:,} points of this import were taken out. The balance is {:,} now."
SPENT = "{}: points of this import were spent since. The balance is {:,} now."
STORE_IN_USE = "The store {} stays: customers or receipts belong to it."
STORE_RENAMED = "The store {} stays: it was renamed since the import, from {}."
OF_CUSTOMER = "trim(first_name || ' ' || last_name)"


def feedback(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Remove what customers said."""
    remove(work, kind, [row_id for row_id, _ in records])


def receipt_lines(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Remove lines of receipts, or give them back what stood there."""
    later = work.changed_later(kind, [row_id for row_id, _ in records])
    _name_receipts(work, _receipts_of(work.book, kind, later))
    remove(work, kind, [row_id for row_id, before in records if before is None and row_id not in later])
    for row_id, before in records:
        if before is not None and row_id not in later:
            work.restored += _update(work.book, kind, row_id, before)


def receipts(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Remove receipts with their lines, or give them back their columns; not those that a later import changed."""
    ids = [row_id for row_id, _ in records]
    later = work.changed_later(kind, ids) | _of_changed_lines(work, ids)
    _name_receipts(work, later)
    remove(work, kind, [row_id for row_id, before in records if before is None and row_id not in later])
    for row_id, before in records:
        if before is not None and row_id not in later:
            work.restored += _update(work.book, kind, row_id, _still_known(work.book, before))


def _of_changed_lines(work: Work, ids: Sequence[int]) -> set[int]:
    """Those of the receipts of which a later import changed a line."""
    found = set()
    for table in LINE_TABLES if work.later else ():
        for marks, part in rows.in_parts(ids):
            lines = dict(work.book.rows(f"SELECT id, receipt_id FROM {table} WHERE receipt_id IN ({marks})", part))  # noqa: S608
            found |= {lines[line] for line in work.changed_later(table, lines)}
    return found


def _receipts_of(book: Book, table: str, lines: Iterable[int]) -> set[int]:
    return {
        receipt_id
        for marks, part in rows.in_parts(lines)
        for (receipt_id,) in book.rows(f"SELECT receipt_id FROM {table} WHERE id IN ({marks})", part)  # noqa: S608
    }


def _name_receipts(work: Work, ids: Iterable[int]) -> None:
    for marks, part in rows.in_parts(ids):
        for (number,) in work.book.rows(f"SELECT number FROM receipt WHERE id IN ({marks}) ORDER BY id", part):  # noqa: S608
            work.stays(RECEIPT_STAYS.format(number))


def _still_known(book: Book, before: dict[str, Any]) -> dict[str, Any]:
    """What a receipt was, but for a customer who was merged into another since: that one has it."""
    customer_id = before.get("customer_id")
    if customer_id is None or book.rows("SELECT 1 FROM customer WHERE id = ?", (customer_id,)):
        return before
    return {name: value for name, value in before.items() if name not in {"customer_id", "owner_uid"}}


def remove(work: Work, table: str, ids: Sequence[int]) -> None:
    """Take rows out that nothing refers to any more."""
    for marks, part in rows.in_parts(ids):
        row = work.book.execute(f"DELETE FROM {table} WHERE id IN ({marks})", part)  # noqa: S608  # a table of ours
        work.removed += row.rowcount


def _update(book: Book, table: str, row_id: int, columns: dict[str, Any]) -> int:
    if not columns:
        return 0
    row = book.execute(
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",  # noqa: S608  # as above
        (*columns.values(), row_id),
    )
    return row.rowcount


def reasons(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Give customers the reason of what is left of their ledgers, and name whose balance the import leaves in want.

    Of who stays it is said how many points went all the same.
    """
    del kind
    work.vouch(_versions_before(work.book, {row_id: told[0] for row_id, told in records if _is_whole(told)}))
    for customer_id, (_, reason, uid, points, *taken) in (
        (row_id, told) for row_id, told in records if _is_whole(told)
    ):
        if work.book.rows("SELECT 1 FROM customer WHERE id = ? AND uid = ?", (customer_id, uid)):
            settle_reason(work.book, customer_id, reason)
            name_overspent(work, customer_id, points)
            if any(taken) and uid in work.kept:
                _name_taken(work, customer_id, taken[0])


def _name_taken(work: Work, customer_id: int, taken: int) -> None:
    sql = f"SELECT {OF_CUSTOMER}, points FROM customer WHERE id = ?"  # noqa: S608
    for name, points in work.book.rows(sql, (customer_id,)):
        work.stays(TAKEN_OUT.format(name, taken, points))


def _versions_before(book: Book, times: dict[int, int]) -> dict[int, int]:
    """What customers' versions would be, had the import not raised them so often."""
    return {
        customer_id: version - times[customer_id]
        for marks, part in rows.in_parts(times)
        for customer_id, version in book.rows(f"SELECT id, version FROM customer WHERE id IN ({marks})", part)  # noqa: S608
    }


def _is_whole(told: Any) -> bool:
    """Whether a record says whose it is, and all of before; that of who was erased since does not."""
    return isinstance(told, list) and len(told) >= 4


def name_overspent(work: Work, customer_id: int, before: int) -> None:
    """Name a customer whom the points that went leave in want, more than they were before the import."""
    for name, points in work.book.rows(
        f"SELECT {OF_CUSTOMER}, points FROM customer WHERE id = ? AND points < ?",  # noqa: S608
        (customer_id, min(before, 0)),
    ):
        work.stays(SPENT.format(name, points))


def settle_reason(book: Book, customer_id: int, before: str) -> None:
    """Have a customer's reason be the ledger's last; `before` where there is none, or where it is one of the last."""
    last = rows.last_reason(book, customer_id)
    if last is not None and last != before:
        together = book.rows(
            "SELECT 1 FROM loyalty_entry WHERE customer_id = ? AND reason = ? AND NOT opening AND at = ("
            "SELECT max(at) FROM loyalty_entry WHERE customer_id = ? AND reason <> '' AND NOT opening)",
            (customer_id, before, customer_id),
        )
        before = before if together else last
    book.execute("UPDATE customer SET reason = ? WHERE id = ? AND reason <> ?", (before, customer_id, before))


def stores(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Remove stores that nobody uses, and take back the code of one."""
    del kind
    book = work.book
    for store_id, before in records:
        found = book.rows("SELECT name, code FROM store WHERE id = ?", (store_id,))
        if not found:
            continue
        [(name, code)] = found
        if isinstance(before, dict):
            if code == before.get("given", code):
                work.restored += _update(book, "store", store_id, {"code": before["code"]})
        elif before is not None and before != name:
            work.stays(STORE_RENAMED.format(name, before))
        elif any(book.rows(f"SELECT 1 FROM {table} WHERE store_id = ? LIMIT 1", (store_id,)) for table in _USING):  # noqa: S608
            work.stays(STORE_IN_USE.format(name))
        else:
            remove(work, "store", [store_id])


_USING = ("customer_store", "receipt")


def nothing(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Nothing to do: others needed the record."""


def told(before: str | None) -> Any:
    """A record's JSON."""
    return None if before is None else json.loads(before)
