"""What would give a person away to whoever reads a file's bytes, and seeing to it that it is not found there.

A file is cleared and read by a process of its own: closing any descriptor of a book drops the locks that SQLite holds
on it here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from store import child, folding, slack
from store.erasure_records import IN_USE
from store.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from store.database import Book

_AT_ONCE = 1 << 24
"""Bytes of a file that are in memory at a time."""
SHORTEST = 6
"""Bytes of what is looked for at least: less is found anywhere by chance."""
_BELONGING = (
    ("email", "email", str), ("phone", "phone_digits", folding.digits), ("id_number", "id_number", str),
    ("gift_card", "gift_card", str),
)  # fmt: skip
"""Fields that say who somebody is, the indexed column by which others who have the same are found, and its form."""
_INDEXED = (
    "first_name", "last_name", "email", "phone", "phone_digits", "id_number", "gift_card",
    "loyalty", "active", "store_ids",
)  # fmt: skip
"""What the search index is made of, in the order of `folding.search_words`."""
_ALIVE_SECONDS = 0.2
_NOT_CLEARED = "{} could not be cleared: {}."
_STOPPED = "the work was stopped before its end"


class Left(StrEnum):
    """What became of a file: nothing is found in it, something may be, or it could not be overwritten now."""

    NOTHING, SOMETHING, UNCLEARED = "nothing", "something", "uncleared"


class Outcome(NamedTuple):
    """What became of a file, and why, in a sentence, it is not cleared."""

    left: Left
    why: str = ""


def giving_away(book: Book, values: Mapping[str, Collection[Any]]) -> set[str]:
    """Texts that stand nowhere but where a person's values do; what others of the book have as well is none."""
    found: set[str] = set()
    for name, column, form in _BELONGING:
        for value in map(str, values.get(name, ())):
            if not book.rows(f"SELECT 1 FROM customer WHERE {column} = ? LIMIT 1", (form(value),)):  # noqa: S608  # ours
                found |= {value, value.lower(), form(value)}
    for first in map(str, values.get("first_name", ())):
        for last in map(str, values.get("last_name", ())):
            key = folding.name_key(first, last)
            if not book.rows("SELECT 1 FROM customer WHERE name_key = ? LIMIT 1", (key,)):
                found |= {f"{first}{last}", key}
    return {text for text in found | _words(book, values) if len(text.encode()) >= SHORTEST}


def _words(book: Book, values: Mapping[str, Collection[Any]]) -> set[str]:
    """The words of the search index that these values have, and that no word of anybody else begins with."""
    found: set[str] = set()
    for name in set(_INDEXED[:7]) & set(values):
        for value in map(str, values[name]):
            texts = {**dict.fromkeys(_INDEXED, ""), name: value}
            if name == "phone":
                texts["phone_digits"] = folding.digits(value)
            found.update(folding.search_words(**texts).split())  # type: ignore[arg-type]  # '' is no loyalty
    asked = "SELECT 1 FROM customer_search WHERE customer_search MATCH ? LIMIT 1"
    return {word for word in found if len(word.encode()) >= SHORTEST and not book.rows(asked, (f'"{word}" *',))}


def clear(path: Path, texts: Iterable[str], alive: Callable[[], None] = lambda: None) -> Outcome:
    """Overwrite what is unused in a book's file, then look whether any of these texts is in it."""
    order = {"path": str(path), "texts": sorted(texts)}
    try:
        with subprocess.Popen(
            child.command(__name__), stdin=subprocess.PIPE, env=child.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                return _told(process, order, alive) or Outcome(Left.UNCLEARED, _NOT_CLEARED.format(path, _STOPPED))
            except BaseException:
                child.stop(process)
                raise
    except OSError as error:
        return Outcome(Left.UNCLEARED, _NOT_CLEARED.format(path, error.strerror or error))


def _told(process: subprocess.Popen[bytes], order: Mapping[str, Any], alive: Callable[[], None]) -> Outcome | None:
    """What the child says at its end; None when it ends without a word."""
    assert process.stdin is not None  # noqa: S101  # both are pipes, as `clear` asked
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(f"{json.dumps(order)}\n".encode())
    process.stdin.flush()  # and stays open: to the child its end is ours
    while process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_ALIVE_SECONDS)
        alive()
    try:
        left, why = json.loads(process.stdout.read())["told"]
        return Outcome(Left(left), str(why))
    except ValueError:
        return None


def found_in(path: Path, texts: Iterable[str]) -> bool:
    """Whether any of these texts is in a file's bytes; not for a process that has the file open otherwise."""
    wanted = [text.encode("utf-8", "surrogatepass") for text in texts]
    overlap = max(map(len, wanted), default=1) - 1
    with path.open("rb") as file:
        before = b""
        while read := file.read(_AT_ONCE):
            content = before + read
            if any(text in content for text in wanted):
                return True
            before = content[max(0, len(content) - overlap) :]
    return False


def _ordered(order: Mapping[str, Any]) -> Outcome:
    path = Path(order["path"])
    try:
        if not slack.is_cleared(path):
            return Outcome(Left.UNCLEARED, IN_USE)
    except slack.OtherLayoutError:
        return Outcome(Left.SOMETHING)
    return Outcome(Left.SOMETHING if order["texts"] and found_in(path, order["texts"]) else Left.NOTHING)


def _end_with_parent() -> None:
    """Whoever ordered is there as long as standard input is; without them nobody is told how it ends."""
    while os.read(0, _AT_ONCE):
        pass
    os._exit(1)


def main() -> None:
    """The child's work: one file, as the first line of standard input orders it."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        told = _ordered(order)
    except BookError as error:
        told = Outcome(Left.UNCLEARED, str(error))
    except OSError as error:
        told = Outcome(Left.UNCLEARED, _NOT_CLEARED.format(order["path"], error.strerror or error))
    child.say(told=told)


if __name__ == "__main__":
    main()
