"""Answers to a workbook's questions: given before the import or after it, they concern those alone who are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import customers as records
from store import duplicates, past_imports, review, rows
from store.review_records import Answer
from store.workbook import apply as applying
from store.workbook.apply import apply
from store.workbook.plan import make_plan
from store.workbook.reader import open_workbook
from store.workbook.stage import Step
from tests.store.workbook.importing import counts, edit, exported, held, run_import, staged
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from store.database import Book
    from store.workbook.plan import Plan

MANY = 40
SMALL, LARGE = "00000000-0000-4000-8000-000000000001", "f0000000-0000-4000-8000-000000000002"


def put(book: Book, uid: str = "", **values: Any) -> str:
    number = len(book.rows("SELECT 1 FROM customer"))
    given = {
        "first_name": "Ada", "last_name": "Lovelace", "email": f"ada{number}@example.com",
        "phone": f"555 01{number:02}", "stores": (), **({"uid": uid} if uid else {}), **values,
    }  # fmt: skip
    return records.create(book, given).uid


def planned(book: Book, path: Path) -> Plan:
    return make_plan(book, open_workbook(path), lambda done, total: None)


def import_answered(book: Book, path: Path, answer: Answer, *labels: str) -> Plan:
    """Import a workbook and answer alike all that it asks, or only what it asks about the fields of these labels."""
    plan = planned(book, path)
    stage = staged(book, path.name, plan)
    asked = [question for question in plan.questions if not labels or question.label in labels]
    stage.add_more(Step.ANSWER, plan.answered({question.id: str(answer) for question in asked}))
    try:
        apply(book, stage, plan.report, lambda done, total: None)
    finally:
        stage.discard()
    return plan


@pytest.fixture
def cities(book: Book, tmp_path: Path) -> Path:
    """A list of many customers of the book, with another city for each."""
    uids = [put(book, first_name=f"Ada {at}", city="Bath") for at in range(MANY)]
    return sheet(tmp_path / "cities.xlsx", *({"Customer UID": uid, "City": "Oslo"} for uid in uids))


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many customers each look into the book loads."""
    seen: list[int] = []

    def counting(load: Callable[[Book, Iterable[Any]], dict[Any, rows.Person]]) -> Callable[..., Any]:
        def count(book: Book, asked: Iterable[Any]) -> dict[Any, rows.Person]:
            found = load(book, asked)
            seen.append(len(found))
            return found

        return count

    monkeypatch.setattr(rows, "by_id", counting(rows.by_id))
    monkeypatch.setattr(rows, "by_uid", counting(rows.by_uid))
    return seen


def test_a_slice_of_answers_loads_those_alone_who_are_asked(
    book: Book, cities: Path, loaded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    slices: list[tuple[int, int]] = []
    write = applying._WRITERS[Step.ANSWER]

    def watched(shop: Any, steps: Sequence[list[Any]]) -> None:
        loaded.clear()
        write(shop, steps)
        slices.append((len(steps), max(loaded)))

    monkeypatch.setattr(applying, "FIRST_SLICE", 4)
    monkeypatch.setattr(applying, "LARGEST_SLICE", 4)
    monkeypatch.setitem(applying._WRITERS, Step.ANSWER, watched)
    plan = import_answered(book, cities, Answer.TAKE)
    assert len(plan.questions) == MANY
    assert [most for steps, most in slices] == [steps for steps, _ in slices]
    assert sum(steps for steps, _ in slices) == MANY
    assert book.rows("SELECT DISTINCT city FROM customer") == [("Oslo",)]
    assert review.counts(book) == {}


def test_answers_in_the_review_load_those_alone_who_are_asked(book: Book, cities: Path, loaded: list[int]) -> None:
    run_import(book, cities)
    some = review.questions(book, limit=3)
    loaded.clear()
    answers = {question.id: Answer.KEEP for question in some}
    assert review.answer(book, answers, {question.id: question.customer_uid for question in some}).done == 3
    assert max(loaded) == 3
    assert sum(review.counts(book).values()) == MANY - 3


def test_an_answer_finds_its_customer_under_another_leader(book: Book, tmp_path: Path) -> None:
    put(book, SMALL, first_name="Ann", points=5, loyalty=True, reason="Welcome")
    put(book, LARGE, city="Bath", points=7, loyalty=True, reason="Welcome")
    file = sheet(tmp_path / "list.xlsx", {"Customer UID": LARGE, "City": "Oslo", "Loyalty Points": 30})
    plan = planned(book, file)
    assert {question.customer_uid for question in plan.questions} == {LARGE}
    duplicates.merge(book, SMALL, LARGE)
    stage = staged(book, file.name, plan)
    stage.add_more(Step.ANSWER, plan.answered({question.id: "take" for question in plan.questions}))
    apply(book, stage, plan.report, lambda done, total: None)
    stage.discard()
    now = records.by_uid(book, SMALL)
    assert (now.city, now.points) == ("Oslo", 30)
    assert {question.label for question in review.questions(book)} == {"First Name", "E-Mail", "Phone Number"}


@pytest.fixture
def edited(book: Book, tmp_path: Path) -> Path:
    """A workbook of four customers: a value changed at the till as well, an emptied cell, both, and a plain edit."""
    uids = [put(book, first_name=f"Ada {at}", city="Bath") for at in range(4)]
    path = exported(book, tmp_path / "office.xlsx")
    oslo, empty = {"City": "Oslo"}, {"Phone Number": None}
    edit(path, dict(zip(uids, (oslo, empty, {**oslo, **empty}, {"Notes": "new"}), strict=True)))
    for who in (records.get(book, at) for at in (1, 3)):
        records.update(book, who.id, {"city": "Rome"}, who.version, base=who)
    return path


def test_a_conflict_is_named_where_it_is_counted(book: Book, edited: Path) -> None:
    plan = planned(book, edited)
    said = [(row.row, row.outcome, row.message) for row in plan.report.refused]
    at_once = "City: changed in two places at once, elsewhere to Rome"
    assert said == [
        (2, "held:City", at_once), (3, "held:Phone Number", "Phone Number: the cell is empty"),
        (4, "held:Phone Number", f"Phone Number: the cell is empty; {at_once}"),
    ]  # fmt: skip
    assert (held(plan.report), len(plan.questions)) == (3, 4)
    assert run_import(book, edited).refused == plan.report.refused
    again = planned(book, edited).report
    assert (held(again), again.refused) == (3, plan.report.refused), "nobody answered yet"


def test_what_is_answered_with_the_import_is_counted_apart_and_waits_no_more(book: Book, edited: Path) -> None:
    before = counts(planned(book, edited).report)
    report = import_answered(book, edited, Answer.TAKE, "Phone Number").report
    assert (counts(report), held(report), report.answered) == (before, 2, 2)
    assert [(row.row, row.outcome, len(row.cells)) for row in report.refused] == [
        (2, "held:City", 1),
        (4, "held:City", 1),
    ]
    assert report.notes == ["2 questions were answered with this import."]
    [past] = past_imports.listed(book)
    assert (past.answered, past_imports.in_words(past)) == (
        2, f"0 customers created, {before[1]} updated, 0 rows refused, 2 questions answered",
    )  # fmt: skip
    assert {question.label for question in review.questions(book)} == {"City"}
    assert [row.cells for row in planned(book, edited).report.refused] == [row.cells for row in report.refused]


def test_what_nobody_asks_any_more_is_counted_as_gone(book: Book, tmp_path: Path) -> None:
    uid = put(book, city="Bath")
    file = sheet(tmp_path / "list.xlsx", {"Customer UID": uid, "City": "Oslo"})
    [question] = import_answered(book, file, Answer.KEEP).questions
    told = review.answer(book, {question.id: Answer.TAKE}, {question.id: uid})
    assert (told.done, told.gone) == (0, 1)
    told = review.answer(book, {question.id: Answer.TAKE}, {question.id: SMALL})
    assert (told.done, told.gone) == (0, 1)
    told = review.answer(book, {question.id: Answer.TAKE})
    assert (told.done, told.gone) == (0, 1)


def test_the_first_slice_of_answers_is_small_however_large_those_of_rows_are(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices: list[int] = []
    write = applying._WRITERS[Step.ANSWER]
    new = {"First Name": "Zoe", "Last Name": "Ray"}
    rows_of = [new | {"E-Mail": f"zoe{at}@example.com", "Phone Number": f"555 01{at // 2:02}"} for at in range(MANY)]
    monkeypatch.setattr(applying, "HOLD_SECONDS", 10)
    monkeypatch.setitem(
        applying._WRITERS, Step.ANSWER, lambda shop, steps: (slices.append(len(steps)), write(shop, steps))
    )
    import_answered(book, sheet(tmp_path / "new.xlsx", *rows_of), Answer.KEEP)
    assert (slices[0], sum(slices)) == (applying.SMALLEST_SLICE, MANY // 2)
