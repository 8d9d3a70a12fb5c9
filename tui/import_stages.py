"""How the import looks at each stage: its sentences, what its screen needs, and the table of its counts."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from store.exchange import SheetCounts
from tui.folders import counted
from tui.gate import shown
from tui.import_desk import PROCESSING, Stage, all_counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.exchange import ImportPreview, ImportResult
    from tui.import_desk import ImportDesk

_COUNTS = ("created", "updated", "unchanged", "refused")
_HELD = "held"
_STYLES = {"refused": "$error", _HELD: "$accent"}
_WIDTHS = (16, 11, 11, 12, 11, 9)
_NARROW_WIDTHS = (16, 8, 8, 10, 8, 5)
_UNBROKEN = "\N{NO-BREAK SPACE}"
"""Holds a sheet's name and number together while lines are broken."""
NARROW = 74
"""Below this width the columns of the counts stand closer together."""


@dataclass(frozen=True, slots=True)
class View:
    """How a stage looks: its sentences, and which parts of the screen it needs."""

    lead: Callable[[ImportDesk], str]
    progress: bool = False
    outcome: bool = False
    back: str = "Back"
    yes: str = ""
    """The words of the button that goes on; '' where there is nothing to go on with."""
    fault: bool = False


def _preview_lead(desk: ImportDesk) -> str:
    preview = desk.preview
    if preview is None or not worth_writing(preview):
        if preview is not None and all_refused(preview):
            return "There is nothing to import: every row is refused. Here is why:"
        return "There is nothing to import: no row of the workbook would change the book."
    learnt = _learnt(preview)
    if changes(preview):
        return f"Nothing is written yet. This is what the workbook would do:{learnt}"
    if asks(preview):
        return f"Nothing is written yet. No row would change, but there are questions to be answered:{learnt}"
    return f"Nothing is written yet. No row would change, but there is more:{learnt}"


def _learnt(preview: ImportPreview | None) -> str:
    """A line of what the book learns beside what rows change; '' where it learns nothing else."""
    return f"\nThe book learns: {'; '.join(preview.brings)}." if preview is not None and preview.brings else ""


def _done_lead(desk: ImportDesk) -> str:
    done = f"The import is done. This is what it did:{_learnt(desk.preview)}"
    if not desk.waiting:
        return done
    return f"{counted(desk.waiting, 'question')} of the workbook went unanswered: Enter opens the review.\n{done}"


VIEWS: dict[Stage, View] = {
    Stage.NONE: View(lambda _: "No workbook has been imported since Regulars was started."),
    Stage.READING: View(lambda _: "Reading the workbook. Nothing is written yet.", progress=True, back="Cancel"),
    Stage.REFUSED: View(lambda desk: desk.fault, fault=True, yes="Choose another file"),
    Stage.PREVIEW: View(_preview_lead, outcome=True, back="Cancel", yes="Import"),
    Stage.WRITING: View(lambda _: f"{PROCESSING} You can go on working.", progress=True),
    Stage.DONE: View(_done_lead, outcome=True, yes="Review"),
    Stage.FAILED: View(lambda desk: desk.fault, fault=True),
}


def changes(outcome: ImportPreview | ImportResult) -> int:
    """How many rows, on all sheets, are written."""
    return sum(counts.created + counts.updated for counts in all_counts(outcome).values())


def worth_writing(preview: ImportPreview) -> bool:
    """Whether importing does anything: rows are written, questions are put into the review, or the book learns more."""
    return bool(changes(preview) or asks(preview) or preview.stage)


def asks(preview: ImportPreview) -> bool:
    """Whether questions are put into the review."""
    return bool(preview.questions or any(counts.held for counts in all_counts(preview).values()))


def all_refused(outcome: ImportPreview) -> bool:
    """Whether there are rows, and none that the book could have."""
    counts = all_counts(outcome).values()
    return any(of_sheet.refused for of_sheet in counts) and not any(of_sheet.unchanged for of_sheet in counts)


def parted(outcome: ImportPreview | ImportResult) -> tuple[dict[str, SheetCounts], dict[str, SheetCounts]]:
    """The counts of the first sheet and of those that bring anything, and of those that bring nothing."""
    sheets = all_counts(outcome)
    first = next(iter(sheets))
    quiet = {
        name: counts
        for name, counts in sheets.items()
        if name != first and counts == SheetCounts(unchanged=counts.unchanged)
    }
    return {name: counts for name, counts in sheets.items() if name not in quiet}, quiet


def counts_table(outcome: ImportPreview | ImportResult, width: int) -> Content:
    """A line for each sheet, refusals in red; a column for what is held where anything is.

    Sheets beside the first that say what the book has already share one line.
    """
    sheets, quiet = parted(outcome)
    widths = _WIDTHS if width >= NARROW else _NARROW_WIDTHS
    names = (*_COUNTS, *([_HELD] if any(counts.held for counts in sheets.values()) else []))
    heads = (f"{name.capitalize():>{cells}}" for name, cells in zip(names, widths[1:], strict=False))
    lines = [Content.styled(" " * widths[0] + "".join(heads), "$muted")]
    for sheet, counts in sheets.items():
        parts = [Content(f"{shown(sheet):<{widths[0]}}")]
        for name, cells in zip(names, widths[1:], strict=False):
            number = getattr(counts, name)
            text, style = f"{number:>{cells},}", _STYLES.get(name, "") if number else ""
            parts.append(Content.styled(text, style) if style else Content(text))
        lines.append(Content("").join(parts))
    if quiet:
        each = (f"{shown(sheet)} {counts.unchanged:,}".replace(" ", _UNBROKEN) for sheet, counts in quiet.items())
        wrapped = textwrap.wrap(f"Unchanged: {', '.join(each)}", max(width - 2, 20))
        lines += [Content.styled(line.replace(_UNBROKEN, " "), "$muted") for line in wrapped]
    return Content("\n").join(lines)
