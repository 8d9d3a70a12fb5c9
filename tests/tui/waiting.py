"""Waiting until something stands on the screen, however slow the machine."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from tests.tui.conftest import screen_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

PATIENCE = 30.0
"""Seconds; only a test that fails waits for so long."""
FIRST_LOOK, LAST_LOOK = 0.001, 0.02
"""Seconds between two looks: most things come at once, and what a child process does takes a while."""


async def until(pilot: Pilot[None], *texts: str) -> str:
    """Wait until all `texts` are on the screen; the whole screen."""
    async for _ in _looks(pilot):
        shown = screen_text(pilot.app)
        missing = [text for text in texts if text not in shown]
        if not missing:
            return shown
    raise AssertionError(f"{missing} did not come:\n{screen_text(pilot.app)}")


async def until_true(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    async for _ in _looks(pilot):
        if condition():
            return
    raise AssertionError(f"it never came to hold:\n{screen_text(pilot.app)}")


async def until_first_page(pilot: Pilot[None]) -> None:
    """Wait until only the first screen is open."""
    await until_true(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def _looks(pilot: Pilot[None]) -> AsyncIterator[None]:
    """A look now, and others later and later, while there is patience."""
    end = monotonic() + PATIENCE
    pause = FIRST_LOOK
    yield
    while monotonic() < end:
        await pilot.pause(pause)
        pause = min(pause * 2, LAST_LOOK)
        yield
