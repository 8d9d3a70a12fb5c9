"""The faults: which module, what stands there, what stands there instead, and what that breaks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault that changes one place of a module."""

    module: str
    old: str
    new: str
    breaks: str

    @property
    def path(self) -> Path:
        """The module's file."""
        return ROOT.joinpath(*self.module.split(".")).with_suffix(".py")

    def applied(self, source: str) -> str:
        """The source with the fault. Raises LookupError unless its place is there, once."""
        if source.count(self.old) != 1:
            raise LookupError(f"{self.module} has {source.count(self.old)} places to break with: {self.old}")
        return source.replace(self.old, self.new)


_STATE, _WRITING, _PEOPLE = "store.merge.state", "store.merge.writing", "store.merge.people"
_EXCHANGE, _QUESTIONS, _READING = "store.merge.exchange", "store.merge.questions", "store.workbook.reading"
_RENAMES = "store.merge.renames"

MUTANTS: tuple[Mutant, ...] = (
    # what survives a join
    Mutant(_STATE, "in dots or version.n > other.seen.get(version.origin, 0)", "in dots or True",
           "what was superseded comes back with an old file"),
    Mutant(_STATE, "if (version.origin, version.n) in dots or version.n >", "if version.n >",
           "a value that both have is dropped"),
    Mutant(_STATE, "seen[origin] = max(n, seen.get(origin, 0))\n    offers = {", "seen[origin] = n\n    offers = {",
           "a book forgets what it has seen"),
    Mutant(_STATE, "if len(versions) < 2:", "if versions:", "one dot with two contents differs from book to book"),
    Mutant(_STATE, "offers, ours.gone | theirs.gone)", "offers, ours.gone)", "what was answered elsewhere is asked again"),
    Mutant(_STATE, "if (not row.gone or row.gone.isdisjoint(_keys(name, offer)))\n        and not", "if not", "an answered question comes back"),
    Mutant(_STATE, "and not (offer.why is Why.LIST and offer.value in written)", "",
           "a list that says what is written stays an offer, and counts once that is cleared"),
    Mutant(_STATE, "        gone |= row.gone\n", "", "an answer for a person of two uids is not heard by the second"),
    Mutant(_STATE, "{ACTIVE: _active_rank}", "{}", "active beats inactive"),
    Mutant(_STATE, "return version.at, version.origin, repr(version.value)", "return -version.at, version.origin, ''",
           "the oldest of concurrent values is in force"),
    Mutant(_STATE, "for offer in row.offers.get(name, ()) if offer.why is Why.LIST]", "for offer in row.offers.get(name, ())]",
           "a held cell is in force where nobody wrote"),
    Mutant(_STATE, "{min(same, said, key=offer_rank)}", "{same}", "what a list says by its silence hangs on the order of files"),
    Mutant(_STATE, "(offer.key, _in_words(name, offer).key) if is_silent(name, offer) else (offer.key,)", "(offer.key,)",
           "a list's silence comes back where the same in words was answered"),
    Mutant(_STATE, "return not (self.seen or self.fields or self.offers or self.gone)", "return not (self.fields or self.offers)",
           "who lost every value to another uid is nobody, and their points nobody's"),
    Mutant(_STATE, "repr((offer.value, offer.source, str(offer.why), offer.base, offer.of))", "repr(offer.value)",
           "a cell held for two reasons differs from book to book"),
    # writing
    Mutant(_WRITING, "for version in row.fields.get(name, ()) if version.value == shown)", "for version in row.fields.get(name, ()))",
           "an edit supersedes what its writer never saw"),
    Mutant(_WRITING, "if version.value == shown)", "if version.value != shown)", "an edit keeps what it was to replace"),
    Mutant(_WRITING, "max(dot.at, *(version.at + 1 for version in whole.fields.get(name, ())), 0)", "dot.at",
           "with a clock that is slow nothing that is saved is in force"),
    Mutant(_WRITING, "seen = {**seen, dot.origin: max(dot.n, seen.get(dot.origin, 0))}", "pass",
           "a book does not know its own writes"),
    Mutant(_WRITING, "for version in dropped}\n", "for version in dropped if version.value != value}\n",
           "a value that moved to another uid's row comes back by a list, or not, as the files came"),
    Mutant(_WRITING, "    gone |= {o.key for", "    {o.key for", "what a list said is asked again once somebody wrote over it"),
    Mutant(_WRITING, "EDIT + mark(file_id, uid, name, base, value)", "EDIT + mark(file_id, uid, name, base)",
           "of two copies of a file only one edit of a cell is left"),
    Mutant(_WRITING, "EDIT + mark(file_id, uid, name, base, value)", "EDIT + mark(uid, name, base, value)",
           "an edit is dropped when another file said the same before"),
    Mutant(_WRITING, 'mark("held", file_id, uid, name, base, value)', 'mark("held", uid, name)',
           "a cell that is held hides the next one"),
    # who is who
    Mutant(_PEOPLE, "both[uids] = max(verdict, both.get(uids, verdict))", "both[uids] = min(verdict, both.get(uids, verdict))",
           "the first verdict on two uids holds for ever"),
    Mutant(_PEOPLE, "max(at, seen.at + 1)", "at", "with a clock that is slow nobody can be separated"),
    Mutant(_PEOPLE, '("phone", self.email, self.phone)', '("phone", self.email)', "an e-mail alone makes two people one"),
    Mutant(_PEOPLE, "others = {uid for uids in known for uid in uids if groups", "others = {uid for uids in known if member in uids for uid in uids if groups",
           "who is held to a person by two others cannot be separated"),
    Mutant(_PEOPLE, 'name = f"email:{keys.email}"', 'name = f"email:{values}"', "two tills make two customers of one row"),
    Mutant(_PEOPLE, "            elif verdict.same:\n", "            else:\n", "two that were told apart are one"),
    Mutant(_PEOPLE, "if groups.top(other) not in groups._apart.get(groups.top(one), ()):", "if True:",
           "two that were told apart become one by a third"),
    # books
    Mutant(_EXCHANGE, "        if uid not in erased\n", "", "who was erased comes back"),
    Mutant(_EXCHANGE, "min(at, ours.erased.get(uid, at))", "at", "when somebody was erased differs from book to book"),
    Mutant(_EXCHANGE, "return max(one, other)", "return one", "one entry with two contents differs from book to book"),
    Mutant(_EXCHANGE, "both.pairs.setdefault(pair, Verdict(0, FOUND, True))", "both.pairs[pair] = Verdict(0, FOUND, True)",
           "two that were told apart are found again"),
    Mutant(_EXCHANGE, "for pair in combinations(uids, 2):", "for pair in zip(uids, uids[1:]):",
           "who is one person depends on the order in which files and verdicts came"),
    Mutant(_EXCHANGE, "lists = [] if row.is_born else [", "lists = [", "a list adds its balance to one that there is"),
    Mutant(_EXCHANGE, "return opening(row) + sum(", "return sum(", "what a list brought somebody with is lost"),
    Mutant(_EXCHANGE, "return had if row.is_born else had | {brought}", "return had", "what a list brought somebody with is asked about"),
    Mutant(_EXCHANGE, "if not at or entry.at <= until", "if True", "points that came after a list was saved are void once it is taken"),
    Mutant(_EXCHANGE, "if not at or entry.at <= until", "if entry.at <= until", "a list that does not say when it was saved is added to the balance"),
    Mutant(_EXCHANGE, "known and difference(row, lines, offer))", "known)", "a list is asked about that would change nothing"),
    # questions
    Mutant(_QUESTIONS, "    elif question.offer is None:\n", "    elif False:\n", "a conflict in which the value in force is kept is asked again"),
    Mutant(_QUESTIONS, "if v.value in kept),", "),", "an answer about two values drops the third"),
    Mutant(_QUESTIONS, "dot, over=writing.every)", "dot)", "a value that was not taken stays a question"),
    Mutant(_QUESTIONS, "return writing.settle(rows, leader, keys)", "return rows", "an offer that was answered is asked again"),
    Mutant(_QUESTIONS, 'at = exchange.moment(offer.at) if offer.at else ""', 'at = ""', "two lists that are taken one after the other add up"),
    Mutant(_QUESTIONS, "{offer.of or holder(rows, POINTS, offer.key)}", "{holder(rows, POINTS, offer.key)}",
           "two tills that had each entered somebody take one list's balance twice"),
    Mutant(_QUESTIONS, "o.why is Why.LIST and o.at < offer.at", "False", "an older list is taken over the newer one"),
    Mutant(_QUESTIONS, "o.why is Why.LIST and o.at < offer.at", "o.at < offer.at", "a held balance is dropped with an older list"),
    # what stores are called
    Mutant(_RENAMES, "found[rename.key].rank < rename.rank", "found[rename.key].rank > rename.rank",
           "of two renames of one store to one name the first holds"),
    Mutant(_RENAMES, "max(at, *(when + 1 for when in known), 0)", "at",
           "with a clock that is slow no store can be renamed again"),
    Mutant(_RENAMES, "return rename.use not in left, rename.rank", "return False, rename.rank",
           "a store is called by a name that it gave up"),
    # what a workbook says
    Mutant(_READING, "if row.is_stranger:", "if False:", "a row that has become somebody else's is written over the first"),
    Mutant(_READING, "found.blanks.append(name)", "found.edits[name] = None", "an emptied cell empties the field"),
    Mutant(_READING, "return compare.same(at, old, value)", "return False", "what a spreadsheet does to a value is an edit"),
    Mutant(_READING, "return strangers > max(", "return 0 > max(", "a sheet sorted without its UIDs makes everybody somebody else"),
    Mutant(_READING, "for at in columns if at != _UID and", "for at in range(len(FIELDS)) if at != _UID and",
           "a column that was deleted empties its field"),
    Mutant(_READING, '("balance", file.id, uid)', '("balance", file.name, id(file), uid)',
           "a balance counts as often as its file is imported"),
    Mutant(_READING, '("balance", file.id, uid)', '("balance", uid)', "a balance that two files say counts once"),
    Mutant(_READING, '("balance", file.id, uid)', '("balance", file.id, uid, points)',
           "a balance that is edited again and sent once more counts twice"),
    Mutant(_READING, "Entry(moment(file.edited), name", "Entry(moment(file.at), name",
           "of two saves of a balance the larger counts, and not the later"),
    Mutant(_READING, "at=file.edited)", "at=file.at)", "of two saves of a cell chance decides which is in force"),
    Mutant(_READING, "            held[POINTS] = (row.points, Why.PERSON)\n", "            pass\n", "a stranger's balance is lost"),
    Mutant(_READING, "*dict.fromkeys(row.blanks).items())", ")", "the blanks of a row that is somebody else's are lost"),
)  # fmt: skip
"""Every fault; the order is that of the printed table."""
