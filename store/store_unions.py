"""Which stores of the book are called otherwise, or become one, once it knows more renames."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.fields import LINE_LIMIT
from store.merge.renames import NUMBER_MARK, StoreNames, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.database import Book
    from store.merge.renames import Rename

RENAMED = "The store {} is called {} in the other book: it is renamed here."
BECOME_ONE = "The stores {} and {} are one in the other book, {}: they become one here."
STAY_APART = (
    "The stores {} and {} are one in the other book, {}: they become one here, but for sales of one number in both. "
    "Those of {} stay apart, in a store {}."
)
_ROOM = 8
"""Characters that the number of a name takes at most."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Stores of the book that are to be one store, called `name`: `kept` stays, `going` become it. Ids and names.

    Where both have sales of one number, the store that goes stays beside it with those: by its id in `beside`, with the
    name that it has then.
    """

    name: str
    kept: tuple[int, str]
    going: tuple[tuple[int, str], ...] = ()
    beside: tuple[tuple[int, str], ...] = ()

    @property
    def sentences(self) -> Iterator[str]:
        """What people are told of it."""
        apart = dict(self.beside)
        for store_id, name in self.going:
            if store_id in apart:
                yield STAY_APART.format(self.kept[1], name, self.name, name, apart[store_id])
            else:
                yield BECOME_ONE.format(self.kept[1], name, self.name)
        if not self.going:
            yield RENAMED.format(self.kept[1], self.name)

    def before(self, store_id: int) -> list[int]:
        """The stores whose sales come before those of one that goes."""
        ids = [one for one, _ in (self.kept, *self.going)]
        return ids[: ids.index(store_id)]

    @property
    def former(self) -> list[str]:
        """The names of before that go."""
        return [name for _, name in (self.kept, *self.going) if name != self.name]

    @property
    def called(self) -> dict[str, str]:
        """The name now by the folded names of before."""
        return {folded(name): self.name for _, name in (self.kept, *self.going)}


def settling(book: Book, before: StoreNames, renames: Sequence[Rename]) -> list[Settled]:
    """Which stores of the book become others once it knows these renames too; `before` are those that it knows.

    Which store stays, and what one is called that stays beside it, follows from the renames alone as far as possible:
    all books that know the same ones do the same, so that no sale of the one is taken for a sale of the other.
    """
    after = StoreNames([*before.renames.values(), *renames])
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    names: dict[str, str] = {}
    for store_id, name in book.rows("SELECT id, name FROM store ORDER BY id"):
        now = after.now(before.use_of(name)) or name
        groups[folded(now)].append((store_id, name))
        names[folded(now)] = now
    taken, found = set(groups), []
    for key, stores in groups.items():
        first = {name: before.first_use(name, after) for _, name in stores} if len(stores) > 1 else {}
        kept, *going = sorted(stores, key=lambda store: (after.order(first[store[1]]), store[0])) if first else stores
        if not going and kept[1] == names[key]:
            continue
        beside = []
        for at, (store_id, name) in enumerate(going, 1):
            if _has_number_of(book, store_id, [one for one, _ in (kept, *going)[:at]]):
                beside.append((store_id, _name_beside(first[name], [other for _, other in stores], taken)))
                taken.add(folded(beside[-1][1]))
        found.append(Settled(names[key], kept, tuple(going), tuple(beside)))
    return found


def _has_number_of(book: Book, store_id: int, others: Sequence[int]) -> bool:
    """Whether a store has a receipt of a number that one of the others has as well."""
    marks = ", ".join("?" * len(others))
    return bool(
        book.rows(
            "SELECT 1 FROM receipt WHERE store_id = ? AND EXISTS (SELECT 1 FROM receipt AS other "  # noqa: S608
            f"WHERE other.number = receipt.number AND other.store_id IN ({marks})) LIMIT 1",
            (store_id, *others),
        )
    )


def _name_beside(use: str, names: Sequence[str], taken: set[str]) -> str:
    """The first name of a store that stays beside another, or one like it."""
    first = use.partition(NUMBER_MARK)[0]
    spelled = next((name for name in names if folded(name) == first), first.title())
    number, name = 1, spelled
    while folded(name) in taken:
        number += 1
        name = f"{spelled[: LINE_LIMIT - _ROOM]} ({number})"
    return name
