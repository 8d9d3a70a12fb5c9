"""`make bench`: measure this program on this machine, and print one table."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from tests.bench import customer_metrics, merging, report, screens, searching, workbooks
from tests.bench.budgets import GROUPS
from tests.bench.setting import Setting, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.budgets import Figure

MEASURES: dict[str, Callable[[Setting], Iterator[Figure]]] = {
    "start": screens.start,
    "memory": screens.memory,
    "idle": screens.idle,
    "keys": screens.keys,
    "typing": screens.typing,
    "search": searching.queries,
    "metrics": customer_metrics.metrics,
    "import": workbooks.imports,
    "export": workbooks.exports,
    "merge": merging.merges,
    "busy": workbooks.busy,
}
"""Every group of rows in the budget table, and what measures it."""


def _numbers(text: str) -> tuple[int, ...]:
    """Sizes such as `1000,100000`."""
    sizes = tuple(int(word.replace("_", "")) for word in text.split(","))
    if any(size < 1 for size in sizes):
        raise argparse.ArgumentTypeError("sizes are 1 or more")
    return tuple(sorted(set(sizes)))


def _groups(text: str) -> tuple[str, ...]:
    groups = tuple(text.split(","))
    if unknown := set(groups) - set(GROUPS):
        raise argparse.ArgumentTypeError(f"no {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    return groups


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", type=_groups, default=GROUPS, metavar="GROUPS", help=", ".join(GROUPS))
    parser.add_argument("--customers", type=_numbers, default=Setting.sizes, metavar="SIZES", help="sizes of the books")
    parser.add_argument("--runs", type=int, default=Setting.runs, metavar="N", help="how often each is measured")
    parser.add_argument("--sheet", type=int, default=Setting.sheet_rows, metavar="N", help="rows of the workbook")
    parser.add_argument(
        "--receipts", type=int, default=Setting.receipts, metavar="N", help="receipts of the largest book"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return parser


def measure(setting: Setting, groups: Sequence[str]) -> list[Figure]:
    """Every figure of some groups."""
    found: list[Figure] = []
    for group in groups:
        began = time.monotonic()
        found += MEASURES[group](setting)
        tell(f"{group}: measured in {time.monotonic() - began:.0f} s")
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench; 0 whatever the figures are, for a figure is no fault of the run."""
    options = _parser().parse_args(words)
    setting = Setting(options.customers, max(1, options.runs), options.sheet, options.receipts)
    tell(f"measuring {', '.join(options.only)}; about ten minutes, and eight more when the books are made first")
    try:
        figures = measure(setting, options.only)
    finally:
        setting.clear()
    sys.stdout.write(f"{report.as_json(figures) if options.json else report.table(figures)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
