"""The unchanging XML of a workbook: its styles, the frame around a sheet's rows, and the archive's directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from store.workbook.writer import Choices, Column, Sheet, Style, column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.workbook.writer import Picture

LISTS_SHEET = "_lists"
"""The hidden sheet that long drop-downs take their values from; it holds no data of the book."""
_LONGEST_INLINE_LIST = 255
_LAST_ROW = 1_048_576

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = f'{DECLARATION}<worksheet xmlns="{_MAIN}">'

_PROTECTION = (
    '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" insertColumns="0" insertRows="0"'
    ' insertHyperlinks="0" deleteColumns="0" deleteRows="0" sort="0" autoFilter="0" pivotTables="0"/>'
)
"""Without a password, and allowing all but a change of locked cells: it guards against accidents, not people."""
_LOCKED = '<sheetProtection sheet="1" objects="1" scenarios="1"/>'
"""Without a password as well, and allowing nothing."""

_GENERAL, _WHOLE, _AS_TEXT = 0, 1, 49
_DATE, _TIME, _MONEY, _RATE = 164, 165, 166, 167
_STYLES: dict[Style, tuple[int, int, bool]] = {
    Style.PLAIN: (_GENERAL, 0, True),
    Style.HEADER: (_GENERAL, 1, True),
    Style.KEY: (_AS_TEXT, 0, True),
    Style.TEXT: (_AS_TEXT, 0, False),
    Style.DATE: (_DATE, 0, False),
    Style.TIME: (_TIME, 0, False),
    Style.WHOLE: (_WHOLE, 0, False),
    Style.MONEY: (_MONEY, 0, False),
    Style.NUMBER: (_GENERAL, 0, False),
    Style.RATE: (_RATE, 0, False),
}
"""Number format, font and lock of each style, in the order of their indexes."""


class Part(NamedTuple):
    """A sheet as it was written: `rows` counts the header's too; no columns is a hidden sheet."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    picture: Picture | None = None


class Lists:
    """The values of the drop-downs that are too long to stand in their rule, a column of the hidden sheet each."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        wanted = (column.choices for sheet in sheets for column in sheet.columns if column.choices)
        self.columns: tuple[Choices, ...] = tuple(dict.fromkeys(choices for choices in wanted if _is_long(choices)))

    def source(self, choices: Choices) -> str:
        """Where a drop-down takes its values from, as the formula of its rule."""
        if choices not in self.columns:
            return f'"{",".join(choices.values)}"'
        letter = column_letters(self.columns.index(choices))
        return f"{LISTS_SHEET}!${letter}$1:${letter}${len(choices.values)}"

    def xml(self) -> str:
        """The hidden sheet."""
        height = max(len(choices.values) for choices in self.columns)
        rows = "".join(f'<row r="{row + 1}">{self._cells(row)}</row>' for row in range(height))
        return f"{_SHEET}<sheetData>{rows}</sheetData></worksheet>"

    def _cells(self, row: int) -> str:
        return "".join(
            text_cell(f"{column_letters(index)}{row + 1}", choices.values[row], Style.PLAIN)
            for index, choices in enumerate(self.columns)
            if row < len(choices.values)
        )


def _is_long(choices: Choices) -> bool:
    return len(",".join(choices.values)) > _LONGEST_INLINE_LIST or any(set(',"') & set(name) for name in choices.values)


def text_cell(place: str, text: str, style: Style) -> str:
    """A cell of text known to be harmless."""
    return f'<c r="{place}" s="{style.value}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def head(sheet: Sheet, *, first: bool) -> str:
    """A sheet's XML up to its rows: the columns' widths and styles, keys hidden, the header frozen."""
    if sheet.hidden:
        return f"{_SHEET}<sheetData>"
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{column.width + 0.71}" style="{column.style.value}" '
        f'customWidth="1"{" hidden=" + chr(34) + "1" + chr(34) if column.is_key else ""}/>'
        for number, column in enumerate(sheet.columns, 1)
    )
    return (
        f'{_SHEET}<sheetViews><sheetView{" tabSelected=" + quoteattr("1") if first else ""} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{widths}</cols><sheetData>{_header_row(sheet.columns)}"
    )


def _header_row(columns: Sequence[Column]) -> str:
    cells = (text_cell(f"{column_letters(at)}1", column.header, Style.HEADER) for at, column in enumerate(columns))
    return f'<row r="1">{"".join(cells)}</row>'


def foot(sheet: Sheet, rows: int, lists: Lists) -> str:
    """What follows a sheet's rows: the lock on its keys, the filter, the drop-downs, no green corners."""
    if sheet.hidden:
        return f"</sheetData>{_LOCKED}</worksheet>"
    columns = sheet.columns
    return "".join(
        (
            "</sheetData>",
            _PROTECTION if any(column.is_key for column in columns) else "",
            f'<autoFilter ref="{_range(columns, rows)}"/>',
            _validations(columns, lists),
            '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>',
            _ignored_errors(columns),
            f'<drawing xmlns:r="{LINKS}" r:id="rId1"/>' if sheet.picture else "",
            "</worksheet>",
        )
    )


def _range(columns: Sequence[Column], rows: int, dollar: str = "") -> str:
    return f"{dollar}A{dollar}1:{dollar}{column_letters(len(columns) - 1)}{dollar}{rows}"


def _validations(columns: Sequence[Column], lists: Lists) -> str:
    rules = [
        _validation(f"{letter}2:{letter}{_LAST_ROW}", column, column.choices, lists)
        for letter, column in ((column_letters(at), column) for at, column in enumerate(columns))
        if column.choices and column.choices.values
    ]
    return f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>' if rules else ""


def _validation(cells: str, column: Column, choices: Choices, lists: Lists) -> str:
    blank = "Blank keeps what the book has; <clear> empties it."
    prompt = f"One, or several separated by semicolons. {blank}" if choices.many else blank
    warning = (
        ""
        if choices.many
        else f' errorStyle="warning" showErrorMessage="1" errorTitle={quoteattr(column.header)}'
        ' error="This is not one of the known values."'
    )
    return (
        f'<dataValidation type="list" allowBlank="1" showInputMessage="1"{warning} '
        f'promptTitle={quoteattr(column.header)} prompt={quoteattr(prompt)} sqref="{cells}">'
        f"<formula1>{escape(lists.source(choices))}</formula1></dataValidation>"
    )


def _ignored_errors(columns: Sequence[Column]) -> str:
    cells = " ".join(
        f"{column_letters(at)}2:{column_letters(at)}{_LAST_ROW}"
        for at, column in enumerate(columns)
        if column.style in {Style.TEXT, Style.KEY}
    )
    return f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>' if cells else ""


def sheet_path(number: int) -> str:
    """Where the archive keeps the sheet of a number, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def package_parts(parts: Sequence[Part], money_digits: int, more_types: str = "") -> dict[str, str]:
    """Everything of the archive that is no sheet: its content types, its links, the workbook and its styles.

    `more_types` are the content types of what else is in it.
    """
    numbers = range(1, len(parts) + 1)
    sheet_types = "".join(
        f'<Override PartName="/{sheet_path(number)}" ContentType="{_TYPES}.worksheet+xml"/>' for number in numbers
    )
    sheet_links = "".join(
        f'<Relationship Id="rId{number}" Type="{LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    return {
        "[Content_Types].xml": (
            f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{sheet_types}{more_types}</Types>'
        ),
        "_rels/.rels": (
            f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{sheet_links}'
            f'<Relationship Id="rId{len(parts) + 1}" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/workbook.xml": _workbook(parts),
        "xl/styles.xml": _styles(money_digits),
    }


def _workbook(parts: Sequence[Part]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(part.name)} sheetId="{number}" r:id="rId{number}"'
        f"{'' if part.columns else ' state=' + quoteattr('veryHidden')}/>"
        for number, part in enumerate(parts, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{index}" hidden="1">'
        f"'{part.name}'!{_range(part.columns, part.rows, '$')}</definedName>"
        for index, part in enumerate(parts)
        if part.columns
    )
    return (
        f'{DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{LINKS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{filters}</definedNames></workbook>"
    )


def _styles(money_digits: int) -> str:
    codes = {
        _DATE: "dd-mmm-yyyy",
        _TIME: "dd-mmm-yyyy hh:mm",
        _MONEY: "0." + "0" * money_digits if money_digits else "0",
        _RATE: "0.00##",
    }
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in codes.items())
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyProtection="1"><protection locked="{int(locked)}"/></xf>'
        for number, font, locked in (_STYLES[style] for style in Style)
    )
    plain = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    return (
        f'{DECLARATION}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(codes)}">{formats}</numFmts>'
        f'<fonts count="2"><font>{plain}</font><font><b/>{plain}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(Style)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
