"""How long this process has lived, so that a reference is charged for its start as our commands are."""

from __future__ import annotations

import os
import time
from pathlib import Path


def seconds_alive() -> float:
    """Seconds since the kernel started this process (in hundredths)."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started
