"""Answering many questions alike: what can be chosen, and asking once more before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.review_records import Answer, Kind
from tui.folders import counted
from tui.question_words import KINDS, answer_words, counted_kind, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from store.review_records import Question
    from tui.app import RegularsApp


ALIKE_AT_ONCE, ALIKE_MARKED = "Answer alike, at once", "Answer alike, with the import"
"""The title of the choice: what is chosen is carried out when it is agreed to, or with the import."""


@dataclass(frozen=True, slots=True)
class Alike:
    """One answer to many questions: those of a `kind`, or of a `source`, or of neither, which is all but pairs.

    Who is one person is never answered together with other things.
    """

    answer: Answer
    kind: Kind | None = None
    source: str = ""

    def meant(self, question: Question) -> bool:
        """Whether a question is among them."""
        if self.kind is not None:
            return question.kind is self.kind
        return question.kind is not Kind.WHO and self.source in ("", question.source)


def of_kind(kind: Kind, number: int) -> dict[str, Alike]:
    """What can be chosen for all questions of a kind, by its words."""
    all_of_it = f"all {counted_kind(kind, number)}" if number > 1 else f"the {KINDS[kind].noun}"
    return {f"{answer_words(kind, answer)}: {all_of_it}": Alike(answer, kind) for answer in Answer}


def of_source(source: str) -> dict[str, Alike]:
    """What can be chosen for all questions that come from one place."""
    return {
        f"{answer_words(Kind.LIST, answer)}: all from {one_line(source)}": Alike(answer, source=source)
        for answer in Answer
    }


def of_all(counts: Mapping[Kind, int]) -> dict[str, Alike]:
    """What can be chosen for all questions of several kinds, pairs aside; nothing where there is one such kind."""
    others = {kind: number for kind, number in counts.items() if kind is not Kind.WHO}
    if len(others) < 2:
        return {}
    aside = ", pairs aside" if Kind.WHO in counts else ""
    words = f"all {counted(sum(others.values()), 'question')}{aside}"
    return {f"{answer_words(Kind.LIST, answer)}: {words}": Alike(answer) for answer in Answer}


def ask_alike(
    app: RegularsApp, choices: Mapping[str, Alike], then: Callable[[Alike], None], *, last_word: str = ""
) -> None:
    """Let a person choose among these, and confirm; then `then(chosen)`.

    `last_word` says what is so afterwards; with it the answers are for good, and the question begins at No.
    """

    def chosen(word: str | None) -> None:
        if word is None:
            return
        alike = choices[word]
        effect = KINDS[alike.kind or Kind.LIST].effect
        app.open_screen(
            "confirm",
            lambda agreed: then(alike) if agreed else None,
            title=f"{word}?",
            text="\n".join(filter(None, (effect, last_word))),
            yes="Yes",
            no="No",
            danger=bool(last_word),
        )

    app.open_screen(
        "picker", chosen, title=ALIKE_AT_ONCE if last_word else ALIKE_MARKED, rows=[(word, word) for word in choices]
    )


def ask_to_leave(app: RegularsApp, marked: int, leave: Callable[[], None]) -> None:
    """Ask whether answers that were marked, and not carried out, may be dropped; then `leave()`."""
    app.open_screen(
        "confirm",
        lambda agreed: leave() if agreed else None,
        title="Leave without answering?",
        text=f"{counted(marked, 'answer')} marked, and not carried out.",
        yes="Leave",
        no="Stay",
        danger=True,
    )
