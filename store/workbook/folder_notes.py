"""What the office finds beside the files that were not taken, or not whole: why, in words or marked in its own file."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.exchange import Progress
from store.workbook.folder_files import shortened
from store.workbook.folder_records import Place
from store.workbook.returned import ReturnedJob
from store.workbook.returned_names import ending

if TYPE_CHECKING:
    from store.exchange import ImportPreview, ImportResult
    from store.workbook.folder_files import Found
    from store.workbook.folder_take import Taker

_REASONS = 3
"""Reasons that are said of a file, those of the most rows first."""
_ANY_ROW = re.compile(r"\brow [\d,]+")
_ROWS = 500
"""Rows of one kind that a note names."""
_WAIT = 0.05
_KINDS = (
    ("These rows were not taken. All others were.", "error:"),
    ("Of these rows the faulty cells were left out. The rest was taken.", "part:"),
    ("Of these rows some cells wait for an answer, and nothing need be done here.", "held:"),
)
"""What stands above the rows of a note, and how their outcomes begin."""


def reasons(result: ImportPreview | ImportResult) -> str:
    """Why rows were refused, or cells of theirs left out, in a line: alike reasons as one, each with how many rows."""
    counted = Counter(
        (row.sheet, _ANY_ROW.sub("another row", row.message))
        for row in result.refused
        if not row.outcome.startswith("held:")
    )
    said = [
        f"{sheet}: {message} ({number:,} {'row' if number == 1 else 'rows'})"
        for (sheet, message), number in counted.most_common(_REASONS)
    ]
    if (more := len(counted) - len(said)) > 0:
        said.append(f"{more:,} other {'reason' if more == 1 else 'reasons'}")
    return "".join(f"{one}. " for one in said).rstrip()


def name_beside(found: Found, digest: str, more: str) -> str:
    """The name of what stands beside a file: the same at every till, so that it is written once."""
    return f"{shortened(Path(found.said).stem)} {digest[:8]}{more}"


def tell_refusal(taker: Taker, found: Found, digest: str, why: str) -> None:
    """Write among the refused files why this one is. Raises OSError."""
    text = (
        f"{found.said}\n\n{why}\n\nNothing of it was taken. Correct it and put it into the inbox again. The file "
        "itself is moved here once every till has looked at it.\n"
    )
    taker.share.write_once(Place.REFUSED, name_beside(found, digest, ".txt"), text, taker.origin)


def return_rows(taker: Taker, found: Found, copy: Path, digest: str, result: ImportPreview | ImportResult) -> None:
    """Write among the refused files the sender's own with its faulty rows and cells marked. Raises OSError.

    A file that cannot be marked has them named in words.
    """
    name = name_beside(found, digest, f" returned{ending(copy)}")
    note = name_beside(found, digest, ".txt")
    if any(taker.share.look(Place.REFUSED, there) is not None for there in (name, note)):
        return
    out = taker.beside / f"returned{ending(copy)}"
    if _is_marked(taker, copy, out):
        taker.share.put(out, Place.REFUSED, name, taker.origin)
        out.unlink()
    else:
        taker.share.write_once(Place.REFUSED, note, _in_words(found, result), taker.origin)


def _is_marked(taker: Taker, copy: Path, out: Path) -> bool:
    """Have the file marked by a child process; whether it could be."""
    job = ReturnedJob(taker.book.path, copy, out, taker.book.actor)
    try:
        job.start()
        while job.running:
            for event in job.poll():
                if isinstance(event, Progress):
                    taker.report(event)
            time.sleep(_WAIT)
    except StoreError:
        return False
    finally:
        job.cancel()
    return out.exists()


def _in_words(found: Found, result: ImportPreview | ImportResult) -> str:
    lines = [found.said]
    for head, kinds in _KINDS:
        rows = [row for row in result.refused if row.outcome.startswith(kinds)]
        if rows:
            lines += ["", head, "", *(f"{row.sheet}, row {row.row}: {row.message}" for row in rows[:_ROWS])]
        if len(rows) > _ROWS:
            lines.append(f"... and {len(rows) - _ROWS:,} more rows.")
    return "\n".join([*lines, ""])
