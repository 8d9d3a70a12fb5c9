"""Books that exchange real workbooks: any order and any repeats, the same book; nothing lost, every answer travels."""

from __future__ import annotations

import random
import shutil
import time
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from store import loyalty, review
from store.customers import create
from store.review_records import Answer
from tests.store.workbook.importing import answer_all, asked, counts, customers, edit, exported, held, run_import
from tests.store.workbook.sharing import (
    agreed,
    named,
    planned,
    saved,
    several,
    small_book,
    taken,
    update,
)

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book

FEW = 5
"""People of the books that meet here."""
EDITS = {
    "City": ("Rome", "Oslo", None),
    "Notes": ("tall", "<clear>", None),
    "Phone Number": ("0049 555 0199", "12", None),
    "First Name": ("Zed", "", "x" * 60),
    "E-Mail": ("zed@example.com", "nowhere"),
    "Date of Birth": ("1990-01-02", "yesterday", None),
    "Loyalty Points": (80, 95, "many", None),
    "Reason": ("Goodwill", None),
    "Stores": ("Airport; Downtown", "Mars", None),
    "Status": ("Inactive", None),
}
"""What somebody may do to a cell, right or wrong."""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that all books begin with, a minute old."""
    folder = tmp_path_factory.mktemp("start")
    book = small_book(folder / "office.db", FEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.rows.now", lambda: int(time.time()) - 60)
        path = exported(book, folder / "start.xlsx")
    book.close()
    return path


def points(book: Book, first: str) -> int:
    return named(book, first).points


def give(book: Book, first: str, more: int) -> None:
    """Add points at the till."""
    now = named(book, first)
    loyalty.adjust(book, now.id, balance=now.points + more, reason="Visit")


@pytest.mark.parametrize("till_first", [True, False])
def test_a_till_and_a_sheet_both_count(tmp_path: Path, start: Path, till_first: bool) -> None:
    """Base 80, the till gives 5, the sheet says 100: 105, wherever the two meet and however often."""
    with several(tmp_path, "ab", start) as (ours, theirs):
        ada = named(ours, "Ada")
        sheet = edit(shutil.copy(start, tmp_path / "sheet.xlsx"), {ada.uid: {"Loyalty Points": 100}})
        doings = [lambda: give(ours, "Ada", 5), lambda: taken(ours, sheet)]
        for do in doings if till_first else reversed(doings):
            do()
        assert points(ours, "Ada") == 105
        for path in (exported(ours, tmp_path / "ours.xlsx"), sheet, tmp_path / "ours.xlsx"):
            taken(theirs, path)
            taken(ours, path)
        assert (points(ours, "Ada"), points(theirs, "Ada")) == (105, 105)
        assert agreed(ours) == agreed(theirs)
        assert asked(ours) == []


def test_three_workbooks_in_any_order_and_late_make_the_same_book(tmp_path: Path, start: Path) -> None:
    """Two tills and a spreadsheet, all of whom wrote in the same rows, and a list that knows one of them otherwise."""
    with several(tmp_path, "ab", start) as (one, other):
        update(one, "Ada", city="Rome", notes="tall")
        update(other, "Ada", city="Oslo", phone="0049 555 7777")
        update(other, "Bo", active=False)
        give(one, "Cleo", 11)
        files = [exported(one, tmp_path / "one.xlsx"), exported(other, tmp_path / "other.xlsx")]
        uids = {first: named(one, first).uid for first in ("Ada", "Bo", "Cleo", "Dan")}
    edits: dict[str, dict[str, Any]] = {
        uids["Ada"]: {"City": "Wien", "Notes": None},
        uids["Bo"]: {"Last Name": "Brandt"},
        uids["Cleo"]: {"Loyalty Points": 100},
        uids["Dan"]: {"E-Mail": "no address", "Gender": "Male"},
    }
    files.append(saved(edit(shutil.copy(start, tmp_path / "sheet.xlsx"), edits), int(time.time()) - 30))
    said = []
    for number, order in enumerate(permutations(files)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        late = order[number % 3]
        with several(folder, "n", start) as (book,):
            for path in (*order[:2], late, order[2], start, late):
                taken(book, path)
            said.append(agreed(book))
            assert all(planned(book, path).writes_nothing for path in (*files, start))
    assert all(one == said[0] for one in said[1:])
    shown = {row[0]: str(row) for row in said[0]["customers"]}
    assert all(part in shown[uids["Ada"]] for part in ("tall", "7777"))
    assert any(city in shown[uids["Ada"]] for city in ("Rome", "Oslo")), "both are later than the sheet"
    assert "Brandt" in shown[uids["Bo"]]
    assert "111)" in shown[uids["Cleo"]]
    assert "Male" in shown[uids["Dan"]]
    assert len(said[0]["questions"]) == 3, "one city beside two others, and the notes that were emptied"


def test_two_tills_that_differ_ask_one_question_and_its_answer_travels(tmp_path: Path, start: Path) -> None:
    with several(tmp_path, "abc", start) as (one, other, third):
        update(one, "Ada", city="Rome")
        update(other, "Ada", city="Oslo")
        mine, yours = exported(one, tmp_path / "one.xlsx"), exported(other, tmp_path / "other.xlsx")
        for book, path in ((one, yours), (other, mine), (third, yours), (third, mine)):
            taken(book, path)
        questions = [review.questions(book) for book in (one, other, third)]
        assert [len(some) for some in questions] == [1, 1, 1]
        assert questions[0] == questions[1] == questions[2]
        assert (questions[0][0].kind, {questions[0][0].ours, questions[0][0].theirs}) == ("conflict", {"Rome", "Oslo"})
        assert agreed(one) == agreed(other) == agreed(third)
        answer_all(one, Answer.TAKE)
        assert named(one, "Ada").city == questions[0][0].theirs
        answered = exported(one, tmp_path / "answered.xlsx")
        for book in (other, third):
            assert taken(book, answered) == (0, 1, FEW - 1, 0)
            assert agreed(book) == agreed(one)
            assert asked(book) == []
            for path in (mine, yours):
                assert planned(book, path).writes_nothing, "what is answered is not asked again"


@pytest.mark.parametrize("choice", Answer)
def test_an_answer_to_a_list_travels(tmp_path: Path, start: Path, choice: Answer) -> None:
    with several(tmp_path, "ab", start) as (one, other):
        row = {"Customer UID": named(one, "Ada").uid, "City": "Rome", "Loyalty Points": 100}
        path = customers(tmp_path / "list.xlsx", row)
        for book in (one, other):
            taken(book, path)
        assert asked(one) == asked(other)
        assert len(asked(one)) == 2
        answer_all(one, choice)
        assert (named(one, "Ada").city == "Rome", points(one, "Ada")) == (
            (True, 100) if choice is Answer.TAKE else (False, 80)
        )
        taken(other, exported(one, tmp_path / "answered.xlsx"))
        assert agreed(other) == agreed(one)
        assert asked(other) == []
        assert planned(other, path).writes_nothing


def test_a_list_makes_the_same_customers_in_every_book(tmp_path: Path, start: Path) -> None:
    zoe = {"First Name": "Zoe", "Last Name": "Zorn", "E-Mail": "zoe@example.com", "Loyalty Points": 9}
    path = customers(tmp_path / "list.xlsx", zoe)
    with several(tmp_path, "ab", start) as (one, other):
        assert [taken(book, path) for book in (one, other)] == [(1, 0, 0, 0)] * 2
        taken(other, exported(one, tmp_path / "one.xlsx"))
        assert agreed(one) == agreed(other)
        assert points(other, "Zoe") == 9


def test_two_books_that_enter_the_same_person_have_one(tmp_path: Path, start: Path) -> None:
    zoe = {"first_name": "Zoe", "last_name": "Zorn", "email": "zoe@example.com", "loyalty": True, "points": 10}
    with several(tmp_path, "ab", start) as (one, other):
        for book, city in ((one, "Rome"), (other, "Oslo")):
            create(book, zoe | {"city": city})
        mine, yours = exported(one, tmp_path / "one.xlsx"), exported(other, tmp_path / "other.xlsx")
        taken(one, yours)
        taken(other, mine)
        assert agreed(one) == agreed(other)
        assert points(one, "Zoe") == 20, "no points are lost"
        assert [(kind, label) for kind, label, _, _ in asked(one)] == [("conflict", "City")]


# The preview is the import


def random_edits(book: Book, rng: random.Random) -> dict[str, dict[str, Any]]:
    uids = [uid for (uid,) in book.rows("SELECT uid FROM customer ORDER BY ord")]
    return {
        uid: {header: rng.choice(EDITS[header]) for header in rng.sample(sorted(EDITS), rng.randint(1, 4))}
        for uid in rng.sample(uids, rng.randint(1, FEW))
    }


def shown(book: Book) -> dict[str, Any]:
    """What lists and forms show of each customer, by uid: the columns, the stores, and how long the ledger is."""
    told = agreed(book)
    return {
        row[0]: (
            row,
            [name for uid, name in told["stores"] if uid == row[0]],
            sum(uid == row[0] for _, uid, *_ in told["ledger"]),
        )
        for row in told["customers"]
    }


def open_questions(book: Book) -> set[str]:
    """What the review asks."""
    return set(map(str, review.questions(book)))


@pytest.mark.parametrize("seed", range(10))
def test_a_preview_says_what_the_import_then_does(tmp_path: Path, start: Path, seed: int) -> None:
    rng = random.Random(seed)
    with several(tmp_path, "a", start) as (book,):
        path = edit(shutil.copy(start, tmp_path / "sheet.xlsx"), random_edits(book, rng))
        if rng.random() < 0.7:
            update(book, rng.choice(("Ada", "Bo", "Cleo")), city="Paris", notes="mine")
        before = shown(book)
        open_before = open_questions(book)
        plan = planned(book, path)
        said = (counts(plan.report), held(plan.report), plan.report.refused)
        report = run_import(book, path)
        assert (counts(report), held(report), report.refused) == said
        after = shown(book)
        created, updated, unchanged, refused = said[0]
        assert (created, refused, updated + unchanged) == (0, 0, FEW)
        assert updated == sum(after[uid] != before[uid] for uid in after)
        seen = [move for move in plan.changed if any(not field.held for field in move.fields)]
        assert {move.uid for move in seen} == {uid for uid in after if after[uid][:2] != before[uid][:2]}
        for move in seen:
            now = repr(after[move.uid]).casefold()
            fields = [one for one in move.fields if not one.held and one.label not in {"Status", "Date of Birth"}]
            assert all(part.casefold() in now for one in fields for part in one.theirs.split("; "))
        assert open_questions(book) - open_before == set(map(str, plan.questions))
        assert planned(book, path).writes_nothing
