"""How long a customer's metrics take to be on the screen whole, with thousands of receipts and with ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.figures import paired
from tests.bench.many_receipts import FEW_NAME, MANY_NAME
from tests.bench.screens import markers
from tests.bench.setting import environment, program
from tests.bench.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.budgets import Figure
    from tests.bench.setting import Setting

_ENTER = b"\r"
_WHOLE = (b"Enrolled", b"Sale Amount", "0┼─".encode())
"""The customer, the tiles, and the axis of a chart, which is the last to come."""


def metrics(setting: Setting) -> Iterator[Figure]:
    """From Enter on a customer to the last byte of the page, in a program freshly started: the other's right after."""
    book = setting.sales_book()
    taken: dict[str, list[float]] = {MANY_NAME: [], FEW_NAME: []}
    for counts in setting.turns():
        for name, times in taken.items():
            took = _opened(book, name)
            if counts:
                times.append(took * 1000)
    yield paired("metrics", None, taken[MANY_NAME], taken[FEW_NAME])


def _opened(book: Path, name: str) -> float:
    with Terminal(program(book), environment()) as terminal:
        terminal.first_paint(markers(book))
        for character in name.lower():
            terminal.press(character.encode(), quiet=0.12)
        return terminal.press(_ENTER, quiet=0.5, patience=30.0, markers=_WHOLE).last
