"""How long a mail waits, and for how long it is its sender's own."""

from __future__ import annotations

from datetime import timedelta

CLAIM = timedelta(minutes=5)
"""How long a mail is its sender's own; longer than a try can take."""
_HOUR = 60
PAUSES = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 5, 15, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, *(24 * _HOUR,) * 4)
)  # fmt: skip
"""The pause after each try; after the one that follows the last, some five days on, a mail has failed."""
BEYOND = PAUSES[-1] + timedelta(hours=1)
"""Nothing waits for longer: a time further ahead was written while the computer's clock was wrong, and is due."""
