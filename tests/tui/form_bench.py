"""The form on a page of its own, driven by keys."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.tui.conftest import screen_lines, screen_text
from tui.app import RegularsApp
from tui.page import Page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from store.database import Book
    from tui.screens.customer_form import CustomerFormScreen

LEFT_OPEN = object()
"""The result of a form that is still open."""


class Root(Page[None]):
    """An empty page below the form."""

    HEADING = "Root"


class FormBench:
    """A form opened on a book: what it shows, and what it was closed with."""

    def __init__(self, app: RegularsApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.result: object = LEFT_OPEN

    @property
    def form(self) -> CustomerFormScreen:
        """The form, below any dialog."""
        from tui.screens.customer_form import CustomerFormScreen

        return next(screen for screen in self.app.screen_stack if isinstance(screen, CustomerFormScreen))

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return screen_text(self.app)

    def line(self, label: str) -> str:
        """The line of the screen that has a label."""
        return next((line for line in screen_lines(self.app) if label in line), "")

    async def press(self, *keys: str) -> None:
        """Press keys and let the screen settle."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        names = {" ": "space", "-": "minus", "+": "plus", "@": "at", ".": "full_stop", "(": "left_parenthesis"}
        names |= {")": "right_parenthesis", "'": "apostrophe", "#": "number_sign", "/": "slash"}
        await self.press(*(names.get(char, char) for char in text))

    async def go(self, name: str) -> None:
        """Put the cursor into a field."""
        self.form.query_one(f"#field-{name}").focus()
        await self.settle()

    async def fill(self, **texts: str) -> None:
        """Type into fields by name, leaving each."""
        for name, text in texts.items():
            await self.go(name)
            await self.press("ctrl+u")
            await self.type(text)
            await self.press("tab")

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal with bracketed paste hands it on."""
        from textual import events

        self.app.screen.post_message(events.Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait for the store's threads and for what they bring."""
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def wait_for_duplicates(self) -> None:
        """Wait until the typing has rested and the book was asked."""
        while self.form._waiting is not None:
            await self.pilot.pause(0.02)
        await self.settle()


@asynccontextmanager
async def form_on(
    book: Book, customer_id: int | None = None, size: tuple[int, int] = (80, 24), **arguments: Any
) -> AsyncIterator[FormBench]:
    """The program with the form open."""
    app = RegularsApp(book)
    app.get_default_screen = Root  # type: ignore[method-assign]  # another first page
    async with app.run_test(size=size) as pilot:
        bench = FormBench(app, pilot)

        def closed(result: object) -> None:
            bench.result = result

        app.open_screen("customer_form", closed, customer_id=customer_id, **arguments)
        await pilot.pause()
        await bench.settle()
        yield bench
