"""What the pages of a list have in common: counts above it, and below it the whole of what is under the cursor."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.widgets import Static

from tui.gate import plain
from tui.page import Page
from tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from textual.app import ComposeResult

Entries = TypeVar("Entries", bound=LineList)


class ListPage(Page[None], Generic[Entries]):
    """A page of a list; `whole` says in words what is under the cursor. Enter opens it, where that can be done."""

    COMMANDS: ClassVar[tuple[str, ...]] = ()
    CSS_PATH = "settings.tcss"

    def __init__(self, entries: Entries, *, counts: str = "counts") -> None:
        super().__init__()
        self._list = entries
        self._counts = Static("", id=counts, markup=False)
        self._whole = Static("", id="whole", markup=False)

    def body(self) -> ComposeResult:
        """The counts, the list, and one of it whole."""
        yield self._counts
        yield self._list
        yield self._whole

    @abstractmethod
    def whole(self) -> str:
        """All that is known of what is under the cursor."""

    def count_in_words(self, words: str) -> None:
        """Say how many there are."""
        self._counts.update(plain(words))

    def tell(self) -> None:
        """Say again what is under the cursor, and what can be done with it."""
        self._whole.update(plain(self.whole()))
        self.refresh_bindings()

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The cursor stands elsewhere."""
        message.stop()
        self.tell()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Open what is under the cursor."""
        message.stop()
        if self.check_action("open", ()):
            self.action_open()

    def action_open(self) -> None:
        """Open what is under the cursor; nothing, where a list has nothing to open."""
