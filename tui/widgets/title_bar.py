"""The first line: where one is, and at which till; for a few seconds, what has just happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

from tui.gate import shown
from tui.widgets.banner import Notice, banner

if TYPE_CHECKING:
    from tui.app import RegularsApp
    from tui.page import Page


APART = 2
"""The least room between the page's title and the place."""
LEAST_SHOP = 6
"""Cells of the shop's name that are worth showing."""


def fitted(place: str, till: str, room: int) -> str:
    """Shop and till in so many cells: the shop's name is cut first, for the till is what differs; '' for no room."""
    if cell_len(place) <= room:
        return place
    shop, short = place.removesuffix(till), room - cell_len(till)
    end = "… / "
    if place not in (till, shop) and short >= LEAST_SHOP + cell_len(end):
        return f"{set_cell_size(shop, short - cell_len(end)).rstrip()}{end}{till}"
    return till if short >= 0 else ""


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
        place = fitted(shown(app.place), shown(app.actor.till), room - APART)
        if not place:
            return left.truncate(width, ellipsis=True)
        return left + Content(" " * (room - cell_len(place)) + place)
