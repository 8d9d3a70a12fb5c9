"""Photos for a handful of demo customers: a plain head and shoulders, drawn here, of nobody."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

MEDIA_TYPE = "image/png"
_SIDE = 96
_GROUNDS = ("#dfe7ec", "#efe3d6", "#e2ead9", "#e9dfe9")
_SKINS = ("#f1c9a5", "#c68642", "#8d5524", "#ffdbac", "#e0ac69")
_HAIRS = ("#2c1b10", "#6a4e42", "#b55239", "#d6c4a8", "#a8a8a8")
_COATS = ("#3b5b7a", "#7a3b4b", "#3f6b4f", "#5b4a7a", "#8a6d3b")


def portrait(rng: Random) -> bytes:
    """A drawn portrait as a small PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (_SIDE, _SIDE), rng.choice(_GROUNDS))
    draw = ImageDraw.Draw(image)
    draw.ellipse((14, 66, 82, 130), fill=rng.choice(_COATS))
    draw.ellipse((27, 14, 69, 62), fill=rng.choice(_HAIRS))
    draw.ellipse((31, 22, 65, 70), fill=rng.choice(_SKINS))
    for left in (40, 53):
        draw.ellipse((left, 41, left + 4, 46), fill="#222222")
    draw.arc((41, 46, 55, 60), 20, 160, fill="#7a3b3b", width=2)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
