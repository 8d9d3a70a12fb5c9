"""What every test shares: the sample workbooks, and a home that is not the developer's own."""

from __future__ import annotations

import gc
import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

# The program looks at its terminal when it is loaded: every test meets the same one, wherever it runs.
for _name in [name for name in os.environ if name.startswith(("REGULARS_", "COLOR", "NO_COLOR", "LC_", "TERM"))]:
    if not _name.startswith("REGULARS_E2E"):
        del os.environ[_name]
os.environ.update(TERM="xterm", LANG="C.UTF-8")

_TESTS_BETWEEN_COLLECTIONS = 10
_finished = count(1)


def pytest_collection_finish() -> None:
    """Let Python look for garbage between the tests only, and not among what is loaded: an app leaves much of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(1_000_000, 50, 1000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Collect what the last tests left; what outlives them is not looked through again."""
    try:
        return (yield)
    finally:
        if next(_finished) % _TESTS_BETWEEN_COLLECTIONS == 0:
            gc.collect()
            gc.freeze()


SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def samples() -> Path:
    """The folder of real workbooks and of what is expected of them."""
    return SAMPLES


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.delenv("REGULARS_DB", raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
