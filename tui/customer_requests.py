"""What a customer may ask for: all that the book has of them, as a workbook, and to be erased from it for good."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from store.errors import StoreError
from store.exchange import Progress
from tui.folders import from_home
from tui.gate import shown
from tui.jobs import poll_child
from tui.recent_folders import Purpose
from tui.screens.customer_page import CustomerPage
from tui.widgets.folder_list import ending
from tui.widgets.progress_line import ProgressLine, place_above_keys

if TYPE_CHECKING:
    from store.child_job import Job
    from store.erasure_records import Erased
    from tui.app import RegularsApp
    from tui.page import Commanded
    from tui.screens.customer_page import Subject

KINDS = (".xlsx",)
ERASED = "Customer erased"


def ask_where_to_hand_over(app: RegularsApp, subject: Subject) -> None:
    """Ask where the workbook is to be, then write it. Raises StoreError."""
    from store.hand_over import file_name  # not with every customer

    app.open_screen(
        "file_chooser",
        partial(_hand_over, app, subject.id),
        heading="Hand over data",
        kinds=KINDS,
        save_as=shown(file_name(app.book, subject.id)),
        purpose=Purpose.EXPORT,
    )


def _hand_over(app: RegularsApp, customer_id: int, target: Path | None) -> None:
    if target is None:
        return
    from store.hand_over_job import HandOverJob

    # The chooser has asked whether a file that is there may be lost.
    _run(app, HandOverJob(app.book.path, customer_id, target), "Handing over", partial(_handed_over, app))


def _handed_over(app: RegularsApp, item: object) -> None:
    if isinstance(item, Path):
        # The banner has two lines, and a path is not broken.
        app.announce(f"Data saved: {ending(shown(from_home(item)), app.size.width - 1)}")


def ask_to_erase(app: RegularsApp, subject: Subject) -> None:
    """Ask whether the customer is to be erased, then do it. Raises StoreError."""
    from store import customers

    customer = customers.get(app.book, subject.id)
    app.open_screen("erase", partial(_erase, app, subject.id), customer=customer)


def _erase(app: RegularsApp, customer_id: int, agreed: bool | None) -> None:
    if not agreed:
        return
    from store.erasure_job import ErasureJob

    _run(app, ErasureJob(app.book.path, customer_id, app.actor), "Erasing", partial(_erased, app, customer_id))


def _erased(app: RegularsApp, customer_id: int, item: object) -> None:
    done = cast("Erased", item)
    for page in app.screen_stack:
        if isinstance(page, CustomerPage) and page.subject is not None and page.subject.id == customer_id:
            page.show_changed(customer_id)
    app.announce(f"{ERASED}. {done.sentences[0]}" if done.sentences else ERASED)
    if done.sentences:
        app.open_screen("erased", done=done)


def _run(app: RegularsApp, job: Job[Any], label: str, on_done: Any) -> None:
    """Start a job, show how far it is above the keys, and hand its outcome on; what goes wrong is said."""
    try:
        job.start()
    except StoreError as error:
        app.announce(str(error), error=True)
        return
    line = ProgressLine(label)
    line.show(None)
    place_above_keys(app.screen, line)

    def arrived(item: object) -> None:
        if isinstance(item, Progress):
            line.show(item)
            return
        if line.is_attached:
            line.remove()
        if isinstance(item, StoreError):
            app.announce(str(item), error=True)
        else:
            on_done(item)

    # The first screen is always there, whichever one goes on to meanwhile.
    poll_child(cast("Commanded[Any]", app.screen_stack[0]), job, arrived)
