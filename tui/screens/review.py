"""The review: every question of the book that waits for an answer, kind by kind."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from store import customers
from store.errors import StoreError
from store.exchange import Progress
from store.review_records import Kind
from tui.answering import ask_alike, ask_to_leave, of_kind, of_source
from tui.comparing import beside, both
from tui.detail import of_question
from tui.folders import counted
from tui.gate import plain
from tui.jobs import Outcome, run_store
from tui.page import Page
from tui.question_words import KINDS, asked, counted_kind, counts_words, title_and_effect
from tui.reviewing import Given, carry_out, meant, the_book
from tui.widgets.progress_line import ProgressLine
from tui.widgets.question_table import QuestionTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult

    from store.database import Book
    from store.review_records import Answer, Answered, Question
    from tui.answering import Alike
    from tui.reviewing import Reviewing
    from tui.widgets.line_list import LineList

EMPTY = (
    "No question waits.\n\nWhat an import asks and nobody answers with it waits here: values that two people wrote at "
    "once, cells that were emptied, balances, and who may be one person."
)
COMING = "Looking what waits..."
ALL = "all"
"""The filter's choice of every kind."""
FOR_GOOD = "It is done at once, and cannot be taken back here."


class ReviewScreen(Page[None]):
    """The open questions. Answers are marked first, and carried out together; many alike are carried out at once."""

    HEADING = "Review"
    CSS_PATH = "review.tcss"
    COMMANDS = ("save", "turn", "actions", "filter", "details")
    WORDS: ClassVar[Mapping[str, tuple[str, str]]] = {
        "save": ("Carry out", "Carry out the answers that are marked."),
        "turn": ("Answer", "Turn the answer to the question under the cursor: take, keep, or later."),
        "actions": ("All alike", "Answer all questions of this kind, or all from the same place, alike."),
        "filter": ("Kind", "Show only questions of one kind."),
        "details": ("Details", "Two customers side by side; of any other question every field of its customer."),
    }
    HELP = (
        "What waits for an answer. Space or Enter turns the answer under the cursor: take, keep, or later. Nothing is "
        "written until you carry the marked answers out. For two customers who may be one, the fields that differ "
        "stand below the list. The other tills and the office learn the answers with the next workbook."
    )

    def __init__(self, *, reviewing: Reviewing | None = None) -> None:
        super().__init__()
        self._reviewing = reviewing or the_book()
        self._counts: dict[Kind, int] | None = None
        self._kind: Kind | None = None
        """The only kind that is shown, or None for all."""
        self._marked: dict[str, Answer] = {}
        self._working = False
        self._stopped = False
        """Whether what is being carried out is to end with the slice that is under way."""
        self._reading = 0
        """Which reading of the book the list is of: pages of one before come too late."""
        self._summary = Static("", id="summary", markup=False)
        self._headings = Static("", id="headings", markup=False)
        self._table = QuestionTable("questions")
        self._progress = ProgressLine(identity="progress")
        self._whole = Static(COMING, id="whole", markup=False)

    def body(self) -> ComposeResult:
        """How many there are, the list, and the whole of the question under the cursor."""
        yield self._summary
        yield self._headings
        yield self._table
        yield self._progress
        yield self._whole

    def on_mount(self) -> None:
        """Count the questions."""
        self._progress.display = False
        self._table.focus()
        self._read()

    @property
    def unsaved(self) -> bool:
        """Answers are marked that were not carried out."""
        return bool(self._marked)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While answers are carried out there is nothing to do but to wait, or to stop."""
        idle = not self._working
        match action:
            case "save":
                return idle and bool(self._counts) and (True if self._marked else None)
            case "turn" | "details":
                return idle and self._table.current is not None
            case "actions":
                return idle and self._table.kind is not None
            case "filter":
                return idle and bool(self._counts) and (True if len(self._counts or ()) > 1 else None)
        return super().check_action(action, parameters)

    # Reading

    def _read(self) -> None:
        """Count the questions anew."""
        run_store(self, self._reviewing.counts, self._show, group="review", exclusive=True)

    def _show(self, counts: dict[Kind, int]) -> None:
        """List these questions, the cursor where it was."""
        self._counts = {kind: counts[kind] for kind in KINDS if counts.get(kind)}
        if self._kind not in self._counts:
            self._kind = None
        self._list(cursor=max(self._table.cursor or 1, 1))

    def _list(self, cursor: int = 1) -> None:
        counts = self._counts or {}
        self._reading += 1
        listed = counts if self._kind is None else {self._kind: counts[self._kind]}
        self._table.show(listed, partial(self._ask, self._reading), self._marked, cursor)
        self._say()

    def _ask(self, reading: int, kind: Kind, offset: int, limit: int) -> None:
        """Have a page of questions read; it comes when it comes."""

        def arrived(rows: Sequence[Question]) -> None:
            if reading == self._reading:
                self._table.arrived(kind, offset, rows)

        run_store(
            self,
            lambda book: self._reviewing.questions(book, offset=offset, limit=limit, kinds=(kind,)),
            arrived,
            group="questions",
        )

    # Saying

    def on_resize(self, _: events.Resize) -> None:
        """The columns follow the width."""
        self._say()

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """Another question, or another answer."""
        message.stop()
        self._say()

    def _say(self) -> None:
        """The summary, the headings, and the question under the cursor."""
        counts, width = self._counts, self.size.width
        if counts is None or not width:
            return
        for part in (self._summary, self._headings, self._table):
            part.display = bool(counts)
        self._headings.update(plain(self._table.heading(width)))
        self._summary.update(plain(counts_words(counts, self._kind, len(self._marked))))
        self._whole.set_class(not counts, "-empty")
        if not counts:
            self._whole.update(plain(EMPTY))
        elif (question := self._table.current) is not None:
            self._whole.update(self._in_full(question))
        else:
            kind = self._table.kind
            self._whole.update(plain(COMING if kind is None else "\n".join(title_and_effect(kind, counts[kind]))))
        self.refresh_bindings()

    def _in_full(self, question: Question) -> Content:
        """The question's values, or the two customers it is about, as far as they can be read."""
        answer, place = self._marked.get(question.id), self._table.cursor_place
        width, lines = self._whole.content_size
        if question.kind is Kind.WHO:
            with suppress(StoreError):
                rows = both(self.regulars.book, question.customer_uid, question.other_uid)
                return Content("\n").join([asked(question, answer, place), beside(rows, width, max(lines - 1, 3))])
        return of_question(question, answer, place).pages(width, lines)[0]

    # Answering

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Enter turns the answer, as Space does."""
        message.stop()
        self.action_turn()

    def action_turn(self) -> None:
        """Turn the answer under the cursor."""
        question = self._table.current
        if not self._working and question is not None:
            self._table.turn()

    def action_details(self) -> None:
        """Two customers side by side, or one with every field."""
        question = self._table.current
        if question is None:
            return
        if question.kind is Kind.WHO:
            self.regulars.open_screen("compare", partial(self._compared, question), question=question)
            return
        try:
            customer = customers.by_uid(self.regulars.book, question.customer_uid)
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        self.regulars.open_screen("profile", lambda _: self._read(), customer_id=customer.id)

    def _compared(self, question: Question, answer: Answer | None) -> None:
        if answer is not None:
            self._table.answer(question, answer)

    def action_filter(self) -> None:
        """Which kind is shown."""
        counts = self._counts or {}
        rows = [(ALL, f"All {counted(sum(counts.values()), 'question')}")]
        rows += [(str(kind), counted_kind(kind, number)) for kind, number in counts.items()]
        current = ALL if self._kind is None else str(self._kind)
        self.regulars.open_screen("picker", self._filtered, title="Show", rows=rows, current=current)

    def _filtered(self, chosen: str | None) -> None:
        if chosen is not None:
            self._kind = None if chosen == ALL else Kind(chosen)
            self._list()

    def action_actions(self) -> None:
        """Answer many questions alike, at once."""
        kind, counts, question = self._table.kind, self._counts, self._table.current
        if kind is None or not counts:
            return
        choices = of_kind(kind, counts[kind])
        if question is not None and question.source and kind is not Kind.WHO:
            choices |= of_source(question.source)
        ask_alike(self.regulars, choices, self._answer_alike, last_word=FOR_GOOD)

    def _answer_alike(self, alike: Alike) -> None:
        self._carry_out(lambda book: meant(self._reviewing, book, alike))

    def action_save(self) -> None:
        """Carry out what is marked."""
        if self._marked and not self._working:
            marked = Given(dict(self._marked), dict(self._table.of))
            self._carry_out(lambda _: marked)

    def _carry_out(self, gather: Callable[[Book], Given]) -> None:
        def work(book: Book) -> tuple[Answered, frozenset[str]]:
            given = gather(book)

            def go_on(done: int, total: int) -> bool:
                self.post_message(Outcome(partial(self._progress.show, Progress("answering", done, total))))
                return not self._stopped

            return carry_out(self._reviewing, book, given, go_on), frozenset(given.answers)

        self._stopped = False
        self._progress.show(None)
        self._show_working(True)
        run_store(self, work, self._carried_out, on_error=self._refused, group="answers")

    def _show_working(self, working: bool) -> None:
        self._working = self._progress.display = working
        self.refresh_bindings()

    def _carried_out(self, outcome: tuple[Answered, frozenset[str]]) -> None:
        answered, ids = outcome
        for name in ids & self._marked.keys():
            del self._marked[name]
        self._end_work()
        rest = " The others stay open." if self._stopped else ""
        gone = f" {counted(answered.gone, 'question')} had been answered elsewhere." if answered.gone else ""
        self.announce(f"{counted(answered.done, 'question')} answered.{gone}{rest}")

    def _refused(self, error: StoreError) -> None:
        self._end_work()
        self.announce(str(error), error=True)

    def _end_work(self) -> None:
        self._show_working(False)
        self._read()

    def action_back(self) -> None:
        """Stop what is being carried out; else leave, after asking when answers are marked."""
        if self._working:
            self._stopped = True
            self.announce("Stopping. What was answered stays answered.", hint=True)
        elif self._marked:
            ask_to_leave(self.regulars, len(self._marked), super().action_back)
        else:
            super().action_back()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._stopped = True
