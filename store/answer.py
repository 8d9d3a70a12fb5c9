"""How a command answers: its words on standard output and standard error, and its exit code.

A stream may be closed, read by nobody any more, or go to a disk that is full. None of that stops the work, and the
exit code is the work's own.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

OK, FAILED, REFUSED, PARTLY = 0, 1, 2, 3
"""Exit codes: done; could not be done; the file was refused (as is a wrong command line); done but for some rows."""
STOPPED = 130
"""What a shell reports for a program that Ctrl+C ended."""


def open_streams() -> None:
    """Have a stream where one is closed, so that no file of ours takes its place, and have it take every letter."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # for as long as we run
        elif name == "stdout" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(sentence: str) -> None:
    """Say something on standard output."""
    put(f"{printable(sentence)}\n")


def fail(sentence: str, code: int = FAILED) -> int:
    """Say on standard error what went wrong, and give the exit code back."""
    mutter(f"regulars: {printable(sentence)}\n")
    return code


def put(text: str) -> None:
    """Write on standard output, at once. That there is no room for it is said on standard error."""
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        _end(sys.stdout)
    except OSError as error:
        _end(sys.stdout)
        fail(f"The output could not be written ({error.strerror or error}). The exit code says how the work ended.")


def mutter(text: str) -> None:
    """Write on standard error, at once, if anybody can hear it."""
    try:
        _write(sys.stderr, text)
    except OSError:
        _end(sys.stderr)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is not None:
        stream.write(text)
        stream.flush()


def _end(stream: TextIO) -> None:
    """Let nothing more come of a stream that failed: what it holds back would fail again at the program's end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def printable(text: str) -> str:
    """Text of one line whose control characters, line ends too, cannot act on the terminal."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
