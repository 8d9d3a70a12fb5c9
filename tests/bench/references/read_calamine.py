"""Seconds to read every sheet of a workbook with calamine, from the start of the interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.references.age import seconds_alive


def read(path: Path) -> list[list[object]]:
    """The rows of the first sheet; the others are read as well."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(path))
    sheets = [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
    return [list(row) for row in sheets[0]]


if __name__ == "__main__":
    read(Path(sys.argv[1]))
    sys.stdout.write(f"{seconds_alive()}\n")
