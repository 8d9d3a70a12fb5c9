"""The promises of the exchange of workbooks, kept by four books whatever happens to them."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.store.merge.machine import Machine

QUICK = settings(
    max_examples=200,
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

TestMachine = Machine.TestCase
TestMachine.settings = QUICK
