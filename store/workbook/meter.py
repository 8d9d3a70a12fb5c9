"""How far a long job of the command line is."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

from store.answer import mutter, printable

if TYPE_CHECKING:
    from store.exchange import Progress

_BETWEEN_LINES = 0.2


class Meter:
    """Progress on one line of a terminal's standard error; silent where there is no terminal."""

    def __init__(self) -> None:
        self._on = sys.stderr is not None and sys.stderr.isatty()
        self._due = 0.0
        self._phase = ""
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Say how far it is: a new phase at once, the same one now and then."""
        if not self._on or (progress.phase == self._phase and time.monotonic() < self._due):
            return
        self._due, self._phase = time.monotonic() + _BETWEEN_LINES, progress.phase
        rows = f" {progress.done:,} of {progress.total:,}" if progress.total else ""
        line = printable(f"{progress.phase[:1].upper()}{progress.phase[1:]}...{rows}")
        line = line[: shutil.get_terminal_size().columns - 1]
        mutter(f"\r{line.ljust(self._width)}")
        self._width = len(line)

    def clear(self) -> None:
        """Leave the line empty."""
        if self._width:
            mutter(f"\r{' ' * self._width}\r")
            self._width = 0
