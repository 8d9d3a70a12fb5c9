"""Settings: what can be set, and how each stands now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from store import currency, outbox, programme, shop, stores
from store.errors import StoreError
from store.mail_records import MailState
from tui.folders import counted, from_home
from tui.gate import plain
from tui.page import Page
from tui.points import Points
from tui.settings_form import decimal_text
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from store.database import Book
    from tui.mail_desk import MailDesk
    from tui.widgets.line_list import Span

_NAME = 12


def shop_words(book: Book) -> str:
    """The shop in a line."""
    kept = shop.of(book)
    return f"{kept.name or 'No name yet'}: {kept.currency}, {kept.locale}, {kept.time_zone}, node {kept.node}"


def stores_words(book: Book) -> str:
    """The stores in a line."""
    return ", ".join(store.name for store in stores.all_stores(book)) or "None yet"


def loyalty_words(book: Book) -> str:
    """The programme in a line."""
    rules = programme.of(book)
    if not rules.on:
        return "Off"
    money = currency.of(book)
    points = Points(rules, money)
    parts = [rules.currency]
    if rules.visit_points:
        parts.append(f"{rules.visit_points:,} for each visit")
    if rules.amount_points:
        parts.append(f"{rules.amount_points:,} for each {money.show(rules.per_amount)} spent")
    if rules.point_value:
        parts.append(f"1 {points.unit(1)} is worth {decimal_text(rules.point_value, money.mark)} {money.code}")
    return f"On: {', '.join(parts)}"


def mail_words(book: Book) -> str:
    """The mail server in a line."""
    server = outbox.server(book)
    return f"{server.host}, from {server.sender}" if server.host else "No mail server yet"


def exchange_words(book: Book) -> str:
    """The folder of the exchange."""
    from store.workbook.folder_setup import terms

    kept = terms(book)
    return from_home(Path(kept.folder)) if kept.folder else "No folder yet"


def exchanged_words(book: Book) -> str:
    """What was exchanged in a line."""
    from store.workbook.folder_standing import standing

    stands = standing(book)
    if not (stands.folder or stands.sent):
        return "Nothing yet"
    missing = "Numbers are missing, " if stands.gaps else ""
    return f"{missing}{stands.unseen:,} not seen by the office, {counted(stands.changed, 'change')} to send"


def outbox_words(book: Book) -> str:
    """The outbox in a line."""
    found = outbox.counts(book)
    waiting = found[MailState.QUEUED]
    return f"{waiting:,} waiting, {found[MailState.SENT]:,} sent, {found[MailState.FAILED]:,} failed"


ENTRIES: tuple[tuple[str, str, Callable[[Book], str]], ...] = (
    ("Shop", "shop_settings", shop_words),
    ("Stores", "store_settings", stores_words),
    ("Loyalty", "loyalty_settings", loyalty_words),
    ("Mail", "mail_settings", mail_words),
    ("Outbox", "outbox", outbox_words),
    ("Exchange", "exchange_settings", exchange_words),
    ("Exchanged", "exchanged", exchanged_words),
)
"""By name: the screen that it opens, and how it stands now."""


class SettingsList(LineList):
    """What can be set."""

    def __init__(self) -> None:
        super().__init__("entries")
        self.states: list[str] = [""] * len(ENTRIES)

    def count(self) -> int:
        """How many there are."""
        return len(ENTRIES)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """Its name, and how it stands."""
        return ((fit(f" {ENTRIES[index][0]}", _NAME), ""), (fit(self.states[index], max(width - _NAME, 1)), "dim"))


class SettingsScreen(Page[None]):
    """The menu of settings."""

    HEADING = "Settings"
    HELP = "Choose what to set and press Enter. Each line says how it stands now; the whole of it stands below."
    COMMANDS = ("open",)
    WORDS: ClassVar = {"open": ("Open", "Open the settings under the cursor.")}
    CSS_PATH = "settings.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._list = SettingsList()
        self._whole = Static("", id="whole", markup=False)

    def body(self) -> ComposeResult:
        """The list, and the whole of one line."""
        yield self._list
        yield self._whole

    def on_mount(self) -> None:
        """Begin at the first; the outbox moves by itself."""
        from tui.mail_desk import mail_desk

        mail_desk(self.regulars).changed.subscribe(self, self._mail_moved)
        self._read()
        self._list.reset(0)
        self._list.focus()

    def on_screen_resume(self) -> None:
        """Back from a page: it may stand otherwise now."""
        self._read()

    def _mail_moved(self, _: MailDesk) -> None:
        if self.is_current:
            self._read()

    def _read(self) -> None:
        try:
            self._list.states = [words(self.regulars.book) for _, _, words in ENTRIES]
        except StoreError as error:
            self.announce(str(error), error=True)
        self._list.refresh()
        self.on_line_list_moved()

    def on_line_list_moved(self) -> None:
        """The whole line under the cursor."""
        self._whole.update(plain(self._list.states[self._list.cursor or 0]))

    def on_line_list_chosen(self) -> None:
        """Open it."""
        self.action_open()

    def action_open(self) -> None:
        """Open what the cursor is on."""
        self.regulars.open_screen(ENTRIES[self._list.cursor or 0][1])
