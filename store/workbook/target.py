"""A file that is written beside its final name and takes its place whole, or leaves nothing behind."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from store.errors import ExportError, WrongEndingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NOWHERE = frozenset({errno.ENOENT, errno.ENOTDIR})
"""What a folder says of a new file when it takes none, as the system's own do, or when it has gone meanwhile."""


def typed_place(text: str) -> Path:
    """The path that somebody typed for a file to be written, or for the folder that it goes into.

    Raises ExportError where it ends as a folder's does and there is none: a stick that is not plugged in, say.
    """
    place = Path(text)
    ends_as_folder = os.path.basename(text) in {"", ".", ".."}  # noqa: PTH119  # Path drops a separator at the end
    try:
        if ends_as_folder and not _absolute(place).is_dir():
            raise ExportError(f"There is no folder {place}. Make it first, or choose another.")
    except OSError as error:
        raise _told(error, place) from None
    return place


def chosen_place(target: Path, name: Callable[[], str]) -> Path:
    """Where a file goes that somebody wants at `target`, absolute: in there under the name, where it is a folder.

    Raises ExportError when nothing can be at such a place.
    """
    place = _absolute(target)
    try:
        return place / name() if place.is_dir() else place
    except OSError as error:
        raise _told(error, place) from None


def _absolute(target: Path) -> Path:
    try:
        return target.expanduser().absolute()
    except RuntimeError:  # `~` is followed by nobody's name
        return target.absolute()


def partial_path(target: Path) -> Path:
    """A name in the target's folder for what is not finished; its length does not depend on the target's."""
    return target.with_name(f".regulars-{secrets.token_hex(8)}.part")


def take_away(*unfinished: Path) -> None:
    """Remove what was left unfinished, as far as the system lets it: nobody is told of a failure over it."""
    for path in unfinished:
        with suppress(OSError):
            path.unlink()


def check_target(target: Path, suffixes: tuple[str, ...], book: Path) -> None:
    """Refuse, before any work, a target that cannot or must not be written. Raises ExportError.

    It is a WrongEndingError where the name says no format of `suffixes`.
    """
    try:
        if target.suffix.lower() not in suffixes:
            raise WrongEndingError(_no_format(target, suffixes))
        if not target.parent.is_dir():
            raise ExportError(f"There is no folder {target.parent}. Make it first, or choose another.")
        status = os.lstat(target)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _told(error, target) from None
    if stat.S_ISLNK(status.st_mode):
        raise ExportError(f"{target.name} is a link to another file. Choose another name.")
    if not stat.S_ISREG(status.st_mode):
        raise ExportError(f"{target.name} is a folder or a device, not a file. Choose another name.")
    if book.exists() and target.samefile(book):
        raise ExportError(f"{target.name} is the book itself. Choose another name.")


@contextmanager
def replacing(target: Path, partial: Path) -> Iterator[BinaryIO]:
    """A stream whose content takes the target's place at the end, safely on disk and for its owner's eyes only.

    Raises ExportError when it cannot be written; then, and when anything else goes wrong, `partial` is gone and
    the target is what it was.
    """
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(target)
        except BaseException:
            take_away(partial)
            raise
        _settle(target.parent)
    except OSError as error:
        raise _told(error, target) from error


def _settle(folder: Path) -> None:
    """Make a rename last through a power cut, where the system lets a folder be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # network folders that cannot
            raise
    finally:
        os.close(descriptor)


def _no_format(target: Path, suffixes: tuple[str, ...]) -> str:
    if target.is_dir():
        return f"{target} is a folder. Name a file in it, such as {target / f'customers{suffixes[0]}'}."
    ending = f"ends in {target.suffix}, which cannot be written" if target.suffix else "has no ending"
    return f"{target.name} {ending}. End the name with {' or '.join(suffixes)}."


def _told(error: OSError, target: Path) -> ExportError:
    if error.errno in _NO_ROOM:
        return ExportError(f"There is no room left in {target.parent}. Free some, or choose another folder.")
    if error.errno in _FORBIDDEN:
        return ExportError(f"You may not write {target.name} in {target.parent}. Choose another folder.")
    if error.errno in _NOWHERE:
        return ExportError(f"Nothing can be written in {target.parent}. Choose another folder.")
    if error.errno == errno.ENAMETOOLONG:
        return ExportError(f"The name {target.name[:40]}… is too long. Choose a shorter one.")
    return ExportError(f"{target.name} could not be written: {error.strerror or error}.")
