"""Taking the steps of an import that concern customers, their stores and their points.

`prepare_*` does all that needs no lock; `write_*` runs inside the slice's transaction and asks the book again
whether a step still fits: what somebody saved since the plan was made is never overwritten.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from store import folding, indexing
from store.fields import STORE_SEPARATOR
from store.workbook import journal, match
from store.workbook.customer_rows import AT
from store.workbook.headers import Sheet
from store.workbook.stage import CUSTOMER_COLUMNS, CUSTOMER_STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book
    from store.workbook.journal import Run
    from store.workbook.outcome import Report

CHANGED = "somebody changed this customer in the meantime; import the file again"
TAKEN = "somebody entered this customer in the meantime; import the file again"
TAKEN_AWAY = "its customer is not in the book"
_NO_STORE = "a store of this customer is no longer in the book"

_WORD_COLUMNS = itemgetter(*map(CUSTOMER_STEP.index, indexing.WORD_COLUMNS))
_UID, _EMAIL, _NUMBER = (CUSTOMER_COLUMNS.index(name) for name in ("uid", "email", "id_number"))
_INSERT = (
    f"INSERT INTO customer (id, ord, name_key, phone_digits, row_digest, {', '.join(CUSTOMER_COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join('?' * (5 + len(CUSTOMER_COLUMNS)))})"
)
_ENTRY = "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at) VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(slots=True)
class Shop:
    """What all slices of an import share: the book, its run, store ids by casefolded name, known domains."""

    book: Book
    run: Run
    report: Report
    stores: dict[str, int] = field(default_factory=dict)
    domains: set[str] = field(default_factory=set)

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
            journal.created(book, shop.run, "store", [int(row.lastrowid or 0)])
        elif code and not found[0][1]:
            journal.changed(book, shop.run, "store", found[0][0], {"code": found[0][1]})
            book.execute("UPDATE store SET code = ? WHERE id = ?", (code, found[0][0]))


def prepare_customers(shop: Shop, steps: Sequence[Sequence[Any]]) -> list[ReadyCustomer]:
    """Work out what the search index will hold of each new customer."""
    if not shop.stores:
        shop.know_stores()
    ready = []
    ids_of: dict[str, list[int] | None] = {"": []}
    for step in steps:
        row, key, phone, digest, stores, uid, points, reason, at, *values = step
        if stores not in ids_of:
            ids_of[stores] = shop.store_ids(stores.split(STORE_SEPARATOR))
        store_ids = ids_of[stores]
        words = indexing.words_of(_WORD_COLUMNS(step), store_ids or ())
        entry = [uid, points, reason, at] if points else None
        ready.append(ReadyCustomer(row, values, key, phone, bytes.fromhex(digest), words, store_ids, entry))
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
            (customer_id, rank, one.key, one.phone, one.digest, *one.values)
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
    journal.created(book, shop.run, "customer", range(first, first + len(new)))


def _still_new(shop: Shop, ready: Sequence[ReadyCustomer]) -> Sequence[ReadyCustomer]:
    uids = match.uids_in_book(shop.book, [one.values[_UID] for one in ready])
    numbers = match.ids_by_number(shop.book, [one.values[_NUMBER] for one in ready if one.values[_NUMBER]])
    if not uids and not numbers and all(one.stores is not None for one in ready):
        return ready
    new = []
    for one in ready:
        if one.values[_UID] in uids or folding.nocase(one.values[_NUMBER] or "") in numbers:
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
    """Add ledger entries (uid, points, reason, at); the cached balances are the caller's."""
    if not entries:
        return
    actor = shop.book.actor
    first = int(shop.book.rows("SELECT coalesce(max(id), 0) + 1 FROM loyalty_entry")[0][0])
    shop.book.raw().executemany(
        _ENTRY,
        [
            (uid, customer_id, points, reason, actor.employee, actor.till, at)
            for customer_id, (uid, points, reason, at) in entries
        ],
    )
    journal.created(shop.book, shop.run, "loyalty_entry", range(first, first + len(entries)))


def write_edits(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Change customers that nobody changed since the plan was made."""
    if not shop.stores:
        shop.know_stores()
    book = shop.book
    ids = {uid: found[0] for uid, found in match.digests_by_uid(book, [step[1] for step in steps]).items()}
    known = match.whole(book, ids.values())
    for row, uid, version, changes, stores, digest, entry in steps:
        customer = known.get(ids.get(uid, 0))
        store_ids = None if stores is None else shop.store_ids(stores)
        number = changes.get("id_number")
        taken = number and match.ids_by_number(book, [number]).get(folding.nocase(number), ids.get(uid)) != ids.get(uid)
        if customer is None or customer.version != version or taken:
            shop.report.withdraw(Sheet.CUSTOMERS, row, CHANGED, new=False)
        elif stores is not None and store_ids is None:
            shop.report.withdraw(Sheet.CUSTOMERS, row, _NO_STORE, new=False)
        else:
            before = {name: customer.values[AT[name]] for name in changes}
            before["version"] = version
            if store_ids is not None:
                before["stores"] = sorted(customer.stores)
            journal.changed(book, shop.run, "customer", customer.id, before)
            write_edit(shop, customer.id, changes, store_ids, bytes.fromhex(digest))
            if entry:
                _enter(shop, [(customer.id, entry)])
                book.execute("UPDATE customer SET points = points + ? WHERE id = ?", (entry[1], customer.id))


def write_edit(
    shop: Shop, customer_id: int, changes: dict[str, Any], store_ids: Sequence[int] | None, digest: bytes | None
) -> None:
    """Change one customer's columns and stores, and keep the name's rank and the search index."""
    book = shop.book
    columns = dict(changes)
    if "phone" in columns:
        columns["phone_digits"] = folding.digits(columns["phone"])
    rank = None
    if {"first_name", "last_name"} & columns.keys():
        names = book.rows("SELECT first_name, last_name FROM customer WHERE id = ?", (customer_id,))[0]
        first, last = columns.get("first_name", names[0]), columns.get("last_name", names[1])
        columns["name_key"] = folding.name_key(first, last)
        rank = indexing.place(book, columns["name_key"])
    # Placing may have moved this very row: its rank is read only now.
    old_rank = int(book.rows("SELECT ord FROM customer WHERE id = ?", (customer_id,))[0][0])
    old_words = indexing.stored_words(book, old_rank)
    columns |= {"ord": rank or old_rank, "row_digest": digest}
    book.execute(
        f"UPDATE customer SET version = version + 1, {', '.join(f'{name} = ?' for name in columns)} "  # noqa: S608
        "WHERE id = ?",
        (*columns.values(), customer_id),
    )
    if store_ids is not None:
        book.execute("DELETE FROM customer_store WHERE customer_id = ?", (customer_id,))
        book.raw().executemany(
            "INSERT INTO customer_store (customer_id, store_id) VALUES (?, ?)",
            [(customer_id, store_id) for store_id in store_ids],
        )
    if changes.get("email"):
        _know_domains(shop, [changes["email"]])
    new_rank = columns["ord"]
    words = indexing.stored_words(book, new_rank)
    if (new_rank, words) != (old_rank, old_words):
        indexing.unindex(book, old_rank, old_words)
        indexing.index(book, new_rank, words)


def write_entries(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Add a Loyalty sheet's entries, and keep the balances."""
    book = shop.book
    ids = {uid: found[0] for uid, found in match.digests_by_uid(book, {step[1] for step in steps}).items()}
    there = {
        uid
        for marks, part in match.in_parts([step[0] for step in steps])
        for (uid,) in book.rows(f"SELECT uid FROM loyalty_entry WHERE uid IN ({marks})", part)  # noqa: S608  # marks
    }
    new = [step for step in steps if step[0] not in there and step[1] in ids]
    first = int(book.rows("SELECT coalesce(max(id), 0) + 1 FROM loyalty_entry")[0][0])
    book.raw().executemany(
        _ENTRY,
        [
            (uid, ids[owner], points, reason, employee, till, at)
            for uid, owner, points, reason, employee, till, at, *_ in new
        ],
    )
    journal.created(book, shop.run, "loyalty_entry", range(first, first + len(new)))
    sums: Counter[tuple[int, int]] = Counter()
    for step in new:
        sums[ids[step[1]], step[7]] += step[2]
    book.raw().executemany(
        "UPDATE customer SET points = points + ?, version = version + 1, "
        "row_digest = iif(?, row_digest, NULL) WHERE id = ?",
        [(points, keep, customer_id) for (customer_id, keep), points in sums.items()],
    )
    journal.raised(book, shop.run, [customer_id for customer_id, _ in sums])
    for step in steps:
        if step[1] not in ids:
            shop.report.withdraw(Sheet.LOYALTY, step[8], TAKEN_AWAY, new=True)
