"""What a workbook would do before it does it; then its progress, then what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.commands import BY_ID
from tui.folders import WORKBOOKS
from tui.gate import plain, shown
from tui.import_desk import PROCESSING, ImportDesk, Stage, all_counts, import_desk
from tui.page import Page
from tui.widgets.outcome_table import OutcomeTable, column_of, reason_of
from tui.widgets.progress_line import ProgressLine
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Button

    from store.exchange import ImportPreview, ImportResult
    from tui.commands import Command

_COUNTS = ("created", "updated", "unchanged", "refused")
_WIDTHS = (16, 11, 11, 12, 11)
HOW = f"{BY_ID['save'].key_label} imports; or Tab to the button, then Enter"
"""Said beside the buttons of a preview: keys typed ahead must not write the book."""


@dataclass(frozen=True, slots=True)
class View:
    """How a stage looks: its sentences, and which parts of the screen it needs."""

    lead: Callable[[ImportDesk], str]
    progress: bool = False
    outcome: bool = False
    back: str = "Back"
    yes: str = ""
    """The words of the button that goes on; '' where there is nothing to go on with."""
    fault: bool = False


def _preview_lead(desk: ImportDesk) -> str:
    if desk.preview is not None and changes(desk.preview):
        return "Nothing is written yet. This is what the workbook would do:"
    if desk.preview is not None and all_refused(desk.preview):
        return "There is nothing to import: every row is refused. Here is why:"
    return "There is nothing to import: no row of the workbook would change the book."


VIEWS: dict[Stage, View] = {
    Stage.NONE: View(lambda _: "No workbook has been imported since Regulars was started."),
    Stage.READING: View(lambda _: "Reading the workbook. Nothing is written yet.", progress=True, back="Cancel"),
    Stage.REFUSED: View(lambda desk: desk.fault, fault=True, yes="Choose another file"),
    Stage.PREVIEW: View(_preview_lead, outcome=True, back="Cancel", yes="Import"),
    Stage.WRITING: View(lambda _: f"{PROCESSING} You can go on working.", progress=True),
    Stage.DONE: View(lambda _: "The import is done. This is what it did:", outcome=True),
    Stage.FAILED: View(lambda desk: desk.fault, fault=True),
}


def changes(outcome: ImportPreview | ImportResult) -> int:
    """How many rows, on all sheets, are written."""
    return sum(counts.created + counts.updated for counts in all_counts(outcome).values())


def all_refused(outcome: ImportPreview) -> bool:
    """Whether there are rows, and none that the book could have."""
    counts = all_counts(outcome).values()
    return any(of_sheet.refused for of_sheet in counts) and not any(of_sheet.unchanged for of_sheet in counts)


def counts_table(outcome: ImportPreview | ImportResult) -> Content:
    """A line for each sheet, refusals in red."""
    heads = ("", *(name.capitalize() for name in _COUNTS))
    lines = [Content.styled(_line(heads), "$muted")]
    for sheet, counts in all_counts(outcome).items():
        numbers = [f"{getattr(counts, name):,}" for name in _COUNTS]
        row = _line((shown(sheet), *numbers[:3]))
        refused = f"{numbers[3]:>{_WIDTHS[4]}}"
        lines.append(Content.assemble(row, (refused, "$error") if counts.refused else refused))
    return Content("\n").join(lines)


def _line(cells: tuple[str, ...]) -> str:
    head = f"{cells[0]:<{_WIDTHS[0]}}"
    return head + "".join(f"{cell:>{width}}" for cell, width in zip(cells[1:], _WIDTHS[1:], strict=False))


class ImportScreen(Page[None]):
    """F7. With a `path` it reads that file; else it asks for one, unless an import is under way already.

    `last` shows what the last import did, and begins none.
    """

    HEADING = "Import"
    CSS_PATH = "import_review.tcss"
    COMMANDS = ("save", "open")
    HELP = (
        "A workbook is read and nothing is written until you say Import. Refused rows are listed with the cell "
        "and the reason: the office can mend them and send the file again. While an import runs you can go on "
        "working; F7 shows how far it is."
    )
    _MOVES: ClassVar[frozenset[str]] = frozenset({"up", "down", "pageup", "pagedown", "home", "end"})

    def __init__(self, path: Path | None = None, *, last: bool = False) -> None:
        super().__init__()
        self._path = path
        self._last = last

    @property
    def desk(self) -> ImportDesk:
        """The program's one import."""
        return import_desk(self.regulars)

    @property
    def view(self) -> View:
        """How the import's stage looks."""
        return VIEWS[self.desk.stage]

    @property
    def heading(self) -> str:
        """Which file."""
        file = self.desk.file
        return f"Import · {file.name}" if file and self.desk.stage is not Stage.NONE else "Import"

    def words(self, command: Command) -> str:
        """Save is Import here, and Esc stops what is not agreed to yet."""
        match command.id:
            case "save":
                return "Import"
            case "open":
                return self.view.yes or command.words
            case "back":
                return self.view.back
        return command.words

    def meaning(self, command: Command) -> str:
        """Import and choosing another file are what Save and Open mean here."""
        match command.id:
            case "save":
                return "Write what the preview shows into the book."
            case "open":
                return "Choose another file, when this one was refused."
            case "back":
                return "Drop what was only looked at; an import that was agreed to goes on."
        return super().meaning(command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Import only what changes something; Enter only where it goes on."""
        if action == "save":
            return self._agreeable
        if action == "open":
            return self.desk.stage is Stage.REFUSED
        return super().check_action(action, parameters)

    @property
    def _agreeable(self) -> bool:
        preview = self.desk.preview
        return self.desk.stage is Stage.PREVIEW and preview is not None and changes(preview) > 0

    def body(self) -> ComposeResult:
        """The sentence, and below it what the stage has to show."""
        yield Static(id="lead", markup=False)
        yield ProgressLine(identity="progress")
        yield Static(id="counts", markup=False)
        yield Static(id="outcome-heading", markup=False)
        yield OutcomeTable("outcomes")
        yield Static(id="outcome", markup=False)
        with Horizontal(id="buttons"):
            yield PushButton("Import", id="yes", classes="-main")
            yield PushButton("Cancel", id="no")
            yield Static(id="how", markup=False)

    def on_mount(self) -> None:
        """Show the import that is under way, or begin one."""
        self.query_one("#outcomes", OutcomeTable).can_focus = False
        self.query_one("#how", Static).update(HOW)
        self.desk.changed.subscribe(self, self._show)
        if not self.desk.under_way and not self._last:
            if self._path is None:
                self._choose()
                return
            self.desk.read(self._path)
        self._show(self.desk)

    def _choose(self) -> None:
        self.regulars.open_screen("file_chooser", self._chosen, heading="Import a workbook", kinds=WORKBOOKS)

    def _chosen(self, path: Path | None) -> None:
        if path is None:
            self.dismiss(None)
        else:
            self.desk.read(path)
            self._show(self.desk)

    def _show(self, desk: ImportDesk) -> None:
        """Show the import as it is now."""
        view = VIEWS[desk.stage]
        lead = self.query_one("#lead", Static)
        lead.update(plain(view.lead(desk)))
        lead.set_class(view.fault, "-fault")
        progress = self.query_one("#progress", ProgressLine)
        progress.display = view.progress
        progress.show(desk.progress)
        if not view.progress:
            self._show_outcome(desk.preview if desk.stage is Stage.PREVIEW else desk.result)
            self._show_buttons(view)
        else:
            self._show_outcome(None)
            self.query_one("#buttons").display = False
        self.retitle()
        self.refresh_bindings()

    def _show_outcome(self, outcome: ImportPreview | ImportResult | None) -> None:
        self.query_one("#counts").display = outcome is not None
        listed = outcome is not None and bool(outcome.refused or outcome.notes)
        for name in ("#outcome-heading", "#outcomes", "#outcome"):
            self.query_one(name).display = listed
        if outcome is None:
            return
        self.query_one("#counts", Static).update(counts_table(outcome))
        self.query_one("#outcomes", OutcomeTable).show(outcome.refused, outcome.notes)
        self._show_heading()

    def _show_heading(self) -> None:
        heading = self.query_one("#outcomes", OutcomeTable).heading(self.size.width)
        self.query_one("#outcome-heading", Static).update(plain(heading))

    def _show_buttons(self, view: View) -> None:
        self.query_one("#buttons").display = True
        yes, no = self.query_one("#yes", PushButton), self.query_one("#no", PushButton)
        yes.label, no.label = Content(view.yes), Content(view.back)
        yes.display = bool(view.yes) and (self._agreeable or self.desk.stage is not Stage.PREVIEW)
        how = self.query_one("#how", Static)
        how.display = self._agreeable
        table = self.query_one("#outcomes", OutcomeTable)
        table.can_focus = self._agreeable
        if not self._agreeable:
            (yes if yes.display else no).focus()
        elif table.display:
            table.focus()
        else:
            self.set_focus(None)

    def on_line_list_moved(self) -> None:
        """Say the whole of the refusal under the cursor: its line may clip it."""
        table = self.query_one("#outcomes", OutcomeTable)
        line = self.query_one("#outcome", Static)
        outcome = table.outcome
        if outcome is None:
            line.update(plain(table.note or ""))
            return
        where = f"{outcome.sheet}, row {outcome.row:,}"
        column = column_of(outcome)
        cell = f", {column}" if column else ""
        value = f" '{outcome.value[:200]}'" if outcome.value else ""
        place = f"{table.cursor_place}   " if table.count() else ""
        line.update(plain(f"{place}{where}{cell}{value}: {reason_of(outcome)}"))

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list of refusals, wherever the focus is."""
        table = self.query_one("#outcomes", OutcomeTable)
        if event.key in self._MOVES and table.display and table.press(event.key):
            event.stop()
            event.prevent_default()
        elif event.key in {"left", "right"}:
            self.focus_next(PushButton) if event.key == "right" else self.focus_previous(PushButton)

    def on_resize(self, _: events.Resize) -> None:
        """Fit the headers anew."""
        if self.query("#outcomes"):
            self._show_heading()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The buttons and their keys do the same."""
        if event.button.id == "no":
            self.action_back()
        elif self.desk.stage is Stage.REFUSED:
            self.action_open()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Yes: write it, and go back to the list while it is written."""
        if self._agreeable:
            self.desk.apply()
            self.dismiss(None)

    def action_open(self) -> None:
        """Choose another file in place of the refused one."""
        if self.desk.stage is Stage.REFUSED:
            self._choose()

    def action_back(self) -> None:
        """Leave. What was agreed to goes on; what was only looked at is dropped."""
        self.desk.cancel()
        self.dismiss(None)
