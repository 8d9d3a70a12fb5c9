"""What the tests of taking imports back share: all that a book says, and books that exchange workbooks."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from store import rows, upkeep
from store.database import open_book
from store.exchange import ExportRequest
from store.merge import codec
from store.records import Actor
from store.workbook.exporter import export
from tests.store.workbook.importing import run_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.database import Book
    from store.merge.state import Row

_NO_FIELDS = {"version", "row_digest", "ord", "merge_state"}
"""What a customer who was restored has otherwise: it is one more write; a state may be written in several ways."""
_WITH_OWNERS = {
    "loyalty_entry": "uid, points, reason, employee, till, at, opening, receipt_id",
    "receipt": "number, store_id, paid_at, total, taxes, refunded",
    "feedback": "uid, positive, comment, on_date",
}
_PLAIN = {
    "customer_store": "customer_id, store_id",
    "customer_photo": "customer_id, image",
    "store": "code, name",
    "receipt_item": "receipt_id, position, item, amount",
    "receipt_tax": "receipt_id, position, type, amount",
    "receipt_payment": "receipt_id, number, amount, status, auth_code",
    "row_state WHERE asks": "uid, leader_uid, asks",
    "person_pair": "uid, other_uid, at, origin, same",
    "member_state": "uid, state",
    "member_photo": "uid, image",
    "tally": "name, value",
}


def whole(book: Book) -> dict[str, list[tuple[Any, ...]]]:
    """Every word of a book, but for what a write leaves behind whatever it writes."""
    columns = [name for _, name, *_ in book.rows("PRAGMA table_info(customer)") if name not in _NO_FIELDS]
    said = {"customer": f"SELECT {', '.join(columns)} FROM customer ORDER BY id"}
    for table, of_table in _WITH_OWNERS.items():
        said[table] = f"SELECT {of_table}, customer_id, owner_uid FROM {table} ORDER BY 1, 2"
    for table, of_table in _PLAIN.items():
        said[table] = f"SELECT {of_table} FROM {table} ORDER BY {of_table}"
    found = {name: book.rows(sql) for name, sql in said.items()}
    people = rows.by_id(book, [customer_id for (customer_id,) in book.rows("SELECT id FROM customer")])
    states = {uid: {one: _told(row) for one, row in person.rows.items()} for uid, person in people.items()}
    return found | {"state": sorted(states.items())}


def _told(row: Row) -> str:
    """A row's state but for the reason, which is the ledger's."""
    told = codec.whole(row)
    return codec.dumps({part: {**held, "reason": None} if part in {"f", "o"} else held for part, held in told.items()})


def sound(book: Book) -> bool:
    """Whether the book is sound; a fault is told."""
    faults = upkeep.check(book).faults
    assert faults == (), faults
    return True


def run_of(book: Book) -> int:
    """The number of the last import."""
    return int(book.rows("SELECT max(id) FROM import_run")[0][0])


def another_book(folder: Path, fill: Callable[[Book], None], *, like: Path | None = None) -> Path:
    """What another till exports after its work; with `like` it starts from that workbook."""
    number = len(list(folder.iterdir()))
    with closing(open_book(folder / f"till-{number}.db", actor=Actor("Bo", "till-2"))) as other:
        if like is not None:
            run_import(other, like)
        with other.write():
            fill(other)
        return exported(other, folder / f"till-{number}.xlsx")


def exported(book: Book, path: Path) -> Path:
    """Everything of a book as a workbook."""
    export(book, path, ExportRequest())
    return path
