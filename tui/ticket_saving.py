"""Saving a receipt, or the ticket of a payment, as PDF: where to, by a process of its own, and what came of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from store import ticket
from store.errors import StoreError
from tui.folders import from_home
from tui.gate import shown
from tui.jobs import poll_child
from tui.recent_folders import Purpose
from tui.terminal import TERMINAL
from tui.widgets.folder_list import ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.receipt_records import Receipt
    from tui.app import RegularsApp
    from tui.page import Commanded

WHOLE = "whole"
"""The key of the whole receipt among what can be made."""
KINDS = (".pdf",)
NAMED = 120
"""Cells that a path may take in the banner, which has two lines."""


def choices(receipt: Receipt, amount_words: Callable[[Any], str]) -> list[tuple[str, str]]:
    """What can be made of a receipt, as the picker takes it."""
    payments = [
        (
            str(payment.number),
            " ".join(
                filter(
                    None,
                    (
                        f"Ticket of payment {payment.number}:", payment.type, amount_words(payment.amount),
                        payment.status,
                    ),
                )
            ),
        )
        for payment in receipt.payments
    ]  # fmt: skip
    return [(WHOLE, "The whole receipt"), *payments]


class TicketSaving:
    """At most one PDF at a time for a screen; `changed` is called when one begins and when it has ended."""

    def __init__(self, app: RegularsApp, changed: Callable[[], None]) -> None:
        self._app = app
        self._changed = changed
        self.under_way = False
        """Whether a PDF is being made."""
        self._made: tuple[int, int | None] | None = None
        self._target: Path | None = None
        """Where the last one was wanted, as long as it is not there."""

    def choose_place(self, receipt: Receipt, payment: int | None) -> None:
        """Ask where to, then make it. Of one that could not be made, the place is proposed again, to be mended."""
        again = self._target if self._made == (receipt.id, payment) else None
        self._app.open_screen(
            "file_chooser",
            partial(self._make, receipt.id, payment),
            heading="Save the receipt" if payment is None else f"Save the ticket of payment {payment}",
            kinds=KINDS,
            save_as=shown(again.name) if again else ticket.file_name(receipt.number, payment),
            folder=again.parent if again else None,
            purpose=Purpose.PDF,
        )

    def _make(self, receipt_id: int, payment: int | None, target: Path | None) -> None:
        if target is None or self.under_way:
            return
        from store.ticket_job import TicketJob  # not with every receipt

        # The chooser has asked whether a file that is there may be lost.
        self._made, self._target = (receipt_id, payment), target
        job = TicketJob(self._app.book.path, receipt_id, payment, target, force=True)
        try:
            job.start()
        except StoreError as error:
            self._app.announce(str(error), error=True)
            return
        self._tell(running=True)
        self._app.announce("The PDF is being made.")
        # The first screen is always there, whichever one goes on to meanwhile.
        poll_child(cast("Commanded[Any]", self._app.screen_stack[0]), job, self._done)

    def _done(self, item: Path | StoreError) -> None:
        if isinstance(item, Path):
            self._target = None
            self._app.announce(self._saved(item))
        else:
            self._app.announce(str(item), error=True)
        self._tell(running=False)

    def _saved(self, path: Path) -> str:
        """Copy the path, and say so where the terminal knows how to."""
        self._app.copy_to_clipboard(shown(str(path)))
        copied = "" if TERMINAL.old else ", path copied"
        return f"PDF saved{copied}: {ending(shown(from_home(path)), NAMED)}"

    def _tell(self, *, running: bool) -> None:
        self.under_way = running
        self._changed()
