"""What a terminal that is too small is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class TooSmall(ModalScreen[None]):
    """Stands over everything until the terminal is large enough again; what is under it is kept."""

    def __init__(self, *, columns: int, lines: int) -> None:
        super().__init__()
        self._columns = columns
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The request, in as few letters as will do."""
        yield Static(f"Regulars needs {self._columns} by {self._lines}. Please enlarge the window.", markup=False)

    @property
    def enough(self) -> bool:
        """Whether there is room now."""
        return self.app.size.width >= self._columns and self.app.size.height >= self._lines

    def on_screen_resume(self) -> None:
        """Go when the terminal has grown meanwhile."""
        self.leave_if_enough()

    def leave_if_enough(self) -> None:
        """Give the screen back when there is room."""
        if self.enough and self.is_current:
            self.dismiss(None)
