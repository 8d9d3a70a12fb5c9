"""What a typed name means among a folder's entries, and how a new file comes to its ending."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.folding import fold
from tui.folders import counted
from tui.gate import shown
from tui.widgets.folder_list import ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.folders import Entry, Folder


def meant(entries: Sequence[Entry], typed: str) -> Entry | None:
    """The one entry that a typed name can mean: called so, or the only one that begins so, or has it in it.

    `entries` are those that `folders.matching` found. None when there are several, or none.
    """
    wanted = fold(typed)
    for chosen in (
        [entry for entry in entries if entry.name == typed],
        [entry for entry in entries if entry.folded == wanted],
        [entry for entry in entries if entry.folded.startswith(wanted)],
        entries,
    ):
        if chosen:
            return chosen[0] if len(chosen) == 1 else None
    return None


def completed(entries: Sequence[Entry], typed: str) -> str:
    """The longest beginning that the entries share which begin as typed; what was typed when it is no longer."""
    wanted = fold(typed)
    shared = os.path.commonprefix([entry.name for entry in entries if entry.folded.startswith(wanted)])  # noqa: RUF071 (of names)
    return shared if len(shared) > len(typed) and fold(shared).startswith(wanted) and shared.isprintable() else typed


def with_ending(name: str, kinds: Sequence[str], wanted: str = "") -> str:
    """A new file's name with one ending of `kinds`, once: `wanted` or the first where it has none.

    '' when nothing is left for a name.
    """
    known = next((kind for kind in kinds if name.lower().endswith(kind)), "")
    stem, written = (name[: -len(known)], name[-len(known) :]) if known else (name, wanted or kinds[0])
    while known and stem.lower().endswith(known):
        stem = stem[: -len(known)]
    return f"{stem}{written}" if stem else ""


def listed_words(folder: Folder, kinds: Sequence[str], typed: str, entries: Sequence[Entry]) -> str:
    """How much of a folder is listed, and how much is not."""
    if typed and not entries:
        return f"No folder or file here has '{typed}' in its name."
    there = sum(not entry.folder for entry in entries)
    of_kinds = "" if there else f" ({' '.join(kinds)})"
    line = f"{counted(len(entries) - there, 'folder')}, {counted(there, 'file')}{of_kinds}"
    hidden = 0 if typed else len(folder.entries) - len(entries)
    others = [f"{folder.others:,} of other kinds"] if folder.others else []
    others += [f"{hidden:,} hidden"] if hidden else []
    return f"{line}; not shown: {', '.join(others)}" if others else line


def missing_words(folder: Folder, kinds: Sequence[str], typed: str, room: int) -> str:
    """Why a typed name opens nothing, in `room` cells: no folder, no such file, or one of another kind."""
    if folder.fault:
        return folder.fault
    if typed in folder.names:
        after = f" is not a file of these kinds: {' '.join(kinds)}"
        return f"{ending(shown(typed), max(room - len(after), 1))}{after}"
    before = "There is no file "
    return f"{before}{ending(shown(os.fspath(folder.path / typed)), room - len(before) - 1)}."
