"""A store that is renamed keeps its name, whichever old file is read, and is renamed in every book that hears of it."""

from __future__ import annotations

import json
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from store import past_imports, store_names, stores, upkeep
from store.workbook import apply as applying
from store.workbook import sync_sheet
from store.workbook.apply import apply, recover
from store.workbook.reader import open_workbook
from store.workbook.sync_state import DAMAGED
from tests.store.workbook.importing import asked, counts, cut_off, edit, exported, run_import
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.sharing import (
    agreed,
    assert_says_nothing,
    named,
    office_workbook,
    planned,
    several,
    update,
    with_state,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.database import Book

FEW = 5
OF_DOWNTOWN = ("Bo", "Cleo", "Eve")
"""Those of the few who are customers of Downtown."""
RENAMED = "The store Downtown is called Center in the other book: it is renamed here."


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as it was exported before anything was renamed."""
    return office_workbook(tmp_path_factory.mktemp("start"), FEW)


@pytest.fixture
def two(tmp_path: Path, start: Path) -> Iterator[list[Book]]:
    """Two books that have read it, and both know two cities of Bo: the state of him is kept whole."""
    with several(tmp_path, "ab", start) as books:
        for book, city in zip(books, ("Rome", "Oslo"), strict=True):
            update(book, "Bo", city=city)
        exchange(books, tmp_path, "cities")
        assert asked(books[0])[0][0] == "conflict"
        yield books


def exchange(books: list[Book], folder: Path, name: str) -> None:
    """Have two books read what the other has."""
    paths = [exported(book, folder / f"{name} {at}.xlsx") for at, book in enumerate(books)]
    for book, path in zip(books, reversed(paths), strict=True):
        run_import(book, path)


def rename(book: Book, old: str, new: str) -> None:
    store = stores.named(book, old)
    stores.rename(book, store.id, new, store.code)


def names_in(book: Book) -> set[str]:
    return {store.name for store in stores.all_stores(book)}


def stores_of(book: Book, first: str) -> tuple[str, ...]:
    return named(book, first).stores


def assert_agree(books: list[Book]) -> None:
    first, *others = books
    for other in others:
        assert agreed(other) == agreed(first)
        assert names_in(other) == names_in(first)
    for book in books:
        assert upkeep.check(book).faults == ()
        assert_whole_states_speak_of(names_in(book), book)


def assert_whole_states_speak_of(names: set[str], book: Book) -> None:
    kept = book.rows("SELECT state FROM row_state")
    assert kept
    for (state,) in kept:
        assert {name for version in json.loads(state)["f"].get("stores", ()) for name in version[2]} <= names


def test_an_old_file_does_not_undo_a_rename(two: list[Book], start: Path, tmp_path: Path) -> None:
    one, other = two
    old = exported(other, tmp_path / "old.xlsx")
    rename(one, "Downtown", "Center")
    for path in (old, start, old):
        assert_says_nothing(one, path, FEW)
    update(other, "Cleo", city="Bern")
    assert counts(run_import(one, exported(other, tmp_path / "later.xlsx"))) == (0, 1, FEW - 1, 0)
    assert names_in(one) == {"Airport", "Center"}
    assert {stores_of(one, name) for name in OF_DOWNTOWN} == {("Center",)}
    update(one, "Bo", stores=("Center", "Airport"))
    assert stores_of(one, "Bo") == ("Airport", "Center")
    assert names_in(one) == {"Airport", "Center"}


def test_a_rename_travels_and_ends_alike_in_any_order(two: list[Book], start: Path, tmp_path: Path) -> None:
    one, other = two
    old = exported(other, tmp_path / "old.xlsx")
    rename(one, "Downtown", "Center")
    update(one, "Cleo", city="Bern")
    new = exported(one, tmp_path / "new.xlsx")
    plan = planned(other, new)
    assert plan.report.notes == [RENAMED]
    assert counts(plan.report, "Stores") == (0, 1, 1, 0)
    assert [move.uid for move in plan.changed] == [named(other, "Cleo").uid], "who only belongs to it is no change"
    before = {name: named(other, name).version for name in OF_DOWNTOWN}
    assert counts(run_import(other, new)) == (0, 1, FEW - 1, 0)
    assert {name: named(other, name).version - before[name] for name in OF_DOWNTOWN} == {"Bo": 0, "Cleo": 1, "Eve": 0}
    for path in (new, old, start, new):
        assert_says_nothing(other, path, FEW)
    run_import(one, exported(other, tmp_path / "back.xlsx"))
    assert_agree(two)
    assert names_in(one) == {"Airport", "Center"}


@pytest.mark.parametrize("order", list(permutations(("old", "new", "newer"))), ids=" ".join)
def test_a_book_that_knows_nobody_yet_reads_old_and_new_in_any_order(
    start: Path, tmp_path: Path, order: tuple[str, ...]
) -> None:
    with (
        several(tmp_path, "a", start) as (one,),
        several(tmp_path, "b", exported(one, tmp_path / "e.xlsx")) as (other,),
    ):
        update(one, "Bo", city="Rome")
        update(other, "Bo", city="Oslo")
        paths = {"old": exported(other, tmp_path / "old.xlsx")}
        rename(one, "Downtown", "Middle")
        paths["new"] = exported(one, tmp_path / "new.xlsx")
        rename(one, "Middle", "Center")
        paths["newer"] = exported(one, tmp_path / "newer.xlsx")
        for name in (*order, *order):
            run_import(other, paths[name])
        run_import(one, exported(other, tmp_path / "back.xlsx"))
        run_import(other, exported(one, tmp_path / "forth.xlsx"))
        assert_agree([one, other])
        assert names_in(one) == {"Airport", "Center"}


def test_a_rename_that_changes_nothing_here_is_learned_all_the_same(start: Path, tmp_path: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        old = exported(one, tmp_path / "old.xlsx")
        rename(one, "Downtown", "Center")
        other.execute("UPDATE store SET name = 'Center' WHERE name = 'Downtown'")
        report = run_import(other, exported(one, tmp_path / "new.xlsx"))
        assert (report.notes, counts(report), counts(report, "Stores")) == ([], (0, 0, FEW, 0), (0, 0, 2, 0))
        assert_says_nothing(other, old, FEW)
        assert names_in(other) == {"Airport", "Center"}


def test_a_state_that_stands_whole_in_a_file_is_read_under_the_new_name(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    update(other, "Cleo", notes="<clear>", city="Bern")
    old = exported(other, tmp_path / "old.xlsx")
    rename(one, "Downtown", "Center")
    [move] = planned(one, old).changed
    assert {field.label for field in move.fields} == {"City", "Notes"}
    run_import(one, old)
    assert (named(one, "Cleo").city, stores_of(one, "Cleo")) == ("Bern", ("Center",))
    assert names_in(one) == {"Airport", "Center"}


def test_a_rename_back_travels_too(two: list[Book], tmp_path: Path) -> None:
    rename(two[0], "Downtown", "Center")
    exchange(two, tmp_path, "there")
    rename(two[1], "Center", "Downtown")
    exchange(two, tmp_path, "back")
    assert_agree(two)
    assert names_in(two[0]) == {"Airport", "Downtown"}


def test_two_stores_that_change_names_do_so_everywhere(two: list[Book], start: Path, tmp_path: Path) -> None:
    one, other = two
    for old, new in (("Downtown", "X"), ("Airport", "Downtown"), ("X", "Airport")):
        rename(one, old, new)
    exchange(two, tmp_path, "changed")
    for book in two:
        assert_says_nothing(book, start, FEW)
        assert {stores_of(book, name) for name in OF_DOWNTOWN} == {("Airport",)}
    assert_agree([one, other])


def test_they_do_so_in_slices_however_small(two: list[Book], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "FIRST_SLICE", 1)
    monkeypatch.setattr(applying, "SMALLEST_SLICE", 1)
    one, other = two
    update(one, "Ada", stores=("Airport",))
    for old, new in (("Downtown", "X"), ("Airport", "Downtown"), ("X", "Airport")):
        rename(one, old, new)
    exchange(two, tmp_path, "changed")
    assert (stores_of(other, "Ada"), names_in(other)) == (("Downtown",), {"Airport", "Downtown"})
    assert {stores_of(other, name) for name in OF_DOWNTOWN} == {("Airport",)}
    assert_agree(two)


def test_a_store_that_is_called_so_after_that_is_another_one(two: list[Book], start: Path, tmp_path: Path) -> None:
    one, _ = two
    rename(one, "Downtown", "Center")
    stores.ensure(one, "Downtown")
    update(one, "Ada", stores=("Downtown",))
    run_import(one, start)
    exchange(two, tmp_path, "both")
    for book in two:
        assert_says_nothing(book, start, FEW)
        assert names_in(book) == {"Airport", "Center", "Downtown"}
        assert {stores_of(book, name) for name in OF_DOWNTOWN} == {("Center",)}
        assert stores_of(book, "Ada") == ("Downtown",)
    assert_agree(two)


def test_two_books_that_rename_it_at_once_agree(two: list[Book], tmp_path: Path) -> None:
    rename(two[0], "Downtown", "Center")
    rename(two[1], "Downtown", "Harbor")
    exchange(two, tmp_path, "first")
    assert_agree(two)
    assert len(names_in(two[0]) & {"Center", "Harbor"}) == 1


def test_where_a_book_has_both_they_become_one(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    rename(one, "Downtown", "Center")
    made = stores.ensure(other, "Center", "C1")
    update(other, "Dan", stores=("Center",))
    update(other, "Eve", stores=("Center", "Downtown"))
    pay(other, made.id, "1-1", "1-2")
    pay(other, stores.named(other, "Downtown").id, "1-3")
    plan = planned(other, new := exported(one, tmp_path / "new.xlsx"))
    assert plan.report.notes == [
        "The stores Downtown and Center are one in the other book, Center: they become one here."
    ]
    run_import(other, new)
    assert names_in(other) == {"Airport", "Center"}
    assert {stores_of(other, name) for name in (*OF_DOWNTOWN, "Dan")} == {("Center",)}
    assert stores.named(other, "Center").code == "C1"
    assert receipts_of(other) == {"Center": ["1-1", "1-2", "1-3"]}
    run_import(one, exported(other, tmp_path / "back.xlsx"))
    run_import(other, exported(one, tmp_path / "forth.xlsx"))
    assert_agree(two)


def test_two_sales_of_one_number_stay_apart(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    rename(one, "Downtown", "Center")
    pay(other, stores.ensure(other, "Center").id, "1-1", "1-2")
    pay(other, stores.named(other, "Downtown").id, "1-1")
    run_import(other, exported(one, tmp_path / "new.xlsx"))
    assert {stores_of(other, name) for name in OF_DOWNTOWN} == {("Center",)}
    assert sorted(number for numbers in receipts_of(other).values() for number in numbers) == ["1-1", "1-1", "1-2"]
    assert names_in(other) == {"Airport", "Center", "Center (2)"}
    assert upkeep.check(other).faults == ()


def pay(book: Book, store_id: int, *numbers: str) -> None:
    with book.write():
        for number in numbers:
            book.execute(
                "INSERT INTO receipt (store_id, number, paid_at) VALUES (?, ?, '2026-06-20T11:53:00Z')",
                (store_id, number),
            )


def receipts_of(book: Book) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, number in book.rows("SELECT name, number FROM receipt JOIN store ON store.id = store_id ORDER BY 1, 2"):
        found.setdefault(name, []).append(number)
    return found


def test_names_that_differ_in_case_are_no_change(two: list[Book], start: Path, tmp_path: Path) -> None:
    one, other = two
    other.execute("UPDATE store SET name = 'DOWNTOWN' WHERE name = 'Downtown'")
    assert_says_nothing(other, exported(one, tmp_path / "one.xlsx"), FEW)
    assert_says_nothing(other, start, FEW)
    assert_says_nothing(one, exported(other, tmp_path / "other.xlsx"), FEW)
    assert (names_in(one), names_in(other)) == ({"Airport", "Downtown"}, {"Airport", "DOWNTOWN"})


def test_another_spelling_travels_as_a_rename(two: list[Book], start: Path, tmp_path: Path) -> None:
    rename(two[0], "Downtown", "DownTown")
    exchange(two, tmp_path, "spelled")
    assert_agree(two)
    assert names_in(two[1]) == {"Airport", "DownTown"}
    assert_says_nothing(two[1], start, FEW)


def test_an_edit_of_an_old_file_is_one_edit_in_all_books(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    path = exported(other, tmp_path / "edited.xlsx")
    edit(path, {named(other, "Cleo").uid: {"Stores": "Downtown; Airport"}, named(other, "Eve").uid: {"Stores": None}})
    rename(one, "Downtown", "Center")
    for book in two:
        run_import(book, path)
    assert stores_of(one, "Cleo") == ("Airport", "Center")
    open_before = asked(one)
    exchange(two, tmp_path, "both")
    assert asked(one) == open_before
    assert_agree(two)


def test_a_list_that_has_the_former_name_means_the_store_of_now(two: list[Book], tmp_path: Path) -> None:
    one, _ = two
    rename(one, "Downtown", "Middle")
    rename(one, "Middle", "Center")
    new = {"First Name": "Zoe", "Last Name": "Zed", "E-Mail": "zoe@example.com", "Stores": "Middle; DOWNTOWN"}
    run_import(one, sheet(tmp_path / "list.xlsx", new, Stores=[["Store Code", "Store"], ["", "Downtown"]]))
    assert stores_of(one, "Zoe") == ("Center",)
    assert names_in(one) == {"Airport", "Center"}


def test_who_renames_after_the_preview_is_right(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    update(other, "Bo", notes="met")
    plan_of = planned(one, path := exported(other, tmp_path / "other.xlsx"))
    assert plan_of.changed
    from tests.store.workbook.importing import staged

    stage = staged(one, path.name, plan_of)
    rename(one, "Downtown", "Center")
    apply(one, stage, plan_of.report, lambda done, total: None)
    stage.discard()
    run_import(other, exported(one, tmp_path / "one.xlsx"))
    assert_agree(two)
    assert names_in(one) == {"Airport", "Center"}


def test_a_killed_import_leaves_the_stores_before_or_after(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    rename(one, "Downtown", "Center")
    update(one, "Cleo", city="Bern")
    cut_off(other, exported(one, tmp_path / "new.xlsx"))
    recover(other)
    assert names_in(other) == {"Airport", "Center"}
    run_import(one, exported(other, tmp_path / "back.xlsx"))
    assert_agree(two)


def test_taking_back_leaves_the_new_name_and_says_so(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    rename(one, "Downtown", "Center")
    update(one, "Cleo", city="Bern")
    before = named(other, "Cleo").city
    run_import(other, exported(one, tmp_path / "new.xlsx"))
    [(run_id,)] = other.rows("SELECT max(id) FROM import_run")
    done = past_imports.take_back(other, run_id)
    assert done.kept == ("The store Center was called Downtown before the import, and keeps the new name.",)
    assert (named(other, "Cleo").city, stores_of(other, "Cleo")) == (before, ("Center",))
    assert names_in(other) == {"Airport", "Center"}


def test_taking_back_gives_a_store_back_under_the_name_of_now(two: list[Book], tmp_path: Path) -> None:
    one, _ = two
    path = exported(one, tmp_path / "edited.xlsx")
    edit(path, {named(one, "Bo").uid: {"Stores": "Airport"}})
    run_import(one, path)
    assert stores_of(one, "Bo") == ("Airport",)
    rename(one, "Downtown", "Center")
    [(run_id,)] = one.rows("SELECT max(id) FROM import_run")
    assert past_imports.take_back(one, run_id).kept == ()
    assert stores_of(one, "Bo") == ("Center",)
    assert_whole_states_speak_of(names_in(one), one)


def test_without_a_rename_nothing_is_added(two: list[Book], tmp_path: Path) -> None:
    one, _ = two
    assert "renamed" not in head_of(exported(one, tmp_path / "none.xlsx"))
    rename(one, "Downtown", "Center")
    told = head_of(exported(one, tmp_path / "one.xlsx"))["renamed"]
    assert [rename[:3] for rename in told] == [["downtown", "center", "Center"]]


def head_of(path: Path) -> dict[str, Any]:
    head, _, _ = sync_sheet.unpack(open_workbook(path).sync, None).payload.partition(b"\n")
    found: dict[str, Any] = json.loads(head)
    return found


FORGERIES: dict[str, Any] = {
    "no list": 7,
    "no rename": ["downtown"],
    "a number": [[1, "center", "Center", 1, "x"]],
    "not folded": [["Downtown", "center", "Center", 1, "x"]],
    "another name": [["downtown", "center", "Harbor", 1, "x"]],
    "a mark in it": [["downtown", "a;b", "a;b", 1, "x"]],
    "no text": [["downtown", "center", "Center", 1, None]],
    "too long": [["downtown", "c" * 256, "c" * 256, 1, "x"]],
    "no name": [["downtown", "", "", 1, "x"]],
    "no time": [["downtown", "center", "Center", "now", "x"]],
    "beyond all clocks": [["downtown", "center", "Center", 1 << 50, "x"]],
    "too late a use": [["downtown", "center|99999999999", "Center", 1, "x"]],
    "no use": [["downtown", "center|0", "Center", 1, "x"]],
    "too many": [[f"a{at}", f"b{at}", f"B{at}", 1, "x"] for at in range(1001)],
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_rename_makes_a_list_of_the_file(two: list[Book], tmp_path: Path, what: str) -> None:
    one, other = two
    path = forged(exported(one, tmp_path / "one.xlsx"), FORGERIES[what])
    before = agreed(other)
    assert planned(other, path).report.notes == [DAMAGED]
    run_import(other, path)
    assert (agreed(other)["stores"], names_in(other)) == (before["stores"], {"Airport", "Downtown"})


def forged(path: Path, renames: Any) -> Path:
    def change(state: bytes) -> bytes:
        head, _, rest = state.partition(b"\n")
        return json.dumps(json.loads(head) | {"renamed": renames}).encode() + b"\n" + rest

    return with_state(path, change, path.with_name("forged.xlsx"))


def test_no_more_renames_are_taken_from_files_than_a_business_has(
    two: list[Book], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    monkeypatch.setattr(store_names, "MOST", 2)
    many = [["a", "b", "B", 1, "x"], ["airport", "harbor", "Harbor", 2, "x"], ["downtown", "quay", "Quay", 3, "x"]]
    path = forged(exported(one, tmp_path / "one.xlsx"), many)
    assert run_import(other, path).notes == [
        "The store Airport is called Harbor in the other book: it is renamed here.",
        "A book takes no more than 2 renames of stores from files; passed over here: 1.",
    ]
    rename(other, "Harbor", "Lake")
    assert len(head_of(exported(other, tmp_path / "own.xlsx"))["renamed"]) == 3, (
        "a person's own are sent on all the same"
    )
    path = forged(exported(one, tmp_path / "one.xlsx"), [["a", "b", "b", 9, "x"], ["c", "d", "D", 9, "x"]])
    run_import(other, path)
    told = head_of(exported(other, tmp_path / "own.xlsx"))["renamed"]
    assert [name for _, _, name, *_ in told] == ["b", "Harbor", "Lake"], "the later one of those it knows is taken"


def test_forged_circles_end(two: list[Book], tmp_path: Path) -> None:
    one, other = two
    circle = [
        ["downtown", "airport", "Airport", 1, "x"], ["airport", "downtown", "Downtown", 2, "x"],
        ["downtown", "downtown", "DOWNTOWN", 3, "x"],
    ]  # fmt: skip
    path = forged(exported(one, tmp_path / "one.xlsx"), circle)
    for book in two:
        run_import(book, path)
    exchange(two, tmp_path, "both")
    assert_agree(two)
    assert names_in(other) == {"Airport", "DOWNTOWN"}, "a file that has both has another Airport"
