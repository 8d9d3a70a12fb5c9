"""`regulars`: a headless command, or the program on this terminal."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from store.exchange import Progress
    from store.workbook.meter import Meter

NO_TERMINAL = "Regulars needs a terminal for its screens. Its commands work without one: see regulars --help."


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; the exit code."""
    words = tuple(sys.argv[1:] if argv is None else argv)
    if not words or (words[:1] == ("--db",) and len(words) == 2 and words[1]):
        # What a cashier starts a hundred times needs no parser of sub-commands, which takes a tenth of the start.
        return _open(*words[1:])

    from store import cli

    arguments = cli.parsed(words)
    return _open(arguments.db) if arguments.command is None else cli.run(arguments)


def _open(path: str | Path | None = None) -> int:
    """Open the book and the program on it. What is wrong with the book is said before the terminal is taken."""
    # Nothing is thrown away before the first screen stands: looking for it would be a tenth of the start.
    gc.disable()
    if not all(stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__)):
        return _fail(NO_TERMINAL)
    from store.database import open_book
    from store.errors import StoreError

    try:
        with _cut_off_import() as report:
            book = open_book(Path(path) if path else None, report=report)
        from tui.app import RegularsApp

        app = RegularsApp(book)
    except StoreError as error:
        return _fail(str(error))
    try:
        app.run()
    finally:
        book.close()
    if app.fault:
        return _fail(app.fault)
    return app.return_code or 0


@contextmanager
def _cut_off_import() -> Iterator[Callable[[Progress], None]]:
    """Says on the terminal how far an import is that is finished first: it can take many seconds."""
    meters: list[Meter] = []

    def tell(progress: Progress) -> None:
        if not meters:
            from store.workbook.meter import Meter

            meters.append(Meter())
        meters[0](progress)

    try:
        yield tell
    finally:
        for meter in meters:
            meter.clear()


def _fail(sentence: str) -> int:
    from store.answer import fail

    return fail(sentence)


if __name__ == "__main__":
    sys.exit(main())
