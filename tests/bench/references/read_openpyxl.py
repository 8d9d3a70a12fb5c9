"""Seconds to read every sheet of a workbook with openpyxl's read-only mode, from the start of the interpreter."""

from __future__ import annotations

import sys

from tests.bench.references.age import seconds_alive


def read(path: str) -> int:
    """Read all values; how many rows there were."""
    from openpyxl import load_workbook

    workbook = load_workbook(path, read_only=True, data_only=True)
    return sum(1 for sheet in workbook for _ in sheet.iter_rows(values_only=True))


if __name__ == "__main__":
    read(sys.argv[1])
    sys.stdout.write(f"{seconds_alive()}\n")
