"""An exchange in a process of its own, so that the keys never wait for it: `FolderJob` here, its work in `main`."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import child
from store.child_job import Job
from store.errors import ExchangeError, StoreError
from store.exchange import Progress
from store.records import Actor

if TYPE_CHECKING:
    Event = Progress | "Exchanged" | StoreError

_BETWEEN_REPORTS = 0.1
_NICE = 10


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange came to: in a line, and all of it; `whole` unless something was refused, missing or failed."""

    summary: str
    sentences: tuple[str, ...] = ()
    whole: bool = True


class FolderJob(Job[Progress | Exchanged]):
    """One exchange with the folder in the settings; it tells its progress, then what it came to or an error."""

    name = "The exchange"
    error = ExchangeError
    unfinished = "What was done stands; the next one goes on."

    def __init__(self, book_path: Path, actor: Actor) -> None:
        super().__init__({"book": str(book_path.absolute()), "actor": asdict(actor)})

    def _event(self, line: dict[str, Any]) -> Progress | Exchanged | StoreError:
        if told := line.get("progress"):
            return Progress(**told)
        if told := line.get("result"):
            return Exchanged(told["summary"], tuple(told["sentences"]), told["whole"])
        return ExchangeError(str(line["error"]))

    def _is_last(self, event: Progress | Exchanged | StoreError) -> bool:
        return not isinstance(event, Progress)

    def _tidy(self) -> None:
        """The next run takes away what a killed one left."""


class _Reporter:
    """Sends progress as it comes, but not more often than a screen shows it."""

    def __init__(self) -> None:
        self._due = 0.0

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _BETWEEN_REPORTS
            child.say(progress=asdict(progress))


def main() -> int:
    """The child's work: one exchange, as standard input orders it; its exit code."""
    child.end_tidily()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    order = json.load(sys.stdin)
    from store.workbook import folder_words
    from store.workbook.folder import sync

    try:
        report = sync(Path(order["book"]), actor=Actor(**order["actor"]), report=_Reporter())
    except StoreError as error:
        child.say(error=str(error))
        return 1
    sentences = (*folder_words.wrong(report), *folder_words.done(report))
    child.say(result=asdict(Exchanged(folder_words.summary(report), sentences, report.is_whole)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
