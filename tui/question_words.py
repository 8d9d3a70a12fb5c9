"""The review's questions and their answers in the words of a shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from store.review_records import Answer, Kind
from tui.folders import counted
from tui.gate import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.review_records import Question

LATER = "Later"
"""No answer yet."""
EMPTY = "(empty)"
NOW, INSTEAD = "Now", "Instead"
"""What the value in force is headed with, and the one that is offered in its place."""
MOST_SHOWN = 300
"""Characters of a value below a list; nobody reads more before an answer."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """How a kind of question is called, what it is, and what its answers do."""

    noun: str
    explained: str
    take: str = "Take"
    keep: str = "Keep"
    effect: str = "Take has the value under Instead show from now on. Keep leaves what shows now."


KINDS: dict[Kind, KindWords] = {
    Kind.CONFLICT: KindWords("conflict", "two people wrote different values, or two entries became one"),
    Kind.BLANK: KindWords(
        "emptied cell", "a cell was emptied; was it meant?", effect="Take empties the field. Keep leaves its value."
    ),
    Kind.PERSON: KindWords(
        "slipped cell", "a row has become somebody else's in every respect; its cells are answered as one",
        effect="Take writes all cells of the row onto this customer. Keep leaves what shows now.",
    ),
    Kind.POINTS: KindWords("balance", "a sheet says a balance that is not the book's"),
    Kind.WHO: KindWords(
        "pair", "two customers who may be one person", "One person", "Two people",
        "One person makes one customer of the two. Two people leaves them as they are.",
    ),
    Kind.LIST: KindWords("difference", "a list says something else than the book"),
}  # fmt: skip
"""In the order in which they are listed: what one list says may be thousands."""


def counted_kind(kind: Kind, number: int) -> str:
    """`5 conflicts`."""
    return counted(number, KINDS[kind].noun)


def title_of(kind: Kind, number: int) -> str:
    """The line above a kind's questions: `5 conflicts: two people wrote ...`."""
    return f"{counted_kind(kind, number)}: {KINDS[kind].explained}"


def title_and_effect(kind: Kind, number: int) -> tuple[str, str]:
    """The line above a kind's questions as a sentence, and what its answers do."""
    title = title_of(kind, number)
    return (title if title.endswith("?") else f"{title}."), KINDS[kind].effect


def answer_words(kind: Kind, answer: Answer | None) -> str:
    """An answer to a question of a kind, or that it has none yet."""
    if answer is None:
        return LATER
    return KINDS[kind].take if answer is Answer.TAKE else KINDS[kind].keep


def counts_words(counts: Mapping[Kind, int], only: Kind | None, marked: int) -> str:
    """`2 answers marked.  12 questions: 5 conflicts, 7 pairs`; where `only` one kind is shown, how many it has."""
    first = f"{counted(marked, 'answer')} marked.  " if marked else ""
    if only is not None:
        return f"{first}Only {counted_kind(only, counts.get(only, 0))}"
    total = counted(sum(counts.values()), "question")
    return f"{first}{total}: {', '.join(counted_kind(kind, counts[kind]) for kind in KINDS if counts.get(kind))}"


def next_answer(answer: Answer | None) -> Answer | None:
    """What the key makes of an answer: later, take, keep, and later again."""
    return {None: Answer.TAKE, Answer.TAKE: Answer.KEEP, Answer.KEEP: None}[answer]


def one_line(value: str) -> str:
    """A value on one line, as much of it as anybody reads."""
    return on_one_line(value[:MOST_SHOWN])


def on_one_line(value: str) -> str:
    """All of a value on one line."""
    return " ".join(value.split()) or EMPTY


def asked(question: Question, answer: Answer | None, place: str) -> Content:
    """What is asked, of whom, and its answer; `place` says which question it is."""
    what = ", ".join(filter(None, (question.name, question.label)))
    head = f"{place}   {KINDS[question.kind].noun.capitalize()}: {one_line(what)}"
    return Content.assemble(shown(head), "   ", (answer_words(question.kind, answer), "bold"))


def whence(word: str, source: str, at: str) -> str:
    """What stands before a value: `Now (another till, 07-Mar-2026 18:30)`."""
    told = ", ".join(filter(None, (one_line(source) if source else "", at)))
    return f"{word} ({told})" if told else word
