"""The first line: where one is, and at which till; for a few seconds, what has just happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from tui.gate import shown
from tui.widgets.banner import Notice, banner

if TYPE_CHECKING:
    from tui.app import RegularsApp
    from tui.page import Page


class TitleBar(Widget):
    """'Regulars · Customers', and on the right the shop and the till as far as there is room."""

    notice: Notice | None = None

    def show(self, notice: Notice | None) -> None:
        """Say this in the title's place, or give the title back."""
        if notice is not self.notice:
            self.notice = notice
            self.set_class(notice is not None, "-notice")
            self.set_class(notice is not None and notice.error, "-error")
            self._fit()
            self.refresh()

    def on_resize(self) -> None:
        """Another width: the notice may take another number of lines."""
        self._fit()

    def _fit(self) -> None:
        lines = 1 if self.notice is None else banner(self.notice, self.size.width).plain.count("\n") + 1
        if self.styles.height is None or self.styles.height.value != lines:
            self.styles.height = lines

    def render(self) -> Content:
        """The line, fitted to the width."""
        width = self.size.width
        if self.notice is not None:
            return banner(self.notice, width)
        page = cast("Page[object]", self.screen)
        app = cast("RegularsApp", self.app)
        left = Content.assemble(("Regulars", "bold"), f" · {shown(page.heading)}" if page.heading else "")
        room = width - left.cell_length
        place = shown(app.place)
        if cell_len(place) + 2 > room:
            return left.truncate(width, ellipsis=True)
        return left + Content(" " * (room - cell_len(place)) + place)
