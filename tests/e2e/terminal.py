"""A real pseudo-terminal with `regulars` in it, and a mirror of its screen.

    with Terminal("--db", str(book)) as terminal:
        terminal.wait_for("Customers")
        terminal.press("f2")
        terminal.type("Ann")
        assert "Ann" in terminal.text

Nothing here sleeps to synchronise: `wait_for` reads until the screen shows what is wanted, or fails with the screen
as it is. Every byte that the program sent is in `raw`.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from typing import TYPE_CHECKING, Self

import pexpect
import pyte

from tests.e2e.keys import DIALECTS, XTERM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE = float(os.environ.get("REGULARS_E2E_PATIENCE", "60"))
"""Seconds until something is taken for missing: a hundred times what it needs on an idle machine."""
GRAIN = 0.05

_QUESTION = re.compile(rb"\x1b\[\?(\d+)\$p")
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?\d+\$p|\x1b\]22;[a-z-]*\x07")
_UNFINISHED = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;$]*|\][^\x07\x1b]*)?\Z")
SUPPORTED_MODES = {b"2026"}
"""What this terminal says it can do when asked (synchronised output)."""


class Terminal:
    """`regulars` with some arguments on a pseudo-terminal."""

    def __init__(
        self,
        *arguments: str,
        term: str = "xterm-256color",
        size: tuple[int, int] = (80, 24),
        locale: str = "C.UTF-8",
        home: Path | None = None,
        environment: dict[str, str] | None = None,
        keys: dict[str, bytes] | None = None,
        module: str = "tui",
    ) -> None:
        columns, lines = size
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_DATA_HOME", "TMPDIR") if name in os.environ}
        self.keys = keys or DIALECTS.get(term, XTERM)
        """What this terminal sends for each key."""
        self.answers = term.startswith(("xterm", "screen"))
        """Whether this terminal answers questions about itself."""
        self.raw = b""
        """Every byte the program has sent."""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._stream.select_other_charset("@" if "UTF-8" not in locale else "G")
        self._unseen = b""
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", module, *arguments],
            env={
                **kept,
                "TERM": term,
                "LC_ALL": locale,
                "PYTHONDONTWRITEBYTECODE": "",
                **({"HOME": str(home)} if home else {}),
                **(environment or {}),
            },
            dimensions=(lines, columns),
            encoding=None,
            timeout=PATIENCE,
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what is on the screen

    @property
    def lines(self) -> list[str]:
        """The screen as it is now, without waiting."""
        return [line.rstrip() for line in self._shown.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def styles(self, text: str) -> list[pyte.screens.Char]:
        """The cells of the first occurrence of a text on the screen, with their colours and attributes."""
        for number, line in enumerate(self._shown.display):
            if (at := line.find(text)) >= 0:
                return [self._screen.buffer[number][column] for column in range(at, at + len(text))]
        raise AssertionError(f"no {text!r} on\n{self.text}")

    @property
    def _shown(self) -> pyte.Screen:
        """The mirror, after all that has come: it is drawn when somebody looks."""
        if self._unseen:
            cut = _UNFINISHED.search(self._unseen)
            whole = self._unseen[: cut.start()] if cut else self._unseen
            self._unseen = self._unseen[len(whole) :]
            self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", whole))
        return self._screen

    # -- waiting

    def wait_for(self, *wanted: str | Callable[[Terminal], bool], patience: float = PATIENCE) -> Self:
        """Read until every text stands on the screen and every condition holds."""
        return self._wait(lambda: all(self._holds(one) for one in wanted), f"waited for {wanted}", patience)

    def wait_gone(self, *unwanted: str, patience: float = PATIENCE) -> Self:
        """Read until none of the texts is on the screen."""
        return self._wait(
            lambda: not any(one in self.text for one in unwanted), f"waited for the end of {unwanted}", patience
        )

    def _holds(self, wanted: str | Callable[[Terminal], bool]) -> bool:
        return wanted in self.text if isinstance(wanted, str) else wanted(self)

    def _wait(self, holds: Callable[[], bool], what: str, patience: float) -> Self:
        until = time.monotonic() + patience
        while not holds():
            if not self.read() and not self._child.isalive():
                self.read()
                if holds():
                    break
                raise AssertionError(f"the program ended; {what}:\n{self.text}\n{self.raw[-2000:]!r}")
            if time.monotonic() > until:
                raise AssertionError(f"{what}:\n{self.text}")
        return self

    def settle(self, quiet: float = 0.3, patience: float = PATIENCE) -> Self:
        """Read until nothing has come for a while."""
        until = time.monotonic() + patience
        last = time.monotonic()
        while time.monotonic() - last < quiet:
            if self.read():
                last = time.monotonic()
            if time.monotonic() > until:
                raise AssertionError(f"it never came to rest:\n{self.text}")
        return self

    def read(self, seconds: float = GRAIN) -> bytes:
        """Take what the program sends within some seconds, and answer its questions."""
        try:
            data: bytes = self._child.read_nonblocking(1 << 16, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return b""
        self.raw += data
        if self.answers:
            for question in _QUESTION.finditer(data):
                self.send(b"\x1b[?%b;%b$y" % (question[1], b"2" if question[1] in SUPPORTED_MODES else b"0"))
        self._unseen += data
        return data

    # -- the person at the keys

    def send(self, data: bytes) -> Self:
        """Bytes as they come from the line."""
        self._child.send(data)
        return self

    def press(self, *names: str) -> Self:
        """Keys by name ('f2', 'ctrl+n', 'enter'), as this terminal sends them."""
        for name in names:
            self.send(self.keys[name])
        return self

    def type(self, text: str) -> Self:
        """Letters."""
        return self.send(text.encode())

    def paste(self, text: str | bytes) -> Self:
        """A bracketed paste."""
        data = text.encode() if isinstance(text, str) else text
        return self.send(b"\x1b[200~" + data + b"\x1b[201~")

    def resize(self, columns: int, lines: int) -> Self:
        """Give the window another size."""
        self._shown.resize(lines, columns)
        self._child.setwinsize(lines, columns)
        return self

    # -- its end

    @property
    def pid(self) -> int:
        """The program's process id."""
        pid: int = self._child.pid
        return pid

    @property
    def descriptor(self) -> int:
        """The line, seen from outside."""
        descriptor: int = self._child.child_fd
        return descriptor

    def signal(self, number: int) -> Self:
        """Send the program a signal."""
        self._child.kill(number)
        return self

    def drop_line(self) -> Self:
        """Close the line, as a lost connection does: the kernel sends SIGHUP."""
        os.close(self._child.child_fd)
        self._child.child_fd = -1
        self._child.closed = True
        return self

    def wait_end(self, patience: float = PATIENCE) -> int:
        """Wait until the program has ended; its exit code, or the negative number of the signal that ended it."""
        until = time.monotonic() + patience
        while self._child.ptyproc.isalive():
            if self._child.child_fd >= 0:
                self.read()
            else:
                time.sleep(GRAIN)
            if time.monotonic() > until:
                raise AssertionError(f"it did not end:\n{self.text}")
        if self._child.child_fd >= 0:
            while self.read():
                pass
        status: int | None = self._child.ptyproc.exitstatus
        return status if status is not None else -int(self._child.ptyproc.signalstatus)

    def close(self) -> None:
        """End it, whatever state it is in."""
        if self._child.ptyproc.isalive():
            self._child.ptyproc.kill(signal.SIGKILL)
            self._child.ptyproc.wait()
        if self._child.child_fd >= 0:
            self._child.close(force=True)
