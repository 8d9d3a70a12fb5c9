"""Numbers without gaps and with them, names of exports, and how the exchange stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import ExchangeError
from store.exchange import MadeOf
from store.workbook import folder_ledger as ledger
from store.workbook.folder_files import Numbered, export_name, is_workbook, numbered, shortened
from store.workbook.folder_ledger import Known, gaps_of, joined
from store.workbook.folder_records import Gap, Outcome, Place
from store.workbook.folder_share import connect
from store.workbook.folder_standing import standing
from tests.store.workbook.folders import imports_inside, make_till, meet, names
from tests.store.workbook.importing import ADA
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book


@pytest.mark.parametrize(
    ("highest", "later", "expected"),
    [
        (0, [], (0, ())),
        (0, [(0, 1)], (1, ())),
        (0, [(1, 2), (0, 1), (2, 3)], (3, ())),
        (1, [(2, 3), (3, 4)], (1, ((2, 3), (3, 4)))),
        (1, [(2, 3), (0, 4)], (4, ())),
        (5, [(0, 1), (1, 2)], (5, ())),
        (0, [(0, 3), (5, 6)], (3, ((5, 6),))),
    ],
)
def test_how_far_the_numbers_go(highest: int, later: list[tuple[int, int]], expected: tuple[int, object]) -> None:
    assert joined(highest, later) == expected


@pytest.mark.parametrize(
    ("known", "present", "expected"),
    [
        (Known("o", "t", 3, (), 3), set(), []),
        (Known("o", "t", 3, (), 5), set(), [(4, 5)]),
        (Known("o", "t", 3, (), 5), {4}, [(5, 5)]),
        (Known("o", "t", 1, ((2, 3), (5, 7)), 9), set(), [(2, 2), (4, 5), (8, 9)]),
        (Known("o", "t", 0, ((4, 5),), 0), set(), [(1, 4)]),
    ],
)
def test_the_numbers_that_are_missing(known: Known, present: set[int], expected: list[tuple[int, int]]) -> None:
    assert [(gap.first, gap.last) for gap in gaps_of(known, present)] == expected


@given(st.permutations([(number - 1, number) for number in range(1, 9)]), st.integers(0, 8))
def test_the_order_in_which_exports_come_does_not_matter(order: list[tuple[int, int]], so_far: int) -> None:
    highest, later = 0, ()
    for pair in order[:so_far]:
        highest, later = joined(highest, {*later, pair})
    assert (highest, later) == joined(0, order[:so_far])
    missing = {n for gap in gaps_of(Known("o", "t", highest, later, 8)) for n in range(gap.first, gap.last + 1)}
    assert missing == set(range(1, 9)) - {number for _, number in order[:so_far]}


def test_what_is_known_of_a_book_is_kept(book: Book) -> None:
    ledger.know(book, MadeOf("a" * 32, 2, 1), "till-2")
    ledger.tell(book, "a" * 32, "till-2", 3)
    assert ledger.knows(book) == {}
    assert standing(book).gaps == (Gap("till-2", "a" * 32, 1, 1), Gap("till-2", "a" * 32, 3, 3))
    ledger.know(book, MadeOf("a" * 32, 1, 0), "till-2")
    ledger.know(book, MadeOf("b" * 32), "till-3")  # no numbered export
    assert ledger.knows(book) == {"a" * 32: 2}


@pytest.mark.parametrize(
    ("till", "expected"),
    [
        ("Till 2", "regulars-Till-2-0123abcd-000012.xlsx"),
        ("../../etc", "regulars-etc-0123abcd-000012.xlsx"),
        ("Кассa", "regulars-a-0123abcd-000012.xlsx"),
        ("Касса", "regulars-till-0123abcd-000012.xlsx"),
        ("x" * 99, f"regulars-{'x' * 24}-0123abcd-000012.xlsx"),
    ],
)
def test_the_name_of_an_export_is_one_on_every_disk(till: str, expected: str) -> None:
    name = export_name(till, "0123abcd" * 4, 12)
    assert name == expected
    read = numbered(name)
    assert read is not None
    assert (read.origin, read.number) == ("0123abcd", 12)


def test_only_its_own_form_is_a_numbered_name() -> None:
    assert numbered("regulars-a-b-00000000-1000000.xlsx") == Numbered("a-b", "00000000", 1_000_000)
    for name in ("regulars-a-0000000-000001.xlsx", "regulars-a-00000000-1.xlsx", "regulars--00000000-000001.xls", "a"):
        assert numbered(name) is None


def test_which_names_are_read() -> None:
    assert [name for name in ("a.xlsx", "a.XLS", "a.csv", ".a.xlsx", "~$a.xlsx", "a", "a.part", "a.xlsx#", "a.pdf")
            if is_workbook(name)] == ["a.xlsx", "a.XLS", "a.csv"]  # fmt: skip


def test_a_long_name_is_cut_between_letters() -> None:
    assert shortened("a" * 180) == "a" * 180
    assert shortened("é" * 200) == "é" * 90
    assert shortened("€" * 100) == "€" * 60


def test_two_that_set_a_folder_up_at_once_agree(tmp_path: Path) -> None:
    first = connect(tmp_path).id
    (tmp_path / ".regulars" / f"folder-{'0' * 16}").touch()
    assert connect(tmp_path).id == "0" * 16
    assert connect(tmp_path, expected=first).id == "0" * 16
    with pytest.raises(ExchangeError, match="begin anew"):
        connect(tmp_path, expected="f" * 16)
    assert {*names(tmp_path)} == {".regulars", *map(str, Place)}


def test_a_folder_that_is_a_file_or_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExchangeError, match="There is no folder"):
        connect(tmp_path / "file")
    (tmp_path / "inbox").touch()
    with pytest.raises(ExchangeError, match="cannot be used"):
        connect(tmp_path)


def test_how_the_exchange_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imports_inside(monkeypatch)
    one, two = make_till(tmp_path, "till-1"), make_till(tmp_path, "till-2")
    one.add("Ann Lee")
    meet(one, two)
    sheet(one.folder / "inbox" / "march.xlsx", ADA)
    one.sync()
    one.add("Bob May")
    book = one.open()
    stands = standing(book)
    book.close()
    assert stands.folder == str(one.folder)
    assert stands.ran_at is not None
    assert [(line.number, line.customers, line.seen_by) for line in stands.sent] == [
        (2, 1, ledger.FROM_OFFICE), (1, 1, ""),
    ]  # fmt: skip
    assert {(line.name[:5], line.outcome, line.till) for line in stands.taken} == {
        ("march", Outcome.TAKEN, ""), ("regul", Outcome.TAKEN, "till-2"),
    }  # fmt: skip
    assert (stands.unseen, stands.changed, stands.gaps) == (1, 1, ())
