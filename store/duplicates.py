"""Two entries for one person: likely pairs, making one customer of two, and two of one again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from store import customers, erased, folding, identity, review, rows
from store import members as put_aside
from store.errors import ErasedCustomerError, StoreError, UnknownCustomerError
from store.fields import BY_NAME
from store.merge import parting, people, state
from store.review_records import Member, Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.customer_records import Customer
    from store.database import Book
    from store.merge.writing import Rows
    from store.review_records import Question
    from store.rows import Person

SHARED_BY_MOST = 20
"""Customers who share a value: of more it is one that stands for nobody, and says nothing."""
ALREADY_ONE = "These two are one customer already."
_ADDS_UP = frozenset({state.POINTS, "reason"})
"""The fields that are the ledger's."""
NOT_MERGED = "This customer was not put together with another."
_STRENGTHS = {"id_number": 16, "email": 4, "phone": 4, "name": 3, "date_of_birth": 2}
"""How much it says when two customers agree in it."""
_LABELS = {name: "Name" if name == "name" else BY_NAME[name].label for name in _STRENGTHS}
_OF_COLUMN = {"email": "email", "phone_digits": "phone", "name_key": "name"}
"""The columns by whose indexes alone is found who may be alike, and what is compared of them."""


@dataclass(slots=True)
class _Someone:
    """A customer as far as they are compared."""

    uid: str
    name: str
    keys: dict[str, str]

    def agrees(self, other: _Someone) -> tuple[str, ...]:
        """In what two customers are alike, and do not differ for being blank."""
        return tuple(name for name in _STRENGTHS if self.keys[name] and self.keys[name] == other.keys[name])


def likely(book: Book, *, offset: int = 0, limit: int = 200) -> tuple[Pair, ...]:
    """Pairs of active customers who may be one person, the likeliest first; not those that a person judged.

    They share the ID number, the e-mail, the phone, or the full name and the birthday.
    """
    with book.read():
        return tuple(_found(book)[offset : offset + limit])


def count(book: Book) -> int:
    """How many likely pairs there are."""
    with book.read():
        return len(_found(book))


def _found(book: Book) -> list[Pair]:
    alike: dict[tuple[str, str], tuple[_Someone, _Someone]] = {}
    for group in _groups(book):
        for pair in combinations(sorted(group, key=lambda one: one.uid), 2):
            alike[pair[0].uid, pair[1].uid] = pair
    said = identity.told_apart(book, alike)
    found = [(_strength(why), one, other, why) for uids, (one, other) in alike.items()
             if uids not in said and (why := one.agrees(other))]  # fmt: skip
    found.sort(key=lambda entry: (-entry[0], entry[1].name.casefold(), entry[1].uid, entry[2].uid))
    return [_pair(one, other, why) for _, one, other, why in found]


def _strength(why: Iterable[str]) -> int:
    return sum(_STRENGTHS[name] for name in why)


def _pair(one: _Someone, other: _Someone, why: tuple[str, ...]) -> Pair:
    if people.leading([one.uid, other.uid]) != one.uid:
        one, other = other, one
    return Pair(one.uid, one.name, other.uid, other.name, tuple(_LABELS[name] for name in why))


def _groups(book: Book) -> Iterator[list[_Someone]]:
    """Customers who share what few share."""
    for column in _OF_COLUMN:
        by_value: dict[str, list[_Someone]] = defaultdict(list)
        for key, *told in book.execute(
            f"SELECT {column}, uid, {_COLUMNS} FROM (SELECT {column} FROM customer WHERE {column} <> '' "  # noqa: S608
            f"GROUP BY {column} HAVING count(*) > 1) CROSS JOIN customer USING ({column}) "
            f"WHERE active AND ({column != 'name_key'} OR date_of_birth IS NOT NULL)",
        ):
            someone = _someone(*told)
            birth = someone.keys["date_of_birth"]
            if column != "name_key":
                if someone.keys[_OF_COLUMN[column]]:
                    by_value[folding.nocase(key)].append(someone)
            elif birth and someone.keys["name"]:
                by_value[f"{key} {birth}"].append(someone)
        yield from (group for group in by_value.values() if 1 < len(group) <= SHARED_BY_MOST)
    yield from _hiding_numbers(book)


_COLUMNS = "first_name, last_name, email, phone_digits, name_key, date_of_birth, id_number"


def _someone(uid: str, first: str, last: str, email: str, digits: str, *rest: str | None) -> _Someone:
    name_key, birth, number = rest
    keys = {
        "email": people.email_key(email), "phone": people.phone_key(digits),
        "name": name_key or "" if first and last else "",
        "date_of_birth": birth or "", "id_number": folding.nocase(number or ""),
    }  # fmt: skip
    return _Someone(uid, " ".join(filter(None, (first, last))), keys)


def _hiding_numbers(book: Book) -> Iterator[list[_Someone]]:
    """Customers whose ID number is in the state alone, for another shows it; each with that other."""
    asked = [
        leader
        for (leader,) in book.rows(
            "SELECT leader_uid FROM row_state JOIN customer ON customer.uid = leader_uid "
            "WHERE hides IS NOT NULL AND active"
        )
    ]
    for person in rows.by_uid(book, asked).values():
        number = state.in_force(person.view, "id_number")
        for told in book.rows(f"SELECT uid, {_COLUMNS} FROM customer WHERE id_number = ? AND active", (number,)):  # noqa: S608
            [mine] = book.rows(f"SELECT uid, {_COLUMNS} FROM customer WHERE id = ?", (person.id,))  # noqa: S608
            yield [_someone(*told), _someone(*mine[:-1], str(number))]


def merge(book: Book, uid: str, other_uid: str) -> Customer:
    """Make one customer of two, with the receipts, the points and the feedback of both; `separate` undoes it.

    What the two say differently becomes a question of the review. Raises UnknownCustomerError,
    ErasedCustomerError, and StoreError where they are one already.
    """
    with book.write():
        kept = identity.one(book, _two(book, uid, other_uid), rows.dot(book))
        return customers.get(book, kept.id)


def conflicts(book: Book, uid: str) -> tuple[Question, ...]:
    """What the review asks about a customer: in what the two differed of whom one was made."""
    with book.read():
        return tuple(review.about(book, _whom(book, uid)))


def shown_after(book: Book, uid: str, other_uid: str) -> dict[str, str]:
    """What shows of two customers once they are one, by field, but for what adds up. Raises as `merge` does."""
    with book.read():
        view = state.view(row for person in _two(book, uid, other_uid) for row in person.rows.values())
    return {
        name: review.shown(name, True if name in parting.EITHER else state.in_force(view, name))
        for name in rows.FIELD_NAMES
        if name not in _ADDS_UP
    }


def keep_apart(book: Book, uid: str, other_uid: str) -> None:
    """Two customers are two people: the pair is likely no more. Raises as `merge` does."""
    with book.write():
        identity.two(book, _two(book, uid, other_uid), rows.dot(book))


def _two(book: Book, *uids: str) -> list[Person]:
    leaders = rows.leaders(book, uids)
    if missing := set(uids) - set(leaders):
        raise ErasedCustomerError if erased.among(book, missing) else UnknownCustomerError
    found = list(rows.by_uid(book, sorted(set(leaders.values()))).values())
    if len(found) < 2:
        raise StoreError(ALREADY_ONE)
    return found


def members(book: Book, uid: str) -> tuple[Member, ...]:
    """Who was put together with a customer, as they were then; by name. Raises UnknownCustomerError."""
    with book.read():
        person = _whom(book, uid)
        noted = put_aside.noted(book, person.rows)
        found = [
            _member(book, person, member, noted.get(member))
            for member in person.rows
            if member != person.uid
        ]  # fmt: skip
    return tuple(sorted(found, key=lambda member: (member.name.casefold(), member.uid)))


@dataclass(frozen=True, slots=True)
class Joined:
    """A customer, who they were before, and one of those who were put together with them."""

    uid: str
    name: str
    first: Member
    member: Member


def joined(book: Book, *, limit: int = 500) -> tuple[Joined, ...]:
    """Who was put together with whom, by the names of the customers."""
    with book.read():
        leaders = book.rows(
            "SELECT DISTINCT leader_uid, customer.ord, first_name || ' ' || last_name FROM row_state "
            "JOIN customer ON customer.uid = leader_uid WHERE row_state.uid <> leader_uid "
            "AND leader_uid NOT IN (SELECT uid FROM erased_person) ORDER BY ord LIMIT ?",
            (limit,),
        )
        return tuple(
            Joined(uid, name.strip(), first, member)
            for uid, _, name in leaders
            for first in [itself(book, uid)]
            for member in members(book, uid)
        )


def itself(book: Book, uid: str) -> Member:
    """Who a customer was before others were put together with them. Raises UnknownCustomerError."""
    with book.read():
        person = _whom(book, uid)
        return _member(book, person, person.uid, put_aside.noted(book, [person.uid]).get(person.uid))


def _whom(book: Book, uid: str) -> Person:
    found = rows.by_uid(book, rows.leaders(book, [uid]).values())
    if not found:
        raise UnknownCustomerError
    return next(iter(found.values()))


def _member(book: Book, person: Person, uid: str, noted: Rows | None) -> Member:
    view = state.view((noted or {uid: person.rows[uid]}).values())
    going = identity.together(person, uid, noted)
    marks = ", ".join("?" * len(going))
    points, receipts = (
        int(
            book.rows(
                f"SELECT {what} WHERE customer_id = ? AND coalesce(owner_uid, ?) IN ({marks})",
                (person.id, person.uid, *going),
            )[0][0]
        )
        for what in ("coalesce(sum(points), 0) FROM loyalty_entry", "count(*) FROM receipt")
    )
    email, phone = (review.shown(name, state.in_force(view, name)) for name in ("email", "phone"))
    return Member(uid, review.full_name(view), email, phone, points, receipts)


def separate(book: Book, member_uid: str) -> Customer:
    """Make a customer of their own again of who was put together with another, and give that one back.

    Their receipts, points and feedback go with them; what came since the merge stays. Raises UnknownCustomerError, and
    StoreError for somebody who was not put together with another.
    """
    with book.write():
        person = _whom(book, member_uid)
        if person.uid == member_uid:
            raise StoreError(NOT_MERGED)
        identity.part(book, person, member_uid, rows.dot(book))
        return customers.by_uid(book, rows.leaders(book, [member_uid])[member_uid])
