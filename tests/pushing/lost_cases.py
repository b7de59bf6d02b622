"""--rebuild-acked, where something is lost for good: what it cannot know, and says."""

import os

from lab.lab import customer
from pushing.guard_cases import OPT_OUT, status_of
from pushing.kit import crowd, hour, pages, test
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
