"""Lists of the same people with other columns, blanks and `<clear>`: in any order they make the same book."""

from __future__ import annotations

import random
from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from store import stores, upkeep
from tests.store.workbook.importing import run_import, workbook
from tests.store.workbook.sharing import agreed, planned, saved

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book
    from tests.books import Pattern

SAVED = 1_735_689_600
PEOPLE = 10
"""Examples of a round: each is somebody of whom all its lists speak."""
CELLS: dict[str, tuple[Any, ...]] = {
    "Phone Number": (None, "<clear>", "0049 555 111", "0049 555 222"),
    "City": (None, "<clear>", "Rome", "Oslo"),
    "Stores": (None, "<clear>", "Downtown", "Airport", "Airport; Downtown"),
    "Loyalty": (None, "<clear>", "YES", "NO"),
    "Loyalty Points": (None, "<clear>", 0, 10, 20),
    "Status": (None, "Active", "Inactive"),
    "Reason": (None, "Welcome", "Goodwill"),
}
"""What a list may say in a column, where it has that."""


def row(chance: random.Random, at: int, columns: list[str]) -> list[Any]:
    email = f"ada{at}@example.com"
    return ["Ada", f"Ames {at}", chance.choice((email, email.upper())), *(chance.choice(CELLS[c]) for c in columns)]


def lists(folder: Path, seed: int, many: int) -> list[Path]:
    """So many lists of the same people, the first saved first."""
    chance = random.Random(seed)
    paths = []
    for number in range(many):
        columns = [column for column in CELLS if chance.random() < 0.7]
        header = ["First Name", "Last Name", "E-Mail", *columns]
        said = [header, *(row(chance, at, columns) for at in range(PEOPLE))]
        path = workbook(folder / f"list {seed} {number}.xlsx", {"Customers": said})
        paths.append(saved(path, SAVED + number * 86_400))
    return paths


def opened(pattern: Pattern, path: Path) -> Book:
    book = pattern.copy(path)
    for name in ("Downtown", "Airport"):
        stores.ensure(book, name)
    return book


@pytest.mark.parametrize(("seed", "many"), [(1, 2), (2, 2), (3, 2), (4, 3)])
def test_any_order_of_lists_with_any_columns_makes_the_same_book(
    tmp_path: Path, new_pattern: Pattern, seed: int, many: int
) -> None:
    paths = lists(tmp_path, seed, many)
    said = []
    for number, order in enumerate(permutations(paths)):
        with closing(opened(new_pattern, tmp_path / f"{seed} {number}.db")) as book:
            for path in order:
                run_import(book, path)
            assert upkeep.check(book).faults == ()
            again = [planned(book, path) for path in paths]
            assert [(plan.changed, plan.questions) for plan in again] == [([], [])] * many
            said.append(agreed(book))
    assert said == said[:1] * len(said)
    assert len(said[0]["customers"]) == PEOPLE
    assert said[0]["questions"]
