"""The review's questions, kind by kind, each with its answer: read by the page, as the reader comes to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.differing import around
from tui.question_words import INSTEAD, KINDS, NOW, answer_words, next_answer, on_one_line, one_line, title_of
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from store.review_records import Answer, Kind, Question
    from tui.widgets.line_list import Span

    Ask = Callable[[Kind, int, int], Sequence[Question] | None]

PAGE_ROWS = 500
"""Questions asked for at a time: the book works all of them out for each page."""
MOST_PAGES = 12
"""Pages held, more than any screen shows; the one looked at longest ago is let go."""
WIDE = 110
"""From this width on there is a column for what was there before."""
_ANSWER, _NAME, _LABEL = 11, 17, 14
_WIDE_NAME, _WIDE_LABEL = 26, 19
COMING = "…"


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one kind: how many, and which line of the list has their title."""

    kind: Kind
    count: int
    first: int


class QuestionTable(LineList):
    """A line for each question below a line for its kind.

    `ask(kind, offset, limit)` gives questions of a kind, or None when they are to come by `arrived`. `answers` is
    the caller's own table of answers by question id, which this widget changes.
    """

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self._groups: Sequence[Group] = ()
        self._ask: Ask = lambda _kind, _offset, _limit: ()
        self._pages: dict[tuple[Kind, int], Sequence[Question]] = {}
        self._asked: set[tuple[Kind, int]] = set()
        self.answers: dict[str, Answer] = {}
        self.of: dict[str, str] = {}
        """By id whom the questions are about that were ever answered here."""

    def show(self, counts: Mapping[Kind, int], ask: Ask, answers: dict[str, Answer], cursor: int = 1) -> None:
        """There are these questions now; the cursor begins on the first, below its title."""
        groups, first = [], 0
        for kind in KINDS:
            if counts.get(kind):
                groups.append(Group(kind, counts[kind], first))
                first += counts[kind] + 1
        self._groups, self._ask, self.answers = groups, ask, answers
        self._pages, self._asked = {}, set()
        self.reset(min(cursor, self.count() - 1) if groups else None)

    def _top_for(self, cursor: int | None) -> int:
        """A kind's title stays in view with the first of its questions."""
        top = super()._top_for(cursor)
        is_first = bool(cursor) and any(group.first + 1 == cursor for group in self._groups)
        return min(top, cursor - 1) if cursor and is_first and self.size.height > 1 else top

    def count(self) -> int:
        """How many lines there are."""
        return sum(group.count + 1 for group in self._groups)

    def _at(self, index: int) -> tuple[Group, int]:
        """The group that a line belongs to, and which of its questions it is; -1 for its title."""
        group = next(group for group in reversed(self._groups) if group.first <= index)
        return group, index - group.first - 1

    @property
    def kind(self) -> Kind | None:
        """The kind under the cursor."""
        return None if self.cursor is None else self._at(self.cursor)[0].kind

    @property
    def current(self) -> Question | None:
        """The question under the cursor; None on a title, and while it is still to come."""
        if self.cursor is None:
            return None
        group, at = self._at(self.cursor)
        return self._question(group, at) if at >= 0 else None

    @property
    def cursor_place(self) -> str:
        """Where the cursor is among all questions: `3/12`."""
        titles = sum(group.first < (self.cursor or 0) for group in self._groups)
        return f"{(self.cursor or 0) - titles + 1:,}/{self.count() - len(self._groups):,}"

    def _question(self, group: Group, at: int) -> Question | None:
        page, within = divmod(at, PAGE_ROWS)
        key = (group.kind, page)
        rows = self._pages.pop(key, None)
        if rows is None:
            if key in self._asked:
                return None
            rows = self._ask(group.kind, page * PAGE_ROWS, PAGE_ROWS)
            if rows is None:
                self._asked.add(key)
                return None
        self._keep(key, rows)
        return rows[within] if within < len(rows) else None

    def _keep(self, key: tuple[Kind, int], rows: Sequence[Question]) -> None:
        while len(self._pages) >= MOST_PAGES:
            del self._pages[next(iter(self._pages))]
        self._pages[key] = rows
        self._asked.discard(key)

    def arrived(self, kind: Kind, offset: int, rows: Sequence[Question]) -> None:
        """Take in questions that were asked for."""
        self._keep((kind, offset // PAGE_ROWS), rows)
        self.refresh()
        self.post_message(self.Moved(self))

    def turn(self) -> bool:
        """Turn the answer under the cursor: later, take, keep. False where there is no question."""
        question = self.current
        if question is None:
            return False
        self.answer(question, next_answer(self.answers.get(question.id)))
        return True

    def answer(self, question: Question, answer: Answer | None) -> None:
        """Give a question this answer, or none, and with it all that are asked of the same slipped row."""
        for each in self._along(question):
            self.of[each.id] = each.customer_uid
            if answer is None:
                self.answers.pop(each.id, None)
            else:
                self.answers[each.id] = answer
        self.refresh()
        self.post_message(self.Moved(self))

    def _along(self, question: Question) -> list[Question]:
        if not question.row:
            return [question]
        return [question, *(each for rows in self._pages.values() for each in rows if each.row == question.row)]

    def heading(self, width: int) -> str:
        """The line of headings that belongs above the questions."""
        cells = ("Answer", "Customer", "Field", "Before", NOW, INSTEAD)
        return "".join(text for text, _ in _columns(cells, width))

    def line(self, index: int, width: int) -> Sequence[Span]:
        """A kind's title, or a question and its answer."""
        group, at = self._at(index)
        if at < 0:
            return ((fit(f" {title_of(group.kind, group.count)}", width), "accent"),)
        question = self._question(group, at)
        if question is None:
            return ((fit(f"   {COMING}", width), "dim"),)
        answer = self.answers.get(question.id)
        before = one_line(question.base) if question.base not in ("", question.ours) else ""
        sides = (before, on_one_line(question.ours), on_one_line(question.theirs))
        cells = (answer_words(question.kind, answer), question.name, question.label, *sides)
        return _columns(cells, width, "dim" if answer is None else "accent")


def _columns(cells: tuple[str, str, str, str, str, str], width: int, answer_style: str = "") -> tuple[Span, ...]:
    answer, name, label, before, ours, theirs = cells
    wide = width >= WIDE
    names, labels = (_WIDE_NAME, _WIDE_LABEL) if wide else (_NAME, _LABEL)
    if width < _ANSWER + names + labels + 24:
        names, labels = width // 5, width // 6
    values = [before, ours, theirs] if wide else [ours, theirs]
    room = max(width - _ANSWER - names - labels - 4, len(values))
    each = room // len(values)
    sides = [(f"{fit(around(value, theirs, max(each - 1, 1)), max(each - 1, 1))} ", "dim") for value in values[:-1]]
    rest = max(room - each * len(sides), 1)
    return (
        (f" {fit(answer, _ANSWER)} ", answer_style),
        (f"{fit(name, names)} ", ""),
        (f"{fit(label, labels)} ", ""),
        *sides,
        (fit(around(theirs, ours, rest), rest), ""),
    )
