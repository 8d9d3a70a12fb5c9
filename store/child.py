"""Our own interpreter as a child process: what is heavy or comes from strangers must not touch the keys.

A child gets its order by standard input and speaks in lines of JSON by standard output.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

PATIENCE_SECONDS = 1.0
"""What a child that is told to end gets to tidy up by itself."""
_ENDINGS = ("SIGTERM", "SIGHUP", "SIGINT")


def command(module: str, *words: str) -> list[str]:
    """How a child is started: our own interpreter, never a shell, and not from the folder one happens to be in."""
    return [sys.executable, "-P", "-m", module, *words]


def environment() -> dict[str, str]:
    """This process' environment, in which a child finds our packages wherever they are."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}


def start(module: str) -> subprocess.Popen[bytes]:
    """A child that takes an order and speaks. Raises OSError when no process can be started."""
    return subprocess.Popen(
        command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a child, kindly at first; returns when it has ended."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_tidily() -> None:
    """In the child: whoever ends it has its `finally` blocks run."""
    for name in _ENDINGS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: sys.exit(1))


def say(**line: object) -> None:
    """In the child: tell the program; end quietly when it is no longer there."""
    try:
        sys.stdout.write(f"{json.dumps(line)}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the exit would fail on it again
        raise SystemExit(1) from None
