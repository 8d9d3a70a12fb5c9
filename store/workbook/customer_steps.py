"""Taking the steps of an import that concern customers, their stores and their points.

`prepare_*` does all that needs no lock; `write_*` runs inside the slice's transaction and asks the book again
whether a step still fits: what somebody saved since the plan was made is never overwritten.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from store import erased, folding, indexing, rows
from store.fields import STORE_SEPARATOR
from store.workbook import journal, match
from store.workbook.headers import Sheet
from store.workbook.stage import CUSTOMER_COLUMNS, CUSTOMER_STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book
    from store.workbook.journal import Run
    from store.workbook.outcome import Report

TAKEN = "somebody entered this customer in the meantime; import the file again"
TAKEN_AWAY = "its customer is not in the book"
_NO_STORE = "a store of this customer is no longer in the book"

_WORD_COLUMNS = itemgetter(*map(CUSTOMER_STEP.index, indexing.WORD_COLUMNS))
_UID, _EMAIL, _NUMBER = (CUSTOMER_COLUMNS.index(name) for name in ("uid", "email", "id_number"))
_INSERT = (
    "INSERT INTO customer (id, ord, name_key, phone_digits, row_digest, merge_state, "  # noqa: S608  # our own columns
    f"{', '.join(CUSTOMER_COLUMNS)}) VALUES ({', '.join('?' * (6 + len(CUSTOMER_COLUMNS)))})"
)
_OPENING = (
    "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at, opening) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, 1)"
)
_ENTRY = (
    "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at, owner_uid) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(slots=True)
class Shop:
    """What all slices of an import share: the book, its run, store ids by casefolded name, known domains."""

    book: Book
    run: Run
    report: Report
    stores: dict[str, int] = field(default_factory=dict)
    domains: set[str] = field(default_factory=set)
    traces: set[str] | None = None
    """What would give those away in the book's file whom the import erased; None when it erased nobody."""

    def know_stores(self) -> None:
        """Read the stores anew."""
        self.stores = {name.casefold(): store_id for store_id, name in self.book.rows("SELECT id, name FROM store")}

    def store_ids(self, names: Sequence[str]) -> list[int] | None:
        """The ids of stores by name, ascending; None when one is not there."""
        ids = [self.stores.get(name.casefold()) for name in names]
        known = [store_id for store_id in ids if store_id is not None]
        return sorted(known) if len(known) == len(ids) else None


@dataclass(slots=True)
class ReadyCustomer:
    """A new customer, ready to be inserted."""

    row: int
    values: list[Any]
    key: str
    phone: str
    digest: bytes
    told: bytes | None
    words: str
    stores: list[int] | None
    entry: list[Any] | None


def write_stores(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Make stores, or give one its code."""
    book = shop.book
    for code, name in steps:
        found = book.rows("SELECT id, code FROM store WHERE name = ?", (name,))
        if not found:
            row = book.execute("INSERT INTO store (code, name) VALUES (?, ?)", (code, name))
            journal.made(book, shop.run, "store", {int(row.lastrowid or 0): name})
        elif code and not found[0][1]:
            journal.changed(book, shop.run, "store", found[0][0], {"code": found[0][1], "given": code})
            book.execute("UPDATE store SET code = ? WHERE id = ?", (code, found[0][0]))


def prepare_customers(shop: Shop, steps: Sequence[Sequence[Any]]) -> list[ReadyCustomer]:
    """Work out what the search index will hold of each new customer."""
    if not shop.stores:
        shop.know_stores()
    ready = []
    ids_of: dict[str, list[int] | None] = {"": []}
    for step in steps:
        row, key, phone, digest, told, stores, uid, points, reason, at, *values = step
        if stores not in ids_of:
            ids_of[stores] = shop.store_ids(stores.split(STORE_SEPARATOR))
        store_ids = ids_of[stores]
        words = indexing.words_of(_WORD_COLUMNS(step), store_ids or ())
        entry = [uid, points, reason, at] if points else None
        state = None if told in {None, "null"} else told.encode()
        ready.append(ReadyCustomer(row, values, key, phone, bytes.fromhex(digest), state, words, store_ids, entry))
    return ready


def write_customers(shop: Shop, ready: Sequence[ReadyCustomer]) -> None:
    """Insert new customers, in the order of their names."""
    book, connection = shop.book, shop.book.raw()
    new = _still_new(shop, ready)
    if not new:
        return
    first = int(book.rows("SELECT coalesce(max(id), 0) + 1 FROM customer")[0][0])
    ranks = indexing.place_many(book, [one.key for one in new])
    numbered = list(enumerate(new, first))
    connection.executemany(
        _INSERT,
        [
            (customer_id, rank, one.key, one.phone, one.digest, one.told, *one.values)
            for rank, (customer_id, one) in zip(ranks, numbered, strict=True)
        ],
    )
    connection.executemany(
        "INSERT INTO customer_store (customer_id, store_id) VALUES (?, ?)",
        [(customer_id, store_id) for customer_id, one in numbered for store_id in one.stores or ()],
    )
    connection.executemany(
        "INSERT INTO customer_search (rowid, words) VALUES (?, ?)",
        [(rank, one.words) for rank, one in zip(ranks, new, strict=True)],
    )
    _know_domains(shop, [one.values[_EMAIL] for one in new])
    _enter(shop, [(customer_id, one.entry) for customer_id, one in numbered if one.entry])
    journal.made(book, shop.run, "customer", {customer_id: one.values[_UID] for customer_id, one in numbered})


def _still_new(shop: Shop, ready: Sequence[ReadyCustomer]) -> Sequence[ReadyCustomer]:
    uids = match.uids_in_book(shop.book, [one.values[_UID] for one in ready])
    numbers = match.ids_by_number(shop.book, [one.values[_NUMBER] for one in ready if one.values[_NUMBER]])
    gone = erased.among(shop.book, [one.values[_UID] for one in ready])
    if not uids and not numbers and not gone and all(one.stores is not None for one in ready):
        return ready
    new = []
    for one in ready:
        if one.values[_UID] in gone:
            shop.report.withdraw(Sheet.CUSTOMERS, one.row, erased.SENTENCE, new=True)
        elif one.values[_UID] in uids or folding.nocase(one.values[_NUMBER] or "") in numbers:
            shop.report.withdraw(Sheet.CUSTOMERS, one.row, TAKEN, new=True)
        elif one.stores is None:
            shop.report.withdraw(Sheet.CUSTOMERS, one.row, _NO_STORE, new=True)
        else:
            new.append(one)
    return new


def _know_domains(shop: Shop, emails: Sequence[str]) -> None:
    for domain in {email.rpartition("@")[2] for email in emails} - shop.domains:
        indexing.know_domain(shop.book, f"@{domain}")
        shop.domains.add(domain)


def _enter(shop: Shop, entries: Sequence[tuple[int, list[Any]]]) -> None:
    """Add the balances (uid, points, reason, at) that a list brings new customers; the cached ones are the caller's."""
    actor = shop.book.actor
    shop.book.raw().executemany(
        _OPENING,
        [
            (uid, customer_id, points, reason, actor.employee, actor.till, at)
            for customer_id, (uid, points, reason, at) in entries
        ],
    )


def write_entries(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Add a Loyalty sheet's entries, and keep the balances."""
    book = shop.book
    ids = {uid: found[0] for uid, found in match.digests_by_uid(book, {step[1] for step in steps}).items()}
    own = {
        customer_id: uid
        for marks, part in match.in_parts(set(ids.values()))
        for customer_id, uid in book.rows(f"SELECT id, uid FROM customer WHERE id IN ({marks})", part)  # noqa: S608
    }
    there = {
        uid
        for marks, part in match.in_parts([step[0] for step in steps])
        for (uid,) in book.rows(f"SELECT uid FROM loyalty_entry WHERE uid IN ({marks})", part)  # noqa: S608  # marks
    }
    new = [step for step in steps if step[0] not in there and step[1] in ids]
    gone, said = erased.among(book, {step[1] for step in new}), erased.known_reasons(book)
    last = journal.last_entry(book)
    book.raw().executemany(
        _ENTRY,
        [
            (
                uid, ids[owner], points, erased.kept_reason(reason, said) if owner in gone else reason, employee, till,
                at, None if own[ids[owner]] == owner else owner,
            )
            for uid, owner, points, reason, employee, till, at, *_ in new
        ],
    )  # fmt: skip
    journal.entered(book, shop.run, last)
    sums: Counter[tuple[int, int]] = Counter()
    for step in new:
        sums[ids[step[1]], step[7]] += step[2]
    journal.raised(book, shop.run, [customer_id for customer_id, _ in sums])
    book.raw().executemany(
        "UPDATE customer SET points = points + ?, version = version + 1, "
        "row_digest = iif(?, row_digest, NULL) WHERE id = ?",
        [(points, keep, customer_id) for (customer_id, keep), points in sums.items()],
    )
    for customer_id in {customer_id for customer_id, _ in sums}:
        if (reason := rows.last_reason(book, customer_id)) is not None:
            book.execute("UPDATE customer SET reason = ? WHERE id = ?", (reason, customer_id))
    for step in steps:
        if step[1] not in ids:
            shop.report.withdraw(Sheet.LOYALTY, step[8], TAKEN_AWAY, new=True)
