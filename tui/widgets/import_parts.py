"""The parts of an import's preview, one at a time: what would change, what is asked, what is not taken."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.detail import Detail, of_question
from tui.gate import plain
from tui.question_words import title_and_effect
from tui.widgets.import_details import of_move, of_refusal
from tui.widgets.move_table import MoveTable
from tui.widgets.outcome_table import OutcomeTable, counts_words
from tui.widgets.question_table import QuestionTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from store.exchange import ImportResult, RowMove
    from store.review_records import Answer, Kind, Question
    from tui.answering import Alike
    from tui.import_desk import ImportDesk
    from tui.widgets.line_list import LineList

READING = "Reading what would change..."
LINES, LEAST_LINES = 4, 3
"""Lines below the list for the one under the cursor, and those that the list has at the least."""
LOW = "-low"
"""The screen's class where it has hardly any lines."""


class Part(Enum):
    """What can be looked at; its value is the identity of its list."""

    CHANGES = "changes"
    QUESTIONS = "questions"
    REFUSED = "outcomes"


class ImportParts(Vertical):
    """A line of tabs, the list of the part that is looked at, and the whole of the line under its cursor."""

    class Changed(Message):
        """Another part is looked at, or another line of it, or an answer was given."""

    def __init__(self, identity: str) -> None:
        super().__init__(id=identity)
        self._changes = MoveTable(Part.CHANGES.value)
        self._questions = QuestionTable(Part.QUESTIONS.value)
        self._refused = OutcomeTable(Part.REFUSED.value)
        self._lists: dict[Part, LineList] = {
            Part.CHANGES: self._changes, Part.QUESTIONS: self._questions, Part.REFUSED: self._refused,
        }  # fmt: skip
        self._tabs = Static(id="parts-tabs", markup=False)
        self._headings = Static(id="parts-headings", markup=False)
        self._whole = Static(id="parts-whole", markup=False)
        self._desk: ImportDesk | None = None
        self._shown: object = None
        self._parts: list[Part] = []
        self._focusable = False
        self._by_kind: dict[Kind, list[Question]] = {}
        self._words = dict.fromkeys(Part, "")
        self._decisions: dict[str, str] = {}
        """By the questions' ids what is decided with them: the cells of a slipped row are one decision."""
        self._detail = Detail(Content())
        self._pages: list[Content] = []
        """What the space below the list shows of the line under the cursor, a page at a time."""
        self._page = 0

    def compose(self) -> ComposeResult:
        """The tabs, the lists, of which one is seen, and the line under its cursor."""
        yield self._tabs
        yield self._headings
        yield from self._lists.values()
        yield self._whole

    @property
    def part(self) -> Part | None:
        """The part that is looked at; None where there is nothing to look at."""
        return next((part for part in self._parts if self._lists[part].display), None)

    @property
    def listed(self) -> LineList | None:
        """The list of that part."""
        return None if self.part is None else self._lists[self.part]

    @property
    def several(self) -> bool:
        """Whether there is another part to go to."""
        return len(self._parts) > 1

    # What there is

    def show_preview(self, desk: ImportDesk) -> None:
        """Show what the desk's workbook would do; the same preview again changes nothing."""
        preview = desk.preview
        if preview is None or preview is self._shown:
            return
        self._shown, self._desk = preview, desk
        self._by_kind = {}
        self._decisions = {question.id: question.row or question.id for question in preview.questions}
        for question in preview.questions:
            self._by_kind.setdefault(question.kind, []).append(question)
        parts = []
        if preview.moves:
            parts.append(Part.CHANGES)
            self._words[Part.CHANGES] = f"Changes {preview.moves:,}"
            self._changes.show(preview.moves, self._ask)
        if preview.questions:
            parts.append(Part.QUESTIONS)
            self._questions.show(self.counts, self._of_kind, desk.answers)
        if preview.refused or preview.notes:
            parts.append(Part.REFUSED)
            self._words[Part.REFUSED] = counts_words(preview.refused, preview.notes)
            self._refused.show(preview.refused, preview.notes)
        self._begin(parts)

    def show_result(self, result: ImportResult) -> None:
        """Show what the import did not take."""
        if result is self._shown:
            return
        self._shown = result
        self._words[Part.REFUSED] = counts_words(result.refused, result.notes)
        self._refused.show(result.refused, result.notes)
        self._begin([Part.REFUSED] if result.refused or result.notes else [])

    def _begin(self, parts: list[Part]) -> None:
        self._parts = parts
        self.display = bool(parts)
        self._look_at(parts[0] if parts else None)

    @property
    def counts(self) -> dict[Kind, int]:
        """How many questions of each kind the workbook asks."""
        return {kind: len(questions) for kind, questions in self._by_kind.items()}

    def _of_kind(self, kind: Kind, offset: int, limit: int) -> Sequence[Question]:
        return self._by_kind[kind][offset : offset + limit]

    def _ask(self, offset: int, limit: int) -> None:
        if self._desk is not None:
            self._desk.moves(offset, limit, partial(self._arrived, offset))

    def _arrived(self, offset: int, found: Sequence[RowMove]) -> None:
        if self.is_attached:
            self._changes.arrived(offset, found)

    # Looking at one

    def set_focusable(self, focusable: bool) -> None:
        """Whether the list takes the focus, or leaves it to the buttons."""
        self._focusable = focusable
        for part, found in self._lists.items():
            found.can_focus = focusable and part is self.part

    def go(self, step: int) -> None:
        """Look at the next part, or the one before; from the last to the first."""
        if self.part is None:
            return
        had_focus = any(found.has_focus for found in self._lists.values())
        self._look_at(self._parts[(self._parts.index(self.part) + step) % len(self._parts)])
        if had_focus and self.listed is not None:
            self.listed.focus()

    def _look_at(self, part: Part | None) -> None:
        for each, found in self._lists.items():
            found.display = each is part
        self.set_focusable(self._focusable)
        self._say()

    def on_line_list_moved(self) -> None:
        """The cursor came to another line, or what stands there has changed."""
        self._say()

    def on_resize(self, _: events.Resize) -> None:
        """Fit the headings anew, and what stands below the list."""
        self._say_headings()
        self._lay_out()

    def _say_headings(self) -> None:
        found = self.listed
        if isinstance(found, MoveTable | QuestionTable | OutcomeTable) and self.size.width:
            self._headings.update(plain(found.heading(self.size.width)))

    def _say(self) -> None:
        """The tabs, the headings, and the whole of the line under the cursor."""
        self._tabs.update(self._tab_line())
        self._say_headings()
        detail = self._told()
        if detail != self._detail:
            self._detail, self._page = detail, 0
        self._lay_out()
        self.post_message(self.Changed())

    def _lay_out(self) -> None:
        """Fit the line under the cursor below the list, in rows that the list can spare."""
        found, width = self.listed, self.size.width - 2
        if found is None or width <= 0:
            return
        lines, least = (1, 1) if self.screen.has_class(LOW) else (LINES, LEAST_LINES)
        room = self.size.height - 2
        spare = room - max(min(found.count(), room // 2), least)
        height = max(min(len(self._detail.lines(width)), spare), lines)
        self._whole.styles.height = height
        self._pages = self._detail.pages(width, height)
        self._page %= len(self._pages)
        self._whole.update(self._pages[self._page])

    @property
    def reads_on(self) -> bool:
        """Whether there is more of the line under the cursor than is seen."""
        return len(self._pages) > 1

    def read_on(self) -> None:
        """Show the next page of the line under the cursor; after the last one the first."""
        self._page += 1
        self._lay_out()

    def _tab_line(self) -> Content:
        """The parts, the one that is looked at marked in more than colour."""
        if self._desk is not None and Part.QUESTIONS in self._parts:
            number, decisions = len(self._decisions), len(set(self._decisions.values()))
            answered = len({self._decisions[each] for each in self._desk.answers if each in self._decisions})
            words = {"Questions": number, "decisions": decisions if decisions < number else 0, "answered": answered}
            self._words[Part.QUESTIONS] = ", ".join(f"{word} {many:,}" for word, many in words.items() if many)
        tabs = [
            Content.styled(f"• {self._words[part]}", "bold $accent") if part is self.part else f"  {self._words[part]}"
            for part in self._parts
        ]
        return Content.assemble(" ", *[piece for tab in tabs for piece in (tab, " ")])

    def _told(self) -> Detail:
        """The line under the cursor."""
        match self.part:
            case Part.CHANGES:
                line = self._changes.current
                return Detail(plain(READING)) if line is None else of_move(line, self._changes.cursor_place)
            case Part.QUESTIONS:
                return self._told_question()
            case Part.REFUSED:
                return of_refusal(self._refused)
        return Detail(Content())

    def _told_question(self) -> Detail:
        question, kind, desk = self._questions.current, self._questions.kind, self._desk
        if kind is None or desk is None:
            return Detail(Content())
        if question is None:
            return Detail(plain(" ".join(title_and_effect(kind, self.counts[kind]))))
        return of_question(question, desk.answers.get(question.id), self._questions.cursor_place)

    # Answering

    @property
    def question(self) -> Question | None:
        """The question that is looked at."""
        return self._questions.current if self.part is Part.QUESTIONS else None

    @property
    def kind(self) -> Kind | None:
        """The kind of questions that is looked at."""
        return self._questions.kind if self.part is Part.QUESTIONS else None

    def turn(self) -> None:
        """Turn the answer to the question that is looked at; of another line show the next page."""
        if self.part is Part.QUESTIONS:
            self._questions.turn()
        elif self.reads_on:
            self.read_on()

    def answer(self, answer: Answer | None) -> None:
        """Give the question that is looked at this answer; None leaves it as it is."""
        if answer is not None and self.question is not None:
            self._questions.answer(self.question, answer)

    def answer_alike(self, alike: Alike) -> None:
        """Answer all questions that are meant."""
        if self._desk is None:
            return
        for questions in self._by_kind.values():
            self._desk.answers.update({each.id: alike.answer for each in questions if alike.meant(each)})
        self._questions.refresh()
        self._say()

    def press(self, key: str) -> bool:
        """Carry out a key that moves in the list; False for any other."""
        return self.listed is not None and self.listed.press(key)
