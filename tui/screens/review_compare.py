"""Two customers who may be one person, side by side and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.errors import StoreError, UnknownCustomerError
from store.review_records import Answer, Kind
from tui.comparing import both, names
from tui.gate import plain
from tui.page import Page
from tui.question_words import EMPTY, KINDS, one_line
from tui.widgets.push_button import PushButton
from tui.wrapped_tables import Column, WrappedTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Button

    from store.review_records import Question
    from tui.comparing import Compared

_MARK = Column("")
COLUMNS = (Column("Field"), _MARK, Column("The one", grows=True), _MARK, Column("The other", grows=True))
SHOWS = "•"
"""Stands before a value that shows once the two are one."""
AFTER = (
    f"With One person what is marked {SHOWS} shows, which was written last; what else differs waits in the review. "
    "Points add up."
)
NOT_YET = (
    "Only customers who are in the book can be compared: one of the two is not in it yet, or not any more. The rest of "
    "their fields can be looked at in the review, once the workbook is imported."
)


class CompareScreen(Page[Answer]):
    """Dismisses with TAKE for one person and KEEP for two, or None when that was left open."""

    HEADING = "One person, or two?"
    CSS_PATH = "review_compare.tcss"
    HELP = (
        "Every field of two customers, side by side: what differs first, what they agree in below it, dim. • stands "
        "before what shows once they are one person; what else differs becomes a question of the review. Up, Down, "
        "Page Up and Page Down scroll. Left and Right choose a button, Enter presses it. Esc leaves it open."
    )

    def __init__(self, *, question: Question) -> None:
        super().__init__()
        self._question = question
        self._rows: Sequence[Compared] = ()
        self._table = Static(id="compared", markup=False)
        self._scroll = VerticalScroll(id="scroll", can_focus=False)

    def body(self) -> ComposeResult:
        """Why it is asked, the fields, the answers."""
        words = KINDS[Kind.WHO]
        yield Static(plain(self._why()), id="why")
        with self._scroll:
            yield self._table
        with Horizontal(id="buttons"):
            yield PushButton(words.take, id="take")
            yield PushButton(words.keep, id="keep")
            yield PushButton("Later", id="later")

    def _why(self) -> str:
        shared = f"The two share: {one_line(self._question.label)}. " if self._question.label else ""
        return f"{shared}{KINDS[Kind.WHO].effect}"

    def _whole_why(self) -> str:
        """Why it is asked, and what comes of it where that is known."""
        is_known = any(_mark(row, row.one) or _mark(row, row.other) for row in self._rows)
        return f"{self._why()} {AFTER}" if is_known else self._why()

    def on_mount(self) -> None:
        """Read the two; Enter does no harm."""
        question = self._question
        try:
            self._rows = both(self.regulars.book, question.customer_uid, question.other_uid)
            self.query_one("#why", Static).update(plain(self._whole_why()))
        except UnknownCustomerError:
            self._rows = names(question)
            self.query_one("#why", Static).update(plain(f"{self._why()}\n{NOT_YET}"))
        except StoreError as error:
            self.announce(str(error), error=True)
            self.leave_soon()
        self.query_one("#later").focus()
        self.call_after_refresh(self._lay_out)

    def on_resize(self) -> None:
        """The columns follow the width."""
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        width = self._scroll.scrollable_content_region.width
        if not self._rows or not width:
            return
        cells = [(row.label, *_side(row, row.one), *_side(row, row.other)) for row in self._rows]
        table = WrappedTable(COLUMNS, cells, max(width, 10))
        lines = [Content.styled("\n".join(table.headings()), "$muted")]
        for row, cell in zip(self._rows, cells, strict=True):
            text = "\n".join(table.lines(cell))
            lines.append(Content.styled(text, "$muted") if row.same else Content(text))
        self._table.update(Content("\n").join(lines))

    def on_key(self, event: events.Key) -> None:
        """Up and down scroll, left and right go from button to button."""
        match event.key:
            case "up":
                self._scroll.scroll_up(animate=False)
            case "down":
                self._scroll.scroll_down(animate=False)
            case "pageup":
                self._scroll.scroll_page_up(animate=False)
            case "pagedown":
                self._scroll.scroll_page_down(animate=False)
            case "home":
                self._scroll.scroll_home(animate=False)
            case "end":
                self._scroll.scroll_end(animate=False)
            case "left":
                self.focus_previous(PushButton)
            case "right":
                self.focus_next(PushButton)
            case _:
                return
        event.stop()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer, or leave it open."""
        self.dismiss({"take": Answer.TAKE, "keep": Answer.KEEP}.get(event.button.id or ""))


def _mark(row: Compared, text: str) -> bool:
    """Whether this one of two values that differ shows once they are one."""
    return not row.same and row.after == text


def _side(row: Compared, text: str) -> tuple[str, str]:
    return (SHOWS if _mark(row, text) else ""), text or EMPTY
