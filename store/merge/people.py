"""Who is who: uids that follow from a row's content, and uids that are found, or said, to be one person."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from store import folding
from store.merge.state import LAST_TIME, Row, Value, in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DERIVED = uuid.UUID("6d2b0f52-6a0f-5f5d-9c26-3e0a5f3f2a11")
"""Namespace of uids made from a row's own content, so that two tills make the same customer of it."""
IDENTITY = ("first_name", "last_name", "email", "phone", "id_number")
"""The fields that say who somebody is."""
FOUND = ""
"""The origin of a verdict that no person gave: anybody's own outranks it."""
FEWEST_DIGITS = 5
"""Digits of a phone that is one; fewer, or all the same, are typed where a number is wanted and nobody has one."""
MOST_VALUES = 256
"""Ways to put a row's values together by which it is known; of more only those in force count."""
_NOBODYS = frozenset({
    "none", "null", "nil", "nothing", "noemail", "nomail", "noaddress", "na", "unknown", "nobody", "noone", "anonymous",
    "noreply", "donotreply", "test", "dummy", "xx", "xxx", "xxxx", "asdf",
})  # fmt: skip
"""What stands before the @ of an e-mail that is typed where one is wanted and nobody has one, without its marks."""
_MARKS = str.maketrans("", "", ".-_+/")


class Verdict(NamedTuple):
    """Whether two uids are one person. The latest holds; a book that found it by itself says so at time 0."""

    at: int
    origin: str
    same: bool


_UNSAID = Verdict(0, FOUND, False)

Pairs = dict[tuple[str, str], Verdict]
"""Verdicts by the two uids, the smaller first."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What of a person is compared with others: e-mail, phone digits, folded name and ID number, '' where blank."""

    email: str = ""
    phone: str = ""
    name: str = ""
    number: str = ""

    @property
    def certain(self) -> tuple[tuple[str, ...], ...]:
        """What no two people share: the ID number; the e-mail with the phone; the e-mail with the full name."""
        told = (("id_number", self.number), ("phone", self.email, self.phone), ("name", self.email, self.name))
        return tuple(key for key in told if all(key))

    def same(self, other: Keys) -> bool:
        """Whether this is certainly the other."""
        return not set(self.certain).isdisjoint(other.certain)

    def alike(self, other: Keys) -> tuple[str, ...]:
        """The fields by which this may be the other, which a person is asked about."""
        shared = (("email", self.email, other.email), ("phone", self.phone, other.phone))
        return tuple(name for name, mine, theirs in shared if mine and mine == theirs)


def keys_of(values: Mapping[str, Value]) -> Keys:
    """The keys of somebody by their values; a blank first or last name makes no full name."""
    first, last = str(values.get("first_name") or ""), str(values.get("last_name") or "")
    return Keys(
        email_key(str(values.get("email") or "")),
        phone_key(str(values.get("phone") or "")),
        folding.name_key(first, last) if first and last else "",
        folding.nocase(str(values.get("id_number") or "")),
    )


def email_key(email: str) -> str:
    """An e-mail as it is compared; '' for a placeholder, which stands for nobody."""
    key = folding.nocase(email)
    return "" if key.partition("@")[0].translate(_MARKS) in _NOBODYS else key


def phone_key(phone: str) -> str:
    """The digits of a phone as they are compared; '' for a placeholder, which stands for nobody."""
    digits = folding.digits(phone)
    return "" if len(digits) < FEWEST_DIGITS or digits.count(digits[0]) == len(digits) else digits


def row_keys(row: Row) -> Keys:
    """The keys of a row, or of several rows' view."""
    return keys_of({name: in_force(row, name) for name in IDENTITY})


def every_certain(row: Row) -> set[tuple[str, ...]]:
    """All that no two people share and that a row can be known by, whichever of its written values are in force."""
    several = [{v.value for v in row.fields.get(name, ())} | {in_force(row, name)} for name in IDENTITY]
    if prod(map(len, several)) > MOST_VALUES:
        return set(row_keys(row).certain)
    return {key for values in product(*several) for key in keys_of(dict(zip(IDENTITY, values, strict=True))).certain}


def derived_uid(values: Mapping[str, Value]) -> str:
    """The uid of a row that has none: from its ID number, else its e-mail, else its phone, else all it says."""
    keys = keys_of(values)
    if keys.number:
        name = f"number:{keys.number}"
    elif keys.email:
        name = f"email:{keys.email}"
    elif keys.phone:
        name = f"phone:{keys.phone}"
    else:
        name = f"row:{sorted((name, value) for name, value in values.items() if value)!r}"
    return str(uuid.uuid5(DERIVED, name))


def named_uid(name: str) -> str:
    """A uid that follows from a name, as a UUID of version 5 looks; in a fifth of `uuid.uuid5`'s time."""
    digits = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def pair(one: str, other: str) -> tuple[str, str]:
    """Two uids in the order in which a verdict names them."""
    return (one, other) if one < other else (other, one)


def leading(uids: Iterable[str]) -> str:
    """Which of a person's uids stands for all: the smallest, one that a book made before one that a list made."""
    return min(uids, key=lambda uid: (uid[14:15] == "5", uid))


def joined(ours: Pairs, theirs: Pairs) -> Pairs:
    """Both books' verdicts: of two on one pair, the latest."""
    both = dict(ours)
    for uids, verdict in theirs.items():
        both[uids] = max(verdict, both.get(uids, verdict))
    return both


@dataclass(slots=True)
class Groups:
    """Which uids are one person, by the verdicts that say so (union-find)."""

    _above: dict[str, str] = field(default_factory=dict)
    _apart: dict[str, set[str]] = field(default_factory=dict)
    """What stands for the groups of whom some are told apart from some of a group, by what stands for that."""

    @classmethod
    def of(cls, pairs: Pairs) -> Groups:
        """The groups that verdicts make, in whatever order they come.

        Whom a person said to be one are one. Whom books found to be one are, pair after pair in a fixed order, but
        never by a third: not where anybody of the one group is told apart from anybody of the other.
        """
        groups, found = cls(), []
        for (one, other), verdict in pairs.items():
            if verdict.same and verdict.origin == FOUND:
                found.append((one, other))
            elif verdict.same:
                groups.put_together(one, other)
        for (one, other), verdict in pairs.items():
            if not verdict.same:
                groups._tell_apart(one, other)
        for one, other in sorted(found) if groups._apart else found:
            if groups.top(other) not in groups._apart.get(groups.top(one), ()):
                groups.put_together(one, other)
        return groups

    def _tell_apart(self, one: str, other: str) -> None:
        tops = self.top(one), self.top(other)
        if tops[0] != tops[1]:
            for mine, theirs in (tops, tops[::-1]):
                self._apart.setdefault(mine, set()).add(theirs)

    def top(self, uid: str) -> str:
        """What stands for a uid's group while groups are made; not its leader."""
        while (above := self._above.get(uid, uid)) != uid:
            self._above[uid] = self._above.get(above, above)
            uid = above
        return uid

    def put_together(self, one: str, other: str) -> None:
        """Two uids are one person."""
        gone, kept = self.top(one), self.top(other)
        if gone == kept:
            return
        if len(self._apart.get(gone, ())) > len(self._apart.get(kept, ())):
            gone, kept = kept, gone
        self._above[gone] = kept
        for apart_from in self._apart.pop(gone, ()):
            self._apart[apart_from].discard(gone)
            self._apart[apart_from].add(kept)
            self._apart.setdefault(kept, set()).add(apart_from)

    def of_one(self, uids: Iterable[str], whose: Iterable[str]) -> set[str]:
        """Those of the uids who are one person with any of the others."""
        tops = {self.top(uid) for uid in whose}
        return {uid for uid in uids if self.top(uid) in tops}

    def members(self, uids: Iterable[str]) -> list[list[str]]:
        """These uids by person, each person's leader first."""
        by_top: dict[str, list[str]] = {}
        for uid in uids:
            by_top.setdefault(self.top(uid), []).append(uid)
        return [_led(group) for group in by_top.values()]


def _led(group: list[str]) -> list[str]:
    first = leading(group)
    return [first, *sorted(set(group) - {first})]


def named(pairs: Pairs) -> set[str]:
    """The uids that are said, or found, to be one with others, be it that some of these are told apart."""
    return {uid for uids, verdict in pairs.items() if verdict.same for uid in uids}


def judged(known: Pairs, pairs: Iterable[tuple[str, str]], at: int, origin: str, *, same: bool) -> Pairs:
    """Verdicts that a person gives now, each later than the one they saw, whatever the clock says."""
    return {uids: _later(known.get(uids, _UNSAID), at, origin, same=same) for uids in pairs}


def _later(seen: Verdict, at: int, origin: str, *, same: bool) -> Verdict:
    """A verdict that outranks another: at the end of all times by its origin, which no book has."""
    verdict = Verdict(min(max(at, seen.at + 1), LAST_TIME), origin, same)
    return verdict if verdict > seen else verdict._replace(origin=seen.origin + origin)


def apart(known: Pairs, member: str, at: int, origin: str) -> Pairs:
    """Verdicts that take one uid out of the person that it is by those known, of whom some may not be shown."""
    groups = Groups.of(known)
    others = {uid for uids in known for uid in uids if groups.top(uid) == groups.top(member)} - {member}
    return judged(known, (pair(member, other) for other in sorted(others)), at, origin, same=False)
