"""When the program itself is at fault: a sentence for the cashier, and a report for who can mend it."""

from __future__ import annotations

import os
import platform
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

REPORT = "fault.txt"


def report(error: BaseException, folder: Path | None = None) -> str:
    """Write down where the program failed; the sentence to show. The values it worked on are not written down.

    The report goes into the user's log folder, readable by that user alone; without one, the sentence says less.
    """
    sentence = "Regulars had to stop because of a fault of its own. Everything that was saved is in the book."
    try:
        path = (folder or _log_folder()) / REPORT
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"regulars {version('regulars')}, Python {platform.python_version()}, {platform.platform()}\n")
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n\n")
            file.writelines(traceback.format_exception(error))
    except OSError:
        return sentence
    return f"{sentence} Please send the report {path} to whoever looks after this till."


def _log_folder() -> Path:
    from platformdirs import user_log_path

    return user_log_path("regulars", appauthor=False)
