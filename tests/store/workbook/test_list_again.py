"""A list that comes again once the customers it speaks of were put together says nothing new."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import duplicates, review
from store.customers import create
from store.merge import people
from store.review_records import Answer
from tests.store.workbook.importing import ADA, BOB, answer_all, asked, customers, run_import
from tests.store.workbook.sharing import planned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.books import Pattern


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
