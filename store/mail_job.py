"""Delivery in a process of its own: TLS, PDFs and a server that stalls must not touch the keys."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from store import child
from store.errors import MailError

if TYPE_CHECKING:
    from pathlib import Path


class MailJob:
    """One `regulars mail` beside the program. `start` it, and ask `running` until it has ended.

    It says nothing: how each mail fared stands in the book. When the program ends first, it goes on: a mail in the
    middle is finished, and what a server's silence costs has an end.
    """

    def __init__(self, book_path: Path) -> None:
        self._book = book_path
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; returns at once. Raises MailError when no process can be started."""
        try:
            self._process = subprocess.Popen(
                child.command("store.cli", "mail", "--db", str(self._book)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=child.environment(),
                start_new_session=True,  # it outlives the terminal
            )
        except OSError as error:
            raise MailError(f"The mail could not be sent: {error.strerror or error}.") from None

    @property
    def running(self) -> bool:
        """Whether it is still at work; never waits."""
        return self._process is not None and self._process.poll() is None
