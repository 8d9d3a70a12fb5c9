"""What the stores of the business were called, and are called now: a set of renames that only grows, the same in all.

A name is no store: it can be given up, and be another store's later. So a rename leads from one *use* of a name to
another (`Main` to `Center`, and the store that is called Main after that is another use of `Main`). Uses that renames
connect are one store, in whatever order they come to be known; it is called as the latest rename says that no other
one has led away from. What a book, or a file, means by a name follows from the renames that it knows itself.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from store.merge.state import LAST_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBER_MARK = "|"
"""Before the number of a later use; it cannot stand in a store's name."""


class Rename(NamedTuple):
    """A store was renamed: from one use of a name to another, which is spelled `name`. `at` is in seconds."""

    former: str
    use: str
    name: str
    at: int
    origin: str

    @property
    def key(self) -> tuple[str, str]:
        """Which rename it is: of two that are alike the later counts."""
        return self.former, self.use

    @property
    def rank(self) -> tuple[int, str, str]:
        """What decides among renames: the greatest time, then origin, then name."""
        return self.at, self.origin, self.name


def folded(name: str) -> str:
    """A name as it is compared."""
    return name.casefold()


def joined(*several: Iterable[Rename]) -> dict[tuple[str, str], Rename]:
    """Renames of several books as one set."""
    found: dict[tuple[str, str], Rename] = {}
    for renames in several:
        for rename in renames:
            if rename.key not in found or found[rename.key].rank < rename.rank:
                found[rename.key] = rename
    return found


class StoreNames:
    """Which use of which name is which store, by the renames that somebody knows."""

    def __init__(self, renames: Iterable[Rename] = ()) -> None:
        self.renames = joined(renames)
        self._left = {rename.former for rename in self.renames.values()}
        self._led_to = {rename.use for rename in self.renames.values()}
        self._one: dict[str, str] = {}
        for rename in self.renames.values():
            self._unite(rename.former, rename.use)
        self._last = self._named()
        self._by_name = {folded(last.name): last for last in self._last.values()}
        self._given_up: dict[str, Rename] = {}
        for rename in self.renames.values():
            name = _name_in(rename.former)
            if name not in self._given_up or self._given_up[name].rank < rename.rank:
                self._given_up[name] = rename

    def __bool__(self) -> bool:
        """Whether any store was ever renamed."""
        return bool(self.renames)

    def use_of(self, name: str) -> str:
        """Which use of the name counts now: the store that is called so, or one that nobody renamed."""
        last = self._by_name.get(folded(name))
        return self._unused(name) if last is None else last.use

    def now(self, use: str) -> str | None:
        """What the store is called of this use of a name; None for one that was never renamed."""
        return self._last[self._root(use)].name if use in self._one else None

    def formerly(self, name: str) -> str | None:
        """What the store is called that last gave this name up; None when none did."""
        rename = self._given_up.get(folded(name))
        return None if rename is None else self.now(rename.former)

    @property
    def former(self) -> set[str]:
        """Every name that was given up, folded."""
        return set(self._given_up)

    def uses(self, name: str) -> set[str]:
        """Every use of a name that is the store which is called so here."""
        use = self.use_of(name)
        root = self._root(use)
        return {use, *(one for one in self._one if self._root(one) == root)}

    def first_use(self, name: str, known: StoreNames) -> str:
        """The first name of the store that is called so here, as who knows `known` sees it."""
        return min(self.uses(name), key=known.order)

    def order(self, use: str) -> tuple[bool, bool, str]:
        """What orders uses: first those that some rename led away from, and of them those that none led to."""
        return use not in self._left, use in self._led_to, use

    def renaming(self, old: str, new: str, at: int, origin: str) -> Rename:
        """The rename of the store that is called `old` now; later than all that is known of it."""
        former = self.use_of(old)
        use = self._unused(new, former) if folded(old) == folded(new) else self.use_of(new)
        roots = {self._root(one) for one in (former, use)}
        known = [last.at for root, last in self._last.items() if root in roots]
        return Rename(former, use, new, min(max(at, *(when + 1 for when in known), 0), LAST_TIME), origin)

    def _named(self) -> dict[str, Rename]:
        """For each store the rename that it is called by; stores of one name are one."""
        left = self._left
        while True:
            last: dict[str, Rename] = {}
            for rename in self.renames.values():
                root = self._root(rename.use)
                if root not in last or _order(last[root], left) < _order(rename, left):
                    last[root] = rename
            stores: dict[str, list[str]] = defaultdict(list)
            for root, rename in last.items():
                stores[folded(rename.name)].append(root)
            several = [roots for roots in stores.values() if len(roots) > 1]
            if not several:
                return last
            for first, *others in several:
                for other in others:
                    self._unite(first, other)

    def _unused(self, name: str, *more: str) -> str:
        use, number = folded(name), 0
        while use in self._one or use in more:
            number += 1
            use = f"{folded(name)}{NUMBER_MARK}{number}"
        return use

    def _root(self, use: str) -> str:
        while (above := self._one.get(use, use)) != use:
            self._one[use] = self._one.get(above, above)
            use = above
        return use

    def _unite(self, one: str, other: str) -> None:
        for use in (one, other):
            self._one.setdefault(use, use)
        first, second = sorted((self._root(one), self._root(other)))
        self._one[second] = first


def _order(rename: Rename, left: set[str]) -> tuple[bool, tuple[int, str, str]]:
    return rename.use not in left, rename.rank


def _name_in(use: str) -> str:
    return use.partition(NUMBER_MARK)[0]
