"""Killed anywhere while a contact is seen to that a create without an answer may have made: between its find and its deletion, and at every write around them."""

from lab import erased
from lab.lab import customer
from pushing.guard_cases import CONTACT, NO_MAIL, put
from pushing.kill_cases import KILL, stopped
from pushing.kit import cases, crowd, hour, pages, test
from pushing.seam_cases import there
from pushing.stray_cases import BOB, RIGHT, WRONG

AGAIN = 3   # calls: of one contact the find, the look and the deletion


def no_answer(s, code, people, n=1):
    """The create of whoever is new."""
    s.hour(hour(n), pages(people))
    s.far.fault(code, CONTACT, count=9)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")


def lost(s, code, owner=False, whose="nobody's"):
    """c00000's create, by an address that was a mistake; the others are settled."""
    people = crowd(4)
    people[0]["email"] = WRONG
    s.hour(hour(0), pages(people[1:]))
    s.push(what="the first push")
    if whose == "a stranger's":
        put(s, **BOB)
    no_answer(s, code, people)
    people[0]["email"] = RIGHT
    if owner:
        people[1]["email"] = WRONG
    s.hour(hour(2), pages(people))


@cases(*[(code, owner, whose) for code in ("lost", "503") for owner, whose in ((False, "nobody's"), (True, "nobody's"), (False, "a stranger's"))])
def killed_with_a_stray(k, code, owner, whose):
    """It is deleted, and another customer, whose address it is, has it then; or it is somebody's own, and as it was."""
    bob = [("Active", "Bob", {})] if whose == "a stranger's" else []

    def after(s, what):
        s.same(what)
        found = [(c["status"], c.get("firstName"), c["extendedProperties"]) for c in there(s, email=WRONG) if "fh_id" not in c["extendedProperties"]]
        k.lab.equal(what + ": nobody's contact has it", found, bob)

    stopped(k, lambda s: lost(s, code, owner, whose), KILL, after, AGAIN, code == "lost" and not bob)


@cases(("lost",), ("503",), ("told",))
def killed_with_an_erased_one(k, code):
    """Each contact that may have been made of them is gone, and then nobody knows them; at no moment it was active."""
    def before(s):
        if code == "told":
            people = [customer(0, **NO_MAIL), *crowd(4)[1:]]
            s.hour(hour(0), pages(people))
            s.push(what="the first push")
        else:
            lost(s, code)
            no_answer(s, code, [customer(0, email="x@example.com"), *crowd(4)[1:]], 3)
        s.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)

    def after(s, what):
        s.same(what)
        k.lab.equal(what + ": nothing is there", [c for a in (WRONG, RIGHT, "x@example.com") for c in there(s, email=a)], [])
        k.lab.equal(what + ": nobody knows them", (erased.hits(s.dir, "c00000"), erased.hits(s.dir, "lost.json")), ([], []))

    stopped(k, before, KILL, after, AGAIN)


@test
def killed_with_an_erased_one_whose_address_staff_gave_away(k):
    """The find made another customer's contact inactive: it is as it was, wherever the push was killed."""
    def before(s):
        s.hour(hour(0), pages(crowd(4)[1:]))
        s.push(what="the first push")
        no_answer(s, "before", crowd(4))
        s.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
        s.far.edit("change", email="user1@example.com", field="email", value=RIGHT)

    def after(s, what):
        s.same(what, but=("c00001",))
        k.lab.equal(what + ": as it was", [(c["status"], c["extendedProperties"]["fh_id"]) for c in there(s, email=RIGHT)], [("Active", "c00001")])
        k.lab.equal(what + ": nobody knows them", (erased.hits(s.dir, "c00000"), erased.hits(s.dir, "lost.json")), ([], []))

    stopped(k, before, KILL, after, AGAIN, True)
