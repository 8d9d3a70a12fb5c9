"""Exchange: the folder by which workbooks are exchanged with the office and other tills."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from store.errors import FieldError
from store.fields import show_date
from store.workbook import folder_setup
from store.workbook.folder_records import Exchange, Terms
from store.workbook.folder_setup import MOST_DAYS
from store.workbook.folder_standing import standing
from store.workbook.folder_words import counted, gap, unseen
from tui.folders import from_home, home
from tui.jobs import run_store
from tui.screens.settings_page import SettingsPage
from tui.settings_form import Row, whole
from tui.widgets.choice_field import ToggleField
from tui.widgets.folder_field import FolderField
from tui.widgets.form_button import FormButton
from tui.widgets.form_field import FieldInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import ComposeResult

    from store.database import Book
    from tui.exchange_desk import ExchangeDesk
    from tui.form_model import Entry

_DIGITS_OF_DAYS = 5


def moment_words(at: datetime) -> str:
    """A day and its time."""
    return f"{show_date(at.date())} {at:%H:%M}"


def standing_words(stands: Exchange) -> str:
    """How the exchange stands, in a line or two; the numbers that are missing come first."""
    if not stands.folder:
        return ""
    parts = [gap(missing) for missing in stands.gaps[:2]]
    parts.append(f"Last exchanged {moment_words(stands.ran_at)}." if stands.ran_at else "Never exchanged yet.")
    if stands.sent:
        parts.append(f"{counted(stands.changed, 'change')} since then." if stands.changed else "Nothing changed since.")
        parts.append(unseen(stands.unseen))
    return " ".join(parts)


class ExchangeSettingsScreen(SettingsPage):
    """The settings of the exchange, and the key that exchanges now."""

    HEADING = "Exchange"
    HELP = (
        f"{SettingsPage.HELP} The folder may be on a share: its inbox takes the office's workbooks, its outbox gets "
        "what changed here. With the Choose key it is found with the keyboard."
    )
    COMMANDS: ClassVar[tuple[str, ...]] = ("save", "send", "choose")
    WORDS: ClassVar = {
        "send": ("Exchange now", "Take what is new in the folder, and write what changed."),
    }
    ROWS: ClassVar[tuple[Row, ...]] = (
        Row("folder", "Folder", lambda name, entry: FolderField(name, str(entry), hint="/mnt/office")),
        Row("days", "Wait for a till", lambda name, entry: FieldInput(name, str(entry), limit=_DIGITS_OF_DAYS), True,
            counts=True),
        Row("office", "Head office's book", lambda name, entry: ToggleField(name, ("yes", "no"), entry=bool(entry))),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._stands: Exchange | None = None

    @property
    def _desk(self) -> ExchangeDesk:
        from tui.exchange_desk import exchange_desk

        return exchange_desk(self.regulars)

    def read(self, book: Book) -> dict[str, Entry]:
        """The settings as the book has them."""
        kept = folder_setup.terms(book)
        self._stands = standing(book)
        return {
            "folder": from_home(Path(kept.folder)) if kept.folder else "", "days": str(kept.days),
            "office": kept.office,
        }  # fmt: skip

    def on_mount(self) -> None:
        """An exchange moves by itself."""
        self._desk.changed.subscribe(self, self._moved)

    def _moved(self, desk: ExchangeDesk) -> None:
        if desk.under_way:
            self.sync()
        else:
            run_store(self, standing, self._stand, group="standing", exclusive=True)
        self.refresh_bindings()

    def _stand(self, stands: Exchange) -> None:
        self._stands = stands
        self.sync()

    def unit(self, name: str) -> str:
        """Of what there is a number."""
        del name
        return "days without an exchange"

    def faults(self) -> dict[str, str]:
        """Whether the folder is there is found out when it is kept: a share may take its time to answer."""
        try:
            days = whole("days", self.model.text("days"))
        except FieldError:
            days = 0
        found = {} if 1 <= days <= MOST_DAYS else {"days": f"a whole number from 1 to {MOST_DAYS:,}"}
        if self.model.text("folder").strip() and self._folder() is None:
            found = {"folder": "a whole path, such as /mnt/office", **found}
        return found

    def _folder(self) -> Path | None:
        """The folder as typed; None for one that does not say where it is."""
        text = self.model.text("folder").strip()
        path = Path(f"{home()}{text[1:]}") if text == "~" or text.startswith(("~/", "~\\")) else Path(text)
        return path if path.is_absolute() else None

    def writing(self) -> Callable[[Book], None]:
        """Keep it."""
        folder = self._folder() if self.model.text("folder").strip() else None
        chosen = Terms(
            "" if folder is None else str(folder),
            whole("days", self.model.text("days")),
            self.model.entries["office"] is True,
        )
        return lambda book: folder_setup.choose(book, chosen)

    def example(self) -> str:
        """How the exchange stands, or how far it is."""
        if self._desk.under_way:
            return f"Exchanging... {self._desk.words}"
        return "" if self._stands is None else standing_words(self._stands)

    def more_buttons(self) -> ComposeResult:
        """Exchange now."""
        yield FormButton("Exchange now", "send", id="exchange")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One exchange at a time."""
        if action == "send" and self._desk.under_way:
            return None
        return super().check_action(action, parameters)

    def action_send(self) -> None:
        """Exchange with the folder that is kept; the keys go on meanwhile."""
        if not self.caught_up(self.action_send):
            return
        if self.model.dirty:
            self.complain("Update the settings first, then exchange.")
            return
        self._desk.begin()

    def on_folder_field_wanted(self, message: FolderField.Wanted) -> None:
        """Find a folder with the keyboard."""
        message.stop()
        start = self._folder() if self.model.text("folder").strip() else None
        self.regulars.open_screen("folder_chooser", self._found, heading="Exchange by", folder=start)

    def _found(self, path: Path | None) -> None:
        if path is None:
            return
        try:
            text = from_home(path)
            text.encode()
        except UnicodeEncodeError:
            self.complain("The folder's name has bytes that are no text. Give it another name.")
            return
        self.control("folder").show_entry(text)
        self.model.enter("folder", text)
        self.sync()
