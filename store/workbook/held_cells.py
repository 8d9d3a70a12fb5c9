"""What is said at the cells that wait for an answer."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from store.fields import BY_NAME
from store.merge import state
from store.merge.state import Why
from store.review import shown
from store.review_records import Kind
from store.workbook.cells import Fault
from store.workbook.headers import COLUMNS, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.review_records import Question
    from store.workbook.merging import Merge, Outcome

OF_CELLS = frozenset({str(Why.BLANK), str(Why.PERSON)})
"""The kinds of what is asked about a cell whatever the book has."""
_WAITS = "the book has {}"
_COUNTS = "counts until somebody answers, for this list was saved first; the book had {} of {}"
_ELSEWHERE = "changed in two places at once, elsewhere to {}"
_EMPTIED = "changed in two places at once, and emptied elsewhere"


class Waiting(NamedTuple):
    """A cell that waits: its field, why, and what is asked about it."""

    name: str
    fault: Fault
    asked: tuple[Question, ...]


def waiting(merge: Merge, outcome: Outcome) -> dict[int, list[Waiting]]:
    """The cells of visible rows that wait for an answer, by row.

    What is edited in them waits as long as it is asked about, however often the file is read; of what is not only what
    the file asks anew. What was answered does not wait.
    """
    found: dict[int, list[Waiting]] = defaultdict(list)
    if not (outcome.told or outcome.asked):
        return found
    for row, one in _of_cells(merge, outcome.told):
        found[row].append(one)
    named = {one.name for some in found.values() for one in some}
    for one in of_list(merge, outcome.asked) if merge.is_list else _unedited(merge, outcome.asked):
        if merge.row and one.name not in named:
            found[merge.row].append(one)
    return found


def _of_cells(merge: Merge, told: Iterable[Question]) -> Iterator[tuple[int, Waiting]]:
    """The cells that somebody edited."""
    by_label: dict[str, list[Question]] = defaultdict(list)
    for question in told:
        by_label[question.label].append(question)
    for row, name, fault in merge.held:
        asked = tuple(one for one in by_label[BY_NAME[name].label] if one.kind in OF_CELLS)
        if asked:
            yield row, Waiting(name, fault, asked)
    for row, name, cell in merge.edited:
        if (one := _conflict(name, cell, by_label[BY_NAME[name].label])) is not None:
            yield row, one


def _conflict(name: str, cell: str, asked: Iterable[Question]) -> Waiting | None:
    """A cell whose value is one of two that were written at once; None for another."""
    of_it = tuple(one for one in asked if one.kind == Kind.CONFLICT and cell in {one.ours, one.theirs})
    if not of_it:
        return None
    other = of_it[0].theirs if cell == of_it[0].ours else of_it[0].ours
    return Waiting(name, Fault(cell, _ELSEWHERE.format(other) if other else _EMPTIED), of_it)


def _unedited(merge: Merge, asked: Iterable[Question]) -> Iterator[Waiting]:
    """Values of another book that are in conflict with this one's."""
    by_name: dict[str, list[Question]] = defaultdict(list)
    for question in asked:
        if question.kind == Kind.CONFLICT:
            by_name[_NAMES[question.label]].append(question)
    whole = state.view(merge.rows.values())
    for name, some in by_name.items():
        if (one := _conflict(name, shown(name, state.in_force(whole, name)), some)) is not None:
            yield one


def of_list(merge: Merge, asked: Iterable[Question]) -> Iterator[Waiting]:
    """The cells of a list's row that raise these questions.

    As a rule the book has another value, which stays. Of two lists about somebody whom no book made the one that was
    saved first counts, and that may be this one.
    """
    offers = state.view(merge.rows.values()).offers
    said = {name: shown(name, min(some, key=state.offer_rank).value) for name, some in offers.items()}
    for question in asked:
        if (name := _NAMES.get(question.label)) is not None:
            yield Waiting(name, _fault(question, said.get(name, question.theirs)), (question,))


def _fault(question: Question, cell: str) -> Fault:
    if cell == question.ours != question.theirs:
        return Fault(cell, _COUNTS.format(question.theirs, question.source or "another list"))
    return Fault(cell, _WAITS.format(question.ours or "nothing"))


_NAMES = {column.label: column.name for column in COLUMNS[Sheet.CUSTOMERS]}
