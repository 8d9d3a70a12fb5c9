"""One line that says how far a long job is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.widget import Widget

from tui.gate import shown

if TYPE_CHECKING:
    from textual.screen import Screen

    from store.exchange import Progress

PHASES = {"reading": "Reading", "checking": "Checking", "writing": "Writing"}
"""The store's phases as one reads them; any other is a sentence, maybe with a file's name."""
BAR = 24
DONE, OPEN = "█", "·"


def progress_text(progress: Progress | None) -> str:
    """`Writing  ████····  12,300 of 50,000`; without a total only what is done."""
    if progress is None:
        return "Starting..."
    phase = f"{PHASES.get(progress.phase) or shown(progress.phase[:1].upper() + progress.phase[1:]):<8}"
    if progress.total <= 0:
        return f"{phase}  {progress.done:,}" if progress.done else f"{phase}"
    if progress.phase not in PHASES:
        return f"{phase}: {progress.done:,} of {progress.total:,}"
    filled = min(BAR * progress.done // progress.total, BAR)
    return f"{phase}  {DONE * filled}{OPEN * (BAR - filled)}  {progress.done:,} of {progress.total:,}"


class ProgressLine(Widget):
    """`label`, which may be data, a gap, and the job's progress; repainted only when its text changes."""

    DEFAULT_CSS = """
    ProgressLine { height: 1; width: 1fr; color: $accent; padding: 0 1; }
    """

    def __init__(self, label: str = "", *, gap: int = 3, identity: str | None = None) -> None:
        super().__init__(id=identity)
        self._gap = " " * gap
        self._label = label
        self._text = ""

    def show(self, progress: Progress | None) -> None:
        """Say how far it is now."""
        self.say(progress_text(progress))

    def say(self, text: str) -> None:
        """Say it in words of our own."""
        if text != self._text:
            self._text = text
            self.refresh()

    def render(self) -> Content:
        """The label gives way to the progress where there is no room for both."""
        label = Content(f"{shown(self._label)}{self._gap}") if self._label else Content("")
        room = self.size.width - Content(self._text).cell_length
        return label.truncate(max(room, 0), ellipsis=True) + Content(self._text)


def place_above_keys(screen: Screen[Any], line: ProgressLine) -> None:
    """Mount a line above the keys of a screen."""
    from tui.widgets.key_bar import KeyBar

    bars = screen.query(KeyBar)
    screen.mount(line, before=bars.first() if bars else None)
