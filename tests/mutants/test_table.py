"""The faults still fit the source that they break."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.seeded import Finder
from tests.mutants.table import MUTANTS, Mutant


@pytest.mark.parametrize("number", range(len(MUTANTS)))
def test_a_fault_has_its_place_and_makes_another_program_of_it(number: int) -> None:
    mutant = MUTANTS[number]
    source = mutant.path.read_text("utf-8")
    assert ast.dump(ast.parse(mutant.applied(source))) != ast.dump(ast.parse(source))


def test_there_are_enough_and_each_says_what_it_breaks() -> None:
    assert len(MUTANTS) >= 24
    assert len({(mutant.module, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS)
    assert all(mutant.breaks for mutant in MUTANTS)


def test_a_fault_that_does_not_fit_fails_loudly() -> None:
    with pytest.raises(LookupError, match="0 places"):
        Mutant("store.merge.state", "no such text", "", "nothing").applied("x = 1")
    with pytest.raises(LookupError, match="2 places"):
        Mutant("store.merge.state", "x", "y", "nothing").applied("x = x")


def test_the_module_is_loaded_with_the_fault_in_it() -> None:
    mutant = next(one for one in MUTANTS if one.module == "store.merge.state")
    assert Finder(mutant).find_spec("store.merge.writing") is None
    import store.merge

    spec = Finder(mutant).find_spec(mutant.module, store.merge.__path__)
    assert spec is not None
    assert spec.loader is not None
    assert mutant.new in spec.loader.get_data(str(mutant.path)).decode()  # type: ignore[attr-defined]  # ours
