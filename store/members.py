"""What is kept of customers who were merged into others, for the day on which they are told apart again.

A person's rows change with what is written later on; here stands who a customer was when it was merged: all rows, by
the uid that it had, and the photo.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store import rows, store_states
from store.merge import codec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.database import Book
    from store.merge.writing import Rows
    from store.rows import Person


def set_aside(book: Book, person: Person, kept: Person) -> None:
    """Keep who a customer is that is about to be merged into another; inside a write transaction.

    A photo comes along where the other has none.
    """
    note(book, person.uid, person.rows)
    photo = _photo(book, person.id)
    if photo is None:
        return
    own = _photo(book, kept.id)
    _keep_photo(book, person.uid, photo)
    if own is None:
        _give_photo(book, kept.id, photo)
    elif not book.rows("SELECT 1 FROM member_photo WHERE uid = ?", (kept.uid,)):
        _keep_photo(book, kept.uid, own)


def note(book: Book, uid: str, all_rows: Rows) -> None:
    """Keep the rows of a customer that had this uid."""
    told = codec.dumps({member: codec.whole(row) for member, row in all_rows.items()})
    book.execute("INSERT OR REPLACE INTO member_state (uid, state) VALUES (?, ?)", (uid, told))


def note_own(book: Book, person: Person) -> None:
    """Keep who a customer is that others are merged into for the first time."""
    if not noted(book, [person.uid]):
        note(book, person.uid, person.rows)


def noted(book: Book, uids: Iterable[str]) -> dict[str, Rows]:
    """The rows of those who were customers of their own, by the uids that they had."""
    called = store_states.called(store_states.noted(book))
    return {
        uid: {member: store_states.in_row(codec.parsed(row), called) for member, row in json.loads(told).items()}
        for marks, part in rows.in_parts(uids)
        for uid, told in book.rows(f"SELECT uid, state FROM member_state WHERE uid IN ({marks})", part)  # noqa: S608
    }


def told(book: Book, uids: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """What is kept of uids: the rows as they are written, by uid, and of whom there are photos."""
    states: dict[str, str] = {}
    with_photos: list[str] = []
    names = store_states.noted(book)
    for marks, part in rows.in_parts(uids):
        for uid, text in book.rows(f"SELECT uid, state FROM member_state WHERE uid IN ({marks})", part):  # noqa: S608
            states[uid] = store_states.in_states(text, names) if names else text
        with_photos += [uid for (uid,) in book.rows(f"SELECT uid FROM member_photo WHERE uid IN ({marks})", part)]  # noqa: S608
    return states, with_photos


def put_back(book: Book, uids: Iterable[str], states: dict[str, str], with_photos: Iterable[str]) -> None:
    """Have of uids be kept what `told` gave before."""
    kept = set(with_photos)
    for uid in uids:
        book.execute("DELETE FROM member_state WHERE uid = ?", (uid,))
        if uid in states:
            book.execute("INSERT INTO member_state (uid, state) VALUES (?, ?)", (uid, states[uid]))
        if uid not in kept:
            book.execute("DELETE FROM member_photo WHERE uid = ?", (uid,))


def keep_photos(book: Book, uids: Iterable[str]) -> None:
    """Keep again the photos of uids that are customers of their own now."""
    book.raw().executemany(
        "INSERT OR IGNORE INTO member_photo (uid, media_type, image) SELECT customer.uid, media_type, image "
        "FROM customer_photo JOIN customer ON customer.id = customer_id WHERE customer.uid = ?",
        [(uid,) for uid in uids],
    )


def any_of(book: Book, customer_id: int) -> bool:
    """Whether anybody is put together with a customer."""
    return bool(
        book.rows(
            "SELECT 1 FROM customer JOIN row_state ON leader_uid = customer.uid AND row_state.uid <> leader_uid "
            "WHERE customer.id = ? LIMIT 1",
            (customer_id,),
        )
    )


def forget(book: Book, uids: Iterable[str]) -> None:
    """Drop what is kept of these uids: they are customers of their own again, or gone."""
    for marks, part in rows.in_parts(uids):
        book.execute(f"DELETE FROM member_state WHERE uid IN ({marks})", part)  # noqa: S608
        book.execute(f"DELETE FROM member_photo WHERE uid IN ({marks})", part)  # noqa: S608


def part_photos(book: Book, kept: Person, new: Person) -> None:
    """Give somebody who leaves a customer the photo that they came with; the customer keeps their own, and a new one.

    The photo that the customer had only by who leaves goes with it.
    """
    photo = _kept_photo(book, new.uid)
    if photo is None:
        return
    _give_photo(book, new.id, photo)
    own = _kept_photo(book, kept.uid)
    if own is None and _photo(book, kept.id) == photo:
        _take_photo(book, kept.id)


def give_photo_up(book: Book, customer_id: int, uids: Iterable[str]) -> None:
    """Take from a customer who had no photo the one that came by these uids."""
    photo = _photo(book, customer_id)
    if photo is not None and any(_kept_photo(book, uid) == photo for uid in uids):
        _take_photo(book, customer_id)


def take_photo_back(book: Book, customer_id: int, uids: Iterable[str]) -> None:
    """Give a customer the first photo that is kept of these uids, unless they have one."""
    kept = (photo for uid in uids if (photo := _kept_photo(book, uid)) is not None)
    if _photo(book, customer_id) is None and (photo := next(kept, None)) is not None:
        _give_photo(book, customer_id, photo)


def pass_photo_on(book: Book, customer_id: int, heir_id: int, uids: Iterable[str]) -> None:
    """Give the photo of a customer who goes to another, unless it only came by these uids."""
    photo = _photo(book, customer_id)
    if photo is not None and all(_kept_photo(book, uid) != photo for uid in uids):
        _give_photo(book, heir_id, photo)


Photo = tuple[str, bytes]


def _photo(book: Book, customer_id: int) -> Photo | None:
    found = book.rows("SELECT media_type, image FROM customer_photo WHERE customer_id = ?", (customer_id,))
    return (found[0][0], found[0][1]) if found else None


def _kept_photo(book: Book, uid: str) -> Photo | None:
    found = book.rows("SELECT media_type, image FROM member_photo WHERE uid = ?", (uid,))
    return (found[0][0], found[0][1]) if found else None


def _keep_photo(book: Book, uid: str, photo: Photo) -> None:
    book.execute("INSERT OR REPLACE INTO member_photo (uid, media_type, image) VALUES (?, ?, ?)", (uid, *photo))


def _give_photo(book: Book, customer_id: int, photo: Photo) -> None:
    sql = "INSERT OR REPLACE INTO customer_photo (customer_id, media_type, image) VALUES (?, ?, ?)"
    book.execute(sql, (customer_id, *photo))
    book.execute("UPDATE customer SET has_photo = 1 WHERE id = ?", (customer_id,))


def _take_photo(book: Book, customer_id: int) -> None:
    book.execute("DELETE FROM customer_photo WHERE customer_id = ?", (customer_id,))
    book.execute("UPDATE customer SET has_photo = 0 WHERE id = ?", (customer_id,))
