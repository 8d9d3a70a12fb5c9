"""What is measured on the screen: start, memory, keys, typing, and silence."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.figures import beside, paired, percentile
from tests.bench.setting import bare_app, environment, program, table_app
from tests.bench.terminal import Answer, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.bench.budgets import Figure
    from tests.bench.setting import Setting

DOWN, UP, PAGE_DOWN, END, HOME, BACKSPACE = b"\x1b[B", b"\x1b[A", b"\x1b[6~", b"\x1b[F", b"\x1b[H", b"\x7f"
_BARE = (b"Bare and ready",)
_TABLE = (b"Agnes Smith",)
_ROWS_DOWN = 14
_PAGES_DOWN = 5
_PAGES = (PAGE_DOWN, END, HOME)
_TABLE_PAGES = (PAGE_DOWN, b"\x1b[1;5F", b"\x1b[1;5H")
"""A DataTable goes to its last and first row by Ctrl+End and Ctrl+Home; End and Home are sideways there."""
_TYPED = ("maria gar", "smith", "jose her", "nguyen v", "55501", "o'brien", "anna", "w")
_SECONDS_IDLE = 5.0
_MOST_TYPED_TURNS = 4
_GLANCE_KEYS = 2


def markers(book: Path) -> tuple[bytes, ...]:
    """What the list's full first paint shows: the first name, one from far down the screen, and the key bar."""
    connection = sqlite3.connect(book)
    names = connection.execute(
        "SELECT first_name || ' ' || last_name FROM customer WHERE active ORDER BY ord LIMIT 16"
    ).fetchall()
    connection.close()
    return (names[0][0].encode(), names[-1][0].encode(), b"F10")


def start(setting: Setting) -> Iterator[Figure]:
    """Start to the last byte of the first paint: each start of ours right after one of the bare app."""
    books = {size: setting.book(size) for size in setting.sizes}
    taken: dict[int, list[float]] = {size: [] for size in books}
    bare: dict[int, list[float]] = {size: [] for size in books}
    for counts in setting.turns(2):
        for size, book in books.items():
            with Terminal(bare_app(), environment()) as terminal:
                reference = terminal.first_paint(_BARE).last * 1000
            with Terminal(program(book), environment()) as terminal:
                took = terminal.first_paint(markers(book)).last * 1000
            if counts:  # the first start of each compiles the modules and fills the system's cache
                bare[size].append(reference)
                taken[size].append(took)
    smallest = min(books)
    for size, times in taken.items():
        yield paired("start", size, times, bare[size])
        if size != smallest:
            yield paired("start-growth", size, times, taken[smallest])


def memory(setting: Setting) -> Iterator[Figure]:
    """Resident and proportional memory of the list a second after its paint."""
    for size in setting.sizes:
        book = setting.book(size)
        with Terminal(bare_app(), environment()) as bare, Terminal(program(book), environment()) as ours:
            bare.first_paint(_BARE)
            ours.first_paint(markers(book))
            time.sleep(1.5)
            for key, reference, measured in zip(("memory", "memory-pss"), bare.memory(), ours.memory(), strict=True):
                yield beside(key, size, measured, reference, 1)


def idle(setting: Setting) -> Iterator[Figure]:
    """Bytes sent by a list that nobody touches."""
    for size in setting.sizes:
        book = setting.book(size)
        with Terminal(program(book), environment()) as ours:
            ours.first_paint(markers(book))
            ours.listen(1.0)
            yield beside("idle", size, float(len(ours.listen(1.0 if setting.glance else _SECONDS_IDLE))), None, 1)


def keys(setting: Setting) -> Iterator[Figure]:
    """Arrow keys inside the page, and page down, End and Home, on ours and on two tables in turns."""
    for size in setting.sizes:
        yield from _keys(setting, size)


def typing(setting: Setting) -> Iterator[Figure]:
    """Characters typed into the search, beside a table that is filled anew for each."""
    for size in setting.sizes:
        yield _typing(setting, size)


@dataclass
class _Program:
    """A program whose keys are timed: how to start it, what it then shows, and its keys for page down, End, Home."""

    command: Sequence[str]
    shows: Sequence[bytes]
    far_keys: tuple[bytes, ...]
    arrows: list[Answer] = field(default_factory=list)
    far: list[list[float]] = field(default_factory=lambda: [[] for _ in _PAGES])

    def run(self, rows: int) -> None:
        """Time some rows down and up again, then a few pages down, End and Home, in a program freshly started.

        Freshly, for a table remembers how it drew the rows it has shown, and people go to rows they have not seen.
        """
        down, end, home = self.far_keys
        far_times = [*[self.far[0]] * _PAGES_DOWN, *self.far[1:]]
        with Terminal(self.command, environment()) as terminal:
            terminal.first_paint(self.shows)
            self.arrows += [terminal.press(key) for key in [DOWN] * rows + [UP] * rows]
            for key, times in zip((*[down] * _PAGES_DOWN, end, home), far_times, strict=True):
                times.append(terminal.press(key, quiet=0.12).last * 1000)

    def far_time(self) -> float:
        """Milliseconds of page down, End and Home: the mean of their medians."""
        return sum(median(times) for times in self.far) / len(self.far)


def _keys(setting: Setting, size: int) -> Iterator[Figure]:
    book = setting.book(size)
    ours = _Program(program(book), markers(book), _PAGES)
    tables = {rows: _Program(table_app(rows), _TABLE, _TABLE_PAGES) for rows in (200, 1000)}
    rows_down = _GLANCE_KEYS if setting.glance else _ROWS_DOWN
    for _ in range(setting.runs):
        for under_test in (ours, *tables.values()):
            under_test.run(rows_down)
    times = [answer.last * 1000 for answer in ours.arrows]
    sizes = [float(answer.size) for answer in ours.arrows]
    for table, suffix in ((tables[200], ""), (tables[1000], "-1000")):
        yield paired(f"arrow{suffix}", size, times, [answer.last * 1000 for answer in table.arrows])
        yield paired(f"arrow-bytes{suffix}", size, sizes, [float(answer.size) for answer in table.arrows])
        yield beside(f"pages{suffix}", size, ours.far_time(), table.far_time(), len(_PAGES) * setting.runs)


def _typing(setting: Setting, size: int) -> Figure:
    book = setting.book(size)
    with (
        Terminal(program(book), environment()) as ours,
        Terminal(table_app(200, "--search"), environment()) as table,
    ):
        ours.first_paint(markers(book))
        table.first_paint(_TABLE)
        taken: dict[Terminal, list[float]] = {ours: [], table: []}
        for counts in setting.turns()[: _MOST_TYPED_TURNS + 1]:
            for text in [_TYPED[0][:_GLANCE_KEYS]] if setting.glance else _TYPED:
                for terminal, times in taken.items():
                    answers = [terminal.press(char.encode(), quiet=0.12) for char in text]
                    for _ in text:
                        terminal.press(BACKSPACE, quiet=0.03)
                    terminal.listen(0.1)
                    if counts:
                        times += [answer.last * 1000 for answer in answers]
    return beside("typing", size, percentile(taken[ours], 95), percentile(taken[table], 95), len(taken[ours]))
