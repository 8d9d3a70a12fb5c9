"""The table, and the same as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING

from tests.bench.budgets import BY_KEY, ROWS, Limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.budgets import Figure, Row

_HEADINGS = ("what", "customers", "ours", "reference", "", "ratio", "budget", "")
_RIGHT = {1, 2, 4, 5, 6}


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "bytes":
        return f"{value:,.0f} B"
    return f"{value:.1f} {unit}" if value >= 10 or unit == "MB" else f"{value:.2f} {unit}"


def _budget(row: Row) -> str:
    if row.budget is None:
        return ""
    return f"x {row.budget:.3g}" if row.limit is Limit.RATIO else _number(row.budget, row.unit)


def _verdict(figure: Figure) -> str:
    return {True: "ok", False: "OVER", None: ""}[figure.kept]


def _cells(figure: Figure) -> tuple[str, ...]:
    row = BY_KEY[figure.key]
    return (
        row.what,
        "" if figure.customers is None else f"{figure.customers:,}",
        _number(figure.ours, row.unit),
        row.reference,
        _number(figure.reference, row.unit),
        "" if figure.ratio is None else f"x {figure.ratio:.2f}",
        _budget(row),
        _verdict(figure),
    )


def in_order(figures: Sequence[Figure]) -> list[Figure]:
    """As the budget table lists them, small books first."""
    places = {row.key: at for at, row in enumerate(ROWS)}
    return sorted(figures, key=lambda figure: (places[figure.key], figure.customers or 0))


def machine() -> str:
    """The machine and the versions that the figures hold for."""
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"Textual {version('textual')}, SQLite {sqlite3.sqlite_version}, 80 x 24 pseudo-terminal"
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures as text, one a line."""
    lines = [_HEADINGS, *(_cells(figure) for figure in in_order(figures))]
    widths = [max(len(line[at]) for line in lines) for at in range(len(_HEADINGS))]
    text = [
        "  ".join(
            cell.rjust(width) if at in _RIGHT else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    over = sum(figure.kept is False for figure in figures)
    judged = sum(figure.kept is not None for figure in figures)
    text.insert(1, "-" * max(map(len, text)))
    return "\n".join((machine(), "", *text, "", f"{judged - over} of {judged} budgets kept."))


def as_json(figures: Sequence[Figure]) -> str:
    """The figures for a program: a list of objects under `figures`."""
    found = [
        asdict(figure)
        | {"unit": BY_KEY[figure.key].unit, "what": BY_KEY[figure.key].what, "kept": figure.kept}
        | {"reference_name": BY_KEY[figure.key].reference, "budget": BY_KEY[figure.key].budget}
        for figure in in_order(figures)
    ]
    return json.dumps({"machine": machine(), "figures": found}, indent=1)
