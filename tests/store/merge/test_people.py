"""Who is who: derived uids, keys that are certainly or perhaps the same, verdicts and groups."""

from __future__ import annotations

import uuid
from itertools import permutations
from typing import Any

import pytest

from store.merge import people, state
from store.merge.people import FOUND, Groups, Keys, Verdict
from store.merge.state import LAST_TIME

ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "phone": "+1 555 0100", "id_number": "A7"}
ONE, TWO, THREE = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")
LISTED = "00000000-0000-5000-8000-000000000000"


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ANN.items() if name not in names}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"id_number": "a7"}, True),
        ({"id_number": "A8"}, False),
        ({"email": "ANN@example.com", "phone": "(+1) 555-0100"}, True),
        ({"email": "ann@example.com", "phone": "555 0100"}, False),
        ({"email": "ann@example.com", "first_name": "ann", "last_name": "LEE"}, True),
        ({"email": "ann@example.com", "first_name": "Ann"}, False),
        ({"email": "ann@example.com"}, False),
        ({"phone": "+1 555 0100", "first_name": "Ann", "last_name": "Lee"}, False),
        ({}, False),
    ],
)
def test_who_is_certainly_the_same(other: dict[str, Any], same: bool) -> None:
    keys, theirs = people.keys_of(ANN), people.keys_of(other)
    assert keys.same(theirs) is same
    assert theirs.same(keys) is same


def test_blanks_are_no_likeness() -> None:
    nobody = Keys()
    assert not nobody.same(nobody)
    assert nobody.alike(nobody) == ()
    half = people.keys_of({"email": "a@example.com", "first_name": "Ann"})
    assert not half.same(half)


def test_who_may_be_the_same() -> None:
    keys = people.keys_of(ANN)
    assert keys.alike(people.keys_of({"email": "Ann@Example.com"})) == ("email",)
    assert keys.alike(people.keys_of({"phone": "15550100"})) == ("phone",)
    assert keys.alike(people.keys_of({"first_name": "Ann", "last_name": "Lee"})) == ()
    assert people.row_keys(state.born(ONE, ANN)) == keys


def test_a_row_without_a_uid_gets_one_that_follows_from_what_it_says() -> None:
    derived = people.derived_uid
    assert derived(ANN) == derived({"id_number": "a7"})
    assert derived(without("id_number")) == derived({"email": "ANN@EXAMPLE.COM"})
    assert derived(without("id_number", "email")) == derived({"phone": "1 (555) 0100"})
    rest = without("id_number", "email", "phone")
    assert derived(rest) == derived(dict(reversed(rest.items()))) == derived({**rest, "notes": None, "city": ""})
    assert derived(rest) != derived({**rest, "city": "Bonn"})
    assert (
        len({derived(ANN), derived(without("id_number")), derived(without("id_number", "email")), derived(rest)}) == 4
    )
    assert uuid.UUID(derived(ANN)).version == 5


def test_the_smallest_uid_leads_and_a_books_own_before_a_lists() -> None:
    assert people.leading([TWO, ONE]) == ONE
    assert people.leading([LISTED, TWO]) == TWO
    assert people.pair(TWO, ONE) == people.pair(ONE, TWO) == (ONE, TWO)


def test_of_two_verdicts_the_later_holds_in_every_book() -> None:
    verdicts = [Verdict(0, FOUND, True), Verdict(5, "a", False), Verdict(7, "b", True)]
    for order in permutations(verdicts):
        pairs: people.Pairs = {}
        for verdict in order:
            pairs = people.joined(pairs, {(ONE, TWO): verdict})
        assert pairs == {(ONE, TWO): verdicts[2]}


def test_whoever_says_something_has_the_last_word_whatever_their_clock_says() -> None:
    known = {(ONE, TWO): Verdict(900, "a", True)}
    said = people.judged(known, [(ONE, TWO), (ONE, THREE)], 30, "b", same=False)
    assert said == {(ONE, TWO): Verdict(901, "b", False), (ONE, THREE): Verdict(30, "b", False)}
    assert people.joined(known, said)[ONE, TWO].same is False
    assert people.judged({}, [(ONE, TWO)], 0, "b", same=True)[ONE, TWO].at == 1


def test_groups_follow_from_the_verdicts() -> None:
    pairs = {
        (ONE, TWO): Verdict(0, FOUND, True),
        (TWO, LISTED): Verdict(3, "a", True),
        (ONE, THREE): Verdict(3, "a", False),
    }
    groups = Groups.of(pairs)
    assert sorted(groups.members([LISTED, THREE, TWO, ONE])) == [[ONE, LISTED, TWO], [THREE]]
    assert groups.members([LISTED, TWO]) == [[TWO, LISTED]]
    assert groups.top("nobody") == "nobody"


def test_a_uid_is_taken_out_of_a_person_even_where_others_hold_them_together() -> None:
    """Two may be one person by a third, of whom nothing is shown: one that is erased, or not here yet."""
    pairs = {(ONE, TWO): Verdict(0, FOUND, True), (TWO, THREE): Verdict(8, "b", True)}
    said = people.apart(pairs, ONE, 5, "a")
    assert said == {(ONE, TWO): Verdict(5, "a", False), (ONE, THREE): Verdict(5, "a", False)}
    groups = Groups.of(people.joined(pairs, said))
    assert sorted(groups.members([ONE, TWO, THREE])) == [[ONE], [TWO, THREE]]
    assert people.apart({}, ONE, 5, "a") == {}


def test_what_a_person_says_outranks_a_verdict_of_the_end_of_all_times_and_is_no_later() -> None:
    known = {(ONE, TWO): Verdict(LAST_TIME, "zz", False)}
    for same in (True, False, True):
        said = people.judged(known, [(ONE, TWO)], 5, "a1", same=same)
        assert people.joined(known, said) == people.joined(said, known) == said
        assert (said[ONE, TWO].at, said[ONE, TWO].same) == (LAST_TIME, same)
        known = said


@pytest.mark.parametrize("apart", [Verdict(9, "a", False), Verdict(1, FOUND, False)])
def test_two_who_are_told_apart_do_not_become_one_by_a_third_who_is_like_both(apart: Verdict) -> None:
    """Whatever came first: the pairs are taken in a fixed order."""
    found = Verdict(0, FOUND, True)
    told = [((ONE, TWO), apart), ((ONE, THREE), found), ((TWO, THREE), found), ((THREE, LISTED), found)]
    for some in permutations(told):
        groups = Groups.of(dict(some)).members([ONE, TWO, THREE, LISTED])
        assert sorted(groups) == [[ONE, LISTED, THREE], [TWO]]


def test_who_is_told_apart_from_one_is_from_all_who_are_one_with_that() -> None:
    found = Verdict(0, FOUND, True)
    pairs = {("a", "d"): found, ("b", "c"): found, ("c", "d"): found, ("a", "b"): Verdict(3, "o", False)}
    assert sorted(Groups.of(pairs).members("abcd")) == [["a", "d"], ["b", "c"]]
    groups = Groups.of(pairs | {("c", "e"): Verdict(4, "o", True), ("a", "e"): found})
    assert groups.of_one("abcdef", "e") == {"a", "c", "d", "e"}


def test_what_people_say_is_one_is_one_even_by_a_third() -> None:
    """The two are told apart, but somebody said of each that they are the third."""
    pairs = {
        (ONE, TWO): Verdict(9, "a", False),
        (ONE, THREE): Verdict(3, "a", True),
        (TWO, THREE): Verdict(3, "b", True),
    }
    assert Groups.of(pairs).members([ONE, TWO, THREE]) == [[ONE, TWO, THREE]]


@pytest.mark.parametrize("email", ["none@shop.example", "No-Email@shop.example", "n.a@x.de", "XXX@x.de", "test@x.de"])
@pytest.mark.parametrize("phone", ["0000000", "1111-111", "12 34", ""])
def test_placeholders_are_nobodys(email: str, phone: str) -> None:
    ann = people.keys_of({**ANN, "email": email, "phone": phone, "id_number": ""})
    assert (ann.certain, ann.email, ann.phone, ann.alike(ann)) == ((), "", "", ())
    ben = people.derived_uid({"first_name": "Ben", "email": email, "phone": phone})
    assert people.derived_uid({"first_name": "Ann", "email": email, "phone": phone}) != ben


@pytest.mark.parametrize("email", ["nona@shop.example", "none.dupont@x.de", "testa@x.de", "ann@none.example"])
def test_what_only_looks_like_a_placeholder_is_somebodys(email: str) -> None:
    assert people.email_key(email) == email
    assert people.phone_key("000 01") == "00001"
