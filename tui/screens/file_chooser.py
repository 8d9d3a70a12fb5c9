"""Choosing a file by keyboard: one to open, or a name to save under.

One line to type in and one list under it, as in the customer list: what is typed narrows the list, a path goes
where it leads, the arrows choose, Enter opens. Every name is data and may hold anything a disk can hold.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from tui import folders
from tui.file_names import completed, listed_words, meant, missing_words, with_ending
from tui.gate import plain, shown
from tui.page import Page
from tui.recent_folders import Purpose, keep_folder, last_folder, recent_folders
from tui.replacing import ask_to_replace
from tui.widgets.folder_list import FolderList, PlaceList, ending
from tui.widgets.path_box import PathBox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from tui.commands import Command

SLOW = 0.3
"""Seconds after which a folder that has not answered is said to be read."""
STUCK = 5.0
"""Seconds after which it is said not to answer."""


class FileChooser(Page["Path | None"]):
    """Choose a file of some kinds (endings, with their dot). Dismissed with its path, or None.

    With `save_as`, the name proposed for it, a new file is chosen; without, an existing one. It starts in
    `folder`, or where this till has been last for the same `purpose`.
    """

    HEADING = "Choose a file"
    CSS_PATH = "file_chooser.tcss"
    COMMANDS = ("open", "save", "filter", "columns")
    HELP = (
        "Type the beginning of a name, or a whole path. Up and Down choose in the list, Enter opens; where several "
        "names begin so, it types what they share. After a typed path that ends in a slash it goes into that folder. "
        "Left or Backspace goes to the folder above. Tab goes to the places on the left: home, sticks, "
        "folders used before."
    )
    _HERE: ClassVar[dict[str, tuple[str, str]]] = {
        "open": ("Open", "Open the folder, or choose the file, under the cursor."),
        "save": ("Save", "Save under the name that was typed."),
        "filter": ("Hidden files", "Show hidden files and folders, or hide them again."),
        "columns": ("Sort by date", "Put the newest files first, or sort by name again."),
    }

    @dataclass
    class Read(Message):
        """A folder has been read."""

        folder: folders.Folder

    def __init__(
        self,
        heading: str,
        kinds: Sequence[str],
        *,
        save_as: str | None = None,
        folder: Path | None = None,
        purpose: Purpose | None = None,
    ) -> None:
        super().__init__()
        self._heading = heading
        self._kinds = tuple(kinds)
        self._save_as = save_as
        self._start = folder
        self._purpose = purpose
        self._base = folder or folders.home()
        """What a typed path starts from."""
        self._asked = self._base
        """The folder that the list shows, or will show once it is read."""
        self._folder = folders.Folder(self._base)
        self._reading = False
        self._slow = False
        self._came_from = ""
        self._pointed = False
        """Whether the arrows were used in the list as it stands."""
        self._hidden = False
        self._newest_first = False
        self._taken: tuple[str, str] | None = None
        """An existing file's name taken over into the line: as it looks there, and as it is."""
        self._waiting: list[Timer] = []

    @property
    def heading(self) -> str:
        """What the file is for."""
        return self._heading

    @property
    def busy(self) -> bool:
        """While a folder is read that answers: an Enter typed after a path finds the file."""
        return self._reading and not self._slow

    @property
    def saving(self) -> bool:
        """Whether a new file is to be named."""
        return self._save_as is not None

    def words(self, command: Command) -> str:
        """The keys that list customers elsewhere list files here."""
        return self._HERE.get(command.id, (command.words, command.help))[0]

    def meaning(self, command: Command) -> str:
        """What those keys do here."""
        return self._HERE.get(command.id, (command.words, command.help))[1]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is saved where a file is opened."""
        return self.saving if action == "save" else super().check_action(action, parameters)

    def body(self) -> ComposeResult:
        """The line typed in, where one is, the places and the folder, and what there is to say."""
        with Horizontal(id="typed-line"):
            yield Static("Save as" if self.saving else "Open", id="typed-label")
            yield PathBox(on_text=lambda _text: self._narrow(), on_key_first=self._key, id="typed")
        with Horizontal(id="where-line"):
            yield Static("Folder", id="where-label")
            yield Static(id="where", markup=False)
        with Horizontal(id="lists"):
            yield PlaceList("places")
            yield FolderList("files")
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Start where this till has been last, with the proposed name ready to be typed over."""
        recent = recent_folders(self.regulars.book)
        if self._start is None and (last := last_folder(self.regulars.book, self._purpose)):
            self._base = self._asked = last
        self.query_one("#files", FolderList).can_focus = False
        self.query_one("#places", PlaceList).show(folders.places(recent))
        box = self.query_one("#typed", PathBox)
        box.propose(self._save_as or "")
        box.focus()
        self._read(self._base)

    # Reading folders

    def _read(self, path: Path) -> None:
        """List another folder, as soon as it can be read."""
        self._asked, self._folder, self._reading, self._slow = path, folders.Folder(path), True, False
        self.query_one("#files", FolderList).show((), None)
        self._show_where()
        self._say("")
        for timer in self._waiting:
            timer.stop()
        self._waiting = [
            self.set_timer(SLOW, self._say_slow),
            self.set_timer(STUCK, lambda: self._say("This folder does not answer. Left goes to the one above.")),
        ]
        folders.read_in_background(path, self._kinds, self._deliver)

    def _say_slow(self) -> None:
        self._slow = True
        self._say("Reading this folder...")

    def _deliver(self, folder: folders.Folder) -> None:
        """Called by the reading thread, maybe long after the program has ended."""
        with suppress(RuntimeError):
            self.post_message(self.Read(folder))

    def on_file_chooser_read(self, message: Read) -> None:
        """A folder has come; one that is no longer wanted is forgotten."""
        message.stop()
        if message.folder.path != self._asked or not self.is_mounted:
            return
        for timer in self._waiting:
            timer.stop()
        self._folder, self._reading = message.folder, False
        self._list()

    def _narrow(self) -> None:
        """Show what fits the text; go where a path leads."""
        if not self.is_mounted or not self.query("#files"):
            return
        path, _name = self._resolved()
        if path != self._asked:
            self._read(path)
        else:
            self._list()

    def _resolved(self) -> tuple[Path, str]:
        """The folder and the name that the line says."""
        text = self.query_one("#typed", Input).value
        if self._taken is not None and text == self._taken[0]:
            return self._base, self._taken[1]
        return folders.resolve(text, self._base)

    def _list(self) -> None:
        """Fill the list from the folder in memory. While saving, the name typed narrows nothing."""
        if self._reading:
            return
        typed = "" if self.saving else self._resolved()[1]
        entries = folders.matching(self._folder, typed, hidden=self._hidden, newest_first=self._newest_first)
        # A file that nobody typed or went to is not taken: the cursor does not begin on one.
        begins = bool(typed) or (bool(entries) and entries[0].folder)
        cursor = 0 if self._came_from or (begins and not self.saving) else None
        self._pointed = False
        for at, entry in enumerate(entries):
            if self._came_from and entry.name == self._came_from:
                cursor = at
        self._came_from = ""
        self.query_one("#files", FolderList).show(entries, cursor if entries else None)
        self._say(
            self._folder.fault or listed_words(self._folder, self._kinds, typed, entries),
            fault=bool(self._folder.fault),
        )

    def _say(self, sentence: str, *, fault: bool = False) -> None:
        line = self.query_one("#said", Static)
        line.set_class(fault, "-fault")
        line.update(plain(sentence), layout=False)

    def _show_where(self) -> None:
        """The folder's path; where it is too long, its end."""
        where = ending(shown(os.fspath(self._asked)), self.size.width - 10)
        self.query_one("#where", Static).update(plain(where), layout=False)

    def on_resize(self, _: events.Resize) -> None:
        """Fit the path anew."""
        if self.query("#where"):
            self._show_where()

    # Keys

    def _key(self, event: events.Key) -> bool:
        """A key in the line typed in; True when it means something to the list instead."""
        files = self.query_one("#files", FolderList)
        box = self.query_one("#typed", PathBox)
        listing = files.cursor is not None if self.saving else not box.value
        match event.key:
            case "up" if self.saving and files.cursor == 0:
                files.cursor = None
            case "up" | "down" | "pageup" | "pagedown":
                self._pointed = files.press(event.key)
            case "home" | "end" if listing:
                self._pointed = files.press(event.key)
            case "backspace" | "left" if listing:
                self._go_up()
            case "right" if files.entry is not None and files.entry.folder and (listing or box.cursor_at_end):
                self.action_open()
            case "enter" if box.value and not self._pointed and not self._resolved()[1]:
                self._go_in()
            case "enter" if not self.saving and not self._pointed and not self._reading and self._resolved()[1]:
                self._open_typed(self._resolved()[1])
            case "enter":
                self.action_open()
            case _:
                return False
        return True

    def _go_in(self) -> None:
        """Go into the folder whose path was typed; one that is not there stays in the line, to be mended."""
        if not self._folder.fault:
            self._go(self._asked)

    def _go_up(self) -> None:
        self._came_from = self._asked.name
        self._go(self._asked.parent)

    def _go(self, path: Path) -> None:
        """Show a folder; a name typed for saving stays, what was typed to find it goes."""
        box = self.query_one("#typed", PathBox)
        name = self._resolved()[1] if self._taken is None else box.value
        self._base = path
        with self.prevent(Input.Changed):
            box.propose((name or self._save_as or "") if self.saving else "")
        self._read(path)

    def _open_typed(self, typed: str) -> None:
        """Open what the typed name means; of several the first is marked, and another Enter opens it."""
        listed = folders.matching(self._folder, typed, hidden=self._hidden, newest_first=self._newest_first)
        if not listed:
            self._say(missing_words(self._folder, self._kinds, typed, self.size.width - 2), fault=True)
        elif (entry := meant(listed, typed)) is not None:
            self._open(entry)
        else:
            self._complete(listed, typed)
            self._say(f"{self.query_one(FolderList).count():,} match. Down and Up choose, Enter opens the marked one.")
            self._pointed = True

    def _complete(self, listed: Sequence[folders.Entry], typed: str) -> None:
        """Type what all these names begin with, unless it would lead elsewhere."""
        box = self.query_one("#typed", PathBox)
        whole = completed(listed, typed)
        text = f"{box.value.removesuffix(typed)}{whole}"
        if folders.resolve(text, self._base) == (self._asked, whole):
            box.value = text
            box.cursor_position = len(text)

    def action_open(self) -> None:
        """Open the folder, or choose the file, under the cursor; without one, save under the name typed."""
        entry = self.query_one("#files", FolderList).entry
        if entry is None:
            if self.saving:
                self.action_save()
            elif not self._reading and self._folder.entries:
                self._say("Down chooses in the list; or type the beginning of a name.")
            return
        self._open(entry)

    def _open(self, entry: folders.Entry) -> None:
        if entry.folder:
            self._go(self._asked / entry.name)
        elif self.saving:
            self._take_over(entry.name)
        else:
            self._chosen(self._asked / entry.name)

    def _take_over(self, name: str) -> None:
        """Put an existing file's name into the line, to be replaced or changed."""
        self._base = self._asked
        self._taken = (shown(name), name)
        box = self.query_one("#typed", PathBox)
        box.value = self._taken[0]
        box.cursor_position = len(box.value)

    def action_save(self) -> None:
        """Save under the name typed; a file that is there already is asked about."""
        path, name = self._resolved()
        taken = self._taken is not None and self._taken[1] == name
        new = name if taken else with_ending(name, self._kinds)
        if self._reading:
            self._say("This folder is still being read.", fault=True)
        elif self._folder.fault:
            self._say(self._folder.fault, fault=True)
        elif not new:
            self._say("Type a name for the file.", fault=True)
        elif any(entry.folder and entry.name == name for entry in self._folder.entries):
            self._go(path / name)
        else:
            self._save(path, new)

    def _save(self, path: Path, name: str) -> None:
        if name not in self._folder.names:
            self._chosen(path / name)
            return
        ask_to_replace(self.regulars, path / name, self._chosen)

    def _chosen(self, path: Path) -> None:
        keep_folder(self.regulars, path.parent, self._purpose)
        self.dismiss(path)

    def action_filter(self) -> None:
        """Show hidden files, or hide them again."""
        self._hidden = not self._hidden
        self._list()

    def action_columns(self) -> None:
        """Newest files first, or by name again."""
        self._newest_first = not self._newest_first
        self._list()

    @on(PlaceList.Chosen)
    def _to_place(self) -> None:
        """Go to a place, and go on choosing there."""
        place = self.query_one("#places", PlaceList).place
        if place is not None:
            self.query_one("#typed", PathBox).focus()
            self._go(place.path)
