"""The promises of the exchange of workbooks, kept by four books whatever happens to them.

The known limit: who is certainly one person is found where both stand side by side. A pair that agreed only in a state
that another file has superseded is found by whoever saw that state, and reaches the others with the next exchange;
until then two books with the same files may differ in it, and in nothing else (`checks.found_apart`).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.store.merge.machine import Machine

_ALWAYS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False)
QUICK = settings(_ALWAYS, max_examples=200, stateful_step_count=25, derandomize=True)
AGAINST_FAULTS = settings(_ALWAYS, max_examples=400, stateful_step_count=30, derandomize=True, phases=(Phase.generate,))
"""For `make mutants`: a failure need not be made small."""
LONG = settings(_ALWAYS, max_examples=500, stateful_step_count=50)
SHARDS = 20
"""So many times LONG: 10,000 examples."""

TestMachine = Machine.TestCase
TestMachine.settings = AGAINST_FAULTS if os.environ.get("MACHINE") == "mutants" else QUICK


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_ten_thousand_lives(shard: int) -> None:
    run_state_machine_as_test(seed(shard)(type("Machine", (Machine,), {})), settings=LONG)
