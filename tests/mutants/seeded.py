"""Run tests with one fault in place: `python -m tests.mutants.seeded NUMBER [pytest's arguments]`."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING

from tests.mutants.table import MUTANTS, Mutant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


class _Loader(SourceFileLoader):
    """Reads a module's source with the fault in it, and never its compiled form."""

    mutant: Mutant

    def get_data(self, path: str) -> bytes:
        if not path.endswith(".py"):
            raise OSError(path)
        return self.mutant.applied(super().get_data(path).decode()).encode()

    def set_data(self, path: str, data: bytes, *, _mode: int = 0o666) -> None:
        """Leave nothing of it behind."""


class Finder:
    """Finds the module of a mutant, and no other."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec, with a loader of our own."""
        if name != self._mutant.module:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            loader = _Loader(name, str(self._mutant.path))
            loader.mutant = self._mutant
            spec.loader = loader
        return spec


def main(arguments: Sequence[str]) -> int:
    """Seed the fault of this number, none for -1, and run the tests."""
    number = int(arguments[0])
    if number >= 0:
        if MUTANTS[number].module in sys.modules:
            raise RuntimeError(f"{MUTANTS[number].module} is loaded already")
        sys.meta_path.insert(0, Finder(MUTANTS[number]))
    import pytest

    return int(pytest.main([*arguments[1:]]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
