"""Bars as lines of text, drawn by plotext: where each begins and ends, and the short amounts beside them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tui.terminal import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Sequence

HALVES = "▀▄█"
_UNITS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(1000), "K"))
_MOST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Scale:
    """How amounts fall on the lines of a chart.

    `up` lines stand above the axis and `down` below it, each of `parts` steps. `levels` are the amounts as signed
    numbers of steps: one that is not zero has a step at least, so that it is seen beside a huge one.
    """

    up: int
    down: int
    parts: int
    levels: tuple[int, ...]
    top: Decimal
    """The amount at the upper edge."""
    bottom: Decimal
    """The amount at the lower edge; 0 when nothing is below the axis."""


def scaled(amounts: Sequence[Decimal], lines: int, parts: int) -> Scale:
    """Amounts fitted to so many lines of `parts` steps each."""
    high, low = max(amounts, default=Decimal(0)), min(amounts, default=Decimal(0))
    high, low = max(high, Decimal(0)), min(low, Decimal(0))
    if high == low or lines < 1:
        return Scale(max(lines, 0), 0, parts, (0,) * len(amounts), Decimal(0), Decimal(0))
    down = 0
    if low:
        down = lines if not high else min(max(round(lines * -low / (high - low)), 1), lines - 1)
    up = lines - down
    step = max(high / (up * parts) if up else Decimal(0), -low / (down * parts) if down else Decimal(0))
    levels = tuple(_level(amount / step) for amount in amounts)
    return Scale(up, down, parts, levels, step * up * parts, -step * down * parts)


def _level(steps: Decimal) -> int:
    rounded = int(steps.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return rounded or (0 if not steps else 1 if steps > 0 else -1)


def parts_of_a_line() -> int:
    """How many steps a line has: two where the terminal has half blocks."""
    return 2 if TERMINAL.speakable(HALVES) == HALVES else 1


def drawn(scale: Scale, step: int, thickness: int) -> list[str]:
    """The bars, upper lines first, `thickness` cells wide and `step` cells apart; the axis is not among the lines.

    Imports plotext, which takes its time: import `textual_plotext` in a thread before.
    """
    from textual_plotext.plot import Plot

    lines, width = scale.up + scale.down, len(scale.levels) * step
    if lines < 1 or not width:
        return []
    marker, across = ("hd", 2) if scale.parts == 2 else ("#", 1)
    plot = Plot()
    plot.theme("clear")
    plot._set_size(width, lines)  # noqa: SLF001 (a size of its own, whatever the terminal's)
    plot.frame(False)
    plot.xaxes(False)
    plot.yaxes(False)
    plot.xfrequency(0)
    plot.yfrequency(0)
    plot.xlim(0, width * across - 1)
    plot.ylim(0, lines * scale.parts - 1)
    axis = scale.down * scale.parts
    for at, level in enumerate(scale.levels):
        if level:
            left, right = at * step * across, (at * step + thickness) * across - 1
            ends = [axis, axis + level - 1] if level > 0 else [axis + level, axis - 1]
            # plotext's types are those of its defaults; it takes lists.
            plot.rectangle([left, right], ends, marker=marker, fill=True)  # type: ignore[arg-type]
    return [line.replace("\x1b[0m", "")[:width].ljust(width) for line in plot.build().split("\n")[:lines]]


def compact(amount: Decimal) -> str:
    """An amount in at most five digits and a unit, for the axis: `0`, `8.50`, `120`, `12.3K`, `1.2M`."""
    size = abs(amount)
    if size >= _MOST:
        return f"{amount:.0e}".replace("e+", "e")
    for unit, letter in _UNITS:
        if size >= unit * Decimal("0.9995"):
            return f"{_short(amount / unit)}{letter}"
    return f"{amount:.2f}" if size < 10 and amount != amount.to_integral_value() else f"{amount:.0f}"


def _short(number: Decimal) -> str:
    text = f"{number:.1f}" if abs(number) < Decimal("99.95") else f"{number:.0f}"
    return text.removesuffix(".0")
