"""What a shop knows of one customer, at a glance: who it is, five figures, two charts, the receipts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal

from tui import customer_figures
from tui.customer_figures import DAYS, MONTHS, NET, WEEKDAYS
from tui.jobs import run_store
from tui.receipt_period import ChosenPeriod
from tui.screens.open_customer import OpenCustomer
from tui.widgets.bar_chart import BarChart
from tui.widgets.customer_header import CustomerHeader
from tui.widgets.customer_receipts import CustomerReceipts
from tui.widgets.key_bar import KeyBar
from tui.widgets.photo import PhotoField
from tui.widgets.tiles import Tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.worker import Worker

    from store.customer_records import Customer
    from store.receipt_records import ReceiptRow
    from tui.commands import Command
    from tui.customer_figures import Figures, Receipts
    from tui.widgets.line_list import LineList

TALL = 34
"""From this many lines on, charts and receipts stand on one page."""
WIDE = 70
"""From this width on the charts stand side by side."""


class FacePhoto(PhotoField, can_focus=False):
    """The photo beside the name, without a line above it."""

    CAPTION = 0


class MetricsScreen(OpenCustomer):
    """Dismisses with the customer's id; scanning goes to another customer's metrics."""

    HELP = (
        "A customer at a glance. Left and Right walk the figures on their tiles, and the bars of a chart; Enter opens "
        "what a figure counts, a chart's numbers as a table, or a receipt. Up, Down and Tab go on from part to part. "
        "Scan another card, ID, phone or e-mail to go to its customer. Esc goes back to the list. Sale Amount is what "
        f"the receipts came to, less refunds; the charts are net. {NET}"
    )
    COMMANDS = (
        "undo", "restore", "edit", "points", "filter", "section", "turn", "details", "actions", "delete", "merge",
        "separate", "hand_over", "erase",
    )  # fmt: skip
    WORDS: ClassVar = {
        "filter": ("Period", "Choose which receipts are shown: today's, of the past months, from one day to another."),
        "section": ("Receipts", "Go from the charts to the receipts, and back."),
    }
    CSS_PATH: ClassVar = ["open_customer.tcss", "metrics.tcss"]
    AUTO_FOCUS = "#tiles"
    PHOTO = (10, 5)

    def __init__(self, *, customer_id: int) -> None:
        super().__init__(customer_id=customer_id)
        self.photo = FacePhoto("photo")
        self._figures: Figures | None = None
        self._period = ChosenPeriod()
        self._by_weekday = False
        self._at_receipts = False
        """Whether the page of receipts is shown, where charts and receipts do not fit on one."""
        self._header = CustomerHeader("header")
        self._who = Horizontal(self._header, self.photo, id="who")
        self._tiles = Tiles("tiles", customer_figures.tiles(None))
        self._months = BarChart("months", MONTHS, nothing="No sales in the past 12 months.")
        self._days = BarChart("days", DAYS, nothing="No sales in these days.")
        self._charts = Horizontal(self._months, self._days, id="charts")
        self._receipts = CustomerReceipts("receipts-page", self._fetch)
        self._table = self._receipts.table
        self._reader: Worker[None] | None = None

    def body(self) -> ComposeResult:
        """Who, the tiles, the charts, the receipts, and the line that shows what is being scanned."""
        yield self._who
        yield self._tiles
        yield self._charts
        yield self._receipts
        yield self.scanned

    def on_mount(self) -> None:
        """Say what the chart of days shows; the base shows the customer."""
        self._entitle()

    def on_resize(self, event: events.Resize) -> None:
        """One page or two, charts beside or below one another."""
        self.set_class(event.size.height >= TALL, "-tall")
        self.set_class(event.size.width < WIDE, "-narrow")
        self._fit_notes()
        self._turn_page()

    def _fit_notes(self) -> None:
        """Where there is room, the notes get more lines than one."""
        wanted = self._header.wanted_lines(self.size.width - self.PHOTO[0] - 3) if self._one_page else 0
        self._who.styles.height = max(wanted, self.PHOTO[1])

    # -- reading

    def fill(self, customer: Customer) -> None:
        """Show who it is at once; the figures follow when they are read."""
        self._header.show(customer)
        self._fit_notes()
        if self._figures is not None and self._figures.customer_id != customer.id:
            self._forget()
        self.read_again()

    @property
    def reading(self) -> bool:
        """Whether the figures are being read."""
        return self._reader is not None and not self._reader.is_finished

    def read_again(self) -> None:
        """Read the figures and the receipts."""
        customer_id, period = self.customer_id, self._period
        self._reader = run_store(
            self,
            lambda book: customer_figures.read(book, customer_id, period),
            self._arrived,
            group="figures",
            exclusive=True,
        )

    def _forget(self) -> None:
        """Another customer: nothing of the one before stays on the page."""
        self._figures = None
        self._tiles.show(customer_figures.tiles(None))
        for chart in (self._months, self._days):
            chart.show((), str)
        self._receipts.forget()

    def _arrived(self, figures: Figures) -> None:
        """The figures of the customer on the page; those of one who was scanned away are dropped.

        What is on the screen already is not sent again.
        """
        before = self._figures
        if figures.customer_id != self.customer_id or figures == before:
            return
        self._figures = figures
        self._tiles.show(customer_figures.tiles(figures))
        self._show_receipts(figures.receipts, cursor=(self._table.cursor or 0) if before is not None else 0)
        # The charts' library takes its time: it is imported when all else is on the screen.
        self.call_after_refresh(run_store, self, lambda _: _import_plots(), self._draw_charts, group="plots")

    def _draw_charts(self, _: None) -> None:
        if (figures := self._figures) is not None:
            self._months.show(figures.metrics.months, figures.currency.show)
            self._draw_days()

    def _draw_days(self) -> None:
        if (figures := self._figures) is not None:
            found = figures.metrics
            self._days.show(found.weekdays if self._by_weekday else found.days, figures.currency.show)

    # -- receipts

    def _show_receipts(self, found: Receipts, cursor: int = 0) -> None:
        if (figures := self._figures) is None or found.period != self._period:
            return
        self._figures = replace(figures, receipts=found)
        self._receipts.show(found, figures.currency, with_stores=figures.several_stores, cursor=cursor)

    def _fetch(self, offset: int, limit: int) -> Sequence[ReceiptRow]:
        """Rows of the table, read as they come near the screen."""
        from store import metrics, receipts

        book = self.regulars.book
        with self.telling():
            days = self._period.days(metrics.today(book))
            return receipts.page(book, self.customer_id, days, offset=offset, limit=limit)
        return ()

    def action_filter(self) -> None:
        """Which receipts the table shows."""
        self.regulars.open_screen("period", self._choose_period, chosen=self._period)

    def _choose_period(self, chosen: ChosenPeriod | None) -> None:
        if chosen is None:
            return
        self._period = chosen
        self._go(self._table)
        customer_id = self.customer_id

        def read(found: Receipts) -> None:
            if self.customer_id == customer_id:
                self._show_receipts(found)

        run_store(
            self,
            lambda book: customer_figures.read_receipts(book, customer_id, chosen),
            read,
            group="receipts",
            exclusive=True,
        )

    # -- moving

    @property
    def _one_page(self) -> bool:
        return self.has_class("-tall")

    def _turn_page(self) -> None:
        """Show the charts, the receipts, or both."""
        self._charts.display = self._one_page or not self._at_receipts
        self._receipts.display = self._one_page or self._at_receipts
        self.refresh_bindings()
        self.query_one(KeyBar).follow()

    def _go(self, part: Widget) -> None:
        """Put the focus on a part of the page, and show the page that it is on."""
        if part is not self._tiles:
            self._at_receipts = part is self._table
            self._turn_page()
        part.focus()

    @property
    def _parts(self) -> tuple[Widget, ...]:
        return (self._tiles, self._months, self._days, self._table)

    def _step(self, step: int, *, around: bool) -> None:
        """Go on to the next part of the page, or the one before."""
        at = self._parts.index(self.focused) if self.focused in self._parts else 0
        to = (at + step) % len(self._parts) if around else min(max(at + step, 0), len(self._parts) - 1)
        self._go(self._parts[to])

    def _step_down(self, step: int) -> None:
        """Go down a part, or up; charts that stand side by side are one."""
        jumps = {self._months: step > 0, self._days: step < 0}
        beside = not self.has_class("-narrow") and any(part is self.focused and jump for part, jump in jumps.items())
        self._step(2 * step if beside else step, around=False)

    def on_key(self, event: events.Key) -> None:
        """What leads from one part of the page to another; the scanner's keys are the base's."""
        match event.key:
            case "tab" | "shift+tab":
                self._step(1 if event.key == "tab" else -1, around=True)
            case "up" | "down" | "pageup" | "pagedown":
                self._step_down(-1 if event.key in {"up", "pageup"} else 1)
            case _:
                return
        event.stop()
        event.prevent_default()

    def action_section(self) -> None:
        """From the charts to the receipts, and back."""
        self._go(self._months if self._at_receipts or self.focused is self._table else self._table)

    def action_turn(self) -> None:
        """The past 7 days, or the average by weekday."""
        self._by_weekday = not self._by_weekday
        self._entitle()
        if self._days.bars:
            self._draw_days()

    def _entitle(self) -> None:
        self._days.entitle(WEEKDAYS if self._by_weekday else DAYS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The chart is turned where it is seen."""
        if action == "turn":
            return self._one_page or not self._at_receipts
        return super().check_action(action, parameters)

    def words(self, command: Command) -> str:
        """Where one key leads to and fro, it is called by where it leads."""
        return "Charts" if command.id == "section" and self._at_receipts else super().words(command)

    # -- opening

    def on_tiles_chosen(self, message: Tiles.Chosen) -> None:
        """What the figure counts."""
        message.stop()
        if self.ends_scan():
            return
        match message.name:
            case "visits" | "sales":
                self._go(self._table)
            case "points":
                self.regulars.open_screen("ledger", self._returned, customer_id=self.customer_id)
            case side:
                self.regulars.open_screen("comments", customer_id=self.customer_id, positive=side == "positive")

    def on_bar_chart_chosen(self, message: BarChart.Chosen) -> None:
        """The numbers behind the charts."""
        message.stop()
        if not self.ends_scan() and self._figures is not None:
            self.regulars.open_screen("numbers", metrics=self._figures.metrics, currency=self._figures.currency)

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """The receipt under the cursor."""
        message.stop()
        if not self.ends_scan() and (receipt := self._table.current) is not None:
            self.regulars.open_screen("receipt", receipt_id=receipt.id)

    def action_details(self) -> None:
        """Every field."""
        self.regulars.open_screen("profile", self._returned, customer_id=self.customer_id)

    def _returned(self, customer_id: int | None) -> None:
        """Back from a page where things may have been changed, or another customer scanned."""
        self.show_changed(self.customer_id if customer_id is None else customer_id)


def _import_plots() -> None:
    import textual_plotext  # noqa: F401
