"""Filling an empty book with the demo shop, in a process of its own, so that the keys stay free."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMERS = 2000
"""Enough to feel what a full book is like, and made in a few seconds."""


class DemoError(StoreError):
    """The demo shop could not be made."""


class DemoFilling:
    """`regulars demo` for one book. `poll` says whether it has ended, and raises DemoError when it failed."""

    def __init__(self, book: Path) -> None:
        command = [sys.executable, "-m", "store.cli", "demo", "--db", str(book), "--customers", str(CUSTOMERS)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def poll(self) -> bool:
        """Whether the shop is complete."""
        code = self._process.poll()
        if code is None:
            return False
        _, said = self._process.communicate()
        if code != 0:
            last = said.decode(errors="replace").strip().rpartition("\n")[2].removeprefix("regulars: ")
            raise DemoError(last or "The demo shop could not be made.")
        return True
