"""What a workbook would do before it does it; then its progress, then what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.answering import ask_alike, ask_to_leave, of_all, of_kind
from tui.commands import BY_ID
from tui.folders import WORKBOOKS
from tui.gate import plain
from tui.import_desk import ImportDesk, Stage, import_desk
from tui.import_stages import VIEWS, View, counts_table, parted, worth_writing
from tui.page import Page
from tui.returned_saving import ReturnedSaving
from tui.widgets.import_parts import ImportParts, Part
from tui.widgets.line_list import LineList
from tui.widgets.progress_line import ProgressLine
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Button

    from store.exchange import ImportPreview, ImportResult
    from tui.commands import Command

HOW = f"{BY_ID['save'].key_label} imports; or Tab to the button, then Enter"
"""Said beside the buttons of a preview: keys typed ahead must not write the book."""
TIGHT_LINES, TIGHT_SHEETS = 30, 3
"""Below so many lines, a workbook of more sheets than this leaves no line free between the parts of the screen."""
LOW_LINES = 18
"""Below so many lines the list takes the place of the counts."""


class ImportScreen(Page[None]):
    """F7. With a `path` it reads that file; else it asks for one, unless an import is under way already.

    `last` shows what the last import did, and begins none.
    """

    HEADING = "Import"
    CSS_PATH = "import_review.tcss"
    COMMANDS = ("save", "open", "turn", "actions", "section", "export_workbook", "details", "imports")
    WORDS: ClassVar[Mapping[str, tuple[str, str]]] = {
        "turn": ("Answer", "Turn the answer to the question under the cursor: take, keep, or later."),
        "actions": ("All alike", "Answer all questions of a kind, or all of the workbook, alike."),
        "section": ("Next part", "Go from what would change to the questions, and to what is refused."),
        "export_workbook": ("Marked copy", "Save the sender's own workbook with its faults marked, to send it back."),
        "details": ("Compare", "The two customers of the question under the cursor, side by side."),
    }
    HELP = (
        "A workbook is read and nothing is written until you say Import. Left and Right go from what would change to "
        "the questions and to what is refused. Questions can be answered now, or later in the review. Refused rows "
        "are listed with the cell and the reason: the office can mend them and send the file again. While an import "
        "runs you can go on working; F7 shows how far it is."
    )
    _MOVES: ClassVar[frozenset[str]] = frozenset({"up", "down", "pageup", "pagedown", "home", "end"})

    def __init__(self, path: Path | None = None, *, last: bool = False) -> None:
        super().__init__()
        self._path = path
        self._last = last
        self._parts = ImportParts("parts")
        self._saving = ReturnedSaving(self, self.refresh_bindings)
        parts = self._parts
        self._able: dict[str, Callable[[], bool]] = {
            "save": lambda: self._agreeable,
            "open": lambda: self._goes_on,
            "turn": lambda: parts.question is not None or (parts.part is Part.CHANGES and parts.reads_on),
            "actions": lambda: parts.kind is not None,
            "section": lambda: parts.several,
            "export_workbook": lambda: self._markable,
            "details": lambda: parts.question is not None and bool(parts.question.other_uid),
            "imports": lambda: self.desk.stage is Stage.DONE,
        }
        """By command: whether it can be used now."""

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
                return self.view.yes if self._goes_on else "Go on"
            case "back":
                return self.view.back
            case "turn" if self._parts.part is Part.CHANGES:
                return "Read on"
        return super().words(command)

    def meaning(self, command: Command) -> str:
        """Import and choosing another file are what Save and Open mean here."""
        match command.id:
            case "save":
                return "Write what the preview shows into the book, with the answers given."
            case "open":
                return "Choose another file, when this one was refused; open the review, when an import is done."
            case "turn" if self._parts.part is Part.CHANGES:
                return "The next lines of a value that is longer than there is room for."
            case "back":
                return "Drop what was only looked at; an import that was agreed to goes on."
        return super().meaning(command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Import only what does something; Enter only where it goes on; answers only where something is asked."""
        able = self._able.get(action)
        return super().check_action(action, parameters) if able is None else able()

    @property
    def _agreeable(self) -> bool:
        preview = self.desk.preview
        return self.desk.stage is Stage.PREVIEW and preview is not None and worth_writing(preview)

    @property
    def _goes_on(self) -> bool:
        """Whether Enter leads to another file, or to the review."""
        return self.desk.stage is Stage.REFUSED or (self.desk.stage is Stage.DONE and self.desk.waiting > 0)

    @property
    def _outcome(self) -> ImportPreview | ImportResult | None:
        """What there is to look at: before the yes the preview, then the result."""
        return self.desk.preview if self.desk.stage is Stage.PREVIEW else self.desk.result

    @property
    def _markable(self) -> bool:
        """Whether the sender's file has faults to be marked."""
        outcome = self._outcome
        done = self.desk.stage in {Stage.PREVIEW, Stage.DONE}
        return done and outcome is not None and bool(outcome.refused) and not self._saving.under_way

    def body(self) -> ComposeResult:
        """The sentence, and below it what the stage has to show."""
        yield Static(id="lead", markup=False)
        yield ProgressLine(identity="progress")
        yield Static(id="counts", markup=False)
        yield self._parts
        with Horizontal(id="buttons"):
            yield PushButton("Import", id="yes", classes="-main")
            yield PushButton("Cancel", id="no")
            yield Static(id="how", markup=False)

    def on_mount(self) -> None:
        """Show the import that is under way, or begin one."""
        self._parts.display = False
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

    # Showing the stage

    def _show(self, desk: ImportDesk) -> None:
        """Show the import as it is now."""
        view = VIEWS[desk.stage]
        lead = self.query_one("#lead", Static)
        lead.update(plain(view.lead(desk)))
        lead.set_class(view.fault, "-fault")
        progress = self.query_one("#progress", ProgressLine)
        progress.display = view.progress
        progress.show(desk.progress)
        self._show_outcome(desk, None if view.progress else self._outcome)
        if view.progress:
            self.query_one("#buttons").display = False
        else:
            self._show_buttons(view)
        self.retitle()
        self.refresh_bindings()

    def _show_outcome(self, desk: ImportDesk, outcome: ImportPreview | ImportResult | None) -> None:
        if outcome is None:
            self.query_one("#counts").display = False
            self._parts.display = False
            return
        self._fit(outcome)
        if outcome is desk.preview:
            self._parts.show_preview(desk)
        elif desk.result is not None:
            self._parts.show_result(desk.result)

    def _fit(self, outcome: ImportPreview | ImportResult) -> None:
        counts, low = self.query_one("#counts", Static), self.size.height < LOW_LINES
        counts.display = not low
        counts.update(counts_table(outcome, self.size.width))
        crowded = self.size.height < TIGHT_LINES and len(parted(outcome)[0]) > TIGHT_SHEETS
        self.set_class(low, "-low")
        self.set_class(low or crowded, "-tight")

    def _show_buttons(self, view: View) -> None:
        self.query_one("#buttons").display = True
        yes, no = self.query_one("#yes", PushButton), self.query_one("#no", PushButton)
        yes.label, no.label = Content(view.yes), Content(view.back)
        yes.display = self._agreeable or self._goes_on
        self.query_one("#how", Static).display = self._agreeable
        self._parts.set_focusable(self._agreeable)
        if not self._agreeable:
            (yes if yes.display else no).focus()
        elif self._parts.display and self._parts.listed is not None:
            self._parts.listed.focus()
        else:
            self.set_focus(None)

    def on_import_parts_changed(self) -> None:
        """Other commands make sense now."""
        self.refresh_bindings()

    def on_resize(self, _: events.Resize) -> None:
        """More or fewer lines for the parts, narrower or wider columns for the counts."""
        if self.is_mounted and self._outcome is not None:
            self._fit(self._outcome)

    # Keys

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list, wherever the focus is; sideways they go to other parts, or other buttons."""
        if event.key in self._MOVES and self._parts.display and self._parts.press(event.key):
            event.stop()
            event.prevent_default()
        elif event.key in {"left", "right"}:
            if isinstance(self.focused, LineList):
                self._parts.go(1 if event.key == "right" else -1)
            else:
                self.focus_next(PushButton) if event.key == "right" else self.focus_previous(PushButton)

    def on_line_list_chosen(self) -> None:
        """Enter on a question turns its answer."""
        self.action_turn()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The buttons and their keys do the same."""
        if event.button.id == "no":
            self.action_back()
        elif self._goes_on:
            self.action_open()
        else:
            self.action_save()

    # What the commands do

    def action_save(self) -> None:
        """Yes: write it, and go back to the list while it is written."""
        if self._agreeable:
            self.desk.apply()
            self.dismiss(None)

    def action_open(self) -> None:
        """Choose another file in place of the refused one; after an import, go to what it asks."""
        if self.desk.stage is Stage.REFUSED:
            self._choose()
        elif self._goes_on:
            self.regulars.open_screen("review")

    def action_section(self) -> None:
        """Look at the next part."""
        self._parts.go(1)

    def action_turn(self) -> None:
        """Turn the answer to the question that is looked at."""
        self._parts.turn()

    def action_actions(self) -> None:
        """Answer many questions alike. Nothing is written by it."""
        kind, counts = self._parts.kind, self._parts.counts
        if kind is not None:
            ask_alike(self.regulars, of_kind(kind, counts[kind]) | of_all(counts), self._parts.answer_alike)

    def action_details(self) -> None:
        """Compare two customers who may be one."""
        question = self._parts.question
        if question is not None and question.other_uid:
            self.regulars.open_screen("compare", self._parts.answer, question=question)

    def action_imports(self) -> None:
        """The imports of late, where this one can be taken back."""
        self.regulars.open_screen("imports")

    def action_export_workbook(self) -> None:
        """Save the sender's own workbook with its faults marked."""
        if self.desk.file is not None and self._markable:
            self._saving.choose_place(self.desk.file)

    @property
    def unsaved(self) -> bool:
        """Answers are marked that would be dropped."""
        return self.desk.stage is Stage.PREVIEW and bool(self.desk.answers)

    def action_back(self) -> None:
        """Leave, after asking when answers are marked; what was agreed to goes on, what was looked at is dropped."""
        if self.unsaved:
            ask_to_leave(self.regulars, len(self.desk.answers), self._leave)
        else:
            self._leave()

    def _leave(self) -> None:
        self.desk.cancel()
        self.dismiss(None)
