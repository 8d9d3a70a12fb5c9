"""Seed every fault in turn and run the proof against it; one line each, and 1 as the exit code if one survives.

The machine is asked where no unit test noticed, and with `--both` always, which takes an hour.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from tests.mutants.table import MUTANTS, ROOT

UNIT_TESTS = ("tests/store/merge", "tests/store/workbook/test_reading.py", "--ignore=tests/store/merge/test_machine.py")
MACHINE = ("tests/store/merge/test_machine.py",)
PATIENCE = 900
"""Seconds after which a proof that does not end counts as one that failed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the unit tests and the machine said of a fault: whether they failed."""

    number: int
    by_tests: bool
    by_machine: bool
    seconds: float

    @property
    def is_caught(self) -> bool:
        """Whether either noticed."""
        return self.by_tests or self.by_machine


def failed(number: int, *tests: str) -> bool:
    """Whether tests fail with this fault, or without one for -1."""
    command = [sys.executable, "-m", "tests.mutants.seeded", str(number), "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "MACHINE": "mutants"}
    try:
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return True
    if ended.returncode not in {0, 1} and (ended.returncode != 2 or number < 0):  # an error of the proof proves nothing
        raise RuntimeError(ended.stdout.decode()[-2000:] + ended.stderr.decode()[-2000:])
    return ended.returncode != 0


def proved(number: int, *, both: bool) -> Verdict:
    """The proof against one fault."""
    began = time.monotonic()
    by_tests = failed(number, *UNIT_TESTS)
    by_machine = failed(number, *MACHINE) if both or not by_tests else False
    return Verdict(number, by_tests, by_machine, time.monotonic() - began)


def main() -> int:
    """Prove, and print the table."""
    both = "--both" in sys.argv[1:]
    chosen = [int(word) for word in sys.argv[1:] if word != "--both"] or range(len(MUTANTS))
    sound = proved(-1, both=True)
    if sound.is_caught:
        print("The proof fails without any fault: put that right first.")
        return 1
    survivors = 0
    print(f"{'':3} {'caught by':15} {'s':>4}  fault")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for verdict in pool.map(partial(proved, both=both), chosen):
            mutant = MUTANTS[verdict.number]
            by = " and ".join(
                word for word, caught in (("tests", verdict.by_tests), ("machine", verdict.by_machine)) if caught
            )
            survivors += not verdict.is_caught
            where = mutant.module.rpartition(".")[2]
            print(
                f"{verdict.number:3} {by or 'NOBODY':15} {verdict.seconds:4.0f}  {where}: {mutant.breaks}", flush=True
            )
    print(f"{len(list(chosen)) - survivors} of {len(list(chosen))} faults caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
