"""An exchange in a process of its own, so that the keys never wait for it: `FolderJob` here, its work in `main`."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from store.child_job import ProgressJob
from store.child_work import BESIDE, Reporter, carry_out
from store.errors import ExchangeError
from store.records import Actor


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange came to: in a line, and all of it; `whole` unless something was refused, missing or failed."""

    summary: str
    sentences: tuple[str, ...] = ()
    whole: bool = True


class FolderJob(ProgressJob[Exchanged]):
    """One exchange with the folder in the settings; it tells its progress, then what it came to or an error."""

    name = "The exchange"
    error = ExchangeError
    unfinished = "What was done stands; the next one goes on."

    def __init__(self, book_path: Path, actor: Actor) -> None:
        super().__init__({"book": str(book_path.absolute()), "actor": asdict(actor)})

    def _result(self, told: dict[str, Any]) -> Exchanged:
        return Exchanged(told["summary"], tuple(told["sentences"]), told["whole"])

    def _tidy(self) -> None:
        """The next run takes away what a killed one left."""


def _work(order: dict[str, Any]) -> dict[str, Any]:
    from store.workbook import folder_words
    from store.workbook.folder import sync

    report = sync(Path(order["book"]), actor=Actor(**order["actor"]), report=Reporter())
    sentences = (*folder_words.wrong(report), *folder_words.done(report))
    return {"result": asdict(Exchanged(folder_words.summary(report), sentences, report.is_whole))}


def main() -> int:
    """The child's work: one exchange, as standard input orders it; its exit code."""
    return carry_out(_work, nice=BESIDE)


if __name__ == "__main__":
    sys.exit(main())
