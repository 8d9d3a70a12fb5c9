"""Asking before a file is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.gate import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui.app import RegularsApp


def ask_to_replace(app: RegularsApp, target: Path, go_on: Callable[[Path], None]) -> None:
    """Ask whether what `target` holds may be lost; `go_on(target)` when it may."""
    app.open_screen(
        "confirm",
        lambda agreed: go_on(target) if agreed else None,
        title="Replace the file?",
        text=f"{shown(target.name)} is there already. What it holds now would be lost.",
        yes="Replace",
        danger=True,
    )
