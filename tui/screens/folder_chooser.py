"""Choosing a folder by keyboard: as a file is chosen, but what is listed are folders alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui import folders
from tui.folders import counted
from tui.gate import shown
from tui.screens.file_chooser import FileChooser
from tui.widgets.folder_list import FolderList

if TYPE_CHECKING:
    from pathlib import Path


class FolderChooser(FileChooser):
    """Choose a folder that is there. Dismissed with its path, or None. It starts in `folder`."""

    HEADING = "Choose a folder"
    CSS_PATH = "file_chooser.tcss"
    HELP = (
        "Type the beginning of a name, or a whole path. Up and Down choose in the list, Enter goes into a folder, Left "
        "or Backspace to the one above. The key This folder takes the folder that is listed. Tab goes to the places on "
        "the left."
    )
    _HERE: ClassVar[dict[str, tuple[str, str]]] = {
        **FileChooser._HERE,  # noqa: SLF001  # its own base
        "open": ("Open", "Go into the folder under the cursor."),
        "save": ("This folder", "Choose the folder that is listed here."),
        "filter": ("Hidden folders", "Show hidden folders, or hide them again."),
    }

    def __init__(self, heading: str, *, folder: Path | None = None) -> None:
        super().__init__(heading, (), folder=folder)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A folder is chosen by the key that saves elsewhere; folders have no dates to sort by."""
        if action in {"save", "columns"}:
            return action == "save"
        return super().check_action(action, parameters)

    def _list(self) -> None:
        super()._list()
        if not (self._reading or self._folder.fault or self._resolved()[1]):
            there = self.query_one(FolderList).count()
            self._say(f"{counted(there, 'folder')} in here. ^S chooses this one: {shown(self._asked.name or '/')}")

    def _open_typed(self, typed: str) -> None:
        if folders.matching(self._folder, typed, hidden=self._hidden, newest_first=False):
            super()._open_typed(typed)
        else:
            self._say(f"There is no folder {shown(typed)} here.", fault=True)

    def action_save(self) -> None:
        """Take the folder that is listed, or the one in it whose name is typed."""
        path, typed = self._resolved()
        if self._reading:
            self._say("This folder is still being read.", fault=True)
        elif self._folder.fault:
            self._say(self._folder.fault, fault=True)
        elif not typed:
            self.dismiss(self._asked)
        elif any(entry.folder and entry.name == typed for entry in self._folder.entries):
            self.dismiss(path / typed)
        else:
            self._say(f"There is no folder {shown(typed)} here.", fault=True)
