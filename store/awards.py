"""Points for receipts, where it is this book that gives them: once for each receipt, however often it is imported.

An import that has ended leaves a mark on its run; the pass over its receipts goes in slices so short that a cashier's
save hardly waits, and each slice moves the mark. A pass that is cut off goes on when the book is next opened, or
something is next imported. `docs/loyalty.md` says in plain words who gets what.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store import loyalty, metrics, programme, settings, store_names
from store.exchange import Progress
from store.fields import LINE_LIMIT, MOST_POINTS
from store.merge.renames import folded
from store.workbook import journal
from store.workbook.journal import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from store.database import Book
    from store.loyalty_records import Programme
    from store.merge.renames import StoreNames
    from store.metrics import Sale

HOLD_SECONDS = 0.008
"""How long a slice may hold the write lock."""
PAUSE_SECONDS = 0.008
"""How long the lock is free at least between two slices."""
FIRST_SLICE, LARGEST_SLICE = 8, 500
"""Receipts in one slice; measured time decides."""
GIVEN, TAKEN = "Receipt {}", "Receipt {} changed"
"""Reasons of the entries: points for a receipt, and those that it no longer gives."""


@dataclass(slots=True)
class Awarded:
    """What a pass entered: points given and taken back, and for how many receipts."""

    given: int = 0
    taken: int = 0
    receipts: int = 0

    def __str__(self) -> str:
        took = f"; taken back: {self.taken:,}" if self.taken else ""
        return f"Points given for receipts: {self.given:,}{took}. Receipts that changed a balance: {self.receipts:,}."


@dataclass(frozen=True, slots=True)
class _Receipt:
    """A receipt that may give points: `owner` is its customer, `enrolled` whether they are in the programme.

    `stores` are the names that an entry may know its store by: the first that it ever had, by which entries are named,
    then all that it had since.
    """

    id: int
    number: str
    stores: tuple[str, ...]
    owner: int | None
    enrolled: bool

    def entry_uid(self, at: int, store: str | None = None) -> str:
        """The uid of the entry at a place of the receipt's chain: the same in every book."""
        return loyalty.derived(f"receipt:{self.stores[0] if store is None else store}:{self.number}:{at}")


@dataclass(slots=True)
class _Chain:
    """The entries that a receipt has: points by customer, `gross` as they were given, `kept` less what was reversed.

    `free` is the first place that has no entry, of those by the store's first name.
    """

    gross: Counter[int] = field(default_factory=Counter)
    kept: Counter[int] = field(default_factory=Counter)
    free: int = 0


def points_for(sale: Sale, rules: Programme) -> int:
    """What a receipt gives: points for the visit, unless all went back, and for each whole amount of net sales.

    Never more than one rule may give: a total that somebody mistyped must not make a balance beyond all measure.
    """
    visit = rules.visit_points if sale.visit and sale.amount > 0 else 0
    return min(visit + max(0, int(sale.net // rules.per_amount)) * rules.amount_points, programme.MOST_POINTS)


def mark(book: Book, run_id: int) -> None:
    """Note, inside the transaction that ends an import, that its receipts are due, if the book gives points."""
    if programme.awards_points(programme.of(book)):
        book.execute("UPDATE import_run SET award_cursor = 0 WHERE id = ?", (run_id,))


def pending(book: Book) -> list[tuple[int, str]]:
    """The imports, by id and file name, whose receipts did not all get their points yet."""
    return book.rows("SELECT id, file_name FROM import_run WHERE award_cursor IS NOT NULL ORDER BY id")


def finish(book: Book, report: Callable[[Progress], None] | None = None, *, giving_way: bool = False) -> Awarded:
    """Give the points that are due; `report` is told how far it is, in receipts.

    With `giving_way` the rest is left to another process as soon as one is seen to do the same.
    """
    done = Awarded()
    for run_id, file_name in pending(book):
        _pass(book, run_id, done, _Teller(f"giving points for the receipts of {file_name}", report), giving_way)
    return done


@dataclass(frozen=True, slots=True)
class _Teller:
    phase: str
    report: Callable[[Progress], None] | None

    def __call__(self, done: int, total: int) -> None:
        if self.report is not None:
            self.report(Progress(self.phase, done, total))


def _pass(book: Book, run_id: int, done: Awarded, tell: _Teller, giving_way: bool) -> None:
    receipts = _receipts_of(book, run_id)
    size, left_at = FIRST_SLICE, None
    while True:
        with book.write():
            start = time.perf_counter()
            found = book.rows("SELECT award_cursor FROM import_run WHERE id = ?", (run_id,))
            cursor = found[0][0] if found else None
            if cursor is None or (giving_way and left_at not in {None, cursor}):
                return
            at = bisect_right(receipts, cursor)
            part = receipts[at : at + size]
            rules = programme.of(book)
            over = not part or not programme.awards_points(rules)
            if not over:
                _settle(book, Run(run_id, ""), part, rules, done)
            left_at = None if over else part[-1]
            book.execute("UPDATE import_run SET award_cursor = ? WHERE id = ?", (left_at, run_id))
        if over:
            return
        held = max(time.perf_counter() - start, 0.0001)
        size = max(1, min(int(len(part) * HOLD_SECONDS / held), 2 * size, LARGEST_SLICE))
        tell(at + len(part), len(receipts))
        time.sleep(PAUSE_SECONDS)


def _receipts_of(book: Book, run_id: int) -> array[int]:
    """The receipts that an import made or changed, by a column or by a line of theirs, ascending."""
    lines = " UNION ".join(
        f"SELECT receipt_id FROM import_change JOIN {table} ON {table}.id = row_id "  # noqa: S608  # our own tables
        f"WHERE run_id = :run AND kind = '{table}'"
        for table in ("receipt_item", "receipt_tax", "receipt_payment")
    )
    sql = f"SELECT row_id FROM import_change WHERE run_id = :run AND kind = 'receipt' UNION {lines} ORDER BY 1"  # noqa: S608
    return array("q", (receipt_id for (receipt_id,) in book.execute(sql, {"run": run_id})))


def _settle(book: Book, run: Run, receipt_ids: Iterable[int], rules: Programme, done: Awarded) -> None:
    """Bring the entries of some receipts to what the receipts give now."""
    ids = list(receipt_ids)
    since = int(str(settings.get(book, "awards_since")))
    sales = metrics.net_sales(book, ids)
    for receipt in _read(book, ids):
        chain = _chain(book, receipt)
        if receipt.id <= since and not chain.gross:
            continue  # it was there before the book gave points: the office counted it
        entered = done.given, done.taken
        for person in sorted(chain.gross.keys() | ({receipt.owner} if receipt.owner else set())):
            mine = person == receipt.owner
            due = points_for(sales[receipt.id], rules) if mine else 0
            if due > chain.gross[person] and receipt.enrolled:
                done.given += _enter(book, run, receipt, chain, person, points=due - chain.gross[person])
            elif due < chain.kept[person]:
                done.taken -= _enter(book, run, receipt, chain, person, points=due - chain.kept[person])
        done.receipts += entered != (done.given, done.taken)


def _read(book: Book, receipt_ids: list[int]) -> list[_Receipt]:
    marks = ", ".join("?" * len(receipt_ids))
    known = _Known(store_names.known(book))
    return [
        _Receipt(receipt_id, number, known[store], owner, bool(enrolled))
        for receipt_id, number, store, owner, enrolled in book.rows(
            "SELECT receipt.id, number, coalesce(store.name, ''), customer_id, coalesce(loyalty, 0) FROM receipt "  # noqa: S608  # marks
            "LEFT JOIN store ON store.id = store_id LEFT JOIN customer ON customer.id = customer_id "
            f"WHERE receipt.id IN ({marks}) ORDER BY receipt.id",
            receipt_ids,
        )
    ]


class _Known(dict[str, tuple[str, ...]]):
    """The names that entries may know a store by, by what it is called now; those of a store are worked out once."""

    def __init__(self, names: StoreNames) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, name: str) -> tuple[str, ...]:
        """Work them out. The name itself is one: a book that knew of no rename called the entries so."""
        first, *others = sorted(self._names.uses(name), key=self._names.order)
        known = self[name] = tuple(dict.fromkeys((first, *others, folded(name))))
        return known


def _chain(book: Book, receipt: _Receipt) -> _Chain:
    """A receipt's entries: those that are tied to it, and those that came by a workbook, which are tied to it now.

    Books that do not know the same renames yet name them by other names of its store: all of them count. Where its
    store has the name that another one had, a place of its chain may be an entry of that one's receipt. It gives its
    customer nothing twice, and is never taken back for this receipt.
    """
    chain = _Chain()
    sql = "SELECT uid, customer_id, points, receipt_id FROM loyalty_entry WHERE "
    entries = {row[0]: row for row in book.rows(f"{sql} receipt_id = ?", (receipt.id,))}
    for store in receipt.stores:
        place = 0
        while (uid := receipt.entry_uid(place, store)) in entries or (found := book.rows(f"{sql} uid = ?", (uid,))):
            place += 1
            if uid not in entries:
                entries[uid] = found[0]
                if found[0][3] is None:
                    book.execute("UPDATE loyalty_entry SET receipt_id = ? WHERE uid = ?", (receipt.id, uid))
        if store == receipt.stores[0]:
            chain.free = place
    for uid, customer_id, points, tied_to in entries.values():
        if tied_to in {None, receipt.id}:
            chain.gross[customer_id] += points
            if not loyalty.is_reversed(book, uid):
                chain.kept[customer_id] += points
        elif customer_id == receipt.owner:
            chain.gross[customer_id] += points
    return chain


def _enter(book: Book, run: Run, receipt: _Receipt, chain: _Chain, customer_id: int, *, points: int) -> int:
    """Enter points, and give them back: what was spent already cannot be taken, and no balance holds ever more.

    They are taken back with the import that they are given for.
    """
    (balance,) = book.rows("SELECT points FROM customer WHERE id = ?", (customer_id,))[0]
    points = min(points, max(0, MOST_POINTS - balance)) if points > 0 else -min(-points, max(0, balance))
    if not points:
        return 0
    reason = (GIVEN if points > 0 else TAKEN).format(receipt.number)[:LINE_LIMIT]
    uid = receipt.entry_uid(chain.free)
    chain.free += 1
    last = journal.last_entry(book)
    journal.raised(book, run, [customer_id])
    loyalty.enter(book, customer_id, points, reason, uid=uid, receipt_id=receipt.id)
    journal.entered(book, run, last)
    # the row's digest stays: the file that brought the customer, read again, must not set the old balance
    book.execute("UPDATE customer SET version = version + 1 WHERE id = ?", (customer_id,))
    return points
