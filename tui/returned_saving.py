"""Saving the sender's own workbook with its faults marked: where to, by a process of its own, and what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from store.errors import StoreError
from store.exchange import Progress
from store.workbook.returned_names import ending as ending_of
from store.workbook.returned_names import proposed_name
from tui.folders import from_home
from tui.gate import shown
from tui.jobs import poll_child
from tui.recent_folders import Purpose
from tui.widgets.folder_list import ending
from tui.widgets.progress_line import ProgressLine, place_above_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui.app import RegularsApp
    from tui.page import Commanded


class ReturnedSaving:
    """At most one marked copy at a time for a screen; `changed` is called when one begins and when it has ended.

    One that was begun is finished though its screen is left, and said where one is by then.
    """

    def __init__(self, screen: Commanded[Any], changed: Callable[[], None]) -> None:
        self._screen = screen
        self._changed = changed
        self._line: ProgressLine | None = None
        self.under_way = False
        """Whether a copy is being written."""

    @property
    def _app(self) -> RegularsApp:
        return self._screen.regulars

    def choose_place(self, file: Path) -> None:
        """Ask where to, then write it; beside the sender's own file, unless another place is chosen."""
        self._app.open_screen(
            "file_chooser",
            partial(self._write, file),
            heading="Save a marked copy",
            kinds=(ending_of(file),),
            save_as=shown(proposed_name(file)),
            folder=file.parent,
            purpose=Purpose.EXPORT,
        )

    def _write(self, file: Path, target: Path | None) -> None:
        if target is None or self.under_way:
            return
        from store.workbook.returned import ReturnedJob  # not with every import

        job = ReturnedJob(self._app.book.path, file, target, self._app.actor)
        try:
            job.start()
        except StoreError as error:
            self._app.announce(str(error), error=True)
            return
        self._begin(target)
        # The first screen is always there, whichever one goes on to meanwhile.
        poll_child(cast("Commanded[Any]", self._app.screen_stack[0]), job, partial(self._arrived, target))

    def _begin(self, target: Path) -> None:
        self.under_way = True
        self._line = ProgressLine(target.name)
        self._line.show(None)
        if self._screen.is_attached:
            place_above_keys(self._screen, self._line)
        self._changed()

    def _arrived(self, target: Path, item: object) -> None:
        if isinstance(item, Progress):
            if self._line is not None:
                self._line.show(item)
            return
        if isinstance(item, StoreError):
            self._app.announce(str(item), error=True)
        else:
            # The banner has two lines, and a path is not broken.
            self._app.announce(f"Marked copy saved: {ending(shown(from_home(target)), self._app.size.width - 1)}")
        if self._line is not None and self._line.is_attached:
            self._line.remove()
        self._line, self.under_way = None, False
        self._changed()
