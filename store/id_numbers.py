"""Who shows an ID number that several have: the columns hold it once, the states as often as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import changing, rows
from store.merge import people, state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.database import Book
    from store.merge.state import Row
    from store.rows import Person


def may_show(book: Book, person: Person, number: str) -> bool:
    """Whether a customer shows an ID number; another who shows it, and has the larger uid, shows it no more.

    Inside a write transaction.
    """
    others = book.rows("SELECT id, uid FROM customer WHERE id_number = ? AND id <> ?", (number, person.id))
    if not others:
        return True
    if people.leading([person.uid, others[0][1]]) != person.uid:
        return False
    hide(book, rows.by_id(book, [others[0][0]])[others[0][0]])
    return True


def hide(book: Book, person: Person) -> None:
    """Have a customer show the ID number no more; the state keeps it."""
    changing.change(book, person.id, {"id_number": None, "row_digest": None})
    shown = {name: value for name, value in person.values.items() if name != "id_number"}
    rows.keep(book, person.id, person.uid, person.rows, shown)


def settle(book: Book, person: Person) -> None:
    """Have a customer show the ID number of the state, if it is theirs to show."""
    number = state.in_force(person.view, "id_number")
    [[shown]] = book.rows("SELECT id_number FROM customer WHERE id = ?", (person.id,))
    if isinstance(number, str) and number not in {"", shown} and may_show(book, person, number):
        changing.change(book, person.id, {"id_number": number, "row_digest": None})
        person.values = {**person.values, "id_number": number}
        rows.keep(book, person.id, person.uid, person.rows, person.values)


def free(book: Book, numbers: Iterable[str]) -> None:
    """ID numbers that a customer shows no more are shown by whoever has them too, by the one with the smallest uid.

    Inside a write transaction.
    """
    for number in numbers:
        hiding = hiders(book, number)
        if hiding and not book.rows("SELECT 1 FROM customer WHERE id_number = ?", (number,)):
            leader = people.leading(hiding)
            settle(book, rows.by_uid(book, [leader])[leader])


def hiders(book: Book, number: str) -> list[str]:
    """The uids of the customers who have an ID number that another shows."""
    sql = "SELECT leader_uid FROM row_state WHERE hides = ? COLLATE NOCASE AND hides IS NOT NULL"
    return [uid for (uid,) in book.rows(sql, (number,))]


def of(all_rows: Iterable[Row]) -> set[str]:
    """Every ID number that rows speak of."""
    return {
        str(one.value)
        for row in all_rows
        for one in (*row.fields.get("id_number", ()), *row.offers.get("id_number", ()))
        if one.value
    }
