"""Values broken into lines of a column."""

from __future__ import annotations

import textwrap

from rich.cells import cell_len, chop_cells


def folded(text: str, width: int) -> list[str]:
    """A value in lines of `width` cells, broken between words, or after an @, where its cells are its characters."""
    if cell_len(text) != len(text):
        return chop_cells(text, width)
    name, at, domain = text.rpartition("@")
    if at and len(text) > width and " " not in text:
        return [*textwrap.wrap(name + at, width), *textwrap.wrap(domain, width)]
    return textwrap.wrap(text, width) or [text]
