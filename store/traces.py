"""What would give a person away to whoever reads a file's bytes, and seeing to it that it is not found there.

A file is cleared and read by a process of its own: closing any descriptor of a book drops the locks that SQLite holds
on it here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import child, folding, slack

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


class Left(IntEnum):
    """What became of a file: nothing is found in it, something may be, or others gave no time to overwrite it."""

    NOTHING, SOMETHING, UNCLEARED = range(3)


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


def clear(path: Path, texts: Iterable[str], alive: Callable[[], None] = lambda: None) -> Left:
    """Overwrite what is unused in a book's file, then look whether any of these texts is in it."""
    order = {"path": str(path), "texts": sorted(texts)}
    try:
        with subprocess.Popen(
            child.command(__name__), stdin=subprocess.PIPE, env=child.environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            sent: bytes | None = json.dumps(order).encode()
            while process.returncode is None:
                with suppress(subprocess.TimeoutExpired):
                    process.communicate(sent, timeout=_ALIVE_SECONDS)
                sent = None
                alive()
    except OSError:
        return Left.SOMETHING
    return Left(process.returncode) if process.returncode in set(Left) else Left.SOMETHING


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


def _ordered(order: Mapping[str, Any]) -> Left:
    path = Path(order["path"])
    if not slack.is_cleared(path):
        return Left.UNCLEARED
    return Left.SOMETHING if order["texts"] and found_in(path, order["texts"]) else Left.NOTHING


if __name__ == "__main__":
    sys.exit(_ordered(json.load(sys.stdin)))
