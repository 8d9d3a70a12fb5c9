"""The program: one book, its screens opened by name, one notice at a time, one way out."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.events import Key, Paste
from textual.geometry import NULL_SIZE, Size

from store import settings
from tui.announcing import AnnouncingApp
from tui.gate import TerminalGate, sendable
from tui.screens import SCREENS
from tui.terminal import TERMINAL
from tui.theme import FALLBACK, THEMES, theme_for
from tui.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.await_complete import AwaitComplete
    from textual.binding import BindingType
    from textual.driver import Driver
    from textual.events import Event, Resize
    from textual.filter import LineFilter
    from textual.screen import Screen

    from store.database import Book
    from store.records import Actor
    from tui.exchange_desk import ExchangeDesk
    from tui.import_desk import ImportDesk
    from tui.mail_desk import MailDesk

HERE = Path(__file__).parent

PAINTED_SECONDS = 0.5
"""After this the first screen stands; a little more does no harm."""
MAIL_SECONDS = 3.0
"""When to see to the mail that waits: well after the first screen, and after the first keys."""

SMALLEST = (40, 10)
"""Columns and lines below which the program only asks for more room."""


def _driver() -> type[Driver] | None:
    """Our driver where it runs, else Textual's own."""
    if sys.platform == "win32":
        return None
    from tui.driver import TillDriver

    return TillDriver


class RegularsApp(AnnouncingApp, inherit_bindings=False):
    """Regulars on a screen. `book` is open and stays the caller's to close."""

    TITLE = "Regulars"
    # Textual does not load the first screen's own sheet by itself.
    CSS_PATH: ClassVar = [HERE / "app.tcss", HERE / "screens" / "customers.tcss"]
    ENABLE_COMMAND_PALETTE = False
    COMMANDS: ClassVar = set()
    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+c", "how_to_quit")]
    ALLOW_SELECT = False
    FIRST_SCREEN = "customers"

    def __init__(self, book: Book) -> None:
        super().__init__(book, driver_class=_driver())
        self.place = ""
        """Shop and till, for the title bar."""
        self.read_place()
        self.fault = ""
        """What to tell the cashier when the program had to stop."""
        self.import_desk: ImportDesk | None = None
        """The import that may be under way; `tui.import_desk.import_desk` makes it when it is first needed."""
        self.exchange_desk: ExchangeDesk | None = None
        """The exchange that may be under way; `tui.exchange_desk.exchange_desk` makes it when it is first needed."""
        self.mail_desk: MailDesk | None = None
        """Sends what is in the outbox; `tui.mail_desk.mail_desk` makes it when it is first needed."""
        self.animation_level = "none"
        self._disable_tooltips = True  # they would follow a mouse
        self._gate = TerminalGate()
        self._first_size: Size | None = None
        self._turns = Turns(self, super().on_event)
        self._dress()

    def _dress(self) -> None:
        """Put on the theme that suits the terminal.

        Setting `theme` would do, and then have every style sheet parsed a second time.
        """
        for theme in THEMES:
            self.register_theme(theme)
        theme = theme_for(TERMINAL)
        self.set_reactive(RegularsApp.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)
        self._dressed = theme.name

    def _watch_theme(self, theme_name: str) -> None:
        if theme_name != self._dressed:
            super()._watch_theme(theme_name)
        self._dressed = ""

    def read_place(self) -> None:
        """Read what the shop is called now. Raises StoreError."""
        shop, till = str(settings.get(self.book, "shop_name")), self.book.actor.till
        self.place = f"{shop} / {till}" if shop else till

    @property
    def actor(self) -> Actor:
        """Who works at this till."""
        return self.book.actor

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables for themes that lack them."""
        return FALLBACK

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the gate as the last; in the terminal's own colours nothing needs converting."""
        return [self._gate] if self.native_ansi_color else [*super().get_line_filters(), self._gate]

    def get_default_screen(self) -> Screen[Any]:
        """The list, at once: no empty screen is painted first."""
        return self.build_screen(self.FIRST_SCREEN)

    def build_screen(self, name: str, **arguments: Any) -> Screen[Any]:
        """A new screen by its name in `tui.screens.SCREENS`; its module is imported when first needed."""
        module, _, kind = SCREENS[name].partition(":")
        screen: Screen[Any] = getattr(import_module(f"tui.screens.{module}"), kind)(**arguments)
        return screen

    def open_screen(
        self, name: str, on_close: Callable[[Any], None] | None = None, **arguments: Any
    ) -> AwaitComplete | object:
        """Open a screen on top; `on_close` gets what it dismisses with (None when it was left).

        A new page ends what the banner said of the one before.
        """
        screen = self.build_screen(name, **arguments)
        if not screen.is_modal:
            self.end_notice()
        return self.push_screen(screen, on_close)

    def leave(self) -> None:
        """End the program; asks first when a screen holds what was not saved."""
        from tui.page import Page

        if not any(isinstance(screen, Page) and screen.unsaved for screen in self.screen_stack):
            self.exit()
            return
        self.open_screen(
            "confirm",
            self._leave_if,
            title="Leave Regulars?",
            text="What you have typed is not saved.",
            yes="Leave",
            no="Stay",
            danger=True,
        )

    def _leave_if(self, agreed: bool | None) -> None:
        if agreed:
            self.exit()

    def _fatal_error(self) -> None:
        # Textual would print the values that the program worked on; they are the customers'.
        from tui.crash import report

        if self._exception is not None:
            self.fault = report(self._exception)
        self._close_messages_no_wait()

    def on_unreadable_key(self) -> None:
        """A key sent bytes that are no text: say so, for it will not come right by trying again."""
        self.announce("A key could not be read: the terminal does not send UTF-8.", error=True)

    async def on_event(self, event: Event) -> None:
        """Keys and pastes are carried out one after the other, however fast they come."""
        if not isinstance(event, Key | Paste):
            await super().on_event(event)
        elif event.is_forwarded:
            await super().on_event(event)
            self._turns.ended(event)
        else:
            await self._turns.take(event)

    @property
    def types_on(self) -> bool:
        """Whether more keys have come than the one that is carried out: what it changes need not be sent at once."""
        return self._turns.more

    def action_how_to_quit(self) -> None:
        """Ctrl+C is a habit; say which key it is here."""
        self.announce("F10 leaves Regulars.", hint=True)

    def on_resize(self, event: Resize) -> None:
        """Ask for more room where nothing fits, and go on when there is."""
        columns, lines = SMALLEST
        if event.size == self._first_size:
            # Textual tells the size at the start twice, and would paint everything twice.
            event.prevent_default()
        self._first_size = event.size if self._first_size is None else NULL_SIZE
        if event.size.width < columns or event.size.height < lines:
            self.call_later(self._ask_for_room)
        else:
            self.call_later(self._room_again)

    def on_mount(self) -> None:
        """What can wait until the first screen stands: garbage, which `tui.__main__` put off, and the mail."""
        if not gc.isenabled():
            self.set_timer(PAINTED_SECONDS, self._collect_again)
        self.set_timer(MAIL_SECONDS, self._see_to_mail)

    def _see_to_mail(self) -> None:
        from tui.mail_desk import mail_desk

        mail_desk(self).look()

    def _collect_again(self) -> None:
        gc.freeze()
        gc.enable()

    def _ask_for_room(self) -> None:
        from tui.screens.too_small import TooSmall

        if not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall(columns=SMALLEST[0], lines=SMALLEST[1]))

    def _room_again(self) -> None:
        # Looked up by its method, so that a terminal of the usual size need not import the screen.
        give_back = getattr(self.screen, "leave_if_enough", None)
        if give_back is not None:
            give_back()

    def copy_to_clipboard(self, text: str) -> None:
        """The clipboard takes lines of text, no control characters."""
        super().copy_to_clipboard("\n".join(sendable(line) for line in text.splitlines()))
