"""What had to stay when an import was taken back: a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from tui.gate import plain
from tui.page import Page
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui.widgets.line_list import Span


class SentenceList(LineList):
    """As much of each sentence as fits."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("entries")
        self.sentences = sentences

    @property
    def current(self) -> str:
        """The sentence under the cursor."""
        return "" if self.cursor is None else self.sentences[self.cursor]

    def count(self) -> int:
        """How many there are."""
        return len(self.sentences)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One sentence."""
        return ((fit(f" {self.sentences[index]}", width), ""),)


class StayedScreen(Page[None]):
    """Sentences about an import that was taken back; the one under the cursor stands below, whole."""

    HELP = (
        "Who was changed since the import, or is in use, stays as they are: taking the import back would undo what "
        "somebody wrote after it. Find them in the list of customers, and put right by hand what should not be there."
    )
    CSS_PATH = "settings.tcss"

    def __init__(self, *, file: str, sentences: Sequence[str]) -> None:
        super().__init__()
        self._file = file
        self._list = SentenceList(sentences)
        self._whole = Static("", id="whole", markup=False)

    @property
    def heading(self) -> str:
        """Of which import."""
        return f"Stayed · {self._file}"

    def body(self) -> ComposeResult:
        """How many, the sentences, and one of them whole."""
        yield Static(plain(f"{len(self._list.sentences):,} had to stay."), id="counts")
        yield self._list
        yield self._whole

    def on_mount(self) -> None:
        """Begin at the first."""
        self._list.focus()
        self._list.reset(0)

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The whole sentence."""
        message.stop()
        self._whole.update(plain(self._list.current))
