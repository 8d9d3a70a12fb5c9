"""Taking back customers whom an import made, and its verdicts on who is who."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store import changing, id_numbers, members, persons, rows
from store.merge.people import Verdict
from store.workbook import journal
from store.workbook.take_back_people import EDITED, MADE, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from store.rows import Person
    from store.workbook.take_back_work import Record, Work

IN_USE = "{} stays: has points, receipts or feedback since the import."
MERGED = "{} stays: put together with another customer since the import."


def created(work: Work, kind: str, records: Sequence[Record]) -> None:
    """Remove customers whom the import made, unless somebody wrote in them since, or they are in use."""
    del kind
    made = dict(records)
    there = rows.by_id(work.book, made)
    stay = _who_stay(work, made, there)
    for row_id, before in records:
        person = there.get(row_id)
        if isinstance(before, dict):
            _restore_columns(work, row_id, before)
        elif person is None or before not in {None, person.uid}:
            _name_merged(work, before)
        elif row_id not in stay:
            _remove_made(work, person)
        elif person.uid not in work.kept:  # else it was said why when the ledger was looked at
            work.stays(stay[row_id].format(name_of(person)), person.rows)


def staying(work: Work, whose: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of customers, each with a uid whose lines of the ledger they have, those who keep these, and are named.

    They came by the import, and are others since.
    """
    book = work.book
    there = rows.by_id(book, {customer_id for customer_id, _ in whose})
    told = {row_id: json.loads(before or "null") for row_id, before in work.told_of(MADE, there).items()}
    made = {row_id: uid for row_id, uid in told.items() if isinstance(uid, str) and uid not in work.records_of}
    stay, after = _who_stay(work, made, there), work.told_of(journal.AFTER, there)
    others = _made_among(work, {uid for customer_id, uid in whose if uid != there[customer_id].uid})
    found = set()
    for customer_id, uid in sorted(whose):
        person = there[customer_id]
        is_made, is_new = made.get(customer_id) == person.uid, work.records_of.keys().isdisjoint(person.rows)
        came = uid in others or uid in work.brought or (is_made and uid == person.uid)
        sentence = ""
        if came and is_made and is_new:
            sentence = stay.get(customer_id, "")
        elif came and _is_changed(person, after.get(customer_id)):
            sentence = MERGED if uid in others and is_new else EDITED
        if sentence:
            found.add((customer_id, uid))
            if person.uid not in work.kept:
                work.stays(sentence.format(name_of(person)), person.rows)
    return found


def _is_changed(person: Person, after: str | None) -> bool:
    return after is None or bool(json.loads(after) != journal.state_mark(person))


def _made_among(work: Work, uids: Collection[str]) -> set[str]:
    """Those of the uids that were customers of their own as the import made them, and were not there before."""
    return {
        json.loads(told)
        for marks, part in rows.in_parts(json.dumps(uid) for uid in uids if uid not in work.records_of)
        for (told,) in work.book.rows(
            f"SELECT before FROM import_change WHERE run_id = ? AND kind = ? AND before IN ({marks})",  # noqa: S608
            (work.run.id, MADE, *part),
        )
    }


def _who_stay(work: Work, made: Mapping[int, Any], there: Mapping[int, Person]) -> dict[int, str]:
    """Those of the customers whom the import made who stay, by their ids, with the sentence that says why."""
    book = work.book
    used = _in_use(work, made)
    later = work.changed_later(journal.PERSON, made) | work.changed_later(MADE, made)
    after, raised = work.told_of(journal.AFTER, made), work.told_of(journal.RAISED, made)
    with_photo = {
        row_id
        for marks, part in rows.in_parts(made)
        for (row_id,) in book.rows(f"SELECT customer_id FROM customer_photo WHERE customer_id IN ({marks})", part)  # noqa: S608
    }
    found = {}
    for row_id, uid in made.items():
        person = there.get(row_id)
        if person is None or isinstance(uid, dict) or uid not in {None, person.uid}:
            continue
        if row_id in used:
            found[row_id] = IN_USE
        elif row_id in with_photo or _is_edited(
            person, after.get(row_id), raised.get(row_id), is_later=row_id in later
        ):
            found[row_id] = EDITED
    return found


def _in_use(work: Work, ids: Iterable[int]) -> set[int]:
    """Those of the customers who have more than what the import brought them."""
    return {
        customer_id
        for table in persons.REFERRING
        for marks, part in rows.in_parts(ids)
        for (customer_id,) in work.book.rows(
            f"SELECT DISTINCT customer_id FROM {table} WHERE customer_id IN ({marks})"  # noqa: S608
            f"{_NOT_OF_IMPORT.format(work.later_ids) if table == 'loyalty_entry' else ''}",
            [*part, *([work.run.id] if table == "loyalty_entry" else ())],
        )
    }


_NOT_OF_IMPORT = (
    " AND NOT opening AND (NOT EXISTS (SELECT 1 FROM import_change WHERE run_id = ? AND kind = 'loyalty_entry' "
    "AND row_id = loyalty_entry.id) OR EXISTS (SELECT 1 FROM import_change WHERE run_id IN ({}) "
    "AND kind = 'loyalty_entry' AND row_id = loyalty_entry.id))"
)
"""The condition for lines that a later import changed too, and all that this one did not add."""


def _is_edited(person: Person, after: str | None, raised: str | None, *, is_later: bool) -> bool:
    """Whether a customer is not what the import made of them.

    Where it left no word of their state, nobody has raised their version, and no later import has known them.
    """
    if after is not None:
        return _is_changed(person, after)
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
