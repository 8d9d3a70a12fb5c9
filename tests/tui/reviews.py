"""Imports and reviews of our own making, as the store gives them: for the screens' tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import StoreError
from store.exchange import FieldMove, ImportPreview, ImportResult, Progress, RowMove
from store.review_records import Answer, Answered, Kind, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from store.database import Book

Item = Progress | ImportPreview | ImportResult | StoreError


class Session:
    """A reading whose news the test decides; `customers` is how many it would change."""

    def __init__(self, move: Callable[[int], RowMove] | None = None, customers: int = 0) -> None:
        self.news: list[Item] = []
        self.calls: list[str] = []
        self.asked: list[tuple[int, int]] = []
        self.answers: dict[str, Answer] = {}
        self.wait: Callable[[], object] = lambda: None
        """Called before customers are told, in the thread that asked."""
        self._move = move or changed
        self._customers = customers

    def start(self) -> None:
        self.calls.append("start")

    def poll(self) -> list[Item]:
        news, self.news = self.news, []
        return news

    def moves(self, offset: int, limit: int) -> Sequence[RowMove]:
        self.asked.append((offset, limit))
        self.wait()
        return tuple(self._move(at) for at in range(offset, min(offset + limit, self._customers)))

    def apply(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.calls.append("apply")
        self.answers = dict(answers or {})

    def cancel(self) -> None:
        self.calls.append("cancel")


def changed(at: int) -> RowMove:
    """The `at`th customer of a workbook: every third is new, the others have one or two fields changed."""
    row, name = at + 2, f"Person {at + 1:05}"
    if at % 3 == 0:
        fields = (FieldMove("First Name", "", "", "Person"), FieldMove("E-Mail", "", "", f"p{at}@example.com"))
        return RowMove(row, f"uid {at}", name, "created", fields)
    fields = (FieldMove("City", "Bath", "Bath", f"Salem {at}"),)
    if at % 3 == 2:
        held = FieldMove("Phone Number", "555 010 1000", "555 010 2000", "", "the cell was emptied", held=True)
        fields = (*fields, held)
    return RowMove(row, f"uid {at}", name, "updated", fields)


def question(number: int, kind: Kind = Kind.CONFLICT, source: str = "office.xlsx", **values: str) -> Question:
    """A question with a number of its own."""
    named = {"label": "City", "base": "Bath", "ours": f"Bristol {number}", "theirs": f"Salem {number}", **values}
    return Question(f"{kind}-{number}", kind, f"uid {number}", f"Person {number:05}", **named, source=source)


class Reviewing:
    """A review that keeps its questions in memory. `refuses` is raised by the next answer."""

    def __init__(self, questions: Sequence[Question] = ()) -> None:
        self.open = list(questions)
        self.answered: dict[str, Answer] = {}
        self.slices: list[int] = []
        self.refuses: StoreError | None = None
        self.wait: Callable[[], object] = lambda: None
        """Called before a slice is answered, in the thread that answers."""

    def counts(self, book: Book) -> dict[Kind, int]:
        return {kind: number for kind in Kind if (number := sum(each.kind is kind for each in self.open))}

    def questions(
        self, book: Book, *, offset: int = 0, limit: int = 500, kinds: Sequence[Kind] = ()
    ) -> tuple[Question, ...]:
        return tuple(each for each in self.open if not kinds or each.kind in kinds)[offset : offset + limit]

    def answer(self, book: Book, answers: Mapping[str, Answer], of: Mapping[str, str]) -> Answered:
        self.wait()
        assert all(of[each.id] == each.customer_uid for each in self.open if each.id in answers)
        if self.refuses is not None:
            raise self.refuses
        known = {each.id for each in self.open}
        found = {name: answer for name, answer in answers.items() if name in known}
        self.answered |= found
        self.slices.append(len(answers))
        self.open = [each for each in self.open if each.id not in found]
        return Answered(len(found), len(answers) - len(found))
