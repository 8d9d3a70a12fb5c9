"""Photos of customers: whatever a camera or the web gives, made small, plain and free of what it tells besides."""

from __future__ import annotations

import io
import os
import stat
import warnings
from typing import TYPE_CHECKING, Final

from store.errors import FieldError

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

MEDIA_TYPE: Final = "image/jpeg"
"""What `prepare` gives, and what stands beside the photo in the book."""
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes that are read at most (retail manual: 10 MB)."""
LARGEST_SIDE = 512
"""Pixels of a kept photo's longer side: sharper than any terminal shows, and about 40 kB."""
MOST_PIXELS = 50_000_000
"""Pixels of a picture that is unpacked at all: more than a good camera's, less than a decompression bomb's."""
FORMATS = ("JPEG", "PNG", "WEBP")
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
"""How files of photos are named; what is inside decides, whatever the name."""
_BACKGROUND = (255, 255, 255)
_QUALITY = 85


def prepare(source: Path | bytes) -> bytes:
    """A photo as the book keeps it: a JPEG of at most 512 pixels a side, upright, without metadata.

    Takes PNG, JPEG and WebP, told by their content; of moving pictures the first. What is transparent becomes
    white. Raises FieldError for the field `photo` with what is wrong in words.
    """
    data = source if isinstance(source, bytes) else _read(source)
    if len(data) > LARGEST_FILE:
        raise _fault("at most 10 MB")
    if not data:
        raise _fault("this file is empty")
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are judged here, and of odd metadata
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise _fault(f"at most {MOST_PIXELS // 1_000_000} million pixels")
                picture.draft("RGB", (2 * LARGEST_SIDE, 2 * LARGEST_SIDE))  # a large JPEG need not be unpacked whole
                small = _smooth(picture)
                small.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
                return _encoded(_opaque(ImageOps.exif_transpose(small)))
    except UnidentifiedImageError:
        raise _fault("this file is not a PNG, JPEG or WebP picture") from None
    except Image.DecompressionBombError:
        raise _fault(f"at most {MOST_PIXELS // 1_000_000} million pixels") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, ArithmeticError):
        # What Pillow's decoders raise for a file that begins like a picture and goes on as none.
        raise _fault("this picture is damaged; open it in another program, save it anew, and choose that") from None


def _fault(message: str) -> FieldError:
    return FieldError("photo", message)


def _read(path: Path) -> bytes:
    """A file's content, of a regular file only: a pipe would wait for ever, a device never end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _fault(f"{path.name} is no file")
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _fault(f"there is no file {path}") from None
    except IsADirectoryError:
        raise _fault(f"{path.name} is a folder; choose a picture in it") from None
    except PermissionError:
        raise _fault(f"you may not read {path.name}") from None
    except (OSError, ValueError) as error:
        raise _fault(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _smooth(picture: Image) -> Image:
    """A picture unpacked, in a mode whose colours can be averaged: of a palette's numbers nobody can."""
    picture.load()
    if picture.mode in {"L", "LA", "RGB", "RGBA"}:
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _opaque(picture: Image) -> Image:
    """A picture in plain red, green and blue; what is transparent shows white, as on paper."""
    from PIL import Image

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, _BACKGROUND)
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _encoded(picture: Image) -> bytes:
    """The picture as a file that holds its pixels and nothing else: no place, no camera, no colour profile."""
    plain = picture.copy()
    plain.info = {}
    file = io.BytesIO()
    plain.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()
