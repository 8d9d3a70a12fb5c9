"""Import and export against the bare libraries, and what an import does to people at the till."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.figures import beside, paired, percentile
from tests.bench.screens import DOWN, UP, markers
from tests.bench.setting import ROOT, environment, headless, program, reference, tell, timed
from tests.bench.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.budgets import Figure
    from tests.bench.setting import Setting

_MOST_RUNS = 3
_KEYS = [DOWN] * 10 + [UP] * 10
_PAUSE, _RHYTHM = 0.005, 0.035
"""Seconds without a byte after which a key is answered, and before the next key: what an import has the list paint
by itself (its progress, new rows) comes later than a key's own frame, and is not the key's."""
_LETTERS = b"mar"
_SECONDS_AT_REST = 5.0
_LEAST_SAVES = 20


def imports(setting: Setting) -> Iterator[Figure]:
    """A workbook of new customers into a new book, then again, each beside its references."""
    sheet = setting.workbook()
    new, again, bare, calamine, openpyxl = [], [], [], [], []
    for turn in range(min(setting.runs, _MOST_RUNS)):
        book, table = setting.scratch / f"import{turn}.db", setting.scratch / f"bare{turn}.db"
        bare.append(reference("read_and_insert", str(sheet), str(table)))
        new.append(timed("import", str(sheet), "--db", str(book)))
        calamine.append(reference("read_calamine", str(sheet)))
        again.append(timed("import", str(sheet), "--db", str(book)))
        if not turn:
            openpyxl.append(reference("read_openpyxl", str(sheet)))
    yield paired("import", None, new, bare)
    yield paired("import-openpyxl", None, new, openpyxl)
    yield paired("again", None, again, calamine)


def exports(setting: Setting) -> Iterator[Figure]:
    """A book of as many customers as the workbook has, written out, beside openpyxl writing the same cells."""
    sheet, book = setting.workbook(), setting.scratch / "export.db"
    timed("import", str(sheet), "--db", str(book))
    ours, openpyxl = [], []
    for turn in range(min(setting.runs, _MOST_RUNS)):
        openpyxl.append(reference("write_openpyxl", str(sheet), str(setting.scratch / f"openpyxl{turn}.xlsx")))
        target = setting.scratch / f"ours{turn}.xlsx"
        ours.append(timed("export", str(target), "--customers", "--db", str(book)))
    yield paired("export", None, ours, openpyxl)


def busy(setting: Setting) -> Iterator[Figure]:
    """Keys on the screen, and saves from another program, at rest and while a workbook is imported."""
    yield _busy_keys(setting)
    yield from _busy_saves(setting)


def _start_import(setting: Setting, book: Path) -> subprocess.Popen[bytes]:
    command = [*headless(), "import", str(setting.workbook()), "--db", str(book)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment())


def _busy_keys(setting: Setting) -> Figure:
    size = setting.busy_size
    book = setting.copy(size, "keys")
    with Terminal(program(book), environment()) as ours:
        ours.first_paint(markers(book))

        def press(key: bytes) -> float:
            answered = ours.press(key, quiet=_PAUSE).last * 1000
            time.sleep(_RHYTHM)
            return answered

        def round_of_keys() -> list[float]:
            times = [press(key) for key in _KEYS]
            times += [press(bytes([letter])) for letter in _LETTERS]
            for _ in _LETTERS:
                press(b"\x7f")
            return times

        round_of_keys()
        rest = [taken for _ in range(1 if setting.glance else max(3, setting.runs)) for taken in round_of_keys()]
        importing = _start_import(setting, book)
        during: list[float] = []
        while importing.poll() is None:
            taken = round_of_keys()
            if importing.poll() is None or not during:
                during += taken
    _succeeded(importing)
    return beside("import-keys", size, percentile(during, 95), percentile(rest, 95), len(during))


def _busy_saves(setting: Setting) -> Iterator[Figure]:
    size = setting.busy_size
    book = setting.copy(size, "saves")
    log = setting.scratch / "saves.json"
    command = [sys.executable, "-m", "tests.bench.cashier", str(book), str(log)]
    cashier = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, env=environment())
    time.sleep(1.0 if setting.glance else _SECONDS_AT_REST)
    begun = time.monotonic()
    importing = _start_import(setting, book)
    importing.wait()
    ended = time.monotonic()
    cashier.communicate()
    _succeeded(importing)
    saves: list[tuple[float, float]] = json.loads(log.read_text())
    rest = [took * 1000 for at, took in saves if at < begun]
    during = [took * 1000 for at, took in saves if begun <= at < ended]
    tell(f"saves: {len(rest)} at rest, median {median(rest):.1f} ms; {len(during)} in {ended - begun:.1f} s of import")
    if len(during) < _LEAST_SAVES and not setting.glance:
        tell(f"only {len(during)} saves fell into the import: the cashier waited")
    yield beside("import-save-p95", size, percentile(during, 95), percentile(rest, 95), len(during))
    yield beside("import-save-max", size, max(during), max(rest), len(during))


def _succeeded(importing: subprocess.Popen[bytes]) -> None:
    if importing.returncode:
        raise RuntimeError(f"the import ended with exit code {importing.returncode}")
