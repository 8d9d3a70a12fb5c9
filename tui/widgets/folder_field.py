"""A line in a form that holds the path of a folder: typed, or found with the folder chooser."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui.widgets.form_field import FieldInput

LONGEST_PATH = 1_000


class FolderField(FieldInput):
    """The path of a folder; the key that chooses looks for one."""

    @dataclass
    class Wanted(Message):
        """The folder chooser is wanted."""

        field: FolderField

    def __init__(self, name: str, entry: str = "", *, hint: str = "") -> None:
        super().__init__(name, entry, hint=hint, limit=LONGEST_PATH)

    def choose(self) -> None:
        """Ask for the chooser."""
        self.post_message(self.Wanted(self))
