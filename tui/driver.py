"""The terminal's two ends: what is read from it becomes keys, what is sent to it has passed the gate.

Textual's driver for POSIX terminals, with four differences: bytes that are no text do not end the program, a line
that drops does (quickly, and in order), an unknown sequence types nothing, and every byte sent is checked.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

from tui.gate import Graphic, checked
from tui.keyboard import KeyReader
from tui.terminal import TERMINAL, UTF_8

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import TextIOWrapper
    from types import FrameType

    from textual.app import App

    from tui.terminal import Terminal

LAST_CALL_SECONDS = 5.0
"""After a line has dropped, how long the program may take to end before it is ended. The book needs no goodbye."""

READ_BYTES = 4096


class TerminalStream:
    """The file that the driver's writer thread writes to.

    Everything that reaches the terminal goes through `write`. When the line is gone, what is written is dropped:
    a writer that dies would leave the program waiting for it for ever.
    """

    def __init__(self, descriptor: int, terminal: Terminal, on_gone: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._terminal = terminal
        self._on_gone = on_gone
        self._pending: list[bytes] = []
        self.gone = False
        """Whether the line has dropped."""

    def write(self, text: str) -> int:
        """Take some output; it is sent at the next `flush`."""
        sent = text if isinstance(text, Graphic) else checked(text, old=self._terminal.old)
        self._pending.append(sent.encode(self._terminal.charset, errors="replace"))
        return len(text)

    def flush(self) -> None:
        """Send what was taken."""
        data = memoryview(b"".join(self._pending))
        self._pending.clear()
        while data and not self.gone:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                threading.Event().wait(0.01)
            except OSError:
                self.gone = True
                self._on_gone()

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """It is one."""
        return True


class TillDriver(LinuxDriver):
    """Textual's driver for POSIX terminals, hardened."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse and not TERMINAL.old, size=size)
        # Textual writes to the standard error output; that may be kept in a file, and the size is asked of this one.
        output = sys.__stdout__.fileno() if sys.__stdout__ is not None else 1
        self._file = cast("TextIOWrapper[Any]", TerminalStream(output, TERMINAL, self._line_gone))
        self._wake_reader, self._waker = os.pipe()
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, self._told_to_end)

    def _told_to_end(self, number: int, _frame: FrameType | None) -> None:
        """SIGHUP or SIGTERM: leave in order, now."""
        self._end(128 + number)

    def _line_gone(self) -> None:
        """The terminal is no more; called from the reading or the writing thread."""
        self._end(128 + signal.SIGHUP)

    def _end(self, return_code: int) -> None:
        stuck = threading.Timer(LAST_CALL_SECONDS, os._exit, (return_code,))
        stuck.daemon = True
        stuck.start()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._app.exit, None, return_code)

    def disable_input(self) -> None:
        """Wake the reading thread, so that it need not look up ten times a second whether to stop."""
        os.write(self._waker, b"\0")
        super().disable_input()

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was; one without a second screen is left clear."""
        if TERMINAL.old and self._writer_thread is not None:
            self.write("\x1b[m\x1b[H\x1b[J")
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Read until told to stop or until the line is gone."""
        reader = KeyReader(TERMINAL.charset if TERMINAL.charset != "ascii" else UTF_8, sco=TERMINAL.sco)
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._wake_reader, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = {key.fd for key, _events in selector.select(reader.wait)}
                if self._wake_reader in ready:
                    os.read(self._wake_reader, READ_BYTES)
                    return
                if not ready:
                    for message in reader.timeout():
                        self.process_message(message)
                    continue
                data = self._read()
                if not data:
                    self._line_gone()
                    return
                for message in reader.feed(data):
                    self.process_message(message)

    def _read(self) -> bytes:
        """What the terminal sent; nothing when it is gone."""
        try:
            return os.read(self.fileno, READ_BYTES)
        except OSError:
            return b""
