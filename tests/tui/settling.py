"""Pilots that go on as soon as the program has nothing left to do.

Textual's own go on when the process has rested for 20 ms, which they wait for twice at every key. These ask the event
loop: nothing is ready, nothing is due at once, no thread is at work. Where something is, Textual's rule holds, so that
a thread which waits for the test, or a clock that ticks, holds nothing up.
"""

from __future__ import annotations

import asyncio
import threading
from time import monotonic, process_time
from typing import TYPE_CHECKING

from textual import app, pilot, screen
from textual._styles_cache import StylesCache
from textual.css.stylesheet import Stylesheet

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.css.model import RuleSet
    from textual.css.types import CSSLocation

SOON = 0.02
"""Seconds; what is due within them is waited for."""
REST = 0.02
"""Seconds of rest after which what is at work, or due again and again, is not waited for any longer."""
RESTING = 0.003
"""Seconds of work in that time that are still rest: the looks alone take some."""
GRAIN = 0.003
"""Seconds between two looks at a thread."""
FRAME = 0.001
"""Seconds between two frames: a test looks at the screen, not at how often it is painted."""


class _Loop(asyncio.BaseEventLoop):
    """What an event loop keeps to itself."""

    _ready: Collection[asyncio.Handle]
    _scheduled: Collection[asyncio.TimerHandle]


async def wait_until_settled(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until the program has nothing to do, at most for `max_sleep` seconds."""
    loop: _Loop = asyncio.get_running_loop()  # type: ignore[assignment]  # every loop of asyncio's own is one
    end = monotonic() + max_sleep
    rested_from: tuple[float, float] | None = None
    while (now := monotonic()) < end:
        await asyncio.sleep(0)
        if loop._ready:
            rested_from = None
            continue
        pause = _until_due(loop)
        if pause is None:
            return
        worked = process_time()
        if rested_from is None:
            rested_from = now, worked
        elif now - rested_from[0] > REST:
            if worked - rested_from[1] < RESTING:
                return
            rested_from = now, worked
        await asyncio.sleep(pause)


def _until_due(loop: _Loop) -> float | None:
    """Seconds until there may be something to do; None when there is nothing that could come soon."""
    due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=None)
    left = None if due is None else max(0.0, due - loop.time())
    if left is not None and left <= SOON:
        return min(left, GRAIN) if _threads_at_work(loop) else left
    return GRAIN if _threads_at_work(loop) else None


def _threads_at_work(loop: _Loop) -> bool:
    """Whether a thread of the loop's pool has work, or one runs that is not of the pool and was not there before."""
    pool = getattr(loop, "_default_executor", None)
    of_pool = set() if pool is None else pool._threads
    if pool is not None and (pool._work_queue.qsize() or len(of_pool) > pool._idle_semaphore._value):
        return True
    return any(thread not in _KNOWN and thread not in of_pool for thread in threading.enumerate())


_KNOWN: set[threading.Thread] = set()


def know_threads() -> None:
    """Take the threads that run now for none of the program's."""
    _KNOWN.clear()
    _KNOWN.update(threading.enumerate())


async def _screen_settled(self: pilot.Pilot[object], timeout: float = 30.0) -> bool:
    """In place of a message to each widget of the screen and back: the loop knows of every message."""
    await wait_until_settled()
    return True


def _parse_once(
    self: Stylesheet, css: str, read_from: CSSLocation, is_default_rules: bool = False, tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:  # fmt: skip
    """What a style sheet says is the same in every app with the same colours."""
    key = (css, read_from, is_default_rules, tie_breaker, scope, frozenset(self._variables.items()))
    if (rules := _PARSED.get(key)) is None:
        rules = _PARSED[key] = _parse(self, css, read_from, is_default_rules, tie_breaker, scope)
    return rules


_parse = Stylesheet._parse_rules
_PARSED: dict[tuple[object, ...], list[RuleSet]] = {}


def forget() -> None:
    """Let go of the widgets of earlier tests: Textual keeps a thousand of them, with their lines."""
    StylesCache.get_inner_outer.cache_clear()


def share_style_sheets() -> None:
    """Let all apps from now on read each style sheet once."""
    Stylesheet._parse_rules = _parse_once


def install() -> None:
    """Let Textual's pilots wait so from now on, and its apps share what they have read."""
    app.wait_for_idle = pilot.wait_for_idle = wait_until_settled
    pilot.Pilot._wait_for_screen = _screen_settled
    screen.UPDATE_PERIOD = FRAME
    share_style_sheets()
