"""What people read of an import: one line a field, where values come from, rows answered as one, and honest counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from store import customers, duplicates, loyalty, review
from store.exchange import SheetCounts
from store.review_records import Answer, Kind
from store.workbook.returned_marks import FINE
from tests.store.workbook.importing import answer_all, asked, counts, edit, exported, run_import
from tests.store.workbook.returning import back, coloured, statuses
from tests.store.workbook.sharing import named, office_workbook, planned, rewritten, several, small_book, taken, update

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from store.database import Book
    from store.review_records import Question

FEW = 4
WRITTEN = re.compile(r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d")
SOMEBODY = {"First Name": "Zed", "Last Name": "Ott", "E-Mail": "zed@example.com", "Phone Number": "555 010 7777"}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that all books begin with."""
    return office_workbook(tmp_path_factory.mktemp("start"), FEW)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """A small book."""
    opened = small_book(tmp_path / "book.db", FEW)
    yield opened
    opened.close()


def only(book: Book) -> Question:
    [question] = review.questions(book)
    return question


def test_a_conflict_is_one_line_of_the_preview_and_says_what_waits(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        update(one, "Ada", phone="555 010 1111")
        update(other, "Ada", phone="555 010 2222")
        for mine, path in ((one, exported(other, tmp_path / "b.xlsx")), (other, exported(one, tmp_path / "a.xlsx"))):
            [move] = planned(mine, path).changed
            [line] = move.fields
            assert line.label == "Phone Number"
            here, there = ("555 010 1111", "555 010 2222") if mine is one else ("555 010 2222", "555 010 1111")
            assert (line.ours, [line.theirs, *line.waiting]) in [(here, [there, here]), (here, [there])]
            assert line.held is not bool(line.waiting), "it changes and the other waits, or the other is held"


def test_each_book_says_of_a_conflict_which_value_is_its_own(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        update(one, "Ada", city="Rome")
        update(other, "Ada", city="Oslo")
        a, b = exported(one, tmp_path / "a.xlsx"), exported(other, tmp_path / "b.xlsx")
        for book, path, own in ((one, b, "Rome"), (other, a, "Oslo")):
            taken(book, path)
            question = only(book)
            sources = {question.ours: question.ours_source, question.theirs: question.source}
            assert sources == {own: "this book", {"Rome": "Oslo", "Oslo": "Rome"}[own]: "another till"}
            assert WRITTEN.fullmatch(question.at)
            assert WRITTEN.fullmatch(question.ours_at)


def test_an_edited_workbook_is_named_while_it_is_looked_at(book: Book, tmp_path: Path) -> None:
    path = exported(book, tmp_path / "office.xlsx")
    update(book, "Ada", city="Rome")
    edit(path, {named(book, "Ada").uid: {"City": "Oslo"}})
    [question] = planned(book, path).questions
    assert {question.ours_source, question.source} == {"this book", "office.xlsx"}
    run_import(book, path)
    assert {only(book).ours_source, only(book).source} == {"this book", "an edited workbook"}
    assert only(book) == question, "where it comes from is no part of what is asked"


def test_what_a_merge_asks_comes_of_putting_two_together(book: Book) -> None:
    ada, bo = named(book, "Ada"), named(book, "Bo")
    duplicates.merge(book, ada.uid, bo.uid)
    found = review.questions(book, kinds=[Kind.CONFLICT])
    assert {question.source for question in found} == {"two entries put together"}


def test_members_are_who_they_were_when_they_came(book: Book) -> None:
    ada, bo = named(book, "Ada"), named(book, "Bo")
    kept = duplicates.merge(book, ada.uid, bo.uid)
    loser = bo if kept.uid == ada.uid else ada
    update(book, kept.first_name, first_name=loser.first_name, last_name=loser.last_name, email="new@example.com")
    [joined] = duplicates.joined(book)
    assert joined.name == loser.name
    leader = ada if loser is bo else bo
    assert (joined.first.name, joined.first.email, joined.first.phone) == (leader.name, leader.email, leader.phone)
    assert (joined.member.name, joined.member.email, joined.member.phone) == (loser.name, loser.email, loser.phone)
    assert (joined.first.points, joined.member.points) == (80, 80)


@pytest.mark.parametrize("choice", Answer)
def test_one_answer_to_a_slipped_row_answers_all_its_cells(book: Book, tmp_path: Path, choice: Answer) -> None:
    uids = [named(book, first).uid for first in ("Ada", "Cleo")]
    path = exported(book, tmp_path / "office.xlsx")
    slipped = [SOMEBODY | {"Loyalty Points": 30}, {key: f"{value[0]}y{value[1:]}" for key, value in SOMEBODY.items()}]
    slipped[1]["Phone Number"] = "555 010 8888"
    run_import(book, edit(path, dict(zip(uids, slipped, strict=True))))
    found = review.questions(book, kinds=[Kind.PERSON])
    assert [len({one.row for one in found if one.customer_uid == uid}) for uid in uids] == [1, 1]
    first = next(one for one in found if one.customer_uid == uids[0])
    told = review.answer(book, {first.id: choice}, {first.id: uids[0]})
    assert (told.done, told.gone) == (5, 0)
    assert {one.customer_uid for one in review.questions(book, kinds=[Kind.PERSON])} == {uids[1]}
    now = customers.by_uid(book, uids[0])
    who = ("Zed Ott", "zed@example.com", 30) if choice is Answer.TAKE else ("Ada Ames", "ada@example.com", 80)
    assert (now.name, now.email, now.points) == who


def test_a_cell_of_a_slipped_row_may_have_an_answer_of_its_own(book: Book, tmp_path: Path) -> None:
    path = exported(book, tmp_path / "office.xlsx")
    run_import(book, edit(path, {named(book, "Ada").uid: SOMEBODY}))
    email, first = (next(one for one in review.questions(book) if one.label == label)
                    for label in ("E-Mail", "First Name"))  # fmt: skip
    review.answer(book, {first.id: Answer.KEEP, email.id: Answer.TAKE})
    assert (named(book, "Ada").email, review.questions(book, kinds=[Kind.PERSON])) == ("zed@example.com", ())


@pytest.mark.parametrize("first", ["Zed", "Ayda"])
def test_of_two_slipped_rows_of_one_person_the_cell_that_is_named_is_taken(
    book: Book, tmp_path: Path, first: str
) -> None:
    ada, cleo = (named(book, name).uid for name in ("Ada", "Cleo"))
    other = {"First Name": "Ayda", "Last Name": "Pym", "E-Mail": "ayda@example.com", "Phone Number": "555 010 8888"}
    run_import(book, edit(exported(book, tmp_path / "office.xlsx"), {ada: SOMEBODY, cleo: other}))
    kept = duplicates.merge(book, ada, cleo)
    [one] = [one for one in review.questions(book, kinds=[Kind.PERSON]) if one.theirs == first]
    assert review.answer(book, {one.id: Answer.TAKE}).gone == 0
    assert customers.by_uid(book, kept.uid).first_name == first
    assert review.questions(book, kinds=[Kind.PERSON]) == ()


def test_what_was_answered_is_neither_held_nor_marked_again(book: Book, tmp_path: Path) -> None:
    path = exported(book, tmp_path / "office.xlsx")
    edit(path, {named(book, "Ada").uid: {"City": None}, named(book, "Cleo").uid: SOMEBODY})
    assert len(run_import(book, path).refused) == 2
    sheet = back(book, path)[0]["Customers"]
    assert max(statuses(sheet)).startswith("The shop is asked"), "still open"
    answer_all(book, Answer.KEEP)
    plan = planned(book, path)
    assert (plan.report.refused, plan.writes_nothing) == ([], True)
    workbook, report = back(book, path, "again.xlsx")
    assert (report.rows, coloured(workbook["Customers"])) == (0, {})


def test_a_row_with_nothing_at_fault_says_so_before_any_import(book: Book, tmp_path: Path) -> None:
    path = exported(book, tmp_path / "office.xlsx")
    edit(path, {named(book, "Ada").uid: {"City": None}, named(book, "Bo").uid: {"E-Mail": "no"}})
    said = statuses(back(book, path)[0]["Customers"])
    assert sorted(said) == [
        FINE, FINE, "Refused in part: E-Mail: not a valid e-mail address", "The shop is asked: City: the cell is empty",
    ]  # fmt: skip


def test_points_that_the_state_brings_are_counted_as_new(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        assert [counts(planned(one, start).report, "Loyalty")] == [(0, 0, FEW, 0)]
        loyalty.adjust(other, named(other, "Ada").id, balance=90, reason="Gift")
        assert counts(run_import(one, exported(other, tmp_path / "b.xlsx")), "Loyalty") == (1, 0, FEW, 0)
    with several(tmp_path, "c", start) as (new,):
        sheets = new.rows("SELECT counts ->> '$.sheets.Loyalty' FROM import_run")
        assert sheets[0][0].startswith(f'{{"created":{FEW},"updated":0,"unchanged":0')


def test_rows_stand_in_the_order_of_the_sheet(book: Book, tmp_path: Path) -> None:
    path = exported(book, tmp_path / "office.xlsx")
    edit(path, {uid: {"City": None, "Notes": "new"} for (uid,) in book.rows("SELECT uid FROM customer")})

    def add(sheet: object) -> None:
        for name in ("Zoe", "Abe"):
            sheet.append([None] * 24)  # type: ignore[attr-defined]
            for header, value in (("First Name", name), ("Last Name", "New"), ("E-Mail", f"{name}@example.com")):
                at = next(cell.column for cell in sheet[1] if cell.value == header)  # type: ignore[index]
                sheet.cell(sheet.max_row, at).value = value  # type: ignore[attr-defined]

    plan = planned(book, rewritten(path, add))
    moves = [*plan.moves(0, 3), *plan.moves(3, 100)]
    assert [(move.row, move.kind) for move in moves] == [
        (2, "updated"), (3, "updated"), (4, "updated"), (5, "updated"), (6, "created"), (7, "created"),
    ]  # fmt: skip
    assert [move.name for move in moves[4:]] == ["Zoe New", "Abe New"]
    of = {move.uid: move.row for move in moves}
    rows = [of[question.customer_uid] for question in plan.questions]
    assert rows == sorted(rows)


def test_an_export_without_its_uids_changes_nothing(book: Book, tmp_path: Path) -> None:
    path = rewritten(exported(book, tmp_path / "office.xlsx"), lambda sheet: sheet.delete_cols(1))
    plan = planned(book, path)
    assert (counts(plan.report), plan.changed, plan.writes_nothing) == ((0, 0, FEW, 0), [], True)
    assert asked(book) == []
    assert plan.report.said()[1].get("Loyalty") == SheetCounts(unchanged=FEW)
