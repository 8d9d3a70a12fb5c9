"""How a book begins: what the list offers while there is nobody in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import search
from store.records import Status

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.demo_filling import DemoFilling
    from tui.screens.customers import CustomersScreen
    from tui.widgets.empty_book import EmptyBook

LOOK_SECONDS = 0.3
"""How often the demo shop is asked whether it is complete."""
WELCOME = "This is the demo shop. Type a name to find somebody."


class Beginning:
    """Puts the ways to begin in the list's place, and takes them away when there are customers."""

    def __init__(self, screen: CustomersScreen) -> None:
        self._screen = screen
        self._ways: EmptyBook | None = None
        self._demo: DemoFilling | None = None
        self._timer: Timer | None = None

    @property
    def offered(self) -> bool:
        """Whether the ways to begin stand there."""
        return self._ways is not None

    def offer(self, offered: bool) -> None:
        """Offer the ways, or stop to."""
        if offered is self.offered:
            return
        table = self._screen.table
        if self._ways is not None:
            self._ways.remove()
            self._ways = None
        else:
            from tui.widgets.empty_book import EmptyBook

            self._ways = EmptyBook()
            self._screen.mount(self._ways, after=table)
        table.display = not offered
        self._screen.refresh_bindings()

    def press(self, key: str) -> bool:
        """Carry out a key that moves or chooses among the ways; False for any other, or when none are offered."""
        return self._ways is not None and self._ways.press(key)

    def load_demo(self) -> None:
        """Have the demo shop made in a process of its own; the list appears when it is complete."""
        from tui.demo_filling import DemoFilling

        if self._demo is None:
            self._demo = DemoFilling(self._screen.regulars.book.path)
            self._timer = self._screen.set_interval(LOOK_SECONDS, self._look)
            self._look()

    def _look(self) -> None:
        if self._demo is None:
            return
        ended = True
        with self._screen.telling():
            if self._ways is not None:
                made = search.total(self._screen.regulars.book, Status.ALL)
                self._ways.say(f"The demo shop is being made: {made:,} customers.")
            ended = self._demo.poll()
            if ended:
                self._screen.announce(WELCOME)
        if ended:
            self._demo = None
            if self._timer is not None:
                self._timer.stop()
            self._screen.begin_again()
