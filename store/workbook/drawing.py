"""The parts of a workbook that hold pictures: at most one a sheet, below its header (ECMA-376 part 1, 20.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.workbook.parts import DECLARATION, LINKS, PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.workbook.parts import Part
    from store.workbook.writer import Picture

_EMU = 9525
"""English metric units in a pixel, at 96 to the inch."""
_SPREADSHEET = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"


def content_types(parts: Sequence[Part]) -> str:
    """What the archive's directory says of the pictures' parts."""
    numbers = [number for number, _ in _pictures(parts)]
    drawings = "".join(
        f'<Override PartName="/xl/drawings/drawing{number}.xml" ContentType="{_TYPE}"/>' for number in numbers
    )
    return f'<Default Extension="jpeg" ContentType="image/jpeg"/>{drawings}' if numbers else ""


def files(parts: Sequence[Part]) -> dict[str, str | bytes]:
    """The files of the archive by path: for each picture itself, where it lies, and what leads to it."""
    found: dict[str, str | bytes] = {}
    for number, picture in _pictures(parts):
        found |= {
            f"xl/worksheets/_rels/sheet{number}.xml.rels": _link("drawing", f"../drawings/drawing{number}.xml"),
            f"xl/drawings/drawing{number}.xml": _placed(picture),
            f"xl/drawings/_rels/drawing{number}.xml.rels": _link("image", f"../media/image{number}.jpeg"),
            f"xl/media/image{number}.jpeg": picture.image,
        }
    return found


def _pictures(parts: Sequence[Part]) -> Iterator[tuple[int, Picture]]:
    return ((number, part.picture) for number, part in enumerate(parts, 1) if part.picture is not None)


def _link(kind: str, target: str) -> str:
    return (
        f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/{kind}" Target="{target}"/></Relationships>'
    )


def _placed(picture: Picture) -> str:
    size = f'cx="{picture.width * _EMU}" cy="{picture.height * _EMU}"'
    return (
        f'{DECLARATION}<xdr:wsDr xmlns:xdr="{_SPREADSHEET}" xmlns:a="{_DRAWING}"><xdr:oneCellAnchor><xdr:from>'
        "<xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f'<xdr:ext {size}/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="Picture 1"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip xmlns:r="{LINKS}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
        f'<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"
    )
