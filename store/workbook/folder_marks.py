"""Which rows changed since the last export to the folder: triggers mark them, once a book exchanges by one.

A book that does not has no trigger and no marks. What another till's numbered export brings is not marked, for every
other book takes that export as well, or misses its number. All else is, what came by the inbox too: nobody knows who
took that, and in which form. But an export of nothing else has no news for the office.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.exchange import CameBy
from store.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.database import Book

_PREFIX = "folder_marks_"
_OFFICE = "office "
_COMING = {CameBy.TILL: 1, CameBy.OFFICE: 2}
_UNLESS_SENT = "WHEN NOT EXISTS (SELECT 1 FROM folder_quiet WHERE id = 1)"
_CUSTOMER = ", ".join(
    ("uid", "merge_state", *(field.name for field in FIELDS if field.name not in {"uid", "points", "reason", "stores"}))
)
"""Columns that go out with a customer; the balance and the reason are the ledger's."""
_RECEIPT = (
    "store_id, number, customer_id, paid_at, service_type, employee, gratuity, discount, card_service_charge, "
    "online_order_service_charge, total, total_tip, cash_discount, item_service_charge"
)
_LEADER = "SELECT id FROM customer WHERE uid = {row}.leader_uid"
_PAIR = (
    "SELECT id FROM customer WHERE uid IN ({row}.uid, {row}.other_uid) UNION SELECT customer.id FROM row_state JOIN "
    "customer ON customer.uid = leader_uid WHERE row_state.uid IN ({row}.uid, {row}.other_uid)"
)

_WATCHED: tuple[tuple[str, str, str, str], ...] = (
    ("customer", "INSERT", "customer", "SELECT new.id AS id"),
    ("customer", f"UPDATE OF {_CUSTOMER}", "customer", "SELECT new.id AS id"),
    ("customer_store", "INSERT", "customer", "SELECT new.customer_id AS id"),
    ("customer_store", "DELETE", "customer", "SELECT old.customer_id AS id"),
    ("row_state", "INSERT", "customer", _LEADER.format(row="new")),
    ("row_state", "UPDATE", "customer", _LEADER.format(row="new")),
    ("row_state", "DELETE", "customer", _LEADER.format(row="old")),
    ("person_pair", "INSERT", "customer", _PAIR.format(row="new")),
    ("person_pair", "UPDATE", "customer", _PAIR.format(row="new")),
    ("loyalty_entry", "INSERT", "customer", "SELECT new.customer_id AS id WHERE NOT new.opening"),
    ("loyalty_entry", "UPDATE OF customer_id, owner_uid", "customer", "SELECT new.customer_id AS id"),
    ("receipt", "INSERT", "receipt", "SELECT new.id AS id"),
    ("receipt", f"UPDATE OF {_RECEIPT}", "receipt", "SELECT new.id AS id"),
    *(
        (line, event, "receipt", f"SELECT {row}.receipt_id AS id")
        for line in ("receipt_item", "receipt_tax", "receipt_payment")
        for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old"))
    ),
    ("feedback", "INSERT", "feedback", "SELECT new.id AS id"),
    ("feedback", "UPDATE", "feedback", "SELECT new.id AS id"),
    ("store", "INSERT", "store", "SELECT new.id AS id"),
    ("store", "UPDATE", "store", "SELECT new.id AS id"),
    ("store_rename", "INSERT", "rename", "SELECT 0 AS id"),
    ("erased_person", "INSERT", "erased", "SELECT 0 AS id"),
    ("erased_person", "UPDATE", "erased", "SELECT 0 AS id"),
)
"""Table, event, the kind of row that changes by it, and a query for its ids."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Ids of what an export holds: receipts and feedback bring their customers along, and feedback its receipt."""

    customers: tuple[int, ...] = ()
    receipts: tuple[int, ...] = ()
    feedback: tuple[int, ...] = ()


def _trigger(table: str, event: str, kind: str, ids: str) -> tuple[str, str]:
    """A trigger's name and its SQL. The old mark is deleted rather than replaced.

    Inside a trigger the outer statement's OR IGNORE holds, and would keep it.
    """
    name = f"{_PREFIX}{table}_{event.partition(' ')[0].lower()}"
    told = f"(SELECT iif(count(*), '{_OFFICE}', '') || '{kind}' FROM folder_quiet)"  # noqa: S608  # words of our own
    return name, (
        f"CREATE TRIGGER {name} AFTER {event} ON {table} {_UNLESS_SENT} BEGIN "  # noqa: S608  # words of our own
        f"DELETE FROM folder_change WHERE kind = {told} AND row_id IN ({ids}); "
        f"INSERT INTO folder_change (kind, row_id) SELECT {told}, id FROM ({ids}); END"
    )


TRIGGERS: dict[str, str] = dict(_trigger(*watched) for watched in _WATCHED)


def _there(book: Book) -> dict[str, str]:
    return dict(
        book.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB ?", (f"{_PREFIX}*",))
    )


def is_on(book: Book) -> bool:
    """Whether changes are marked, just as this version marks them."""
    return _there(book) == TRIGGERS


def begin(book: Book) -> None:
    """Have changes marked from now on; inside a write transaction. Costs a look where they already are."""
    there = _there(book)
    for name in there:
        if there[name] != TRIGGERS.get(name):
            book.execute(f"DROP TRIGGER {name}")
    for name, sql in TRIGGERS.items():
        if there.get(name) != sql:
            book.execute(sql)


def end(book: Book) -> None:
    """Mark no more changes, and forget the marks; inside a write transaction."""
    for name in _there(book):
        book.execute(f"DROP TRIGGER {name}")
    book.execute("DELETE FROM folder_change")


@contextmanager
def coming(book: Book, by: CameBy) -> Iterator[None]:
    """Mark what is written inside by how it came; inside a write transaction, so that nobody else is concerned."""
    if by in _COMING:
        book.execute("INSERT INTO folder_quiet (id) VALUES (?)", (_COMING[by],))
    yield
    if by in _COMING:
        book.execute("DELETE FROM folder_quiet")


def pass_on(book: Book, customer_id: int, to: int) -> None:
    """Mark a customer who gets what was another's, where that one is marked: what was to go out still is.

    Inside a write transaction.
    """
    book.execute(
        "INSERT OR REPLACE INTO folder_change (kind, row_id) SELECT kind, ? FROM folder_change "
        "WHERE kind IN ('customer', ?) AND row_id = ?",
        (to, f"{_OFFICE}customer", customer_id),
    )


def highest(book: Book) -> int:
    """The highest mark that there ever was."""
    found = book.rows("SELECT seq FROM sqlite_sequence WHERE name = 'folder_change'")
    return int(found[0][0]) if found else 0


def any_change(book: Book) -> bool:
    """Whether anything is marked."""
    return bool(book.rows("SELECT 1 FROM folder_change LIMIT 1"))


def counted(book: Book) -> int:
    """How many rows are marked."""
    sql = "SELECT count(*) FROM (SELECT DISTINCT replace(kind, ?, ''), row_id FROM folder_change)"
    return int(book.rows(sql, (_OFFICE,))[0][0])


def is_news(book: Book, mark: int) -> bool:
    """Whether any mark up to this one is of a change that did not come from the office."""
    found = book.rows("SELECT 1 FROM folder_change WHERE mark <= ? AND kind NOT GLOB ? LIMIT 1", (mark, f"{_OFFICE}*"))
    return bool(found)


def changed(book: Book, mark: int) -> Changed:
    """What changed up to a mark; inside one snapshot with the reading of it."""
    given = {"mark": mark, "office": _OFFICE}

    def marked(kind: str) -> str:
        return f"SELECT row_id FROM folder_change WHERE kind IN ('{kind}', :office || '{kind}') AND mark <= :mark"  # noqa: S608

    feedback = sorted({found for (found,) in book.rows(marked("feedback"), given)})
    receipts = book.rows(
        f"SELECT id, customer_id FROM receipt WHERE id IN ({marked('receipt')} UNION SELECT receipt_id FROM feedback "  # noqa: S608
        f"WHERE id IN ({marked('feedback')})) ORDER BY id",
        given,
    )
    customers = {found for (found,) in book.rows(marked("customer"), given)}
    customers |= {customer for _, customer in receipts if customer is not None}
    customers |= {
        customer
        for (customer,) in book.rows(
            f"SELECT customer_id FROM feedback WHERE id IN ({marked('feedback')})",  # noqa: S608  # words of our own
            given,
        )
    }
    return Changed(tuple(sorted(customers)), tuple(receipt for receipt, _ in receipts), tuple(feedback))


def clear(book: Book, mark: int) -> None:
    """Forget all marks up to this one: what they marked is in the folder now."""
    book.execute("DELETE FROM folder_change WHERE mark <= ?", (mark,))
