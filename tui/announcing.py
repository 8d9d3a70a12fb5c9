"""An app that says one thing at a time, in a banner, and offers to take back what it says was done."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from textual.app import App

from tui.widgets.banner import Notice
from tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver
    from textual.notifications import SeverityLevel

    from store.database import Book

NOTICE_SECONDS = 8.0
"""How long a banner stays; a fault, and what can be taken back, stays longer."""
LONG_NOTICE_SECONDS = 20.0


class AnnouncingApp(App[None], inherit_bindings=False):
    """What `RegularsApp` says in the title bars of its screens, and for how long."""

    def __init__(self, book: Book, driver_class: type[Driver] | None) -> None:
        super().__init__(driver_class=driver_class)
        self.book = book
        """The book all screens work on."""
        self.notice: Notice | None = None
        """What the banner says at the moment."""
        self._undoable: Notice | None = None
        """The last thing that was done and can be taken back; another notice may have taken its banner since."""
        self._disable_notifications = True  # toasts would cover rows: the banner says what is to be said

    def announce(
        self,
        text: str,
        undo: Callable[[], None] | None = None,
        *,
        error: bool = False,
        hint: bool = False,
        by: object = None,
    ) -> None:
        """Say a sentence in the banner, for a few seconds.

        `undo` is offered with it, and stays for its time though other things are said. `text` may hold data. A fault
        (`error`) looks different in more than colour; a `hint` has no tick. `by` is the screen that says it.
        """
        seconds = LONG_NOTICE_SECONDS if undo or error else NOTICE_SECONDS
        # Which file it is was said when the program was started; here its path would leave no room for the rest.
        path = f"{self.book.path}"
        text = f"The book{text.removeprefix(path)}" if text.startswith(path) else text.replace(path, "the book")
        self.notice = Notice(text, error, undo, monotonic() + seconds, hint, by)
        if undo is not None:
            self._undoable = self.notice
        self._show_notice()
        self.set_timer(seconds, self._forget_old_notice)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,  # noqa: ARG002 (Textual's signature)
        markup: bool = True,  # noqa: ARG002
    ) -> None:
        """What Textual or a library would pop up is said in the banner instead."""
        self.announce(f"{title}: {message}" if title else message, error=severity == "error")

    def _forget_old_notice(self) -> None:
        # A timer may fire a little early by the other clock.
        now = monotonic() + 0.1
        if self._undoable is not None and self._undoable.until <= now:
            self._undoable = None
            self._show_notice()
        if self.notice is not None and self.notice.until <= now:
            self.clear_notice()

    def clear_notice(self) -> None:
        """Say nothing more."""
        self.notice = None
        self._show_notice()

    def end_notice(self) -> None:
        """Give the title back, for the person has gone on; the banner of what can be taken back stays."""
        if self.notice is not None and self.notice.undo is None:
            self.clear_notice()

    def end_fault(self, by: object) -> None:
        """What `by` said was wrong is so no longer."""
        if self.notice is not None and self.notice.error and self.notice.by is by:
            self.clear_notice()

    def _show_notice(self) -> None:
        for screen in self.screen_stack:
            for bar in screen.query(TitleBar):
                bar.show(self.notice)
            screen.refresh_bindings()

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._undoable is not None

    def undo(self) -> None:
        """Take back what was done last."""
        done, self._undoable = self._undoable, None
        if done is not None and done.undo is not None:
            self.clear_notice()
            done.undo()
