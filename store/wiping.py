"""Taking a person's values out of a book, or out of a copy of one that is of an older schema.

What is the shop's own stays: receipts, ratings and the lines of the ledger are of an erased customer from then on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import changing, erased, folding, id_numbers, persons, rows, traces
from store.merge import codec, people, state
from store.merge.exchange import Entry
from store.merge.state import NOTHING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.state import Row
    from store.rows import Person

BLANK: dict[str, Any] = {
    **{name: value for name, value in rows.shown(NOTHING).items() if name != "stores"},
    "first_name": erased.FIRST_NAME, "last_name": erased.LAST_NAME, "active": 0, "reason": "", "has_photo": 0,
    "row_digest": None,
}  # fmt: skip
"""The columns of somebody who was erased."""
_OF_CUSTOMER: tuple[tuple[str, str], ...] = (
    ("customer_photo", "DELETE FROM customer_photo WHERE customer_id = ?"),
    ("feedback", "UPDATE feedback SET comment = '' WHERE customer_id = ? AND comment <> ''"),
    ("outbox_mail", "DELETE FROM outbox_mail WHERE receipt_id IN (SELECT id FROM receipt WHERE customer_id = ?)"),
    ("field_sibling", "DELETE FROM field_sibling WHERE customer_id = ?"),
    (
        "import_change",
        "DELETE FROM import_change WHERE kind = 'customer' AND row_id = ? AND json_type(before) = 'object'",
    ),
)
"""By table, for a book may be older than it, what goes of a customer."""
_OF_UID: tuple[tuple[str, str], ...] = (
    ("member_photo", "DELETE FROM member_photo WHERE uid = ?"),
    ("held_value", "DELETE FROM held_value WHERE customer_uid = ?"),
)
"""The same by a uid of theirs."""
_RECORDS = """
    SELECT run_id, kind, row_id, before FROM import_change WHERE kind IN ('person', 'kept', 'loyalty_entry')
        AND EXISTS (SELECT 1 FROM json_each(:uids) WHERE instr(before, value))
    UNION ALL SELECT run_id, kind, row_id, before FROM import_change WHERE kind = 'customer version' AND row_id IN (
        SELECT id FROM customer WHERE uid IN (SELECT value FROM json_each(:uids))
        UNION SELECT customer.id FROM row_state JOIN customer ON customer.uid = leader_uid
        WHERE row_state.uid IN (SELECT value FROM json_each(:uids)))"""
"""What imports noted of these uids: customers and lines as they were, who had to stay, and reasons that they had."""

Values = dict[str, set[Any]]
"""Every value that is known of somebody, by field."""


@dataclass(slots=True)
class Wiped:
    """Whom a book had of those who were to be wiped: how many, what would give them away, and uids made of that."""

    people: int = 0
    traces: set[str] = field(default_factory=set)
    derived: set[str] = field(default_factory=set)


def wipe(book: Book, uids: Collection[str]) -> Wiped:
    """Blank everybody with one of these uids; inside a write transaction. Nothing brings the values back.

    Of a person who has other uids as well, these stay, as a customer of their own.
    """
    return _Wiping(book, uids).done()


def _alone(book: Book, person: Person, uids: Collection[str]) -> Person:
    """The customer that has none but these uids, so that who stays is a customer of their own."""
    going = [uid for uid in person.rows if uid in uids]
    staying = [uid for uid in person.rows if uid not in uids]
    if all(person.rows[uid].is_empty for uid in staying):
        return person
    parts = persons.take_apart(book, person, [going, staying])
    for part in parts:
        persons.settle_opening(book, part)
    return next(part for part in parts if going[0] in part.rows)


class _Wiping:
    def __init__(self, book: Book, uids: Collection[str]) -> None:
        self._book = book
        self._uids = uids
        self._tables = {name for (name,) in book.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self._wiped = Wiped()

    def done(self) -> Wiped:
        book = self._book
        if "row_state" in self._tables:
            leaders = sorted(set(rows.leaders(book, self._uids).values()))
            for person in rows.by_uid(book, leaders).values():
                self._person(_alone(book, person, self._uids))
            _forget_records(book, self._uids)
            return self._wiped
        for marks, part in rows.in_parts(self._uids):
            for customer_id, uid in book.rows(f"SELECT id, uid FROM customer WHERE uid IN ({marks})", part):  # noqa: S608
                self._customer(customer_id, [uid], _columns(book, customer_id))
        return self._wiped

    def _person(self, person: Person) -> None:
        book, values = self._book, _columns(self._book, person.id)
        going = [uid for uid in person.rows if uid in self._uids]
        for uid in going:
            _add(values, person.rows[uid])
        book.execute("DELETE FROM loyalty_entry WHERE customer_id = ? AND opening", (person.id,))
        book.execute(
            "UPDATE customer SET points = (SELECT coalesce(sum(points), 0) FROM loyalty_entry WHERE customer_id = :id) "
            "WHERE id = :id",
            {"id": person.id},
        )
        self._customer(person.id, going, values)
        left = {uid: NOTHING if uid in self._uids else row for uid, row in person.rows.items()}
        rows.keep(book, person.id, person.uid, left, {})
        id_numbers.free(book, map(str, sorted(values.get("id_number", ()))))

    def _customer(self, customer_id: int, uids: Sequence[str], values: Values) -> None:
        book = self._book
        for table, sql in _OF_CUSTOMER:
            if table in self._tables:
                book.execute(sql, (customer_id,))
        for table, sql in _OF_UID:
            if table in self._tables:
                book.raw().executemany(sql, [(uid,) for uid in uids])
        _blank_reasons(book, customer_id)
        changing.change(book, customer_id, BLANK, [])
        emails = {str(email) for email in values.get("email", ())}
        for email in emails:
            _forget_address(book, email)
        numbers = {str(number) for number in values.get("id_number", ())}
        self._wiped.people += 1
        self._wiped.traces |= traces.giving_away(book, values)
        self._wiped.derived |= self._derived(emails, numbers, uids)

    def _derived(self, emails: Collection[str], numbers: Collection[str], own: Collection[str]) -> set[str]:
        """The uids that a list without uids would give the person, but for those that somebody else of the book has."""
        found = {people.derived_uid({"email": email}) for email in emails}
        found |= {people.derived_uid({"id_number": number}) for number in numbers}
        tables = [table for table in ("customer", "row_state") if table in self._tables]
        others = {
            uid
            for marks, part in rows.in_parts(found)
            for table in tables
            for (uid,) in self._book.rows(f"SELECT uid FROM {table} WHERE uid IN ({marks})", part)  # noqa: S608
        }
        return found - (others - set(own))


def _columns(book: Book, customer_id: int) -> Values:
    found = book.rows(f"SELECT {', '.join(rows.COLUMNS)} FROM customer WHERE id = ?", (customer_id,))[0]  # noqa: S608  # ours
    return {name: {value} for name, value in zip(rows.COLUMNS, found, strict=True) if not state.is_blank(value)}


def _add(values: Values, row: Row) -> None:
    for name in (*row.fields, *row.offers):
        written = (one.value for one in (*row.fields.get(name, ()), *row.offers.get(name, ())))
        values.setdefault(name, set()).update(value for value in written if not state.is_blank(value))


def _forget_address(book: Book, email: str) -> None:
    """Drop the mails to an address, and its domain, where nobody else has them."""
    if not book.rows("SELECT 1 FROM customer WHERE email = ? LIMIT 1", (email,)):
        book.execute("DELETE FROM outbox_mail WHERE recipient = ? COLLATE NOCASE", (email,))
    token = folding.domain_token(email.rpartition("@")[2])
    if not book.rows("SELECT 1 FROM customer_search WHERE customer_search MATCH ? LIMIT 1", (f'"{token}"',)):
        book.execute("DELETE FROM email_domain WHERE token = ?", (token,))


def _blank_reasons(book: Book, customer_id: int) -> None:
    """Blank what people typed into the ledger. A line cannot be changed: it is put in again."""
    known = erased.known_reasons(book)
    typed = [
        entry_id
        for entry_id, reason in book.rows("SELECT id, reason FROM loyalty_entry WHERE customer_id = ?", (customer_id,))
        if erased.kept_reason(reason, known) != reason
    ]
    if not typed:
        return
    columns = [name for _, name, *_ in book.rows("PRAGMA table_info(loyalty_entry)")]
    values = ", ".join("''" if name == "reason" else name for name in columns)
    book.raw().executemany(
        f"INSERT OR REPLACE INTO loyalty_entry ({', '.join(columns)}) SELECT {values} FROM loyalty_entry WHERE id = ?",  # noqa: S608
        [(entry_id,) for entry_id in typed],
    )


def _forget_records(book: Book, uids: Collection[str]) -> None:
    """Blank these uids where it is kept what somebody was: before they were merged, and before an import."""
    gone = set(uids)
    for uid, told in book.rows("SELECT uid, state FROM member_state"):
        all_rows = json.loads(told)
        if gone.isdisjoint(all_rows):
            continue
        left = {member: row for member, row in all_rows.items() if member not in gone}
        if left and uid not in gone:
            book.execute("UPDATE member_state SET state = ? WHERE uid = ?", (codec.dumps(left), uid))
        else:
            book.execute("DELETE FROM member_state WHERE uid = ?", (uid,))
    for key, before in _records(book, gone):
        book.execute(
            "UPDATE import_change SET before = ? WHERE run_id = ? AND kind = ? AND row_id = ?",
            (json.dumps(before, ensure_ascii=False), *key),
        )


def _records(book: Book, uids: Collection[str]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The records of imports that tell something of these uids, and what is left of each."""
    for run_id, kind, row_id, text in book.rows(_RECORDS, {"uids": json.dumps(sorted(uids))}):
        told = json.loads(text)
        if kind == "person":
            yield (run_id, kind, row_id), _blank_record(told, uids)
        elif kind == "kept":
            yield (run_id, kind, row_id), [f"Somebody stays who was {erased.SENTENCE}.", *told[1:]]
        elif kind == "loyalty_entry":
            yield (run_id, kind, row_id), {part: _blank_entry(book, entry) for part, entry in told.items()}
        elif isinstance(told, list):
            yield (run_id, kind, row_id), [told[0], ""]


def _blank_entry(book: Book, entry: Sequence[Any]) -> list[Any]:
    """A line of the ledger as it stood in a record, without what somebody typed."""
    told = Entry(*entry)
    return [*told._replace(reason=erased.kept_reason(told.reason, erased.known_reasons(book)))]


def _blank_record(told: Mapping[str, Any], uids: Collection[str]) -> dict[str, Any]:
    """A customer as they were before an import, without their values: of somebody erased nothing is restored."""
    told_rows = {uid: codec.whole(NOTHING) if uid in uids else row for uid, row in told["rows"].items()}
    columns = {name: BLANK.get(name, "") for name in told["columns"]}
    return {**told, "columns": columns, "stores": [], "rows": told_rows, "openings": [], "noted": {}}
