"""Sends the mail of the outbox while the program runs: what is due at start, what is queued, and what waited.

The sending is a child process's. Between two deliveries nothing runs but one timer, and nothing is ever drawn here:
a screen that shows mails subscribes to `changed`.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from textual.signal import Signal

from store import outbox
from store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from tui.app import RegularsApp

NEWS_EVERY = 0.25
"""Seconds between two looks at the child process, while one is at work."""
REST_SECONDS = 60.0
"""The least time after a delivery that left something due: another program has it, or the book was busy."""
LOOK_SECONDS = 600.0
"""The longest time to the next look while something waits: the clock may be set, the computer may sleep."""


class Delivery(Protocol):
    """What the desk needs of `store.mail_job.MailJob`."""

    def start(self) -> None:
        """Begin."""

    @property
    def running(self) -> bool:
        """Whether it is still at work."""


def mail_desk(app: RegularsApp) -> MailDesk:
    """The app's desk, made when first needed."""
    if app.mail_desk is None:
        app.mail_desk = MailDesk(app, lambda: _job(app))
    return app.mail_desk


def _job(app: RegularsApp) -> Delivery:
    from store.mail_job import MailJob

    return MailJob(app.book.path)


class MailDesk:
    """Starts a delivery whenever something is due; one at a time. `new_delivery` makes one.

    `changed` is published when mails may be in other states than before.
    """

    def __init__(self, app: RegularsApp, new_delivery: Callable[[], Delivery]) -> None:
        self.changed: Signal[MailDesk] = Signal(app, "mail")
        self._app = app
        self._new_delivery = new_delivery
        self._delivery: Delivery | None = None
        self._nudged = False
        self._timer: Timer | None = None
        self._version = 0

    @property
    def sending(self) -> bool:
        """Whether a delivery is under way."""
        return self._delivery is not None

    def nudge(self) -> None:
        """Something was queued, or is to be tried again: see to it now, or right after the delivery under way."""
        if self.sending:
            self._nudged = True
        else:
            self.look()

    def look(self) -> None:
        """Send what is due, or wait until something is. Costs a look at an index."""
        if self.sending:
            return
        seconds = self._seconds_to_next()
        if seconds is None:
            self._wait(None)
        elif seconds > 0:
            self._wait(seconds)
        else:
            self._begin()

    def _seconds_to_next(self) -> float | None:
        """Seconds until the next mail is due; negative when it is, None when nothing waits."""
        try:
            due = outbox.next_due(self._app.book)
        except StoreError:
            return REST_SECONDS  # who works on a screen is told there
        return None if due is None else (due - datetime.now(UTC)).total_seconds()

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if seconds is None else self._app.set_timer(min(seconds, LOOK_SECONDS), self.look)

    def _begin(self) -> None:
        self._wait(None)
        delivery = self._new_delivery()
        try:
            delivery.start()
        except StoreError as error:
            self._app.announce(str(error), error=True)
            self._wait(REST_SECONDS)
            return
        self._delivery, self._nudged = delivery, False
        self._timer = self._app.set_interval(NEWS_EVERY, self._follow, name="mail")

    def _follow(self) -> None:
        """Tell who watches that the book has moved, and take up again when the delivery is over."""
        if self._delivery is not None and self._delivery.running:
            if self._has_moved():
                self.changed.publish(self)
            return
        self._delivery = None
        self._wait(None)
        self.changed.publish(self)
        seconds = self._seconds_to_next()
        if seconds is not None:
            self._wait(seconds if seconds > 0 else REST_SECONDS)
        if self._nudged:
            self.look()

    def _has_moved(self) -> bool:
        before = self._version
        with suppress(StoreError):
            self._version = self._app.book.data_version()
        return self._version != before
