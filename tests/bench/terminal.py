"""A program on a real pseudo-terminal of 80 x 24, timed from the write of a key to the last byte of the answer."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS, COLUMNS = 24, 80
_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-B]|\][^\x07]*(?:\x07|\x1b\\)|[=>78]|P.*?\x1b\\)")
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program sent: seconds from the cause to the first and the last byte, and the bytes."""

    first: float
    last: float
    sent: bytes

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.sent)


class SilentError(Exception):
    """The program did not show what was waited for."""


def visible(sent: bytes) -> bytes:
    """A terminal stream without its escape sequences."""
    return _ESCAPES.sub(b"", sent)


class Terminal:
    """A running program. The terminal answers no queries, as many do not."""

    def __init__(self, command: Sequence[str], environment: dict[str, str] | None = None) -> None:
        controller, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._controller = controller
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=_environment(environment or {}),
            start_new_session=True,
            close_fds=True,
        )
        os.close(terminal)
        os.set_blocking(controller, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    def first_paint(self, markers: Sequence[bytes], quiet: float = 0.25, patience: float = 60.0) -> Answer:
        """From the start of the process to the last byte of the paint that shows every marker."""
        return self._listen(self._started, quiet, patience, markers)

    def press(self, key: bytes, quiet: float = 0.06, patience: float = 2.0, markers: Sequence[bytes] = ()) -> Answer:
        """From a key to the last byte it caused, and every marker was shown; all zero when it caused none."""
        self.drain()
        started = time.perf_counter()
        os.write(self._controller, key)
        return self._listen(started, quiet, patience, markers)

    def drain(self) -> bytes:
        """What has arrived unasked."""
        return self._read()

    def listen(self, seconds: float) -> bytes:
        """Everything sent in a span of time."""
        end, sent = time.perf_counter() + seconds, b""
        while (rest := end - time.perf_counter()) > 0:
            if select.select([self._controller], [], [], rest)[0]:
                sent += self._read()
        return sent

    def _listen(self, started: float, quiet: float, patience: float, markers: Sequence[bytes]) -> Answer:
        parts: list[bytes] = []
        first = last = 0.0
        shown = not markers
        while True:
            waited = time.perf_counter() - started
            wait = quiet if parts and shown else patience - waited
            if wait <= 0 or not select.select([self._controller], [], [], wait)[0]:
                break
            if not (part := self._read()):
                break
            last = time.perf_counter() - started
            first = first or last
            parts.append(part)
            if not shown:
                text = visible(b"".join(parts))
                shown = all(marker in text for marker in markers)
        sent = b"".join(parts)
        if not shown:
            missing = [marker for marker in markers if marker not in visible(sent)]
            raise SilentError(f"{missing!r} never shown; the program sent: {visible(sent)[-2000:]!r}")
        return Answer(first, last, sent)

    def _read(self) -> bytes:
        sent = b""
        while True:
            try:
                part = os.read(self._controller, _CHUNK)
            except BlockingIOError:
                return sent
            except OSError:  # Linux reports the end of the program's terminal as an input error
                return sent
            if not part:
                return sent
            sent += part

    def memory(self) -> tuple[float, float]:
        """RSS and PSS of the program and its children, in megabytes."""
        sums = {"Rss": 0.0, "Pss": 0.0}
        for pid in family(self.pid):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, rest = line.partition(":")
                if name in sums:
                    sums[name] += int(rest.split()[0]) / 1024
        return sums["Rss"], sums["Pss"]

    def close(self) -> None:
        """End the program, kindly at first."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        os.close(self._controller)


def family(pid: int) -> list[int]:
    """A process and everything it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def _environment(more: dict[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_DATA_HOME", "PYTHONPATH") if name in os.environ}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | more
