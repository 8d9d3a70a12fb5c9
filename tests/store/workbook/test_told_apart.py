"""A workbook of a time when two were one person says nothing of it once somebody told them apart."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from store import duplicates, upkeep
from store.customers import create, get, update
from tests.store.workbook.importing import ADA, BOB, counts, exported, run_import
from tests.store.workbook.sharing import agreed, planned

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Book
    from tests.books import Pattern

_UIDS = ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002")


def _told_apart(book: Book, path: Path) -> Path:
    """Two customers who were one when the workbook was written."""
    for uid, named in zip(_UIDS, (ADA, BOB), strict=True):
        first, last, email = named.values()
        create(book, {"uid": uid, "first_name": first, "last_name": last, "email": email})
    duplicates.merge(book, *_UIDS)
    exported(book, path)
    duplicates.separate(book, _UIDS[1])
    return path


def test_the_old_workbook_changes_nothing(tmp_path: Path, new_pattern: Pattern) -> None:
    with closing(new_pattern.copy(tmp_path / "book.db")) as book:
        path = _told_apart(book, tmp_path / "one.xlsx")
        assert planned(book, path).writes_nothing


def test_what_the_old_workbook_brings_goes_to_whom_it_is_of(tmp_path: Path, new_pattern: Pattern) -> None:
    with closing(new_pattern.copy(tmp_path / "book.db")) as book, closing(new_pattern.copy(tmp_path / "b.db")) as other:
        run_import(other, _told_apart(book, tmp_path / "one.xlsx"))
        [[joined]] = other.rows("SELECT id FROM customer")
        base = get(other, joined)
        update(other, joined, {"city": "Rome"}, base.version, base=base)
        late = exported(other, tmp_path / "late.xlsx")
        plan = planned(book, late)
        assert [(move.uid, [field.label for field in move.fields]) for move in plan.changed] == [(_UIDS[0], ["City"])]
        assert counts(run_import(book, late)) == (0, 1, 0, 0)
        assert book.rows("SELECT uid, city FROM customer ORDER BY uid") == [(_UIDS[0], "Rome"), (_UIDS[1], "")]
        assert planned(book, late).writes_nothing
        run_import(other, exported(book, tmp_path / "book.xlsx"))
        assert agreed(other) == agreed(book)
        assert upkeep.check(book).faults == upkeep.check(other).faults == ()
