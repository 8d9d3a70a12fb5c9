"""Work that must not block the keys: store calls in a thread, imports and exports in a child process.

    run_store(self, lambda book: customers.get(book, 7), self._show)

calls the store in a thread with a connection of its own, then `self._show(customer)` in the screen again, unless
the screen is gone or the work was superseded (`group`). A StoreError becomes a notice, or goes to `on_error`.

    poll_child(self, session, self._arrived)

calls `self._arrived(item)` for everything a child process reports, until it reports a result or an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual.message import Message
from textual.worker import get_current_worker

from store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.timer import Timer
    from textual.worker import Worker

    from store.database import Book
    from tui.page import Commanded

T = TypeVar("T")
Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)

POLL_SECONDS = 0.1
"""How often a child process is asked for news: often enough to look live, too seldom to be felt."""


class Outcome(Message):
    """Store work is done; the screen that asked calls `finish` in its own message handler."""

    def __init__(self, finish: Callable[[], None]) -> None:
        super().__init__()
        self.finish = finish


class ChildJob(Protocol[Item_co]):
    """What runs in a child process and reports when asked; `poll` never blocks."""

    def poll(self) -> Sequence[Item_co]:
        """What has been reported since the last call."""
        ...


def run_store(
    screen: Commanded[Any],
    work: Callable[[Book], T],
    on_done: Callable[[T], None],
    *,
    on_error: Callable[[StoreError], None] | None = None,
    group: str = "store",
    exclusive: bool = False,
) -> Worker[None]:
    """Call `work(book)` in a thread, then `on_done(result)` in the screen.

    With `exclusive`, what is still running in the same `group` is superseded: its result is not delivered.
    """
    book = screen.regulars.book

    def refuse(error: StoreError) -> None:
        screen.regulars.announce(str(error), error=True)

    fail = on_error or refuse

    def job() -> None:
        worker = get_current_worker()
        finish: Callable[[], None]
        with book.connection():
            try:
                result = work(book)
            except StoreError as error:
                finish = _bound(fail, error)
            else:
                finish = _bound(on_done, result)
        if not worker.is_cancelled:
            screen.post_message(Outcome(finish))

    return screen.run_worker(job, group=group, exclusive=exclusive, thread=True, exit_on_error=True)


def _bound(function: Callable[[T], None], value: T) -> Callable[[], None]:
    return lambda: function(value)


def poll_child(screen: Commanded[Any], job: ChildJob[Item], on_item: Callable[[Item], None]) -> Timer:
    """Hand everything that `job` reports to `on_item` in the screen, until it reports something that is no Progress.

    Stop the timer to listen no longer.
    """
    from store.exchange import Progress  # not with the list, which has no children

    def poll() -> None:
        for item in job.poll():
            if not isinstance(item, Progress):
                timer.stop()
            on_item(item)

    timer = screen.set_interval(POLL_SECONDS, poll)
    return timer
