"""What would give a person away to whoever reads a file's bytes, and whether it is found there.

A file is read by a process of its own: closing any descriptor of a book drops the locks that SQLite holds on it here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import child, folding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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
    return {text for text in found if len(text.encode()) >= SHORTEST}


def are_in(path: Path, texts: Iterable[str]) -> bool:
    """Whether any of these texts is found in a file's bytes, or cannot be looked for."""
    order = {"path": str(path), "texts": sorted(texts)}
    try:
        done = subprocess.run(
            child.command(__name__), input=json.dumps(order).encode(), env=child.environment(), check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return True
    return done.returncode != 0


def found_in(path: Path, texts: Iterable[str]) -> bool:
    """The same, by this process itself: for a file that it does not have open."""
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


if __name__ == "__main__":
    _order = json.load(sys.stdin)
    sys.exit(found_in(Path(_order["path"]), _order["texts"]))
