"""What real terminals send for their keys."""

from __future__ import annotations

ESC = b"\x1b"

COMMON: dict[str, bytes] = {
    "enter": b"\r",
    "escape": ESC,
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "backspace": b"\x7f",
    "space": b" ",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "insert": b"\x1b[2~",
    "delete": b"\x1b[3~",
    **{f"ctrl+{letter}": bytes([ord(letter) - ord("a") + 1]) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""Keys that are the same nearly everywhere."""

_HIGH = {
    f"f{number}": b"\x1b[%d~" % code for number, code in zip(range(6, 13), (17, 18, 19, 20, 21, 23, 24), strict=True)
}
_SS3 = {f"f{number}": b"\x1bO" + letter for number, letter in zip(range(1, 5), (b"P", b"Q", b"R", b"S"), strict=True)}

XTERM = {**COMMON, **_SS3, "f5": b"\x1b[15~", **_HIGH, "home": b"\x1b[H", "end": b"\x1b[F"}
"""xterm and its many children, VTE, and PuTTY as 'xterm R6'."""

LINUX = {
    **COMMON,
    **{f"f{number}": b"\x1b[[" + bytes([letter]) for number, letter in enumerate(b"ABCDE", 1)},
    **_HIGH,
    "home": b"\x1b[1~",
    "end": b"\x1b[4~",
}
"""The Linux console, and PuTTY as 'Linux'."""

VT100 = {
    **COMMON,
    **{f"f{number}": b"\x1bO" + bytes([letter]) for number, letter in enumerate(b"PQRSTUVWXYZ[", 1)},
    "up": b"\x1bOA",
    "down": b"\x1bOB",
    "right": b"\x1bOC",
    "left": b"\x1bOD",
    "home": b"\x1b[1~",
    "end": b"\x1b[4~",
}
"""PuTTY as 'VT100+'; a VT100 itself has the first four, which are the same."""

PUTTY = {
    **COMMON,
    **{f"f{number}": b"\x1b[%d~" % code for number, code in enumerate((11, 12, 13, 14, 15), 1)},
    **_HIGH,
    "home": b"\x1b[1~",
    "end": b"\x1b[4~",
}
"""PuTTY as it comes ('ESC[n~'), and rxvt."""

SCREEN = {**XTERM, "home": b"\x1b[1~", "end": b"\x1b[4~"}
"""screen and tmux."""

DIALECTS: dict[str, dict[str, bytes]] = {
    "xterm-256color": XTERM,
    "linux": LINUX,
    "vt100": VT100,
    "putty": PUTTY,
    "screen": SCREEN,
}
"""By TERM."""
