"""What all restorers of an import that is taken back share."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import rows
from store.workbook import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from store.database import Book
    from store.workbook.journal import Run

Record = tuple[int, Any]
"""A change of the record: the row's id, and what the row was before (None where the import made it)."""


@dataclass(slots=True)
class Work:
    """An import on its way out: how many rows were restored and removed, and who stays."""

    book: Book
    run: Run
    later: tuple[int, ...] = ()
    """The imports after this one whose records are there."""
    earlier: tuple[int, ...] = ()
    """The imports before this one whose records are there."""
    restored: int = 0
    removed: int = 0
    kept: set[str] = field(default_factory=set)
    """The uids of those who stay."""
    records_of: dict[str, int] = field(default_factory=dict)
    """The customer by whose record each uid was known before the import."""
    brought: set[str] = field(default_factory=set)
    """The uids that came by the import, and were no customers of their own."""
    called: Callable[[str], str] = str
    """What stores are called now that had other names then."""

    def read_records(self) -> None:
        """Get to know whose records there are: of all at once, and so before anybody has to wait for a slice."""
        with self.book.read():
            self.records_of = {
                uid: row_id
                for row_id, uid in self.book.execute(
                    "SELECT row_id, key FROM import_change, json_each(before, '$.rows') WHERE run_id = ? AND kind = ?",
                    (self.run.id, journal.PERSON),
                )
            }
            told = self.book.rows(
                "SELECT before FROM import_change WHERE run_id = ? AND kind = ?", (self.run.id, journal.BROUGHT)
            )
            self.brought = {json.loads(uid) for (uid,) in told} - self.records_of.keys()

    @property
    def later_ids(self) -> str:
        """The imports after this one, as a query names them."""
        return ", ".join(map(str, self.later)) or "NULL"

    def changed_later(self, kind: str, ids: Iterable[int]) -> set[int]:
        """Those of the rows that a later import changed too."""
        later = self.later_ids
        return {
            row_id
            for marks, part in rows.in_parts(ids)
            for (row_id,) in self.book.rows(
                f"SELECT row_id FROM import_change WHERE run_id IN ({later}) AND kind = ? AND row_id IN ({marks})",  # noqa: S608
                (kind, *part),
            )
        }

    def told_of(self, kind: str, ids: Iterable[int], run_id: int | None = None) -> dict[int, str]:
        """What the import, or another one, recorded of rows, as JSON, by their ids; where it recorded anything."""
        return {
            row_id: told
            for marks, part in rows.in_parts(ids)
            for row_id, told in self.book.rows(
                f"SELECT row_id, before FROM import_change WHERE run_id = ? AND kind = ? AND row_id IN ({marks})",  # noqa: S608
                (self.run.id if run_id is None else run_id, kind, *part),
            )
        }

    def vouch(self, versions: Mapping[int, int]) -> None:
        """Tell the imports before that nobody wrote in customers whom they made, however often this one did.

        `versions` are those before this import. What the customers are now is then what the earlier one left.
        """
        raised: Counter[int] = Counter()
        for run_id in self.earlier:
            for customer_id, told in self.told_of(journal.RAISED, versions, run_id).items():
                raised[customer_id] += json.loads(told)[0]
        for run_id in self.earlier:
            made = self.told_of("customer", versions, run_id)
            untouched = made.keys() - self.told_of(journal.AFTER, made, run_id).keys()
            for person in rows.by_id(self.book, untouched).values():
                if json.loads(made[person.id]) == person.uid and versions[person.id] == 1 + raised[person.id]:
                    journal.person_after(self.book, journal.Run(run_id, ""), person)

    def forget(self, kind: str, ids: Iterable[int]) -> None:
        """Drop records: the rows are restored, or stay."""
        self.book.raw().executemany(
            "DELETE FROM import_change WHERE run_id = ? AND kind = ? AND row_id = ?",
            [(self.run.id, kind, row_id) for row_id in ids],
        )

    def stays(self, sentence: str, uids: Iterable[str] = ()) -> None:
        """Name what had to stay, and the uids of whom it concerns."""
        concerned = list(uids)
        self.kept |= set(concerned)
        journal.stays(self.book, self.run, sentence, concerned)
