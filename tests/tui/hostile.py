"""Values that strangers could put into every text field, and what must never come of them."""

from __future__ import annotations

ATTACKS: dict[str, str] = {
    "clear": "\x1b[2Jcleared",
    "title": "\x1b]0;owned\x07title",
    "title-st": "\x1b]2;owned\x1b\\title",
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07copy",
    "c1": "a\x9b31mred\x9dstring\x90dcs\x9c",
    "controls": "".join(map(chr, (*range(1, 32), 127))),
    "nul": "a\x00b",
    "newlines": "one\ntwo\r\nthree\x0bfour\x0cfive\x85six\u2028seven\u2029eight",
    "markup": "[bold]b[/bold] [/x] [red",
    "click": "[@click=app.quit]quit[/] [link=file:///etc/passwd]l[/link]",
    "variables": "$accent {name} %s $$",
    "bidi": "\u202eevil\u202c \u2066iso\u2069 \u200fmark\u061c",
    "marks": "Z" + "\u0301\u0302\u0303\u0489" * 40,
    "leading-mark": "\u0301first",
    "wide": "漢字かな한국어" * 3,
    "emoji": "👨‍👩‍👧 🇺🇸 👍🏽 ❤️",
    "surrogate": "half \ud83d pair",
    "unassigned": "\u0378\U000e0041\ufdd0\ue000\U0010fffe",
    "joiners": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",
    "tabs": "a\tb\tc",
    "long": "Long" * 2500,
    "formula": "=cmd|' /C calc'!A0",
    "shift": "\x0e\x0fgraphics",
    "answerback": "\x05\x1b[c\x1b[6n",
}
"""By name: control characters, escape sequences, markup, marks of direction, and what confuses widths."""

STORABLE: dict[str, str] = {name: text for name, text in ATTACKS.items() if name != "surrogate"}
"""Those that a database can hold."""
