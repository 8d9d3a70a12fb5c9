"""What is said at the cells of a list that wait for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.merge import state
from store.review import shown
from store.workbook.cells import Fault
from store.workbook.headers import COLUMNS, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.review_records import Question
    from store.workbook.merging import Merge

_WAITS = "the book has {}"
_COUNTS = "counts until somebody answers, for this list was saved first; the book had {} of {}"


def faults(merge: Merge, asked: Iterable[Question]) -> list[tuple[str, Fault]]:
    """The cells of a row that raise these questions, by field, each with why.

    As a rule the book has another value, which stays. Of two lists about somebody whom no book made the one that was
    saved first counts, and that may be this one.
    """
    names = {column.label: column.name for column in COLUMNS[Sheet.CUSTOMERS]}
    offers = state.view(merge.rows.values()).offers
    said = {name: shown(name, min(some, key=state.offer_rank).value) for name, some in offers.items()}
    return [
        (name, _fault(question, said.get(name, question.theirs)))
        for question in asked
        if (name := names.get(question.label)) is not None
    ]


def _fault(question: Question, cell: str) -> Fault:
    if cell == question.ours != question.theirs:
        return Fault(cell, _COUNTS.format(question.theirs, question.source or "another list"))
    return Fault(cell, _WAITS.format(question.ours or "nothing"))
