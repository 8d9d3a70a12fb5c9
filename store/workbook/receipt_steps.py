"""Taking the steps of an import that concern receipts, their lines, and feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import erased, rows
from store.workbook import journal, match
from store.workbook.headers import Sheet
from store.workbook.receipt_records import LINES, RECEIPT_COLUMNS, Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.workbook.customer_steps import Shop

_THERE = "somebody entered this receipt in the meantime; import the file again"
_GONE = "its customer or store is not in the book"
_INSERT = (
    f"INSERT INTO receipt (id, number, store_id, customer_id, owner_uid, {', '.join(RECEIPT_COLUMNS)}, corrected_at, "  # noqa: S608
    f"former) VALUES ({', '.join('?' * (7 + len(RECEIPT_COLUMNS)))})"
)
_BY_TABLE = {lines.table: lines for lines in LINES.values()}


def _insert_line(lines: Lines) -> str:
    marks = ", ".join("?" * (1 + len(lines.columns)))
    return f"INSERT INTO {lines.table} (receipt_id, {', '.join(lines.columns)}) VALUES ({marks})"  # noqa: S608


def _receipt_ids(shop: Shop, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The ids of receipts by number and store name."""
    found: dict[tuple[str, str], int] = {}
    for marks, part in match.in_parts({number for number, _ in keys}):
        for receipt_id, number, store in shop.book.rows(
            "SELECT receipt.id, number, coalesce(store.name, '') FROM receipt "  # noqa: S608  # question marks only
            f"LEFT JOIN store ON store.id = store_id WHERE number IN ({marks})",
            part,
        ):
            found[number, store] = receipt_id
    return found


def _owners(shop: Shop, uids: Sequence[str | None]) -> dict[str | None, tuple[int | None, str | None]]:
    """The id of each uid's customer; with the uid where it is not that customer's own, for it was merged into them."""
    found: dict[str | None, tuple[int | None, str | None]] = {None: (None, None)}
    leaders = rows.owners(shop.book, {uid for uid in uids if uid})
    known = match.digests_by_uid(shop.book, leaders)
    return found | {uid: (known[uid][0], None if uid == leader else uid) for uid, leader in leaders.items()}


def write_receipts(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Insert receipts that the book lacks, with their lines."""
    book, connection = shop.book, shop.book.raw()
    if not shop.stores:
        shop.know_stores()
    there = _receipt_ids(shop, [(step[1], step[2]) for step in steps])
    owners = _owners(shop, [step[3] for step in steps])
    receipt_id = int(book.rows("SELECT coalesce(max(id), 0) FROM receipt")[0][0])
    receipts: list[tuple[Any, ...]] = []
    lines: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _BY_TABLE}
    for row, number, store, owner, values, own_lines in steps:
        if (number, store) in there:
            shop.report.withdraw(Sheet.RECEIPTS, row, _THERE, new=True)
        elif owner not in owners or (store and store.casefold() not in shop.stores):
            shop.report.withdraw(Sheet.RECEIPTS, row, _GONE, new=True)
        else:
            receipt_id += 1
            receipts.append((receipt_id, number, shop.stores.get(store.casefold()), *owners[owner], *values))
            for table, of_table in own_lines.items():
                lines[table] += [(receipt_id, *line) for line in of_table]
    connection.executemany(_INSERT, receipts)
    for table, of_table in lines.items():
        connection.executemany(_insert_line(_BY_TABLE[table]), of_table)
    journal.created(book, shop.run, "receipt", [receipt[0] for receipt in receipts])


def write_receipt_edits(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Change receipts that the book has: their columns, and lines that are new or differ."""
    ids = _receipt_ids(shop, [(step[0], step[1]) for step in steps])
    owners = _owners(shop, [step[2].get("customer_uid") for step in steps])
    for number, store, changes, lines in steps:
        if (receipt_id := ids.get((number, store))) is None:
            continue
        columns = {name: value for name, value in changes.items() if name != "customer_uid"}
        customer_id, owner_uid = owners.get(changes.get("customer_uid"), (None, None))
        if customer_id is not None and not _is_of(shop, receipt_id, customer_id):
            columns |= {"customer_id": customer_id, "owner_uid": owner_uid}
        if columns:
            _update(shop, "receipt", receipt_id, columns)
        for table, place, *values in lines:
            _write_line(shop, _BY_TABLE[table], receipt_id, [place, *values])


def _is_of(shop: Shop, receipt_id: int, customer_id: int) -> bool:
    """Whether a receipt is this customer's already, be it by a uid that was merged into them."""
    return bool(shop.book.rows("SELECT 1 FROM receipt WHERE id = ? AND customer_id = ?", (receipt_id, customer_id)))


def _write_line(shop: Shop, lines: Lines, receipt_id: int, values: list[Any]) -> None:
    found = shop.book.rows(
        f"SELECT id FROM {lines.table} WHERE receipt_id = ? AND {lines.place} = ?",  # noqa: S608  # our own columns
        (receipt_id, values[0]),
    )
    if found:
        _update(shop, lines.table, found[0][0], dict(zip(lines.columns[1:], values[1:], strict=True)))
        return
    row = shop.book.execute(_insert_line(lines), (receipt_id, *values))
    journal.created(shop.book, shop.run, lines.table, [int(row.lastrowid or 0)])


def _update(shop: Shop, table: str, row_id: int, columns: dict[str, Any]) -> None:
    book = shop.book
    before = book.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (row_id,))[0]  # noqa: S608  # ours
    journal.changed(book, shop.run, table, row_id, dict(zip(columns, before, strict=True)))
    book.execute(
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",  # noqa: S608  # as above
        (*columns.values(), row_id),
    )


def write_feedback(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Add what customers said."""
    book = shop.book
    owners = _owners(shop, [step[1] for step in steps])
    receipts = _receipt_ids(shop, [(step[2], step[3]) for step in steps])
    gone = erased.among(book, filter(None, owners))
    for uid, owner, number, store, positive, comment, day in steps:
        if owner not in owners:
            continue
        row = book.execute(
            "INSERT OR IGNORE INTO feedback (uid, customer_id, owner_uid, receipt_id, positive, comment, on_date) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                uid,
                *owners[owner],
                receipts.get((number, store)),
                positive,
                "" if owner in gone else comment,
                day or None,
            ),
        )
        if row.rowcount:
            journal.created(book, shop.run, "feedback", [int(row.lastrowid or 0)])
