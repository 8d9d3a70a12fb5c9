"""Opening what strangers send: which kind of file it is, which sheets it has, and their rows as cells.

Runs in the child process only (see `worker`): a spreadsheet is the one thing here that can be made to harm.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import stat
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from store.errors import WorkbookError
from store.workbook import headers, sync_sheet, text_file
from store.workbook.headers import Header, Sheet
from store.workbook.saved_at import saved_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from store.workbook.damage import Cell

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
TEXTS = (".csv",)
LARGEST_FILE = 512 * 1024 * 1024
"""Bytes of the largest file that is looked into at all."""
LARGEST_UNPACKED = 4 * 1024**3
BOMB_FROM = 64 * 1024 * 1024
BOMB_RATIO = 250
"""Unpacked bytes from which, and growth above which, a file is a bomb; real workbooks grow 5 to 60 times."""
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SPREADSHEET_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class SheetSource:
    """One sheet that was understood: its tab's name, what it is, its header, and its rows.

    `parts` are the tabs it stands in, one after the other: which row is their header, and their cells.
    """

    title: str
    kind: Sheet
    header: Header
    parts: tuple[tuple[int, text_file.Grid], ...]

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Each row below the header that is not blank, with its number as the spreadsheet shows it.

        The rows of a further part are counted on from the last of the part before.
        """
        for number, _, _, row in self.places():
            yield number, row

    def places(self) -> Iterator[tuple[int, int, int, list[Cell]]]:
        """The same, and before each row's cells which part it stands in, from 0, and its number there."""
        numbers = itertools.count(self.header.row + 1)
        for part, (header_row, grid) in enumerate(self.parts):
            rows = grid.iter_rows()
            *_, head = itertools.islice(rows, header_row)
            ours = [at for at, cell in enumerate(head) if headers.is_status(cell)]
            for there, (row, number) in enumerate(zip(rows, numbers, strict=False), header_row + 1):
                first = row[0] if row and not ours else None
                if (type(first) is str and first and not first.isspace()) or any(map(_filled, _without(row, ours))):
                    yield number, part, there, row

    @property
    def height(self) -> int:
        """How many rows the sheet has, blank ones too."""
        return sum(grid.height for _, grid in self.parts)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was opened: its digest, the sheets that were understood, and sentences about the rest.

    `sync` are the cells of the exporter's own state, `saved_at` when the file says it was saved, in seconds, 0 for not;
    `changed_at` is what the folder that it lies in says of that.
    """

    name: str
    digest: str
    sheets: dict[Sheet, SheetSource]
    notes: tuple[str, ...] = ()
    sync: tuple[str, ...] = ()
    saved_at: int = 0
    changed_at: int = 0


def _filled(cell: Cell) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace())


def _without(row: list[Cell], columns: list[int]) -> list[Cell]:
    """A row without what a returned workbook says of it: where nothing else is left, it is blank."""
    return [cell for at, cell in enumerate(row) if at not in columns] if columns else row


def open_workbook(path: Path) -> Workbook:
    """Read the file whole and find its sheets. Raises WorkbookError with a sentence when it is refused."""
    data = _bytes(path)
    opened = _text(path, data) if path.suffix.lower() in TEXTS else _spreadsheet(path, data)
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    saved = saved_at(data)
    del data
    sheets, notes = _understood(opened.grids)
    for source in sheets.values():
        if source.header.unknown:
            names = ", ".join(repr(name[:40]) for name in source.header.unknown[:12])
            notes.append(f"Sheet {source.title}: columns that Regulars does not know were passed over: {names}.")
    name = path.name.encode("utf-8", "replace").decode()
    return Workbook(name, digest, sheets, tuple(notes), opened.sync, saved, _changed_at(path))


def _changed_at(path: Path) -> int:
    """When a file was last written, in seconds, never later than now: clocks differ, and points count from then on."""
    with suppress(OSError):
        return max(min(int(path.stat().st_mtime), int(time.time())), 0)
    return 0


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file's tabs, but for those that are the exporter's own, and the cells of its state."""

    grids: list[tuple[str, text_file.Grid]]
    sync: tuple[str, ...] = ()


def _bytes(path: Path) -> bytes:
    suffix = path.suffix.lower()
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise WorkbookError(f"{path.name} is a folder. Choose a workbook in it.")
        if not stat.S_ISREG(status.st_mode):
            raise WorkbookError(f"{path.name} is no file that can be read. Choose a workbook.")
        if suffix not in (*WORKBOOKS, *TEXTS):
            known = " ".join((*WORKBOOKS, *TEXTS))
            raise WorkbookError(f"{path.name} is not a kind of file that Regulars reads ({known}).")
        if status.st_size > LARGEST_FILE:
            raise WorkbookError(
                f"{path.name} is larger than {LARGEST_FILE // 1024**2} MB. Split it and import the parts."
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise WorkbookError(f"There is no file {path}. Check the name.") from None
    except PermissionError:
        raise WorkbookError(
            f"{path.name} may not be read. Ask for permission, or copy it to a place of your own."
        ) from None
    except OSError as error:
        raise WorkbookError(f"{path.name} could not be read: {error.strerror or error}.") from None
    if not data:
        raise WorkbookError(f"{path.name} is empty. Ask for the file again.")
    return data


def _text(path: Path, data: bytes) -> _Opened:
    if data.startswith((_ZIP, _OLE)):
        raise WorkbookError(f"{path.name} is named {path.suffix} but is a workbook. Rename it to .xlsx or .xls.")
    return _Opened([(str(Sheet.CUSTOMERS), text_file.read(path.name, data))])


def _spreadsheet(path: Path, data: bytes) -> _Opened:
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        _check_zip(path.name, data)
    elif data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _locked(path.name)
    elif path.suffix.lower() != ".xls" or text_file.is_text(data):
        what = "plain text; if it is a list, rename it to .csv" if text_file.is_text(data) else "no workbook"
        raise WorkbookError(f"{path.name} is named {path.suffix} but is {what}.")
    return _opened(path.name, data)


def _check_zip(name: str, data: bytes) -> None:
    """Refuse what is no workbook, is locked, or would unpack without end, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            kind = archive.read("mimetype")[:100] if "mimetype" in names else _ODS_TYPE
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise _damaged(name) from None
    if not names & _SPREADSHEET_PARTS or not kind.startswith(_ODS_TYPE):
        raise WorkbookError(f"{name} is not a workbook, though its name says so.")
    if any(part.flag_bits & 1 for part in parts):
        raise _locked(name)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or (unpacked > BOMB_FROM and unpacked > BOMB_RATIO * len(data)):
        raise WorkbookError(
            f"{name} unpacks to {unpacked // 1024**2:,} MB, far more than a workbook needs. It was not opened."
        )


def _opened(name: str, data: bytes) -> _Opened:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        titles = [
            sheet.name for sheet in workbook.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        states = [workbook.get_sheet_by_name(title) for title in titles if title.lower() == sync_sheet.SHEET]
        grids: list[tuple[str, Any]] = [
            (title, workbook.get_sheet_by_name(title)) for title in titles if not headers.is_exporters_own(title)
        ]
        return _Opened(grids, tuple(itertools.chain.from_iterable(map(_state_cells, states))))
    except python_calamine.PasswordError:
        raise _locked(name) from None
    except python_calamine.CalamineError as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise _locked(name) from None
        raise _damaged(name) from None


def _state_cells(grid: Any) -> Iterator[str]:
    """The filled cells of a sheet as texts; one too many is enough for it to count as damaged."""
    filled = (str(cell) for row in grid.iter_rows() for cell in row if _filled(cell))
    return itertools.islice(filled, sync_sheet.MOST_CELLS + 1)


def _locked(name: str) -> WorkbookError:
    return WorkbookError(f"{name} is protected by a password. Save it without one and import it again.")


def _damaged(name: str) -> WorkbookError:
    return WorkbookError(
        f"{name} is damaged and cannot be read. Open it in a spreadsheet program, save it anew, and import that."
    )


def _understood(grids: Sequence[tuple[str, text_file.Grid]]) -> tuple[dict[Sheet, SheetSource], list[str]]:
    if not grids:
        raise WorkbookError("The workbook has no sheets.")
    notes: list[str] = []
    found: dict[Sheet, SheetSource] = {}
    strangers: list[tuple[str, text_file.Grid]] = []
    for title, grid in sorted(grids, key=lambda tab: headers.sheet_and_part(tab[0])[1]):
        kind, part = headers.sheet_and_part(title)
        if kind is None and len(grids) == 1:
            kind = Sheet.CUSTOMERS
        if kind is None:
            strangers.append((title, grid))
        elif kind in found and part > 1:
            found[kind] = _continued(found[kind], title, grid, notes)
        elif kind in found:
            notes.append(f"Sheet {title} was passed over: the workbook has two sheets of {kind}.")
        elif (header := _header(kind, grid)) is not None:
            found[kind] = SheetSource(title, kind, header, ((header.row, grid),))
        elif kind is Sheet.CUSTOMERS:
            raise headers.no_header(title, _head(grid))
        elif _head(grid):
            needed = ", ".join(headers.LABELS[kind][name] for name in headers.REQUIRED[kind])
            notes.append(f"Sheet {title} was passed over: it needs the columns {needed}.")
    _adopt_customers(strangers, found, notes)
    if not found:
        title, grid = grids[0]
        raise headers.no_header(title, _head(grid))
    return found, notes


def _continued(sheet: SheetSource, title: str, grid: text_file.Grid, notes: list[str]) -> SheetSource:
    """A sheet with one part more, where the part has the same columns."""
    header = _header(sheet.kind, grid)
    if header is None or header.at != sheet.header.at:
        notes.append(f"Sheet {title} was passed over: its columns are not those of {sheet.title}.")
        return sheet
    first = 1 + sheet.header.row + sum(part.height - row for row, part in sheet.parts)
    notes.append(f"Sheet {title} goes on from {sheet.title}: its first row is counted as row {first:,}.")
    return replace(sheet, parts=(*sheet.parts, (header.row, grid)))


def _adopt_customers(
    strangers: Sequence[tuple[str, text_file.Grid]], found: dict[Sheet, SheetSource], notes: list[str]
) -> None:
    """A sheet of any name counts as Customers when its header looks like them and no other does."""
    for title, grid in strangers:
        header = None if Sheet.CUSTOMERS in found else _header(Sheet.CUSTOMERS, grid)
        if header is not None and headers.looks_like_customers(header):
            found[Sheet.CUSTOMERS] = SheetSource(title, Sheet.CUSTOMERS, header, ((header.row, grid),))
        elif _head(grid):
            notes.append(f"Sheet {title} was passed over: Regulars does not know it.")


def _head(grid: text_file.Grid) -> list[list[Cell]]:
    return list(itertools.islice(grid.iter_rows(), headers.HEADER_ROWS))


def _header(kind: Sheet, grid: text_file.Grid) -> Header | None:
    return headers.find_header(kind, _head(grid))
