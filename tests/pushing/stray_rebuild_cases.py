"""--rebuild-acked while contacts are to be seen to that creates without an answer may have made: they are still, or it says what is lost."""

import os

from lab import erased
from lab.lab import customer
from pushing.guard_cases import CONTACT
from pushing.kit import cases, hour, pages, test
from pushing.rebuild_cases import forget_view, lines_of, rebuilt, spoil
from pushing.seam_cases import there
from pushing.stray_cases import BOB, WRONG, lost


def damage(s, how):
    if how == "the salt":
        os.remove(s.path("push", "salt"))
    elif how != "nothing":
        spoil(s, *(lines_of(s, b"c00000") if how == "their lines" else lines_of(s, b"c00001")[-1:]))
        forget_view(s)


DAMAGE = ("nothing", "another's line", "their lines", "the salt")


@cases(*[(whose, how) for whose in ("nobody's", "a stranger's") for how in DAMAGE])
def rebuilt_with_an_address_that_is_theirs_no_more(k, whose, how):
    """What was made by it is found and deleted; where nobody knows the address any more, its customer is named."""
    s, people = lost(k, "503", others=BOB) if whose == "a stranger's" else lost(k)
    s.hour(hour(2), pages(people))
    before = there(s, email=WRONG)
    damage(s, how)
    is_known = how in ("nothing", "another's line")
    told = rebuilt(s, how, code=(0 if how == "nothing" else 3,))
    k.lab.equal("named", (told["moved"], told["lost"], told["erased"]), ([] if how == "nothing" else ["c00000"], [], 0))
    s.push(what="the push after it")
    s.same("the push after it")
    k.lab.equal("what has it", there(s, email=WRONG), [] if is_known and whose == "nobody's" else before)
    s.quiet("the push after it")


@cases(*[(code, corrected, how) for code, corrected in (("lost", False), ("503", False), ("lost", True)) for how in DAMAGE])
def rebuilt_with_an_erased_one(k, code, corrected, how):
    """Their contact is found by the address that push/lost.json keeps, and deleted, also without the salt; where no line tells of it, that is said."""
    s, people = lost(k, code)
    if not corrected:
        people[0]["email"] = WRONG
    s.hour(hour(2), pages(people))
    before = there(s, email=WRONG)
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    damage(s, how)
    is_known = how != "their lines"
    told = rebuilt(s, how, code=(0 if is_known else 3,))
    k.lab.equal("told", (told["erased"], told["moved"], told["lost"]), (0 if is_known else 1, [], []))
    s.push(what="the push after it")
    s.same("the push after it")
    k.lab.equal("what has it", there(s, email=WRONG), [] if is_known else before)
    k.lab.equal("the address is kept as long as it may be needed", (erased.hits(s.dir, "c00000"), os.path.exists(s.path("push", "lost.json"))), ([], not is_known))
    s.quiet("the push after it")


@test
def rebuilt_twice_with_two_who_are_erased(k):
    """Without the salt each address may be either one's: both contacts go, and nobody else's."""
    s, people = lost(k)
    people[0]["email"] = WRONG
    other = customer(9, email="nine@example.com")
    s.hour(hour(2), pages([*people, other]))
    s.far.fault("503", CONTACT, count=1)
    s.far.fault("lost", CONTACT, skip=1, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000", "c00009").code, 0)
    k.lab.equal("both were made", (len(there(s, email=WRONG)), len(there(s, email="nine@example.com"))), (1, 1))
    for n in range(2):
        os.remove(s.path("push", "salt"))
        rebuilt(s, "without the salt")
    s.push(what="the push after it")
    s.same("the push after it")
    k.lab.equal("nothing is there", there(s, email=WRONG) + there(s, email="nine@example.com"), [])
    k.lab.equal("nobody knows them", (erased.hits(s.dir, "c00000"), erased.hits(s.dir, "c00009"), os.path.exists(s.path("push", "lost.json"))), ([], [], False))
    s.quiet("the push after it")


@test
def rebuilt_and_told_to_people(k):
    """The table names what only a person can do."""
    s, _ = lost(k)
    s.run("erase", "--yes", "c00000")
    damage(s, "their lines")
    r = s.run("push", "--rebuild-acked")
    k.lab.check("it says so", r.code == 3 and "erased       1 may be in DailyStory; delete the contacts of the addresses in push/lost.json by hand" in r.out and WRONG not in r.out + r.err, (r.code, r.out, r.err))
