"""Imports of other programs into this book: what the list shows while one runs, for its rows are not all there yet."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from tui.import_desk import Stage
from tui.widgets.progress_line import ProgressLine, place_above_keys

if TYPE_CHECKING:
    from textual.timer import Timer

    from store.workbook.journal import Run
    from tui.screens.customers import CustomersScreen

LOOK_SECONDS = 1.0
"""How often an import that runs is looked at."""
STILL_SECONDS = 20.0
"""After so long without a step its importer has most likely died."""


class ImportWatch:
    """Keeps a line on the list for as long as an import runs that is not this program's own."""

    def __init__(self, screen: CustomersScreen) -> None:
        self._screen = screen
        self._line: ProgressLine | None = None
        self._timer: Timer | None = None
        self._seen: Run | None = None
        self._moved = 0.0

    def look(self) -> None:
        """Is an import under way? Asked when the book has changed, and now and then while one is."""
        from store.workbook import journal

        running: list[Run] = []
        with self._screen.telling():
            running = journal.running(self._screen.regulars.book)
        desk = self._screen.regulars.import_desk
        own = desk is not None and desk.stage is Stage.WRITING
        if running and not own:
            self._show(running[0])
        elif self._line is not None:
            self._end()

    def _show(self, run: Run) -> None:
        if run != self._seen:
            self._seen, self._moved = run, monotonic()
        if self._line is None:
            doing = "Taking back" if run.taking_back else "Import of"
            self._line = ProgressLine(f"{doing} {run.file_name}:", gap=1)
            self._timer = self._screen.set_interval(LOOK_SECONDS, self.look)
            place_above_keys(self._screen, self._line)
        still = monotonic() - self._moved > STILL_SECONDS
        self._line.say(f"{run.place}, cut off. Opening Regulars anew finishes it." if still else run.place)

    def _end(self) -> None:
        if self._line is not None and self._line.is_attached:
            self._line.remove()
        if self._timer is not None:
            self._timer.stop()
        self._line = self._timer = self._seen = None
