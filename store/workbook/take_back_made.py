"""Taking back customers whom an import made, and its verdicts on who is who."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store import changing, id_numbers, members, persons, rows
from store.merge.people import Verdict
from store.workbook import journal
from store.workbook.take_back_people import EDITED, MADE, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book
    from store.rows import Person
    from store.workbook.take_back_work import Record, Work

IN_USE = "{} stays: has points, receipts or feedback since the import."
MERGED = "{} stays: put together with another customer since the import."


def created(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Remove customers whom the import made, unless somebody wrote in them since, or they are in use."""
    book = work.book
    ids = [row_id for row_id, _ in records]
    there, used = rows.by_id(book, ids), _in_use(book, ids)
    later = work.changed_later(journal.PERSON, ids) | work.changed_later(kind, ids)
    after, raised = work.told_of(journal.AFTER, ids), work.told_of(journal.RAISED, ids)
    with_photo = {
        row_id
        for marks, part in rows.in_parts(ids)
        for (row_id,) in book.rows(f"SELECT customer_id FROM customer_photo WHERE customer_id IN ({marks})", part)  # noqa: S608
    }
    for row_id, before in records:
        person = there.get(row_id)
        if isinstance(before, dict):
            _restore_columns(work, row_id, before)
        elif person is None or before not in {None, person.uid}:
            _name_merged(work, before)
        elif row_id in used:
            work.stays(IN_USE.format(name_of(person)), person.rows)
        elif row_id in with_photo or _is_edited(
            person, after.get(row_id), raised.get(row_id), is_later=row_id in later
        ):
            work.stays(EDITED.format(name_of(person)), person.rows)
        else:
            _remove_made(work, person)


def _in_use(book: Book, ids: Sequence[int]) -> set[int]:
    """Those of the customers who have more than the balance that a list brought them with."""
    return {
        customer_id
        for table in persons.REFERRING
        for marks, part in rows.in_parts(ids)
        for (customer_id,) in book.rows(
            f"SELECT DISTINCT customer_id FROM {table} WHERE customer_id IN ({marks})"  # noqa: S608
            f"{' AND NOT opening' if table == 'loyalty_entry' else ''}",
            part,
        )
    }


def _is_edited(person: Person, after: str | None, raised: str | None, *, is_later: bool) -> bool:
    """Whether a customer is not what the import made of them.

    Where it left no word of their state, nobody has raised their version, and no later import has known them.
    """
    if after is not None:
        return bool(json.loads(after) != journal.state_mark(person))
    told = json.loads(raised or "0")
    times = told[0] if isinstance(told, list) else int(told)
    return is_later or len(person.rows) > 1 or person.version != 1 + times


def _remove_made(work: Work, person: Person) -> None:
    book = work.book
    book.execute("DELETE FROM loyalty_entry WHERE customer_id = ? AND opening", (person.id,))
    book.execute("DELETE FROM row_state WHERE leader_uid = ?", (person.uid,))
    members.forget(book, person.rows)
    changing.remove(book, person.id)
    id_numbers.free(book, id_numbers.of(person.rows.values()))
    work.removed += 1
    work.forget(journal.RAISED, [person.id])


def _name_merged(work: Work, uid: str | None) -> None:
    """Name somebody whom the import made, and who is a part of somebody else now."""
    if uid is None or uid in work.kept or (leader := rows.leaders(work.book, [uid]).get(uid)) is None:
        return
    [person] = rows.by_uid(work.book, [leader]).values()
    made = {json.loads(told) for told in work.told_of(MADE, [person.id]).values()}
    if person.uid not in made:  # else they go, or stay, with that one
        work.stays(MERGED.format(name_of(person)), person.rows)


def _restore_columns(work: Work, customer_id: int, before: dict[str, Any]) -> None:
    """Restore a customer whom the import of an older Regulars changed before it was cut off."""
    book = work.book
    found = book.rows("SELECT version FROM customer WHERE id = ?", (customer_id,))
    if found and found[0][0] == before["version"] + 1:
        columns = {name: value for name, value in before.items() if name not in {"version", "stores"}}
        stores = before.get("stores")
        changing.change(
            book,
            customer_id,
            {**columns, "row_digest": None},
            None if stores is None else persons.store_ids(book, stores),
        )
        work.restored += 1


def verdicts(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Take back who is who, but for what a person said since, and of those who stay."""
    del kind
    for _, (uid, other, before, after) in records:
        now = persons.verdicts(work.book, [uid]).get((uid, other))
        if now is None or list(now) != after or {uid, other} & work.kept:
            continue
        work.book.execute("DELETE FROM person_pair WHERE uid = ? AND other_uid = ?", (uid, other))
        if before is not None:
            persons.judge(work.book, {(uid, other): Verdict(*before)})
