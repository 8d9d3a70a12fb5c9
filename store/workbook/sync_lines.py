"""Writing what stands in the hidden sheet `_sync`: see `sync_state`, which reads it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import origin, rows, store_names, store_states
from store.fields import BY_NAME, FIELDS
from store.merge import codec
from store.merge.codec import dumps
from store.merge.people import Verdict
from store.workbook import receipt_marks
from store.workbook.customer_rows import AT
from store.workbook.row_marks import RowMarks
from store.workbook.sync_state import FORM, state_values
from store.workbook.tables import NOT_ERASED
from store.workbook.xlsx import fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.database import Book
    from store.merge.people import Pairs

AT_ONCE = 1000
_STORES, _POINTS, _REASON = AT["stores"], AT["points"], AT["reason"]
_SQL = ", ".join(
    "(SELECT json_group_array(name) FROM customer_store JOIN store ON store.id = store_id "
    "WHERE customer_id = customer.id)"
    if field.name == "stores"
    else f"customer.{field.name}"
    for field in FIELDS
)
_PEOPLE = f"SELECT {_SQL}, version, merge_state FROM customer WHERE {NOT_ERASED}"  # noqa: S608  # our own columns
_ENTRIES = (
    "SELECT loyalty_entry.at, loyalty_entry.uid, coalesce(owner_uid, customer.uid), loyalty_entry.points, "
    "loyalty_entry.reason, employee, till FROM loyalty_entry CROSS JOIN customer ON customer.id = customer_id "
    "WHERE NOT opening"
)


@dataclass(frozen=True, slots=True)
class Export:
    """What an export says of itself in its first line."""

    id: str
    at: int
    number: int = 0
    knows: dict[str, int] = field(default_factory=dict)
    since: int = 0


def new_export(at: int, number: int = 0, knows: dict[str, int] | None = None, since: int = 0) -> Export:
    """An export that has not been before."""
    return Export(secrets.token_hex(8), at, number, knows or {}, since)


def lines(
    book: Book,
    export: Export,
    ids: Iterable[int] | None = None,
    names: Iterable[str] = BY_NAME,
    receipts: Iterable[int] | None = (),
) -> Iterator[bytes]:
    """The lines for these customers by id, or for everybody; inside one snapshot of the book.

    `names` are the fields that have a visible column, `receipts` the ids of those that have a row; None for all.
    """
    chosen = None if ids is None else list(ids)
    marks = RowMarks(book, sorted(AT[name] for name in names))
    yield _line(
        {
            "form": FORM, "file": export.id, "at": export.at, "origin": _origin(book), "number": export.number,
            "knows": export.knows, "since": export.since,
            "fields": [field.name for field in FIELDS], "columns": marks.columns,
            "stores": book.rows("SELECT code, name FROM store ORDER BY name, id"),
            "pairs": [[*uids, *verdict] for uids, verdict in sorted(_pairs(book, chosen).items())],
            **({"renamed": renamed} if (renamed := store_names.told(book)) else {}),
            "erased": dict(book.rows("SELECT uid, at FROM erased_person ORDER BY uid")),
        }
    )  # fmt: skip
    for part in _parts(book, _PEOPLE, "customer.id", "customer.ord", chosen):
        yield _people_lines(book, part, marks)
    for part in _parts(book, _ENTRIES, "customer_id", "loyalty_entry.id", chosen):
        yield _line({"entries": part})
    for said in receipt_marks.told(book, receipts):
        yield _line({"receipts": said})


def _origin(book: Book) -> str:
    from store import settings

    return str(settings.get(book, "origin"))


def prepare(book: Book) -> int:
    """Have the book take the id under which its state goes out, and note how far it was; before the snapshot."""
    if not origin.is_own(book):
        with book.write():
            origin.current(book)
    origin.leave_note(book)
    return rows.now()


def _parts(book: Book, sql: str, column: str, order: str, ids: list[int] | None) -> Iterator[list[tuple[Any, ...]]]:
    if ids is None:
        cursor = book.execute(f"{sql} ORDER BY {order}")
        while part := cursor.fetchmany(AT_ONCE):
            yield part
        return
    for marks, some in rows.in_parts(ids):
        if part := book.rows(f"{sql} AND {column} IN ({marks}) ORDER BY {order}", some):
            yield part


def _people_lines(book: Book, part: list[tuple[Any, ...]], marks: RowMarks) -> bytes:
    wholes: dict[str, dict[str, str]] = {}
    names = store_states.noted(book)
    for places, some in rows.in_parts(row[0] for row in part if row[-1] == rows.WHOLE):
        for leader, uid, text in book.rows(
            f"SELECT leader_uid, uid, state FROM row_state WHERE leader_uid IN ({places})",  # noqa: S608
            some,
        ):
            wholes.setdefault(leader, {})[uid] = store_states.in_state(text, names) if names else text
    return b"".join(_person(row, wholes.get(row[0]), marks) for row in part)


def _person(row: tuple[Any, ...], wholes: dict[str, str] | None, marks: RowMarks) -> bytes:
    *columns, version, kept = row
    values: list[Any] = [None if value == "" else value for value in columns]
    values[_STORES] = rows.stores_of(json.loads(row[_STORES])) if row[_STORES] != "[]" else None
    if wholes is not None:
        told = f'{{"group":{{{",".join(f"{dumps(uid)}:{text}" for uid, text in wholes.items())}}}}}'
    else:
        told = "null" if kept is None else kept.decode()
    shown = [value if not isinstance(value, str) or fits(value) else None for value in values]
    if shown != values and wholes is None:  # what no cell can hold is in the state alone
        told = dumps({"w": codec.whole(codec.long(str(row[0]), json.loads(told), state_values(values)))})
    seen = marks.of_values(shown)
    points, reason = shown[_POINTS], shown[_REASON]
    shown[_POINTS] = shown[_REASON] = None
    line = f"{row[0]} {seen} {version} {points}\t{told}\t{dumps(reason)}\t{dumps(shown)}\n"
    return line.encode("utf-8", "surrogatepass")


def _pairs(book: Book, ids: list[int] | None) -> Pairs:
    if ids is None:
        return {
            (uid, other): Verdict(at, whose, bool(same))
            for uid, other, at, whose, same in book.rows("SELECT uid, other_uid, at, origin, same FROM person_pair")
        }
    from store import persons

    uids = [uid for marks, some in rows.in_parts(ids)
            for (uid,) in book.rows(f"SELECT uid FROM customer WHERE id IN ({marks}) UNION SELECT row_state.uid FROM "  # noqa: S608
                                    f"row_state JOIN customer ON leader_uid = customer.uid WHERE id IN ({marks})",
                                    [*some, *some])]  # fmt: skip
    return persons.verdicts(book, uids)


def _line(told: object) -> bytes:
    return f"{dumps(told)}\n".encode("utf-8", "surrogatepass")
