"""Customers who share an e-mail or a phone, and of whom nobody said whether they are one: a question of the review."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from store import identity, rows
from store.fields import BY_NAME
from store.merge import people
from store.review_records import Kind, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from store.database import Book

WHO = "who:"
"""What begins the id of such a question; the two uids follow."""
SHARED_BY_MOST = 20
"""Customers who share an e-mail or a phone: of more it is a number that stands for none, and nobody is asked."""
COLUMNS = {"email": "email", "phone": "phone_digits"}
"""What is compared, by field."""
COMPARED: dict[str, Callable[[str], str]] = {"email": people.email_key, "phone": people.phone_key}
"""How a field's value is compared; '' where it stands for nobody."""
_SHARING = " UNION ALL ".join(
    f"SELECT '{field}', {column}, group_concat(uid, ' ') FROM customer WHERE {column} <> '' AND active "  # noqa: S608  # ours
    f"GROUP BY {column} HAVING count(*) BETWEEN 2 AND {SHARED_BY_MOST}"
    for field, column in COLUMNS.items()
)

Pair = tuple[str, str]
"""Two uids, the smaller first."""


def asked(book: Book) -> Iterator[Question]:
    """The pairs of the book that a person is asked about, by the first's name."""
    shared = alike(book)
    for pair in identity.told_apart(book, shared):
        del shared[pair]
    yield from told(shared, names(book, {uid for pair in shared for uid in pair}))


def alike(book: Book) -> dict[Pair, list[str]]:
    """All pairs of the book that share something, with the fields that they share, whatever was said of them."""
    shared = book.execute(_SHARING)
    return sharing((field, uids.split(" ")) for field, value, uids in shared if COMPARED[field](value))


def sharing(groups: Iterable[tuple[str, Sequence[str]]]) -> dict[Pair, list[str]]:
    """The pairs of groups of uids that share a field, with the fields. Groups of too many are none."""
    shared: dict[Pair, list[str]] = {}
    for field, uids in groups:
        if len(uids) <= SHARED_BY_MOST:
            for pair in combinations(sorted(uids), 2):
                shared.setdefault(pair, []).append(field)
    return shared


def told(shared: Mapping[Pair, Sequence[str]], named: Mapping[str, str]) -> Iterator[Question]:
    """The questions about these pairs, by the first's name."""
    for uid, other in sorted(shared, key=lambda pair: (named[pair[0]].casefold(), pair)):
        label = " and ".join(BY_NAME[field].label for field in shared[uid, other])
        yield Question(f"{WHO}{uid}:{other}", Kind.WHO, uid, named[uid], label, "", named[uid], named[other], "", other)


def two(question_id: str) -> Pair:
    """The uids of the two whom such a question is about, by its id."""
    uid, _, other = question_id.removeprefix(WHO).partition(":")
    return uid, other


def names(book: Book, uids: Iterable[str]) -> dict[str, str]:
    """First and last name of customers by uid."""
    return {
        uid: name
        for marks, part in rows.in_parts(uids)
        for uid, name in book.rows(
            f"SELECT uid, trim(first_name || ' ' || last_name) FROM customer WHERE uid IN ({marks})",  # noqa: S608
            part,
        )
    }
