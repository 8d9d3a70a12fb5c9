"""What had to stay when an import was taken back: a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.list_page import ListPage
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class StayedScreen(ListPage[SentenceList]):
    """Sentences about an import that was taken back; the one under the cursor stands below, whole."""

    HELP = (
        "Who was changed since the import, or is in use, stays as they are: taking the import back would undo what "
        "somebody wrote after it. Find them in the list of customers, and put right by hand what should not be there."
    )

    def __init__(self, *, file: str, sentences: Sequence[str]) -> None:
        super().__init__(SentenceList(sentences))
        self._file = file

    @property
    def heading(self) -> str:
        """Of which import."""
        return f"Stayed · {self._file}"

    def on_mount(self) -> None:
        """Begin at the first."""
        self.count_in_words(f"{len(self._list.sentences):,} had to stay.")
        self._list.focus()
        self._list.reset(0)

    def whole(self) -> str:
        """The whole sentence."""
        return self._list.current
