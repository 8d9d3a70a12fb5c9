"""What a customer said of the shop: one line a comment, the chosen one whole below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from store.fields import show_date
from tui.gate import plain
from tui.jobs import run_store
from tui.page import Page
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from store.database import Book
    from store.receipt_records import Comment
    from tui.widgets.line_list import Span

TITLES = {True: "Positive Feedback", False: "Negative Feedback", None: "Feedback"}
NONE = {True: "Nothing positive yet.", False: "Nothing negative yet.", None: "No feedback yet."}
SIGNS = {True: "+", False: "-"}
_DATE, _RECEIPT = 11, 16
MOST_SHOWN = 2000
"""Characters of a comment below the list; nobody reads more at a counter."""


class CommentList(LineList):
    """Sign, date, receipt, and as much of the comment as fits."""

    def __init__(self) -> None:
        super().__init__("comments")
        self._comments: Sequence[Comment] = ()

    def show(self, comments: Sequence[Comment]) -> None:
        """List these comments, the cursor on the first."""
        self._comments = comments
        self.reset(0)

    @property
    def comment(self) -> Comment | None:
        """The comment under the cursor."""
        return None if self.cursor is None else self._comments[self.cursor]

    def count(self) -> int:
        """How many comments there are."""
        return len(self._comments)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One comment."""
        found = self._comments[index]
        room = width - _DATE - _RECEIPT - 7
        return (
            (f" {SIGNS[found.positive]} ", ""),
            (f"{fit(show_date(found.on), _DATE)}  ", ""),
            (f"{fit(found.receipt_number, _RECEIPT)}  ", "dim"),
            (fit(" ".join(found.comment[:MOST_SHOWN].split()), max(room, 1)), ""),
        )


class CommentsScreen(Page[None]):
    """The comments of one customer, newest first: positive, negative, or both (None)."""

    HELP = "What the customer said, newest first; the one under the cursor stands whole below. Enter opens its receipt."
    COMMANDS = ("open",)
    WORDS: ClassVar = {"open": ("Receipt", "Open the receipt of the comment under the cursor.")}
    CSS_PATH = "comments.tcss"

    def __init__(self, *, customer_id: int, positive: bool | None) -> None:
        super().__init__()
        self._customer_id = customer_id
        self._positive = positive
        self._name = ""
        self._list = CommentList()
        self._whole = Static("", id="whole", markup=False)

    @property
    def heading(self) -> str:
        """Which feedback, and whose."""
        return TITLES[self._positive] + (f" of {self._name}" if self._name else "")

    def body(self) -> ComposeResult:
        """The list, and the whole of one."""
        yield self._list
        yield self._whole

    def on_mount(self) -> None:
        """Read them."""
        self._list.focus()
        run_store(self, self._read, self._show)

    def _read(self, book: Book) -> tuple[str, Sequence[Comment]]:
        from store import customers, receipts

        name = customers.get(book, self._customer_id).name
        return name, receipts.comments(book, self._customer_id, self._positive)

    def _show(self, found: tuple[str, Sequence[Comment]]) -> None:
        self._name, comments = found
        self._list.show(comments)
        if not comments:
            self._whole.update(plain(NONE[self._positive]))
        self.retitle()
        self.refresh_bindings()

    def on_line_list_moved(self) -> None:
        """The whole of the comment under the cursor."""
        if (found := self._list.comment) is not None:
            self._whole.update(plain(found.comment[:MOST_SHOWN] or "(no words)"))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A comment may name no receipt."""
        if action == "open":
            return self._list.comment is not None and self._list.comment.receipt_id is not None
        return super().check_action(action, parameters)

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """The list takes Enter first."""
        message.stop()
        self.action_open()

    def action_open(self) -> None:
        """The receipt that the comment is about."""
        found = self._list.comment
        if found is not None and found.receipt_id is not None:
            self.regulars.open_screen("receipt", receipt_id=found.receipt_id)
