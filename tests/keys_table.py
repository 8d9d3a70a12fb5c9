"""The tables of keys in the documentation, made from the registry of commands: `python -m tests.keys_table`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands import BY_ID, COMMANDS, key_label

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
_MARKED = re.compile(r"(<!-- keys -->\n).*?(<!-- /keys -->)", re.DOTALL)


def short_table() -> str:
    """Key and words, as in the key bar."""
    rows = [f"| {_code(command.key)} | {command.words} | {command.help} |" for command in COMMANDS]
    return "\n".join(("| key | | |", "|---|---|---|", *rows))


def long_table() -> str:
    """The same with the twins, for a terminal that keeps a key for itself."""
    rows = [
        f"| {_code(command.key)} | {' '.join(map(_code, command.twins))} | {command.words} | {command.help} |"
        for command in COMMANDS
    ]
    return "\n".join(("| key | or | | what it does |", "|---|---|---|---|", *rows))


def _code(key: str) -> str:
    """A key as it is printed; a command without one is found in the palette."""
    return f"`{key_label(key or BY_ID['palette'].key)}`"


TABLES: dict[str, Callable[[], str]] = {"README.md": short_table, "docs/keys.md": long_table}
"""By page: its table, between the marks `<!-- keys -->` and `<!-- /keys -->`."""


def with_table(page: str, table: str) -> str:
    """A page with its table anew. Raises ValueError for a page without the marks."""
    text, found = _MARKED.subn(lambda marks: f"{marks[1]}{table}\n{marks[2]}", page)
    if found != 1:
        raise ValueError("the page needs one pair of <!-- keys --> marks")
    return text


def main() -> None:
    """Bring every page up to date."""
    for name, table in TABLES.items():
        page = ROOT / name
        page.write_text(with_table(page.read_text(encoding="utf-8"), table()), encoding="utf-8")


if __name__ == "__main__":
    main()
