"""The lines of the ledger that a workbook brings: those that the book lacks, or of which it has a smaller content.

Of two contents of one line the larger stands, in every book (`exchange.larger_entry`). A line that only shows what a
list brought somebody is none that books exchange.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from store import erased, rows
from store.merge import exchange
from store.merge.exchange import Entry
from store.workbook import journal, match
from store.workbook.headers import Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from store.database import Book
    from store.workbook.customer_steps import Shop

TAKEN_AWAY = "its customer is not in the book"
_LINE = (
    "SELECT loyalty_entry.id, customer_id, opening, loyalty_entry.at, loyalty_entry.uid, "
    "coalesce(owner_uid, customer.uid), loyalty_entry.points, loyalty_entry.reason, employee, till "
    "FROM loyalty_entry CROSS JOIN customer ON customer.id = customer_id WHERE loyalty_entry."
)
_ADD = (
    "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at, owner_uid) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_PUT = (
    "INSERT OR REPLACE INTO loyalty_entry (id, uid, customer_id, points, reason, employee, till, at, owner_uid, "
    "receipt_id) SELECT id, uid, ?, ?, ?, ?, ?, ?, ?, receipt_id FROM loyalty_entry WHERE id = ?"
)


class Line(NamedTuple):
    """A line as the book has it: its id and its customer's, and the entry as files have it.

    `opening` says that it only shows what a list brought.
    """

    id: int
    customer_id: int
    opening: bool
    entry: Entry


def in_book(book: Book, uids: Iterable[str]) -> dict[str, Line]:
    """The lines with these uids."""
    return {row[4]: _line(row) for row in _rows(book, "uid", uids)}


def by_id(book: Book, ids: Iterable[int]) -> dict[int, Line]:
    """The lines with these ids."""
    return {row[0]: _line(row) for row in _rows(book, "id", ids)}


def _rows(book: Book, column: str, given: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    for marks, part in rows.in_parts(given):
        yield from book.rows(f"{_LINE}{column} IN ({marks})", part)


def _line(row: tuple[Any, ...]) -> Line:
    return Line(row[0], row[1], bool(row[2]), Entry(*row[3:]))


def news(book: Book, entries: Iterable[Entry], gone: Collection[str]) -> tuple[list[Entry], dict[str, Entry]]:
    """The entries that the book lacks or has smaller, once each, and, by uid, what it has of these by now.

    `gone` are the uids of those who were erased, of whose reasons only the shop's own words stay.
    """
    said = erased.known_reasons(book)
    once: dict[str, Entry] = {}
    for entry in entries:
        one = _kept(entry, said) if entry.customer in gone else entry
        once[one.uid] = exchange.larger_entry(one, once[one.uid]) if one.uid in once else one
    found: list[Entry] = []
    former: dict[str, Entry] = {}
    known = {row[4]: row for row in _rows(book, "uid", once)}
    for uid, entry in once.items():
        row = known.get(uid)
        if row is None:
            found.append(entry)
        elif row[3:] != entry and _is_news(entry, line := _line(row)):  # most are as they were
            found.append(entry)
            former[uid] = line.entry
    return found, former


def _kept(entry: Entry, said: Collection[str]) -> Entry:
    return entry._replace(reason=erased.kept_reason(entry.reason, said))


def _is_news(entry: Entry, line: Line) -> bool:
    return not line.opening and exchange.larger_entry(entry, line.entry) != line.entry


def write_entries(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Add entries, settle those of which the book has a smaller content, and keep the balances and the reasons.

    A row of the sheet Loyalty only adds: an entry that was made meanwhile stays as it is.
    """
    book = shop.book
    ids = {uid: found[0] for uid, found in match.digests_by_uid(book, {step[1] for step in steps}).items()}
    lines, gone = in_book(book, [step[0] for step in steps]), erased.among(book, ids)
    said = erased.known_reasons(book)
    new: dict[str, Entry] = {}
    settled: dict[str, Entry] = {}
    keeps: dict[str, int] = {}
    for uid, owner, points, reason, employee, till, at, keep, row in steps:
        if owner not in ids:
            shop.report.withdraw(Sheet.LOYALTY, row, TAKEN_AWAY, new=True)
            continue
        entry = Entry(at, uid, owner, points, reason, employee, till)
        entry = _kept(entry, said) if owner in gone else entry
        keeps[uid] = keep
        if uid not in lines:
            new[uid] = exchange.larger_entry(entry, new.get(uid, entry))
        elif not row and _is_news(entry, lines[uid]):
            settled[uid] = exchange.larger_entry(entry, settled.get(uid, entry))
    sums: Counter[tuple[int, int]] = Counter()
    for uid, entry in [*new.items(), *settled.items()]:
        sums[ids[entry.customer], keeps[uid]] += entry.points
    for uid, entry in settled.items():
        was = lines[uid]
        sums[was.customer_id, keeps[uid] if was.customer_id == ids[entry.customer] else 0] -= was.entry.points
    journal.raised(book, shop.run, [customer_id for customer_id, _ in sums])
    _add(shop, new.values(), ids)
    for uid, entry in settled.items():
        journal.settled(book, shop.run, lines[uid].id, lines[uid].entry, entry)
        put(book, lines[uid].id, entry, ids[entry.customer])
    _keep_balances(book, sums)


def _add(shop: Shop, new: Iterable[Entry], ids: dict[str, int]) -> None:
    book, last = shop.book, journal.last_entry(shop.book)
    own = _own_uids(book, ids.values())
    book.raw().executemany(_ADD, [(one.uid, *_columns(one, ids[one.customer], own)) for one in new])
    journal.entered(book, shop.run, last)


def put(book: Book, line_id: int, entry: Entry, customer_id: int) -> None:
    """Have a line say what this entry does; inside a write transaction. A line cannot be changed: it is put in again.

    The balances are the caller's.
    """
    book.execute(_PUT, (*_columns(entry, customer_id, _own_uids(book, [customer_id])), line_id))


def _own_uids(book: Book, ids: Iterable[int]) -> dict[int, str]:
    return {
        customer_id: uid
        for marks, part in rows.in_parts(set(ids))
        for customer_id, uid in book.rows(f"SELECT id, uid FROM customer WHERE id IN ({marks})", part)  # noqa: S608
    }


def _columns(entry: Entry, customer_id: int, own: dict[int, str]) -> tuple[Any, ...]:
    owner = None if own[customer_id] == entry.customer else entry.customer
    return customer_id, entry.points, entry.reason, entry.employee, entry.till, entry.at, owner


def _keep_balances(book: Book, sums: Counter[tuple[int, int]]) -> None:
    """Add sums of points by customer, and whether the row's digest still holds; and show the ledgers' last reasons."""
    book.raw().executemany(
        "UPDATE customer SET points = points + ?, version = version + 1, "
        "row_digest = iif(?, row_digest, NULL) WHERE id = ?",
        [(points, keep, customer_id) for (customer_id, keep), points in sums.items()],
    )
    for customer_id in {customer_id for customer_id, _ in sums}:
        if (reason := rows.last_reason(book, customer_id)) is not None:
            book.execute("UPDATE customer SET reason = ? WHERE id = ?", (reason, customer_id))
