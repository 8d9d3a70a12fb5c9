"""Shop: its name, its money, its clock, and the number of its till."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from store import shop
from store.currency import Currency
from store.errors import FieldError, StoreError
from store.fields import show_date
from store.shop import Retold, Shop
from tui import code_names
from tui.screens.settings_page import Question, SettingsPage
from tui.settings_form import Row, whole
from tui.widgets.code_field import CodeField
from tui.widgets.form_field import FieldInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Book
    from tui.form_model import Entry

SAMPLE = Decimal("1234.5")
_DIGITS_OF_NODE = 4


def moment(zone: str) -> datetime:
    """This moment on the clock of a zone."""
    return datetime.now(ZoneInfo(zone))


def question(kept: Shop, chosen: Shop, retold: Retold) -> Question | None:
    """What to ask before receipts in the book read otherwise; None when none does."""
    receipts, are = (f"{retold.receipts:,} receipts", "are") if retold.receipts != 1 else ("1 receipt", "is")
    changed: list[str] = []
    sentences: list[str] = []
    if retold.currency:
        changed.append("currency")
        sentences.append(
            f"{receipts} {are} in {kept.currency}. Amounts are not converted: they would read as {chosen.currency}."
        )
    if retold.clock:
        changed.append("time zone")
        sentences.append(
            f"Days and times of {receipts} would be shown on the clock of {chosen.time_zone}, no longer on that of "
            f"{kept.time_zone}."
        )
    if not changed:
        return None
    return Question(f"Change the {' and the '.join(changed)}?", " ".join(sentences), "Change")


class ShopSettingsScreen(SettingsPage):
    """The settings of the shop."""

    HEADING = "Shop Settings"
    HELP = f"{SettingsPage.HELP} The name stands on receipts; the node number begins the numbers of this till's."
    ROWS: ClassVar[tuple[Row, ...]] = (
        Row("name", "Shop Name", lambda name, entry: FieldInput(name, str(entry), limit=shop.MOST_NAME)),
        Row("currency", "Currency", lambda name, entry: CodeField(name, str(entry), code_names.currencies), True),
        Row("locale", "Money written as in", lambda name, entry: CodeField(name, str(entry), code_names.locales)),
        Row("time_zone", "Time Zone", lambda name, entry: CodeField(name, str(entry), code_names.zones), True),
        Row("node", "Node Number", lambda name, entry: FieldInput(name, str(entry), limit=_DIGITS_OF_NODE), True),
    )

    def read(self, book: Book) -> dict[str, Entry]:
        """The shop as the book has it."""
        kept = shop.of(book)
        return {
            "name": kept.name, "currency": kept.currency, "locale": kept.locale, "time_zone": kept.time_zone,
            "node": str(kept.node),
        }  # fmt: skip

    def faults(self) -> dict[str, str]:
        """Only the node number can be mistyped; what the book minds besides, it says when asked to keep it."""
        try:
            node = whole("node", self.model.text("node"))
        except FieldError:
            node = 0
        return {} if 1 <= node <= shop.MOST_NODE else {"node": f"a whole number from 1 to {shop.MOST_NODE}"}

    def writing(self) -> Callable[[Book], None]:
        """Keep it."""
        chosen = self._chosen()
        return lambda book: shop.choose(book, chosen)

    def _chosen(self) -> Shop:
        """The shop as typed."""
        text = self.model.text
        return Shop(text("name"), text("currency"), text("locale"), text("time_zone"), whole("node", text("node")))

    def asking(self) -> Callable[[Book], Question | None]:
        """Amounts and moments of receipts stay as they are, and would read as others."""
        chosen = self._chosen()
        return lambda book: question(shop.of(book), chosen, shop.retold(book, chosen))

    def saved(self) -> None:
        """The title bar names the shop."""
        with suppress(StoreError):  # it is saved all the same; the title follows at the next start
            self.regulars.read_place()

    def example(self) -> str:
        """How an amount and a moment look."""
        from babel.numbers import get_currency_precision

        code, zone = self.model.text("currency"), self.model.text("time_zone")
        money = Currency(code, get_currency_precision(code), self.model.text("locale"))
        try:
            now = moment(zone)
        except (LookupError, ValueError, OSError):  # a zone that an older book holds and nobody knows
            return f"Amounts look so: {money.show(SAMPLE)}."
        return f"Amounts look so: {money.show(SAMPLE)}. There it is {show_date(now.date())} {now:%H:%M} now."
