"""Taking the steps of an import that concern new customers, with what a list brought them.

`prepare_*` does all that needs no lock; `write_*` runs inside the slice's transaction and asks the book again
whether a step still fits: what somebody saved since the plan was made is never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from store import changing, erased, folding, indexing, store_names
from store.fields import STORE_SEPARATOR
from store.workbook import journal, match
from store.workbook.headers import Sheet
from store.workbook.stage import CUSTOMER_COLUMNS, CUSTOMER_STEP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from store.database import Book
    from store.review_records import Answer
    from store.workbook.journal import Run
    from store.workbook.outcome import Report

TAKEN = "somebody entered this customer in the meantime; import the file again"
_NO_STORE = "a store of this customer is no longer in the book"

_WORD_COLUMNS = itemgetter(*map(CUSTOMER_STEP.index, indexing.WORD_COLUMNS))
_UID, _EMAIL, _NUMBER = (CUSTOMER_COLUMNS.index(name) for name in ("uid", "email", "id_number"))
_INSERT = (
    "INSERT OR FAIL INTO customer (id, ord, name_key, phone_digits, row_digest, merge_state, "  # noqa: S608  # our own columns
    f"{', '.join(CUSTOMER_COLUMNS)}) VALUES ({', '.join('?' * (6 + len(CUSTOMER_COLUMNS)))})"
)
"""FAIL, since a row that is refused has changed nothing yet: for ABORT, SQLite would keep every page of every
index that a row touches, because of the trigger, which takes as long as inserting.
"""
_OPENING = (
    "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at, opening) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, 1)"
)


@dataclass(slots=True)
class Shop:
    """What all slices of an import share: the book, its run, store ids by folded name, known domains.

    `called` says what a store is called by now that had another name when the import was planned.
    """

    book: Book
    run: Run
    report: Report
    stores: dict[str, int] = field(default_factory=dict)
    called: Callable[[str], str] = str
    domains: set[str] = field(default_factory=set)
    planned: int | None = None
    """The version of the book that the plan is for, where nothing was written between; None for not known."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """What was answered, by the questions' ids."""
    traces: set[str] | None = None
    """What would give those away in the book's file whom the import erased; None when it erased nobody."""

    @property
    def is_as_planned(self) -> bool:
        """Whether nobody but this import has written since the plan was made; inside a write transaction."""
        return self.planned is not None and self.book.data_version() == self.planned

    def know_stores(self) -> None:
        """Read the stores anew; one that was renamed is also known by the names that it gave up."""
        self.stores, self.called = store_names.ids(self.book), store_names.now(self.book)

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
    first = changing.next_id(book)
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
    journal.made_customers(book, shop.run, first, first + len(new) - 1)


def _still_new(shop: Shop, ready: Sequence[ReadyCustomer]) -> Sequence[ReadyCustomer]:
    if shop.is_as_planned and all(one.stores is not None for one in ready):
        return ready
    uids = match.uids_in_book(shop.book, [one.values[_UID] for one in ready])
    numbers = match.ids_by_number(shop.book, [one.values[_NUMBER] for one in ready if one.values[_NUMBER]])
    gone = erased.among(shop.book, [one.values[_UID] for one in ready])
    twice = _twice(one.values[_UID] for one in ready) or _twice(one.values[_NUMBER] for one in ready)
    if not (uids or numbers or gone or twice) and all(one.stores is not None for one in ready):
        return ready
    new = []
    for one in ready:
        number = folding.nocase(one.values[_NUMBER] or "")
        if one.values[_UID] in gone:
            shop.report.withdraw(Sheet.CUSTOMERS, one.row, erased.SENTENCE, new=True)
        elif one.values[_UID] in uids or number in numbers:
            shop.report.withdraw(Sheet.CUSTOMERS, one.row, TAKEN, new=True)
        elif one.stores is None:
            shop.report.withdraw(Sheet.CUSTOMERS, one.row, _NO_STORE, new=True)
        else:
            new.append(one)
            uids.add(one.values[_UID])
            if number:
                numbers[number] = 0
    return new


def _twice(values: Iterable[str | None]) -> bool:
    """Whether a slice has a value more than once, as the book compares it."""
    said = list(filter(None, values))
    if len(set(map(str.lower, said))) == len(said):  # which takes for one whatever the book does, and more
        return False
    return len(set(map(folding.nocase, said))) < len(said)


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
