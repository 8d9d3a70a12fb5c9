"""Finding by their keys who of the book's customers is certainly somebody: the states' rows count, each by itself.

A customer of one uid is found by the columns, and by the ID number that the state alone has; of one of several uids
every row is read.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from store import folding, rows
from store.merge import codec, people

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from store.database import Book
    from store.merge.people import Keys, Verdict

Key = tuple[str, ...]
"""What no two people share, as `Keys.certain` names it."""
MOST_ALIKE = 300
"""Rows that share a key: of more nobody is found to be one, lest every one of thousands be noted beside all others.

Placeholders are no keys at all (`people.keys_of`); this only holds what nobody thought of.
"""
_NUMBER = "id_number"
_FEW = 12
"""Words by which rows are looked for before they are read; of more all are."""
_AT_ONCE = 250
"""E-mails that one question names, with as many phones and names as go with them."""
_SEVERAL_VALUES = re.compile(rf'"(?:{"|".join(people.IDENTITY)})":\[\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\],\[')
"""In a state, a field that says who somebody is and has values beside one another."""
_ERASED = "uid NOT IN (SELECT uid FROM erased_person)"
_TOGETHER = "SELECT leader_uid FROM row_state WHERE uid <> leader_uid"
_COLUMNS = "uid, email, phone_digits, iif(first_name <> '' AND last_name <> '', name_key, ''), coalesce(id_number, '')"


def sharing(book: Book, keys: Iterable[Key]) -> dict[Key, set[str]]:
    """The uids of the book's rows that have each of these keys; keys that nobody has are left out."""
    wanted = frozenset(keys)
    found: dict[Key, set[str]] = defaultdict(set)
    if not wanted:
        return found
    leaders: set[str] = set()
    alone: list[tuple[str, Key]] = []
    for uid, theirs in _by_columns(book, wanted):
        leaders.add(uid)
        alone += [(uid, key) for key in theirs.certain if key in wanted]
    alone += _by_hidden_number(book, wanted)
    several = _of_several(book, {uid for uid, _ in alone})
    for uid, key in alone:
        if uid not in several:
            found[key].add(uid)
    for uid, theirs in _in_rows(book, wanted):
        for key in wanted.intersection(theirs.certain):
            found[key].add(uid)
    return found


def in_states(book: Book) -> dict[Key, int]:
    """The customers, by id, whom whole states know by keys that the columns need not show, by each of the keys.

    What somebody wrote counts, in force or not. Of several who have a key it is the one whose uid leads.
    """
    found: dict[Key, set[str]] = defaultdict(set)
    ids: dict[str, int] = {}
    together = {leader for (leader,) in book.rows(_TOGETHER)}
    for leader, customer_id, number, text in book.rows(
        "SELECT leader_uid, customer.id, hides, row_state.state FROM row_state "
        "JOIN customer ON customer.uid = leader_uid WHERE row_state.uid NOT IN (SELECT uid FROM erased_person)"
    ):
        ids[leader] = customer_id
        if number is not None:
            found[_NUMBER, folding.nocase(number)].add(leader)
        if leader in together or _SEVERAL_VALUES.search(text):
            for key in people.every_certain(codec.parsed(json.loads(text))):
                found[key].add(leader)
    return {key: ids[people.leading(leaders)] for key, leaders in found.items()}


def _by_columns(book: Book, wanted: Collection[Key]) -> Iterable[tuple[str, Keys]]:
    numbers = [key[1] for key in wanted if key[0] == _NUMBER]
    for marks, part in rows.in_parts(numbers):
        for uid, *told in book.rows(f"SELECT {_COLUMNS} FROM customer WHERE id_number IN ({marks})", part):  # noqa: S608
            yield uid, _keys(*told)
    by_email: dict[str, list[str]] = defaultdict(list)
    for kind, email, *rest in (key for key in wanted if key[0] != _NUMBER):
        by_email[email].append(f"{kind} {rest[0]}")
    emails = list(by_email)
    for at in range(0, len(emails), _AT_ONCE):
        part = emails[at : at + _AT_ONCE]
        told_of = {told for email in part for told in by_email[email]}
        phones = [told.removeprefix("phone ") for told in told_of if told.startswith("phone ")]
        names = [told.removeprefix("name ") for told in told_of if told.startswith("name ")]
        yield from _by_email(book, part, phones, names)


def _by_email(book: Book, emails: list[str], phones: list[str], names: list[str]) -> Iterable[tuple[str, Keys]]:
    """Customers who have one of the e-mails, and one of the phones or names: thousands may share an e-mail alone."""
    asked = json.dumps(phones), json.dumps(names)
    marks = ",".join("?" * len(emails))
    sql = (
        f"SELECT {_COLUMNS} FROM customer INDEXED BY customer_email WHERE email IN ({marks}) AND "  # noqa: S608
        "(phone_digits IN (SELECT value FROM json_each(?)) OR name_key IN (SELECT value FROM json_each(?)))"
    )
    for uid, *told in book.rows(sql, (*emails, *asked)):
        yield uid, _keys(*told)


def _keys(email: str, phone: str, name: str, number: str) -> Keys:
    return people.Keys(people.email_key(email), people.phone_key(phone), name, folding.nocase(number))


def _by_hidden_number(book: Book, wanted: Collection[Key]) -> list[tuple[str, Key]]:
    """Who has an ID number that another shows."""
    found: list[tuple[str, Key]] = []
    for marks, part in rows.in_parts(key[1] for key in wanted if key[0] == _NUMBER):
        sql = f"SELECT leader_uid, hides FROM row_state WHERE hides COLLATE NOCASE IN ({marks}) AND hides IS NOT NULL"  # noqa: S608
        found += [(uid, (_NUMBER, folding.nocase(number))) for uid, number in book.rows(sql, part)]
    return found


def _of_several(book: Book, leaders: Collection[str]) -> set[str]:
    return {
        uid
        for marks, part in rows.in_parts(leaders)
        for (uid,) in book.rows(f"{_TOGETHER} AND leader_uid IN ({marks})", part)
    }


def _in_rows(book: Book, wanted: Collection[Key]) -> Iterable[tuple[str, Keys]]:
    """The rows of customers of several uids that may have one of the keys."""
    sql = f"SELECT uid, state FROM row_state WHERE leader_uid IN ({_TOGETHER}) AND {_ERASED}"  # noqa: S608
    words = sorted({key[1] for key in wanted})
    if len(words) > _FEW:
        words = []
    told = [folding.nocase(codec.dumps(word)[1:-1]) for word in words]
    if told:
        sql += f" AND ({' OR '.join(['instr(lower(state), ?)'] * len(told))})"
    for uid, text in book.rows(sql, told):
        row = codec.parsed(json.loads(text))
        if not row.is_empty:
            yield uid, people.row_keys(row)


def pairs(alike: Mapping[Key, Collection[str]], whose: Mapping[str, Collection[Key]]) -> set[tuple[str, str]]:
    """Pairs of uids that share a key of whoever is asked for; `alike` has who has each key, these among them."""
    found = set()
    for uid, keys in whose.items():
        for key in keys:
            others = alike.get(key, ())
            if len(others) <= MOST_ALIKE:
                found |= {people.pair(uid, other) for other in others if other != uid}
    return found


def unsaid(found: Iterable[tuple[str, str]], known: Mapping[tuple[str, str], Verdict]) -> list[tuple[str, str]]:
    """Those of the pairs on which there is no verdict yet, in order."""
    return sorted(pair for pair in found if pair not in known)
