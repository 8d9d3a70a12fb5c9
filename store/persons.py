"""Who is who in the book: verdicts on pairs of uids, and customers that are put together or taken apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import changing, clock, id_numbers, look_alikes, members, rows, store_names, stores
from store.merge import exchange, people, state
from store.merge.people import FOUND, Groups, Pairs, Verdict
from store.merge.state import NOTHING
from store.workbook import folder_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from store.database import Book
    from store.merge.writing import Rows
    from store.rows import Person

TOLD_APART = Verdict(1, FOUND, False)
"""Two customers of one book that look alike: no book takes them for one by itself, but people may still be asked."""
_EMPTY = {name: blank for name, blank in rows.shown(NOTHING).items() if name != "stores"}
REFERRING = ("loyalty_entry", "receipt", "feedback")
"""The tables whose lines are a customer's, each under the uid that it was of."""


def verdicts(book: Book, uids: Iterable[str]) -> Pairs:
    """All verdicts that name one of these uids."""
    found: Pairs = {}
    for marks, part in rows.in_parts(dict.fromkeys(uids)):
        for uid, other, at, origin, same in book.rows(
            f"SELECT uid, other_uid, at, origin, same FROM person_pair WHERE uid IN ({marks}) "  # noqa: S608
            f"UNION SELECT uid, other_uid, at, origin, same FROM person_pair WHERE other_uid IN ({marks})",
            (*part, *part),
        ):
            found[uid, other] = Verdict(at, origin, bool(same))
    return found


def judge(book: Book, pairs: Mapping[tuple[str, str], Verdict]) -> None:
    """Keep verdicts where they are later than those there; inside a write transaction. Nobody is moved."""
    known = verdicts(book, {uid for uids in pairs for uid in uids})
    book.raw().executemany(
        "INSERT OR REPLACE INTO person_pair (uid, other_uid, at, origin, same) VALUES (?, ?, ?, ?, ?)",
        [(*uids, *verdict) for uids, verdict in pairs.items() if verdict > known.get(uids, Verdict(-1, "", False))],
    )


def tell_apart(book: Book, customer_id: int) -> None:
    """Note for every book that a customer is none of those in this one who look like the same."""
    mine = rows.by_id(book, [customer_id])[customer_id].rows
    keys = {uid: people.row_keys(row).certain for uid, row in mine.items() if not row.is_empty}
    alike = look_alikes.sharing(book, (key for theirs in keys.values() for key in theirs))
    found = {pair for pair in look_alikes.pairs(alike, keys) if not mine.keys() >= set(pair)}
    judge(book, dict.fromkeys(look_alikes.unsaid(found, verdicts(book, mine)), TOLD_APART))


def put_together(book: Book, persons: Iterable[Person], more: Rows) -> Person:
    """Make one customer of several, and of rows that are no customers yet; inside a write transaction.

    The smallest uid leads, and the customer that has it stays, else the first. Receipts, points and feedback of the
    others come along under the uids that they were of; the columns are the caller's to bring up to date (`show`).
    """
    there = sorted(persons, key=lambda person: person.id)
    together: Rows = {uid: row for person in there for uid, row in person.rows.items()} | more
    leader = people.leading(together)
    kept = next((person for person in there if person.uid == leader), there[0])
    if len(there) > 1:
        members.note_own(book, kept)
    for person in there:
        if person is not kept:
            _move(book, person, kept)
            kept.points += person.points
    if kept.uid != leader:
        _give_uid(book, kept, leader)
    book.execute("UPDATE customer SET version = version + 1, row_digest = NULL WHERE id = ?", (kept.id,))
    kept.rows = together
    kept.whole = True
    return kept


def _move(book: Book, person: Person, to: Person) -> None:
    for table in REFERRING:
        book.execute(
            f"UPDATE {table} SET customer_id = ?, owner_uid = coalesce(owner_uid, ?) WHERE customer_id = ?",  # noqa: S608
            (to.id, person.uid, person.id),
        )
    members.set_aside(book, person, to)
    folder_marks.pass_on(book, person.id, to.id)
    book.execute("DELETE FROM row_state WHERE leader_uid = ?", (person.uid,))
    book.execute("UPDATE customer SET points = points + ? WHERE id = ?", (person.points, to.id))
    changing.remove(book, person.id)


def _give_uid(book: Book, person: Person, uid: str) -> None:
    """Have a customer be known by another uid; its own becomes a member's."""
    members.note(book, person.uid, person.rows)
    members.forget(book, [uid])
    for table in REFERRING:
        book.execute(
            f"UPDATE {table} SET owner_uid = ? WHERE customer_id = ? AND owner_uid IS NULL",  # noqa: S608
            (person.uid, person.id),
        )
        book.execute(
            f"UPDATE {table} SET owner_uid = NULL WHERE customer_id = ? AND owner_uid = ?",  # noqa: S608
            (person.id, uid),
        )
    book.execute("DELETE FROM row_state WHERE leader_uid = ?", (person.uid,))
    book.execute("UPDATE customer SET uid = ? WHERE id = ?", (uid, person.id))
    person.uid = uid


def bring_in(book: Book, rows_now: Rows, store_ids: Mapping[str, int] | None = None) -> Person:
    """Make a customer of rows that the book does not have; inside a write transaction. The ledger is the caller's.

    An ID number that another customer has is shown by whoever has the smaller uid.
    """
    leader = people.leading(rows_now)
    view = state.view(rows_now.values())
    values = rows.shown(view)
    names = values.pop("stores")
    is_shared = bool(values["id_number"]) and bool(
        book.rows("SELECT 1 FROM customer WHERE id_number = ?", (values["id_number"],))
    )
    if is_shared:
        values["id_number"] = None
    ids = [_store_id(book, name, store_ids) for name in names]
    customer_id = changing.insert(book, {"uid": leader, **values}, ids)
    kept = {name: value for name, value in values.items() if not state.is_blank(value)}
    kept |= {"stores": rows.stores_of(names)} if names else {}
    rows.keep(book, customer_id, leader, rows_now, kept)
    person = rows.Person(customer_id, leader, 1, 0, kept, rows_now, len(rows_now) > 1)
    if is_shared:
        id_numbers.settle(book, person)
    return person


def group(book: Book, uids: Iterable[str]) -> set[str]:
    """All uids that the book's verdicts say are one person with one of these."""
    known = set(uids)
    hanging = closure(book, known)
    return known | Groups.of(hanging).of_one(people.named(hanging), known)


def reached(book: Book, uids: Iterable[str]) -> set[str]:
    """All uids of the customers whom a verdict on one of these may change: who hang together by whatever was found."""
    known, more = set[str](), set(uids)
    while more:
        known |= more | people.named(closure(book, more))
        more = {
            uid
            for marks, part in rows.in_parts(set(rows.leaders(book, known).values()))
            for (uid,) in book.rows(f"SELECT uid FROM row_state WHERE leader_uid IN ({marks})", part)  # noqa: S608
        } - known
    return known


def closure(book: Book, uids: Iterable[str]) -> Pairs:
    """All verdicts on which it depends who is one person with these uids.

    They are those that name one of these, or anybody who hangs on one of these by whatever was found or said, be it
    that the two are kept apart by others.
    """
    known, front = set(uids), set(uids)
    found: Pairs = {}
    while front:
        pairs = verdicts(book, front)
        found |= pairs
        front = {uid for pair, verdict in pairs.items() if verdict.same for uid in pair} - known
        known |= front
    return found


def regroup(book: Book, uids: Iterable[str]) -> list[Person]:
    """Have the customers with these uids be one, or several, as the verdicts say; those that changed.

    Inside a write transaction. The balances that lists brought are the caller's to settle (`settle_opening`).
    """
    changed: dict[int, Person] = {}
    concerned = reached(book, uids)
    groups = Groups.of(closure(book, concerned))
    for leader in sorted(set(rows.leaders(book, concerned).values())):
        person = rows.by_uid(book, [leader])[leader]
        parts = take_apart(book, person, groups.members(person.rows))
        changed |= {part.id: part for part in parts}
    by_group: dict[str, set[str]] = {}
    for uid, leader in sorted(rows.leaders(book, concerned).items()):
        by_group.setdefault(groups.top(uid), set()).add(leader)
    for some in by_group.values():
        if len(some) > 1:
            there = list(rows.by_uid(book, some).values())
            kept = put_together(book, there, {})
            show(book, kept, kept.rows)
            changed = {of: one for of, one in changed.items() if of not in {other.id for other in there}}
            changed[kept.id] = kept
    return list(changed.values())


def take_apart(book: Book, person: Person, groups: list[list[str]]) -> list[Person]:
    """Make customers of their own of those who are not the leader's any more; they come after who stays."""
    others = [uids for uids in groups if person.uid not in uids]
    if not others:
        return []
    before = dict(person.rows)
    own = {uid: row for uid, row in before.items() if all(uid not in uids for uids in others)}
    show(book, person, own)
    person.rows = own
    person.whole = len(own) > 1
    parted = []
    for uids in others:
        new = bring_in(book, {uid: before[uid] for uid in uids})
        _move_back(book, person, new, uids)
        parted.append(new)
    if len(own) == 1:
        members.forget(book, own)
    settle_balance(book, person)
    return [person, *parted]


def _move_back(book: Book, person: Person, new: Person, uids: list[str]) -> None:
    marks = ", ".join("?" * len(uids))
    for table in REFERRING:
        book.execute(
            f"UPDATE {table} SET customer_id = ?, owner_uid = nullif(owner_uid, ?) "  # noqa: S608
            f"WHERE customer_id = ? AND owner_uid IN ({marks})",
            (new.id, new.uid, person.id, *uids),
        )
    folder_marks.pass_on(book, person.id, new.id)
    members.part_photos(book, person, new)
    members.forget(book, [new.uid])
    settle_balance(book, new)


def settle_balance(book: Book, person: Person) -> None:
    """Have the balance and the reason be what the ledger says."""
    [[points]] = book.rows("SELECT coalesce(sum(points), 0) FROM loyalty_entry WHERE customer_id = ?", (person.id,))
    person.points = int(points)
    reason = rows.last_reason(book, person.id) or str(state.in_force(person.view, "reason") or "")
    book.execute(
        "UPDATE customer SET points = ?, reason = ?, version = version + 1, row_digest = NULL WHERE id = ?",
        (person.points, reason, person.id),
    )


def settle_opening(book: Book, person: Person, reason: str = "") -> int:
    """Have the ledger hold the balance that a list brought a customer, as far as it counts; how much that is.

    It is no entry of the ledger as books exchange it, but follows from the state. Inside a write transaction.
    """
    due = exchange.opening(person.view)
    there = book.rows("SELECT id, points FROM loyalty_entry WHERE customer_id = ? AND opening", (person.id,))
    held = sum(points for _, points in there)
    if held == due:
        return due
    book.execute("DELETE FROM loyalty_entry WHERE customer_id = ? AND opening", (person.id,))
    book.execute("UPDATE customer SET points = points - ? WHERE id = ?", (held, person.id))
    if due:
        actor = book.actor
        book.execute(
            "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at, opening) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            (opening_uid(person.uid, due), person.id, due, reason or "Import", actor.employee, actor.till, clock.now()),
        )
        book.execute("UPDATE customer SET points = points + ? WHERE id = ?", (due, person.id))
    return due


def opening_uid(uid: str, points: int) -> str:
    """The uid of the line that shows the balance that a list brought a customer."""
    return people.named_uid(f"opening:{uid}:{points}")


def show(book: Book, person: Person, rows_now: Rows, store_ids: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Keep a person's rows and bring their columns to what is in force; the columns' old values, where they changed.

    Inside a write transaction. A store that is not in the book is made. An ID number that another customer has stays
    in the state alone: whoever has the smaller uid shows it.
    """
    values = rows.shown(state.view(rows_now.values()))
    names = values.pop("stores")
    reason = rows.last_reason(book, person.id)
    values["reason"] = values["reason"] if reason is None else reason
    if values["id_number"] and not id_numbers.may_show(book, person, values["id_number"]):
        values["id_number"] = None
    before = columns_of(person)
    changes = {name: value for name, value in values.items() if value != before[name]}
    old = {name: before[name] for name in changes}
    ids = None
    if rows.stores_of(names) != person.values.get("stores", ()):
        old["stores"] = list(person.values.get("stores", ()))  # type: ignore[arg-type]  # the stores are a tuple
        ids = [_store_id(book, name, store_ids) for name in names]
    if changes or ids is not None:
        changing.change(book, person.id, changes, ids)
    kept = {name: value for name, value in values.items() if not state.is_blank(value)}
    rows.keep(book, person.id, person.uid, rows_now, kept | ({"stores": rows.stores_of(names)} if names else {}))
    given_up = id_numbers.of(rows_now.values()) | ({before["id_number"]} if before["id_number"] else set())
    id_numbers.free(book, given_up - {values["id_number"]})
    return old


def columns_of(person: Person) -> dict[str, Any]:
    """The values in force as the columns hold them."""
    return {name: person.values.get(name, blank) for name, blank in _EMPTY.items()}


def store_ids(book: Book, names: Iterable[str]) -> list[int]:
    """The ids of stores; one that is not in the book is made."""
    known = store_names.ids(book)
    return [_store_id(book, name, known) for name in names]


def _store_id(book: Book, name: str, known: Mapping[str, int] | None) -> int:
    found = None if known is None else known.get(name.casefold())
    return stores.ensure(book, name).id if found is None else found
