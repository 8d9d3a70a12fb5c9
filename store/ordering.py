"""How the list is ordered by each of its columns.

An order is a run of groups. In a group customers stand by a key of their own, if the group has one, and then by name.
Blank values stand last in both directions: who sorts by gift card wants to see cards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store import folding
from store.matching import EVERYBODY

if TYPE_CHECKING:
    from store.database import Book


class Group(NamedTuple):
    """Customers that stand together: those that meet `condition` (SQL) and `match` (search index).

    In the group they stand by `key` (SQL), then by name; the index `walks` goes through it in that order.
    Without a key they stand by name: from Z to A where the group `descends`.
    """

    condition: str = ""
    match: str = ""
    key: str = ""
    walks: str = ""
    descends: bool = False


class _Indexed(NamedTuple):
    """A text with an index on (column, ord). Those without one stand in a group of their own, last."""

    key: str
    walks: str

    def groups(self, *, descending: bool) -> tuple[Group, ...]:  # noqa: ARG002  # blank is last either way
        return Group(f"{self.key} > ''", key=self.key, walks=self.walks), Group(f"{self.key} = ''", walks=self.walks)


class _Number(NamedTuple):
    """A number with an index. Those at zero are many, and stand in a group of their own, by name."""

    column: str
    walks: str

    def groups(self, *, descending: bool) -> tuple[Group, ...]:
        keys = {"<": self.column, "=": "", ">": self.column}
        signs = tuple(Group(f"{self.column} {sign} 0", key=key, walks=self.walks) for sign, key in keys.items())
        return signs[::-1] if descending else signs


class _Sorted(NamedTuple):
    """A column without an index: the rows are sorted each time. A blank becomes what sorts last."""

    column: str

    def groups(self, *, descending: bool) -> tuple[Group, ...]:
        blank = "''" if descending else "char(1114111)"
        return (Group(key=f"ifnull(nullif({self.column}, ''), {blank}) COLLATE NOCASE"),)


_INDEXED: dict[str, _Indexed | _Number] = {
    "last_name": _Indexed("c.last_name COLLATE NOCASE", "customer_last_name"),
    "email": _Indexed("c.email", "customer_email"),
    "phone": _Indexed("c.phone_digits", "customer_phone_digits"),
    "gift_card": _Indexed("c.gift_card", "customer_gift_card"),
    "points": _Number("c.points", "customer_points"),
}
_SORTED = {
    name: _Sorted(f"c.{name}")
    for name in (
        "gender", "date_of_birth", "id_number", "nationality", "gate_code", "anniversary", "notes", "reason",
        "address_line1", "address_line2", "city", "state", "zip_code", "country", "enrolled",
    )
}  # fmt: skip

_NO_YES = {
    "loyalty": (Group(match=f'"{folding.PLAIN_TOKEN}"'), Group(match=f'"{folding.LOYALTY_TOKEN}"')),
    "active": (
        Group(match=f'"{folding.INACTIVE_TOKEN}"'),
        Group(match=f'({EVERYBODY} NOT "{folding.INACTIVE_TOKEN}")'),
    ),
    "photo": (Group("c.has_photo = 0"), Group("c.has_photo = 1", walks="customer_has_photo")),
}


def bare(key: str) -> str:
    """A key without its collation."""
    return key.removesuffix(" COLLATE NOCASE")


def groups_of(book: Book, order: str, *, descending: bool) -> tuple[Group, ...]:
    """The groups of an order, first to last. Name, first name, and what is no column, are the book's own order."""
    if column := _INDEXED.get(order) or _SORTED.get(order):
        return column.groups(descending=descending)
    if order in _NO_YES:
        return _NO_YES[order][::-1] if descending else _NO_YES[order]
    if order == "stores":
        return _by_store(book, descending=descending)
    return (Group(descends=descending),)


def _by_store(book: Book, *, descending: bool) -> tuple[Group, ...]:
    """Customers by the first of their stores; those of none last."""
    tokens = [f'"{folding.store_token(at)}"' for (at,) in book.rows("SELECT id FROM store ORDER BY name, id")]
    groups = []
    for at, token in enumerate(tokens):
        earlier = " OR ".join(tokens[:at])
        groups.append(Group(match=f"({token} NOT ({earlier}))" if earlier else token))
    if descending:
        groups.reverse()
    none = f"({EVERYBODY} NOT ({' OR '.join(tokens)}))" if tokens else ""
    return (*groups, Group(match=none))
