"""Taking back what an import did to the points ledger."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from store import loyalty, rows
from store.merge.exchange import Entry
from store.workbook import entry_steps, journal, take_back_made
from store.workbook.take_back_rows import OF_CUSTOMER, remove

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book
    from store.workbook.take_back_work import Record, Work

ENTRY_STAYS = "{}: an entry of {:+,} points stays as it is: it was changed since."
REVERSED = "{}: an entry of {:+,} points was reversed since. Both lines of the ledger stay."


def entries(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Remove lines of the ledger, or give them back what they said; balances follow, and with `reasons` the reasons.

    A line that somebody reversed stays, with its reversal: the two come to nothing. So does one that is another since,
    and so do those of whom the import made, and who stay.
    """
    book, told = work.book, dict(records)
    later = work.changed_later(kind, told)
    sums: Counter[int] = Counter()
    gone, back = [], []
    lines = {row_id: line for row_id, line in entry_steps.by_id(book, told).items() if not line.opening}
    staying = take_back_made.staying(work, {(line.customer_id, line.entry.customer) for line in lines.values()})
    for row_id, line in lines.items():
        if told[row_id] is None and (line.customer_id, line.entry.customer) in staying:
            continue
        before = told[row_id]
        if row_id in later or (before is not None and [*line.entry] != before["now"]):
            work.stays(ENTRY_STAYS.format(_name_of(book, line.customer_id), line.entry.points))
        elif loyalty.is_reversed(book, line.entry.uid):
            work.stays(REVERSED.format(_name_of(book, line.customer_id), line.entry.points))
        else:
            sums[line.customer_id] -= line.entry.points
            if before is None:
                gone.append(row_id)
            else:
                was = Entry(*before["was"])
                owner = _id_of(book, was.customer, line.customer_id)
                sums[owner] += was.points
                back.append((row_id, was, owner))
    journal.raised(book, work.run, sums)
    journal.taken_out(book, work.run, {customer_id: -points for customer_id, points in sums.items()})
    book.raw().executemany(
        "UPDATE customer SET points = points + ?, version = version + 1, row_digest = NULL WHERE id = ?",
        [(points, customer_id) for customer_id, points in sums.items()],
    )
    for row_id, was, owner in back:
        entry_steps.put(book, row_id, was, owner)
        work.restored += 1
    remove(work, "loyalty_entry", gone)


def _id_of(book: Book, uid: str, otherwise: int) -> int:
    """The id of the customer who shows a uid by now."""
    leader = rows.owners(book, [uid]).get(uid)
    found = book.rows("SELECT id FROM customer WHERE uid = ?", (leader,))
    return int(found[0][0]) if found else otherwise


def _name_of(book: Book, customer_id: int) -> str:
    return str(book.rows(f"SELECT {OF_CUSTOMER} FROM customer WHERE id = ?", (customer_id,))[0][0])  # noqa: S608
