"""The one exchange with the folder that may be under way, whichever screen is open.

The work is a child process's; the desk asks it for news a few times a second, keeps the last of it, and tells whoever
watches. It goes on when its screen is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.signal import Signal

from store.errors import StoreError
from store.exchange import Progress
from store.workbook.folder_job import Exchanged
from store.workbook.folder_setup import terms
from tui.commands import BY_ID
from tui.widgets.progress_line import ProgressLine, place_above_keys, progress_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.timer import Timer

    from tui.app import RegularsApp

NEWS_EVERY = 0.1
"""Seconds between two looks at the child process, while one is at work."""
NO_FOLDER = f"No folder is set up yet. {BY_ID['settings'].key_label} leads to it: Settings, Exchange."


class Job(Protocol):
    """What the desk needs of `store.workbook.folder_job.FolderJob`."""

    def start(self) -> None:
        """Begin."""

    def poll(self) -> Sequence[Progress | Exchanged | StoreError]:
        """What happened since the last time."""


def exchange_desk(app: RegularsApp) -> ExchangeDesk:
    """The app's desk, made when first needed."""
    if app.exchange_desk is None:
        app.exchange_desk = ExchangeDesk(app, lambda: _job(app))
    return app.exchange_desk


def _job(app: RegularsApp) -> Job:
    from store.workbook.folder_job import FolderJob

    return FolderJob(app.book.path, app.actor)


class ExchangeDesk:
    """Exchanges when asked to, one at a time. `new_job` makes a job.

    `changed` is published whenever there is news.
    """

    def __init__(self, app: RegularsApp, new_job: Callable[[], Job]) -> None:
        self.changed: Signal[ExchangeDesk] = Signal(app, "exchange")
        self.progress: Progress | None = None
        self.last: Exchanged | None = None
        """What the last one came to."""
        self._app = app
        self._new_job = new_job
        self._job: Job | None = None
        self._timer: Timer | None = None
        self._line: ProgressLine | None = None

    @property
    def under_way(self) -> bool:
        """Whether an exchange is under way."""
        return self._job is not None

    @property
    def words(self) -> str:
        """How far it is."""
        return progress_text(self.progress).strip()

    def begin(self) -> None:
        """Exchange now, unless that is under way already or there is no folder; what is in the way is said."""
        if self.under_way:
            return
        try:
            if not terms(self._app.book).folder:
                self._app.announce(NO_FOLDER, hint=True)
                return
            job = self._new_job()
            job.start()
        except StoreError as error:
            self._app.announce(str(error), error=True)
            return
        self._job, self.progress, self.last = job, None, None
        self._line = ProgressLine("Exchange")
        self._line.show(None)
        place_above_keys(self._app.screen_stack[0], self._line)
        self._timer = self._app.set_interval(NEWS_EVERY, self._look, name="exchange")
        self.changed.publish(self)

    def _look(self) -> None:
        news = self._job.poll() if self._job is not None else ()
        for item in news:
            if isinstance(item, Progress):
                self.progress = item
                if self._line is not None:
                    self._line.show(item)
            else:
                self._end(item)
        if news:
            self.changed.publish(self)

    def _end(self, outcome: Exchanged | StoreError) -> None:
        self._job = self.progress = None
        if self._timer is not None:
            self._timer.stop()
        if self._line is not None and self._line.is_attached:
            self._line.remove()
        self._timer = self._line = None
        if isinstance(outcome, Exchanged):
            self.last = outcome
            self._app.announce(outcome.summary, error=not outcome.whole)
        else:
            self._app.announce(str(outcome), error=True)
