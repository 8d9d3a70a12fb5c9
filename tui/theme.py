"""The program's own colours: a dark and a light theme, and one of the terminal's own sixteen colours.

One accent marks the cursor and what can be acted on; red is for faults and for Delete. The values stand in the
256-colour cube, so that a terminal without true colour shows the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from tui.terminal import Terminal

_QUIET = {
    "block-cursor-text-style": "none",
    "button-focus-text-style": "reverse",
    "scrollbar": "#3a3a3a",
    "scrollbar-background": "#1c1c1c",
}

DARK = Theme(
    name="regulars-dark",
    primary="#5fafd7",
    secondary="#5f87af",
    accent="#5fafd7",
    warning="#d7af5f",
    error="#ff5f5f",
    success="#87af87",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    variables={
        "block-cursor-background": "#5fafd7",
        "block-cursor-foreground": "#121212",
        "block-cursor-blurred-background": "#303030",
        "block-cursor-blurred-foreground": "#d0d0d0",
        "input-cursor-background": "#d0d0d0",
        "input-cursor-foreground": "#121212",
        "input-selection-background": "#005f87",
        "muted": "#8a8a8a",
        "bar": "#1c1c1c",
        **_QUIET,
    },
)

LIGHT = Theme(
    name="regulars-light",
    primary="#005f87",
    secondary="#5f87af",
    accent="#005f87",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#eeeeee",
    panel="#e4e4e4",
    dark=False,
    variables={
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#dadada",
        "block-cursor-blurred-foreground": "#1c1c1c",
        "input-cursor-background": "#1c1c1c",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#afd7ff",
        "muted": "#626262",
        "bar": "#eeeeee",
        **_QUIET,
        "scrollbar": "#bcbcbc",
        "scrollbar-background": "#eeeeee",
    },
)

PLAIN = Theme(
    name="regulars-plain",
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    ansi=True,
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-foreground": "ansi_default",
        "block-cursor-blurred-text-style": "underline",
        "input-cursor-text-style": "reverse",
        "muted": "ansi_default",
        "bar": "ansi_default",
        "button-focus-text-style": "reverse",
    },
)
"""The terminal's own colours on its own background, be it dark or light; the cursor is in reverse."""

THEMES = (DARK, LIGHT, PLAIN)

FALLBACK = {
    "muted": "ansi_default",
    "bar": "ansi_default",
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
}
"""Variables that some theme lacks though a style sheet names them: ours, and two of Textual's."""


def theme_for(terminal: Terminal) -> Theme:
    """The theme that suits a terminal."""
    if terminal.colors in {"16", "none"}:
        return PLAIN
    return DARK if terminal.dark else LIGHT
