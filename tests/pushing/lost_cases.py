"""--rebuild-acked, where something is lost for good: what it cannot know, and says."""

import os

from lab import erased
from lab.lab import customer
from pushing.erase_cases import WHO, with_a_lost_create
from pushing.guard_cases import LOOK, OPT_OUT, status_of
from pushing.kit import cases, crowd, hour, pages, test
from pushing.rebuild_cases import NO_MAIL, forget_view, lines_of, rebuilt, spoil


@test
def moved_and_no_line_is_left(k):
    """Who has another address than the one they were found by cannot be found: a second contact is made, and that is said before."""
    people = crowd(4)
    s = k.settled(people)
    people[0]["email"] = "other@example.com"
    people[1]["lastName"] = "Cee"
    people[2]["email"] = "another@example.com"
    k.next(s, 1, people)
    spoil(s, *lines_of(s, b"c00000"), *lines_of(s, b"c00001"))
    forget_view(s)
    told = rebuilt(s, "moved", code=(3,))
    k.lab.equal("they are named, and nobody else", (told["moved"], told["lost"]), (["c00000"], []))
    s.push()
    s.same("moved")


@test
def two_addresses_that_refuse_since_one_snapshot(k):
    """The contact was told of the first one; it has the other one now, of which DailyStory took no opt-out: without the salt that is known, too."""
    people = [customer(0, **NO_MAIL), customer(1, **NO_MAIL), customer(2)]
    s = k.settled(people)
    people[1]["email"] = people[0]["email"]
    people[0].update(dict.fromkeys(NO_MAIL, True), email="other@example.com")
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    k.lab.equal("it has the other one, and is inactive", [(c["status"], c["email"]) for c in s.far.books()["contacts"] if c["extendedProperties"]["fh_id"] == "c00001"], [("Inactive", "user0@example.com")])
    os.remove(s.path("push", "salt"))
    told = rebuilt(s, "without the salt", code=(3,))
    k.lab.equal("nobody knows who made it inactive", told["inactive"], 1)
    s.far.control("clear")
    s.push(what="taken")
    k.lab.check("it is told", [c for c in s.far.log() if c[2].endswith("/optout/email") and "user0@example.com" in c[6]], s.far.log())
    k.lab.equal("it stays inactive, and all else is as it should be", s.differences(), ["c00001: is Inactive"])


@cases(*[(kind, how) for kind in ("lost", "before") for how in ("no look", "no look for long", "no deletion", "somebody else alone", "held back", "without the view")])
def what_the_find_of_who_was_erased_made(k, kind, how):
    """It is active until it was looked at and deleted: as long as there is no answer to that it is pending, and each push comes back to it."""
    s = with_a_lost_create(k, kind, customer(3))
    k.lab.equal("erased", s.run("erase", WHO, "--yes").code, 0)
    s.far.fault("503", "DELETE " if how == "no deletion" else LOOK, count=99)
    for n in range(3 if how == "no look for long" else 1):
        s.push(code=(75,), what="found, and no more")
    told = s.run("push", "--status")
    k.lab.check("--status", "1 contact of erased people still to be deleted" in told.out and "pending      1:" in told.out, told.out)
    if how == "somebody else alone":
        s.push("--only", "c00001", what="somebody else")
    if how == "held back":
        s.set(push_hold=525600)
    if how == "without the view":
        forget_view(s)
    s.far.control("clear")
    s.push(code=(0, 75), what="it is answered")
    k.lab.equal("it is gone", [c["status"] for c in s.far.books()["contacts"][3:] if c["status"] != "Deleted"], [])
    k.lab.equal("nobody knows them", (erased.hits(s.dir, WHO), os.path.exists(s.path("push", "lost.json"))), ([], False))
    s.set(push_hold=None)
    s.quiet("it is answered")
