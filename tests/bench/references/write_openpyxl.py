"""Seconds to write the rows of a workbook anew with openpyxl's write-only mode; reading them is not counted."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.bench.references.read_calamine import read


def write(rows: list[list[object]], path: str) -> float:
    """Seconds from the first row to the closed file."""
    from openpyxl import Workbook

    started = time.perf_counter()
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Customers")
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.stdout.write(f"{write(read(Path(sys.argv[1])), sys.argv[2])}\n")
