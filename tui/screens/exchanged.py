"""What was exchanged: the last exports that were sent, and the last files that were taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store.errors import StoreError
from store.fields import show_date
from store.workbook.folder_records import ExportLine, FileLine, Outcome
from store.workbook.folder_standing import standing
from store.workbook.folder_words import counted
from tui.screens.exchange_settings import moment_words, standing_words
from tui.screens.list_page import ListPage
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.exchange_desk import ExchangeDesk
    from tui.widgets.line_list import Span

Line = ExportLine | FileLine
_WHAT, _DATE = 9, 18
_WORDS = {Outcome.TAKEN: "taken", Outcome.PART: "in part", Outcome.REFUSED: "refused", Outcome.OWN: "back"}
_SHORT = frozenset({Outcome.PART, Outcome.REFUSED})


def when(line: Line) -> str:
    """When it was, so that lines can be put in order."""
    return (line.sent_at if isinstance(line, ExportLine) else line.at).isoformat()


def told(line: Line) -> str:
    """All that is known of a line."""
    if isinstance(line, ExportLine):
        seen = f"Seen by the office on {moment_words(line.seen_at)}" if line.seen_at else "Not yet seen by the office"
        by = f" ({line.seen_by})" if line.seen_by else ""
        return f"{line.name}\nNumber {line.number:,}: {counted(line.customers, 'customer')}. {seen}{by}."
    whose = f"Number {line.number:,} of {line.till}. " if line.till else ""
    rows = f" {counted(line.refused, 'row')} refused." if line.refused else ""
    rows += f" Faulty cells of {counted(line.left_out, 'row')} left out." if line.left_out else ""
    back = " It came back as it was sent." if line.outcome is Outcome.OWN else ""
    what = _WORDS[line.outcome].capitalize()
    return f"{line.name}\n{whose}{what} on {moment_words(line.at)}.{rows}{back} {line.message}"


class ExchangeList(LineList):
    """What became of a file, when, and its name."""

    def __init__(self) -> None:
        super().__init__("entries")
        self.lines: Sequence[Line] = ()

    def count(self) -> int:
        """How many there are."""
        return len(self.lines)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One file."""
        line = self.lines[index]
        sent = isinstance(line, ExportLine)
        what = ("sent" if line.seen_at is None else "seen") if isinstance(line, ExportLine) else _WORDS[line.outcome]
        fault = not sent and line.outcome in _SHORT  # type: ignore[union-attr]  # no export is refused
        at = line.sent_at if isinstance(line, ExportLine) else line.at
        return (
            (f" {what:<{_WHAT}}", "fault" if fault else ""),
            (f"{show_date(at.date())} {at:%H:%M}".ljust(_DATE), "dim"),
            (fit(line.name, max(width - _WHAT - _DATE - 1, 1)), ""),
        )


class ExchangedScreen(ListPage[ExchangeList]):
    """The ledger of the exchange, newest first."""

    HEADING = "Exchanged"
    HELP = (
        "The last exports that were sent and the last files that were taken, newest first. What is known of the one "
        "under the cursor stands below; what is missing stands above."
    )
    COMMANDS = ("send",)
    WORDS: ClassVar = {"send": ("Exchange now", "Take what is new in the folder, and write what changed.")}

    def __init__(self) -> None:
        super().__init__(ExchangeList(), counts="standing")

    @property
    def _desk(self) -> ExchangeDesk:
        from tui.exchange_desk import exchange_desk

        return exchange_desk(self.regulars)

    def on_mount(self) -> None:
        """Read it, and again whenever there was an exchange."""
        self._desk.changed.subscribe(self, self._moved)
        self._show()
        self._list.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One exchange at a time."""
        if action == "send" and self._desk.under_way:
            return None
        return super().check_action(action, parameters)

    def _moved(self, desk: ExchangeDesk) -> None:
        if desk.under_way:
            self.count_in_words(f"Exchanging... {desk.words}")
        else:
            self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        try:
            stands = standing(self.regulars.book)
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        self._list.lines = sorted((*stands.sent, *stands.taken), key=when, reverse=True)
        self._list.reset(0)
        self.count_in_words(standing_words(stands) or "No folder is set up yet.")
        self.tell()

    def whole(self) -> str:
        """What is known of the one under the cursor."""
        lines = self._list.lines
        return told(lines[self._list.cursor or 0]) if lines else "Nothing was exchanged yet."

    def action_send(self) -> None:
        """Exchange now; the keys go on meanwhile."""
        self._desk.begin()
