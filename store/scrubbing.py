"""Making a book's file forget what was deleted in it: the search index, the log, and the unused parts of its pages.

SQLite overwrites what it deletes, but not what it moves: a page that was once divided may still hold a copy. So all
that is unused is overwritten. Then the file itself is looked through; only where something is found is it written anew,
which makes others wait.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from store import traces
from store.erasure_records import IN_USE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from store.database import Book

    Alive = Callable[[], None]

HOLD_SECONDS = 0.008
"""How long a slice may hold the write lock."""
PAUSE_SECONDS = 0.008
"""How long the lock is free at least between two slices."""
FIRST_SLICE, SMALLEST_SLICE, LARGEST_SLICE = 16, 4, 1000
"""Pages of the index that are merged in one slice; measured time decides."""
LOG_SECONDS = 20.0
"""How long readers may keep the log from being emptied."""
_LOOK_SECONDS = 0.05


def begin(book: Book) -> None:
    """Have this connection overwrite what it deletes."""
    book.execute("PRAGMA secure_delete=ON")


def scrub(book: Book, texts: Collection[str] | None, alive: Alive = lambda: None) -> str:
    """Clear a book's file of these texts; without knowing them (None) it is written anew in any case.

    Gives a sentence that says why it is not cleared, as when others use the book for so long that its log cannot be
    emptied; '' when it is. `alive` is called now and then. Raises BookError kinds.
    """
    begin(book)
    settle_index(book, alive)
    if not empty_log(book, alive):
        return IN_USE
    if texts is not None:
        left, why = traces.clear(book.path, texts, alive)
        if left is not traces.Left.SOMETHING:
            return why
    alive()
    rewrite(book)  # what is found after that is somebody else's, as an e-mail that another one ends with
    return "" if empty_log(book, alive) else IN_USE


def settle_index(book: Book, alive: Alive = lambda: None) -> None:
    """Merge the whole search index, in short slices: a word that nobody has stands in it until then."""
    pages, sign = FIRST_SLICE, -1  # at first less than nothing: that has FTS5 merge all there is, however little
    while True:
        with book.write():
            start = time.perf_counter()
            [[before]] = book.rows("SELECT total_changes()")
            book.execute("INSERT INTO customer_search (customer_search, rank) VALUES ('merge', ?)", (sign * pages,))
            [[after]] = book.rows("SELECT total_changes()")
        if after - before < 2:  # as FTS5 says that it has done nothing
            return
        held = max(time.perf_counter() - start, 0.0001)
        pages = min(max(SMALLEST_SLICE, min(int(pages * HOLD_SECONDS / held), 2 * pages)), LARGEST_SLICE)
        sign = 1
        alive()
        time.sleep(PAUSE_SECONDS)


def empty_log(book: Book, alive: Alive = lambda: None) -> bool:
    """Fold the log into the book and cut it off; False when readers are in the way for too long."""
    log = book.path.with_name(f"{book.path.name}-wal")
    until = time.monotonic() + LOG_SECONDS
    while True:
        book.checkpoint(truncate=True)
        if not log.exists() or not log.stat().st_size:
            return True
        if time.monotonic() > until:
            return False
        alive()
        time.sleep(_LOOK_SECONDS)


def rewrite(book: Book) -> None:
    """Write the whole file anew, without what is unused in it. Raises BookError kinds."""
    # in memory, a large book would take all there is
    book.execute("PRAGMA temp_store=FILE")
    try:
        book.execute("VACUUM")
    finally:
        book.execute("PRAGMA temp_store=MEMORY")
