"""Answering the book's questions: what the review needs of the store, and many answers a few at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from store.review_records import Answered, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from store.database import Book
    from store.review_records import Answer, Question
    from tui.answering import Alike

SLICE = 200
"""Answers carried out in one go: no cashier's save waits for more."""
READ_ROWS = 100_000
"""Questions read at a time, to find those that are meant: the book works all of them out each time."""


class Reviewing(Protocol):
    """What the review needs of `store.review`."""

    def counts(self, book: Book) -> dict[Kind, int]:
        """How many questions of each kind are open."""

    def questions(
        self, book: Book, *, offset: int = 0, limit: int = 500, kinds: Sequence[Kind] = ()
    ) -> tuple[Question, ...]:
        """Some of the open questions, in their order; without `kinds` of every kind."""

    def answer(self, book: Book, answers: Mapping[str, Answer], of: Mapping[str, str]) -> Answered:
        """Carry out answers, by question id; `of` has the uid of whom each is about."""


def the_book() -> Reviewing:
    """The store's own review, loaded when first needed."""
    from store import review

    return cast("Reviewing", review)


@dataclass(frozen=True, slots=True)
class Given:
    """Answers by question id, and by the same the uid of whom each question is about."""

    answers: Mapping[str, Answer]
    of: Mapping[str, str]


def meant(reviewing: Reviewing, book: Book, alike: Alike) -> Given:
    """The answers to all open questions that one answer is meant for."""
    kinds = (alike.kind,) if alike.kind is not None else tuple(kind for kind in Kind if kind is not Kind.WHO)
    of: dict[str, str] = {}
    offset = 0
    while page := reviewing.questions(book, offset=offset, limit=READ_ROWS, kinds=kinds):
        of |= {question.id: question.customer_uid for question in page if alike.meant(question)}
        offset += len(page)
    return Given(dict.fromkeys(of, alike.answer), of)


def carry_out(reviewing: Reviewing, book: Book, given: Given, go_on: Callable[[int, int], bool]) -> Answered:
    """Carry out answers, a slice at a time; `go_on(done, total)` is asked before each, and False stops there."""
    items = list(given.answers.items())
    done = tried = 0
    for at in range(0, len(items), SLICE):
        if not go_on(at, len(items)):
            break
        part = dict(items[at : at + SLICE])
        answered = reviewing.answer(book, part, given.of)
        done, tried = done + answered.done, tried + len(part)
    return Answered(done, max(tried - done, 0))  # what a slipped row answers along may stand in a later slice
