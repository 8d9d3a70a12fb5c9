"""An erasure in a process of its own: the file and the backups take their time. The job here, its work in `main`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from store.child_job import ProgressJob
from store.child_work import BESIDE, Reporter, carry_out, ordered_book
from store.erasure_records import Erased, Unreached
from store.errors import ErasureError

if TYPE_CHECKING:
    from pathlib import Path

    from store.records import Actor


class ErasureJob(ProgressJob[Erased]):
    """The erasure of one customer, beside the program; it tells its progress, then how it ended, or an error."""

    name = "The erasure"
    error = ErasureError
    unfinished = "What is left of it is done with the next backup; if the customer is still there, erase them again."

    def __init__(self, book_path: Path, customer_id: int, actor: Actor) -> None:
        super().__init__({"book": str(book_path.absolute()), "customer": customer_id, "actor": asdict(actor)})

    def _result(self, told: dict[str, Any]) -> Erased:
        unreached = tuple(Unreached(**one) for one in told["unreached"])
        return Erased(told["clean"], tuple(told["copies"]), unreached, told["why"])

    def _tidy(self) -> None:
        """A killed child leaves no file behind; the next erasure or backup goes on."""


def _work(order: dict[str, Any]) -> dict[str, Any]:
    from store import erasure

    with ordered_book(order) as book:
        return {"result": asdict(erasure.erase(book, order["customer"], Reporter()))}


def main() -> int:
    """The child's work: one erasure, as standard input orders it; its exit code."""
    return carry_out(_work, nice=BESIDE)


if __name__ == "__main__":
    sys.exit(main())
