"""The states of rows as the book keeps them: read with the customer that shows them, and written with it.

A customer's columns hold the values in force. What else there is of the state stands in `customer.merge_state` in its
short form, or whole in `row_state`; who is several uids has one whole row there for each.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import origin, settings
from store.fields import FIELDS
from store.merge import codec, exchange, questions, state, writing
from store.merge.exchange import Entry
from store.merge.state import POINTS, Row, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from store.database import Book
    from store.merge.writing import Dot, Rows

FIELD_NAMES = tuple(field.name for field in FIELDS if field.name not in {"uid", POINTS})
"""The fields of a row's state; a reason counts only until the ledger has one."""
COLUMNS = tuple(name for name in FIELD_NAMES if name != "stores")
WHOLE = b"*"
"""In the place of a short form: the state stands in `row_state`."""
AT_ONCE = 500
_NULL_WHEN_BLANK = frozenset({"date_of_birth", "id_number", "anniversary", "enrolled"})
_TOGGLES = {"loyalty": 0, "active": 1}
"""What a toggle is of which no value is known."""


@dataclass(slots=True)
class Person:
    """A customer with their state: `rows` by uid, the leader's among them; `values` by field, blanks left out.

    `merged` says that there is more than one uid, or a state that the columns do not tell.
    """

    id: int
    uid: str
    version: int
    points: int
    values: dict[str, Value]
    rows: Rows = field(default_factory=dict)
    whole: bool = False

    @property
    def view(self) -> Row:
        """All rows as one."""
        return state.view(self.rows.values())


def in_parts(values: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Values cut into parts that one query can name, each with its `?, ?, ?`."""
    listed = list(values)
    for at in range(0, len(listed), AT_ONCE):
        part = listed[at : at + AT_ONCE]
        yield ",".join("?" * len(part)), part


def stores_of(names: Iterable[str]) -> tuple[str, ...]:
    """Names of stores in the order in which a state has them."""
    return tuple(sorted(set(names), key=lambda name: (name.casefold(), name)))


def leaders(book: Book, uids: Iterable[str]) -> dict[str, str]:
    """For each uid that is known the uid of the customer that shows it; nobody shows who was erased."""
    return _leaders(book, uids, "uid NOT IN (SELECT uid FROM erased_person)")


def owners(book: Book, uids: Iterable[str]) -> dict[str, str]:
    """As `leaders`, with those who were erased: their receipts and points are still somebody's."""
    return _leaders(book, uids, "true")


def _leaders(book: Book, uids: Iterable[str], condition: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for marks, part in in_parts(dict.fromkeys(uids)):
        asked = f"uid IN ({marks}) AND {condition}"
        found |= {uid: uid for (uid,) in book.rows(f"SELECT uid FROM customer WHERE {asked}", part)}  # noqa: S608
        found |= dict(book.rows(f"SELECT uid, leader_uid FROM row_state WHERE {asked}", part))  # noqa: S608
    return found


def by_uid(book: Book, uids: Iterable[str]) -> dict[str, Person]:
    """The customers with these uids as their own."""
    found: dict[str, Person] = {}
    for marks, part in in_parts(dict.fromkeys(uids)):
        found |= {person.uid: person for person in _read(book, f"uid IN ({marks})", part)}
    return found


def by_id(book: Book, ids: Iterable[int]) -> dict[int, Person]:
    """Customers with their states."""
    found: dict[int, Person] = {}
    for marks, part in in_parts(dict.fromkeys(ids)):
        found |= {person.id: person for person in _read(book, f"id IN ({marks})", part)}
    return found


def _read(book: Book, condition: str, given: list[Any]) -> list[Person]:
    persons: dict[int, Person] = {}
    kept: dict[int, bytes | None] = {}
    for customer_id, uid, version, points, told, *columns in book.rows(
        f"SELECT id, uid, version, points, merge_state, {', '.join(COLUMNS)} FROM customer WHERE {condition}",  # noqa: S608
        given,
    ):
        values = {name: value for name, value in zip(COLUMNS, columns, strict=True) if not state.is_blank(value)}
        persons[customer_id] = Person(customer_id, uid, version, points, values)
        kept[customer_id] = told
    _read_stores(book, persons)
    wholes = {person.uid: person for person in persons.values() if kept[person.id] == WHOLE}
    for person in persons.values():
        told = kept[person.id]
        if told != WHOLE:
            person.rows = {
                person.uid: codec.long(person.uid, None if told is None else json.loads(told), person.values)
            }
    now = _in_names_of_now(book) if wholes else None
    for marks, part in in_parts(wholes):
        for uid, leader, text in book.rows(
            f"SELECT uid, leader_uid, state FROM row_state WHERE leader_uid IN ({marks})",  # noqa: S608
            part,
        ):
            row = codec.parsed(json.loads(text))
            wholes[leader].rows[uid] = now(row) if now else row
            wholes[leader].whole = True
    return list(persons.values())


def _in_names_of_now(book: Book) -> Callable[[Row], Row] | None:
    """What gives the stores of a row that is kept whole their names of now; None where it has them."""
    if not settings.get(book, "stores_renamed"):
        return None
    from store import store_states

    called = store_states.called(store_states.noted(book))
    return lambda row: store_states.in_row(row, called)


def _read_stores(book: Book, persons: dict[int, Person]) -> None:
    names: dict[int, list[str]] = defaultdict(list)
    for marks, part in in_parts(persons):
        for customer_id, name in book.rows(
            "SELECT customer_id, name FROM customer_store JOIN store ON store.id = store_id "  # noqa: S608
            f"WHERE customer_id IN ({marks})",
            part,
        ):
            names[customer_id].append(name)
    for customer_id, of_customer in names.items():
        persons[customer_id].values["stores"] = stores_of(of_customer)


def entries_of(book: Book, customer_id: int) -> list[Entry]:
    """A customer's ledger as files have it: without what lists brought, under the uids that the lines were of."""
    return [
        Entry(*row)
        for row in book.rows(
            "SELECT at, loyalty_entry.uid, coalesce(owner_uid, customer.uid), loyalty_entry.points, "
            "loyalty_entry.reason, employee, till FROM loyalty_entry JOIN customer ON customer.id = customer_id "
            "WHERE customer_id = ? AND NOT opening",
            (customer_id,),
        )
    ]


def keep(book: Book, customer_id: int, leader: str, rows: Rows, values: Mapping[str, Value]) -> None:
    """Keep the rows of a customer whose columns hold `values`; inside a write transaction."""
    book.execute("DELETE FROM row_state WHERE leader_uid = ?", (leader,))
    told = codec.short(leader, rows[leader], values) if len(rows) == 1 else {"w": None}
    if told is None or "w" not in told:
        kept = None if told is None else codec.dumps(told).encode()
        book.execute("UPDATE customer SET merge_state = ? WHERE id = ?", (kept, customer_id))
        return
    view = state.view(rows.values())
    asks = sum(asked.name != POINTS for asked in questions.asked(leader, view)) + len(view.offers.get(POINTS, ()))
    number = state.in_force(view, "id_number") or None
    hidden = None if number == values.get("id_number") else number
    book.execute("UPDATE customer SET merge_state = ? WHERE id = ?", (WHOLE, customer_id))
    book.raw().executemany(
        "INSERT OR REPLACE INTO row_state (uid, leader_uid, state, asks, hides) VALUES (?, ?, ?, ?, ?)",
        [
            (uid, leader, codec.dumps(codec.whole(row)), *((asks, hidden) if uid == leader else (0, None)))
            for uid, row in rows.items()
        ],
    )


def record(book: Book, customer_id: int, before: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Note what somebody changed at this book; inside the transaction that changed the columns.

    `before` and `changes` hold values as the columns do, the stores as names; what is no field of a state is passed
    over.
    """
    written = {name: _value(name, value) for name, value in changes.items() if name in FIELD_NAMES and name != "reason"}
    if not written:
        return
    uid, told = book.rows("SELECT uid, merge_state FROM customer WHERE id = ?", (customer_id,))[0]
    values = {name: value for name in FIELD_NAMES if not state.is_blank(value := _value(name, before.get(name)))}
    if told == WHOLE:
        now = _in_names_of_now(book) or (lambda row: row)
        rows = {
            member: now(codec.parsed(json.loads(text)))
            for member, text in book.rows("SELECT uid, state FROM row_state WHERE leader_uid = ?", (uid,))
        }
    else:
        rows = {uid: codec.long(uid, None if told is None else json.loads(told), values)}
    rows = writing.write_all(rows, uid, written, origin.next_dot(book))
    keep(book, customer_id, uid, rows, {**values, **written})


def _value(name: str, value: Any) -> Value:
    """A value of a column as a state has it."""
    if name == "stores":
        return stores_of(value or ()) or None
    if isinstance(value, bool):
        return int(value)
    return None if state.is_blank(value) else value


def shown(view: Row) -> dict[str, Any]:
    """The values in force of a view as the columns hold them, the stores as names; the reason is the ledger's."""
    values: dict[str, Any] = {}
    for name in FIELD_NAMES:
        value = state.in_force(view, name)
        if state.is_blank(value):
            value = _TOGGLES.get(name, () if name == "stores" else None if name in _NULL_WHEN_BLANK else "")
        values[name] = value
    return values


def last_reason(book: Book, customer_id: int) -> str | None:
    """The reason of the latest entry of a customer's ledger that has one; None without any."""
    found = book.rows(
        "SELECT reason FROM loyalty_entry WHERE customer_id = ? AND reason <> '' AND NOT opening "
        "ORDER BY at DESC, uid DESC LIMIT 1",
        (customer_id,),
    )
    return str(found[0][0]) if found else None


def balance_of(book: Book, person: Person) -> int:
    """What a customer's points come to by the state and the ledger."""
    return exchange.balance(person.view, entries_of(book, person.id))


def now() -> int:
    """The time in seconds, as states have it."""
    return int(time.time())


def dot(book: Book) -> Dot:
    """The next write of this book."""
    return origin.next_dot(book)
