"""A piece of work that runs in a child process and tells the program how it goes."""

from __future__ import annotations

import json
import queue
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from store import child
from store.exchange import Progress

if TYPE_CHECKING:
    import subprocess

    from store.errors import StoreError

Told = TypeVar("Told")
"""What a job tells beside a StoreError."""


class Job(ABC, Generic[Told]):
    """Work that runs beside the program: `start` it, `poll` it until it gives its last event.

    The child is the subclass' own module, run as a program: it reads `order` from standard input, and speaks in
    lines of JSON.
    """

    name: ClassVar[str]
    """What is made, at the beginning of a sentence: 'The export'."""
    error: ClassVar[type[StoreError]]
    """What it is when the work cannot be done."""
    unfinished: ClassVar[str] = "Nothing was written; try again."
    """What is said of work that was stopped before its end."""

    def __init__(self, order: dict[str, object]) -> None:
        self._order = order
        self._process: subprocess.Popen[bytes] | None = None
        self._events: queue.SimpleQueue[Told | StoreError] = queue.SimpleQueue()
        self.running = False
        """Whether `poll` has more to tell."""

    @abstractmethod
    def _event(self, line: dict[str, Any]) -> Told | StoreError:
        """What a line of the child says."""

    @abstractmethod
    def _tidy(self) -> None:
        """Take away what a killed child could not."""

    def _is_last(self, event: Told | StoreError) -> bool:
        """Whether the work has ended with an event."""
        del event
        return True

    def start(self) -> None:
        """Begin; returns at once. Raises the job's `error` when no process can be started."""
        try:
            process = child.start(type(self).__module__)
        except OSError as error:
            raise self.error(f"{self.name} could not be started: {error.strerror or error}.") from None
        self._process = process
        self.running = True
        threading.Thread(target=self._listen, args=(process,), daemon=True, name=self.name).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Turn the child's lines into events; its end without a last word is an event too."""
        assert process.stdin is not None  # noqa: S101  # both are pipes, as `start` asked
        assert process.stdout is not None  # noqa: S101
        ended = False
        with process:
            with suppress(BrokenPipeError):
                process.stdin.write(json.dumps(self._order).encode())
                process.stdin.close()
            with suppress(ValueError):  # a child that is killed may stop in the middle of a line
                for line in process.stdout:
                    event = self._event(json.loads(line))
                    self._events.put(event)
                    ended = self._is_last(event)
        if not ended:
            self._tidy()
            self._events.put(self.error(f"{self.name} was stopped before its end. {self.unfinished}"))

    def poll(self) -> list[Told | StoreError]:
        """What happened since the last time; never waits. The last event is the outcome, or an error."""
        events: list[Told | StoreError] = []
        while self.running:
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                break
            events.append(event)
            self.running = not self._is_last(event)
        return events

    def cancel(self) -> None:
        """Stop; nothing is left behind. What was there under the target's name stays, unless all was written."""
        process = self._process
        if process is None:
            return
        self.running = False
        child.stop(process)
        self._tidy()


class ProgressJob(Job[Progress | Told]):
    """Work that tells how far it is before it tells what it came to."""

    @abstractmethod
    def _result(self, told: dict[str, Any]) -> Told:
        """What the work came to, as the child tells it."""

    def _event(self, line: dict[str, Any]) -> Progress | Told | StoreError:
        if told := line.get("progress"):
            return Progress(**told)
        if told := line.get("result"):
            return self._result(told)
        return self._refusal(line)

    def _refusal(self, line: dict[str, Any]) -> StoreError:
        return self.error(str(line["error"]))

    def _is_last(self, event: Progress | Told | StoreError) -> bool:
        return not isinstance(event, Progress)
