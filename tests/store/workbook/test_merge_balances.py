"""Balances that come by workbooks: a file that is edited and sent once more, and lists."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from store import customers, identity, loyalty, review, rows
from store.database import open_book
from store.merge import exchange, state
from store.review_records import Answer
from tests.store.workbook.importing import asked, counts, edit, exported
from tests.store.workbook.importing import customers as listed
from tests.store.workbook.ledgers import EARLY, FEW, NOW, UNCHANGED, begun, enter, said
from tests.store.workbook.sharing import agreed, named, planned, saved, several, taken, update
from tests.store.workbook.taking_back import sound

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that all books begin with, of last week."""
    return begun(tmp_path_factory.mktemp("start"))


@pytest.mark.parametrize("turned", [False, True])
def test_a_file_that_is_edited_and_sent_once_more_counts_as_it_was_last_saved(
    tmp_path: Path, start: Path, turned: bool
) -> None:
    with several(tmp_path, "a", start) as (book,):
        ada = named(book, "Ada").uid
        first = edit(shutil.copy(start, tmp_path / "first.xlsx"), {ada: {"Loyalty Points": 130, "City": "Rome"}})
        saved(first, NOW - 4000)
        second = edit(shutil.copy(first, tmp_path / "second.xlsx"), {ada: {"Loyalty Points": 120, "City": "Oslo"}})
        saved(second, NOW - 2000)
        taken(book, second if turned else first)
        enter(book, "Ada", 5)
        taken(book, first if turned else second)
        assert named(book, "Ada").points == 125
        assert named(book, "Ada").city == "Oslo"
        assert asked(book) == [("conflict", "City", "Oslo", "Rome")]
        for path in (first, second):
            assert planned(book, path).writes_nothing


def test_saving_a_file_again_without_an_edit_is_no_change(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        ada = named(book, "Ada").uid
        path = edit(shutil.copy(start, tmp_path / "sheet.xlsx"), {ada: {"Loyalty Points": 100, "City": "Rome"}})
        saved(path, NOW - 4000)
        assert taken(book, path) == (0, 1, FEW - 1, 0)
        shown, version = agreed(book), named(book, "Ada")
        again = saved(path, NOW - 2000, tmp_path / "again.xlsx")
        plan = planned(book, again)
        assert (counts(plan.report), plan.changed, plan.questions) == (UNCHANGED, [], [])
        assert taken(book, again) == UNCHANGED
        assert agreed(book) == shown
        assert (named(book, "Ada").points, named(book, "Ada").city) == (version.points, version.city)
        assert planned(book, again).writes_nothing
        assert planned(book, path).writes_nothing


def test_a_reason_that_is_sent_before_the_points_is_one_entry_with_them(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        ada = named(book, "Ada").uid
        path = edit(shutil.copy(start, tmp_path / "sheet.xlsx"), {ada: {"Reason": "Goodwill"}})
        taken(book, saved(path, NOW - 4000))
        assert said(book, "Ada") == (80, "Goodwill")
        edit(path, {ada: {"Loyalty Points": 90}})
        taken(book, saved(path, NOW - 2000))
        assert said(book, "Ada") == (90, "Goodwill")
        assert len(loyalty.lines(book, named(book, "Ada").id, offset=0, limit=9)) == 2


# Balances of lists


def balance_list(path: Path, book: Book, points: int, at: int, **more: Any) -> Path:
    """A list that says a balance of Ada, saved at a time."""
    row = {"Customer UID": named(book, "Ada").uid, "E-Mail": "ada@example.com", "Loyalty Points": points, **more}
    return saved(listed(path, row), at)


def answer(book: Book, choice: Answer = Answer.TAKE, *, theirs: str = "") -> None:
    """Answer a question, or all."""
    chosen = [one.id for one in review.questions(book) if theirs in one.theirs]
    assert chosen
    review.answer(book, dict.fromkeys(chosen, choice))


def test_a_lists_balance_is_that_of_the_day_on_which_it_was_saved(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        path = balance_list(tmp_path / "list.xlsx", one, 100, NOW - 2000, Reason="Moved")
        enter(one, "Ada", 5)
        plan = planned(one, path)
        [question] = plan.questions
        assert (question.ours, question.theirs) == ("85", "105 (list: 100)")
        [field] = [field for move in plan.changed for field in move.fields if field.label == "Loyalty Points"]
        assert (field.theirs, field.held) == (question.theirs, True)
        assert [row.value for row in plan.report.refused] == ["100"], "the cell as it stands in the list"
        taken(one, path)
        taken(other, path)
        assert asked(other) == [("points", "Loyalty Points", "80", "100")]
        for book in (one, other):
            answer(book)
        assert (named(one, "Ada").points, named(other, "Ada").points) == (105, 100)
        [newest, entry, _] = loyalty.lines(one, named(one, "Ada").id, offset=0, limit=9)
        assert (newest.points, entry.points, entry.reason) == (5, 20, "Moved")
        mine, yours = exported(one, tmp_path / "one.xlsx"), exported(other, tmp_path / "other.xlsx")
        taken(one, yours)
        taken(other, mine)
        assert agreed(one) == agreed(other)
        assert named(one, "Ada").points == 105, "two tills that answer make one entry"


def test_two_lists_in_any_order_come_to_the_later_one(tmp_path: Path, start: Path) -> None:
    for number, order in enumerate(permutations(("100", "110"))):
        (tmp_path / f"{number}").mkdir()
        with several(tmp_path / f"{number}", "a", start) as (book,):
            for points, at in ((100, NOW - 4000), (110, NOW - 2000)):
                taken(book, balance_list(tmp_path / f"{number}" / f"{points}.xlsx", book, points, at))
            answer(book, theirs=order[0])
            if order[0] == "100":
                answer(book, theirs="110")
            assert named(book, "Ada").points == 110
            assert asked(book) == []


def text_list(path: Path, *lines: str, at: int) -> Path:
    """A list that does not say itself when it was saved: its folder does."""
    path.write_text("\n".join(lines))
    os.utime(path, (at, at))
    return path


def test_a_list_that_does_not_say_when_it_was_saved_is_of_the_time_at_which_it_was_written(
    tmp_path: Path, start: Path
) -> None:
    with several(tmp_path, "a", start) as (book,):
        uid = named(book, "Ada").uid
        path = text_list(tmp_path / "list.csv", "Customer UID,Loyalty Points", f"{uid},100", at=NOW - 2000)
        enter(book, "Ada", 5)
        taken(book, path)
        assert asked(book) == [("points", "Loyalty Points", "85", "105 (list: 100)")]
        answer(book)
        assert said(book, "Ada")[0] == 105


def test_a_list_from_tomorrow_is_of_now(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        uid = named(book, "Ada").uid
        enter(book, "Ada", 5)
        path = text_list(tmp_path / "list.csv", "Customer UID,Loyalty Points", f"{uid},100", at=NOW + 90_000)
        taken(book, path)
        answer(book)
        assert said(book, "Ada")[0] == 100


def test_a_later_list_asks_about_whom_an_earlier_one_made_with_or_without_a_balance(tmp_path: Path) -> None:
    heading, first, second = "First Name,Last Name,E-Mail,City", "Ann,Ash,ann@example.com", "Ben,Birk,ben@example.com"
    with closing(open_book(tmp_path / "shop.db")) as book:
        made = text_list(tmp_path / "a.csv", heading, f"{first},Oslo", at=NOW - 9000)
        with_points = text_list(tmp_path / "b.csv", f"{heading},Loyalty Points", f"{second},Rome,100", at=NOW - 8000)
        taken(book, made)
        taken(book, with_points)
        enter(book, "Ann", 40, at=exchange.moment(NOW - 5000))
        later = text_list(
            tmp_path / "c.csv", f"{heading},Loyalty Points", f"{first},Paris,130", f"{second},Rome,170", at=NOW - 4000
        )
        taken(book, later)
        assert [(named(book, name).points, named(book, name).city) for name in ("Ann", "Ben")] == [
            (40, "Oslo"), (100, "Rome"),
        ]  # fmt: skip
        assert sorted(asked(book)) == [
            ("list", "City", "Oslo", "Paris"),
            ("points", "Loyalty Points", "100", "170"),
            ("points", "Loyalty Points", "40", "130"),
        ]
        answer(book)
        assert [(named(book, name).points, named(book, name).city) for name in ("Ann", "Ben")] == [
            (130, "Paris"), (170, "Rome"),
        ]  # fmt: skip
        assert planned(book, later).writes_nothing


def test_who_came_of_a_list_and_is_somebody_of_the_book_keeps_what_they_had_less_what_they_spent(
    tmp_path: Path, start: Path
) -> None:
    with several(tmp_path, "ab", start) as (book, other):
        row = {"First Name": "Zoe", "Last Name": "Zorn", "E-Mail": "zoe@example.com", "Loyalty Points": 100}
        taken(book, saved(listed(tmp_path / "list.xlsx", row), NOW - 2000))
        enter(book, "Zoe", -30)
        born = {"uid": named(book, "Zoe").uid, "first_name": "Zoe", "last_name": "Zorn", "email": "zoe@example.com"}
        customers.create(other, born | {"loyalty": True})
        enter(other, "Zoe", 10, at=EARLY)
        taken(book, exported(other, tmp_path / "other.xlsx"))
        assert named(book, "Zoe").points == -20
        assert asked(book) == [("points", "Loyalty Points", "-20", "70 (list: 100)")]
        answer(book)
        assert named(book, "Zoe").points == 70


def test_an_answer_whose_line_is_there_already_is_a_line_of_its_own(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "a", start) as (book,):
        taken(book, balance_list(tmp_path / "list.xlsx", book, 100, NOW - 2000))
        ada = named(book, "Ada").uid
        enter(book, "Bo", 5, uid=loyalty.derived(f"answer:{ada}:{state.value_key('points', 100)}"))
        answer(book)
        assert (named(book, "Ada").points, named(book, "Bo").points) == (100, 85)
        assert sound(book)


def one_person(book: Book, *first: str) -> None:
    """Somebody says at the till that these are one person."""
    with book.write():
        identity.one(book, list(rows.by_id(book, [named(book, name).id for name in first]).values()), rows.dot(book))


@pytest.mark.parametrize("of", ["Ada", "Bo"])
def test_two_answers_to_one_question_are_one_line_whoever_the_customer_is_by_then(
    tmp_path: Path, start: Path, of: str
) -> None:
    with several(tmp_path, "ab", start) as (book, other):
        who = named(book, of)
        row = {"Customer UID": who.uid, "E-Mail": who.email, "Loyalty Points": 100}
        path = saved(listed(tmp_path / "list.xlsx", row), NOW - 2000)
        for till in (book, other):
            taken(till, path)
        one_person(other, "Ada", "Bo")
        for till in (book, other):
            [question] = [one for one in review.questions(till) if one.label == "Loyalty Points"]
            review.answer(till, {question.id: Answer.TAKE})
        files = [exported(till, tmp_path / f"{till.path.stem}.xlsx") for till in (book, other)]
        for till, path in zip((book, other), files[::-1], strict=True):
            taken(till, path)
        assert agreed(book) == agreed(other)
        assert len(book.rows("SELECT 1 FROM loyalty_entry WHERE reason LIKE 'Balance of%'")) == 1


@pytest.mark.parametrize("of", ["Ada", "Bo"])
@pytest.mark.parametrize("by", ["name", "number"])
def test_so_are_those_to_a_list_that_one_till_read_when_it_had_them_as_one_already(
    tmp_path: Path, start: Path, of: str, by: str
) -> None:
    with several(tmp_path, "ab", start) as (book, other):
        for till in (book, other):
            update(till, of, id_number="N7")
        exchange_all(tmp_path, book, other)
        who = named(book, of)
        row: dict[str, Any] = {"Customer ID Number": "N7"}
        if by == "name":
            row = {"First Name": who.first_name, "Last Name": who.last_name, "E-Mail": who.email}
        path = saved(listed(tmp_path / "list.xlsx", row | {"Loyalty Points": 100}), NOW - 2000)
        one_person(other, "Ada", "Bo")
        for till in (book, other):
            taken(till, path)
            [question] = [one for one in review.questions(till) if one.label == "Loyalty Points"]
            review.answer(till, {question.id: Answer.TAKE})
        exchange_all(tmp_path, book, other)
        assert agreed(book) == agreed(other)
        assert len(book.rows("SELECT 1 FROM loyalty_entry WHERE reason LIKE 'Balance of%'")) == 1


def exchange_all(folder: Path, book: Book, other: Book) -> None:
    """Each reads what the other has."""
    files = [exported(till, folder / f"{till.path.stem}.xlsx") for till in (book, other)]
    for till, path in zip((book, other), files[::-1], strict=True):
        taken(till, path)


def answer_and_exchange(folder: Path, books: tuple[Book, Book], *lists: Path) -> None:
    """Both read the lists, each takes every balance it is asked about, and then they exchange what they have."""
    for till in books:
        for path in lists:
            taken(till, path)
            wanted = [one.id for one in review.questions(till) if one.label == "Loyalty Points"]
            review.answer(till, dict.fromkeys(wanted, Answer.TAKE))
    exchange_all(folder, *books)
    exchange_all(folder, *books)
    assert agreed(books[0]) == agreed(books[1])


def enter_zoe(till: Book, points: int) -> None:
    values: dict[str, Any] = {"first_name": "Zoe", "last_name": "Zorn", "email": "zoe@example.com", "loyalty": True}
    customers.create(till, values | {"points": points, "reason": "Moved"})


def test_a_balance_is_taken_once_where_two_tills_had_each_entered_the_customer(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (book, other):
        for till in (book, other):
            enter_zoe(till, 0)
        answer_and_exchange(tmp_path, (book, other), with_balance(tmp_path / "list.xlsx", 100, NOW - 2000))
        assert named(book, "Zoe").points == 100


@pytest.mark.parametrize("turned", [False, True])
def test_so_it_is_where_one_till_knew_the_customer_and_the_other_had_the_list_make_it(
    tmp_path: Path, start: Path, turned: bool
) -> None:
    with several(tmp_path, "ab", start) as books:
        enter_zoe(books[turned], 80)
        lists = [with_balance(tmp_path / f"{points}.xlsx", points, NOW - 5000 + points) for points in (100, 130)]
        answer_and_exchange(tmp_path, books, *lists)
        assert named(books[0], "Zoe").points == 130 + 80, "which came after both lists were saved"


def with_balance(path: Path, points: int, at: int) -> Path:
    row = {"First Name": "Zoe", "Last Name": "Zorn", "E-Mail": "zoe@example.com", "Loyalty Points": points}
    return saved(listed(path, row), at)


def test_a_balance_that_two_lists_brought_somebody_counts_once_when_they_are_found_to_be_another(
    tmp_path: Path, start: Path
) -> None:
    with several(tmp_path, "ab", start) as (book, other):
        for till, points, at in ((book, 70, NOW - 4000), (other, 50, NOW - 8000)):
            taken(till, with_balance(tmp_path / f"{points}.xlsx", points, at))
            one_person(till, "Ada", "Zoe")
            assert sound(till)
        files = [exported(till, tmp_path / f"{till.path.stem}.xlsx") for till in (book, other)]
        for till, path in zip((book, other), files[::-1], strict=True):
            taken(till, path)
        assert agreed(book) == agreed(other)
        [[points]] = book.rows("SELECT points FROM customer WHERE uid IN (SELECT leader_uid FROM row_state)")
        assert points == 80 + 70
        assert not [one for one in asked(book) if one[1] == "Loyalty Points"]


def test_what_a_later_list_says_of_the_balance_is_asked_still_when_they_are_found_to_be_another(
    tmp_path: Path, start: Path
) -> None:
    with several(tmp_path, "a", start) as (book,):
        taken(book, with_balance(tmp_path / "one.xlsx", 50, NOW - 8000))
        taken(book, with_balance(tmp_path / "two.xlsx", 70, NOW - 4000))
        assert asked(book) == [("points", "Loyalty Points", "50", "70")]
        one_person(book, "Ada", "Zoe")
        balances = [one for one in asked(book) if one[1] == "Loyalty Points"]
        assert balances == [("points", "Loyalty Points", "130", "70")]
