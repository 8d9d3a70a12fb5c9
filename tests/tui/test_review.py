"""The review: questions marked and carried out, singly and alike; and two customers compared."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from store import customers, duplicates
from store.errors import ReadOnlyBookError
from store.review_records import Answer, Kind, Question
from tests.tui.conftest import screen_lines, screen_text
from tests.tui.reviews import Reviewing, question
from tests.tui.waiting import until, until_first_page
from tui.answering import Alike, of_all, of_kind, of_source
from tui.app import RegularsApp
from tui.comparing import beside, both, compared
from tui.reviewing import SLICE, carry_out, meant

if TYPE_CHECKING:
    from store.database import Book

SIZE = (80, 24)
TAKE, KEEP = Answer.TAKE, Answer.KEEP


@pytest.fixture
def app(book: Book) -> RegularsApp:
    return RegularsApp(book)


def some() -> list[Question]:
    """Two conflicts and an emptied cell of one file, three differences of another."""
    return [
        question(1), question(2), question(3, Kind.BLANK, theirs=""),
        *(question(at, Kind.LIST, source="harbour.ods") for at in (4, 5, 6)),
    ]  # fmt: skip


def pair(book: Book) -> Question:
    """Ann Baker, and the one she may be."""
    ann, other = customers.get(book, 2), customers.create(
        book, {"first_name": "Anne", "last_name": "Baker", "email": "ann@example.com", "phone": "555 010 9999",
               "city": "Bath", "notes": "long " * 60},
    )  # fmt: skip
    return Question(
        "pair", Kind.WHO, ann.uid, ann.name, "E-Mail", "", "ann@example.com", other.name, "", other.uid
    )  # fmt: skip


# On the screen


async def test_the_questions_stand_kind_by_kind_with_their_counts(app: RegularsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=Reviewing(some()[::-1]))
        await until(pilot, "6 questions: 2 conflicts, 1 emptied cell, 3 differences", "Salem 6")
        lines = [line.strip() for line in screen_lines(app)]
        titles = [at for at, line in enumerate(lines) if line.startswith(("2 conf", "1 emptied", "3 diff"))]
        assert len(titles) == 3
        assert [after - before for before, after in pairwise(titles)] == [3, 2]
        await until(
            pilot, "1/6   Conflict: Person 00002, City   Later", "Before: Bath", "Instead (office.xlsx): Salem 2"
        )
        await pilot.press("up")
        await until(pilot, "Take has the value under Instead show from now on. Keep leaves what shows now.")


async def test_an_empty_review_says_what_it_is_for(app: RegularsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=Reviewing())
        text = await until(pilot, "No question waits.", "and who may be one")
        assert "^S" not in text
        assert "Answer  " not in text
        await pilot.press("space", "f3", "f5", "ctrl+u", "ctrl+s", "escape")
        await until_first_page(pilot)


async def test_answers_are_marked_first_and_carried_out_together(app: RegularsApp) -> None:
    review = Reviewing(some())
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1")
        await pilot.press("space", "down", "enter", "enter", "down", "down", "space", "space", "space")
        await until(pilot, "2 answers marked.", "Take ", "Keep ")
        assert review.answered == {}
        await pilot.press("ctrl+s")
        await until(pilot, "2 questions answered.", "4 questions: 1 emptied cell, 3 differences")
        assert review.answered == {"conflict-1": TAKE, "conflict-2": KEEP}
        assert "marked" not in screen_text(app)


async def test_a_question_says_where_each_value_comes_from_and_when(app: RegularsApp) -> None:
    asked = replace(
        question(1, source="another till", base=""),
        ours_source="this book",
        ours_at="07-Mar-2026 18:30",
        at="08-Mar-2026 09:00",
    )
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=Reviewing([asked]))
        text = await until(
            pilot, "Now (this book, 07-Mar-2026 18:30): Bristol 1",
            "Instead (another till, 08-Mar-2026 09:00): Salem 1",
        )  # fmt: skip
        assert re.search(r"Answer +Customer +Field +Now +Instead", text)
        assert "heirs" not in text


async def test_the_cells_of_a_slipped_row_are_answered_as_one(app: RegularsApp) -> None:
    cells = [question(at, Kind.PERSON, row="a") for at in (1, 2, 3)] + [question(4, Kind.PERSON, row="b")]
    review = Reviewing(cells)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1", "4 slipped cells")
        await pilot.press("down", "space")
        await until(pilot, "3 answers marked.")
        await pilot.press("down", "space", "space")
        await until(pilot, "4 questions")
        assert "marked" not in screen_text(app)
        await pilot.press("space", "ctrl+s")
        await until(pilot, "3 questions answered.", "1 question: 1 slipped cell")
        assert review.answered == dict.fromkeys((cell.id for cell in cells[:3]), TAKE)


async def test_what_was_answered_elsewhere_meanwhile_is_said(app: RegularsApp) -> None:
    review = Reviewing(some())
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1")
        await pilot.press("space", "down", "space")
        await until(pilot, "2 answers marked.")
        del review.open[0]
        await pilot.press("ctrl+s")
        await until(pilot, "1 question answered. 1 question had been answered elsewhere.")


async def test_all_of_a_kind_are_answered_at_once_after_asking(app: RegularsApp) -> None:
    review = Reviewing(some())
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1")
        await pilot.press("down", "space", "f3")
        await until(pilot, "Take: all 2 conflicts", "Keep: all 2 conflicts", "Take: all from office.xlsx")
        await pilot.press("down", "enter")
        await until(pilot, "Keep: all 2 conflicts?", "It is done at once, and cannot be taken back here.")
        await pilot.press("enter")  # the question begins at No
        await until(pilot, "1 answer marked.")
        assert review.answered == {}
        await pilot.press("f3", "down", "enter", "left", "enter")
        await until(pilot, "2 questions answered.", "4 questions")
        assert review.answered == {"conflict-1": KEEP, "conflict-2": KEEP}
        assert "marked" not in screen_text(app)


async def test_everything_from_one_file_is_taken_at_once(app: RegularsApp) -> None:
    review = Reviewing(some())
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1")
        await pilot.press("f3", "down", "down", "enter", "left", "enter")
        await until(pilot, "3 questions answered.", "3 questions: 3 differences")
        assert review.answered == {"conflict-1": TAKE, "conflict-2": TAKE, "blank-3": TAKE}


async def test_one_kind_alone_can_be_shown(app: RegularsApp) -> None:
    review = Reviewing(some())
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1")
        await pilot.press("f5")
        await until(pilot, "All 6 questions", "1 emptied cell ")
        await pilot.press("down", "down", "enter")
        text = await until(pilot, "Only 1 emptied cell", "1/1   Emptied cell: Person 00003, City")
        assert "Salem" not in text
        await pilot.press("space", "ctrl+s")
        await until(pilot, "1 question answered.", "5 questions: 2 conflicts, 3 differences", "Salem 1")


async def test_thousands_are_read_only_where_one_looks(app: RegularsApp) -> None:
    review = Reviewing([question(at, Kind.LIST) for at in range(5000)])
    read: list[int] = []
    plainly = review.questions

    def questions(book: Book, *, offset: int = 0, limit: int = 500, kinds: object = ()) -> tuple[Question, ...]:
        read.append(offset)
        return plainly(book, offset=offset, limit=limit)

    review.questions = questions  # type: ignore[method-assign,assignment]  # to see what is asked
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "1/5,000", "Salem 0")
        await pilot.press("end")
        await until(pilot, "5,000/5,000   Difference: Person 04999, City")
        await pilot.press("space")
        await until(pilot, "1 answer marked.")
        assert len(read) < 5


async def test_two_who_may_be_one_are_shown_side_by_side_and_answered_in_other_words(
    app: RegularsApp, book: Book
) -> None:
    review = Reviewing([pair(book)])
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "1 pair: two customers who may be one person", "1/1   Pair: Ann Baker, E-Mail")
        rows = [line.split() for line in screen_lines(app)]
        assert ["Name", "Ann", "Baker", "Anne", "Baker"] in rows
        assert ["Phone", "Number", "555", "010", "1002", "555", "010", "9999"] in rows
        assert "The same: E-Mail, " in screen_text(app)
        await pilot.press("space")
        await until(pilot, "One person  Ann Baker")
        await pilot.press("f3")
        await until(pilot, "One person: the pair", "Two people: the pair")
        await pilot.press("escape", "ctrl+u")
        text = await until(pilot, "One person, or two?", "The two share: E-Mail.", "[ Two people ]")
        assert "With One person what is marked • shows" in " ".join(text.split())
        marked = [f"• 555 010 {last}" in text for last in ("1002", "9999")]
        assert marked.count(True) == 1, "which of the two follows from their uids"
        await pilot.press("left", "enter")
        await until(pilot, "Two people  Ann Baker")
        await pilot.press("ctrl+s")
        await until(pilot, "1 question answered.", "No question waits.")
        assert review.answered == {"pair": KEEP}


async def test_comparing_leaves_it_open_unless_a_button_says_otherwise(app: RegularsApp, book: Book) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=Reviewing([pair(book)]))
        await until(pilot, "1/1   Pair")
        await pilot.press("ctrl+u")
        await until(pilot, "One person, or two?", "Bath")
        await pilot.press("pagedown", "pagedown", "end", "up", "enter")
        await until(pilot, "1/1   Pair: Ann Baker, E-Mail   Later")
        assert "marked" not in screen_text(app)


async def test_two_of_whom_one_is_gone_cannot_be_compared(app: RegularsApp, book: Book) -> None:
    asked = pair(book)
    book.execute("UPDATE customer SET uid = 'another' WHERE uid = ?", (asked.other_uid,))
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=Reviewing([asked]))
        await until(pilot, "Ann Baker and Anne Baker: two customers who may be one person.")
        await pilot.press("ctrl+u")
        await until(pilot, "The two share: E-Mail.", "Only customers who are in the book can be compared", "Anne Baker")


async def test_the_customer_of_a_question_is_opened_whole(app: RegularsApp, book: Book) -> None:
    asked = Question("x", Kind.CONFLICT, customers.get(book, 1).uid, "José García", "City", "", "Bath", "Salem")
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=Reviewing([asked, question(1)]))
        await until(pilot, "1/2   Conflict: José García, City")
        await pilot.press("ctrl+u")
        await until(pilot, "Likes the window seat.")
        await pilot.press("escape")
        await until(pilot, "1/2   Conflict: José García, City")
        await pilot.press("down", "ctrl+u")
        await until(pilot, "! This customer is no longer in the book.")


async def test_marked_answers_are_not_lost_unasked(app: RegularsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=Reviewing(some()))
        await until(pilot, "Salem 1")
        await pilot.press("space", "escape")
        await until(pilot, "Leave without answering?", "1 answer marked, and not carried out.")
        await pilot.press("enter")
        await until(pilot, "1 answer marked.")
        await pilot.press("f10")
        await until(pilot, "Leave Regulars?")
        await pilot.press("escape", "escape", "left", "enter")
        await until_first_page(pilot)


async def test_what_the_book_refuses_is_said_and_the_marks_stay(app: RegularsApp) -> None:
    review = Reviewing(some())
    review.refuses = ReadOnlyBookError("The book cannot be written to.")
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1")
        await pilot.press("space", "ctrl+s")
        await until(pilot, "! The book cannot be written to.", "1 answer marked.")


async def test_answering_many_shows_how_far_it_is_and_can_be_stopped(app: RegularsApp) -> None:
    review, gate = Reviewing([question(at, Kind.LIST) for at in range(3 * SLICE)]), threading.Event()
    review.wait = lambda: gate.wait(30)
    async with app.run_test(size=SIZE) as pilot:
        app.open_screen("review", reviewing=review)
        await until(pilot, "Salem 1")
        await pilot.press("f3", "enter", "left", "enter")
        await until(pilot, "Answering: 0 of 600")
        await pilot.press("space", "down", "escape")
        await until(pilot, "Stopping.")
        gate.set()
        await until(pilot, "200 questions answered. The others stay open.", "400 questions: 400 differences")
        assert review.slices == [SLICE]
        await pilot.press("f3", "enter", "left", "enter")
        await until(pilot, "400 questions answered.", "No question waits.")


async def test_the_review_is_found_in_the_palette(app: RegularsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.review.the_book", lambda: Reviewing(some()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "5 customers")
        await pilot.press("ctrl+p", *"review", "enter")
        await until(pilot, "Regulars · Review", "6 questions")
        await pilot.press("f1")
        await until(pilot, "What waits for an answer.", "F3 or ^O")


# Without a screen


def test_one_answer_is_meant_for_a_kind_or_a_source_and_never_for_pairs_by_the_way(book: Book) -> None:
    review = Reviewing([*some(), question(7, Kind.WHO)])
    assert meant(review, book, Alike(KEEP, Kind.LIST)).answers == dict.fromkeys(("list-4", "list-5", "list-6"), KEEP)
    assert meant(review, book, Alike(TAKE, source="office.xlsx")).answers == dict.fromkeys(
        ("conflict-1", "conflict-2", "blank-3"), TAKE
    )
    assert len(meant(review, book, Alike(TAKE)).answers) == 6
    assert not Alike(TAKE).meant(question(7, Kind.WHO))
    assert meant(review, book, Alike(TAKE, Kind.WHO)).answers == {"who-7": TAKE}


def test_all_that_are_meant_are_found_however_many(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.reviewing.READ_ROWS", 100)
    review = Reviewing([question(at) for at in range(501)])
    given = meant(review, book, Alike(TAKE, Kind.CONFLICT))
    assert len(given.answers) == 501
    assert carry_out(review, book, given, lambda done, total: True).done == len(given.answers)
    assert max(review.slices) == SLICE


def test_the_choices_say_how_many_are_meant() -> None:
    assert list(of_kind(Kind.CONFLICT, 5)) == ["Take: all 5 conflicts", "Keep: all 5 conflicts"]
    assert list(of_kind(Kind.WHO, 2)) == ["One person: all 2 pairs", "Two people: all 2 pairs"]
    assert list(of_source("a\nb.xlsx")) == ["Take: all from a b.xlsx", "Keep: all from a b.xlsx"]
    assert of_all({Kind.CONFLICT: 5, Kind.WHO: 2}) == {}
    several = of_all({Kind.CONFLICT: 5, Kind.LIST: 1_000, Kind.WHO: 2})
    assert next(iter(several)) == "Take: all 1,005 questions, pairs aside"


def test_two_customers_are_compared_by_what_differs_first(book: Book) -> None:
    asked = pair(book)
    rows = both(book, asked.customer_uid, asked.other_uid)
    assert [row.label for row in rows][:2] == ["Name", "Phone Number"]
    kept = duplicates.merge(book, asked.customer_uid, asked.other_uid)
    assert {row.label: row.after for row in rows}["Phone Number"] == kept.phone
    assert rows[0].after == kept.name
    assert [row.same for row in rows[1:]] == sorted(row.same for row in rows[1:])
    assert "Gate Code" not in {row.label for row in rows}
    text = beside(rows, 76, 4).plain.splitlines()
    assert len(text) == 4
    assert text[-1].startswith("1 more differ")
    one = customers.get(book, 1)
    assert all(row.same for row in compared(one, one))
