"""Folders as the file chooser sees them: read once, off the screen's thread, then sorted and searched in memory.

A folder is read by a daemon thread, for a network drive that is gone can hold a reader for minutes: the chooser
stays alive meanwhile, and the program can end. Nothing else here touches the disk.
"""

from __future__ import annotations

import os
import stat
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from store.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv")
PHOTOS = (".png", ".jpg", ".jpeg", ".webp")

_MEDIA = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
_MOUNTS = Path("/proc/self/mounts")
_FAULTS: dict[type[OSError], str] = {
    FileNotFoundError: "There is no such folder.",
    NotADirectoryError: "This is a file, not a folder.",
    PermissionError: "You may not look into this folder.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a folder. `size` is in bytes and `changed` is local time; a folder has neither."""

    name: str
    folder: bool
    size: int = 0
    changed: datetime | None = None
    folded: str = ""

    @property
    def hidden(self) -> bool:
        """Whether its name begins with a dot."""
        return self.name.startswith(".")


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds: folders first, then the files of the wanted kinds, each by name.

    `names` are all names in it, of any kind: what a new file would overwrite. `others` counts the files that
    are not of the wanted kinds. `fault` is a sentence when it could not be read.
    """

    path: Path
    entries: tuple[Entry, ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)
    others: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder worth a key: home, a recent one, a stick."""

    label: str
    path: Path


def read_folder(path: Path, kinds: Sequence[str]) -> Folder:
    """Read a folder; an unreadable one comes back empty with its fault. May block for as long as the disk does."""
    entries: list[Entry] = []
    names: list[str] = []
    others = 0
    try:
        with os.scandir(path) as found:
            for item in found:
                names.append(item.name)
                entry = _entry(item, kinds)
                if entry is None:
                    others += 1
                else:
                    entries.append(entry)
    except (OSError, ValueError) as fault:
        return Folder(path, fault=_sentence(fault))
    entries.sort(key=lambda entry: (not entry.folder, entry.folded, entry.name))
    return Folder(path, tuple(entries), frozenset(names), others)


def _entry(item: os.DirEntry[str], kinds: Sequence[str]) -> Entry | None:
    """A folder or a file of a wanted kind; None for everything else (other files, pipes, dangling links)."""
    wanted = item.name.lower().endswith(tuple(kinds))
    try:
        if item.is_dir():
            return Entry(item.name, folder=True, folded=fold(item.name))
        if not wanted:
            return None
        facts = item.stat()
    except OSError:
        return Entry(item.name, folder=False, folded=fold(item.name)) if wanted else None
    if not stat.S_ISREG(facts.st_mode):
        return None
    return Entry(item.name, False, facts.st_size, _local(facts.st_mtime), fold(item.name))


def _local(seconds: float) -> datetime | None:
    """A file's time on this machine's clock; a time that no calendar has is none."""
    try:
        return datetime.fromtimestamp(seconds).astimezone()
    except (OverflowError, ValueError, OSError):
        return None


def _sentence(fault: OSError | ValueError) -> str:
    for kind, sentence in _FAULTS.items():
        if isinstance(fault, kind):
            return sentence
    reason = fault.strerror if isinstance(fault, OSError) else None
    return f"This folder cannot be read: {reason.lower()}." if reason else "This folder cannot be read."


def read_in_background(path: Path, kinds: Sequence[str], deliver: Callable[[Folder], None]) -> None:
    """Read a folder in a daemon thread and hand it to `deliver`, which that thread calls."""
    threading.Thread(target=lambda: deliver(read_folder(path, kinds)), name="folder reader", daemon=True).start()


def matching(folder: Folder, typed: str, *, hidden: bool, newest_first: bool) -> tuple[Entry, ...]:
    """The entries to show for what was typed: those that begin with it first, then those that contain it.

    Hidden ones stay out unless asked for, by `hidden` or by a typed dot.
    """
    wanted = fold(typed)
    shown = [
        entry
        for entry in folder.entries
        if (hidden or not entry.hidden or wanted.startswith(".")) and (not wanted or wanted in entry.folded)
    ]
    if newest_first:
        shown.sort(key=lambda entry: (not entry.folder, -entry.changed.timestamp() if entry.changed else 0))
    if wanted:
        shown.sort(key=lambda entry: (entry.name != typed, not entry.folded.startswith(wanted)))
    return tuple(shown)


def resolve(typed: str, base: Path) -> tuple[Path, str]:
    """What was typed as a folder and the beginning of a name in it, without looking at the disk.

    `~` is the person's home, a path without a slash in front starts at `base`, `..` goes up.
    """
    text = typed
    if text == "~" or text.startswith(("~/", "~\\")):
        text = f"{home()}{text[1:]}/" if text == "~" else f"{home()}{text[1:]}"
    head, slash, name = text.rpartition("/")
    if name == "..":
        head, name = text, ""
    elif not slash:
        return base, name
    return Path(os.path.normpath(base / (head or "/"))), name


def pasted(text: str) -> str:
    """A path as file managers and terminals paste it (quoted, escaped, or as a file: address), plain."""
    line = text.strip("\r\n\t ").split("\n")[0].rstrip("\r")
    if line.startswith("file://"):
        return unquote(urlsplit(line).path, errors="surrogateescape")
    if len(line) > 1 and line[0] == line[-1] and line[0] in "'\"":
        return line[1:-1]
    return line.replace("\\ ", " ")


def home() -> Path:
    """The person's own folder; the root where there is none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def from_home(path: Path) -> str:
    """A path as one would type it: what is below home begins with `~`."""
    own = home()
    return os.path.join("~", path.relative_to(own)) if path.is_relative_to(own) else os.fspath(path)  # noqa: PTH118


def places(recent: Sequence[Path]) -> tuple[Place, ...]:
    """Folders to offer: home, what is plugged in (by the mount table alone), then the recent ones, each once."""
    offered = [Place("Home", home()), *(Place(path.name, path) for path in mounted()), Place("Computer", Path("/"))]
    known = {place.path for place in offered}
    for path in recent:
        if path not in known:
            known.add(path)
            offered.append(Place(path.name, path))
    return tuple(offered)


def mounted(table: Path = _MOUNTS) -> tuple[Path, ...]:
    """Where sticks, cards and shared drives are mounted. Read from the table: a dead mount is never touched."""
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return ()
    points = (os.fsdecode(_unescaped(line.split(b" ")[1])) for line in lines if line.count(b" ") > 1)
    return tuple(Path(point) for point in points if point.startswith(_MEDIA))


def _unescaped(point: bytes) -> bytes:
    r"""A mount point with its `\040` octal escapes undone, as fstab(5) writes them."""
    head, *rest = point.split(b"\\")
    return head + b"".join(
        bytes([int(part[:3], 8)]) + part[3:] if part[:3].isdigit() else b"\\" + part for part in rest
    )


def size_text(size: int) -> str:
    """Bytes as a person reads them: `812 B`, `378 KB`, `2.6 MB`."""
    if size < 1000:
        return f"{size} B"
    amount = float(size)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 999.5:
            return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"
    return f"{amount:.0f} TB"


def counted(number: int, noun: str) -> str:
    """`1 folder`, `1,234 folders`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
