"""What stands below the lists of an import's preview: the line under the cursor in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.detail import Detail, Told
from tui.gate import plain, shown
from tui.question_words import NOW, one_line
from tui.widgets.move_columns import CREATED, created_words
from tui.widgets.outcome_table import column_of, reason_of

if TYPE_CHECKING:
    from tui.widgets.move_table import Line
    from tui.widgets.outcome_table import OutcomeTable


def of_move(line: Line, place: str) -> Detail:
    """A change, its values in full."""
    move, field = line.move, line.field
    row = f"Row {move.row:,}, " if move.row else ""
    head = f"{place}   {row}{shown(one_line(move.name))}"
    if field is None:
        new = " is new: " if move.kind == CREATED else ""
        return Detail(Content(f"{head}{new}{shown(created_words(move))}"))
    reason = f" ({shown(one_line(field.why))})" if field.why else ""
    waiting = [field.theirs] if field.held else [*field.waiting]
    after = waiting[0] if field.held else field.theirs
    values = [Told("Before", field.base, field.ours)] if field.base not in ("", field.ours) else []
    values.append(Told(NOW, field.ours, after))
    if not field.held:
        values.append(Told("After", field.theirs, field.ours))
    values += [Told("Waits for an answer", value, field.ours) for value in waiting]
    return Detail(Content(f"{head}, {shown(field.label)}{reason}"), values)


def of_refusal(table: OutcomeTable) -> Detail:
    """A refusal, its reason in full, or a note."""
    outcome = table.outcome
    if outcome is None:
        return Detail(plain(table.note or ""))
    where = f"{outcome.sheet}, row {outcome.row:,}"
    column = column_of(outcome)
    cell = f", {column}" if column else ""
    value = f" '{outcome.value[:200]}'" if outcome.value else ""
    return Detail(plain(f"{table.cursor_place}   {where}{cell}{value}: {reason_of(outcome)}"))
