"""What an exchange did, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.workbook.folder_files import till_name
from store.workbook.folder_records import Outcome, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.workbook.folder_records import ExportSent, FileTaken, Gap, SyncReport


def counted(number: int, word: str) -> str:
    """A number of something: `1 file`, `2 files`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def done(report: SyncReport) -> Iterator[str]:
    """What was done, and what waits; nothing for a run that found nothing new."""
    would = report.dry_run
    for file in report.taken:
        if file.outcome is not Outcome.REFUSED:
            yield taken(file, dry_run=would)
    if report.sent is not None:
        yield sent(report.sent, dry_run=would)
    if report.moved:
        yield f"Moved {counted(len(report.moved), 'file')} that every till is done with."
    for left in report.left:
        yield f"{left.name} is left for the next run: {left.why}."
    for waiting in report.waiting:
        yield f"{waiting.name} stays in the inbox until {' and '.join(waiting.tills)} took it."


def wrong(report: SyncReport) -> Iterator[str]:
    """What was refused, is missing, or could not be done."""
    for file in report.taken:
        if file.outcome is Outcome.REFUSED:
            yield f"{'Would refuse' if report.dry_run else 'Refused'} {file.name}: {file.message}"
        elif file.outcome is Outcome.PART:
            yield _in_part(file, dry_run=report.dry_run)
    for missing in report.gaps:
        yield gap(missing)
    yield from report.faults


def _in_part(file: FileTaken, *, dry_run: bool) -> str:
    """What of a file was not taken, and where the office finds it marked."""
    would = "would be" if dry_run else ""
    parts = []
    if file.refused:
        parts.append(f"{counted(file.refused, 'row')} {would or ('was' if file.refused == 1 else 'were')} refused")
    if file.left_out:
        parts.append(f"faulty cells of {counted(file.left_out, 'row')} {would or 'were'} left out")
    marked = "; they are marked in the folder refused" if file.place is Place.INBOX and not dry_run else ""
    why = "" if marked or not file.message else f" {file.message}"
    return f"{file.name}: {', '.join(parts)}{marked}.{why}"


def taken(file: FileTaken, *, dry_run: bool = False) -> str:
    """What a file brought."""
    if file.outcome is Outcome.OWN:
        return f"{file.name} came back as it was sent."
    left = f", faulty cells of {counted(file.left_out, 'row')} left out" if file.left_out else ""
    waits = "waits" if file.questions == 1 else "wait"
    asked = f"; {file.questions:,} {waits} for an answer" if file.questions else ""
    counts = f"{file.created:,} created, {file.updated:,} updated, {file.refused:,} refused{left}{asked}"
    return f"{'Would take' if dry_run else 'Took'} {file.name}: {counts}."


def sent(export: ExportSent, *, dry_run: bool = False) -> str:
    """What an export holds."""
    whole = ", which is everything" if export.whole else ""
    what = f"Would write number {export.number:,}" if dry_run else f"Wrote {export.name}"
    return f"{what}: {counted(export.customers, 'customer')}{whole}."


def gap(missing: Gap) -> str:
    """Which numbers are missing, and what to do."""
    numbers = f"Number {missing.first:,}" if missing.first == missing.last else (
        f"Numbers {missing.first:,} to {missing.last:,}"
    )  # fmt: skip
    are, file = ("is", "file") if missing.first == missing.last else ("are", "files")
    till = till_name(missing.till, missing.origin)
    return (
        f"{numbers} of {missing.till or till} {are} missing. Put the {file} back into the outbox, or run this at the "
        f"till whose exports are named regulars-{till}: "
        "regulars --db PATH sync --everything."
    )


def unseen(number: int) -> str:
    """How many exports the office has not seen."""
    return (
        f"The office has not yet seen {counted(number, 'export')}." if number else "The office has seen every export."
    )


def summary(report: SyncReport) -> str:
    """A run in one line."""
    parts = []
    good = [file for file in report.taken if file.outcome is not Outcome.REFUSED]
    refused = len(report.taken) - len(good)
    if good:
        parts.append(f"{counted(len(good), 'file')} taken")
    if report.sent is not None:
        parts.append(f"number {report.sent.number:,} written")
    if refused:
        parts.append(f"{counted(refused, 'file')} refused")
    if rows := sum(file.refused for file in good):
        parts.append(f"{counted(rows, 'row')} refused")
    if rows := sum(file.left_out for file in good):
        parts.append(f"faulty cells of {counted(rows, 'row')} left out")
    if report.left:
        parts.append(f"{counted(len(report.left), 'file')} left for the next time")
    if report.gaps:
        parts.append("numbers are missing")
    if report.faults:
        parts.append(report.faults[0].rstrip("."))
    return f"Exchange done: {', '.join(parts) or 'nothing new'}."
