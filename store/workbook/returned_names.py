"""What a sender's own workbook is called when it comes back with its faults marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

XLSX, XLSM = ".xlsx", ".xlsm"
_RETURNED = re.compile(r"(.*) returned(?: (\d{1,4}))?")


def ending(file: Path) -> str:
    """The ending that the marked workbook must have: that of a workbook with macros only where the sender's has it."""
    return XLSM if file.suffix.lower() == XLSM else XLSX


def proposed_name(file: Path) -> str:
    """A name for the marked workbook: `office.xls` comes back as `office returned.xlsx`."""
    found = _RETURNED.fullmatch(file.stem)
    again = f" {int(found[2] or 1) + 1}" if found else ""
    return f"{found[1] if found else file.stem} returned{again}{ending(file)}"
