"""Whoever knows the same renames calls the stores alike, in whatever order they came to be known."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from store.merge.renames import Rename, StoreNames, joined
from store.merge.state import LAST_TIME


class Till:
    """What one book knows of the names, and the stores that it has by what they were called first."""

    def __init__(self, origin: str, *names: str) -> None:
        self.origin = origin
        self.stores = {name: name for name in names}
        self.names = StoreNames()

    def rename(self, old: str, new: str, at: int) -> Till:
        """Rename a store, as the settings do."""
        self.learn([self.names.renaming(old, new, at, self.origin)])
        return self

    def learn(self, renames: list[Rename]) -> None:
        """Know more, and call the stores so."""
        after = StoreNames([*self.names.renames.values(), *renames])
        self.stores = {first: after.now(self.names.use_of(name)) or name for first, name in self.stores.items()}
        self.names = after

    @property
    def said(self) -> list[Rename]:
        """What goes out."""
        return list(self.names.renames.values())


def test_a_name_means_the_store_that_was_called_so_by_whoever_wrote_it() -> None:
    till = Till("a", "Main").rename("Main", "Center", 1)
    assert till.names.now(StoreNames().use_of("MAIN")) == "Center"
    assert till.names.now(till.names.use_of("Main")) is None, "a store that is called so after that is another"
    assert (till.names.formerly("main"), till.names.formerly("Center")) == ("Center", None)


def test_chains_and_renames_back() -> None:
    till = Till("a", "Main").rename("Main", "Mid", 1).rename("Mid", "Center", 2)
    assert {till.names.now(use) for use in ("main", "mid", "center")} == {"Center"}
    till.rename("Center", "Main", 3)
    assert till.stores == {"Main": "Main"}
    assert till.names.now(till.names.use_of("main")) == "Main"
    till.rename("Main", "MAIN", 4)
    assert till.stores == {"Main": "MAIN"}


def test_a_clock_that_is_behind_renames_all_the_same() -> None:
    till = Till("a", "Main").rename("Main", "Center", 100).rename("Center", "Downtown", 5)
    assert till.stores == {"Main": "Downtown"}


def test_no_rename_is_later_than_all_clocks() -> None:
    till = Till("a", "Main").rename("Main", "Center", LAST_TIME).rename("Center", "Downtown", 5)
    assert till.stores == {"Main": "Downtown"}
    assert {rename.at for rename in till.said} == {LAST_TIME}


def test_the_last_that_gave_a_name_up_is_meant_by_it_be_there_ever_so_many() -> None:
    many = [Rename(f"a{at}", f"b{at}", f"B{at}", at, "x") for at in range(20_000)]
    names = StoreNames([*many, Rename("a7|1", "c", "C", 9, "x"), Rename("a8|1", "d", "D", 7, "x")])
    assert (names.formerly("A7"), names.formerly("a8")) == ("C", "B8")
    assert sum(names.formerly(name) is not None for name in names.former) == 20_000


def test_two_stores_may_change_names() -> None:
    till = Till("a", "Main", "Harbor").rename("Main", "X", 1).rename("Harbor", "Main", 2).rename("X", "Harbor", 3)
    assert till.stores == {"Main": "Harbor", "Harbor": "Main"}
    other = Till("b", "Main", "Harbor")
    other.learn(till.said)
    assert other.stores == till.stores


def test_of_two_renames_at_once_the_later_counts_everywhere() -> None:
    said = [
        *Till("a", "Main").rename("Main", "Center", 1).said,
        *Till("b", "Main").rename("Main", "Harbor", 2).said,
        *Till("c", "Main").rename("Main", "Quay", 2).said,
    ]
    for order in permutations(said):
        till = Till("d", "Main")
        for rename in order:
            till.learn([rename])
        assert till.stores == {"Main": "Quay"}


def test_names_given_crosswise_make_one_store() -> None:
    said = [*Till("a", "A").rename("A", "B", 1).said, *Till("b", "B").rename("B", "A", 2).said]
    for order in permutations(said):
        till = Till("c", "A", "B")
        for rename in order:
            till.learn([rename])
        assert till.stores == {"A": "A", "B": "A"}


_NAMES = st.sampled_from(["Main", "Center", "Harbor", "MAIN"])
_DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("rename"), st.integers(0, 2), _NAMES, _NAMES),
        st.tuples(st.just("learn"), st.integers(0, 2), st.integers(0, 2), st.just("")),
    ),
    max_size=14,
)


@given(_DEEDS)
def test_books_that_know_the_same_call_every_store_alike(deeds: list[tuple[str, int, object, str]]) -> None:
    tills = [Till(origin, "Main", "Center") for origin in "abc"]
    for at, (kind, whose, what, new) in enumerate(deeds):
        till = tills[whose]
        if kind == "learn":
            till.learn(tills[int(str(what))].said)
        elif what in till.stores.values() and new not in till.stores.values():
            till.rename(str(what), new, at)
    everything = list(joined(*(till.said for till in tills)).values())
    for till in tills:
        till.learn(everything)
        assert till.stores == tills[0].stores
        for name in till.stores.values():
            assert till.names.now(till.names.use_of(name)) in {name, None}, "what is written now is read so"
