"""Regular expressions that are compiled when they are first asked: at start, all of them would take milliseconds."""

from __future__ import annotations

import re
from functools import cache


@cache
def pattern(expression: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled expression."""
    return re.compile(expression, flags)
