"""Waiting until something stands on the screen, however slow the machine."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from tests.tui.conftest import screen_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

PATIENCE = 30.0
"""Seconds; only a test that fails waits for so long."""


async def until(pilot: Pilot[None], *texts: str) -> str:
    """Wait until all `texts` are on the screen; the whole screen."""
    end = monotonic() + PATIENCE
    while missing := [text for text in texts if text not in screen_text(pilot.app)]:
        assert monotonic() < end, f"{missing} did not come:\n{screen_text(pilot.app)}"
        await pilot.pause(0.02)
    return screen_text(pilot.app)


async def until_true(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, f"it never came to hold:\n{screen_text(pilot.app)}"
        await pilot.pause(0.02)


async def until_first_page(pilot: Pilot[None]) -> None:
    """Wait until only the first screen is open."""
    await until_true(pilot, lambda: len(pilot.app.screen_stack) == 1)
