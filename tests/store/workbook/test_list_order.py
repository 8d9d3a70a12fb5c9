"""Lists of one person that come in another order than they were saved in: the one saved first counts."""

from __future__ import annotations

from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from store import duplicates, rows, stores, upkeep
from store.customers import create
from store.merge import state
from store.merge.state import Offer, Row, Why
from store.review_records import Kind, Question
from store.workbook import held_cells
from store.workbook.merging import Merge
from tests.store.workbook.importing import ADA, BOB, counts, customers, run_import
from tests.store.workbook.sharing import agreed, planned, saved, update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from store.database import Book
    from tests.books import Pattern

SAVED = 1_735_689_600
MONTH = 30 * 86_400
SAME = {"Phone Number": "0049 555 111", "Loyalty Points": 50, "Stores": "Downtown"}
OTHER = {"Phone Number": "0049 555 222", "Loyalty Points": 70, "Stores": "Airport"}
ORDERS = list(permutations(range(3)))
LONG = "the list that the other shop sends us every month, of everybody who has ever been there once"


def lists(folder: Path, *said: dict[str, Any], **more: Any) -> list[Path]:
    """A list for each month, of Ada."""
    months = enumerate(said)
    return [
        saved(customers(folder / f"{LONG} {at}.xlsx", ADA | {"Loyalty": "yes"} | values | more), SAVED + at * MONTH)
        for at, values in months
    ]


def opened(pattern: Pattern, path: Path) -> Book:
    """A book with two stores."""
    book = pattern.copy(path)
    for name in ("Downtown", "Airport"):
        stores.ensure(book, name)
    return book


def all_of(book: Book) -> dict[str, Any]:
    """What the books must have in common, with the states that are kept of lists."""
    people = rows.by_id(book, (of for (of,) in book.rows("SELECT id FROM customer")))
    assert upkeep.check(book).faults == ()
    return agreed(book) | {"states": [person.rows for person in people.values()]}


def after(pattern: Pattern, folder: Path, paths: Sequence[Path]) -> dict[str, Any]:
    """What a new book says that read these files, one after the other; read again they say nothing."""
    with closing(opened(pattern, folder / f"{len(list(folder.iterdir()))}.db")) as book:
        for path in paths:
            run_import(book, path)
        for path in paths:
            assert planned(book, path).writes_nothing, path
        return all_of(book)


@pytest.mark.parametrize(
    "said", [(SAME, OTHER, SAME), (SAME, SAME, OTHER), (OTHER, SAME, SAME)], ids=("131", "113", "311")
)
def test_any_order_of_three_lists_makes_the_same_book(
    tmp_path: Path, new_pattern: Pattern, said: tuple[dict[str, Any], ...]
) -> None:
    paths = lists(tmp_path, *said)
    books = [after(new_pattern, tmp_path, [paths[at] for at in order]) for order in ORDERS]
    [first, *others] = books
    assert others == [first] * 5
    assert str(said[0]["Phone Number"]) in first["customers"][0]
    assert first["customers"][0][-1] == said[0]["Loyalty Points"]
    assert len(first["questions"]) == 3


def test_an_earlier_list_counts_for_what_its_columns_say(tmp_path: Path, new_pattern: Pattern) -> None:
    """The later list says more, which rests on it alone: the states are those of the other order all the same."""
    earlier = lists(tmp_path, SAME)
    [_, later] = lists(tmp_path, SAME, SAME, City="Wien")
    paths = [*lists(tmp_path, SAME), later]
    assert earlier == paths[:1]
    assert after(new_pattern, tmp_path, paths) == after(new_pattern, tmp_path, paths[::-1])


def test_only_earlier_times_are_counted_as_unchanged_and_can_be_learned_once(
    tmp_path: Path, new_pattern: Pattern
) -> None:
    first, second = lists(tmp_path, SAME, SAME)
    with closing(opened(new_pattern, tmp_path / "book.db")) as book:
        run_import(book, second)
        before = agreed(book)
        plan = planned(book, first)
        assert (plan.changed, plan.questions, plan.writes_nothing) == ([], [], False)
        assert counts(run_import(book, first)) == (0, 0, 1, 0)
        assert agreed(book) == before
        assert planned(book, first).writes_nothing
        assert planned(book, second).writes_nothing


def test_what_somebody_wrote_is_not_offered_again(tmp_path: Path, new_pattern: Pattern) -> None:
    with closing(opened(new_pattern, tmp_path / "book.db")) as book:
        values = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "city": "Wien"}
        create(book, values | {"loyalty": True})
        [path] = lists(tmp_path, {"City": "Wien"})
        assert planned(book, path).writes_nothing


def test_what_somebody_wrote_since_the_later_list_is_not_either(tmp_path: Path, new_pattern: Pattern) -> None:
    first, second = lists(tmp_path, SAME, SAME)
    with closing(opened(new_pattern, tmp_path / "book.db")) as book:
        run_import(book, second)
        update(book, "Ada", phone="0049 555 111 5")
        update(book, "Ada", phone="0049 555 111")
        run_import(book, first)
        assert agreed(book)["questions"] == []
        [person] = rows.by_id(book, [1]).values()
        assert "phone" not in person.view.offers


def test_who_is_several_uids_hears_of_an_earlier_list_too(tmp_path: Path, new_pattern: Pattern) -> None:
    orders = []
    for at, order in enumerate(permutations(range(2))):
        folder = tmp_path / str(at)
        folder.mkdir()
        months = lists(folder, {"City": "Wien"}, {"City": "Wien"})
        with closing(opened(new_pattern, folder / "book.db")) as book:
            bob = customers(folder / "bob.xlsx", BOB)
            saved(bob, SAVED + 5 * MONTH)
            run_import(book, bob)
            run_import(book, months[order[0]])
            duplicates.merge(book, *(uid for (uid,) in book.rows("SELECT uid FROM customer ORDER BY uid")))
            run_import(book, months[order[1]])
            [person] = rows.by_id(book, [of for (of,) in book.rows("SELECT id FROM customer")]).values()
            orders.append({offer.at for offer in person.view.offers["city"]})
    assert orders == [{SAVED}, {SAVED}]


def test_a_cell_with_several_offers_is_told_by_the_one_that_counts() -> None:
    offers = [Offer(at, f"k{at}", f"City {at}", Why.LIST) for at in range(1, 30)]
    rows_now = {"a": Row(offers={"city": frozenset(offers[1:])}), "b": Row(offers={"city": frozenset(offers[:1])})}
    question = Question("q", Kind.LIST, "a", "Ada", "City", "", "City 1", "City 2")
    [(name, fault, asked)] = held_cells.of_list(Merge(2, "a", rows_now), [question])
    assert (name, fault.value, asked) == ("city", "City 1", (question,))


def test_a_time_that_nobody_knows_is_the_last() -> None:
    assert state.is_before(5, 0)
    assert not state.is_before(0, 5)
    assert not state.is_before(0, 0)
