"""Who may be one person once a workbook is imported: asked before the import, as the review asks after it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from store import customers as records
from store import duplicates, past_imports, review
from store.pairs import SHARED_BY_MOST
from store.review_records import Answer, Kind
from tests.store.workbook.importing import customers as sheet
from tests.store.workbook.importing import edit, exported, run_import
from tests.store.workbook.sharing import planned
from tests.store.workbook.test_import_answers import import_answered, put

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book
    from store.review_records import Question

SHARED = "555 0199"


def asked(book: Book) -> tuple[Question, ...]:
    return review.questions(book, kinds=(Kind.WHO,))


def new(first: str, **values: Any) -> dict[str, Any]:
    given = {
        "First Name": first,
        "Last Name": "Ray",
        "E-Mail": f"{first}@example.com",
        "Phone Number": f"555 02{first[-2:]}",
    }
    return given | {name.replace("_", " "): value for name, value in values.items()}


def previewed(book: Book, path: Path) -> list[Question]:
    """The pairs that a preview asks about, which are those that the review asks about after the import, and no more."""
    before = {question.id for question in asked(book)}
    told = [question for question in planned(book, path).questions if question.kind is Kind.WHO]
    run_import(book, path)
    assert told == [question for question in asked(book) if question.id not in before]
    return told


def test_somebody_new_may_be_somebody_of_the_book(book: Book, tmp_path: Path) -> None:
    put(book, phone=SHARED)
    [one] = previewed(book, sheet(tmp_path / "a.xlsx", new("Zoe00", Phone_Number="(555) 0199")))
    assert ({one.name, one.theirs}, one.label) == ({"Ada Lovelace", "Zoe00 Ray"}, "Phone Number")
    assert previewed(book, sheet(tmp_path / "b.xlsx", new("Yan01"))) == []


def test_two_of_the_file_may_be_one(book: Book, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", *(new(f"Zoe0{at}", Phone_Number=SHARED) for at in range(3)), new("Yan09"))
    assert len(previewed(book, path)) == 3


def test_a_phone_of_too_many_stands_for_nobody(book: Book, tmp_path: Path) -> None:
    for _ in range(SHARED_BY_MOST - 1):
        put(book, phone=SHARED)
    most = len(asked(book))
    assert previewed(book, sheet(tmp_path / "a.xlsx", new("Zoe00", Phone_Number=SHARED))) != []
    assert previewed(book, sheet(tmp_path / "b.xlsx", new("Zoe01", Phone_Number=SHARED))) == []
    assert asked(book) == ()
    path = exported(book, tmp_path / "c.xlsx")
    [[uid]] = book.rows("SELECT uid FROM customer WHERE first_name = 'Zoe00'")
    assert len(previewed(book, edit(path, {uid: {"Status": "INACTIVE"}}))) == most + SHARED_BY_MOST - 1


def test_who_is_edited_may_be_another_now(book: Book, tmp_path: Path) -> None:
    uid, other = put(book), put(book, first_name="Bo", email="bo@example.com")
    path = exported(book, tmp_path / "a.xlsx")
    [one] = previewed(book, edit(path, {uid: {"E-Mail": "BO@example.com"}}))
    assert ({one.customer_uid, one.other_uid}, one.label) == ({uid, other}, "E-Mail")


def test_whom_somebody_told_apart_is_not_asked_again(book: Book, tmp_path: Path) -> None:
    uid, other = put(book, phone=SHARED), put(book, first_name="Bo", phone=SHARED)
    duplicates.keep_apart(book, uid, other)
    path = exported(book, tmp_path / "a.xlsx")
    assert previewed(book, edit(path, {uid: {"First Name": "Ann"}})) == []
    assert previewed(book, edit(path, {uid: {"E-Mail": records.by_uid(book, other).email}})) == []


@pytest.mark.parametrize("answer", list(Answer))
def test_the_answer_goes_with_the_import_and_back_with_it(book: Book, tmp_path: Path, answer: Answer) -> None:
    put(book, phone=SHARED)
    path = sheet(tmp_path / "a.xlsx", new("Zoe00", Phone_Number=SHARED, City="Oslo"))
    before = book.rows("SELECT uid, first_name, phone, city, email FROM customer")
    import_answered(book, path, answer)
    assert asked(book) == ()
    assert len(book.rows("SELECT 1 FROM customer")) == (1 if answer is Answer.TAKE else 2)
    past_imports.take_back(book, past_imports.listed(book)[0].id)
    assert book.rows("SELECT uid, first_name, phone, city, email FROM customer") == before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_a_list_brings_the_review_asks_what_the_preview_asked(book: Book, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)

    def shared() -> dict[str, str]:
        return {"email": f"m{rng.randrange(6)}@example.com", "phone": f"555 010{rng.randrange(6)}"}

    for at in range(8):
        put(book, first_name=f"Ada {at}", active=rng.random() < 0.8, **shared())
    rows = []
    for at in range(10):
        mail, phone = shared().values()
        row = new(f"Zoe{at:02}") | {"E-Mail": mail, "Phone Number": phone}
        rows.append(row | ({"Customer UID": f"{at:08}-0000-4000-8000-000000000000"} if rng.random() < 0.5 else {}))
    known = book.rows("SELECT uid FROM customer")
    rows += [{"Customer UID": uid, "Phone Number": shared()["phone"]} for (uid,) in rng.sample(known, 3)]
    found = previewed(book, sheet(tmp_path / "a.xlsx", *rows))
    path = exported(book, tmp_path / "b.xlsx")
    uids = [uid for (uid,) in book.rows("SELECT uid FROM customer")]
    edits = {uid: {"E-Mail": shared()["email"], "First Name": f"New {uid[:4]}"} for uid in rng.sample(uids, 4)}
    found += previewed(book, edit(path, edits))
    assert found
