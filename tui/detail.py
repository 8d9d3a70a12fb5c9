"""A line of a list in full, below the list: whole where there is room, else the part in which its values differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells
from textual.content import Content

from store.review_records import Answer, Kind
from tui.differing import around, shared
from tui.gate import plain, shown
from tui.question_words import INSTEAD, KINDS, NOW, asked, on_one_line, one_line, whence
from tui.wrapping import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.review_records import Question


class Told(NamedTuple):
    """A value and the word before it; `other` is what it is compared with."""

    word: str
    text: str
    other: str = ""
    is_chosen: bool = False
    """Whether it is the one that an answer chooses."""

    @property
    def line(self) -> str:
        """All of it."""
        return f"{self.word}: {shown(on_one_line(self.text))}"


class Detail(NamedTuple):
    """What stands below a list: of what it is, and its values."""

    head: Content
    values: Sequence[Told] = ()

    def lines(self, width: int) -> list[Content]:
        """All of it in lines of this width."""
        return [*self._head(width), *self._in_full(width)]

    def pages(self, width: int, height: int) -> list[Content]:
        """What is seen in so many lines: all of it, or the part that differs and then the whole, page by page."""
        lines = self.lines(width)
        if len(lines) <= height or not self.values:
            return [_joined(lines[: max(height, 1)])]
        [first, *_], rest, each = self._head(width), self._in_full(width), max(height - 1, 1)
        whole = [_joined([first, *rest[at : at + each]]) for at in range(0, len(rest), each)]
        return [self._excerpt(first, width, height), *(whole if height > 1 else [])]

    def _head(self, width: int) -> list[Content]:
        return self.head.wrap(max(width, 1))

    def _in_full(self, width: int) -> list[Content]:
        return [
            Content.styled(line, "bold") if told.is_chosen else Content(line)
            for told in self.values
            for line in folded(told.line, max(width, 1))
        ]

    def _excerpt(self, first: Content, width: int, height: int) -> Content:
        values = self.values[-(height - 1) :] if height > 1 else ()
        wanted = [-(-cell_len(told.line) // width) for told in values]
        lines = [first]
        for told, number in zip(values, shared(wanted, height - 1), strict=True):
            text, other = shown(on_one_line(told.text)), shown(on_one_line(told.other))
            is_narrow = cell_len(text) == len(text)
            room = number * width - cell_len(told.word) - 2 - (0 if is_narrow else number)
            said = chop_cells(f"{told.word}: {around(text, other, room)}", width)[:number]
            lines += [Content.styled(line, "bold") if told.is_chosen else Content(line) for line in said]
        return _joined(lines)


def _joined(lines: Sequence[Content]) -> Content:
    return Content("\n").join(lines)


def of_question(question: Question, answer: Answer | None, place: str) -> Detail:
    """A question with its values in full, the one that the answer chooses marked."""
    head = asked(question, answer, place)
    if question.kind is Kind.WHO:
        two = f"{one_line(question.name)} and {one_line(question.theirs)}"
        return Detail(Content("\n").join([head, plain(f"{two}: {KINDS[question.kind].explained}.")]))
    now, instead = whence(NOW, question.ours_source, question.ours_at), whence(INSTEAD, question.source, question.at)
    values = [
        _side(now, question.ours, question.theirs, chosen=answer is Answer.KEEP),
        _side(instead, question.theirs, question.ours, chosen=answer is Answer.TAKE),
    ]
    if question.base not in ("", question.ours):
        values.insert(0, _side("Before", question.base, question.ours, chosen=False))
    return Detail(head, values)


def _side(word: str, text: str, other: str, *, chosen: bool) -> Told:
    return Told(f"{'•' if chosen else ' '} {shown(word)}", text, other, chosen)
