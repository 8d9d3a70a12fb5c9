"""What tests of the settings share: opening a page, and typing into its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.waiting import until, until_true
from tui.app import RegularsApp

if TYPE_CHECKING:
    from textual.pilot import Pilot

SIZE = (80, 24)
SAVED = "Settings Updated Successfully"


async def opened(pilot: Pilot[None], name: str, *texts: str) -> str:
    """Open a page of settings."""
    assert isinstance(pilot.app, RegularsApp)
    pilot.app.open_screen(name)
    return await until(pilot, *texts)


async def typed_into(pilot: Pilot[None], name: str, text: str) -> None:
    """Replace what a field holds, and leave it."""
    control = pilot.app.screen.query_one(f"#field-{name}")
    control.focus()
    await until_true(pilot, lambda: control.has_focus)
    await pilot.press("end", *["backspace"] * len(control.entry), *text, "tab")  # type: ignore[attr-defined]
