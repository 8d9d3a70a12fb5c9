"""What the children of the program have in common: an order comes in by standard input, lines of JSON go out.

Each is a module with a `main`, run as a program: `sys.exit(main())`. The other side is `child_job`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import child
from store.errors import StoreError
from store.records import Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from store.database import Book
    from store.exchange import Progress

BESIDE = 10
"""Niceness of work that takes its time: the program and other programs come first."""
_BETWEEN_REPORTS = 0.1


class Reporter:
    """Tells progress as it comes, but not more often than a screen shows it."""

    def __init__(self, told: Callable[[], object] = lambda: None) -> None:
        self._told = told
        self._due = 0.0

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _BETWEEN_REPORTS
            self._told()
            child.say(progress=asdict(progress))


def carry_out(
    work: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    nice: int = 0,
    refusal: Callable[[StoreError], dict[str, Any]] | None = None,
) -> int:
    """Do what standard input orders, and tell what came of it; the process' exit code.

    `work` gets the order and gives its last line. A StoreError is told as `error`, with what `refusal` has to add.
    """
    child.end_tidily()
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    order = json.load(sys.stdin)
    try:
        line = work(order)
    except StoreError as error:
        child.say(error=str(error), **({} if refusal is None else refusal(error)))
        return 1
    child.say(**line)
    return 0


@contextmanager
def ordered_book(order: Mapping[str, Any]) -> Iterator[Book]:
    """The book that an order names, and by whom, open. Raises StoreError."""
    from store.database import open_book

    actor = Actor(**order["actor"]) if "actor" in order else None
    book = open_book(Path(order["book"]), actor=actor, create=False, recover=False)
    try:
        yield book
    finally:
        book.close()
