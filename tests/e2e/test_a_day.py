"""A newcomer's first day: import the office's workbook, find, edit, delete, take back, export."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Open

TERMINALS = ("xterm-256color", "linux", "vt100", "screen")


@pytest.mark.parametrize("term", TERMINALS)
def test_the_first_day(term: str, start: Open, tmp_path: Path, samples: Path) -> None:
    workbook = tmp_path / "office" / "office-customers.xlsx"
    workbook.parent.mkdir()
    shutil.copy(samples / "office-customers.xlsx", workbook)
    path = tmp_path / "new.db"
    terminal = start("--db", str(path), term=term)

    terminal.wait_for("There are no customers in this book yet", "Import a workbook", "F7")
    terminal.press("f7").wait_for("Open", "Folder")
    terminal.type(str(workbook)).wait_for("office-customers.xlsx").press("enter")
    terminal.wait_for("Nothing is written yet", "2,000", "[ Import ]").press("ctrl+s")
    terminal.wait_for("2,000 customers", "Aaron Hill")

    terminal.type("AARON hi").wait_for("1 of 2,000", "Aaron Hill")
    terminal.press("f4").wait_for("Edit Customer", "Nothing has changed yet")
    terminal.press("end").type("ita").press("ctrl+s")
    terminal.wait_for("Customer Updated Successfully", "Aaronita Hill")

    terminal.press("escape").wait_for("2,000 customers")
    terminal.type("aaronita").wait_for("1 of 2,000")
    terminal.press("delete").wait_for("Delete this customer?", "[ Delete ]", "[ Cancel ]")
    terminal.press("escape").wait_gone("Delete this customer?").wait_for("Aaronita Hill")
    terminal.press("delete").wait_for("Delete this customer?").press("left", "enter")
    terminal.wait_for("Customer inactivated successfully", "0 of 1,999")
    terminal.press("ctrl+z").wait_for("1 of 2,000", "Aaronita Hill")

    terminal.press("escape").wait_for("2,000 customers")
    terminal.press("f8").wait_for("Everything", "[ Export ]").press("tab", "tab")
    terminal.type(f"{workbook.parent}/list").press("ctrl+s")
    terminal.wait_for(lambda _: bool(_exported(workbook.parent)))
    terminal.wait_for("2,000 customers").press("f10")
    assert terminal.wait_end() == 0

    for exported in _exported(workbook.parent):
        counts = _dry_run(exported, path)
        assert (counts["created"], counts["updated"], counts["refused"]) == (0, 0, 0)
        assert counts["unchanged"] == 2000


def _exported(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.suffix == ".xlsx" and not file.name.startswith(("office", "."))]


def _dry_run(workbook: Path, book: Path) -> dict[str, int]:
    command = [sys.executable, "-m", "tui", "import", str(workbook), "--db", str(book), "--dry-run", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    counts: dict[str, int] = json.loads(done.stdout)
    return counts
