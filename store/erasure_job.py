"""An erasure in a process of its own: the file and the backups take their time. `ErasureJob` here, its work in `main`.

The two speak in lines of JSON: the order goes in by standard input, progress and the end come out by standard output.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import child
from store.child_job import Job
from store.erasure_records import Erased, Unreached
from store.errors import ErasureError, StoreError
from store.exchange import Progress

if TYPE_CHECKING:
    from store.records import Actor

Event = Progress | Erased | StoreError
_NICE = 10


class ErasureJob(Job[Progress | Erased]):
    """The erasure of one customer, beside the program; it tells its progress, then how it ended, or an error."""

    name = "The erasure"
    error = ErasureError
    unfinished = "What is left of it is done with the next backup; if the customer is still there, erase them again."

    def __init__(self, book_path: Path, customer_id: int, actor: Actor) -> None:
        super().__init__({"book": str(book_path.absolute()), "customer": customer_id, "actor": asdict(actor)})

    def _event(self, line: dict[str, Any]) -> Event:
        if told := line.get("progress"):
            return Progress(**told)
        if told := line.get("result"):
            unreached = tuple(Unreached(**one) for one in told["unreached"])
            return Erased(told["clean"], tuple(told["copies"]), unreached)
        return ErasureError(str(line["error"]))

    def _is_last(self, event: Event) -> bool:
        return not isinstance(event, Progress)

    def _tidy(self) -> None:
        """A killed child leaves no file behind; the next erasure or backup goes on."""


def main() -> int:
    """The child's work: one erasure, as standard input orders it; its exit code."""
    child.end_tidily()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    order = json.load(sys.stdin)
    from store import erasure
    from store.database import open_book
    from store.records import Actor

    try:
        book = open_book(Path(order["book"]), actor=Actor(**order["actor"]), create=False, recover=False)
        try:
            done = erasure.erase(book, order["customer"], lambda progress: child.say(progress=asdict(progress)))
        finally:
            book.close()
    except StoreError as error:
        child.say(error=str(error))
        return 1
    child.say(result=asdict(done))
    return 0


if __name__ == "__main__":
    sys.exit(main())
