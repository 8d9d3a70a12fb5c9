"""Photos: what is taken, what is refused, and what the kept picture no longer tells."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from store import photos
from store.errors import FieldError
from store.photos import LARGEST_FILE, prepare

if TYPE_CHECKING:
    from pathlib import Path

RED, BLUE = (220, 20, 20), (20, 20, 220)


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (64, 32), **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    file = io.BytesIO()
    image.convert(mode).save(file, form, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(have - want) < 40 for have, want in zip(pixel, colour, strict=True))


def refusal(source: Path | bytes) -> str:
    with pytest.raises(FieldError) as caught:
        prepare(source)
    assert caught.value.field == "photo"
    return caught.value.message


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
def test_every_kind_becomes_a_plain_jpeg(form: str, mode: str) -> None:
    kept = opened(prepare(picture(form, mode)))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (64, 32))
    assert near(kept.getpixel((8, 16)), RED)
    assert near(kept.getpixel((56, 16)), BLUE)


@pytest.mark.parametrize("mode", ["L", "LA", "1", "I;16"])
def test_greys_keep_their_brightness(mode: str) -> None:
    file = io.BytesIO()
    grey = Image.new("I;16", (40, 40), 200 * 256) if mode == "I;16" else Image.new("L", (40, 40), 200).convert(mode)
    grey.save(file, "PNG")
    brightness = opened(prepare(file.getvalue())).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert near(brightness, (200, 200, 200))


def test_large_pictures_shrink_in_proportion_and_small_ones_stay() -> None:
    assert opened(prepare(picture("JPEG", size=(3000, 1500)))).size == (512, 256)
    assert opened(prepare(picture("PNG", "P", size=(700, 1400)))).size == (256, 512)
    assert opened(prepare(picture("PNG", size=(20, 10)))).size == (20, 10)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_camera_held_sideways_is_put_upright_and_metadata_goes(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter: what was left must be on top
    exif[0x010F] = "SecretCam"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    sent = picture(form, size=(1200, 600), exif=exif.tobytes())
    assert b"SecretCam" in sent
    data = prepare(sent)
    kept = opened(data)
    assert kept.size == (256, 512)
    assert near(kept.getpixel((128, 30)), RED)
    assert near(kept.getpixel((128, 480)), BLUE)
    assert b"SecretCam" not in data
    assert not dict(kept.getexif())
    assert not {"icc_profile", "comment", "xmp", "exif"} & set(kept.info)


def test_comments_and_profiles_go() -> None:
    sent = picture("JPEG", comment=b"lives at Foundry Lane", icc_profile=b"a profile of a screen")
    assert b"Foundry" in sent
    assert b"Foundry" not in prepare(sent)
    assert b"a profile" not in prepare(sent)


def test_transparency_becomes_white_paper() -> None:
    layer = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    layer.paste((20, 200, 20, 255), (0, 0, 300, 600))
    file = io.BytesIO()
    layer.save(file, "WEBP", lossless=True)
    kept = opened(prepare(file.getvalue()))
    assert near(kept.getpixel((500, 256)), (255, 255, 255))
    assert near(kept.getpixel((10, 256)), (20, 200, 20))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_moving_pictures_the_first_is_kept(form: str) -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (30, 30), colour) for colour in (RED, BLUE, BLUE)]
    frames[0].save(file, form, save_all=True, append_images=frames[1:], lossless=True)
    kept = opened(prepare(file.getvalue()))
    assert near(kept.getpixel((15, 15)), RED)
    assert getattr(kept, "n_frames", 1) == 1


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    misnamed = tmp_path / "me.txt"
    misnamed.write_bytes(picture("WEBP"))
    assert opened(prepare(misnamed)).format == "JPEG"
    text = tmp_path / "me.jpg"
    text.write_text("dear shop, here is my photo")
    assert "PNG, JPEG or WebP" in refusal(text)
    assert "PNG, JPEG or WebP" in refusal(picture("GIF", "P"))
    assert "PNG, JPEG or WebP" in refusal(picture("TIFF"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_is_cut_off_is_called_damaged(form: str) -> None:
    whole = picture(form, size=(300, 300))
    assert "damaged" in refusal(whole[: len(whole) // 2])


def test_a_file_over_ten_megabytes_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    large = tmp_path / "large.png"
    large.write_bytes(picture("PNG") + bytes(LARGEST_FILE))
    assert "10 MB" in refusal(large)
    assert "10 MB" in refusal(large.read_bytes())


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("it was unpacked"))
    assert "million pixels" in refusal(bomb)


def test_what_is_no_readable_file_says_so(tmp_path: Path) -> None:
    assert "no file" in refusal(tmp_path / "nowhere.png")
    assert "folder" in refusal(tmp_path) or "no file" in refusal(tmp_path)
    empty = tmp_path / "empty.png"
    empty.touch()
    assert "empty" in refusal(empty)
    assert "cannot be read" in refusal(tmp_path / "a\0b.png")


def test_a_pipe_does_not_hold_the_till(tmp_path: Path) -> None:
    import os

    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    assert "no file" in refusal(pipe)


def test_whatever_is_inside_only_field_errors_come_out() -> None:
    dice = random.Random(7)
    sent = [picture(form, size=(40, 30)) for form in photos.FORMATS]
    for _ in range(1500):
        data = bytearray(dice.choice(sent))
        for _ in range(dice.choice((1, 3, 12))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.2:
            del data[dice.randrange(len(data)) :]
        try:
            kept = prepare(bytes(data))
        except FieldError:
            continue
        assert opened(kept).format == "JPEG"


def test_pillow_is_not_loaded_with_the_module() -> None:
    import subprocess
    import sys

    script = "import sys, store.photos; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
