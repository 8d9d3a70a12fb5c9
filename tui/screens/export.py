"""F8: the list as it is shown, or everything, as a workbook."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from store import search, stores
from store.errors import StoreError
from store.exchange import ExportResult, Progress
from store.records import ListQuery, Status
from tui import folders
from tui.export_form import (
    FORMATS,
    SUFFIXES,
    What,
    file_name,
    list_choice,
    request_for,
    result_words,
    with_suffix,
)
from tui.file_names import with_ending
from tui.folders import counted
from tui.gate import plain, shown
from tui.jobs import poll_child, run_store
from tui.page import Page
from tui.recent_folders import Purpose, keep_folder, last_folder
from tui.replacing import ask_to_replace
from tui.widgets.choice_list import ChoiceList
from tui.widgets.folder_list import ending
from tui.widgets.line_list import LineList
from tui.widgets.path_box import PathBox
from tui.widgets.progress_line import ProgressLine
from tui.widgets.push_button import PushButton

if TYPE_CHECKING:
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer
    from textual.widgets import Button

    from store.records import Store
    from store.workbook.export_job import ExportJob
    from tui.commands import Command

WHATS = tuple(What)


class ExportScreen(Page[None]):
    """What to export, in which format and where to; then its progress. `query` is what the list shows."""

    HEADING = "Export"
    CSS_PATH = "export.tcss"
    COMMANDS = ("save", "choose")
    HELP = (
        "The workbook opens in Excel and LibreOffice; what is changed there is imported again with F7. "
        "Up and Down choose, Tab goes on. The file can be typed or, with the Choose key, found in its folder."
    )

    @dataclass
    class Looked(Message):
        """The target's folder has been read: it says whether the file is there already."""

        folder: folders.Folder

    def __init__(self, query: ListQuery | None = None) -> None:
        super().__init__()
        self._query = query or ListQuery()
        self._base = folders.home()
        self._taken: tuple[str, Path] | None = None
        """A chosen path, as it looks in the line and as it is: a name may hold what cannot be typed."""
        self._target: Path | None = None
        """Where the export goes, once it was asked for."""
        self._job: ExportJob | None = None
        self._news: Timer | None = None

    def words(self, command: Command) -> str:
        """Save is Export here, and Esc stops one that runs."""
        if command.id == "save":
            return "Export"
        return "Cancel" if command.id == "back" and self._job is not None else super().words(command)

    def meaning(self, command: Command) -> str:
        """Export is what Save means here."""
        match command.id:
            case "save":
                return "Write the file."
            case "choose":
                return "Find the folder, or the file to replace, with the keyboard."
        return super().meaning(command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One export at a time."""
        if action in {"save", "choose"}:
            return self._job is None
        return super().check_action(action, parameters)

    def body(self) -> ComposeResult:
        """Three questions, each with its answer proposed."""
        with Horizontal(id="what-line", classes="question"):
            yield Static("What", classes="label")
            yield ChoiceList("what", [what.value for what in WHATS])
        with Horizontal(id="format-line", classes="question"):
            yield Static("Format", classes="label")
            yield ChoiceList("format", FORMATS)
        with Horizontal(id="file-line", classes="question"):
            yield Static("File", classes="label")
            yield PathBox(on_text=self._typed, on_key_first=self._key, id="file")
        with Horizontal(id="buttons"):
            yield PushButton("Export", id="export", classes="-main")
            yield PushButton("Choose folder", id="choose")
            yield PushButton("Cancel", id="cancel")
        yield ProgressLine(identity="progress")
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Propose the list, as a workbook, where files were chosen last."""
        self.query_one("#progress").display = False
        self._base = last_folder(self.regulars.book, Purpose.EXPORT) or folders.home()
        self._take(self._base / file_name(SUFFIXES[0]))
        self.query_one("#what").focus()
        query = self._query
        run_store(
            self,
            lambda book: (
                search.count(book, query, cap=None).value,
                search.total(book, Status.ALL),
                stores.all_stores(book),
            ),
            self._counted,
        )

    def _counted(self, answer: tuple[int, int, tuple[Store, ...]]) -> None:
        """Say how many customers each choice means."""
        shown_now, everybody, known = answer
        choices = self.query_one("#what", ChoiceList)
        choices.rename(WHATS.index(What.LIST), list_choice(self._query, shown_now, known))
        choices.rename(WHATS.index(What.CUSTOMERS), f"{What.CUSTOMERS.value}: {counted(everybody, 'customer')}")

    # The form

    @property
    def _box(self) -> PathBox:
        return self.query_one("#file", PathBox)

    def _take(self, path: Path) -> None:
        """Put a path into the line."""
        self._taken = (shown(folders.from_home(path)), path)
        self._box.propose(self._taken[0])

    def _chosen_path(self) -> Path | None:
        """The path in the line, with the format's ending; None while it names no file."""
        text = self._box.value
        if self._taken is not None and text == self._taken[0]:
            return self._taken[1]
        folder, name = folders.resolve(text.strip(), self._base)
        name = with_ending(name, SUFFIXES, self._suffix)
        return folder / name if name else None

    @property
    def _suffix(self) -> str:
        return SUFFIXES[self.query_one("#format", ChoiceList).chosen]

    def _typed(self, text: str) -> None:
        """A typed ending chooses the format."""
        if not self.query("#format"):
            return
        formats = self.query_one("#format", ChoiceList)
        for at, suffix in enumerate(SUFFIXES):
            if text.lower().endswith(suffix) and formats.chosen != at:
                formats.cursor = at

    @on(LineList.Moved, "#format")
    def _formatted(self) -> None:
        """A chosen format gives the file its ending."""
        path, suffix = self._chosen_path(), self._suffix
        if path is None or path.name.lower().endswith(suffix):
            return
        self._take(path.with_name(with_suffix(path.name, suffix)))

    def _key(self, event: events.Key) -> bool:
        """Up, Down and Enter lead out of the line."""
        match event.key:
            case "up":
                self.focus_previous()
            case "down" | "enter":
                self.focus_next()
            case _:
                return False
        return True

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The buttons and their keys do the same."""
        {"export": self.action_save, "choose": self.action_choose, "cancel": self.action_back}[event.button.id or ""]()

    def action_choose(self) -> None:
        """Find the folder, or a file to replace."""
        path = self._chosen_path() or self._base / file_name(self._suffix)
        self.regulars.open_screen(
            "file_chooser",
            self._found,
            heading="Export to",
            kinds=SUFFIXES,
            save_as=shown(path.name),
            folder=path.parent,
            purpose=Purpose.EXPORT,
        )

    def _found(self, path: Path | None) -> None:
        """A file that was there already has been asked about."""
        if path is not None:
            self._take(path)
            self._begin(path)

    # The export

    def action_save(self) -> None:
        """Look whether the file is there already, then export."""
        path = self._chosen_path()
        if path is None:
            self._say("Type a name for the file.", fault=True)
            self._box.focus()
            return
        self._target = path
        self._say("Looking into the folder...")
        folders.read_in_background(path.parent, SUFFIXES, self._deliver)

    def _deliver(self, folder: folders.Folder) -> None:
        """Called by the reading thread, maybe long after the program has ended."""
        with suppress(RuntimeError):
            self.post_message(self.Looked(folder))

    def on_export_screen_looked(self, message: Looked) -> None:
        """Go on where nothing is lost by it, ask where a file is."""
        target = self._target
        if target is None or message.folder.path != target.parent or self._job is not None:
            return
        self._say("")
        if message.folder.fault:
            self._say(message.folder.fault, fault=True)
        elif target.name not in message.folder.names:
            self._begin(target)
        else:
            ask_to_replace(self.regulars, target, self._begin)

    def _begin(self, target: Path) -> None:
        """Start the export in its own process."""
        from store.workbook.export_job import ExportJob

        request = request_for(WHATS[self.query_one("#what", ChoiceList).chosen], self._query)
        self._target = target
        self._job = ExportJob(self.regulars.book.path, target, request, self.regulars.actor)
        keep_folder(self.regulars, target.parent, Purpose.EXPORT)
        self._say("")
        self._show_running()
        try:
            self._job.start()
        except StoreError as error:
            self._failed(error)
            return
        self._news = poll_child(self, self._job, self._arrived)

    def _show_running(self) -> None:
        """The form rests while an export runs."""
        running = self._job is not None
        line = self.query_one("#progress", ProgressLine)
        line.display = running
        line.show(None)
        for name in ("#what", "#format", "#file", "#export", "#choose"):
            self.query_one(name).disabled = running
        if running:
            self.query_one("#cancel").focus()
        self.refresh_bindings()

    def _arrived(self, item: Progress | ExportResult | StoreError) -> None:
        if self._job is None:
            return
        if isinstance(item, Progress):
            self.query_one("#progress", ProgressLine).show(item)
        elif isinstance(item, StoreError):
            self._failed(item)
        else:
            self._done(item)

    def _failed(self, error: StoreError) -> None:
        self._job = None
        self._show_running()
        self._say(str(error), fault=True)
        self.query_one("#export").focus()

    def _done(self, result: ExportResult) -> None:
        """Back to the list; only what the person must know about the file keeps them here."""
        self._job = None
        words, path = result_words(result), shown(result.path)
        if result.notes:
            self._show_running()
            self._say("\n".join((f"{words} {path}", *result.notes)))
            self.query_one("#cancel").focus()
            return
        self.announce(f"{words} {ending(path, self.size.width - len(words) - 3)}")
        self.dismiss(None)

    def _say(self, sentence: str, *, fault: bool = False) -> None:
        line = self.query_one("#said", Static)
        line.set_class(fault, "-fault")
        line.update(plain(sentence))

    def action_back(self) -> None:
        """Stop an export that runs; else leave."""
        if self._job is None:
            self.dismiss(None)
            return
        self._stop()
        self._show_running()
        self._say("The export was stopped. Nothing was left behind.")
        self.query_one("#export").focus()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self._news is not None:
            self._news.stop()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._stop()
