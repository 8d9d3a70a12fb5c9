"""A list that comes again once the customers it speaks of were put together says nothing new."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import duplicates, review, settings
from store.customers import create
from store.merge import people
from store.review_records import Answer
from tests.store.workbook.importing import ADA, BOB, answer_all, asked, customers, exported, run_import
from tests.store.workbook.sharing import named, planned, update

if TYPE_CHECKING:
    from pathlib import Path

    from tests.books import Pattern

PHONE = "0049 555 0102"


@pytest.mark.parametrize("answers", [(), (Answer.KEEP,), (Answer.TAKE,)])
def test_a_list_says_nothing_again_of_who_leads_now(
    tmp_path: Path, new_pattern: Pattern, answers: tuple[Answer, ...]
) -> None:
    with closing(new_pattern.copy(tmp_path / "book.db")) as book:
        uids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]
        for uid, named, number in zip(uids, (ADA, BOB), ("", "N7"), strict=True):
            first, last, email = named.values()
            create(book, {"uid": uid, "first_name": first, "last_name": last, "email": email, "id_number": number})
        row = {"Customer ID Number": "N7", "City": "Wien", "Notes": "tall", "Loyalty Points": 80}
        path = customers(tmp_path / "list.xlsx", row)
        run_import(book, path)
        for answer in answers:
            answer_all(book, answer)
        duplicates.merge(book, *uids)
        assert people.leading(uids) == uids[0]
        before = asked(book)
        assert planned(book, path).writes_nothing
        assert asked(book) == before
        assert len(review.questions(book)) == len(before)


def test_a_number_that_nobody_shows_any_more_is_still_whose_it_was(tmp_path: Path, new_pattern: Pattern) -> None:
    """The list's own second row makes two customers one, of whom the other's number is shown."""
    with closing(new_pattern.copy(tmp_path / "book.db")) as book:
        uids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]
        shared = {"email": "home@example.com"}
        create(book, {"uid": uids[0], "first_name": "Ada", "last_name": "Ames", "id_number": "N1", **shared})
        create(book, {"uid": uids[1], "first_name": "Bob", "last_name": "Brand", "id_number": "N2", "phone": PHONE,
                      **shared})  # fmt: skip
        named = {"First Name": "Bob", "Last Name": "Brand", "E-Mail": "bob@example.com"}
        path = customers(
            tmp_path / "list.xlsx",
            {"Customer ID Number": "N2", **named},
            {"Customer ID Number": "N1", "E-Mail": "home@example.com", "Phone Number": PHONE},
        )
        run_import(book, path)
        assert book.rows("SELECT uid, id_number FROM customer") == [(uids[0], "N1")]
        assert planned(book, path).writes_nothing


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_rows_with_one_number_it_is_the_same_that_counts_again(
    tmp_path: Path, new_pattern: Pattern, turned: bool
) -> None:
    """The first: whether the book has somebody with its e-mail or not."""
    with closing(new_pattern.copy(tmp_path / "book.db")) as book:
        create(book, {"first_name": "Eve", "last_name": "Ebner", "email": ADA["E-Mail"]})
        some = [ADA | {"Customer ID Number": "N7"}, BOB | {"Customer ID Number": "N7"}]
        path = customers(tmp_path / "list.xlsx", *(some[::-1] if turned else some))
        [refused] = run_import(book, path).refused
        assert (refused.row, refused.outcome) == (3, "error:duplicate of row 2")
        assert planned(book, path).writes_nothing


def test_who_was_known_by_a_value_that_waits_now_is_known_by_it_still(tmp_path: Path, new_pattern: Pattern) -> None:
    """What another till wrote at the same time is in force, and a list's row has what was before."""
    names = ("one", "other")
    books = [new_pattern.copy(tmp_path / f"{name}.db") for name in names]
    with closing(books[0]) as book, closing(books[1]) as other:
        for till in books:
            with till.write():
                settings.put(till, "origin", f"{till.path.stem:0>32}")
        create(book, {"first_name": "Ada", "last_name": "Lovelace", "email": "first@example.com"})
        run_import(other, exported(book, tmp_path / "start.xlsx"))
        update(book, "Ada", email=ADA["E-Mail"])
        update(other, "Ada", email="later@example.com")
        update(other, "Ada", email="latest@example.com")
        path = customers(tmp_path / "list.xlsx", ADA | {"City": "Wien"})
        run_import(book, path)
        run_import(book, exported(other, tmp_path / "other.xlsx"))
        assert named(book, "Ada").email == "latest@example.com"
        assert planned(book, path).writes_nothing
