"""What a run measures with: sizes, number of runs, cached books and workbooks, and the commands that are timed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from store.folding import search_words

ROOT = Path(__file__).parents[2]
REFERENCES = Path(__file__).parent / "references"
_MADE_BY = ("store/demo", "store/migrations", "tests/bench/references/make_workbook.py", "tests/bench/many_receipts.py")
_SOMEBODY = ("José", "O'Brien", "jose@example.com", "+1 290-555-0142", "12905550142", "C1", "6006", 1, 0, "1,2")


def _cache() -> Path:
    return Path(os.environ.get("REGULARS_BENCH_CACHE") or Path(tempfile.gettempdir()) / "regulars-bench")


def _digest() -> str:
    """Changes when the code that makes the cached files does."""
    digest = hashlib.sha256(search_words(*_SOMEBODY).encode())
    for place in _MADE_BY:
        for file in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def tell(words: str) -> None:
    """Say on standard error what is going on; standard output is the table's."""
    sys.stderr.write(f"  {words}\n")
    sys.stderr.flush()


@dataclass(frozen=True)
class Setting:
    """One run of the bench.

    `sheet_rows` is the length of the workbook that is imported and exported, `receipts` what the book of sales has.
    """

    sizes: tuple[int, ...] = (1_000, 100_000, 1_000_000)
    runs: int = 9
    sheet_rows: int = 50_000
    receipts: int = 5_000_000
    cache: Path = field(default_factory=_cache)
    scratch: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="regulars-bench-")))

    @property
    def glance(self) -> bool:
        """A single run only shows that everything works: without a round to warm up, and with few keys."""
        return self.runs == 1

    def turns(self, times: int = 1) -> list[bool]:
        """A turn for each run, and whether it counts: the first of many only warms up."""
        return [True] if self.glance else [False] + [True] * (self.runs * times)

    @property
    def busy_size(self) -> int:
        """The book an import runs into: the largest that can be copied in a moment."""
        return max(size for size in self.sizes if size <= 100_000 or size == min(self.sizes))

    def book(self, customers: int) -> Path:
        """A demo book of so many customers with as many receipts; made once for the code as it is."""
        path = self.cache / _digest() / f"{customers}.db"
        if path.exists():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        making = path.with_suffix(".making")
        _remove_book(making)
        command = [
            *headless(),
            "demo",
            "--db",
            str(making),
            "--customers",
            str(customers),
            "--receipts",
            str(customers),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        making.rename(path)
        tell(f"made a book of {customers:,} customers in {time.perf_counter() - started:.0f} s")
        return path

    def sales_book(self) -> Path:
        """A book of `receipts` sales, in which two customers have their given share; made once for the code as it is."""
        path = self.cache / _digest() / f"{self.receipts}-receipts.db"
        if not path.exists():
            from tests.bench import many_receipts

            made_of = self.book(min(self.busy_size, self.receipts))
            started = time.perf_counter()
            making = path.with_suffix(".making")
            _remove_book(making)
            shutil.copyfile(made_of, making)
            many_receipts.add(making, self.receipts)
            making.rename(path)
            tell(f"made a book of {self.receipts:,} receipts in {time.perf_counter() - started:.0f} s")
        return path

    def copy(self, customers: int, name: str) -> Path:
        """A book of so many customers that may be changed."""
        path = self.scratch / f"{name}.db"
        _remove_book(path)
        shutil.copyfile(self.book(customers), path)
        return path

    def workbook(self) -> Path:
        """A workbook of `sheet_rows` new customers in the office's 25 columns; made once."""
        path = self.cache / _digest() / f"{self.sheet_rows}.xlsx"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            making = path.with_suffix(".making.xlsx")
            reference("make_workbook", str(making), str(self.sheet_rows))
            making.rename(path)
        return path

    def clear(self) -> None:
        """Remove what this run wrote, apart from the cache."""
        shutil.rmtree(self.scratch, ignore_errors=True)


def _remove_book(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def headless() -> list[str]:
    """The command line of Regulars without its screens."""
    return [sys.executable, "-m", "store.cli"]


def program(book: Path) -> list[str]:
    """The program itself, as a person starts it."""
    return [str(Path(sys.executable).with_name("regulars")), "--db", str(book)]


def bare_app() -> list[str]:
    """The bare Textual app."""
    return [sys.executable, str(REFERENCES / "bare_app.py")]


def table_app(rows: int, *options: str) -> list[str]:
    """Textual's DataTable with so many rows."""
    return [sys.executable, str(REFERENCES / "table_app.py"), str(rows), *options]


def environment() -> dict[str, str]:
    """What every program needs to find the code."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def reference(name: str, *arguments: str) -> float:
    """Run a reference program to its end and read the seconds it reports."""
    command = [sys.executable, "-m", f"tests.bench.references.{name}", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment())
    return float(done.stdout)


def timed(*words: str) -> float:
    """Seconds that a headless command of ours takes, from its start to its end."""
    started = time.perf_counter()
    subprocess.run([*headless(), *words], check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment())
    return time.perf_counter() - started
