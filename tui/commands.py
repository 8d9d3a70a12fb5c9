"""The one registry of keys. Bindings, the key bar, the palette and the help page all read this table.

A key is a promise: it never means two things. Each F-key has a twin that reaches the program through every
terminal, for the F-keys come in four dialects and some terminals keep them for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do by key.

    `id` names the action method (`action_<id>`), `key` is the key in the key bar, `twins` are other keys that
    do the same, `words` stand in the key bar and the palette, and `help` explains it in a sentence. `short` stands
    in a key bar that has no room for the words. A command without a key ('') is found in the palette alone.
    """

    id: str
    key: str
    words: str
    help: str
    twins: tuple[str, ...] = ()
    short: str = ""

    @property
    def key_label(self) -> str:
        """The key as it is printed on the keyboard: `F2`, `^S`, `Del`."""
        return key_label(self.key)


_PRINTED = {"escape": "Esc", "delete": "Del", "enter": "Enter", "space": "Space", "insert": "Ins"}


def key_label(key: str) -> str:
    """A Textual key name as it is printed on the keyboard."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+").upper()
    return _PRINTED.get(key, key.upper() if key[1:].isdigit() else key.capitalize())


COMMANDS: tuple[Command, ...] = (
    Command("help", "f1", "Help", "What every key of this screen does.", ("ctrl+g",)),
    Command("back", "escape", "Back", "Back to the screen before, or close what is open."),
    Command("palette", "ctrl+p", "Commands", "Everything this screen can do, found by typing.", (), "Cmds"),
    Command("quit", "f10", "Quit", "Leave Regulars. Everything saved stays saved.", ("ctrl+q",)),
    Command("new_customer", "f2", "New", "Add a customer.", ("ctrl+n",)),
    Command("actions", "f3", "Actions", "What can be done with the customer under the cursor.", ("ctrl+o",)),
    Command("edit", "f4", "Edit", "Edit the customer under the cursor.", ("ctrl+e",)),
    Command("filter", "f5", "Filter", "Show only one store, loyalty members, or inactive customers.", ("ctrl+f",)),
    Command("points", "f6", "Points", "Edit the loyalty points of the customer under the cursor.", ("ctrl+l",)),
    Command("import_workbook", "f7", "Import", "Read a workbook into the book, after a preview.", ("ctrl+r",)),
    Command("last_import", "ctrl+x", "Last import", "What the last import did, and which rows it refused and why."),
    Command("export_workbook", "f8", "Export", "Write the list, or everything, as a workbook.", ("ctrl+w",)),
    Command("columns", "f9", "Columns", "Choose the list's columns, their order and its sorting.", ("ctrl+t",), "Cols"),
    Command("delete", "delete", "Delete", "Inactivate the customer under the cursor.", ("ctrl+d",)),
    Command("restore", "ctrl+b", "Restore", "Bring the inactive customer under the cursor back."),
    Command("undo", "ctrl+z", "Undo", "Take the last delete back, for some seconds."),
    Command("open", "enter", "Open", "Open the customer under the cursor."),
    Command("save", "ctrl+s", "Save", "Save what is on the form."),
    Command("open_duplicate", "ctrl+y", "Open existing", "Open the existing customer who looks the same."),
    Command("choose", "f12", "Choose", "Open the field's calendar, list or file chooser.", ("ctrl+@", "ctrl+space")),
    Command("section", "ctrl+k", "Section", "Go to the next section."),
    Command("details", "ctrl+u", "Details", "Every field that the book has of the customer."),
    Command("turn", "space", "Turn", "Turn the chart: the past 7 days, or the average by weekday."),
    Command("send", "ctrl+a", "Send", "Mail a copy of the receipt."),
    Command("settings", "f11", "Settings", "The shop, its loyalty programme and its mail server.", ("ctrl+v",)),
    Command("hand_over", "", "Hand over data", "Write all that the book has of the customer as a workbook, for them."),
    Command("erase", "", "Erase", "Erase the customer for good, where they ask for it: nothing brings them back."),
    Command("exchange", "", "Exchange now", "Take the office's new workbooks from the folder, and write what changed."),
    Command("merge", "", "Merge with", "Make one customer of this one and another entry for the same person."),
    Command("separate", "", "Take apart", "Make a customer again of whoever was put together with this one."),
    Command("imports", "", "Imports", "The imports of late: what each did, and taking one back."),
    Command("duplicates", "", "Duplicates", "Customers who may be one person, and those who were put together."),
    Command("review", "", "Review", "The questions that wait: what imports ask, and who may be one person."),
)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


def bindings(ids: Iterable[str]) -> list[Binding]:
    """Textual bindings for some commands, the key and its twins alike.

    None has priority over the focused widget: such a binding would overtake the letters typed just before it.
    """
    return [
        Binding(key, command.id, command.words, show=False, id=f"{command.id}-{key}")
        for command in (BY_ID[name] for name in ids)
        for key in (command.key, *command.twins)
        if key
    ]
